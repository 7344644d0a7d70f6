"""Hostile frames straight into the node's TAP: it neither crashes nor hangs, and answers ping afterwards."""

import os
import random
import socket
import struct

from namespace_case import NamespaceCase, run
from node_process import HOST, NODE, NodeProcess, wait_until
import report

ETH_P_ALL = 3
MY_MAC = bytes.fromhex("02ee00000001")


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(payload, protocol, source=HOST, destination=NODE, options=b"", total=None, ttl=64, fragment=0, identity=1):
    ihl = 5 + len(options) // 4
    length = ihl * 4 + len(payload) if total is None else total
    header = struct.pack("!BBHHHBBH4s4s", 0x40 | ihl, 0, length, identity, fragment, ttl, protocol, 0,
                         socket.inet_aton(source), socket.inet_aton(destination)) + options
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def tcp(source_port, port, sequence, acknowledgement, flags, options=b"", payload=b"", window=65535, urgent=0, offset=None,
        source=HOST):
    offset = 5 + len(options) // 4 if offset is None else offset
    segment = struct.pack("!HHIIBBHHH", source_port, port, sequence, acknowledgement, offset << 4, flags, window, 0,
                          urgent) + options + payload
    pseudo = socket.inet_aton(source) + socket.inet_aton(NODE) + struct.pack("!BBH", 0, 6, len(segment))
    return segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:]


class Hostile(NamespaceCase):
    needs = ("ping", "ip")

    def setUp(self):
        self.node = NodeProcess("--log", "warning", audited=False)  # we forge what the auditor would blame
        self.addCleanup(self.node.finish)
        self.tap = self.node.fields["tap"]
        # The kernel's own address resolution tells us the node's MAC.
        run("ping", "-n", "-c", "1", "-W", "3", NODE)
        neighbour = run("ip", "neigh", "show", NODE).stdout.decode().split()
        self.mac = bytes.fromhex(neighbour[neighbour.index("lladdr") + 1].replace(":", ""))
        self.raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.raw.bind((self.tap, 0))
        self.addCleanup(self.raw.close)

    def inject(self, payload, ether_type=0x0800, destination=None):
        try:
            self.raw.send((destination or self.mac) + MY_MAC + struct.pack("!H", ether_type) + payload)
        except OSError:
            pass  # the device's queue is full: the node is busy, which is the point

    def assert_alive(self):
        self.assertIsNone(self.node.process.poll(), "\n".join(self.node.lines[-40:]))
        done = run("ping", "-n", "-c", "3", "-i", "0.2", "-W", "5", NODE, check=False)
        self.assertIn(b" 3 received", done.stdout)
        with socket.create_connection((NODE, 7), timeout=10) as client:
            client.sendall(b"alive")
            self.assertEqual(client.recv(10), b"alive")

    def test_a_million_random_frames(self):
        chance = random.Random(4711)
        seeds = [ipv4(tcp(1234, 7, 1, 0, 2), 6), ipv4(tcp(1234, 80, 1, 1, 0x18, payload=b"GET / HTTP/1.1\r\n\r\n"), 6),
                 ipv4(struct.pack("!HHHH", 5, 7, 12, 0) + b"abcd", 17), ipv4(b"\x08\0\xf7\xff\0\0\0\0", 1),
                 ipv4(b"\x11\x64\xee\x9b\0\0\0\0", 2, destination="224.0.0.1", options=b"\x94\x04\0\0")]
        for number in range(1_000_000):
            kind = number % 8
            if kind == 0:
                self.inject(chance.randbytes(chance.randrange(0, 60)), ether_type=chance.choice((0x0800, 0x0806, 0x86DD, 5)))
            elif kind == 1:
                self.inject(ipv4(chance.randbytes(chance.randrange(0, 40)), chance.randrange(256)))
            elif kind == 2:
                self.inject(b"\0\x01\x08\0\x06\x04\0" + chance.randbytes(21), ether_type=0x0806, destination=b"\xff" * 6)
            else:
                frame = bytearray(chance.choice(seeds))
                for _ in range(chance.randrange(1, 4)):
                    frame[chance.randrange(len(frame))] = chance.randrange(256)
                if kind > 5:
                    frame[10:12] = b"\0\0"
                    frame[10:12] = struct.pack("!H", checksum(bytes(frame[: 4 * (frame[0] & 15)]) or b"\0\0"))
                self.inject(bytes(frame[: chance.randrange(1, len(frame) + 1)] if number % 16 > 12 else frame))
        run("ip", "neigh", "flush", "dev", self.tap)
        self.assert_alive()

    def test_options_of_length_0_do_not_hang_the_machine(self):
        for port in (7, 80, 4242):
            for flags in (0x02, 0x10, 0x12, 0x18, 0x04):
                for options in (b"\x63\0\0\0", b"\x63\1\0\0", b"\x02\0\0\0", b"\x02\x04\0\0", b"\1\1\1\x02", b"\1\1\x02\x04",
                                b"\x08\x28\0\0", b"\x05\x02\1\1", b"\x03\xff\0\0"):
                    self.inject(ipv4(tcp(20000, port, 1000, 5, flags, options=options), 6))
        self.assert_alive()

    def test_an_empty_packet_of_an_unknown_protocol(self):
        for protocol in range(256):
            for size in (0, 1, 7):
                self.inject(ipv4(bytes(size), protocol))
        self.assert_alive()

    def test_lengths_that_lie(self):
        for total in (0, 1, 19, 20, 21, 1500, 65535):
            self.inject(ipv4(b"\x08\0\xf7\xff\0\0\0\0", 1, total=total))
        for offset in range(16):
            self.inject(ipv4(tcp(20001, 7, 1, 0, 2, offset=offset), 6))
        for length in (0, 1, 7, 8, 9, 65535):
            self.inject(ipv4(struct.pack("!HHHH", 5, 7, length, 0), 17))
        self.assert_alive()

    def test_fragments_that_overlap_or_never_end(self):
        for identity in range(3000):
            self.inject(ipv4(bytes(64), 17, fragment=0x2000 | (identity % 5), identity=identity))
            self.inject(ipv4(bytes(1400), 1, fragment=0x2000 | 8189, identity=identity))
        for piece in (0x2000, 0x2001, 0x2003, 0x0002):
            self.inject(ipv4(os.urandom(64), 17, fragment=piece, identity=77))
        done = run("ping", "-n", "-c", "2", "-i", "0.2", "-W", "3", "-s", "20000", NODE, check=False)
        self.assertIn(b" 2 received", done.stdout)
        self.assert_alive()

    def test_land_and_impossible_sources(self):
        for source in (NODE, "127.0.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "198.19.0.255", "240.0.0.1"):
            self.inject(ipv4(tcp(7, 7, 1, 0, 2, source=source), 6, source=source))
            self.inject(ipv4(struct.pack("!HHHH", 7, 7, 12, 0) + b"loop", 17, source=source))
        self.assert_alive()

    def test_a_syn_flood_leaves_room_for_others(self):
        chance = random.Random(1)
        with socket.create_connection((NODE, 7), timeout=5) as established:
            for _ in range(20_000):
                source = f"198.19.0.{chance.randrange(20, 250)}"
                self.inject(ipv4(tcp(chance.randrange(1024, 65535), 80, chance.randrange(2**32), 0, 2, source=source), 6,
                                 source=source))
            established.sendall(b"still")
            self.assertEqual(established.recv(10), b"still")
        self.assert_alive()

    def test_an_arp_flood_does_not_push_the_real_neighbour_out(self):
        chance = random.Random(2)
        for number in range(30_000):
            address = socket.inet_aton(f"198.19.0.{chance.randrange(2, 255)}") if number % 2 else chance.randbytes(4)
            if address in (socket.inet_aton(HOST), socket.inet_aton(NODE)):
                continue
            self.inject(b"\0\x01\x08\0\x06\x04\0\x01" + b"\x02" + chance.randbytes(5) + address + bytes(6)
                        + socket.inet_aton(NODE), ether_type=0x0806, destination=b"\xff" * 6)
        self.assert_alive()


if __name__ == "__main__":
    report.main()
