"""TCP Fast Open between the node and the kernel (RFC 7413): the text of the second connection comes with its SYN."""

import pathlib
import socket
import struct

from namespace_case import NamespaceCase, run
from node_process import NodeProcess, scratch
import report

SETTING = pathlib.Path("/proc/sys/net/ipv4/tcp_fastopen")


class FastOpen(NamespaceCase):
    needs = ("tshark", "curl")

    def setUp(self):
        # 1: as a client, which is the kernel's default.
        if int(SETTING.read_text()) & 1 == 0:
            self.skipTest("the kernel's client has Fast Open switched off, and it may not be changed here")

    @staticmethod
    def node(last, path, *options):
        """At an address of its own: the kernel remembers what the servers of the other tests gave to it."""
        return NodeProcess("--ip", f"198.19.0.{last}/24", "--pcap", str(path), *options)

    @staticmethod
    def ask(last, text):
        """`text` there and back, and the kernel decides what goes with the SYN."""
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
            # Blocking, with a limit: else who has no cookie is told EINPROGRESS, and his text stays with him.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", 20, 0))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", 20, 0))
            client.sendto(text, socket.MSG_FASTOPEN, (f"198.19.0.{last}", 7))
            got = bytearray()
            # No half close before: in SYN-SENT the kernel takes one for the end of the connection.
            while len(got) < len(text):
                piece = client.recv(65536)
                if not piece:
                    break
                got.extend(piece)
            return bytes(got)

    def syns(self, path):
        """(octets of text, length of the cookie option or "") of each SYN of the kernel's."""
        told = run("tshark", "-n", "-r", str(path), "-Y", "tcp.flags.syn == 1 && tcp.flags.ack == 0", "-T", "fields",
                   "-e", "tcp.len", "-e", "tcp.options.tfo.cookie", "-e", "tcp.options.tfo.request").stdout.decode()
        return [line.split("\t") for line in told.splitlines()]

    def test_the_second_request_comes_with_the_syn(self):
        path = scratch() / "n1.pcapng"
        with self.node(21, path, "--fast-open"):
            for text in (b"first", b"second", b"third" * 100):
                self.assertEqual(self.ask(21, text), text)
        syns = self.syns(path)
        print(syns)
        self.assertEqual([int(octets) for octets, *_ in syns], [0, 6, 500])
        self.assertEqual(syns[0][1], "")
        self.assertTrue(syns[1][1] and syns[1][1] == syns[2][1], "the same cookie is shown again")
        # Taken at once: the SYN-ACK acknowledges the text, too.
        acks = run("tshark", "-n", "-r", str(path), "-Y", "tcp.flags.syn == 1 && tcp.flags.ack == 1", "-T", "fields",
                   "-e", "tcp.ack").stdout.split()
        self.assertEqual([int(ack) for ack in acks], [1, 7, 501])

    def test_curl_asks_with_its_syn(self):
        path = scratch() / "n1.pcapng"
        with self.node(22, path, "--fast-open"):
            for _ in range(2):
                page = run("curl", "-sS", "--tcp-fastopen", "--max-time", "20", "http://198.19.0.22/").stdout
                self.assertIn(b"<html", page.lower())
        self.assertGreater(int(self.syns(path)[1][0]), 20)

    def test_without_the_option_nothing_comes_of_it(self):
        path = scratch() / "n1.pcapng"
        with self.node(23, path):
            for text in (b"first", b"second"):
                self.assertEqual(self.ask(23, text), text)
        self.assertEqual([int(octets) for octets, *_ in self.syns(path)], [0, 0])


if __name__ == "__main__":
    report.main()
