#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""archive_test.py BIN_DIR: `eccrine analyze` with a folder of recordings, as a laboratory calls it.

Rates are written by hand: 40 nL/min, and from 100 s after the stimulus start 1 − exp(−s/75 s) times an amplitude. Expected
volumes are the integral of that, evaluated here."""
import csv
import json
import math
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest

import edf_test as edf  # takes BIN_DIR from the call

BIN = edf.BIN
START_S, STOP_S, END_S, STEP_S = 180, 480, 790, 0.5


def rate(t, amplitude):
    s = t - START_S
    rise = lambda x: 1 - math.exp(-(x - 100) / 75) if x > 100 else 0.0
    return amplitude * (rise(s) if s <= 308 else rise(308) * math.exp(-(s - 308) / 90))


def recording(amplitude=280.0, sites=("foot",), keys=(), columns=(), stated=True):
    """A recording CSV. `columns`: names of others, filled with a 1."""
    lines = ["# eccrine-csv: 1", "# protocol: qsart", *keys]
    if stated:
        lines += [f"# stimulus_start_s: {START_S}", f"# stimulus_stop_s: {STOP_S}"]
    lines.append(",".join(["time_s", *(f"{s}.sweat_rate_nl_per_min" for s in sites), *columns]))
    for i in range(int(END_S / STEP_S)):
        t = i * STEP_S
        value = 40 + 0.05 * math.sin(17.3 * t) + rate(t, amplitude)
        lines.append(",".join([f"{t:.1f}", *(f"{value:.5f}" for _ in sites), *("1" for _ in columns)]))
    return "\n".join(lines) + "\n"


def volume_ul(amplitude):
    return sum(rate(START_S + i / 100, amplitude) for i in range(60000)) / 100 / 60 / 1000


class Archive(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self._folder.name)
        self.archive = self.folder / "archive"
        self.archive.mkdir()
        self.table = self.folder / "results.csv"
        self.partial = self.folder / "results.csv.partial"
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=str(self.folder), HOME=str(self.folder), LC_ALL="C.UTF-8")

    def tearDown(self):
        self._folder.cleanup()

    def put(self, name, content):
        path = self.archive / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def call(self, *words, **more):
        return subprocess.run([BIN / "eccrine", *words], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120,
                              check=False, **more)

    def analyze(self, *words, code=0, **more):
        run = self.call("analyze", self.archive, "--csv", self.table, *words, **more)
        self.assertEqual(run.returncode, code, run.stderr + run.stdout)
        return run

    def rows(self):
        with open(self.table, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def refused(self, code, *words, says=()):
        before = sorted(self.folder.rglob("*"))
        run = self.call(*words)
        self.assertEqual(run.returncode, code, run.stderr + run.stdout)
        lines = [line for line in run.stderr.splitlines() if line]
        self.assertEqual(len(lines), 1, run.stderr)
        for text in says:
            self.assertIn(text, lines[0])
        self.assertEqual(sorted(self.folder.rglob("*")), before, "files were left behind")
        return lines[0]

    # options hold for every recording
    def test_what_the_call_states_holds_for_each_recording(self):
        self.put("a.csv", recording(stated=False))
        self.put("b.csv", recording(stated=False))
        self.analyze(code=1)
        self.assertIn("stimulus start", self.rows()[0]["error"])
        self.analyze("--force", "--meta", f"stimulus_start_s={START_S}", "--meta", f"stimulus_stop_s={STOP_S}")
        for row in self.rows():
            self.assertEqual(row["error"], "")
            self.assertEqual(float(row["stimulus_start_s"]), START_S)
            self.assertAlmostEqual(float(row["volume_ul"]), volume_ul(280), delta=0.005 * volume_ul(280))
        self.assertIn("warm", self.refused(2, "analyze", self.archive, "--csv", "t.csv", "--meta", "flow_reference=warm"))

    def test_a_statement_about_a_site_that_one_recording_does_not_have_is_that_recordings_row(self):
        self.put("a.csv", recording(sites=("foot",)))
        self.put("b.csv", recording(sites=("thumb",)))
        self.analyze("--meta", "capsule_area_cm2=foot=0.8", code=1)
        a, b = self.rows()
        self.assertAlmostEqual(float(a["volume_ul_per_cm2"]), float(a["volume_ul"]) / 0.8, places=9)
        self.assertAlmostEqual(float(a["peak_nl_per_min_per_cm2"]), float(a["peak_nl_per_min"]) / 0.8, places=9)
        self.assertIn("foot", b["error"])

    def test_signals_are_named_for_the_edf_files_of_a_folder(self):
        foreign = edf.signals(2)
        foreign[0].label = "Hygro 1"
        self.put("a.edf", edf.edf(foreign, edf.STATED))
        self.put("b.csv", recording())
        self.analyze("--map", "Hygro 1=forearm.rh_out_pct")
        self.assertEqual([(r["file"], r["error"]) for r in self.rows()], [("a.edf", ""), ("b.csv", "")])
        self.assertGreater(float(self.rows()[0]["volume_ul"]), 0.1)

    def test_each_recording_rests_on_its_own_review(self):
        a, b = self.put("a.csv", recording()), self.put("b.csv", recording())
        self.assertEqual(self.call("review", a, "--mark", "foot.onset=150", "--reason", "artefact", "--by", "Dr Gray").returncode, 0)
        self.analyze()
        found = self.rows()
        self.assertEqual([r["review_version"] for r in found], ["", ""])
        self.analyze("--force", "--review", "latest")
        read = self.rows()
        self.assertEqual([r["review_version"] for r in read], ["1", ""])
        self.assertEqual(float(read[0]["onset_latency_s"]), 150)
        self.assertEqual(read[1], found[1])
        one = json.loads(self.call("analyze", a, "--json", "--review", "latest").stdout)["sites"][0]
        self.assertEqual(float(read[0]["volume_ul"]), one["volume_ul"])
        self.analyze("--force", "--review", "1", code=1)
        self.assertIn("no version 1", self.rows()[1]["error"])
        self.assertIn(b.name, self.rows()[1]["error"])

    # what is a recording
    def test_endings_in_capitals_are_recordings_too(self):
        self.put("A.CSV", recording())
        self.put("B.EDF", edf.edf(edf.signals(2), edf.STATED))
        self.put("C.Bdf", edf.edf(edf.signals(2), edf.STATED, 24))
        self.put("D.ECCRINE", "garbage")
        self.analyze(code=1)
        self.assertEqual([(r["file"], r["error"] == "") for r in self.rows()],
                         [("A.CSV", True), ("B.EDF", True), ("C.Bdf", True), ("D.ECCRINE", False)])

    def test_tables_of_results_in_the_folder_are_no_recordings(self):
        self.put("a.csv", recording())
        self.put("old.csv", "file,sha256,site,usable,baseline_nl_per_min\na.csv,,foot,yes,40\n")
        self.table = self.archive / "new.csv"
        self.partial = self.archive / "new.csv.partial"
        run = self.analyze()
        self.assertIn("passed over, a table of results: old.csv", run.stdout)
        self.assertEqual([r["file"] for r in self.rows()], ["a.csv"])
        self.analyze("--force")
        self.assertEqual([r["file"] for r in self.rows()], ["a.csv"])

    def test_a_copy_in_another_format_is_no_second_recording(self):
        self.put("a.eccrine", "garbage")
        self.put("a.csv", recording())
        self.put("a.edf", edf.edf(edf.signals(2), edf.STATED))
        self.put("b.csv", recording())
        run = self.analyze(code=1)
        self.assertEqual([r["file"] for r in self.rows()], ["a.eccrine", "b.csv"])
        for copy in ("a.csv", "a.edf"):
            self.assertIn(f"passed over, a copy of the .eccrine file of this name: {copy}", run.stdout)

    def test_a_recording_is_never_replaced_by_a_table(self):
        path = self.put("a.csv", recording())
        before = path.read_bytes()
        self.refused(2, "analyze", self.archive, "--csv", path, "--force", says=["a.csv", "no table of results"])
        self.assertEqual(path.read_bytes(), before)
        self.refused(2, "analyze", self.archive, "--csv", self.archive, "--force", says=["no table of results"])

    def test_columns_that_are_not_known_are_said_in_the_remarks(self):
        self.put("a.csv", recording(columns=("foot.ph", "operator_note")))
        self.analyze()
        row = self.rows()[0]
        self.assertEqual(row["error"], "")
        self.assertAlmostEqual(float(row["volume_ul"]), volume_ul(280), delta=0.005 * volume_ul(280))
        for name in ("foot.ph", "operator_note"):
            self.assertIn(name, row["remarks"])

    # nothing stops the rest
    def test_each_failure_is_a_row_with_its_reason(self):
        self.put("a.csv", recording())
        self.put("b.csv", recording().replace("\n10.0,", "\n10.0,x", 1))
        self.put("c.edf", b"0       this is not EDF")
        (self.archive / "d.csv").symlink_to("nowhere.csv")
        self.put("e.csv", b"\xff\xfe\x00\x01" * 64)
        self.put("f.csv", recording(200.0))
        done = json.loads(self.analyze("--json", code=1).stdout)
        rows = {r["file"]: r for r in self.rows()}
        self.assertEqual(list(rows), ["a.csv", "b.csv", "c.edf", "d.csv", "e.csv", "f.csv"])
        self.assertEqual(done["recordings"], 6)
        self.assertEqual(done["failed"], 4)
        for failure in done["failures"]:
            row = rows[failure["file"]]
            self.assertEqual(row["usable"], "no")
            self.assertEqual(row["error"], failure["error"])
            self.assertIn(row["file"], row["error"])
            self.assertTrue(row["error"].endswith("."))
        self.assertIn("b.csv:", rows["b.csv"]["error"])
        self.assertAlmostEqual(float(rows["f.csv"]["volume_ul"]), volume_ul(200), delta=0.005 * volume_ul(200))

    def test_a_recording_that_does_not_fit_into_memory_stops_nothing(self):
        if b"__asan_init" in pathlib.Path(BIN, "eccrine").read_bytes():
            self.skipTest("the address sanitizer itself needs more address space than the limit leaves")
        self.put("a.csv", recording())
        big = self.put("b.csv", recording())
        with open(big, "r+b") as file:
            file.truncate(3 << 30)  # a hole: it takes no place on the disk
        self.put("c.csv", recording())
        limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (1200 << 20, 1200 << 20))
        self.analyze("--jobs", "1", code=1, preexec_fn=limit)
        rows = self.rows()
        self.assertEqual([(r["file"], r["error"] == "") for r in rows], [("a.csv", True), ("b.csv", False), ("c.csv", True)])

    # taken up again
    def interrupt(self):
        """Ends a call that has made some of its rows, as a power cut would."""
        run = subprocess.Popen([BIN / "eccrine", "analyze", self.archive, "--csv", self.table, "--jobs", "1"], stderr=subprocess.DEVNULL,
                               env=self.environment)
        while not (self.partial.exists() and self.partial.read_text(encoding="utf-8").count("<\n") >= 3):
            self.assertIsNone(run.poll(), "it ended before it could be killed")
        run.kill()
        run.wait()
        self.assertFalse(self.table.exists())

    def many(self, count=40):
        for number in range(count):
            self.put(f"{number:02}.csv", recording(200.0 + number, ("forearm", "proximal_leg", "distal_leg", "foot")))

    def test_a_recording_that_changed_since_is_analysed_anew_and_one_that_is_gone_has_no_row(self):
        self.many()
        self.interrupt()
        first = self.archive / "00.csv"
        times = first.stat()
        first.write_text(first.read_text().replace(",2", ",3"))  # the same size
        os.utime(first, ns=(times.st_atime_ns, times.st_mtime_ns))
        self.assertEqual(first.stat().st_size, times.st_size)
        (self.archive / "01.csv").unlink()
        os.utime(self.archive / "02.csv")  # touched, the same content
        run = self.analyze()
        self.assertRegex(run.stdout, r"39 recordings, 0 of them .*, [1-9][0-9]* taken over")
        resumed = self.table.read_bytes()
        self.analyze("--force")
        self.assertEqual(self.table.read_bytes(), resumed)
        self.assertNotIn("01.csv", {r["file"] for r in self.rows()})

    def test_what_was_cut_off_in_the_journal_is_not_mixed_into_other_rows(self):
        self.many()
        self.interrupt()
        text = self.partial.read_bytes()
        whole = text[: text.rindex(b"\n<\n") + 3]
        last = whole[: whole.rindex(b"\n> ") + 1]
        for cut in (last + whole[len(last) : len(last) + 150], whole + b"> 0 12 34", whole + b"\n\n"):
            self.partial.write_bytes(cut)
            self.analyze()
            taken = self.table.read_bytes()
            self.analyze("--force")
            self.assertEqual(self.table.read_bytes(), taken)
            self.table.unlink()

    def test_a_review_that_was_saved_since_is_taken_into_account(self):
        self.many()
        words = ["analyze", self.archive, "--csv", self.table, "--review", "latest"]
        run = subprocess.Popen([BIN / "eccrine", *words, "--jobs", "1"], stderr=subprocess.DEVNULL, env=self.environment)
        while not (self.partial.exists() and self.partial.read_text(encoding="utf-8").count("<\n") >= 2):
            self.assertIsNone(run.poll(), "it ended before it could be killed")
        run.kill()
        run.wait()
        marked = self.call("review", self.archive / "00.csv", "--mark", "foot.onset=150", "--reason", "artefact", "--by", "Dr Gray")
        self.assertEqual(marked.returncode, 0, marked.stderr)
        self.assertEqual(self.call(*words).returncode, 0)
        foot = [r for r in self.rows() if r["file"] == "00.csv" and r["site"] == "foot"][0]
        self.assertEqual((foot["review_version"], float(foot["onset_latency_s"])), ("1", 150))

    def test_rows_of_another_call_are_not_mixed_in(self):
        self.many()
        self.interrupt()
        for words in (["--set", "window.s=480"], ["--meta", "device.family=q-sweat"], ["--norms", "none"], ["--review", "latest"],
                      ["--method", "hinge"]):
            with self.subTest(words):
                self.refused(1, "analyze", self.archive, "--csv", self.table, *words, says=["results.csv.partial", "other parameters"])

    def test_two_calls_do_not_write_one_table(self):
        self.many()
        run = subprocess.Popen([BIN / "eccrine", "analyze", self.archive, "--csv", self.table, "--jobs", "1"], stderr=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, env=self.environment)
        while not (self.partial.exists() and self.partial.stat().st_size > 0):
            self.assertIsNone(run.poll(), "it ended before the second call")
        second = self.call("analyze", self.archive, "--csv", self.table)
        self.assertEqual(run.wait(), 0)
        self.assertEqual(second.returncode, 1)
        self.assertIn("another call is writing this table", second.stderr)

    # calls that make no sense
    def test_options_that_make_no_sense_together_are_refused(self):
        path = self.put("a.csv", recording())
        table = self.folder / "t.csv"
        self.refused(2, "analyze", path, "--jobs", "2", says=["--jobs", "one recording"])
        self.refused(2, "analyze", path, "--csv", table, says=["--csv", "folder"])
        self.refused(2, "analyze", path, "--force", says=["--force"])
        self.refused(2, "analyze", path, "--map", "Hygro 1=foot.rh_out_pct", says=["a.csv", "EDF", "--map"])
        self.refused(2, "analyze", self.archive, "--csv", table, "--map", "Hygro 1=foot.rh_out_pct", says=["EDF", "--map"])
        self.refused(2, "analyze", self.archive, says=["--csv"])
        self.refused(2, "analyze", self.archive, "--json", says=["--csv"])
        self.refused(2, "analyze", self.archive, "--csv", table, "--jobs", "0", says=["--jobs"])
        for words in (path,), (self.archive, "--csv", table):
            self.refused(2, "analyze", *words, "--method", "hinge", "--set", "onset.method=cusum", says=["--method", "hinge", "cusum"])
            self.refused(2, "analyze", *words, "--norms", "none", "--norms", "x.toml", says=["--norms", "none"])
            self.refused(2, "analyze", *words, "--review", "newest", says=["--review", "latest"])
            self.refused(2, "analyze", *words, "--map", "A=foot.rh_out_pct", "--map", "A=foot.t_out_c", says=["--map", "twice"])
            self.refused(2, "analyze", *words, "--set", "window=480", says=["window.s"])

    def test_a_folder_that_is_not_there_is_said_with_where_it_was_looked_for(self):
        line = self.refused(2, "analyze", "archives", "--csv", "t.csv", says=["archives: there is no such folder", "check the name"])
        self.assertIn(str(self.folder), line)
        self.refused(2, "analyze", self.folder / "archives", "--jobs", "2", "--csv", "t.csv", says=["there is no such folder"])
        self.refused(2, "analyze", "archives/", says=["there is no such folder"])
        self.refused(2, "analyze", "rates.csv", says=["rates.csv: there is no such file or folder"])

    def test_a_table_where_nothing_can_be_written_is_refused_before_the_work(self):
        self.put("a.csv", recording())
        self.refused(2, "analyze", self.archive, "--csv", "missing/t.csv", says=["missing/t.csv", "written"])
        shutil.rmtree(self.archive)
        self.archive.mkdir()
        self.refused(1, "analyze", self.archive, "--csv", "t.csv", says=["no recording"])


if __name__ == "__main__":
    unittest.main()
