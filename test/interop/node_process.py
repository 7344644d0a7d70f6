"""A running nutnode: started on a TAP of the current namespace, known by its READY line, ended by its process id."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

NODE = "198.19.0.10"
HOST = "198.19.0.1"


def auditor():
    """The nuttracecheck to ask: the one that Bazel built, or $NUTTRACECHECK."""
    return os.environ.get("NUTTRACECHECK", "tools/tracecheck/nuttracecheck")


def audit(capture, address):
    """AssertionError if the node at `address` has sent a segment that TCP's RFCs forbid. Gives the auditor's last line."""
    done = subprocess.run([auditor(), "--vantage", address, "--level", "error", str(capture)], capture_output=True, text=True,
                          timeout=120)
    if done.returncode != 0:
        outputs = os.environ.get("TEST_UNDECLARED_OUTPUTS_DIR")
        if outputs:
            shutil.copy(capture, outputs)
        raise AssertionError(f"nuttracecheck on {capture} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def program():
    """The nutnode to run: the one that Bazel built, or $NUTNODE."""
    return os.environ.get("NUTNODE", "apps/nutnode/nutnode")


class NodeProcess:
    """Starts the program with `arguments`; use as a context manager. Output is kept in `lines`.

    `audited`: nuttracecheck reads along, and what it finds fails the test when the node ends well. Not where the capture would
    be gigabytes, or where how the node captures or ends is what the test is about.
    """

    def __init__(self, *arguments, program_path=None, patience=30, audited=True):
        self._capture = None
        if audited and "--pcap" in arguments:
            self._capture = pathlib.Path(arguments[arguments.index("--pcap") + 1])
        elif audited:
            self._capture = scratch() / "audit.pcapng"
            arguments += ("--pcap", str(self._capture))
        self.lines = []
        self.fields = {}
        self._ready = threading.Event()
        self.process = subprocess.Popen(
            [program_path or program(), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._ready.wait(patience) or self.process.poll() is not None:
            self.stop()
            raise RuntimeError("nutnode did not get READY:\n" + "\n".join(self.lines))

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith("READY "):
                self.fields = dict(re.findall(r"(\w+)=(\S+)", line))
                self._ready.set()
        self._ready.set()

    @property
    def pid(self):
        return self.process.pid

    def memory_kib(self, field="VmRSS"):
        """A field of /proc/PID/status in KiB."""
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+)", text, re.M).group(1))

    def cpu_seconds(self):
        """User and system time so far."""
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, patience=15):
        """SIGTERM, then waits; SIGKILL only when that did not help. Gives the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                self._reader.join(2)
                raise RuntimeError("nutnode ignored SIGTERM:\n" + "\n".join(self.lines[-40:])) from None
        self._reader.join(5)
        return self.process.returncode

    def __enter__(self):
        return self

    def finish(self):
        """Ends it: AssertionError unless it ends well, and without a finding of the auditor."""
        status = self.stop()
        if status != 0:
            raise AssertionError("nutnode ended with status %s:\n%s" % (status, "\n".join(self.lines[-60:])))
        if self._capture is not None:
            print(audit(self._capture, self.fields["ip"]))

    def __exit__(self, kind, value, traceback):
        if kind is None:
            self.finish()
            return
        try:
            status = self.stop()
        except RuntimeError:
            status = None
        print("--- output of nutnode (exit status %s) ---" % status)
        print("\n".join(self.lines[-60:]))


def scratch():
    """A folder for files of this run; the test's own in Bazel."""
    return pathlib.Path(tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR")))


def wait_until(condition, patience=10, what="the condition"):
    """Polls `condition` until it is true; AssertionError after `patience` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come true within {patience} s")
