"""What the node's extras cost: the same measures of nodes that differ in one option."""

from suite.candidates import NutNode
from suite.tables import number, share

# The impairment decorator is in every node's path, so that nutctl can set it at any time: "plain" has it idle. What
# it costs to be awake shows a chance that never comes true.
VARIANTS = {
    "nutnode": (),
    "capture": ("--pcap", "/dev/null"),
    "capture, 128 octets": ("--pcap", "/dev/null", "--snaplen", "128"),
    "impairment awake": ("--loss", "0.0000001%"),
}
MEASURES = ("in", "out", "connections-32", "tcp-spinning", "udp", "http")


def table(program, www, extra):
    return [NutNode(name, program, www, [*options, *extra]) for name, options in VARIANTS.items()]


def report(results):
    names = [name for name in VARIANTS if name != "nutnode"]
    lines = ["| measure | plain | " + " | ".join(names) + " |", "|---|" + "---:|" * (len(names) + 1)]
    for key, row in results.rows.items():
        cells = [number(results.median(key, "nutnode"))]
        cells += [f"{number(results.median(key, name))} ({share(results.ratio(key, name, 'nutnode'))})" for name in names]
        lines.append(f"| {row['title']}{', ' + row['unit'] if row['unit'] else ''} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
