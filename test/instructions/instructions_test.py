#!/usr/bin/env python3
"""Counts instructions with callgrind: of a short connection, of one among idle ones, of bulk segments.

Usage: instructions_test.py PROGRAM. The counts do not depend on what else the machine does; the bounds are a
seventh above what was measured when they were set, so that another compiler does not break them. To see where the
instructions go, keep the files with --keep FOLDER and give them to callgrind_annotate.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

# Instructions of both nodes per unit of work.
BOUNDS = {
    "short connection": 76_000,
    "short connection, 5000 idle": 76_000,
    "bulk": 9_360,
}

ARGUMENTS = argparse.Namespace(program="", keep=None)


def phases(program, folder):
    """What the program did, as {name: (instructions, units, unit)}."""
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--zero-before=InstructionPhaseBegins", "--dump-before=InstructionPhaseEnds",
         f"--callgrind-out-file={folder}/part", program], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise AssertionError(f"valgrind ended with {run.returncode}:\n{run.stderr[-4000:]}")
    found = {}
    for number, line in enumerate(run.stdout.splitlines(), 1):
        name, units, unit = line.split("\t")
        total = re.search(r"^totals: (\d+)", (folder / f"part.{number}").read_text(), re.MULTILINE)
        found[name] = (int(total[1]), int(units), unit)
    return found


class Instructions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if shutil.which("valgrind") is None:
            raise unittest.SkipTest("valgrind is not installed (tools/deps test)")
        if b"__asan_init" in pathlib.Path(ARGUMENTS.program).read_bytes():
            raise unittest.SkipTest("valgrind cannot run programs with AddressSanitizer")
        with tempfile.TemporaryDirectory() as temporary:
            cls.found = phases(ARGUMENTS.program, ARGUMENTS.keep or pathlib.Path(temporary))
        for name, (instructions, units, unit) in cls.found.items():
            print(f"{name}: {instructions / units:.0f} instructions each ({units} {unit}), at most {BOUNDS[name]}", flush=True)

    def each(self, name):
        instructions, units, _ = self.found[name]
        return instructions / units

    def test_every_part_stays_within_its_bound(self):
        self.assertEqual(set(self.found), set(BOUNDS))
        for name, bound in BOUNDS.items():
            with self.subTest(name):
                self.assertLess(self.each(name), bound)

    def test_idle_connections_cost_the_others_nothing(self):
        ratio = self.each("short connection, 5000 idle") / self.each("short connection")
        print(f"with 5000 idle connections: {ratio:.3f} times as many", flush=True)
        self.assertLess(ratio, 1.1)

    def test_the_count_counts(self):
        for name in BOUNDS:
            self.assertGreater(self.each(name), 1000)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", nargs="?", default="test/instructions/instructions")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER")
    ARGUMENTS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
