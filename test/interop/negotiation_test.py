"""What node and kernel agree on: seen by tshark on the wire, and by ss at the kernel's end, opened from either side."""

import pathlib
import re
import socket
import threading

from namespace_case import NamespaceCase, run
from node_process import HOST, NODE, NodeProcess, scratch
import report

ECN = pathlib.Path("/proc/sys/net/ipv4/tcp_ecn")


def kernel_asks_for_ecn():
    """In this namespace only; False where it may not be changed."""
    try:
        ECN.write_text("1")
    except OSError:
        return False
    return True


class Negotiation(NamespaceCase):
    needs = ("tshark", "ss")

    def converse(self, *options):
        """1 MB there and back, what ss says of it meanwhile, and the capture."""
        path = scratch() / "n1.pcapng"
        with NodeProcess("--pcap", str(path), *options):
            with socket.create_connection((NODE, 7), timeout=20) as client:
                got = bytearray()

                def read():
                    while piece := client.recv(65536):
                        got.extend(piece)

                reader = threading.Thread(target=read)
                reader.start()
                data = bytes(range(256)) * 4000
                client.sendall(data)
                told = run("ss", "-tino", "dst", NODE).stdout.decode()
                client.shutdown(socket.SHUT_WR)
                reader.join(60)
            self.assertEqual(bytes(got), data)
        return path, told

    @staticmethod
    def tshark(path, display, *fields):
        words = [word for field in fields for word in ("-e", field)]
        return run("tshark", "-n", "-r", str(path), "-Y", display, "-T", "fields", *words, timeout=60).stdout.decode()

    def test_sack_timestamps_scaling_and_ecn_with_the_kernel(self):
        asked = kernel_asks_for_ecn()
        path, told = self.converse()
        print(told)
        for word in ("sack", "ts", "wscale:") + (("ecn",) if asked else ()):
            self.assertRegex(told, rf"\b{word}")
        node_syn = self.tshark(path, f"tcp.flags.syn == 1 && ip.src == {NODE}", "tcp.options.sack_perm",
                               "tcp.options.timestamp.tsval", "tcp.options.wscale.shift", "tcp.flags.ece", "tcp.flags.cwr")
        sack, stamp, shift, ece, cwr = node_syn.rstrip("\n").split("\t")
        self.assertTrue(sack and stamp and shift, node_syn)
        self.assertEqual((ece in ("1", "True"), cwr in ("1", "True")), (asked, False))
        # Timestamps in every segment once agreed (RFC 7323 3.2); text of the node can be marked.
        self.assertEqual(self.tshark(path, "tcp && tcp.flags.reset == 0 && !tcp.options.timestamp.tsval", "frame.number"), "")
        if asked:
            marks = set(self.tshark(path, f"tcp.len > 0 && ip.src == {NODE} && !tcp.analysis.retransmission",
                                    "ip.dsfield.ecn").split())
            self.assertEqual(marks, {"2"})

    def test_losses_are_told_by_sack_both_ways(self):
        path, told = self.converse("--loss", "3%", "--seed", "11")
        del told
        for source in (NODE, HOST):
            blocks = self.tshark(path, f"tcp.options.sack_le && ip.src == {source}", "frame.number").split()
            self.assertGreater(len(blocks), 0, f"no SACK block from {source}")

    def test_the_classic_profile_agrees_to_nothing(self):
        path, told = self.converse("--profile", "classic")
        self.assertIsNone(re.search(r"\b(sack|ts|ecn|wscale)\b", told), told)
        self.assertEqual(self.tshark(path, "tcp.options.timestamp.tsval && tcp.flags.syn == 0", "frame.number"), "")


if __name__ == "__main__":
    report.main()
