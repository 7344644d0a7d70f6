"""The kernel's ping(8) against the node: sizes from 0 to the largest, fragments both ways, loss, other addresses."""

import re

from namespace_case import NamespaceCase, run
from node_process import NODE, NodeProcess
import report


def ping(*arguments, check=True):
    done = run("ping", "-n", *arguments, check=check, timeout=60)
    text = done.stdout.decode()
    match = re.search(r"(\d+) packets transmitted, (\d+) received", text)
    return (int(match[1]), int(match[2]), text) if match else (0, 0, text)


class Ping(NamespaceCase):
    needs = ("ping", "ip")

    def setUp(self):
        self.node = self.enterContext(NodeProcess()) if hasattr(self, "enterContext") else NodeProcess()
        if not hasattr(self, "enterContext"):
            self.addCleanup(self.node.finish)

    def test_the_very_first_packet_is_answered(self):
        # The host has to resolve us first, and we the host: neither may cost a packet.
        sent, received, text = ping("-c", "1", "-W", "2", NODE)
        self.assertEqual((sent, received), (1, 1), text)

    def test_sizes_from_0_to_65507(self):
        for size in (0, 1, 7, 8, 15, 16, 55, 56, 1471, 1472, 1473, 1480, 2952, 2953, 9000, 32768, 65506, 65507):
            with self.subTest(size=size):
                sent, received, text = ping("-c", "2", "-i", "0.01", "-W", "3", "-s", str(size), NODE)
                self.assertEqual((sent, received), (2, 2), text)
                self.assertNotIn("wrong data", text)

    def test_patterns_come_back_unchanged(self):
        for pattern in ("00", "ff", "a55a", "0102030405060708"):
            with self.subTest(pattern=pattern):
                _, received, text = ping("-c", "2", "-i", "0.01", "-p", pattern, "-s", "1473", NODE)
                self.assertEqual(received, 2, text)
                self.assertNotIn("wrong data", text)

    def test_a_flood_of_2000_loses_nothing(self):
        sent, received, text = ping("-f", "-c", "2000", "-W", "2", NODE)
        self.assertEqual(sent, received, text)

    def test_dont_fragment_and_record_route_and_ttl_1(self):
        for extra in (("-M", "do", "-s", "1472"), ("-R",), ("-T", "tsonly"), ("-t", "1")):
            with self.subTest(extra=extra):
                _, received, text = ping("-c", "1", "-W", "2", *extra, NODE)
                self.assertEqual(received, 1, text)

    def test_broadcast_echo_is_not_answered(self):
        _, received, text = ping("-b", "-c", "2", "-i", "0.2", "-W", "1", "198.19.0.255", check=False)
        self.assertEqual(received, 0, text)

    def test_an_address_of_nobody_is_not_answered(self):
        _, received, text = ping("-c", "1", "-W", "1", "198.19.0.11", check=False)
        self.assertEqual(received, 0, text)


if __name__ == "__main__":
    report.main()
