"""Runs a module's unittest cases and writes Bazel's test.xml, so that single cases are counted."""

import os
import sys
import time
import unittest
import xml.etree.ElementTree as ElementTree


class _Recorder(unittest.TextTestResult):
    """Remembers how long each case took and how it ended."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = []

    def startTest(self, test):
        self._started = time.monotonic()
        super().startTest(test)

    def _row(self, test, kind, text=""):
        self.rows.append((test.id(), time.monotonic() - getattr(self, "_started", time.monotonic()), kind, text))

    def addSuccess(self, test):
        super().addSuccess(test)
        self._row(test, "passed")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._row(test, "failure", self._exc_info_to_string(err, test))

    def addError(self, test, err):
        super().addError(test, err)
        self._row(test, "error", self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._row(test, "skipped", reason)


def _write_xml(path, rows):
    suite = ElementTree.Element("testsuite", tests=str(len(rows)))
    for name, seconds, kind, text in rows:
        case = ElementTree.SubElement(suite, "testcase", name=name, time=f"{seconds:.3f}", status="run")
        if kind != "passed":
            ElementTree.SubElement(case, kind, message=text.strip().splitlines()[-1] if text.strip() else "")
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def main():
    """Runs the cases of __main__; exit status 1 when one failed or none ran."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=_Recorder).run(suite)
    if "XML_OUTPUT_FILE" in os.environ:
        _write_xml(os.environ["XML_OUTPUT_FILE"], result.rows)
    sys.exit(0 if result.wasSuccessful() and result.rows else 1)
