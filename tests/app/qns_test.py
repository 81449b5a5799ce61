#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""qns_test.py BIN_DIR: `eccrine qns` as the head of a laboratory calls it.

Expected verdicts: rows Q1 to Q5 of the reference table of the sweat test. Intervals: Wilson 1927, as in Newcombe 1998
(Stat Med 17:857). Control limits: p chart of Montgomery, Introduction to Statistical Quality Control."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BIN = pathlib.Path(sys.argv.pop(1))
ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "protocols/laboratory.toml"
HEADER = "case_id,date,dob,laboratory,operator,device,attempt,outcome,skin_reaction"
CHILD, INFANT = "2020-01-15", "2026-01-10"


def call(*arguments, data=None):
    environment = dict(os.environ, LC_ALL="C")
    environment.pop("ECCRINE_DATA_DIR", None)
    if data:
        environment["ECCRINE_DATA_DIR"] = str(data)
    return subprocess.run([BIN / "eccrine", "qns", *arguments], capture_output=True, text=True, env=environment, check=False)


def rows(qns, of, dob=CHILD, date="2026-02-07", laboratory="North", operator="Ada", device="M1", skin="no", name=""):
    """`of` first attempts, `qns` of them insufficient, each a case of its own."""
    return [f"{name}{dob}-{date}-{laboratory}-{operator}-{i},{date},{dob},{laboratory},{operator},{device},first,"
            f"{'QNS' if i < qns else 'OK'},{skin}" for i in range(of)]


class Qns(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def file(self, lines, header=HEADER):
        file = self.path / "tests.csv"
        file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return str(file)

    def counted(self, lines, *arguments, data=None):
        run = call("--csv", self.file(lines), "--json", *arguments, data=data)
        self.assertEqual(run.returncode, 0, run.stderr)
        return json.loads(run.stdout)

    def rate(self, document, **keys):
        found = [r for r in document["rates"] if all(r[key] == value for key, value in keys.items())]
        self.assertEqual(len(found), 1, keys)
        return found[0]

    def test_the_rows_of_the_reference_table(self):
        for name, qns, of, dob, band, verdict in (
                ("Q1", 10, 100, INFANT, "le_3_months", "meets"), ("Q2", 11, 100, INFANT, "le_3_months", "exceeds"),
                ("Q3", 5, 100, CHILD, "gt_3_months", "meets"), ("Q4", 6, 100, CHILD, "gt_3_months", "exceeds"),
                ("Q5", 0, 0, CHILD, "gt_3_months", "no data")):
            with self.subTest(name):
                document = self.counted(rows(qns, of, dob), "--until", "2026-03-02")
                rate = self.rate(document, by="age", age_band=band, attempt="first")
                self.assertEqual((rate["count"], rate["of"], rate["verdict"]), (qns, of, verdict))
                self.assertEqual(rate["percent"], qns * 100 / of if of else None)
                run = call("--csv", self.file(rows(qns, of, dob)), "--until", "2026-03-02", "--by", "age")
                self.assertEqual(run.returncode, 0, run.stderr)
                line = next(entry for entry in run.stdout.splitlines()
                            if ("up to 3" if band == "le_3_months" else "above 3") in entry and " first " in entry and "%:" in entry)
                self.assertTrue(line.endswith(verdict), line)

    def test_the_interval_beside_a_rate_is_wilsons(self):
        rate = self.rate(self.counted(rows(15, 148)), by="age", age_band="gt_3_months", attempt="first")
        self.assertEqual(rate["wilson_95_percent"], {"low": 6.24, "high": 16.05})

    def test_by_chooses_the_groupings(self):
        lines = rows(1, 4) + rows(0, 3, laboratory="South", operator="Ben", device="M2")
        document = self.counted(lines)
        self.assertEqual({r["by"] for r in document["rates"]}, {"laboratory", "operator", "device", "age"})
        for by, first, second in (("laboratory", "North", "South"), ("operator", "Ada", "Ben"), ("device", "M1", "M2")):
            for group, count, of in ((first, 1, 4), (second, 0, 3)):
                rate = self.rate(document, by=by, group=group, age_band="gt_3_months", attempt="first")
                self.assertEqual((rate["count"], rate["of"]), (count, of))
        document = self.counted(lines, "--by", "operator,device")
        self.assertEqual([r["by"] for r in document["rates"][::8]], ["operator", "device"])
        self.assertEqual(call("--csv", self.file(lines), "--by", "colour").returncode, 2)

    def test_the_window_is_twelve_months_until_the_last_day(self):
        lines = [line for i, date in enumerate(("2025-03-02", "2025-03-03", "2026-03-02", "2026-03-03"))
                 for line in rows(1, 1, date=date, name=str(i))]
        document = self.counted(lines, "--until", "2026-03-02")
        self.assertEqual((document["from"], document["until"]), ("2025-03-03", "2026-03-02"))
        self.assertEqual((document["tests"], document["tests_outside"]), (2, 2))
        self.assertEqual(self.counted(lines)["until"], "2026-03-03")

    def test_skin_reactions_are_counted_where_somebody_looked(self):
        lines = rows(0, 1, skin="yes") + rows(0, 3, skin="no", name="b") + rows(0, 2, skin="", name="c")
        [rate] = [r for r in self.counted(lines, "--by", "operator")["skin_reactions"]]
        self.assertEqual((rate["group"], rate["count"], rate["of"], rate["percent"], rate["not_recorded"]), ("Ada", 1, 4, 25, 2))

    def test_the_control_chart_has_each_months_own_limits(self):
        lines = rows(20, 100, date="2025-05-05") + rows(5, 25, date="2025-06-05") + rows(75, 875, date="2025-07-05")
        chart = next(c for c in self.counted(lines, "--until", "2026-03-02")["control_charts"] if c["age_band"] == "gt_3_months")
        self.assertEqual((chart["centre_percent"], chart["sigma"]), (10, 3))
        months = {m["month"]: m for m in chart["months"]}
        self.assertEqual(len(months), 13)
        self.assertEqual((months["2025-05"]["lower_percent"], months["2025-05"]["upper_percent"]), (1, 19))
        self.assertEqual((months["2025-06"]["lower_percent"], months["2025-06"]["upper_percent"]), (0, 28))
        self.assertEqual([months[m]["verdict"] for m in ("2025-05", "2025-06", "2025-07", "2025-08")],
                         ["above", "in control", "in control", "no data"])

    def test_months_are_printed_from_the_first_to_the_last_that_have_a_test(self):
        def months(lines, *arguments):
            run = call("--csv", self.file(lines), "--until", "2026-03-02", *arguments)
            self.assertEqual(run.returncode, 0, run.stderr)
            charts = run.stdout.split("\nControl chart, ")[1:]
            return [[line.split()[0] for line in chart.split("\nRepeats")[0].splitlines()[1:]] for chart in charts], run.stdout
        printed, text = months(rows(0, 1))
        self.assertEqual(printed, [[], ["2026-02"]])
        self.assertIn("first attempts up to 3 months: no tests", text)
        self.assertTrue(text.startswith("1 of 1 test, "), text.splitlines()[0])
        printed, text = months(rows(0, 1, date="2025-06-05") + rows(0, 1, date="2025-09-05"))
        self.assertEqual(printed, [[], ["2025-06", "2025-07", "2025-08", "2025-09"]])  # what lies between belongs to the chart
        self.assertTrue(text.startswith("2 of 2 tests, "), text.splitlines()[0])

    def test_repeats_are_tracked(self):
        def of_case(name, date, attempt, outcome):
            return f"{name},{date},{CHILD},North,Ada,M1,{attempt},{outcome},no"
        lines = [of_case("a", "2026-02-02", "first", "QNS"), of_case("a", "2026-02-09", "repeat", "REPORT_SINGLE"),
                 of_case("b", "2026-02-02", "first", "QNS"), of_case("b", "2026-02-10", "repeat", "OK"),
                 of_case("c", "2026-02-02", "first", "QNS"), of_case("d", "2026-03-01", "first", "QNS"),
                 of_case("e", "2026-02-02", "first", "OK")]
        repeats = self.counted(lines, "--until", "2026-03-02")["repeats"]
        self.assertEqual([repeats[k] for k in ("within_days", "qns", "in_time", "late", "missing", "pending")], [7, 4, 1, 1, 1, 1])
        self.assertEqual({c["case_id"]: c["state"] for c in repeats["cases"]},
                         {"a": "in time", "b": "late", "c": "missing", "d": "pending"})
        rate = self.rate(self.counted(lines), by="age", age_band="gt_3_months", attempt="repeat")
        self.assertEqual((rate["count"], rate["of"]), (0, 2))

    def test_a_laboratorys_own_rules_come_first_and_change_the_hash(self):
        folder = self.path / "protocols"
        folder.mkdir()
        (folder / "laboratory.toml").write_text(
            RULES.read_text(encoding="utf-8").replace("at_most_percent = 5\n", "at_most_percent = 6\n"), encoding="utf-8")
        ours, theirs = (self.counted(rows(6, 100), data=data) for data in (self.path, None))
        keys = dict(by="age", age_band="gt_3_months", attempt="first")
        self.assertEqual((self.rate(ours, **keys)["verdict"], self.rate(theirs, **keys)["verdict"]), ("meets", "exceeds"))
        self.assertNotEqual(ours["rules"]["sha256"], theirs["rules"]["sha256"])

    def test_wrong_rows_refuse_the_whole_file_and_ten_are_named(self):
        good = rows(1, 3)
        bad = [f"x{i},2026-02-30,{CHILD},North,Ada,M1,first,OK,no" for i in range(12)]
        run = call("--csv", self.file(good + bad), "--json")
        self.assertEqual(run.returncode, 1)
        document = json.loads(run.stdout)
        self.assertEqual(set(document), {"error", "faults"})
        self.assertEqual(len(document["faults"]), 10)
        self.assertIn("12 rows", document["error"]["what"])
        self.assertIn("tests.csv:5, case x0", run.stderr)
        self.assertIn("does not exist", run.stderr)
        self.assertEqual(run.stderr.count("\n"), 11)
        self.assertEqual(call("--csv", self.file(good + bad)).stdout, "")

    def test_an_unknown_column_is_told_and_a_missing_one_refused(self):
        run = call("--csv", self.file([line + ",3" for line in rows(1, 3)], HEADER + ",ward"))
        self.assertEqual(run.returncode, 0)
        self.assertIn('"ward"', run.stderr)
        run = call("--csv", self.file([line.rsplit(",", 1)[0] for line in rows(1, 3)], HEADER.rsplit(",", 1)[0]))
        self.assertEqual(run.returncode, 1)
        self.assertIn('"skin_reaction" is missing', run.stderr)

    def test_a_wrong_call_ends_with_two(self):
        file = self.file(rows(1, 3))
        for arguments in ((), ("--csv", str(self.path)), ("--csv", str(self.path / "none.csv")),
                          ("--csv", file, "--until", "yesterday"), ("--csv", file, "--colour")):
            with self.subTest(arguments):
                run = call(*arguments)
                self.assertEqual((run.returncode, run.stdout), (2, ""))
                self.assertEqual(run.stderr.count("\n"), 1)
        run = call("--csv", self.file([]))
        self.assertEqual(run.returncode, 1)
        self.assertIn("give --until", run.stderr)

    def test_help_names_every_column(self):
        text = call("--help").stdout
        for name in HEADER.split(","):
            self.assertIn(f"  {name} ", text)

    def test_the_same_call_gives_the_same_bytes(self):
        file = self.file(rows(1, 30))
        self.assertEqual(call("--csv", file, "--json").stdout, call("--csv", file, "--json").stdout)


unittest.main(verbosity=1)
