"""A hundred thousand SYNs a second from everywhere: who is there stays, who comes gets in, memory keeps its limit."""

import re
import socket
import subprocess
import time

from namespace_case import NamespaceCase, run
from node_process import NODE, NodeProcess
import report

SECONDS = 5
RATE = 100_000
GROWTH_KIB = 96 * 1024  # 16,384 half-open connections and what waits for their addresses


def echo(client, text):
    client.sendall(text)
    got = b""
    while len(got) < len(text):
        piece = client.recv(4096)
        if not piece:
            raise AssertionError("the connection ended in the flood")
        got += piece
    return got == text


class SynFlood(NamespaceCase):
    def test_established_and_new_connections_in_a_flood(self):
        mac = "02:00:00:00:00:10"
        with NodeProcess("--mac", mac, audited=False) as node, socket.create_connection((NODE, 7), timeout=20) as established:
            self.assertTrue(echo(established, b"before"))
            before = node.memory_kib()
            flood = subprocess.Popen(["test/interop/syn_flood", node.fields["tap"], mac, str(SECONDS), str(RATE)],
                                     stdout=subprocess.PIPE, text=True)
            answered = opened = 0
            slowest = 0.0
            while flood.poll() is None:
                self.assertTrue(echo(established, b"still %d" % answered))
                answered += 1
                started = time.monotonic()
                with socket.create_connection((NODE, 7), timeout=20) as newcomer:
                    self.assertTrue(echo(newcomer, b"new"))
                slowest = max(slowest, time.monotonic() - started)
                opened += 1
                time.sleep(0.02)
            said = flood.stdout.read().strip()
            flood.stdout.close()
            growth = node.memory_kib() - before
            print(f"{said}; {answered} answers to who was there, {opened} new connections (the slowest took {slowest:.2f} s),"
                  f" {growth} KiB more")
            self.assertEqual(flood.returncode, 0)
            self.assertGreater(int(re.match(r"\d+", said)[0]), SECONDS * RATE // 4)
            self.assertGreater(opened, 3)
            self.assertLess(growth, GROWTH_KIB)
            self.assertTrue(echo(established, b"after"))
            page = run("curl", "-sS", "--max-time", "20", f"http://{NODE}/").stdout.decode(errors="replace")
            self.assertIn("<html", page.lower())


if __name__ == "__main__":
    report.main()
