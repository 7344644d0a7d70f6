"""A started program that says READY: its time to get there, its CPU seconds and memory, from /proc."""

import os
import re
import select
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A candidate or a measure did not do what it should; the text goes into the report."""


class Process:
    def __init__(self, command, ready="READY", patience=20, **more):
        start = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
        self.pid = self.process.pid
        said = ""
        while not re.search(f"^{ready}.*\n", said, re.M):
            left = start + patience - time.monotonic()
            waiting, _, _ = select.select([self.process.stdout], [], [], max(0, left))
            more_said = os.read(self.process.stdout.fileno(), 4096).decode() if waiting else ""
            said += more_said
            if not more_said:  # it has ended, or time is up
                self.process.kill()
                self.process.wait()
                raise Failed("did not get ready: " + said.strip()[-200:])
        self.ready_ms = (time.monotonic() - start) * 1000

    def cpu_seconds(self):
        fields = open(f"/proc/{self.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_kib(self):
        return int(re.search(r"^VmRSS:\s+(\d+)", open(f"/proc/{self.pid}/status").read(), re.M)[1])

    def wakeups(self):
        """How often its threads gave the core away of themselves."""
        total = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            status = open(f"/proc/{self.pid}/task/{task}/status").read()
            total += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status, re.M)[1])
        return total

    def stop(self):
        """Ends it; what it still said."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.communicate(timeout=20)[0].decode()
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.communicate()[0].decode()
