"""The clients: tools/bench/load, wrk and ab, pinned to the load's core. Wrong or missing answers raise Failed."""

import json
import re
import socket
import subprocess
import urllib.request

from suite import namespace
from suite.process import Failed

PATIENCE = 180
HELLO = b"Hello from Nut/Net\n"


def wait_for_answer():
    """Until the node's UDP echo answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.25)
        for _ in range(20):
            try:
                asking.sendto(b"there?", (namespace.NODE, 7))
                if asking.recv(100) == b"there?":
                    return
            except OSError:
                continue
    raise Failed("it does not answer")


def run(program, *arguments, address=namespace.NODE):
    command = [*namespace.pinned(namespace.LOAD_CORE), program, address, *map(str, arguments)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise Failed(f"no end after {PATIENCE} s") from None
    if done.returncode != 0:
        raise Failed(done.stderr.strip() or f"load ended with {done.returncode}")
    return json.loads(done.stdout)


class Idle:
    """So many connections held open while the block runs, by as many processes as descriptors and ports ask for."""

    MOST = 15_000  # a process, and an address

    def __init__(self, program, count):
        self.program, self.count = program, count
        self.holders = []

    def __enter__(self):
        shares = [min(self.MOST, self.count - at) for at in range(0, self.count, self.MOST)]
        for share, source in zip(shares, namespace.IDLE_SOURCES):
            command = [*namespace.pinned(namespace.LOAD_CORE), self.program, namespace.NODE, "idle", str(share), source]
            pipe = subprocess.PIPE
            holder = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
            self.holders.append(holder)
            if not holder.stdout.readline():
                why = holder.communicate()[1].strip()
                self.__exit__()
                raise Failed(f"idle connections: {why}")
        return self

    def __exit__(self, *_):
        for holder in self.holders:
            if holder.poll() is None:
                holder.communicate(timeout=PATIENCE)


def http(command):
    """Requests a second by wrk or ab; the content is looked at once before."""
    url = f"http://{namespace.NODE}/hello.txt"
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            content = answer.read()
    except OSError as error:
        raise Failed(str(error)) from error
    if content != HELLO:
        raise Failed(f"the answer is {content[:40]!r}")
    try:
        done = subprocess.run([*namespace.pinned(namespace.LOAD_CORE), *command, url], capture_output=True, text=True,
                              timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise Failed(f"no end after {PATIENCE} s") from None
    match = re.search(r"Requests(?:/sec| per second):\s+([\d.]+)", done.stdout)
    errors = re.search(r"Socket errors.*|Non-2xx.*|Failed requests:\s+[1-9].*", done.stdout)
    if not match or errors:
        raise Failed(errors[0] if errors else (done.stderr or done.stdout).strip()[-200:])
    return float(match[1])
