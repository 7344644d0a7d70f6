#!/usr/bin/env python3
"""tools/plot: a picture of samples is well-formed and shows what they say; what are no samples is refused in one line."""

import pathlib
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

PLOT = pathlib.Path("tools/plot").absolute()
HEAD = "seconds,flow,cwnd_octets,ssthresh_octets,in_flight_octets,srtt_ms,goodput_kbits,queue_octets\n"
SVG = "{http://www.w3.org/2000/svg}"


def samples(flows=1, cwnd=lambda second: 1000 * second):
    return HEAD + "".join(f"{second},{flow + 1},{cwnd(second)},4294967295,{cwnd(second)},100.5,{100 * second},0\n"
                          for second in range(100) for flow in range(flows))


class Plot(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def plot(self, *texts, arguments=()):
        for at, text in enumerate(texts):
            (self.folder / f"{at}.csv").write_text(text)
        curves = [f"curve {at}={self.folder}/{at}.csv" for at in range(len(texts))]
        return subprocess.run([PLOT, "-o", self.folder / "out.svg", *arguments, *curves], capture_output=True, text=True)

    def drawn(self, *texts, arguments=()):
        done = self.plot(*texts, arguments=arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return xml.etree.ElementTree.parse(self.folder / "out.svg").getroot()

    def words(self, root):
        return [text.text for text in root.iter(SVG + "text")]

    def lines(self, root, least=3):
        points = [line.get("points").split() for line in root.iter(SVG + "polyline")]
        return [[tuple(map(float, point.split(","))) for point in line] for line in points if len(line) >= least]

    def refused(self, *texts, arguments=()):
        done = self.plot(*texts, arguments=arguments)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"\Aplot: [^\n]+\n\Z")
        self.assertFalse((self.folder / "out.svg").exists())
        return done.stderr

    def test_a_window_that_grows_is_a_line_that_rises(self):
        root = self.drawn(samples(), arguments=["--panels", "window", "--title", "A <title> & more"])
        window = self.lines(root)[-1]
        self.assertEqual(window, sorted(window))
        self.assertEqual([y for _, y in window], sorted((y for _, y in window), reverse=True))
        for word in ("A <title> & more", "curve 0", "in flight", "Congestion window, kB", "100"):
            self.assertIn(word, self.words(root))

    def test_flows_of_a_file_and_files_are_curves_of_their_own(self):
        root = self.drawn(samples(flows=3), samples(), arguments=["--panels", "goodput"])
        self.assertEqual(len(self.lines(root)), 4)
        for word in ("curve 0 1", "curve 0 2", "curve 0 3", "curve 1"):
            self.assertIn(word, self.words(root))

    def test_a_peak_of_one_sample_is_not_lost_among_thousands(self):
        text = HEAD + "".join(f"{at / 1000},1,{900_000 if at == 7777 else 1000},1,1,1,1,1\n" for at in range(20_000))
        window = self.lines(self.drawn(text, text, arguments=["--panels", "window"]))[0]
        self.assertLess(len(window), 4000)
        heights = sorted(y for _, y in window)
        self.assertLess(heights[0], heights[1] - 50)

    def test_all_panels_can_be_drawn_and_cut(self):
        root = self.drawn(samples(flows=2), arguments=["--panels", "window,goodput,queue,rtt", "--from", "10", "--to", "20"])
        words = self.words(root)
        self.assertIn("10 s", words)
        self.assertIn("20 s", words)
        self.assertFalse([word for word in words if re.fullmatch(r"(0|30) s", word)])

    def test_what_are_no_samples_is_refused(self):
        self.assertIn("no samples", self.refused(""))
        self.assertIn("no samples", self.refused(HEAD))
        self.assertIn("without the column", self.refused("a,b\n1,2\n"))
        self.assertIn("cwnd_octets is no number", self.refused(HEAD + "1,1,many,1,1,1,1,1\n"))
        self.assertIn("is no number", self.refused(HEAD + "1,1,2\n"))
        self.assertIn("time goes back", self.refused(samples() + "3,1,1,1,1,1,1,1\n"))
        self.assertIn("no number", self.refused(HEAD + "nan,1,1,1,1,1,1,1\n1,1,inf,1,1,1,1,1\n"))
        self.assertIn("in that time", self.refused(samples(), arguments=["--from", "500"]))
        self.assertIn("no such panel", self.refused(samples(), arguments=["--panels", "weather"]))
        (self.folder / "0.csv").write_bytes(b"\xff\xfe\x00")
        done = subprocess.run([PLOT, "-o", self.folder / "out.svg", f"x={self.folder}/0.csv"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertNotIn("Traceback", done.stderr)
        for wrong in ("no-label.csv", "=x", f"x={self.folder}/absent.csv"):
            done = subprocess.run([PLOT, "-o", self.folder / "out.svg", wrong], capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, r"\Aplot: [^\n]+\n\Z")


if __name__ == "__main__":
    unittest.main(verbosity=2)
