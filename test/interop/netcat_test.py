"""nc(1) and plain sockets of the kernel against echo, discard, chargen, daytime and the command server."""

import hashlib
import os
import re
import socket
import subprocess
import threading
import time

from namespace_case import NamespaceCase, run
from node_process import HOST, NODE, NodeProcess, scratch, wait_until
import report

MEGABYTE = 1_000_000


class Netcat(NamespaceCase):
    needs = ("nc",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.node = NodeProcess()
        cls.addClassCleanup(cls.node.finish)

    def echo(self, size):
        """Sends a file of `size` bytes through nc to the echo service and gives both digests."""
        folder = scratch()
        original = folder / "in"
        block = os.urandom(MEGABYTE)
        with original.open("wb") as file:
            for start in range(0, size, len(block)):
                file.write(block[: min(len(block), size - start)])
        with original.open("rb") as source, (folder / "out").open("wb") as sink:
            # -N: half close after the end of the input; the echo must still arrive completely.
            subprocess.run(["nc", "-N", NODE, "7"], stdin=source, stdout=sink, timeout=240, check=True)
        digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (original, folder / "out")]
        original.unlink(), (folder / "out").unlink()
        return digests

    def test_100_megabytes_both_ways_with_a_checksum(self):
        sent, received = self.echo(100 * MEGABYTE)
        self.assertEqual(sent, received)

    def test_small_sizes_with_half_close(self):
        for size in (0, 1, 1447, 1448, 1449, 65536, 1_234_567):
            with self.subTest(size=size):
                sent, received = self.echo(size)
                self.assertEqual(sent, received)

    def test_udp_echo(self):
        for size in (1, 1472, 1473, 9000, 65507):
            with self.subTest(size=size), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.settimeout(3)
                data = os.urandom(size)
                client.sendto(data, (NODE, 7))
                back, sender = client.recvfrom(70000)
                self.assertEqual(back, data)
                self.assertEqual(sender, (NODE, 7))

    def test_nc_udp(self):
        done = subprocess.run(["nc", "-u", "-w", "1", NODE, "7"], input=b"over UDP\n", capture_output=True, timeout=20)
        self.assertEqual(done.stdout, b"over UDP\n")

    def test_a_closed_udp_port_is_reported(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(3)
            client.connect((NODE, 4242))
            client.send(b"anybody?")
            with self.assertRaises(ConnectionRefusedError):
                client.recv(100)

    def test_a_closed_tcp_port_refuses_at_once(self):
        started = time.monotonic()
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection((NODE, 4242), timeout=5)
        self.assertLess(time.monotonic() - started, 4)

    def test_discard_takes_and_says_nothing(self):
        with socket.create_connection((NODE, 9), timeout=10) as client:
            client.sendall(bytes(5 * MEGABYTE))
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(client.recv(100), b"")

    def test_daytime(self):
        with socket.create_connection((NODE, 13), timeout=5) as client:
            text = client.makefile().read()
        self.assertRegex(text, r"20\d\d")

    def test_chargen_and_a_reader_that_goes_away(self):
        with socket.create_connection((NODE, 19), timeout=5) as client:
            data = b""
            while len(data) < 200_000:
                data += client.recv(65536)
        lines = data.decode("ascii").split("\r\n")
        self.assertEqual(len(lines[0]), 72)
        self.assertEqual(lines[1][:-1], lines[0][1:])  # each line is the one before, moved on by one character

    def test_a_slow_reader_closes_the_window_and_opens_it_again(self):
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
            client.settimeout(20)
            client.connect((NODE, 19))
            time.sleep(3)  # the window is shut for longer than a first probe takes
            total = 0
            while total < 2 * MEGABYTE:
                piece = client.recv(65536)
                self.assertTrue(piece)
                total += len(piece)

    def test_the_command_server(self):
        with socket.create_connection((NODE, 23), timeout=5) as client:
            client.sendall(b"help\r\nthreads\r\nsockets\r\narp\r\nroutes\r\nuptime\r\nnonsense\r\nquit\r\n")
            text = client.makefile(errors="replace").read()
        for word in ("threads", "tcpsm", "ESTABLISHED", HOST):
            self.assertIn(word, text)

    def test_urgent_data_does_not_disturb(self):
        with socket.create_connection((NODE, 7), timeout=5) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
            client.sendall(b"before ")
            client.send(b"!", socket.MSG_OOB)
            client.sendall(b" after")
            client.shutdown(socket.SHUT_WR)
            data = b""
            while piece := client.recv(1000):
                data += piece
        self.assertEqual(data, b"before ! after")

    def test_reset_by_the_client_leaves_nothing_behind(self):
        import struct
        for _ in range(50):
            client = socket.create_connection((NODE, 7), timeout=5)
            client.sendall(b"x" * 1000)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        self.assertEqual(run("nc", "-N", NODE, "7", input=b"still here").stdout, b"still here")


if __name__ == "__main__":
    report.main()
