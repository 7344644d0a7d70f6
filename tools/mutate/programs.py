"""The test programs of a guarded build: what cases they have, what each reaches, and what it says about a change."""

import json
import math
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import time

import changes as sources

# A run that takes this many times what it takes unchanged, and some seconds, is one that does not end.
PATIENCE, GRACE = 8, 2
ADDRESS_SPACE = 8 << 30
LARGEST_FILE = 256 << 20


class Outcome:
    def __init__(self, status, seconds, text, timed_out):
        self.status, self.seconds, self.text, self.timed_out = status, seconds, text, timed_out

    def failed_case(self):
        """The case that failed, or that was running when the program ended."""
        failed = re.findall(r"^\[  FAILED  \] ([\w/.]+)", self.text, re.M) or re.findall(r"^\[ RUN      \] ([\w/.]+)", self.text, re.M)
        return failed[-1] if failed else ""


class Runner:
    """Runs programs with limits on everything; stop() ends those that are under way."""

    def __init__(self):
        self.stopped, self.running, self.lock = False, set(), threading.Lock()

    def stop(self):
        with self.lock:
            self.stopped = True
            for process in self.running:
                self.kill(process)

    @staticmethod
    def kill(process):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # has ended by itself

    def run(self, command, folder, environment, processor, wall):
        limits = ["prlimit", f"--cpu={processor}", f"--as={ADDRESS_SPACE}", f"--fsize={LARGEST_FILE}", "--core=0", "--"]
        with tempfile.TemporaryFile() as output:
            with self.lock:
                if self.stopped:
                    raise KeyboardInterrupt
                process = subprocess.Popen(limits + command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                           stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
                self.running.add(process)
            timer = threading.Timer(wall, self.kill, [process])
            timer.start()
            started = time.monotonic()
            try:
                _, status, usage = os.wait4(process.pid, 0)
            finally:
                timer.cancel()
                with self.lock:
                    self.running.discard(process)
            process.returncode = os.waitstatus_to_exitcode(status)  # it has been waited for
            late = process.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
            late = late and (usage.ru_utime + usage.ru_stime >= processor - 0.5 or time.monotonic() - started >= wall - 0.5)
            if self.stopped:
                raise KeyboardInterrupt
            output.seek(max(0, output.seek(0, os.SEEK_END) - 65536))
            text = output.read().decode(errors="replace")
        return Outcome(process.returncode, usage.ru_utime + usage.ru_stime, text, late)


class Program:
    """One test program with its cases, found by its label."""

    def __init__(self, label, binaries, root):
        self.label = label
        folder, name = label[2:].split(":")
        self.path = binaries / folder / name
        self.folder = pathlib.Path(f"{self.path}.runfiles") / "nutnet"
        self.told_by = self.sources_digest(root / folder, name)
        self.cases = {}  # name -> seconds
        self.reached = {}  # name -> set of numbers

    @staticmethod
    def sources_digest(folder, name):
        """What the program's verdicts rest on: its own source, and what its folder shares."""
        shared = [path for path in sorted(folder.rglob("*")) if path.is_file()
                  and (path.stem == name or not re.search(r"_test\.(cc|py)$|^(BUILD|README\.md)$", path.name))]
        return sources.digest(*[path.read_bytes() for path in shared])

    def environment(self, scratch, **more):
        return {"PATH": os.environ["PATH"], "HOME": scratch, "TEST_TMPDIR": scratch, "TMPDIR": scratch, "TEST_WORKSPACE": "nutnet",
                "TEST_SRCDIR": str(self.folder.parent), "RUNFILES_DIR": str(self.folder.parent), **more}

    def run(self, runner, scratch, cases, expected, **more):
        command = [str(self.path), "--gtest_fail_fast", "--gtest_brief=0", "--gtest_filter=" + ":".join(cases)]
        processor = math.ceil(GRACE + PATIENCE * expected)
        return runner.run(command, self.folder, self.environment(scratch, **more), processor, 10 * processor)

    def list_cases(self, runner, scratch):
        outcome = runner.run([str(self.path), "--gtest_list_tests"], self.folder, self.environment(scratch), 60, 60)
        if outcome.status != 0:
            raise ValueError(f"{self.label} does not list its tests:\n{outcome.text}")
        suite, cases = "", []
        for line in outcome.text.splitlines():
            name = line.split("#")[0].rstrip()
            if re.fullmatch(r"[\w/]+\.", name):
                suite = name
            elif re.fullmatch(r"  [\w/]+", name) and "DISABLED_" not in suite + name:
                cases.append(suite + name.strip())
        return cases

    def record(self, runner, scratch, kept, tell):
        """Runs every case by itself, unchanged. Uses what is kept of the same program. Returns the cases that fail."""
        memory = kept / sources.digest(self.path.read_bytes())
        if memory.is_file():
            known = json.loads(memory.read_text())
        else:
            known, map_file = {}, os.path.join(scratch, "reached")
            cases = self.list_cases(runner, scratch)
            for at, case in enumerate(cases):
                tell(f"{self.label} {at + 1}/{len(cases)}")
                with open(map_file, "wb") as empty:
                    empty.truncate(sources.CAPACITY)
                outcome = self.run(runner, scratch, [case], 60, NUT_MUTATION_REACHED=map_file)
                marks = pathlib.Path(map_file).read_bytes()
                known[case] = [outcome.status, outcome.seconds, [found.start() for found in re.finditer(b"\x01", marks)]]
            kept.mkdir(parents=True, exist_ok=True)
            memory.write_text(json.dumps(known))
        self.cases = {case: seconds for case, (status, seconds, _) in known.items() if status == 0}
        self.reached = {case: set(numbers) for case, (status, _, numbers) in known.items() if status == 0}
        return [case for case, (status, _, _) in known.items() if status != 0]
