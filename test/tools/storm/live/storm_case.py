"""The base of the cases that run nutstorm live: starts it in the namespace of the test, and sees that nothing is left behind."""

import json
import os
import pathlib
import subprocess
import sys

from namespace_case import NamespaceCase
from node_process import scratch, wait_until

# How many connections the file's storm has: an argument of the file.
CONNECTIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
# A million at a rate that a busy machine manages, and what the slowest ones need.
PATIENCE = 60 + CONNECTIONS / 200


def storm_program():
    """The nutstorm to run: the one that Bazel built, or $NUTSTORM."""
    return os.environ.get("NUTSTORM", "tools/storm/nutstorm")


def nodes():
    """The process ids of all nutnodes here."""
    found = []
    for path in pathlib.Path("/proc").iterdir():
        try:
            if path.name.isdigit() and (path / "comm").read_text() == "nutnode\n":
                # A zombie has ended: its parent has only not asked yet.
                if (path / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                    found.append(int(path.name))
        except OSError:
            pass
    return found


def links():
    """The names of all interfaces here."""
    listing = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout
    return sorted(line.split(":")[1].strip().split("@")[0] for line in listing.splitlines())


class StormCase(NamespaceCase):
    """Each case begins and ends without a node and without an interface of a storm."""

    needs = ("ip",)

    def setUp(self):
        self.nodes_before = nodes()
        self.assertEqual(links(), ["lo"])

    def tearDown(self):
        wait_until(lambda: nodes() == self.nodes_before, 10, "the end of every nutnode")
        wait_until(lambda: links() == ["lo"], 10, "the end of bridge and TAPs")

    def start(self, *arguments):
        """nutstorm, running."""
        return subprocess.Popen([storm_program(), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, errors="replace")

    def own_nodes(self):
        return [pid for pid in nodes() if pid not in self.nodes_before]

    def storm(self, mode, *arguments):
        """Runs one to its end, which must be a good one. Gives its report."""
        report = scratch() / "report.json"
        process = self.start("--mode", mode, "--namespace", "present", "--json", str(report), *arguments)
        output, _ = process.communicate(timeout=PATIENCE)
        print(output)
        self.assertEqual(process.returncode, 0, output)
        return json.loads(report.read_text())

    def check_report(self, report, connections):
        """Every connection is there, once, and every kind has ended as it should."""
        self.assertEqual(report["result"], "passed")
        self.assertEqual(report["faults"], [])
        self.assertEqual(report["totals"]["connections"], connections)
        for outcome in ("in-order", "refused", "timed-out", "closed-early", "aborted", "vanished"):
            self.assertGreater(report["totals"][outcome], 0, outcome)
        self.assertNotIn("failed", report["totals"])
