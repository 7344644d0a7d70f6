"""The status page in headless Chromium: its content once the script has polled, and a screenshot that is not blank."""

import os
import re
import subprocess

from namespace_case import NamespaceCase
from node_process import NODE, NodeProcess, scratch
import report


def chromium(*arguments):
    return subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
         f"--user-data-dir={scratch()}", "--virtual-time-budget=6000", *arguments, f"http://{NODE}/"],
        capture_output=True, timeout=120, env={**os.environ, "HOME": str(scratch())})


class Page(NamespaceCase):
    needs = ("chromium",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.node = NodeProcess()
        cls.addClassCleanup(cls.node.finish)

    def test_the_page_shows_the_node_alive(self):
        text = chromium("--dump-dom").stdout.decode(errors="replace")
        for word in ("n1", NODE, "tcpsm", "IpInReceives", "ESTABLISHED"):
            self.assertIn(word, text)
        self.assertNotRegex(text, r"""(?:src|href)=["']?(?:https?:)?//""", "the page must be self-contained")

    def test_a_screenshot_has_something_on_it(self):
        folder = scratch()
        for name, size in (("desktop", "1280,900"), ("phone", "390,844")):
            path = folder / f"{name}.png"
            done = chromium(f"--window-size={size}", f"--screenshot={path}")
            self.assertTrue(path.exists(), done.stderr[-500:])
            self.assertGreater(path.stat().st_size, 10_000, "a blank picture compresses to less")


if __name__ == "__main__":
    report.main()
