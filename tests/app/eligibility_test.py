#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""eligibility_test.py BIN_DIR: `eccrine eligibility` as a technician calls it.

Expected values: rows E1 to E12 of the reference table of the pilocarpine sweat test."""
import json
import os
import pathlib
import subprocess
import sys
import unittest

BIN = pathlib.Path(sys.argv.pop(1)).resolve()
AT = "2026-03-02T08:00"


def call(profile, born, *more, at=AT):
    environment = dict(os.environ, LC_ALL="C")
    environment.pop("ECCRINE_DATA_DIR", None)
    return subprocess.run([BIN / "eccrine", "eligibility", "--profile", profile, "--dob", born, "--at", at, *more],
                          capture_output=True, text=True, env=environment, check=False)


SCREENED = ("--newborn-screen", "positive")


class Eligibility(unittest.TestCase):
    def test_the_rows_of_the_table(self):
        for name, profile, born, more, verdict in (
                ("E1", "CFF-2017", "2026-02-18", (*SCREENED, "--weight-kg", "2.01", "--corrected-gestation", "36w0d"), "GO"),
                ("E2", "CFF-2017", "2026-02-18", (*SCREENED, "--weight-kg", "2.00", "--corrected-gestation", "36w0d"), "DEFER"),
                ("E3", "CFF-2017", "2026-02-18", (*SCREENED, "--weight-kg", "2.01", "--corrected-gestation", "35w6d"), "DEFER"),
                ("E4", "CFF-2017", "2026-02-22", (*SCREENED, "--weight-kg", "3", "--corrected-gestation", "38w0d"), "WARN"),
                ("E5", "CFF-2017", "2026-02-28T09:00", (*SCREENED, "--weight-kg", "3", "--corrected-gestation", "38w0d"), "BLOCK"),
                ("E6", "FR-2010", "2026-02-10", ("--weight-kg", "3.4"), "DEFER"),
                ("E7", "FR-2010", "2026-02-09", ("--weight-kg", "3.1"), "GO"),
                ("E8", "FR-2010", "2026-02-09", ("--weight-kg", "3.0"), "DEFER"),
                ("E9", "UK-2014", "2026-02-24", ("--weight-kg", "3"), "DEFER"),
                ("E10", "UK-2014", "2026-02-23", ("--weight-kg", "2.0"), "GO"),
                ("E11", "CFF-2017", "2025-01-01", ("--oxygen", "open"), "BLOCK"),
                ("E12", "CFF-2017", "2025-01-01", ("--drug", "oral prednisolone"), "DEFER")):
            with self.subTest(name):
                run = call(profile, born, *more, "--json")
                result = json.loads(run.stdout)
                self.assertEqual(result["verdict"], verdict)
                self.assertEqual(run.returncode, 1 if verdict in ("DEFER", "BLOCK") else 0)
        advice = json.loads(call("UK-2014", "2026-02-23", "--weight-kg", "2.0", "--json").stdout)
        self.assertEqual([r["code"] for r in advice["reasons"]], ["AGE_UNDER_3_WEEKS"])  # E10: usually three weeks or more

    def test_an_override_needs_who_and_why(self):
        pregnant = ("--condition", "pregnancy", "--override", "PREGNANCY")
        run = call("CFF-2017", "1995-01-01", *pregnant, "--clinician", "Dr Gray", "--reason", "benefit outweighs", "--json")
        self.assertEqual((run.returncode, json.loads(run.stdout)["verdict"]), (0, "GO"))
        self.assertEqual(json.loads(run.stdout)["reasons"][0]["lifted_by"], "Dr Gray")
        for more in ((), ("--clinician", "Dr Gray"), ("--reason", "x")):
            run = call("CFF-2017", "1995-01-01", *pregnant, *more)
            self.assertEqual(run.returncode, 2)
            self.assertEqual(run.stderr.count("\n"), 1)
        self.assertEqual(call("CFF-2017", "2026-03-01", "--override", "AGE_UNDER_48_H", "--clinician", "A", "--reason", "B").returncode, 1)

    def test_what_is_wrong_is_named(self):
        for arguments, code, says in ((("CFF-2017", "2026-02-30"), 1, "does not exist"),
                                      (("CFF-2017", "2026-03-03"), 1, "before the birth"),
                                      (("CFF-2017", "2026-01-01", "--weight-kg", "3,2"), 1, "comma"),
                                      (("CFF-2017", "2026-01-01", "--condition", "fevver"), 2, "fever"),
                                      (("CFF-2071", "2026-01-01"), 2, "CFF-2017"),
                                      (("CFF-2017", "2026-01-01", "--oxygen", "lots"), 2, "none, nasal, head_box, open")):
            with self.subTest(says):
                run = call(*arguments)
                self.assertEqual((run.returncode, run.stdout), (code, ""))
                self.assertIn(says, run.stderr)

    def test_none_is_the_answer_no_drug(self):
        without = call("CFF-2017", "2025-01-01", "--json").stdout
        for word in ("none", "None", "no drugs"):
            self.assertEqual(call("CFF-2017", "2025-01-01", "--drug", word, "--json").stdout, without)
        self.assertEqual(json.loads(without)["verdict"], "GO")
        run = call("CFF-2017", "2025-01-01", "--drug", "none", "--drug", "prednisolone")
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn('"none" stands beside the drug "prednisolone"', run.stderr)

    def test_an_unknown_drug_is_never_passed_silently(self):
        result = json.loads(call("CFF-2017", "2025-01-01", "--drug", "xyzamol", "--json").stdout)
        self.assertEqual((result["verdict"], result["reasons"][0]["code"]), ("WARN", "DRUG_NOT_KNOWN"))


unittest.main(verbosity=1)
