#!/usr/bin/env python3
"""Tidiness as a test: layers, sizes, first words of headers, host headers where they do not belong, open ends.

Reads the checkout that the test was built from (through the runfiles' links), so it is never cached.
"""

import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LAYERS = ["base", "wire", "os", "link", "net", "tcp", "socket", "pro", "node", "nut"]
# A folder below stack/ may also use its own files; tap/ stands beside layer 4 and uses layers 0–3.
TAP_MAY_USE = {"base", "wire", "os", "link"}
LONGEST = 400
# Files that are allowed to know the host: the context switch, its stacks and guard pages, and reading files for HTTP.
HOST_HEADERS_ALLOWED = re.compile(r"^stack/(os/(context|stack_pool|stack_overflow_reporter|sanitizer)\.(h|cc)|pro/http/.*file.*)$")
HOST_HEADERS = re.compile(r'#include <(sys/(?!types)|linux/|net/|netinet/|arpa/|unistd\.h|fcntl\.h|poll\.h|pthread\.h)')
OPEN_ENDS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def sources(*suffixes):
    listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True,
                            text=True).stdout.split()
    if not listed:  # not a git checkout: every file there is
        listed = [str(path.relative_to(ROOT)) for top in ("stack", "tap", "apps", "test", "tools") for path in (ROOT / top).rglob("*")]
    return [name for name in sorted(listed) if name.endswith(suffixes) and (ROOT / name).is_file()]


class Tidy(unittest.TestCase):
    def complain(self, findings):
        self.assertEqual(findings, [], "\n" + "\n".join(findings))

    def test_a_package_uses_only_what_stands_above_it(self):
        findings = []
        for name in sources(".h", ".cc"):
            parts = pathlib.PurePath(name).parts
            for used in re.findall(r'#include "(\w+)/(\w+)', (ROOT / name).read_text()):
                if parts[0] == "stack":
                    if used[0] != "stack" or LAYERS.index(used[1]) > LAYERS.index(parts[1]):
                        findings.append(f"{name} uses {'/'.join(used)}")
                elif parts[0] == "tap" and used[0] == "stack" and used[1] not in TAP_MAY_USE:
                    findings.append(f"{name} uses {'/'.join(used)}")
                elif parts[0] == "tap" and used[0] not in ("stack", "tap"):
                    findings.append(f"{name} uses {'/'.join(used)}")
        self.complain(findings)

    def test_files_stay_small(self):
        self.complain([f"{name} has {count} lines" for name in sources(".h", ".cc")
                       if name.startswith(("stack/", "tap/", "apps/"))
                       and (count := len((ROOT / name).read_text().splitlines())) > LONGEST])

    def test_a_header_says_first_what_it_is(self):
        self.complain([name for name in sources(".h") if not (ROOT / name).read_text().startswith("// ")])

    def test_headers_guard_themselves(self):
        self.complain([name for name in sources(".h") if "#pragma once" not in (ROOT / name).read_text()])

    def test_the_stack_does_not_know_the_host(self):
        self.complain([f"{name}: {line.strip()}" for name in sources(".h", ".cc")
                       if name.startswith("stack/") and not HOST_HEADERS_ALLOWED.match(name)
                       for line in (ROOT / name).read_text().splitlines() if HOST_HEADERS.search(line)])

    def test_nothing_is_left_open(self):
        self.complain([f"{name}: {line.strip()}" for name in sources(".h", ".cc", ".py", ".bzl")
                       if not name.endswith("tidy_test.py")
                       for line in (ROOT / name).read_text().splitlines() if OPEN_ENDS.search(line)])

    def test_no_exceptions_under_stack_but_the_one_that_unwinds_a_killed_thread(self):
        self.complain([f"{name}: {line.strip()}" for name in sources(".h", ".cc")
                       if name.startswith("stack/") and name != "stack/os/executor.cc"
                       for line in (ROOT / name).read_text().splitlines() if re.search(r"^\s*throw\b", line)])

    def test_no_line_is_longer_than_135_and_none_ends_in_blanks(self):
        self.complain([f"{name}:{number}" for name in sources(".h", ".cc", ".py", ".bzl")
                       for number, line in enumerate((ROOT / name).read_text().splitlines(), 1)
                       if len(line) > 135 or line != line.rstrip() or "\t" in line])


if __name__ == "__main__":
    unittest.main(verbosity=2)
