"""The program itself: what a newcomer sees, exit codes, messages for bad input, signals, the interface gone afterwards."""

import os
import signal
import socket
import subprocess
import time

from namespace_case import NamespaceCase, run
from node_process import HOST, NODE, NodeProcess, program, scratch, wait_until
import report


def start(*arguments, timeout=20):
    """Runs nutnode with arguments that should end it by themselves; gives status and all it printed."""
    done = subprocess.run([program(), *arguments], capture_output=True, text=True, timeout=timeout)
    return done.returncode, done.stdout + done.stderr


class Program(NamespaceCase):
    needs = ("ip", "ping")

    def links(self):
        return run("ip", "-o", "link").stdout.decode()

    def test_ready_line_and_the_interface_disappears(self):
        with NodeProcess() as node:
            self.assertEqual(node.fields["ip"], NODE)
            self.assertEqual(node.fields["name"], "n1")
            self.assertIn(node.fields["tap"], self.links())
            self.assertIn(HOST, run("ip", "addr", "show", node.fields["tap"]).stdout.decode())
            run("ping", "-n", "-c", "1", "-W", "2", NODE)
            tap = node.fields["tap"]
        wait_until(lambda: tap not in self.links(), what=f"{tap} to disappear")

    def test_capabilities_are_gone_after_the_start(self):
        with NodeProcess() as node:
            status = open(f"/proc/{node.pid}/status").read()
        self.assertIn("CapEff:\t0000000000000000", status)
        self.assertIn("NoNewPrivs:\t1", status)

    def test_usage_errors_are_64_and_name_the_mistake(self):
        for arguments, word in (
            (("--los", "1%"), "--loss"),
            (("--loss", "banana"), "banana"),
            (("--loss", "101%"), "101%"),
            (("--ip", "198.19.0.256/24"), "198.19.0.256"),
            (("--ip", "198.19.0.10"), "198.19.0.10"),
            (("--mac", "ff:ff:ff:ff:ff:ff"), "ff:ff:ff:ff:ff:ff"),
            (("--mtu", "20"), "20"),
            (("--app", "gopher"), "gopher"),
            (("--app", "httpd:70000"), "70000"),
            (("--log", "loud"), "loud"),
            (("--delay", "5 parsecs"), "parsecs"),
            (("--config", "/nonexistent/x.conf"), "/nonexistent/x.conf"),
            (("--www", "/nonexistent"), "/nonexistent"),
            (("stray",), "stray"),
        ):
            with self.subTest(arguments=arguments):
                status, text = start(*arguments)
                self.assertEqual(status, 64, text)
                self.assertIn(word, text)

    def test_a_malformed_config_file_is_named_with_its_line(self):
        path = scratch() / "bad.conf"
        path.write_text("name = n7\nloss = 3%\nno-such-thing = 1\n")
        status, text = start("--config", str(path))
        self.assertEqual(status, 64, text)
        self.assertIn("no-such-thing", text)
        self.assertIn("bad.conf", text)

    def test_config_and_command_line_and_print_config_agree(self):
        path = scratch() / "good.conf"
        path.write_text("name = n7\nseed = 12\n")
        status, text = start("--config", str(path), "--seed", "99", "--print-config")
        self.assertEqual(status, 0, text)
        self.assertRegex(text, r"(?m)^name ?= ?n7")
        self.assertRegex(text, r"(?m)^seed ?= ?99")
        again = scratch() / "again.conf"
        again.write_text(text)
        self.assertEqual(start("--config", str(again), "--print-config"), (0, text))

    def test_help_fits_a_screen_and_version_is_there(self):
        status, text = start("--help")
        self.assertEqual(status, 0)
        self.assertLessEqual(len(text.splitlines()), 50)
        self.assertLessEqual(max(map(len, text.splitlines())), 100)
        self.assertEqual(start("--help-all")[0], 0)
        self.assertEqual(start("--version")[0], 0)

    def test_two_nodes_on_one_machine_do_not_collide(self):
        with NodeProcess("--name", "a", "--ip", "198.19.0.10/24") as a, NodeProcess("--name", "b", "--ip", "198.19.0.11/24") as b:
            self.assertNotEqual(a.fields["tap"], b.fields["tap"])

    def test_a_busy_tap_is_69_and_says_who(self):
        with NodeProcess() as node:
            status, text = start("--tap", node.fields["tap"])
            self.assertEqual(status, 69, text)
            self.assertIn(node.fields["tap"], text)

    def test_signals(self):
        with NodeProcess() as node:
            node.signal(signal.SIGUSR1)
            wait_until(lambda: any("tcpsm" in line for line in node.lines), what="the listing of SIGUSR1")
            node.signal(signal.SIGHUP)
            run("ping", "-n", "-c", "1", "-W", "2", NODE)
            node.signal(signal.SIGINT)
            self.assertEqual(node.process.wait(10), 0)

    def test_sigterm_closes_connections_in_order(self):
        with NodeProcess() as node:
            with socket.create_connection((NODE, 7), timeout=5) as client:
                client.sendall(b"x")
                self.assertEqual(client.recv(1), b"x")
                node.signal(signal.SIGTERM)
                self.assertEqual(client.recv(1), b"")  # FIN, not RST
            self.assertEqual(node.process.wait(10), 0)

    def test_until_ends_by_itself(self):
        started = time.monotonic()
        status, text = start("--until", "1s")
        self.assertEqual(status, 0, text)
        self.assertGreater(time.monotonic() - started, 0.9)

    def test_an_idle_node_sleeps(self):
        with NodeProcess() as node:
            time.sleep(1)
            before = node.cpu_seconds()
            time.sleep(3)
            self.assertLessEqual(node.cpu_seconds() - before, 0.1)

    def test_a_tap_that_exists_is_used_and_kept(self):
        run("ip", "tuntap", "add", "dev", "nut-own", "mode", "tap")
        run("ip", "addr", "add", "198.19.0.1/24", "dev", "nut-own")
        run("ip", "link", "set", "nut-own", "up")
        try:
            with NodeProcess("--tap", "nut-own"):
                run("ping", "-n", "-c", "1", "-W", "2", NODE)
            self.assertIn("nut-own", self.links())
        finally:
            run("ip", "link", "del", "nut-own")


if __name__ == "__main__":
    report.main()
