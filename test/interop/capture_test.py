"""The node's own capture, read by tshark: nothing malformed, no bad checksum, comments where frames were dropped."""

import json
import signal
import subprocess
import time

from namespace_case import NamespaceCase, run
from node_process import NODE, NodeProcess, scratch
import report

CHECKS = ("-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")


def tshark(path, *arguments):
    return run("tshark", "-n", "-r", str(path), *CHECKS, *arguments, timeout=120).stdout.decode(errors="replace")


class Capture(NamespaceCase):
    needs = ("tshark", "curl", "ping", "nc")

    def record(self, *options):
        path = scratch() / "n1.pcapng"
        with NodeProcess("--pcap", str(path), *options):
            run("ping", "-n", "-c", "3", "-i", "0.05", "-s", "3000", NODE, check=False)
            run("curl", "-sS", "--max-time", "40", "-o", "/dev/null", f"http://{NODE}/", check=False)
            run("nc", "-N", NODE, "7", input=b"x" * 200_000, timeout=60)
            run("nc", "-u", "-w", "1", NODE, "7", input=b"datagram")
            subprocess.run(["nc", "-z", "-w", "1", NODE, "4242"], timeout=10)
        return path

    def test_no_malformed_packet_and_no_bad_checksum(self):
        path = self.record()
        self.assert_sound(path)
        self.assertEqual(tshark(path, "-Y", "tcp.analysis.lost_segment"), "")
        # The kernel may delay its ACK of a tail beyond two round trips: then that is probed (RFC 8985 7), and the kernel says
        # that it came twice. Nothing else is ever sent again.
        again = tshark(path, "-Y", "tcp.analysis.retransmission").splitlines()
        twice = tshark(path, "-Y", "tcp.options.sack.dsack").splitlines()
        self.assertEqual(len(again), len(twice), again)
        self.assertLess(len(again), 4)
        for protocol in ("arp", "icmp", "tcp", "udp", "http"):
            self.assertNotEqual(tshark(path, "-Y", protocol), "", protocol)

    def test_frames_with_work_left_undone_are_recorded_as_if_it_were_done(self):
        for offload in ("none", "checksum", "all"):
            path = self.record("--offload", offload)
            self.assert_sound(path)
            larger = tshark(path, "-Y", f"tcp.len > 1460 && ip.dst == {NODE}")
            self.assertEqual(larger != "", offload == "all", offload)

    def assert_sound(self, path):
        self.assertEqual(tshark(path, "-Y", "_ws.malformed"), "")
        # The kernel writes a TCP checksum of 0 as 0xffff, which is the same number to the receiver but not to tshark.
        bad = ("ip.checksum.status == Bad || udp.checksum.status == Bad || icmp.checksum.status == Bad ||"
               f" (tcp.checksum.status == Bad && !(tcp.checksum == 0xffff && ip.dst == {NODE}))")
        self.assertEqual(tshark(path, "-Y", bad), "")

    def test_the_interface_has_a_name_and_frames_have_directions(self):
        path = self.record()
        names = set(tshark(path, "-T", "fields", "-e", "frame.interface_name").split())
        self.assertEqual(names, {"n1/wire"})
        directions = set(tshark(path, "-T", "fields", "-e", "frame.packet_flags_direction").split())
        self.assertEqual(len(directions), 2, directions)

    def test_frames_that_the_impairment_dropped_say_so(self):
        path = self.record("--loss", "10%", "--seed", "7")
        comments = tshark(path, "-Y", "frame.comment", "-T", "fields", "-e", "frame.comment")
        self.assertIn("impair: loss", comments)

    def test_time_stamps_are_of_today_and_in_order(self):
        path = self.record()
        stamps = [float(value) for value in tshark(path, "-T", "fields", "-e", "frame.time_epoch").split()]
        self.assertEqual(stamps, sorted(stamps))
        self.assertLess(abs(time.time() - stamps[-1]), 120)

    def test_options_of_our_syn_ack(self):
        path = self.record()
        lines = tshark(path, "-Y", "tcp.flags.syn == 1 && tcp.flags.ack == 1 && ip.src == " + NODE, "-T", "fields",
                       "-e", "tcp.options.mss_val", "-e", "tcp.options.wscale.shift", "-e", "tcp.options.timestamp.tsval")
        first = lines.splitlines()[0].split("\t")
        self.assertEqual(first[0], "1460")
        self.assertTrue(first[1] and first[2], lines)

    def test_a_reader_that_goes_away_does_not_stop_the_node(self):
        import os
        pipe = scratch() / "live.fifo"
        os.mkfifo(pipe)
        reader = subprocess.Popen(["head", "-c", "2000", str(pipe)], stdout=subprocess.DEVNULL)
        with NodeProcess("--pcap", str(pipe), audited=False):
            run("ping", "-n", "-c", "20", "-i", "0.02", "-s", "1000", NODE)
            reader.wait(10)
            run("ping", "-n", "-c", "3", "-i", "0.05", NODE)


if __name__ == "__main__":
    report.main()
