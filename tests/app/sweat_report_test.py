#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sweat_report_test.py BIN_DIR: `eccrine report FILE.sweat.json` as a laboratory calls it."""
import copy
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BIN = pathlib.Path(sys.argv.pop(1))
PROFILE = pathlib.Path(__file__).resolve().parents[2] / "protocols/guidelines/CFF-2017.toml"

SITE = {"used": True, "limb": "forearm", "charge_mc": 450.2, "mean_current_ma": 1.44, "stimulation_s": 312.5, "stimulus_low": False,
        "skin": "normal", "skin_note": "", "attached_utc": "2026-03-02T13:05:10Z", "removed_utc": "2026-03-02T13:35:10Z",
        "minutes": "30", "coil_cm": None, "tare_mg": None, "gross_mg": None, "amount": "21.5", "sample_id": "O1-L",
        "chloride": "33.1", "sodium": None, "conductivity": None, "analyser": "A1", "entered_by": "C. Analyst",
        "accepted_by": "", "accept_reason": ""}
EVALUATION = {
    "case_id": "O1", "profile": {"id": "CFF-2017", "version": "1", "sha256": hashlib.sha256(PROFILE.read_bytes()).hexdigest()},
    "left": {"status": "OK", "rate_g_m2_min": 1.43, "needed": 15}, "right": {"status": "OK", "rate_g_m2_min": 1.43, "needed": 15},
    "agreement": {"verdict": "PASS", "delta": 0, "limit": 10}, "outcome": "REPORT_MEAN", "reported_text": "33",
    "class": "INTERMEDIATE", "flags": ["NEAR_LIMIT"], "follow_up": ["Repeat the sweat test on another day."]}
RECORD = {
    "eccrine_sweat_test": 1, "id": "r1", "version": 1, "created_utc": "2026-03-02T12:40:00Z", "saved_utc": "2026-03-02T15:00:00Z",
    "step": "result",
    "patient": {"name": "Ann Other", "id": "4711", "sex": "female", "born": "2026-02-02", "on_modulator": False},
    "order": "O1", "operator": "B. Tester", "requester": "", "collected_at": "2026-03-02T14:05",
    "eligibility": {"answers": {"weight_kg": "3.6"}, "verdict": "GO", "reasons": [], "blocked_because": ""},
    "guideline": "CFF-2017", "protocol": "macroduct", "protocol_sha256": "", "collector": "coil", "area_cm2": None, "lots": [],
    "left": SITE, "right": SITE, "recording": "", "recording_sha256": "", "simulated": False, "qc": "passed", "qc_text": "",
    "validated_by": "", "validated_utc": "", "events": [], "evaluation": json.dumps(EVALUATION)}


class SweatReport(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, record=RECORD, name="test.sweat.json"):
        file = self.folder / name
        file.write_text(record if isinstance(record, str) else json.dumps(record), encoding="utf-8")
        return file

    def call(self, *arguments, code=0):
        environment = dict(os.environ, LC_ALL="C")
        environment.pop("ECCRINE_DATA_DIR", None)
        run = subprocess.run([BIN / "eccrine", "report", *map(str, arguments)], capture_output=True, text=True, env=environment,
                             check=False, cwd=self.folder)
        self.assertEqual(run.returncode, code, run.stderr)
        return run

    def refused(self, *arguments, code=1):
        run = self.call(*arguments, code=code)
        self.assertEqual(len(run.stderr.strip().splitlines()), 1, run.stderr)
        self.assertEqual(list(self.folder.glob("*.pdf")), [])
        return run.stderr

    def test_it_is_one_page_with_the_result(self):
        self.call(self.write(), "--out", "x.pdf")
        text = subprocess.run(["pdftotext", "-layout", self.folder / "x.pdf", "-"], capture_output=True, text=True, check=True).stdout
        for word in ("Ann Other", "mean 33", "Intermediate", "NOT VALIDATED: PRELIMINARY", "Limits not locally verified"):
            self.assertIn(word, text)
        self.assertEqual(text.count("\f"), 1)

    def test_a_control_that_failed_after_the_value_was_entered_stands_on_it(self):
        book = self.folder / "laboratory"
        book.mkdir()
        (book / "materials.csv").write_text("recorded_utc,level,lot,target_mmol_l,sd_mmol_l,expiry,by\n"
                                            "2026-03-01T08:00:00Z,low,L1,20,2,2026-12-31,C\n", encoding="utf-8")
        (book / "controls.csv").write_text("recorded_utc,at,analyser,run,level,lot,value_mmol_l,operator\n"
                                           "2026-03-02T15:30:00Z,2026-03-02T16:30,A1,1,low,L1,27,C\n", encoding="utf-8")
        entered = dict(copy.deepcopy(RECORD), eccrine_sweat_test=5, guideline_text="", calls=[], former_versions=[], qc_alarm="")
        for side in ("left", "right"):
            entered[side].update(
                {"tared_at": None, "weighed_at": None, "cold_since": None, "storage_note": "", "eluent_ul": None, "eluate": None,
                 "blank": None, "second_chloride": None, "second_differs": False, "qc_on": "2026-03-02", "qc": "passed",
                 "qc_text": "", "void_reason": "", "amount_is_least": False, "amount_at_most": None, "amount_note": "",
                 "entered_at": "2026-03-02T15:00", "handled_by": []})
        self.call(self.write(entered), "--out", "x.pdf")
        text = subprocess.run(["pdftotext", "-layout", self.folder / "x.pdf", "-"], capture_output=True, text=True, check=True).stdout
        self.assertIn("QUALITY CONTROL, Left: the control of 2026-03-02 16:30 on A1", " ".join(text.split()))
        self.assertIn("passed when the values were entered; IN DOUBT since", " ".join(text.split()))

    def test_a_version_that_a_correction_has_replaced_is_not_printed(self):
        signed = dict(RECORD, validated_by="D. Chemist", validated_utc="2026-03-02T16:00:00Z")
        file = self.write(signed)
        self.write(dict(signed, version=2), "test_v2.sweat.json")
        said = self.refused(file)
        self.assertIn("corrected", said)
        self.assertIn("test_v2.sweat.json", said)

    def test_nor_one_whose_later_version_is_damaged(self):
        file = self.write(dict(RECORD, validated_by="D. Chemist", validated_utc="2026-03-02T16:00:00Z"))
        self.write("{", "test_v2.sweat.json")
        said = self.refused(file)
        self.assertIn("a later version of this result cannot be read", said)
        self.assertIn("restore test_v2.sweat.json", said)

    def test_a_simulated_test_is_printed_at_a_station_for_training_only(self):
        file, station = self.write(dict(RECORD, simulated=True)), self.folder / "station.toml"
        station.write_text('schema = 1\nuse = "patients"\n', encoding="utf-8")
        said = self.refused(file, "--station", station)
        self.assertIn("hands on no simulated result", said)
        self.assertIn(str(station), said)
        station.write_text('schema = 1\nuse = "training"\n', encoding="utf-8")
        self.call(file, "--station", station)
        text = subprocess.run(["pdftotext", self.folder / "test.pdf", "-"], capture_output=True, text=True, check=True).stdout
        self.assertIn("SIMULATED", text)

    def test_without_out_it_lies_beside_the_test(self):
        run = self.call(self.write(), "--json")
        self.assertEqual(json.loads(run.stdout)["file"], str(self.folder / "test.pdf"))
        self.assertTrue((self.folder / "test.pdf").exists())

    def test_an_existing_file_is_replaced_only_when_allowed(self):
        file = self.write()
        self.call(file)
        self.call(file, code=2)
        self.call(file, "--force")

    def test_what_is_no_sweat_test_is_refused_in_one_sentence(self):
        self.assertIn("the file is damaged", self.refused(self.write("{")))
        self.assertIn('has no "id"', self.refused(self.write({"eccrine_sweat_test": 1})))
        self.assertIn("another version", self.refused(self.write({"eccrine_sweat_test": 9})))
        self.assertIn("missing.sweat.json", self.refused(self.folder / "missing.sweat.json", code=2))

    def test_a_test_without_a_result_is_refused(self):
        self.assertIn("no result yet", self.refused(self.write(dict(RECORD, evaluation=""))))

    def test_a_profile_that_is_not_here_is_named(self):
        other = copy.deepcopy(EVALUATION)
        other["profile"]["sha256"] = "0" * 64
        sentence = self.refused(self.write(dict(RECORD, evaluation=json.dumps(other))))
        self.assertIn("the profile CFF-2017, version 1", sentence)

    def test_an_option_for_recordings_is_refused(self):
        self.assertIn("--method is for recordings", self.refused(self.write(), "--method", "hinge", code=2))


if __name__ == "__main__":
    unittest.main()
