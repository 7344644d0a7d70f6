"""Storms that do not come to their own end: whatever happens, no node, bridge or TAP is left."""

import os
import signal
import subprocess
import tempfile

from node_process import wait_until
from storm_case import StormCase, links, storm_program
import report

# More than any of these storms gets to.
ENDLESS = ("--connections", "100000000", "--mix", "normal=1,refused=1", "--threads", "64", "--seed", "upheaval")


class Upheaval(StormCase):
    def begin(self, mode="live", nodes=2):
        process = self.start("--mode", mode, "--namespace", "present", *ENDLESS)
        self.addCleanup(process.kill)
        wait_until(lambda: len(self.own_nodes()) == nodes, 20, "the nodes of the storm")
        wait_until(lambda: "nut-storm" in links(), 5, "the bridge")
        return process

    def test_ctrl_c_ends_it_in_order(self):
        for mode, nodes in (("live", 2), ("kernel-client", 1), ("kernel-server", 1)):
            with self.subTest(mode):
                process = self.begin(mode, nodes)
                process.send_signal(signal.SIGINT)
                output, _ = process.communicate(timeout=30)
                self.assertEqual(process.returncode, 0, output)
                self.assertIn("every connection is accounted for", output)
                wait_until(lambda: links() == ["lo"], 10, "the end of bridge and TAPs")

    def test_a_node_that_dies_is_named(self):
        process = self.begin()
        os.kill(self.own_nodes()[0], signal.SIGKILL)
        output, _ = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 1, output)
        self.assertIn("node client", output)

    def test_killed_it_takes_its_nodes_along(self):
        with tempfile.TemporaryDirectory() as folder:
            # In a namespace of its own: nobody could take the bridge away in this one.
            process = subprocess.Popen([storm_program(), "--mode", "live", *ENDLESS], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=os.getcwd(),
                                       env={**os.environ, "TEST_UNDECLARED_OUTPUTS_DIR": folder})
            wait_until(lambda: len(self.own_nodes()) == 2, 20, "the nodes of the storm")
            process.kill()
            process.wait()

    def test_a_namespace_of_its_own_shows_nothing_in_this_one(self):
        process = self.start("--mode", "live", "--connections", "300", "--mix", "normal=1", "--seed", "own")
        wait_until(lambda: self.own_nodes() or process.poll() is not None, 20, "a node")
        self.assertEqual(links(), ["lo"])
        output, _ = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0, output)

    def test_a_program_that_is_not_there_is_named(self):
        process = self.start("--mode", "live", "--namespace", "present", "--nutnode", "/nonexistent/nutnode")
        output, _ = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 71, output)
        self.assertIn("/nonexistent/nutnode", output)


if __name__ == "__main__":
    report.main()
