"""The kernel's own traffic, captured at both of its ends, has nothing in it that is an error."""

import os
import pathlib
import subprocess
import unittest

import conversations
from namespace_case import NamespaceCase
from node_process import scratch
import report
from two_kernels import A, B, TwoKernels

PROGRAM = os.environ.get("NUTTRACECHECK", "tools/tracecheck/nuttracecheck")
ALGORITHM = pathlib.Path("/proc/sys/net/ipv4/tcp_congestion_control")
# What slow start allows binds algorithms that have one: BBR sends by rate.
BOUND = ALGORITHM.read_text().strip() in ("reno", "cubic")


def audit(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


class Kernel(NamespaceCase):
    needs = ("dumpcap", "ip", "nsenter")

    def check(self, conversation, bad_wire=None):
        folder = scratch()
        with TwoKernels(folder, conversations.serve, bad_wire) as kernels:
            conversation()
        self.assertTrue(kernels.complete, "the captures themselves have gaps")
        for file, vantages in (("a.pcapng", (A,)), ("b.pcapng", (B,)), ("a.pcapng", ())):
            options = [word for vantage in vantages for word in ("--vantage", vantage)]
            options += [] if BOUND else ["--ignore", "congestion-window-exceeded"]
            status, text = audit(*options, folder / file)
            print(conversation.__name__, file, *vantages, text.splitlines()[-1])
            self.assertEqual(status, 0, text)
            self.assertNotIn(" 0 of TCP", text)


def with_wire(conversation, bad_wire):
    return lambda self: self.check(conversation, bad_wire)


for conversation in conversations.ALL:
    setattr(Kernel, f"test_{conversation.__name__}", with_wire(conversation, None))
for name in ("bulk_in", "many_short", "both_at_once", "slow_reader", "half_close", "small_pieces"):
    setattr(Kernel, f"test_{name}_over_a_bad_wire",
            with_wire(getattr(conversations, name), {"loss": 0.02, "reorder": 0.02, "delay": 0.004, "seed": name}))
setattr(Kernel, "test_bulk_out_over_a_very_bad_wire",
        with_wire(lambda: conversations.bulk_out(300_000), {"loss": 0.12, "reorder": 0.1, "delay": 0.002, "seed": 7}))


if __name__ == "__main__":
    report.main()
