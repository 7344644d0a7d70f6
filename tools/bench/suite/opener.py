"""The node as active opener: a storm of connections with a request and an answer of one octet each, from the node to
the kernel (nutstorm --mode kernel-server), because nutnode has no client of its own. Its segment is a bridge with the
TAP in it, which costs what the limit program's bare TAP does not: a lower bound for ours."""

import json
import os
import subprocess
import tempfile

from suite.row import Row

ROW = Row("opened", "short connections opened by the node, 32 at a time", "1/s")
A_SECOND = 10000  # so many connections for each second that the measure should take


def measure(context, repeat, results, words):
    if words and not any(word in ROW.title or word in ROW.key for word in words):
        return
    if not os.access(context.programs["nutstorm"], os.X_OK):
        results.remark(ROW.key, "nutnode", "FAILED: nutstorm is not built")
        return
    for _ in range(repeat):
        value, remark = storm(context)
        results.add(ROW, "nutnode", value)
        if remark:
            results.remark(ROW.key, "nutnode", remark)


def storm(context):
    count = int(context.seconds * A_SECOND)
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [context.programs["nutstorm"], "--mode", "kernel-server", "--connections", str(count), "--threads", "32", "--mix",
                   "normal=1", "--size", "1..1", "--nutnode", context.programs["nutnode"], "--json", report.name]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        except subprocess.TimeoutExpired:
            return None, "FAILED: no end after 120 s"
        if done.returncode != 0:
            return None, f"FAILED: {(done.stderr or done.stdout).strip()[-200:]}"
        with open(report.name, encoding="utf-8") as file:
            return count / json.load(file)["seconds"], ""
