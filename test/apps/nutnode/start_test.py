#!/usr/bin/env python3
"""How nutnode starts, or says why not, under different rights: the real program, in namespaces of this test's own.

Bazel makes this process root of a private user and network namespace. Whatever a case changes (rights, /dev/net, limits),
it changes in a further namespace inside.
"""

import fcntl
import os
import re
import shutil
import struct
import subprocess
import threading
import time
import unittest

PROGRAM = os.path.abspath("apps/nutnode/nutnode")
NODE = "198.19.0.10"


def run(*command, **kwargs):
    return subprocess.run(command, capture_output=True, text=True, timeout=30, **kwargs)


def possible(*command):
    """Whether this machine lets us do what a case needs."""
    return run(*command).returncode == 0


class Node:
    """A running node; leaves with its end."""

    def __init__(self, *arguments, prefix=(), **kwargs):
        self.process = subprocess.Popen([*prefix, PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, **kwargs)
        self.lines = []

    def __enter__(self):
        watchdog = threading.Timer(20, self.process.kill)
        watchdog.start()
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith("READY "):
                watchdog.cancel()
                return self
        watchdog.cancel()
        raise AssertionError("\n".join(["no READY:"] + self.lines))

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.stdout.read()
        self.process.stdout.close()
        self.status = self.process.wait(15)

    def activity(self):
        """How often its threads went to sleep so far, and its processor time in ticks of the kernel."""
        wakeups = ticks = 0
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            base = f"/proc/{self.process.pid}/task/{task}"
            with open(f"{base}/status", encoding="ascii") as status:
                wakeups += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status.read(), re.MULTILINE).group(1))
            with open(f"{base}/stat", encoding="utf-8") as stat:
                ticks += sum(map(int, stat.read().rpartition(")")[2].split()[11:13]))
        return wakeups, ticks

    def says(self, pattern):
        found = [match for line in self.lines if (match := re.search(pattern, line))]
        if not found:
            raise AssertionError(f"{pattern} is nowhere in\n" + "\n".join(self.lines))
        return found[0]


class Start(unittest.TestCase):
    def setUp(self):
        links = run("ip", "-o", "link").stdout
        if not all(re.match(r"\d+: (lo|nut-)", line) for line in links.splitlines()):
            self.fail("not in a private network namespace; run it with bazel test")
        try:
            os.close(os.open("/dev/net/tun", os.O_RDWR))
        except OSError as error:
            self.skipTest(f"/dev/net/tun cannot be opened: {error.strerror}")

    def fails(self, status, *patterns, prefix=(), arguments=(), **kwargs):
        done = run(*prefix, PROGRAM, "--until", "1s", *arguments, **kwargs)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        for pattern in patterns:
            self.assertRegex(done.stderr, pattern)
        return done

    def test_without_the_capability_it_names_it(self):
        no_rights = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
        if not possible(*no_rights, "true"):
            self.skipTest("setpriv cannot drop capabilities here")
        self.fails(77, "CAP_NET_ADMIN", "sudo ip tuntap add dev nut-n1", prefix=no_rights, arguments=["--userns=no"])

    def test_in_a_namespace_of_its_own_it_is_reached_by_the_command_that_it_prints(self):
        if not possible("unshare", "-Urn", "true"):
            self.skipTest("user namespaces are not permitted here")
        with Node("--userns") as node:
            node.says(r"tap nut-n1 \(in a user namespace\)")
            enter = node.says(r"reach it:  (nsenter .* -t \d+) curl").group(1).split()
            self.assertNotIn("nut-n1", run("ip", "-o", "link").stdout)
            inside = run(*enter, "ip", "-br", "addr")
            self.assertIn("198.19.0.1/24", inside.stdout, inside.stderr)
            if shutil.which("curl"):
                page = run(*enter, "curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", f"http://{NODE}/")
                self.assertEqual(page.stdout, "200", page.stderr)
        self.assertEqual(node.status, 0)

    def test_without_the_capability_it_falls_back_to_a_namespace_and_says_why(self):
        no_network_rights = ("setpriv", "--bounding-set=-net_admin", "--inh-caps=-all")
        if not possible(*no_network_rights, "unshare", "-Urn", "true"):
            self.skipTest("user namespaces are not permitted here")
        with Node(prefix=no_network_rights) as node:
            node.says("needs the capability CAP_NET_ADMIN")
            node.says(r"in a user namespace of its own instead")
            node.says(r"tap nut-n1 \(in a user namespace\)")

    def test_a_limit_on_namespaces_is_named(self):
        # The limit belongs to the user namespace that unshare makes, and goes with it.
        limited = ("unshare", "-Ur", "sh", "-c", 'echo 0 > /proc/sys/user/max_net_namespaces && exec "$@"', "sh")
        if not possible(*limited, "true"):
            self.skipTest("the limits under /proc/sys/user cannot be set here")
        self.fails(77, r"the limit user\.max_net_namespaces is 0", prefix=limited, arguments=["--userns"])

    def test_a_missing_device_is_named(self):
        hidden = ("unshare", "-m", "sh", "-c", 'mount -t tmpfs none /dev/net && exec "$@"', "sh")
        if not possible(*hidden, "true"):
            self.skipTest("nothing can be mounted here")
        self.fails(71, "/dev/net/tun does not exist", "modprobe tun", prefix=hidden)

    def test_a_second_node_of_the_same_name_is_told_how_to_differ(self):
        with Node():
            self.fails(69, "nut-n1 is in use", "--name n2 --ip 198.19.0.11/24")
            self.fails(69, "198.19.0.10 is already the address of the node on nut-n1", arguments=["--name", "n2"])

    def test_a_given_descriptor_is_used(self):
        tap = os.open("/dev/net/tun", os.O_RDWR)
        try:
            fcntl.ioctl(tap, 0x400454CA, struct.pack("16sH22x", b"nut-given", 0x1002))  # TUNSETIFF, IFF_TAP | IFF_NO_PI
            with Node("--tap-fd", str(tap), pass_fds=[tap]) as node:
                node.says(r"tap nut-given \(given\)")
                if shutil.which("ping"):
                    self.assertEqual(run("ping", "-n", "-c", "1", "-W", "2", NODE).returncode, 0)
        finally:
            os.close(tap)
        self.fails(64, "descriptor 77 is of no use as --tap-fd: it is not open", arguments=["--tap-fd", "77"])

    def test_an_idle_node_does_not_wake_up(self):
        with Node() as node:
            if shutil.which("ping"):  # traffic, and spinning, come first
                self.assertEqual(run("ping", "-n", "-q", "-c", "50", "-i", "0.002", NODE).returncode, 0)
            time.sleep(4)  # the last announcement of the address is over
            before = node.activity()
            time.sleep(2)
            wakeups, ticks = (now - then for now, then in zip(node.activity(), before))
        # Where there is other work on the host, its own multicast or ARP may reach the node once.
        self.assertLessEqual(wakeups, 2)
        self.assertEqual(ticks, 0)

    def test_a_capture_that_cannot_be_written_is_a_system_error(self):
        self.fails(71, "--pcap: \"/nonexistent/n1.pcapng\" cannot be written", arguments=["--pcap", "/nonexistent/n1.pcapng"])

    def test_a_capture_on_standard_output_leaves_the_words_to_standard_error(self):
        done = subprocess.run([PROGRAM, "--pcap", "-", "--until", "300ms"], capture_output=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout[:4], b"\x0a\x0d\x0d\x0a")  # a section header of pcapng
        self.assertIn(b"READY ", done.stderr)
        self.assertNotIn(b"READY ", done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
