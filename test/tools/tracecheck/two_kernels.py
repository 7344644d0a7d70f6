"""Two hosts of the kernel's own TCP, each in a network namespace, joined by a veth pair or by a bad wire, with a
capture at either end.

The caller's namespace is host A; host B is a child process that moves into a namespace of its own.
"""

import ctypes
import fcntl
import os
import random
import re
import select
import signal
import socket
import struct
import subprocess
import threading
import time

A = "198.19.0.1"
B = "198.19.0.2"
CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TAP_NO_PI = 0x1002


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


def open_tap(name):
    tap = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP_NO_PI))
    return tap


class BadWire:
    """Carries frames between two TAPs, late, and not all of them."""

    def __init__(self, taps, loss, reorder, delay, seed):
        self._taps = taps
        self._random = random.Random(seed)
        self._loss, self._reorder, self._delay = loss, reorder, delay
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        waiting = []  # (when, number, to, frame)
        number = 0
        while not self._stop.is_set():
            patience = 0.05
            if waiting:
                patience = min(patience, max(0, waiting[0][0] - time.monotonic()))
            ready, _, _ = select.select(self._taps, [], [], patience)
            now = time.monotonic()
            for tap in ready:
                frame = os.read(tap, 65536)
                if self._random.random() < self._loss:
                    continue
                late = self._delay * (3 if self._random.random() < self._reorder else 1)
                waiting.append((now + late, number, self._taps[1 - self._taps.index(tap)], frame))
                number += 1
            waiting.sort()
            while waiting and waiting[0][0] <= now:
                _, _, tap, frame = waiting.pop(0)
                os.write(tap, frame)

    def stop(self):
        self._stop.set()
        self._thread.join()


class Host:
    """A process in a namespace of its own that runs `serve()` there; `prepare` gives a file descriptor or None."""

    def __init__(self, prepare, serve):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
                    os._exit(3)
                descriptor = prepare()
                theirs.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", descriptor))]
                               if descriptor is not None else [])
                theirs.recv(1)  # the link is there
                serve(theirs)
            finally:
                os._exit(0)
        theirs.close()
        self.control = ours
        _, ancillary, _, _ = ours.recvmsg(1, socket.CMSG_SPACE(4))
        self.descriptor = struct.unpack("i", ancillary[0][2])[0] if ancillary else None

    def go_on(self):
        self.control.send(b"x")
        self.control.recv(1)  # it listens

    def stop(self):
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        self.control.close()


class Dump:
    """dumpcap on an interface of a process's namespace (tcpdump wants to become another user, who is not there)."""

    def __init__(self, path, interface, pid=None):
        enter = ["nsenter", "-t", str(pid), "-n"] if pid else []
        self._process = subprocess.Popen([*enter, "dumpcap", "-q", "-i", interface, "-w", str(path), "-B", "64", "-f", "tcp or icmp"],
                                         stderr=subprocess.PIPE, text=True)
        while not (line := self._process.stderr.readline()).startswith("File:"):
            if not line:
                raise RuntimeError("dumpcap ended")
        self.dropped = None

    def stop(self):
        time.sleep(0.3)
        self._process.send_signal(signal.SIGINT)
        text = self._process.communicate(timeout=20)[1]
        if found := re.search(r"received/dropped on interface .*: \d+/(\d+)", text):
            self.dropped = int(found.group(1))


class TwoKernels:
    """Context: the link is up and `serve` runs on host B; both ends are captured into `folder`/a.pcapng and b.pcapng."""

    def __init__(self, folder, serve, bad_wire=None):
        self._folder, self._serve, self._bad = folder, serve, bad_wire

    def __enter__(self):
        try:
            self._build()
        except BaseException:
            self._tear_down()
            raise
        return self

    def _build(self):
        self._wire = self._host = None
        self._dumps, self._taps = [], []
        run("ip", "link", "set", "lo", "up")
        if self._bad is None:
            self._host = Host(lambda: None, self._ready(self._serve))
            run("ip", "link", "add", "veth-nuta", "type", "veth", "peer", "name", "veth-nutb", "netns", str(self._host.pid))
            self._name = "veth-nuta", "veth-nutb"
        else:
            self._name = "nut-a", "nut-b"
            tap = open_tap("nut-a")
            self._host = Host(lambda: open_tap("nut-b"), self._ready(self._serve))
            self._taps = [tap, self._host.descriptor]
        self._inside("ip", "addr", "add", B + "/24", "dev", self._name[1])
        self._inside("ip", "link", "set", self._name[1], "up")
        self._inside("ip", "link", "set", "lo", "up")
        run("ip", "addr", "add", A + "/24", "dev", self._name[0])
        run("ip", "link", "set", self._name[0], "up")
        if self._bad is not None:
            self._wire = BadWire(self._taps, **self._bad)
        self._host.go_on()
        self._dumps.append(Dump(self._folder / "a.pcapng", self._name[0]))
        self._dumps.append(Dump(self._folder / "b.pcapng", self._name[1], self._host.pid))

    def _inside(self, *command):
        run("nsenter", "-t", str(self._host.pid), "-n", *command)

    @staticmethod
    def _ready(serve):
        return lambda control: serve(lambda: control.send(b"x"))

    def __exit__(self, *_):
        self._tear_down()
        # What a capture has missed cannot be judged.
        self.complete = [dump.dropped for dump in self._dumps] == [0, 0]

    def _tear_down(self):
        for dump in self._dumps:
            dump.stop()
        if self._wire:
            self._wire.stop()
        for tap in self._taps:
            os.close(tap)
        if self._host:
            self._host.stop()
        if self._bad is None:
            subprocess.run(["ip", "link", "del", "veth-nuta"], capture_output=True, check=False)
