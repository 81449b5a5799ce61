#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""chloride_test.py BIN_DIR: `eccrine chloride` as a laboratory calls it to hold the rules against its own cases.

Expected values: tests/analysis/chloride/vectors.csv (the reference table of the sweat test) and its rows C, N and P."""
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BIN = pathlib.Path(sys.argv.pop(1))
ROOT = pathlib.Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests/analysis/chloride/vectors.csv"
GUIDELINES = ROOT / "protocols/guidelines"
HEADER = ("case_id,profile,dob,collection_date,method,left_amount,left_unit,left_minutes,left_chloride,"
          "right_amount,right_unit,right_minutes,right_chloride,area_cm2,sodium,conductivity,weight_kg,corrected_gestation_weeks")


def call(*arguments, data=None):
    environment = dict(os.environ, LC_ALL="C")
    environment.pop("ECCRINE_DATA_DIR", None)
    if data:
        environment["ECCRINE_DATA_DIR"] = str(data)
    return subprocess.run([BIN / "eccrine", "chloride", *arguments], capture_output=True, text=True, env=environment, check=False)


def one(**options):
    arguments = []
    for name, value in options.items():
        arguments += ["--" + name.replace("_", "-"), str(value)]
    return call(*arguments, "--json")


GOOD = dict(profile="CFF-2017", dob="2026-01-10", collection_date="2026-02-07", method="coil", left_amount="40", left_unit="uL",
            left_minutes="30", left_chloride="52")


class Chloride(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def test_the_reference_table_is_reproduced_from_a_file(self):
        rows = list(csv.DictReader(VECTORS.read_text(encoding="utf-8").splitlines()))
        self.assertEqual(len(rows), 52)
        run = call("--csv", str(VECTORS), "--json")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("expected_outcome", run.stderr)  # a column that is not known is told
        results = json.loads(run.stdout)
        for row, result in zip(rows, results, strict=True):
            with self.subTest(row["case_id"], rule=row["rule"]):
                self.assertEqual(result["case_id"], row["case_id"])
                for side in ("left", "right"):
                    self.assertEqual(result[side]["status"], row[f"expected_{side}_status"])
                    rate = row[f"expected_{side}_rate"]
                    self.assertEqual(result[side]["rate_g_m2_min"], float(rate) if rate else None)
                self.assertEqual(result["agreement"]["verdict"], row["expected_verdict"])
                for key in ("delta", "limit"):
                    expected = row[f"expected_{key}"]
                    self.assertEqual(result["agreement"][key], float(expected) if expected else None)
                self.assertEqual(result["outcome"], row["expected_outcome"])
                self.assertEqual(result["reported_value"], int(row["expected_value"]) if row["expected_value"] else None)
                self.assertEqual(result["class"], row["expected_class"])
                self.assertTrue(result["explanation"])

    def test_a_case_from_options_gives_the_same_as_from_a_file(self):
        from_options = json.loads(one(case_id="A", **GOOD).stdout)
        file = self.path / "cases.csv"
        file.write_text(HEADER + "\nA,CFF-2017,2026-01-10,2026-02-07,coil,40,uL,30,52,,,,,,,,,\n", encoding="utf-8")
        self.assertEqual(json.loads(call("--csv", str(file), "--json").stdout), [from_options])

    def test_a_case_that_is_not_complete_is_a_wrong_call(self):
        for missing in ("profile", "dob", "collection_date", "method"):
            with self.subTest(missing):
                run = one(**{key: value for key, value in GOOD.items() if key != missing})
                self.assertEqual(run.returncode, 2, run.stderr)  # design.md: 2 the call was wrong
                self.assertIn("--" + missing.replace("_", "-"), run.stdout + run.stderr)

    def test_a_file_with_semicolons_gets_one_sentence(self):
        file = self.path / "cases.csv"
        file.write_text(HEADER.replace(",", ";") + "\nA;CFF-2017;2026-01-10;2026-02-07;coil;40,5;uL;30;52;;;;;;;;;\n", encoding="utf-8")
        run = call("--csv", str(file))
        self.assertEqual(run.returncode, 1)
        self.assertEqual(len(run.stderr.splitlines()), 1, run.stderr)
        self.assertIn("separated by semicolons", run.stderr)

    def test_a_column_that_no_rule_reads_is_told_and_not_used(self):
        file = self.path / "cases.csv"
        file.write_text(HEADER + ",symptomatic\nA,CFF-2017,2026-01-10,2026-02-07,coil,40,uL,30,52,,,,,,,,,,yes\n", encoding="utf-8")
        run = call("--csv", str(file), "--json")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn('the column "symptomatic" is not known and is not used', run.stderr)

    def test_a_held_case_says_what_holds_it(self):
        result = json.loads(one(**{key: value for key, value in GOOD.items() if key != "left_chloride"}).stdout)
        self.assertEqual(result["outcome"], "HELD")
        self.assertEqual([hold["cause"] for hold in result["held_because"]], ["NOT_ANALYSED"])
        self.assertEqual(result["follow_up"], ["Left: analyse the sample and enter its chloride."])

    def test_a_rate_that_skin_does_not_give_is_not_plausible(self):
        result = json.loads(one(**{**GOOD, "left_minutes": "1"}).stdout)  # 80 g/m²/min, the profile's most is 22
        self.assertEqual((result["outcome"], result["left"]["status"]), ("IMPLAUSIBLE", "IMPLAUSIBLE"))
        self.assertIn("RATE_HIGH", result["flags"])

    def test_the_explanation_states_what_another_profile_would_say(self):
        run = one(**{**GOOD, "left_amount": "15.0", "left_chloride": "20"})
        lines = json.loads(run.stdout)["explanation"]
        line = next(entry for entry in lines if entry.startswith("Left: 15.0 µL in 30 min"))
        self.assertIn("sufficient under CFF-2017 (≥ 15 µL)", line)
        self.assertIn("would be insufficient under UK-2014", line)

    def test_six_months_end_with_the_last_day_of_a_shorter_month(self):  # P2: born on 31 August, six months on 28 February
        for day, expected in (("2026-02-28", "INTERMEDIATE"), ("2026-03-01", "CF_UNLIKELY")):
            with self.subTest(day):
                run = one(**{**GOOD, "profile": "CLSI-C34-A3", "dob": "2025-08-31", "collection_date": day, "left_chloride": 35})
                self.assertEqual(json.loads(run.stdout)["class"], expected, run.stderr)

    def test_an_amount_that_the_profile_has_no_rule_for_is_no_result(self):
        run = one(profile="COND-UK", dob="2025-01-01", collection_date="2026-01-01", method="cell", left_amount=0, left_unit="uL",
                  left_minutes=30, conductivity=40)
        self.assertEqual(run.returncode, 1)
        self.assertIn("says nothing of sweat collected by cell", run.stderr)

    def test_conductivity_rows(self):
        for name, profile, value, expected in (
                ("C1", "COND-UK", 49, "NEGATIVE"), ("C2", "COND-UK", 50, "BORDERLINE"), ("C3", "COND-UK", 90, "BORDERLINE"),
                ("C4", "COND-UK", 91, "POSITIVE"), ("C5", "COND-NANODUCT", 59, "NEGATIVE"), ("C6", "COND-NANODUCT", 60, "BORDERLINE"),
                ("C7", "COND-NANODUCT", 80, "BORDERLINE"), ("C8", "COND-NANODUCT", 81, "POSITIVE"), ("C9", "COND-MATTAR", 74, "NEGATIVE"),
                ("C10", "COND-MATTAR", 75, "BORDERLINE"), ("C11", "COND-MATTAR", 89, "BORDERLINE"), ("C12", "COND-MATTAR", 90, "POSITIVE")):
            with self.subTest(name):
                run = one(profile=profile, dob="2025-01-01", collection_date="2026-01-01", method="cell", conductivity=value)
                result = json.loads(run.stdout)
                self.assertEqual(result["class"], expected, run.stderr)
                self.assertEqual("REFER_CHLORIDE" in result["flags"], expected != "NEGATIVE")
        early = json.loads(one(profile="COND-UK", dob="2026-01-01", collection_date="2026-01-05", method="cell", conductivity=53).stdout)
        self.assertIn("COND_NEWBORN", early["flags"])  # C13
        self.assertEqual(early["class"], "NONE")
        below = json.loads(one(**{**GOOD, "left_chloride": 45}, conductivity=40).stdout)
        self.assertIn("COND_LT_CL", below["flags"])  # C14
        self.assertEqual(below["outcome"], "IMPLAUSIBLE")

    def test_sodium_rows(self):
        for name, sodium, flag in (("N1", 60, None), ("N2", 61, "NA_CL_WARN"), ("N3", 75, "NA_CL_WARN"), ("N4", 76, "NA_CL_REJECT")):
            with self.subTest(name):
                flags = json.loads(one(**{**GOOD, "left_chloride": 45}, sodium=sodium).stdout)["flags"]
                self.assertEqual([f for f in flags if f.startswith("NA_CL")], [flag] if flag else [])

    def test_what_is_wrong_is_named_and_the_other_cases_go_on(self):
        good = "A,CFF-2017,2026-01-10,2026-02-07,coil,40,uL,30,52,,,,,,,,,"
        for spoilt, says in ((good.replace("2026-02-07", "2026-01-09"), "before the birth"),
                             (good.replace("2026-02-07", "2026-02-30"), "does not exist"),
                             (good.replace(",40,", ",-40,"), "left_amount is -40"),
                             (good.replace(",40,", ",40000,"), "left_amount is 40000"),
                             (good.replace("uL", "mg"), "measured in uL"),
                             (good.replace(",52,", ',"52,5",'), "comma"),
                             (good.replace("CFF-2017", "CFF-2071"), "CFF-2017")):
            with self.subTest(says):
                file = self.path / "cases.csv"
                first = good.replace("A,", "B,", 1)
                file.write_text("\n".join([HEADER, first, spoilt]) + "\n", encoding="utf-8")
                run = call("--csv", str(file), "--json")
                self.assertEqual(run.returncode, 1)
                results = json.loads(run.stdout)
                self.assertEqual(results[0]["outcome"], "REPORT_SINGLE")
                self.assertEqual(set(results[1]), {"case_id", "error"})
                self.assertIn(says, json.dumps(results[1]["error"]))
                self.assertIn("cases.csv:3", run.stderr)

    def test_a_row_that_is_broken_is_one_error_and_the_other_rows_go_on(self):  # as --help promises
        good = "A,CFF-2017,2026-01-10,2026-02-07,coil,40,uL,30,52,,,,,,,,,"
        for broken, says in (("B,CFF-2017,2026-01-10", "the row has 3 cells, the header 18"),
                             (good.replace("A,", "B,", 1) + ",,", "the row has 20 cells, the header 18"),
                             ('B,CFF-2017,2026-01-10,2026-02-07,co"il,40,uL,30,52,,,,,,,,,', "inside a cell")):
            with self.subTest(says):
                file = self.path / "cases.csv"
                file.write_text("\n".join([HEADER, good, broken, good.replace("A,", "C,", 1)]) + "\n", encoding="utf-8")
                run = call("--csv", str(file), "--json")
                self.assertEqual(run.returncode, 1)
                results = json.loads(run.stdout)
                self.assertEqual([result["case_id"] for result in results], ["A", "B", "C"])
                self.assertEqual([result.get("outcome") for result in results], ["REPORT_SINGLE", None, "REPORT_SINGLE"])
                self.assertIn(says, results[1]["error"]["what"])
                self.assertTrue(results[1]["error"]["where"].endswith("cases.csv:3, case B"), results[1]["error"])
                self.assertIn("cases.csv:3, case B: ", run.stderr)
                self.assertIn("1 of 3 cases could not be evaluated", run.stderr)
                text = call("--csv", str(file)).stdout.splitlines()
                self.assertEqual([line for line in text if line.startswith("B")], [f"B: not evaluated, line 3: {results[1]['error']['what']}"])

    def test_nothing_was_collected_after_today(self):
        for day, arguments in (("2026-02-08", ("--today", "2026-02-07")), ("2099-01-01", ())):
            with self.subTest(day):
                run = call(*[word for name, value in {**GOOD, "collection_date": day}.items()
                             for word in ("--" + name.replace("_", "-"), value)], *arguments)
                self.assertEqual((run.returncode, run.stdout), (1, ""))
                self.assertIn(f"the collection on {day} is after today", run.stderr)
        file = self.path / "cases.csv"
        row = "A,CFF-2017,2026-01-10,2026-02-07,coil,40,uL,30,52,,,,,,,,,"
        file.write_text("\n".join([HEADER, row, row.replace("A,", "B,", 1).replace("02-07", "02-08")]) + "\n", encoding="utf-8")
        run = call("--csv", str(file), "--today", "2026-02-07", "--json")
        self.assertEqual(run.returncode, 1)
        self.assertEqual([result.get("outcome") for result in json.loads(run.stdout)], ["REPORT_SINGLE", None])
        self.assertEqual(call("--csv", str(file), "--today", "tomorrow").returncode, 2)

    def test_while_the_control_has_failed_no_case_has_a_result(self):  # design.md: exit 1, the data said no
        for qc, outcome, code in (("passed", "REPORT_SINGLE", 0), ("not-stated", "REPORT_SINGLE", 0), ("failed", "QC_LOCKED", 1)):
            with self.subTest(qc):
                run = one(**GOOD, qc=qc)
                self.assertEqual(run.returncode, code, run.stderr)
                result = json.loads(run.stdout)
                self.assertEqual((result["outcome"], result["qc"]), (outcome, qc.replace("-", "_")))
                self.assertEqual(result["reported_value"], None if code else 52)
                self.assertEqual("quality control" in run.stderr, bool(code))
                many = call("--csv", str(VECTORS), "--qc", qc, "--json")
                self.assertEqual(many.returncode, code)
                self.assertEqual({result["qc"] for result in json.loads(many.stdout)}, {qc.replace("-", "_")})

    def test_what_would_not_be_used_is_a_wrong_call(self):
        row = "A,,2026-01-10,2026-02-07,coil,40,uL,30,52,,,,,,,,,"
        file = self.path / "cases.csv"
        file.write_text(HEADER + "\n" + row + "\n", encoding="utf-8")
        for arguments, says in ((("--csv", str(file), "--dob", "2026-01-10", "--left-amount", "40"), ("--dob", "--left-amount")),
                                (("--csv", str(file), "--profiles"), ("--csv", "--profiles")),
                                (("--profiles", "--method", "coil"), ("--method",)),
                                (("--check", str(GUIDELINES / "CFF-2017.toml"), "--profile", "UK-2014"), ("--profile",))):
            with self.subTest(arguments):
                run = call(*arguments)
                self.assertEqual((run.returncode, run.stdout), (2, ""))
                self.assertEqual(run.stderr.count("\n"), 1)
                for option in says:
                    self.assertIn(option, run.stderr)
        self.assertEqual(call("--csv", str(file), "--profile", "CFF-2017").returncode, 0)  # of rows that name none

    def test_of_two_results_for_one_case_neither_is_given(self):
        row = "A,CFF-2017,2026-01-10,2026-02-07,coil,40,uL,30,22,,,,,,,,,"
        file = self.path / "cases.csv"
        file.write_text("\n".join([HEADER, row, row.replace("A,", "B,"), row.replace(",22,", ",92,")]) + "\n", encoding="utf-8")
        run = call("--csv", str(file), "--json")
        self.assertEqual(run.returncode, 1)
        results = json.loads(run.stdout)
        self.assertEqual([set(result) == {"case_id", "error"} for result in results], [True, False, True])
        self.assertIn("lines 2 and 4", results[0]["error"]["what"])

    def test_a_file_that_is_no_table_of_cases_is_refused(self):
        for text, says in (("", "no header"), ("a,b\n1,2\n", "column"), (HEADER + '\nA,"CFF-2017\n', "not closed")):
            file = self.path / "cases.csv"
            file.write_text(text, encoding="utf-8")
            run = call("--csv", str(file))
            self.assertEqual((run.returncode, run.stdout), (1, ""))
            self.assertIn(says, run.stderr)
            self.assertEqual(run.stderr.count("\n"), 1)
        self.assertEqual(call("--csv", str(self.path)).returncode, 2)
        self.assertEqual(call("--csv", str(self.path / "none.csv")).returncode, 2)

    def test_an_edited_profile_is_proved_before_it_is_used(self):
        text = (GUIDELINES / "CFF-2017.toml").read_text(encoding="utf-8")
        mine = self.path / "mine.toml"
        mine.write_text(text.replace("highest = 29", "highest = 28"), encoding="utf-8")
        run = call("--check", str(mine))
        self.assertEqual(run.returncode, 1)
        self.assertIn("the value 29 falls in no class", run.stderr)
        mine.write_text(text.replace('id = "CFF-2017"', 'id = "OUR-LAB"').replace("at_or_below = 10", "at_or_below = 5"), encoding="utf-8")
        self.assertEqual(call("--check", str(mine)).returncode, 0)
        both = {**GOOD, "right_amount": 40, "right_minutes": 30, "right_chloride": 58}
        ours, theirs = (json.loads(one(**{**both, "profile": p}).stdout) for p in (str(mine), "CFF-2017"))
        self.assertEqual((ours["outcome"], theirs["outcome"]), ("DISCORDANT", "REPORT_MEAN"))
        self.assertNotEqual(ours["profile"]["sha256"], theirs["profile"]["sha256"])

    def test_a_laboratorys_own_folder_comes_first_and_a_broken_file_is_told(self):
        folder = self.path / "protocols/guidelines"
        folder.mkdir(parents=True)
        text = (GUIDELINES / "CFF-2017.toml").read_text(encoding="utf-8")
        (folder / "OUR-LAB.toml").write_text(text.replace('id = "CFF-2017"', 'id = "OUR-LAB"'), encoding="utf-8")
        (folder / "BROKEN.toml").write_text("id = ", encoding="utf-8")
        run = call("--profiles", "--json", data=self.path)
        self.assertEqual(run.returncode, 1)
        listed = json.loads(run.stdout)
        self.assertIn("OUR-LAB", [p["id"] for p in listed["profiles"]])
        self.assertIn("CFF-2017", [p["id"] for p in listed["profiles"]])
        self.assertIn("BROKEN.toml", listed["refused"][0])

    def test_an_infant_younger_than_48_hours_has_no_result(self):
        run = json.loads(one(**{**GOOD, "dob": "2026-02-06"}).stdout)
        self.assertEqual((run["outcome"], run["class"], run["reported_value"]), ("BLOCKED", "WITHHELD", None))

    def test_the_same_call_gives_the_same_bytes(self):
        self.assertEqual(call("--csv", str(VECTORS), "--json").stdout, call("--csv", str(VECTORS), "--json").stdout)


unittest.main(verbosity=1)
