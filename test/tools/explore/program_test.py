#!/usr/bin/env python3
"""nutexplore as people call it, with scenarios that are known to be wrong: it finds what is there, shrinks it to
what is known to be the least, and the command that it prints shows it again."""

import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree

PROGRAM = sys.argv.pop(1)
# In programs with AddressSanitizer, where everything takes longer.
SANITIZED = "sanitized" in PROGRAM


class Program(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def explore(self, *arguments, **environment):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")}
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120, env={**kept, **environment})

    def find(self, *arguments):
        path = self.folder / "report.json"
        ran = self.explore(*arguments, "--json", str(path))
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        report = json.loads(path.read_text())
        self.assertEqual(report["result"], "failed")
        return ran.stdout, report["faults"][0]

    def replay(self, fault, *more):
        return subprocess.run(shlex.split(fault["replay"]) + list(more), capture_output=True, text=True, timeout=120)

    def test_a_race_is_found_shrunk_to_its_minimum_and_replayed(self):
        for how in (("--scheduler", "pct", "--seeds", "20000"), ("--scheduler", "random", "--seeds", "20000"),
                    ("--scheduler", "exhaustive", "--preemptions", "2")):
            story, fault = self.find("--scenario", "toy-race", *how)
            self.assertEqual(fault["kind"], "expectation")
            self.assertEqual(fault["text"], "the writer has overtaken the reader")
            self.assertEqual(fault["deviations"], 2, story)
            self.assertTrue(fault["minimal"])
            self.assertIn("a's writer stops at the point 'arp wait'", story)
            self.assertIn(fault["replay"], story)
            again = self.replay(fault, "--quiet")
            self.assertEqual(again.returncode, 1)
            self.assertIn("the writer has overtaken the reader", again.stdout)

    def test_one_preemption_less_is_not_enough(self):
        ran = self.explore("--scenario", "toy-race", "--scheduler", "exhaustive", "--preemptions", "0")
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertRegex(ran.stdout, r"^toy-race: all [\d,]+ schedules? with up to 0 preemptions and 1 disorder: no fault")

    def test_a_process_that_dies_is_a_fault_with_its_last_words(self):
        story, fault = self.find("--scenario", "toy-crash", "--seeds", "5000", "--jobs", "2")
        self.assertEqual(fault["kind"], "invariant")
        self.assertIn("the toy is broken", fault["text"])
        self.assertEqual(fault["deviations"], 1, story)
        again = self.replay(fault)
        self.assertEqual(again.returncode, 1)
        self.assertIn("It printed:", again.stdout)
        self.assertIn("a's user stops at the point 'arp wait'; a's breaker runs in its place", again.stdout)

    def test_a_process_that_dies_leaves_story_picture_and_capture(self):
        _, fault = self.find("--scenario", "toy-crash", "--seeds", "5000")
        files = {kind: self.folder / f"run.{kind}" for kind in ("story", "svg", "pcapng")}
        more = [word for kind, path in files.items() for word in (f"--{kind}", str(path))]
        self.assertEqual(self.replay(fault, "--quiet", *more).returncode, 1)
        self.assertIn("What broke", files["story"].read_text())
        title = ElementTree.parse(files["svg"]).getroot().find("{http://www.w3.org/2000/svg}title")
        self.assertEqual(title.text, "toy-crash: invariant")
        read = subprocess.run(["tshark", "-r", str(files["pcapng"]), "-T", "fields", "-e", "frame.comment"], capture_output=True,
                              text=True, timeout=60, env={**os.environ, "HOME": str(self.folder)})
        self.assertEqual(read.returncode, 0, read.stderr)
        self.assertRegex(read.stdout, r"after this frame, decision \d+: a's user stops at the point 'arp wait'")
        self.assertIn("the last frame before the fault", read.stdout)

    def test_a_run_that_hangs_is_ended_and_told(self):
        story, fault = self.find("--scenario", "toy-hang", "--seeds", "5000", "--patience", "500ms")
        self.assertEqual(fault["kind"], "endless")
        self.assertEqual(fault["deviations"], 1, story)

    @unittest.skipUnless(SANITIZED, "needs AddressSanitizer")
    def test_a_use_after_free_is_told_with_who_used_and_who_freed(self):
        story, fault = self.find("--scenario", "toy-use-after-free", "--seeds", "5000")
        self.assertEqual(fault["kind"], "memory")
        self.assertEqual(fault["deviations"], 1, story)
        self.assertRegex(story, r"used by +a's user")
        self.assertRegex(story, r"freed by +a's owner")
        self.assertIn("frees the memory that is used in the end", story)
        self.assertEqual(self.replay(fault).returncode, 1)

    def test_nothing_is_found_where_nothing_is_wrong(self):
        for how in (("--scheduler", "fifo"), ("--scheduler", "pct", "--seeds", "200"), ("--scheduler", "exhaustive"),
                    ("--fail-allocation", "each")):
            ran = self.explore("--scenario", "toy-harmless", *how, "--json", str(self.folder / "report.json"))
            self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
            self.assertRegex(ran.stdout, r"^toy-harmless: .*: no fault")
            report = json.loads((self.folder / "report.json").read_text())
            self.assertEqual((report["result"], report["faults"]), ("passed", []))
            self.assertTrue(report["scenarios"][0]["complete"])

    def test_shards_cut_the_seeds_and_add_up(self):
        total = 0
        for shard in range(3):
            outputs = self.folder / str(shard)
            outputs.mkdir()
            status = self.folder / f"status{shard}"
            ran = self.explore("--scenario", "toy-harmless", "--seeds", "100", "--jobs", "2", TEST_SHARD_INDEX=str(shard),
                               TEST_TOTAL_SHARDS="3", TEST_SHARD_STATUS_FILE=str(status), TEST_UNDECLARED_OUTPUTS_DIR=str(outputs))
            self.assertEqual(ran.returncode, 0)
            self.assertTrue(status.exists())
            report = json.loads((outputs / f"nutexplore-toy-harmless-pct-{shard}.json").read_text())
            self.assertEqual((report["shard"], report["shards"]), (shard, 3))
            total += report["totals"]["schedules"]
        self.assertEqual(total, 100)
        merged = subprocess.run(["tools/merge", str(self.folder)], capture_output=True, text=True, timeout=60)
        self.assertEqual(merged.returncode, 0, merged.stderr)
        self.assertIn("100 schedules", merged.stdout)

    def test_parts_of_the_tree_are_the_whole_tree(self):
        def schedules(jobs):
            path = self.folder / "report.json"
            self.assertEqual(self.explore("--scenario", "toy-harmless", "--scheduler", "exhaustive", "--jobs", jobs, "--json",
                                          str(path)).returncode, 0)
            return json.loads(path.read_text())["totals"]["schedules"]
        # Parts know less of one another: together they may make more, never less.
        self.assertGreaterEqual(schedules("4"), schedules("1"))

    def test_time_and_the_keyboard_end_a_search(self):
        ran = self.explore("--scenario", "toy-harmless", "--seeds", "1000000000", "--time", "300ms")
        self.assertEqual(ran.returncode, 0)
        self.assertIn("not complete", ran.stdout)
        process = subprocess.Popen([PROGRAM, "--scenario", "toy-harmless", "--seeds", "1000000000"], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.assertIn("not complete", said)

    def test_mistakes_are_named(self):
        for arguments, complaint in (((), "--scenario NAME"), (("--scenario", "toy-rase"), "did you mean toy-race?"),
                                     (("--sheduler", "pct"), "did you mean --scheduler?")):
            ran = self.explore(*arguments)
            self.assertEqual(ran.returncode, 64)
            self.assertIn(complaint, ran.stderr)
        ran = self.explore("--scenario", "toy-harmless", "--replay", "", "--svg", "/nowhere/at/all.svg")
        self.assertEqual(ran.returncode, 71)
        self.assertIn("/nowhere/at/all.svg: No such file", ran.stderr)

    def test_the_list_and_the_help_are_short(self):
        self.assertIn("toy-race            small   an expectation", self.explore("--list").stdout)
        self.assertLessEqual(len(self.explore("--help").stdout.splitlines()), 26)

    def test_standard_output_is_for_programs_when_they_ask_for_it(self):
        ran = self.explore("--scenario", "toy-race", "--seeds", "20000", "--json", "-")
        self.assertEqual(json.loads(ran.stdout)["result"], "failed")
        self.assertIn("What broke", ran.stderr)
        self.assertTrue(re.search(r"--replay \"?\d+:\d+", ran.stderr))


if __name__ == "__main__":
    unittest.main()
