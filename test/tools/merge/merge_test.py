#!/usr/bin/env python3
"""tools/merge: shards are joined, and what is missing is missed."""

import json
import pathlib
import subprocess
import tempfile
import unittest
import zipfile

MERGE = pathlib.Path("tools/merge")


def explored(shard, shards=2, **changes):
    report = {"program": "nutexplore", "scenario": "two-closers", "scheduler": "pct", "seed": "1", "shard": shard,
              "shards": shards, "result": "passed", "seconds": 1.5,
              "totals": {"schedules": 1000, "steps": 50000, "states": 100 + shard, "pairs": 7},
              "scenarios": [{"scenario": "two-closers", "complete": True, "schedules": 1000, "states": 100 + shard}],
              "faults": []}
    return {**report, **changes}


def stormed(shard, shards=1, **changes):
    report = {"program": "nutstorm", "seed": "4711", "shard": shard, "shards": shards, "result": "passed", "seconds": 2.0,
              "totals": {"connections": 5000, "refused": 17}, "by_kind": {}, "faults": []}
    return {**report, **changes}


class Merge(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.scratch.name)
        self.addCleanup(self.scratch.cleanup)

    def put(self, *reports):
        for number, report in enumerate(reports):
            folder = self.folder / f"{number}"
            folder.mkdir(exist_ok=True)
            (folder / f"{report['program']}-x.json").write_text(json.dumps(report))

    def run_merge(self, *arguments):
        return subprocess.run([MERGE, *map(str, arguments or [self.folder])], capture_output=True, text=True, timeout=60)

    def merged(self):
        ran = self.run_merge("--json", "-", self.folder)
        self.assertIn(ran.returncode, (0, 1), ran.stderr)
        return json.loads(ran.stdout)

    def test_counts_are_added_up_and_different_things_are_at_least_as_many_as_one_shard_saw(self):
        self.put(explored(0), explored(1))
        totals = self.merged()["totals"]["nutexplore"]
        self.assertEqual(totals, {"schedules": 2000, "steps": 100000, "states": 101, "pairs": 7})

    def test_both_programs_may_be_joined(self):
        self.put(explored(1), stormed(0), explored(0))
        merged = self.merged()
        self.assertEqual(merged["totals"]["nutstorm"]["connections"], 5000)
        self.assertEqual(len(merged["runs"]), 2)
        self.assertEqual(merged["result"], "passed")
        text = self.run_merge().stdout
        self.assertIn("2,000 schedules", text)
        self.assertIn("5,000 connections", text)
        self.assertIn("2 runs in 3 shards, 0 faults: passed", text)

    def test_a_missing_shard_is_an_error(self):
        self.put(explored(0, shards=3), explored(2, shards=3))
        ran = self.run_merge()
        self.assertEqual(ran.returncode, 65)
        self.assertIn("of 3 shards these are missing: 1", ran.stderr)

    def test_a_shard_that_is_there_twice_is_an_error_but_not_the_same_report_twice(self):
        self.put(explored(0), explored(1), explored(1))
        self.assertEqual(self.run_merge().returncode, 0)
        self.put(explored(0), explored(1), explored(1, seconds=7))
        ran = self.run_merge()
        self.assertEqual(ran.returncode, 65)
        self.assertIn("shard 1 is there twice", ran.stderr)

    def test_faults_are_put_together_and_decide(self):
        fault = {"kind": "memory", "text": "heap-use-after-free", "scenario": "two-closers", "replay": "nutexplore --replay 3:1"}
        self.put(explored(0), explored(1, result="failed", faults=[fault]))
        ran = self.run_merge()
        self.assertEqual(ran.returncode, 1)
        self.assertIn("FAULT  two-closers (shard 1): heap-use-after-free\n  nutexplore --replay 3:1", ran.stdout)
        self.assertEqual(self.merged()["faults"][0]["shard"], 1)

    def test_an_incomplete_part_makes_the_whole_incomplete(self):
        lame = explored(1)
        lame["scenarios"][0]["complete"] = False
        self.put(explored(0), lame)
        self.assertEqual(self.merged()["runs"][0]["scenarios"][0]["complete"], False)

    def test_runs_with_other_settings_are_not_mixed(self):
        self.put(explored(0, shards=1, settings={"depth": 3}), explored(0, shards=1, settings={"depth": 4}))
        self.assertEqual(len(self.merged()["runs"]), 2)
        self.assertIn("two-closers pct, depth 4", self.run_merge().stdout)

    def test_what_bazel_has_packed_is_found(self):
        for shard in (0, 1):
            folder = self.folder / f"shard_{shard + 1}_of_2" / "test.outputs"
            folder.mkdir(parents=True)
            with zipfile.ZipFile(folder / "outputs.zip", "w") as archive:
                archive.writestr(f"nutexplore-two-closers-pct-{shard}.json", json.dumps(explored(shard)))
                archive.writestr("something-else.json", "{}")
        self.assertEqual(self.merged()["totals"]["nutexplore"]["schedules"], 2000)

    def test_what_is_no_report_is_named(self):
        path = self.folder / "nutexplore-broken.json"
        for text, complaint in (("{", "is no JSON"), ("[]", "is no report"), ("{\"program\": \"nutexplore\"}", "has no \"shard\"")):
            path.write_text(text)
            ran = self.run_merge(path)
            self.assertEqual(ran.returncode, 65)
            self.assertIn(complaint, ran.stderr)
        self.assertEqual(self.run_merge(self.folder / "nowhere").returncode, 65)
        self.assertEqual(self.run_merge("--jason", "x").returncode, 64)


if __name__ == "__main__":
    unittest.main()
