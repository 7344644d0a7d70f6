#!/usr/bin/env python3
"""The registry of requirements: whole, and in step with the tests of the checkout (read through the runfiles' links)."""

import importlib.machinery
import importlib.util
import pathlib
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def load():
    loader = importlib.machinery.SourceFileLoader("conformance", str(ROOT / "tools/conformance"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("conformance", loader))
    loader.exec_module(module)
    return module


conformance = load()


class Names(unittest.TestCase):
    def test_a_test_claims_what_its_name_begins_with(self):
        for name, claims in {
            "Rfc9293_Must7_ALengthOfZero": ["RFC9293_MUST_7"],
            "Rfc9293_Must32_Must33_HowMuch": ["RFC9293_MUST_32", "RFC9293_MUST_33"],
            "Rfc9293_3_10_7_4_1_TheTable": ["RFC9293_3_10_7_4_1"],
            "Rfc7323_G_1_Waiting": ["RFC7323_G_1"],
            "ArpRobust2_AFlood": ["ARP_ROBUST_2"],
            "Rfc6633_Quench": ["RFC6633"],
            "TheFinIsRepeated": None,
            "Cve2004_0230_AReset": None,
        }.items():
            self.assertEqual(conformance.claims_of(name), claims, name)

    def test_ids_and_claims_are_spelled_alike(self):
        self.assertEqual(conformance.key_of("RFC9293-MUST-7"), "RFC9293_MUST_7")
        self.assertEqual(conformance.key_of("RFC9293-3.10.7.4-1"), "RFC9293_3_10_7_4_1")


class Reading(unittest.TestCase):
    def test_what_is_no_requirement_is_refused(self):
        for text in ("RFC1-1 OUGHT Something.", "RFC1-1 MUST", "RFC1-1 MUST One.\nRFC1.1 MUST Two.",
                     "RFC1-1 MUST One.\n  ! pending", "RFC1-1 MUST One.\n  ! perhaps: so"):
            with self.assertRaises(ValueError, msg=text):
                conformance.read_registry(text)

    def test_a_status_follows_from_tests_results_and_reason(self):
        def status(text, tests, results):
            requirements = conformance.read_registry("RFC1-1 MUST One.\n" + text)
            conformance.match(requirements, tests)
            return requirements["RFC1_1"].status(results)
        self.assertEqual(status("", [], {}), "missing")
        self.assertEqual(status("  ! pending: x", [], {}), "pending")
        self.assertEqual(status("  ! pending: x", ["A.Rfc1_1_It"], {"A.Rfc1_1_It": "passed"}), "shown")
        self.assertEqual(status("", ["A.Rfc1_1_It"], {"A.Rfc1_1_It": "failed"}), "failed")
        self.assertEqual(status("", ["A.Rfc1_1_It"], {"A.Other": "passed"}), "unknown")
        self.assertEqual(status("  = A.*", ["A.B"], {"A.B": "passed"}), "shown")
        self.assertEqual(status("  ! deviation: x", ["A.Rfc1_1_It"], {"A.Rfc1_1_It": "passed"}), "deviation")

    def test_a_part_of_a_section_counts_for_the_section(self):
        requirements = conformance.read_registry("RFC1-2.3 MUST One.\nRFC1-2.3.1 MUST Two.")
        self.assertEqual(conformance.match(requirements, ["A.Rfc1_2_3_1_It", "A.Rfc1_2_3_4_It", "A.Rfc1_2_It"]), [])
        self.assertEqual(requirements["RFC1_2_3"].tests, ["A.Rfc1_2_3_4_It"])
        self.assertEqual(requirements["RFC1_2_3_1"].tests, ["A.Rfc1_2_3_1_It"])

    def test_claims_and_patterns_that_lead_nowhere_are_told(self):
        requirements = conformance.read_registry("RFC1-1 MUST One.\n  = Nobody.*")
        self.assertEqual(len(conformance.match(requirements, ["A.Rfc2_1_It"])), 2)


class TheRegistry(unittest.TestCase):
    def setUp(self):
        self.requirements = conformance.read_registry(conformance.REGISTRY.read_text())
        self.tests = conformance.tests_in_sources()
        self.wrong = conformance.match(self.requirements, self.tests)

    def test_every_claim_is_of_a_listed_requirement(self):
        self.assertEqual(self.wrong, [], "\n" + "\n".join(self.wrong))

    def test_every_requirement_has_a_test_or_a_reason(self):
        missing = [one.name for one in self.requirements.values() if one.status({}) == "missing"]
        self.assertEqual(missing, [])

    def test_all_numbers_of_rfc_9293_are_there(self):
        wanted = {f"RFC9293_MUST_{n}" for n in range(1, 70)} | {f"RFC9293_SHLD_{n}" for n in range(1, 32)} | {
            f"RFC9293_MAY_{n}" for n in range(1, 19)} | {"RFC9293_REC_1"}
        self.assertEqual(wanted - set(self.requirements), set())

    def test_names_of_tests_are_names_of_one_test(self):
        scripts = [test for test in self.tests if test.startswith("Script.")]
        self.assertEqual(len(scripts), len(set(scripts)))
        for script in scripts:
            self.assertIsNotNone(conformance.claims_of(script.split(".", 1)[1]), script)


if __name__ == "__main__":
    unittest.main(verbosity=2)
