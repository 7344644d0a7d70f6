"""The report as a picture: each measure's share of what the limit program reaches, longer is better everywhere."""

from suite.svg import Drawing
from suite.tables import number

GROUPS = [
    ("Bulk", ["in", "in-handed", "out", "in-1500", "out-1500"]),
    ("Short connections", ["connections-1", "connections-32", "connections-256", "connections-10000", "beside-idle", "opened"]),
    ("Round trip, median", ["tcp-sleeping", "tcp-spinning", "tcp-both-spinning", "icmp-sleeping", "icmp-spinning"]),
    ("Datagrams and HTTP", ["udp", "http", "http-close"]),
    ("Processor time a gigabyte", ["in-cpu", "in-handed-cpu", "out-cpu", "in-1500-cpu", "out-1500-cpu"]),
    ("Processor time a connection", ["connections-1-cpu", "connections-32-cpu", "connections-256-cpu"]),
]
WIDTH, LEFT, RIGHT, TOP = 980, 372, 790, 122
ROW, GROUP = 25, 30
MOST = 1.5  # share of the limit at the right edge; what is beyond is drawn there, with its figure
OURS, PEER, KERNEL = 0, 1, 2


def share(results, key, name):
    ratio = results.ratio(key, name, "limit")
    if not ratio:
        return None
    return ratio if results.rows[key]["more"] else 1 / ratio


def place(value):
    return LEFT + (RIGHT - LEFT) * min(value, MOST) / MOST


def draw(results, path):
    groups = [(title, [key for key in keys if key in results.rows and results.median(key, "limit")]) for title, keys in GROUPS]
    groups = [(title, keys) for title, keys in groups if keys]
    height = TOP + sum(GROUP + ROW * len(keys) for _, keys in groups) + 34
    drawing = Drawing(WIDTH, height, "Nut/Net beside other stacks: share of what a TAP can do")
    legend(drawing, results)
    places = []
    y = TOP
    for title, keys in groups:
        drawing.text(16, y + 20, title, "head")
        y += GROUP
        for at, key in enumerate(keys):
            if at % 2 == 0:
                drawing.bar(8, y, WIDTH - 16, ROW)
            places.append((key, y))
            y += ROW
    for tenths in (0, 5, 10, 15):
        x = place(tenths / 10)
        drawing.line(x, TOP - 4, x, y, "strong" if tenths == 10 else "rule")
        drawing.text(x, TOP - 9, "limit" if tenths == 10 else f"{tenths / 10:g}", "head" if tenths == 10 else "faint", "middle")
    for key, top in places:
        row(drawing, results, key, top)
    about = results.about
    drawing.text(16, y + 22, f"{about.get('processor', '')}, Linux {about.get('kernel', '')}; {about.get('pinned', '')}; medians of "
                 f"{about.get('rounds', '?')} interleaved rounds, {about.get('when', '')[:10]}", "faint")
    drawing.write(path)


def legend(drawing, results):
    drawing.text(16, 32, "Share of what the device allows", "title")
    drawing.text(16, 54, "The limit is a faked peer at the same TAP with no stack behind it. Longer is better, for times too.",
                 "faint")
    drawing.bar(16, 68, 26, 12, OURS)
    drawing.text(49, 79, "nutnode")
    drawing.mark(130, 74, "disc", PEER)
    drawing.text(142, 79, "best other user-space stack")
    if "kernel over veth" in results.candidates():
        drawing.mark(346, 74, "diamond", KERNEL)
        drawing.text(358, 79, "the kernel's own stack over veth")


def row(drawing, results, key, y):
    info = results.rows[key]
    middle = y + ROW / 2
    drawing.text(24, middle + 4.5, info["title"].split(":")[0].removesuffix(", median"))
    ours = share(results, key, "nutnode")
    value = f"{number(results.median(key, 'nutnode'))} {info['unit']}"
    if ours is not None:
        drawing.bar(LEFT, middle - 6, place(ours) - LEFT, 12, OURS, hint=f"nutnode: {value}, {ours:.2f} of the limit")
    drawing.text(WIDTH - 16, middle + 4.5, value if ours is not None else "not measured", "" if ours is not None else "faint", "end")
    peer, _ = results.best_peer(key)
    beyond = RIGHT
    for name, shape, color in ((peer, "disc", PEER), ("kernel over veth", "diamond", KERNEL)):
        theirs = share(results, key, name) if name else None
        if theirs is None:
            continue
        hint = f"{name}: {number(results.median(key, name))} {info['unit']}"
        drawing.mark(place(theirs) if theirs <= MOST else beyond, middle, shape, color, hint)
        if theirs > MOST:
            drawing.text(beyond + 8, middle + 4.5, f"{theirs:.1f}", "faint")
            beyond += 40
