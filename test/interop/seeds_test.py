"""Node and kernel over bad lines, seed after seed: what arrives is what was sent, and nothing stands still for longer than
the longest retransmission time-out. Loss 0 to 20 percent, with duplicates and disorder, both ways.

The argument is the number of seeds; several nodes run side by side, each with a network of 14 addresses.
"""

import concurrent.futures
import errno
import os
import random
import socket
import sys
import threading
import time

from namespace_case import NamespaceCase
from node_process import NodeProcess
import report

NETWORKS = 14
SIZE = 40_000
# Linux's TCP_RTO_MAX; ours is 60 s.
LONGEST_TIMEOUT = 120


class Line:
    """The impairment of one seed."""

    def __init__(self, seed):
        dice = random.Random(seed)
        self.seed = seed
        self.loss = seed % 21
        self.duplicate = dice.randint(0, 5)
        self.reorder = dice.randint(0, 10)

    def options(self):
        return ("--loss", f"{self.loss}%", "--duplicate", f"{self.duplicate}%", "--reorder", f"{self.reorder}%",
                "--seed", str(self.seed))

    def __str__(self):
        return " ".join(self.options())


def connect(node):
    """The kernel gives up its connect where three ARP requests are lost, which on these lines happens: then once more."""
    for attempt in range(10):
        try:
            return socket.create_connection((node, 7), timeout=2 * LONGEST_TIMEOUT)
        except OSError as error:
            if error.errno != errno.EHOSTUNREACH or attempt == 9:
                raise


def transfer(line, network):
    """Echoes SIZE octets through a node of its own. Gives the longest silence and the whole time, in seconds."""
    base = 16 * network
    node, host = f"198.19.0.{base + 2}", f"198.19.0.{base + 1}"
    data = random.Random(line.seed).randbytes(SIZE)
    with NodeProcess("--name", f"s{network}", "--ip", f"{node}/28", "--host", host, *line.options()):
        got = bytearray()
        with connect(node) as client:
            begin = last = time.monotonic()
            silence = 0.0

            def write():
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)

            writer = threading.Thread(target=write)
            writer.start()
            while True:
                piece = client.recv(65536)
                now = time.monotonic()
                silence = max(silence, now - last)
                last = now
                if not piece:
                    break
                got.extend(piece)
            writer.join(10)
        if bytes(got) != data:
            raise AssertionError(f"{len(got)} of {SIZE} octets, or others than were sent: {line}")
        return silence, last - begin


class Seeds(NamespaceCase):
    count = 24

    def test_content_and_progress(self):
        free = list(range(NETWORKS))
        lock = threading.Lock()
        done = {}
        failed = []

        def one(seed):
            line = Line(seed)
            with lock:
                network = free.pop()
            try:
                result = transfer(line, network)
                with lock:
                    done[seed] = result
            except (OSError, RuntimeError, AssertionError) as error:
                with lock:
                    failed.append(f"{line}: {error}")
            finally:
                with lock:
                    free.append(network)

        workers = min(NETWORKS, 4 * (os.cpu_count() or 1))
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            list(pool.map(one, range(self.count)))
        self.assertEqual(failed, [])
        self.assertEqual(len(done), self.count)
        silences = sorted(silence for silence, _ in done.values())
        worst = max(done, key=lambda seed: done[seed][0])
        print(f"{len(done)} seeds, {SIZE} octets there and back each: the longest silence is {silences[-1]:.2f} s "
              f"(seed {worst}, loss {Line(worst).loss} %), the median {silences[len(silences) // 2]:.2f} s, "
              f"the slowest took {max(t for _, t in done.values()):.1f} s")
        self.assertLess(silences[-1], LONGEST_TIMEOUT)


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[-1].isdigit():
        Seeds.count = int(sys.argv.pop())
    report.main()
