"""Measures a node over a TAP beside what the TAP can do at best, other user-space stacks and the kernel, interleaved.

Absolute figures of shared machines drift from hour to hour; ratios of neighbours in one run do not, so those are what to
quote. Runs inside a network namespace that tools/bench/run has made; the node has core 1, the load core 0.
"""

import argparse
import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

from suite import candidates, costs, curves, measures, namespace, picture, rounds, simulation, tables
from suite.load import HELLO
from suite.results import Results

PROGRAMS = {
    "load": "tools/bench/load", "limit": "tools/bench/limit/limit", "kernel_peer": "tools/bench/kernel_peer",
    "lwip_node": "tools/bench/peers/lwip_node", "nutnode": "apps/nutnode/nutnode", "node_opener": "tools/bench/node_opener",
    "simulation_bench": "test/bench/simulation_bench", "os_bench": "test/bench/os_bench",
}


def parse():
    parser = argparse.ArgumentParser(prog="tools/bench/run", description=__doc__)
    parser.add_argument("--repeat", type=int, help="interleaved rounds; medians are printed (3)")
    parser.add_argument("--seconds", type=float, help="length of each rate measurement (2)")
    parser.add_argument("--quick", action="store_true",
                        help="one round of half a second each unless told otherwise, nothing with 100,000 connections")
    parser.add_argument("--only", metavar="WORD", action="append", help="measures with WORD in a row's name or key; may be repeated")
    parser.add_argument("--among", metavar="NAMES", help="only these candidates, by commas: limit,nutnode,…")
    parser.add_argument("--json", metavar="FILE", help="also write every sample there")
    parser.add_argument("--compare", metavar="FILE", help="also print what has changed since this run")
    parser.add_argument("--from", metavar="FILE", dest="source", help="measure nothing: report on this run")
    parser.add_argument("--picture", metavar="FILE", help="draw the report as SVG")
    parser.add_argument("--curves", metavar="FILE", help="instead: how figures change with size, drawn as SVG (--json: the points)")
    parser.add_argument("--costs", action="store_true", help="instead: what capture and impairment cost the node")
    parser.add_argument("--list", action="store_true", help="the measures and candidates")
    parser.add_argument("node_options", nargs="*", help="passed to nutnode (behind --)")
    parser.add_argument("--bin", help=argparse.SUPPRESS)
    parser.add_argument("--gvisor", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def about(arguments, present, missing, settings):
    cpu = re.search(r"^model name\s*:\s*(.*)$", open("/proc/cpuinfo").read(), re.M)
    commit = subprocess.run(["git", "-c", "safe.directory=*", "describe", "--always", "--dirty"], capture_output=True, text=True,
                            cwd=os.path.dirname(os.path.abspath(__file__)))
    return {
        "when": datetime.datetime.now().isoformat(" ", "minutes"), "kernel": platform.release(), "cores": os.cpu_count(),
        "processor": cpu[1] if cpu else platform.machine(), "commit": commit.stdout.strip(),
        "rounds": arguments.repeat, "seconds": arguments.seconds, "node_options": arguments.node_options,
        "pinned": f"nodes to core {namespace.NODE_CORE}, load to core {namespace.LOAD_CORE}",
        "candidates": [candidate.name for candidate in present], "missing": missing, "settings": settings,
    }


def chosen(measure, words):
    return not words or any(word in row.title or word in row.key for row in measure.rows for word in words)


class Run:
    """What one call of the benchmark measures, with whom."""

    def __init__(self, arguments, www):
        self.arguments = arguments
        programs = {name: os.path.join(arguments.bin, path) for name, path in PROGRAMS.items()}
        programs["gvisor_node"] = arguments.gvisor
        self.context = measures.Context(programs, arguments.seconds, arguments.quick)
        if arguments.costs:
            everybody = costs.table(programs["nutnode"], www, arguments.node_options)
        else:
            everybody = candidates.table(programs, www, arguments.node_options)
        if arguments.among:
            everybody = [candidate for candidate in everybody if candidate.name in arguments.among.split(",")]
        missing = {candidate.name: candidate.missing() for candidate in everybody if candidate.missing()}
        for name, why in missing.items():
            print(f"bench: without {name}: {why}", file=sys.stderr)
        self.present = [candidate for candidate in everybody if candidate.name not in missing]
        self.about = about(arguments, self.present, missing, namespace.settle())

    def measures(self):
        table = measures.table(self.arguments.seconds)
        if self.arguments.costs:
            return [measure for measure in table if measure.rows[0].key in costs.MEASURES]
        table = [measure for measure in table if chosen(measure, self.arguments.only)]
        if self.arguments.quick:
            table = [measure for measure in table if "100000" not in measure.rows[0].key]
        return table

    def all(self):
        results = Results(self.about)
        repeat, words = self.arguments.repeat, self.arguments.only
        rounds.run(self.context, self.present, self.measures(), repeat, results)
        if not self.arguments.costs and any(candidate.name == "nutnode" for candidate in self.present):
            simulation.measure(self.context, repeat, results, words)
        return results

    def curves(self):
        points = curves.measure(self.context, self.present)
        curves.draw(points, self.about, self.arguments.curves)
        if self.arguments.json:
            with open(self.arguments.json, "w", encoding="utf-8") as file:
                json.dump({"about": self.about, "curves": points}, file, indent=1, ensure_ascii=False)

    def list(self):
        print("\n".join(f"{row.key:22} {row.title}" for measure in self.measures() for row in measure.rows))
        print("candidates: " + ", ".join(candidate.name for candidate in self.present))


def with_site(work):
    """Calls it with a directory that has the page that everybody serves."""
    www = tempfile.mkdtemp(prefix="nutnet-bench-")
    try:
        with open(os.path.join(www, "hello.txt"), "wb") as file:
            file.write(HELLO)
        return work(www)
    finally:
        shutil.rmtree(www)


def report(arguments, results):
    if arguments.json:
        results.write(arguments.json)
    if arguments.costs:
        print(f"{costs.report(results)}\n\n{tables.remarks(results)}")
        return
    for part in (tables.measured(results), tables.aims(results), tables.remarks(results)):
        print(f"{part}\n")
    if arguments.compare:
        print(tables.compared(results, Results.read(arguments.compare)))
    if arguments.picture:
        picture.draw(results, arguments.picture)


def main():
    arguments = parse()
    arguments.repeat = arguments.repeat or (1 if arguments.quick else 3)
    arguments.seconds = arguments.seconds or (0.5 if arguments.quick else 2.0)
    if arguments.source:
        report(arguments, Results.read(arguments.source))
    elif arguments.list:
        with_site(lambda www: Run(arguments, www).list())
    elif arguments.curves:
        with_site(lambda www: Run(arguments, www).curves())
    else:
        report(arguments, with_site(lambda www: Run(arguments, www).all()))


if __name__ == "__main__":
    main()
