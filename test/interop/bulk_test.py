"""Bulk both ways with plain kernel sockets, alone and over an impaired line: every octet arrives, in order."""

import hashlib
import os
import socket
import threading

from namespace_case import NamespaceCase
from node_process import NODE, NodeProcess
import report

MEGABYTE = 1_000_000


def echo(size, port=7, timeout=120):
    """Pumps `size` octets to the echo service while reading what comes back; gives both digests and the count."""
    sent, received, count = hashlib.sha256(), hashlib.sha256(), 0
    block = os.urandom(MEGABYTE)
    with socket.create_connection((NODE, port), timeout=timeout) as client:

        def pump():
            left = size
            while left > 0:
                piece = block[: min(left, len(block))]
                client.sendall(piece)
                sent.update(piece)
                left -= len(piece)
            client.shutdown(socket.SHUT_WR)

        pumping = threading.Thread(target=pump)
        pumping.start()
        while piece := client.recv(1 << 18):
            received.update(piece)
            count += len(piece)
        pumping.join()
    return sent.hexdigest(), received.hexdigest(), count


class Bulk(NamespaceCase):
    def check(self, size, *options):
        with NodeProcess(*options) as node:
            sent, received, count = echo(size)
            self.assertEqual(count, size)
            self.assertEqual(sent, received)
            self.assertLess(node.memory_kib(), 400_000)

    def test_100_megabytes_both_ways_at_once(self):
        self.check(100 * MEGABYTE)

    def test_loss_1_percent(self):
        self.check(4 * MEGABYTE, "--loss", "1%", "--seed", "1")

    def test_loss_10_percent_with_delay(self):
        self.check(200_000, "--loss", "10%", "--delay", "5ms±2ms", "--seed", "2")

    def test_reorder_and_duplicate(self):
        self.check(4 * MEGABYTE, "--reorder", "5%", "--duplicate", "5%", "--delay", "1ms", "--seed", "3")

    def test_corruption_is_caught_by_the_checksums(self):
        self.check(2 * MEGABYTE, "--corrupt", "1%", "--seed", "4")

    def test_a_small_mtu(self):
        self.check(2 * MEGABYTE, "--mtu", "576")

    def test_ten_at_once(self):
        with NodeProcess():
            results = []
            threads = [threading.Thread(target=lambda: results.append(echo(3 * MEGABYTE))) for _ in range(10)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(120)
            self.assertEqual(len(results), 10)
            for sent, received, count in results:
                self.assertEqual((sent, count), (received, 3 * MEGABYTE))


if __name__ == "__main__":
    report.main()
