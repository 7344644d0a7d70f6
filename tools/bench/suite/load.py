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
    """So many connections held open while the block runs."""

    def __init__(self, program, count):
        self.command = [*namespace.pinned(namespace.LOAD_CORE), program, namespace.NODE, "idle", str(count),
                        namespace.IDLE_SOURCES[0]]

    def __enter__(self):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(self.command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        if not self.process.stdout.readline():
            raise Failed("idle connections: " + self.process.communicate()[1].strip())
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(PATIENCE)


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
