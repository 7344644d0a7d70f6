"""Many connections: 1,000 at the same time, and thousands one after the other."""

import resource
import socket
import threading

from namespace_case import NamespaceCase
from node_process import NODE, NodeProcess
import report


class Connections(NamespaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
        cls.node = NodeProcess()
        cls.addClassCleanup(cls.node.finish)

    def test_1000_at_the_same_time_all_alive(self):
        clients = [socket.create_connection((NODE, 7), timeout=20) for _ in range(1000)]
        for i, client in enumerate(clients):
            client.sendall(b"number %d" % i)
        for i, client in enumerate(clients):
            expected = b"number %d" % i
            data = b""
            while len(data) < len(expected):
                piece = client.recv(100)
                self.assertTrue(piece, f"connection {i} ended early")
                data += piece
            self.assertEqual(data, expected)
        for client in clients:
            client.close()

    def test_1000_opened_by_100_threads_at_once(self):
        failures = []

        def work(number):
            try:
                for turn in range(10):
                    with socket.create_connection((NODE, 7), timeout=20) as client:
                        text = b"%d/%d" % (number, turn)
                        client.sendall(text)
                        client.shutdown(socket.SHUT_WR)
                        if client.makefile("rb").read() != text:
                            failures.append((number, turn, "content"))
            except OSError as error:
                failures.append((number, error))

        threads = [threading.Thread(target=work, args=(n,)) for n in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(failures, [])

    def test_5000_short_ones_in_a_row(self):
        for turn in range(5000):
            with socket.create_connection((NODE, 7), timeout=20) as client:
                client.sendall(b"ping")
                self.assertEqual(client.recv(10), b"ping", f"turn {turn}")


if __name__ == "__main__":
    report.main()
