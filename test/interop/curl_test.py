"""curl against the HTTP server: methods, ranges, conditions, keep-alive, 100 at once, a directory of files, bad requests."""

import hashlib
import json
import os
import socket
import subprocess

from namespace_case import NamespaceCase, run
from node_process import NODE, NodeProcess, scratch
import report

URL = f"http://{NODE}"


def curl(*arguments, check=True, timeout=60):
    return run("curl", "-sS", "--max-time", "50", *arguments, check=check, timeout=timeout)


def status_of(*arguments):
    return curl("-o", "/dev/null", "-w", "%{http_code}", *arguments).stdout.decode()


def raw(request, patience=10):
    """Sends bytes as they are and gives everything that comes back until the server closes."""
    with socket.create_connection((NODE, 80), timeout=patience) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


class Curl(NamespaceCase):
    needs = ("curl", "wrk", "ab")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.www = scratch()
        cls.big = os.urandom(8 * 1024 * 1024)
        (cls.www / "big.bin").write_bytes(cls.big)
        (cls.www / "hello.txt").write_text("Hello from Nut/Net\n")
        (cls.www / "page.html").write_text("<!doctype html><title>t</title>")
        (cls.www / "sub").mkdir()
        (cls.www / "sub" / "inner.css").write_text("body{}")
        os.symlink("/etc/passwd", cls.www / "escape")
        cls.node = NodeProcess("--www", str(cls.www))
        cls.addClassCleanup(cls.node.finish)

    def test_get_and_head_agree(self):
        head = curl("-I", f"{URL}/hello.txt").stdout.decode()
        body = curl(f"{URL}/hello.txt").stdout
        self.assertEqual(body, b"Hello from Nut/Net\n")
        self.assertIn("200", head.splitlines()[0])
        self.assertIn("content-length: 19", head.lower())
        self.assertIn("text/plain", head)
        self.assertIn("date: ", head.lower())

    def test_a_large_file_arrives_unchanged(self):
        body = curl(f"{URL}/big.bin").stdout
        self.assertEqual(hashlib.sha256(body).digest(), hashlib.sha256(self.big).digest())

    def test_ranges(self):
        for text, expected in (
            ("0-0", self.big[:1]),
            ("100-199", self.big[100:200]),
            ("-500", self.big[-500:]),
            ("8388600-", self.big[8388600:]),
            ("1000000-5000000", self.big[1000000:5000001]),
        ):
            with self.subTest(range=text):
                self.assertEqual(curl("-r", text, f"{URL}/big.bin").stdout, expected)
        self.assertEqual(status_of("-r", "0-9", f"{URL}/big.bin"), "206")
        self.assertEqual(status_of("-r", "9000000-", f"{URL}/big.bin"), "416")

    def test_an_interrupted_download_continues(self):
        part = scratch() / "part"
        part.write_bytes(self.big[:3_000_001])
        curl("-C", "-", "-o", str(part), f"{URL}/big.bin")
        self.assertEqual(part.read_bytes(), self.big)

    def test_conditional_requests(self):
        head = curl("-I", f"{URL}/hello.txt").stdout.decode()
        fields = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head.splitlines()[1:] if line)}
        self.assertEqual(status_of("-H", f"If-None-Match: {fields['etag']}", f"{URL}/hello.txt"), "304")
        self.assertEqual(status_of("-H", 'If-None-Match: "other"', f"{URL}/hello.txt"), "200")
        self.assertEqual(status_of("-H", f"If-Modified-Since: {fields['last-modified']}", f"{URL}/hello.txt"), "304")
        self.assertEqual(status_of("-H", "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT", f"{URL}/hello.txt"), "200")

    def test_keep_alive_uses_one_connection_for_many_requests(self):
        done = curl("-v", *([f"{URL}/hello.txt"] * 5))
        self.assertEqual(done.stdout, b"Hello from Nut/Net\n" * 5)
        self.assertEqual(done.stderr.decode().count("Connected to"), 1)

    def test_100_at_once(self):
        out = scratch()
        run("curl", "-fsS", "--parallel", "--parallel-immediate", "--parallel-max", "100", "--max-time", "50",
            "-o", f"{out}/#1", f"{URL}/hello.txt?[1-100]", timeout=60)
        for i in range(1, 101):
            self.assertEqual((out / str(i)).read_bytes(), b"Hello from Nut/Net\n")

    def test_pipelined_requests_are_answered_in_order(self):
        request = b"".join(
            f"GET /{name} HTTP/1.1\r\nHost: n1\r\n{extra}\r\n".encode()
            for name, extra in (("hello.txt", ""), ("page.html", ""), ("sub/inner.css", "Connection: close\r\n")))
        answer = raw(request)
        places = [answer.find(piece) for piece in (b"Hello from", b"<title>", b"body{}")]
        self.assertEqual(places, sorted(places))
        self.assertNotIn(-1, places)
        self.assertEqual(answer.count(b"HTTP/1.1 200"), 3)

    def test_methods_that_are_not_offered(self):
        self.assertEqual(status_of("-X", "DELETE", f"{URL}/hello.txt"), "405")
        self.assertIn("GET", curl("-i", "-X", "PUT", f"{URL}/hello.txt").stdout.decode().split("llow:")[1].splitlines()[0])
        self.assertEqual(status_of("-X", "BREW", f"{URL}/hello.txt"), "501")

    def test_no_path_leaves_the_directory(self):
        for path in ("/../etc/passwd", "/..%2fetc/passwd", "/%2e%2e/etc/passwd", "/sub/../../etc/passwd", "/escape",
                     "/sub/%2e%2e/%2e%2e/etc/passwd", "/hello.txt%00.html", "/%", "/%4", "/..\\etc\\passwd",
                     "//etc/passwd"):
            with self.subTest(path=path):
                done = curl("--path-as-is", "-i", f"{URL}{path}")
                self.assertRegex(done.stdout.decode(errors="replace").splitlines()[0], r"HTTP/1.1 (400|403|404)")
                self.assertNotIn(b"root:", done.stdout)

    def test_malformed_requests_get_an_error_and_no_more(self):
        for request in (b"\r\n\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00",
                        b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
                        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
                        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 20_000 + b"\r\n"):
            with self.subTest(request=request[:40]):
                try:
                    answer = raw(request)
                except ConnectionError:
                    answer = b""  # closed while we were still sending: just as well
                self.assertTrue(answer == b"" or answer.startswith(b"HTTP/1.1 4") or answer.startswith(b"HTTP/1.1 5"),
                                answer[:200])
        self.assertEqual(status_of(f"{URL}/hello.txt"), "200")

    def test_the_status_resource_is_json(self):
        status = json.loads(curl(f"{URL}/api/status.json").stdout)
        self.assertIsInstance(status, dict)
        self.assertIn("threads", status)
        self.assertIn("sockets", status)

    def test_wrk_and_ab_have_no_failed_request(self):
        done = subprocess.run(["wrk", "-t1", "-c64", "-d3s", f"{URL}/hello.txt"], capture_output=True, text=True, timeout=60)
        self.assertIn("Requests/sec", done.stdout, done.stderr)
        self.assertNotIn("Socket errors", done.stdout)
        self.assertNotIn("Non-2xx", done.stdout)
        done = subprocess.run(["ab", "-q", "-n", "3000", "-c", "64", f"{URL}/hello.txt"], capture_output=True, text=True,
                              timeout=60)
        self.assertIn("Failed requests:        0", done.stdout, done.stdout + done.stderr)
        self.assertNotIn("Non-2xx", done.stdout)


if __name__ == "__main__":
    report.main()
