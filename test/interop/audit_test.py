"""What node and kernel send each other, read by nuttracecheck, which knows TCP from its RFCs alone: no segment is forbidden."""

import os
import socket
import subprocess
import threading

from namespace_case import NamespaceCase, run
from node_process import NODE, NodeProcess
import report


class Audit(NamespaceCase):
    needs = ("curl", "nc")

    def check(self, *options, size=1_500_000):
        """`size` octets through echo, a page, a short and a refused connection, then the auditor."""
        data = os.urandom(size)
        with NodeProcess(*options):
            self.assertEqual(self.echo(data), data)
            run("curl", "-sS", "--max-time", "60", "-o", "/dev/null", f"http://{NODE}/")
            self.assertEqual(self.echo(b"short"), b"short")
            subprocess.run(["nc", "-z", "-w", "3", NODE, "4242"], timeout=10)

    @staticmethod
    def echo(data):
        with socket.create_connection((NODE, 7), timeout=60) as client:
            def write():
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)

            writer = threading.Thread(target=write)
            writer.start()
            got = bytearray()
            while piece := client.recv(65536):
                got.extend(piece)
            writer.join(60)
            return bytes(got)

    def test_a_good_line_with_every_offload(self):
        for offload in ("none", "checksum", "all"):
            with self.subTest(offload=offload):
                self.check("--offload", offload)

    def test_losses(self):
        for seed in ("1", "2", "3"):
            with self.subTest(seed=seed):
                self.check("--loss", "2%", "--seed", seed)

    def test_losses_and_delay(self):
        self.check("--loss", "5%", "--delay", "5ms±2ms", "--seed", "4", size=200_000)

    def test_duplicates_and_disorder(self):
        for seed in ("11", "12", "13"):
            with self.subTest(seed=seed):
                self.check("--loss", "1%", "--duplicate", "3%", "--reorder", "3%", "--seed", seed)

    def test_corruption(self):
        self.check("--corrupt", "1%", "--seed", "5")

    def test_the_classic_profile(self):
        self.check("--profile", "classic", size=200_000)

    def test_new_reno(self):
        self.check("--congestion", "newreno", "--loss", "2%", "--seed", "6")


if __name__ == "__main__":
    report.main()
