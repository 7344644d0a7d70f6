"""What simulated nodes reach under virtual time on one core: //test/bench:simulation_bench, by its own JSON."""

import json
import os
import subprocess
import sys

from suite import namespace
from suite.row import Row

CONNECTIONS = Row("simulated-connections", "simulation: short connections", "1/s")
BULK = Row("simulated-bulk", "simulation: virtual bulk", "Gbit/s")
# A part of the benchmark's name: the row, the figure that it reports, and what makes it the row's unit.
ROWS = {"ShortConnections": (CONNECTIONS, "items_per_second", 1), "Bulk": (BULK, "bytes_per_second", 8e-9)}


def measure(context, repeat, results, words):
    if words and not any(word in row.title or word in row.key for row, _, _ in ROWS.values() for word in words):
        return
    program = context.programs["simulation_bench"]
    if not os.access(program, os.X_OK):
        print("bench: without the simulation: its benchmark is not built", file=sys.stderr)
        return
    for _ in range(repeat):
        done = subprocess.run([*namespace.pinned(namespace.NODE_CORE), program, "--benchmark_format=json",
                               f"--benchmark_min_time={context.seconds}"], capture_output=True, text=True, timeout=300)
        try:
            benchmarks = json.loads(done.stdout)["benchmarks"]
        except (ValueError, KeyError):
            results.remark(CONNECTIONS.key, "nutnode", f"FAILED: {done.stderr.strip()[-200:]}")
            return
        for part, (row, figure, scale) in ROWS.items():
            values = [one[figure] * scale for one in benchmarks if part in one["name"] and figure in one]
            failed = [one.get("error_message") for one in benchmarks if part in one["name"] and one.get("error_occurred")]
            results.add(row, "nutnode", None if failed or not values else max(values))
            for text in failed:
                results.remark(row.key, "nutnode", f"FAILED: {text}")
