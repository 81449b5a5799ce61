#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""station_test.py BIN_DIR: what leaves a station for patients and what does not, as a user of `eccrine` sees it."""
import csv
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BIN = pathlib.Path(sys.argv.pop(1))
PATIENTS = 'schema = 1\nuse = "patients"\n'
TRAINING = 'schema = 1\nuse = "training"\n'


def recording(simulated: bool) -> str:
    """A sweat rate that rises by 200 nL/min, 80 s after the stimulus."""
    lines = ["# eccrine-csv: 1", "# protocol: qsart", "# stimulus_start_s: 200", "# stimulus_stop_s: 500"]
    lines += ["# simulated: yes"] if simulated else []
    lines.append("time_s,foot.sweat_rate_nl_per_min")
    for i in range(1640):
        t = i / 2
        rise = 200 * (1 - math.exp(-(t - 280) / 75)) if t > 280 else 0
        lines.append(f"{t},{40 + 0.05 * math.sin(17.3 * t) + rise:.6f}")
    return "\n".join(lines) + "\n"


class Station(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        data = tempfile.TemporaryDirectory()  # of the audit trail
        self.addCleanup(data.cleanup)
        self.environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")} | {
            "XDG_RUNTIME_DIR": str(self.folder), "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_DATA_HOME": data.name,
            "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}
        self.write("simulated.csv", recording(True))
        self.write("patient.csv", recording(False))

    def write(self, name, text):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return name

    def here(self, text):
        return self.write("config/eccrine/station.toml", text)

    def call(self, *words):
        return subprocess.run([BIN / "eccrine", *words], cwd=self.folder, env=self.environment, capture_output=True, text=True,
                              timeout=120, check=False)

    def files(self):
        return sorted(f for f in self.folder.rglob("*") if f.is_file())

    def refused(self, code, *words, says):
        before = self.files()
        done = self.call(*words)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        for text in says:
            self.assertIn(text, lines[0])
        self.assertEqual(self.files(), before, "files were left behind")

    EXPORTS = (("report", "{}", "--out", "r.pdf"), ("convert", "{}", "--to", "csv", "--out", "c.csv"), ("plot", "{}", "--out", "p.svg"),
               ("analyze", "{}", "--json"))

    def test_a_simulated_recording_leaves_in_no_form(self):
        self.here(PATIENTS)
        for words in (*self.EXPORTS, ("review", "{}", "--mark", "foot.onset=90", "--reason", "r", "--by", "b", "--json")):
            with self.subTest(words[0]):
                self.refused(1, *(w.format("simulated.csv") for w in words),
                             says=["simulated.csv", "simulated", "station for patients", "station.toml", "station for training"])

    def test_it_is_looked_at_all_the_same(self):
        self.here(PATIENTS)
        done = self.call("analyze", "simulated.csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("SIMULATED", done.stdout)

    def test_what_was_recorded_on_a_patient_leaves(self):
        self.here(PATIENTS)
        for words in self.EXPORTS:
            done = self.call(*(w.format("patient.csv") for w in words))
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_without_a_file_and_at_a_station_for_training_it_leaves_marked(self):
        for text in (None, TRAINING):
            if text:
                self.here(text)
            for words in self.EXPORTS:
                done = self.call(*(w.format("simulated.csv") for w in words), *([] if "--json" in words else ["--force"]))
                self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("# simulated: yes", (self.folder / "c.csv").read_text(encoding="utf-8"))

    def test_in_a_table_of_a_folder_it_is_a_row_that_says_why(self):
        self.here(PATIENTS)
        self.write("data/s.csv", recording(True))
        self.write("data/p.csv", recording(False))
        done = self.call("analyze", "data", "--csv", "t.csv")
        self.assertEqual(done.returncode, 1, done.stderr)
        with open(self.folder / "t.csv", encoding="utf-8", newline="") as table:
            rows = {row["file"]: row for row in csv.DictReader(table)}
        self.assertIn("station for patients", rows["s.csv"]["error"])
        self.assertEqual(rows["s.csv"]["volume_ul"], "")
        self.assertEqual(rows["p.csv"]["error"], "")
        self.assertNotEqual(rows["p.csv"]["volume_ul"], "")

    def test_the_mark_cannot_be_taken_away_by_the_call(self):
        self.here(PATIENTS)
        self.refused(2, "report", "simulated.csv", "--out", "r.pdf", "--meta", "simulated=no",
                     says=["simulated.csv, --meta", "nobody can state that it is not"])

    def test_a_file_that_was_named_counts_before_the_one_of_the_user(self):
        self.here(TRAINING)
        self.write("patients.toml", PATIENTS)
        self.refused(1, "convert", "simulated.csv", "--to", "csv", "--out", "c.csv", "--station", "patients.toml", says=["patients.toml"])

    def test_a_file_that_is_wrong_refuses_and_is_no_absent_one(self):
        for text, says in (('schema = 1\nuse = "patient"\n', 'station.toml:2:'), ('use = "patients"\n', 'has no "schema"'),
                           ('schema = 1\nuse = "patients"\nward = 4\n', 'station.toml:3:'), ("", "schema")):
            self.here(text)
            with self.subTest(text):
                self.refused(1, "convert", "patient.csv", "--to", "csv", "--out", "c.csv", says=[says])
        (self.folder / "config/eccrine/station.toml").unlink()
        (self.folder / "config/eccrine/station.toml").symlink_to("nowhere.toml")
        self.refused(2, "convert", "patient.csv", "--to", "csv", "--out", "c.csv", says=["station.toml", "cannot be read"])
        self.refused(2, "report", "patient.csv", "--out", "r.pdf", "--station", "missing.toml", says=["missing.toml"])

    def test_a_run_asked_for_a_document_is_refused_before_an_instrument_is_sought(self):
        self.here(PATIENTS)
        self.refused(1, "run", "qsart", "--instrument", "tcp://127.0.0.1:1", "--out", "o", "--json", says=["run --json", "simulated"])

    def test_the_window_does_not_open_on_a_file_that_is_wrong(self):
        self.here('use = "clinic"\n')
        self.refused(1, says=["station.toml"])

    def test_every_verb_that_hands_on_says_so_in_its_help(self):
        for verb in ("analyze", "convert", "plot", "report", "review", "run"):
            text = " ".join(self.call(verb, "--help").stdout.split())
            self.assertIn("--station FILE", text)
            self.assertIn("no simulated result is handed on (exit code 1)", text)
        with self.subTest("and as a document"):
            self.here(PATIENTS)
            done = self.call("convert", "simulated.csv", "--to", "csv", "--out", "c.csv", "--json")
            self.assertIn("simulated", json.loads(done.stdout)["error"]["what"])


if __name__ == "__main__":
    unittest.main(verbosity=1)
