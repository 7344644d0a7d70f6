#!/usr/bin/env python3
"""tools/mutate on a toy: what is found in a source, that the guarded text means the same, and who notices what.

What reads C++ wants clang's Python module (python3-clang-14); without it those tests are skipped.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
TOOL = HERE.parent.parent.parent / "tools" / "mutate"
sys.path.insert(0, str(TOOL))
sys.dont_write_bytecode = True
import changes  # noqa: E402
import programs  # noqa: E402
import report  # noqa: E402
import results  # noqa: E402
import rewrite  # noqa: E402
import trials  # noqa: E402

WHY_NOT = ""
try:
    import finder
    finder.cindex.Index.create()
except Exception as error:  # no module, or no library behind it
    finder, WHY_NOT = None, str(error)


def change(number, text, file="toy/toy.cc", function="F", context="c"):
    return changes.Change({"file": file, "line": 1, "function": function, "at": number, "text": text, "context": context}, number)


@unittest.skipIf(finder is None, f"python3-clang-14 is not installed: {WHY_NOT}")
class Toy(unittest.TestCase):
    """The whole way: a toy's tree, guarded, built, every change tried."""

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        root = cls.root = pathlib.Path(cls.scratch.name) / "root"
        (root / "toy").mkdir(parents=True)
        (root / "test/toy").mkdir(parents=True)
        for name in ("toy.cc", "toy.h"):
            shutil.copy(HERE / name, root / "toy" / name)
        shutil.copy(HERE / "toy_test.cc", root / "test/toy/toy_test.cc")
        cls.state = pathlib.Path(cls.scratch.name) / "state"
        cls.tree = changes.Tree(root, cls.state, ["toy"])
        cls.changes = cls.tree.write(lambda text: None, 1)
        cls.program = cls.build()
        cls.runner = programs.Runner()
        with tempfile.TemporaryDirectory() as folder:
            cls.failing = cls.program.record(cls.runner, folder, cls.state / "reached", lambda text: None)
        trial = trials.Trials([cls.program], cls.runner, patience=60)
        cls.rows = {row["key"]: row for row in trial.run([(one, {}) for one in cls.changes], 2)}

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    @classmethod
    def build(cls):
        copy, binaries = cls.state / "tree", cls.state / "bin"
        (binaries / "test/toy/toy_test.runfiles/nutnet").mkdir(parents=True)
        subprocess.run(["g++", "-std=c++20", "-w", "-Wno-narrowing", f"-I{copy}", copy / "toy/toy.cc", copy / "test/toy/toy_test.cc",
                        "-o", binaries / "test/toy/toy_test", "-lgtest", "-lgtest_main", "-pthread"], check=True)
        return programs.Program("//test/toy:toy_test", binaries, cls.root)

    def verdicts(self, function):
        return {one.text: self.rows[one.key]["verdict"] for one in self.changes if one.function == function}

    def test_without_a_change_everything_passes(self):
        self.assertEqual(self.failing, [])
        self.assertEqual(len(self.program.cases), 6)

    def test_a_function_that_is_tested_well_keeps_only_what_is_equivalent(self):
        self.assertEqual(self.verdicts("Clamp"), {
            "if (value >{ => =} kLimit) return kLimit;": "survived",  # the same at the limit
            "if (value {> => <=} kLimit) return kLimit;": "killed",
            "if (value > kLimit{ => + 1}) return kLimit;": "killed",
            "if (value > kLimit{ => - 1}) return kLimit;": "survived",  # likewise
            "if (value > kLimit) {return kLimit; => }": "killed",
            "if (value > kLimit) return kLimit{ => + 1};": "killed",
            "if (value > kLimit) return kLimit{ => - 1};": "killed"})

    def test_edges_that_nobody_visits_cost_nothing(self):
        verdicts = self.verdicts("IsOpen")
        self.assertEqual(verdicts["return hour >{= => } 9 &&"], "unreached")
        self.assertEqual(verdicts["hour <{ => =} 17;"], "unreached")
        self.assertEqual(verdicts["hour {< => >=} 17;"], "killed")

    def test_what_is_never_reached_costs_nothing(self):
        verdicts = self.verdicts("Forgotten")
        self.assertEqual(set(verdicts.values()), {"unreached"})
        self.assertIn("{++value; => }", verdicts)

    def test_what_does_not_end_is_ended(self):
        self.assertEqual(self.verdicts("Halvings")["{value /= 2; => }"], "timed out")

    def test_what_belongs_to_the_compiler_is_left_alone(self):
        texts = " ".join(self.verdicts("Walk"))
        for untouched in ("{3 =>", "kTwice = step {", "array<int, {2", "static_assert", "; {++"):
            self.assertNotIn(untouched, texts)
        self.assertNotIn("timed out", self.verdicts("Walk").values())

    def test_lambdas_and_units_are_seen(self):
        verdicts = self.verdicts("Patience")
        self.assertTrue(any("{5ms => 6ms}" in text for text in verdicts), verdicts)
        self.assertEqual(set(verdicts.values()), {"killed"})

    def test_a_field_has_its_default_changed(self):
        self.assertEqual(self.verdicts("Sizes::ready"), {"bool ready = {true => false};": "killed"})

    def test_the_case_that_noticed_is_named(self):
        killed = [row for row in self.rows.values() if row["verdict"] == "killed"]
        self.assertTrue(all(row["by"].startswith("//test/toy:toy_test Toy.") for row in killed), killed)

    def test_lines_stay_where_they_are(self):
        original = (self.root / "toy/toy.cc").read_text().splitlines()
        guarded = (self.state / "tree/toy/toy.cc").read_text().split('#line 1 "toy/toy.cc"\n')[1].splitlines()
        self.assertEqual(len(guarded), len(original))
        for at, line in enumerate(original):
            if line.startswith("int ") and line.endswith("{"):
                self.assertEqual(guarded[at], line)

    def test_edits_elsewhere_change_no_key(self):
        text = (self.root / "toy/toy.cc").read_text()
        (self.root / "toy/toy.cc").write_text(text.replace("int Forgotten(int value) {\n  ++value;", "int Forgotten(int value) {\n"))
        try:
            after = {one.key: one.context for one in self.tree.write(lambda text: None, 1)}
        finally:
            (self.root / "toy/toy.cc").write_text(text)
        for one in self.changes:
            if one.function != "Forgotten":
                self.assertEqual(after.get(one.key), one.context, one.key)
        self.assertNotIn("toy/toy.cc | Forgotten | {++value; => }", after)


class Notes(unittest.TestCase):
    """Results, portions, counts: no compiler needed."""

    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.scratch.name) / "results.jsonl"

    def tearDown(self):
        self.scratch.cleanup()

    def row(self, one, verdict):
        return {"key": one.key, "file": one.file, "line": 1, "context": one.context, "verdict": verdict, "by": "", "against": {}}

    def test_a_result_holds_until_its_function_changes(self):
        results.Results(self.path).add(self.row(change(1, "a"), "killed"))
        again = results.Results(self.path)
        self.assertEqual(again.of(change(9, "a"))["verdict"], "killed")
        self.assertIsNone(again.of(change(1, "a", context="other")))
        self.assertIsNone(again.of(change(1, "b")))

    def test_a_line_that_was_cut_off_costs_only_itself(self):
        results.Results(self.path).add(self.row(change(1, "a"), "killed"))
        with open(self.path, "a") as file:
            file.write('{"key": "half')
        second = results.Results(self.path)
        second.add(self.row(change(2, "b"), "survived"))
        self.assertEqual(len(results.Results(self.path).rows), 2)

    def test_equal_texts_in_a_function_are_counted(self):
        twins = [change(7, "x"), change(3, "x"), change(4, "y")]
        changes.Tree.number_occurrences(twins)
        self.assertEqual([one.key for one in twins], ["toy/toy.cc | F | x #2", "toy/toy.cc | F | x", "toy/toy.cc | F | y"])

    def test_reasons_stand_above_their_changes(self):
        self.path.write_text("# why\n\n= nothing depends on it\ntoy/toy.cc | F | x\ntoy/toy.cc | F | y\n")
        self.assertEqual(results.read_equivalent(self.path), {"toy/toy.cc | F | x": "nothing depends on it",
                                                              "toy/toy.cc | F | y": "nothing depends on it"})
        self.path.write_text("toy/toy.cc | F | x\n")
        self.assertRaisesRegex(ValueError, ":1: ", results.read_equivalent, self.path)

    def test_percentages_with_and_without_equivalents(self):
        known = results.Results(self.path)
        all_of_them = [change(number, str(number)) for number in range(5)]
        for one, verdict in zip(all_of_them, ["killed", "timed out", "survived", "survived"]):
            known.add(self.row(one, verdict))
        counts = report.count(all_of_them, known, {all_of_them[2].key: "why"})["all"]
        self.assertEqual((counts["changes"], counts["tried"], counts["untried"], counts["equivalent"]), (5, 4, 1, 1))
        self.assertEqual(report.percentages(counts), (50, 100 * 2 / 3))
        self.assertEqual(len(report.survivors(all_of_them, known, {all_of_them[2].key: "why"})), 1)

    def test_quick_cases_and_killers_come_first_and_patience_ends(self):
        class Stub:
            label, told_by = "//a:b", "now"
            cases = {"S.Quick": 0.01, "S.Killer": 0.5, "S.Slow": 3, "S.Endless": 100}
            reached = {case: {1} for case in cases}
        attempts = trials.Trials([Stub], None, patience=10)
        attempts.remember("toy/toy.cc", "//a:b", "S.Killer")
        order = [case for _, _, case in attempts.cases_for(change(1, "a"), {})]
        self.assertEqual(order, ["S.Killer", "S.Quick", "S.Slow", "S.Endless"])
        cases = attempts.cases_for(change(1, "a"), {})
        self.assertEqual(attempts.affordable(cases), 3)
        self.assertEqual([[case for _, _, case in portion] for portion in attempts.portions(cases[:3])],
                         [["S.Killer"], ["S.Quick", "S.Slow"]])
        self.assertEqual(attempts.cases_for(change(1, "a"), {"//a:b": "now"}), [])

    def test_of_the_quick_ones_those_come_first_that_reach_least_and_starting_a_program_costs_nothing(self):
        class Stub:
            label, told_by = "//a:b", "now"
            cases = {"S.Broad": 0.1, "S.Narrow": 0.2, "S.Slow": 0.8}
            reached = {"S.Broad": {1, 2, 3}, "S.Narrow": {1, 2}, "S.Slow": {1}}
        attempts = trials.Trials([Stub], None, patience=0.101)
        cases = attempts.cases_for(change(1, "a"), {})
        self.assertEqual([case for _, _, case in cases], ["S.Narrow", "S.Broad", "S.Slow"])
        self.assertEqual(attempts.affordable(cases), 2)

    def test_changes_are_shown_in_whole_words(self):
        class Place:
            start, end = 4, 24
            changes = ["from >= last || fast", "fast"]
        text = "if (from > first || fast) {\n"
        self.assertEqual(rewrite.describe(text, Place, 1), "if ({from > first || => }fast) {")

    def test_an_interruption_ends_what_runs(self):
        runner = programs.Runner()
        threading.Timer(0.2, runner.stop).start()
        started = time.monotonic()
        with self.assertRaises(KeyboardInterrupt):
            runner.run(["sleep", "60"], self.scratch.name, {}, 60, 60)
        self.assertLess(time.monotonic() - started, 30)

    def test_what_waits_for_ever_is_ended(self):
        outcome = programs.Runner().run(["sleep", "60"], self.scratch.name, {}, 60, 1)
        self.assertTrue(outcome.timed_out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
