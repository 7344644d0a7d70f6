"""The packet filter, seen from the kernel: what is dropped, what is rejected, what passes, what is counted."""

import errno
import socket

from namespace_case import NamespaceCase, run
from node_process import HOST, NODE, NodeProcess
import report

RULES = (
    f"accept in tcp from {HOST} to any port 23",
    "reject in tcp syn to any port 7-9",
    "drop in tcp syn to any port 13",
    "reject in udp to any port 7",
    "drop in icmp type 8",
)


def connect(port, patience=5):
    """0, or the errno of connect(2); ETIMEDOUT when nothing was heard."""
    with socket.socket() as end:
        end.settimeout(patience)
        try:
            end.connect((NODE, port))
        except socket.timeout:
            return errno.ETIMEDOUT
        except OSError as error:
            return error.errno
    return 0


def command(line):
    """What the node's command server answers."""
    with socket.create_connection((NODE, 23), 10) as server:
        server.sendall(line.encode() + b"\r\nquit\r\n")
        text = b""
        while True:
            piece = server.recv(65536)
            if not piece:
                return text.decode(errors="replace")
            text += piece


class Filter(NamespaceCase):
    needs = ("ip", "ping")

    def test_rules_decide_about_real_traffic(self):
        arguments = [word for rule in RULES for word in ("--filter", rule)]
        with NodeProcess(*arguments):
            self.assertEqual(connect(80), 0)
            self.assertEqual(connect(7), errno.EHOSTUNREACH, "told at once that it is prohibited")
            self.assertEqual(connect(13, patience=1.5), errno.ETIMEDOUT)

            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
                end.settimeout(5)
                end.connect((NODE, 7))
                end.send(b"x")
                with self.assertRaises(OSError) as caught:
                    end.recv(10)
                self.assertEqual(caught.exception.errno, errno.EHOSTUNREACH)

            # Large pings come in fragments.
            for size in ("56", "4000"):
                done = run("ping", "-n", "-c", "1", "-W", "1", "-s", size, NODE, check=False)
                self.assertIn(b" 0 received", done.stdout)

            shown = command("filter")
            for rule in RULES:
                self.assertIn(rule, shown)
            counts = {line.split(None, 2)[2].strip(): int(line.split()[0]) for line in shown.splitlines()
                      if line[:1] == " " and line.split()[0].isdigit()}
            self.assertEqual(counts[RULES[1]], 1, shown)
            self.assertGreaterEqual(counts[RULES[2]], 1, shown)
            self.assertEqual(counts[RULES[3]], 1, shown)
            self.assertEqual(counts[RULES[4]], 2, shown)
            self.assertIn("ip: filtered", command("counters filtered"))


if __name__ == "__main__":
    report.main()
