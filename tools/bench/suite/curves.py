"""How figures change with size: open connections, octets a message, threads. Measured point by point, all candidates at
one point before the next; drawn as one SVG."""

import json
import math
import os
import re
import subprocess
import sys

from suite import load, namespace
from suite.mode import ORDINARY, Mode
from suite.process import Failed
from suite.svg import Drawing

CONNECTIONS = [1, 10, 100, 1000, 10_000, 30_000, 100_000]
MESSAGES = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576]
# Key: (title, what lies along x, unit of y)
PANELS = {
    "rate": ("Short connections beside open ones, 32 clients", "open connections", "1/s"),
    "latency": ("TCP round trip beside open connections, median", "open connections", "µs"),
    "memory": ("Memory of an open connection", "open connections", "octets"),
    "throughput": ("Bulk in, by the size of the sender's messages", "octets a message", "Gbit/s"),
    "switch": ("A thread switch", "threads that take turns", "ns"),
}
COLUMNS, PANEL_WIDTH, PANEL_HEIGHT, TOP = 2, 490, 300, 92


def measure(context, candidates):
    """{panel: {candidate: [[x, y], …]}}"""
    curves = {panel: {} for panel in PANELS}
    for count in [point for point in CONNECTIONS if not context.quick or point <= 1000]:
        for candidate in candidates:
            at_point(candidate, curves, count, Mode(idle=count),
                     lambda running, who, open_ones=count: beside(context, who, running, open_ones))
    for size in MESSAGES[::4] if context.quick else MESSAGES:
        for candidate in candidates:
            at_point(candidate, curves, size, ORDINARY, lambda _, __, octets=size: {
                "throughput": context.load("bulk-in", context.seconds, octets)["rate"] * 8e-9})
    curves["switch"]["nutnode"] = switches(context)
    return curves


def at_point(candidate, curves, x, mode, drive):
    if not candidate.can(mode):
        return
    running = None
    try:
        running = candidate.start(mode)
        readings = drive(running, candidate)
    except (Failed, OSError, subprocess.SubprocessError) as error:
        print(f"curves: {candidate.name} at {x:,}: FAILED: {error}", file=sys.stderr)
        return
    finally:
        if running:
            candidate.stop(running)
    for panel, y in readings.items():
        curves[panel].setdefault(candidate.name, []).append([x, y])
    print(f"curves: {candidate.name} at {x:,}: " + ", ".join(f"{panel} {y:,.4g}" for panel, y in readings.items()), file=sys.stderr)


def beside(context, candidate, running, count):
    before = candidate.resident_kib(running)
    with load.Idle(context.programs["load"], count):
        after = candidate.resident_kib(running)
        trip = context.load("tcp-rtt", 3000)
        connections = context.load("connections", 32, context.seconds)
    if not connections["done"]:
        raise Failed("no connection was answered")
    readings = {"rate": connections["rate"], "latency": trip["median_us"]}
    if count >= 100:  # fewer vanish in the pages
        readings["memory"] = max(after - before, 0) * 1024 / count
    return readings


def switches(context):
    program = context.programs["os_bench"]
    if not os.access(program, os.X_OK):
        print("curves: without switches: os_bench is not built", file=sys.stderr)
        return []
    done = subprocess.run([*namespace.pinned(namespace.NODE_CORE), program, "--benchmark_format=json",
                           "--benchmark_filter=YieldSwitch<MonotonicClock>"], capture_output=True, text=True, timeout=300)
    points = []
    for one in json.loads(done.stdout)["benchmarks"]:
        threads = re.search(r"/(\d+)$", one["name"])
        if threads and "items_per_second" in one:
            points.append([int(threads[1]), 1e9 / one["items_per_second"]])
        elif threads:
            points.append([int(threads[1]), one["cpu_time"]])
    return sorted(points)


def draw(curves, about, path):
    panels = [key for key in PANELS if any(curves.get(key, {}).values())]
    rows = math.ceil(len(panels) / COLUMNS)
    drawing = Drawing(COLUMNS * PANEL_WIDTH, TOP + rows * PANEL_HEIGHT + 30, "Nut/Net: how figures change with size")
    drawing.text(16, 32, "How figures change with size", "title")
    names = []
    for by_candidate in curves.values():
        names += [name for name in by_candidate if name not in names]
    names.sort(key=lambda name: (name != "nutnode", name))
    x = 16
    for color, name in enumerate(names):
        drawing.path([(x, 56), (x + 24, 56)], color)
        drawing.text(x + 31, 61, name)
        x += 56 + 8 * len(name)
    for at, key in enumerate(panels):
        panel(drawing, key, curves[key], names, (at % COLUMNS) * PANEL_WIDTH, TOP + (at // COLUMNS) * PANEL_HEIGHT)
    drawing.text(16, drawing.height - 14, f"{about.get('processor', '')}, Linux {about.get('kernel', '')}; {about.get('pinned', '')}; "
                 f"{about.get('when', '')[:10]}. Both axes are logarithmic.", "faint")
    drawing.write(path)


def panel(drawing, key, by_candidate, names, left, top):
    title, along, unit = PANELS[key]
    points = [point for curve in by_candidate.values() for point in curve if point[0] > 0 and point[1] > 0]
    first, last = decades([x for x, _ in points])
    low, high = decades([y for _, y in points])
    x0, x1, y0, y1 = left + 62, left + PANEL_WIDTH - 24, top + PANEL_HEIGHT - 52, top + 38

    def place(x, y):
        return (x0 + (x1 - x0) * (math.log10(x) - first) / (last - first), y0 - (y0 - y1) * (math.log10(y) - low) / (high - low))

    drawing.text(left + 16, top + 20, f"{title}, {unit}", "head")
    for power in range(low, high + 1):
        _, y = place(10 ** first, 10 ** power)
        drawing.line(x0, y, x1, y)
        drawing.text(x0 - 8, y + 4.5, short(10.0 ** power), "faint", "end")
    for power in range(first, last + 1):
        x, _ = place(10 ** power, 10 ** low)
        drawing.line(x, y0, x, y0 + 5)
        drawing.text(x, y0 + 20, short(10.0 ** power), "faint", "middle")
    drawing.text((x0 + x1) / 2, y0 + 38, along, "faint", "middle")
    for name, curve in by_candidate.items():
        color = names.index(name)
        visible = [(x, y) for x, y in curve if y > 0]
        drawing.path([place(x, y) for x, y in visible], color)
        for x, y in visible:
            drawing.mark(*place(x, y), "disc", color, f"{name}: {y:,.4g} {unit} at {x:,}")


def decades(values):
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def short(value):
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g} {letter}"
    return f"{value:g}"
