"""Both profiles against the kernel: the same conversations twice, what tshark saw of the node's side, as one table."""

import os
import pathlib
import socket
import time

from namespace_case import NamespaceCase, run
from node_process import NODE, NodeProcess, scratch
import report

FIELDS = ("frame.time_epoch", "ip.src", "tcp.srcport", "tcp.dstport", "tcp.flags", "tcp.len", "tcp.options", "tcp.window_size_value",
          "ip.flags.df", "ip.id", "tcp.options.mss_val")
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
CLOSED = 4242
OPTION_NAMES = {2: "MSS", 3: "window scale", 4: "SACK permitted", 8: "timestamps"}


class Packet:
    """One TCP packet of the capture."""

    def __init__(self, row):
        values = row.split("\t")
        self.time = float(values[0])
        self.of_node = values[1] == NODE
        self.port = int(values[2] if self.of_node else values[3])
        self.flags = int(values[4], 16)
        self.size = int(values[5])
        self.options = bytes.fromhex(values[6].replace(":", ""))
        self.window = int(values[7])
        self.df = values[8] in ("1", "True")
        self.id = int(values[9], 16)
        self.mss = values[10]

    def option_names(self):
        """In the order of the wire, without padding."""
        names, at = [], 0
        while at < len(self.options) and self.options[at] != 0:
            if self.options[at] == 1:
                at += 1
                continue
            names.append(OPTION_NAMES.get(self.options[at], str(self.options[at])))
            at += self.options[at + 1]
        return names


def converse():
    """What each profile is asked: one octet to discard, 20,000 octets through echo, a page, a closed port."""
    with socket.create_connection((NODE, 9), timeout=10) as lone:
        lone.sendall(b"x")
        time.sleep(0.5)
    with socket.create_connection((NODE, 7), timeout=10) as echo:
        echo.sendall(b"y" * 20_000)
        echo.shutdown(socket.SHUT_WR)
        while echo.recv(65536):
            pass
    run("curl", "-sS", "--max-time", "20", "-o", "/dev/null", f"http://{NODE}/")
    with socket.socket() as refused:
        refused.settimeout(10)
        try:
            refused.connect((NODE, CLOSED))
            raise AssertionError("a closed port let somebody in")
        except ConnectionRefusedError:
            pass


def seen(profile):
    """The visible choices of a node with `profile`, by name."""
    path = scratch() / f"{profile}.pcapng"
    with NodeProcess("--profile", profile, "--pcap", str(path)):
        converse()
    fields = [word for field in FIELDS for word in ("-e", field)]
    rows = run("tshark", "-n", "-r", str(path), "-Y", "tcp", "-T", "fields", *fields, timeout=60).stdout.decode()
    packets = [Packet(row) for row in rows.splitlines()]
    node = [packet for packet in packets if packet.of_node]
    text = [packet for packet in node if packet.size > 0]
    syn_ack = next(packet for packet in node if packet.flags & SYN)
    lone = next(packet for packet in packets if packet.port == 9 and packet.size == 1)
    its_ack = next(packet for packet in node if packet.port == 9 and packet.time > lone.time)
    syn = next(packet for packet in packets if packet.port == CLOSED)
    refusal = next(packet for packet in node if packet.port == CLOSED)
    steps = {(b.id - a.id) & 0xFFFF for a, b in zip(node, node[1:])}
    return {
        "options of the SYN-ACK": ", ".join(syn_ack.option_names()),
        "MSS offered": syn_ack.mss,
        "window of the SYN-ACK": str(syn_ack.window),
        "segments with text that are not pushed": "none" if all(p.flags & PSH for p in text) else "some",
        "FIN together with text": "some" if any(p.flags & FIN for p in text) else "none",
        "don't fragment": "yes" if all(p.df for p in node) else "no" if not any(p.df for p in node) else "both",
        "IP identification": "counted" if 1 in steps and 0 not in steps else "always 0" if steps == {0} else "?",
        "a lone segment is acknowledged after": f"{round((its_ack.time - lone.time) * 100) * 10} ms",
        # The kernel repeats its SYN after a second, which ends the waiting (with one SYN alone it takes 1.2 s).
        "a closed port refuses": "at once" if refusal.time - syn.time < 0.1 else
                                 "after a second" if 0.9 < refusal.time - syn.time < 1.5 else
                                 f"after {refusal.time - syn.time:.3f} s",
        "refusal": "RST, ACK" if refusal.flags == RST | ACK else hex(refusal.flags),
    }


EXPECTED = {
    "classic": {
        "options of the SYN-ACK": "MSS",
        "MSS offered": "536",
        "window of the SYN-ACK": "3216",
        "segments with text that are not pushed": "none",
        "FIN together with text": "none",
        "don't fragment": "no",
        "IP identification": "counted",
        "a lone segment is acknowledged after": "200 ms",
        "a closed port refuses": "after a second",
        "refusal": "RST, ACK",
    },
    "modern": {
        "MSS offered": "1460",
        "window of the SYN-ACK": "65535",
        "segments with text that are not pushed": "some",
        "don't fragment": "yes",
        "IP identification": "always 0",
        "a lone segment is acknowledged after": "40 ms",
        "a closed port refuses": "at once",
        "refusal": "RST, ACK",
    },
}


class Profiles(NamespaceCase):
    needs = ("tshark", "curl")

    def test_classic_against_modern(self):
        found = {profile: seen(profile) for profile in EXPECTED}
        lines = [f"{'visible choice':42} {'classic':28} modern"]
        lines += [f"{name:42} {found['classic'][name]:28} {found['modern'][name]}" for name in found["classic"]]
        table = "\n".join(lines) + "\n"
        print(table)
        if "TEST_UNDECLARED_OUTPUTS_DIR" in os.environ:
            (pathlib.Path(os.environ["TEST_UNDECLARED_OUTPUTS_DIR"]) / "profiles.txt").write_text(table)
        for profile, expected in EXPECTED.items():
            for name, value in expected.items():
                with self.subTest(profile=profile, choice=name):
                    self.assertEqual(found[profile][name], value)
        for option in ("window scale", "timestamps"):
            self.assertIn(option, found["modern"]["options of the SYN-ACK"])


if __name__ == "__main__":
    report.main()
