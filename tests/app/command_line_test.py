#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""command_line_test.py BIN_DIR: the verbs of `eccrine` as a user calls them, with recordings written by hand.

Expected values come from the formulas and tables named beside them, evaluated here in Python, not from the program."""
import csv
import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unittest

BIN = pathlib.Path(sys.argv.pop(1))
SITES = ("forearm", "proximal_leg", "distal_leg", "foot")


def shape(t, latency, amplitude):
    """Published sharp shape: 1 − exp(−s/75 s) to 308 s, then decay with 90 s. 280.7 nL/min give 1 µL in 600 s."""
    def rise(x):
        return 1 - math.exp(-(x - latency) / 75) if x > latency else 0.0
    return amplitude * (rise(t) if t <= 308 else rise(308) * math.exp(-(t - 308) / 90))


def saturation(celsius):
    """Hyland and Wexler 1983 (ASHRAE), within 0.023 % of IAPWS: another formula than the program's."""
    t = celsius + 273.15
    return math.exp(-5800.2206 / t + 1.3914993 - 0.048640239 * t + 4.1764768e-5 * t ** 2 - 1.4452093e-8 * t ** 3 + 6.5459673 * math.log(t))


def humidity_for(rate, celsius=32.0, pa=101325.0, sccm=100.0):
    """Outlet humidity of a dry-inlet capsule that evaporates `rate` nL/min: the mass balance solved for RH."""
    moles = sccm * 1e-6 * 101325.0 / (8.314462618 * 273.15)
    ratio = rate * 1e-9 * 998.2065 / 18.015268 / moles
    vapour = ratio * pa / (1 + ratio)
    factor = 1.0016 + 3.15e-6 * pa / 100 - 0.074 / (pa / 100)
    return 100 * vapour / (factor * saturation(celsius))


def rate_csv(current=False):
    lines = ["# eccrine-csv: 1", "# protocol: qsart", "# stimulus_start_s: 200", "# stimulus_stop_s: 500",
             "time_s," + ",".join(f"{s}.sweat_rate_nl_per_min" for s in SITES) + ("".join(f",{s}.current_ma" for s in SITES) if current else "")]
    for i in range(8200):
        t = i / 10
        ripple = 0.05 * math.sin(17.3 * t)
        rates = [40 + ripple + shape(t - 200, 80 + 10 * k, 280.7 * (0.4 + 0.2 * k)) for k in range(4)]
        flows = ("," + ("2" if 200 <= t < 500 else "0")) * len(SITES) if current else ""
        lines.append(f"{t:.1f}," + ",".join(f"{r:.6f}" for r in rates) + flows)
    return "\n".join(lines) + "\n"


def humidity_csv():
    lines = ["# eccrine-csv: 1", "# protocol: qsart", "# stimulus_start_s: 200", "# stimulus_stop_s: 500", "# flow_reference: sccm_0C",
             "# pressure_kpa: 101.325", "# capsule_area_cm2: 0.8",
             "time_s,foot.rh_in_pct,foot.t_in_c,foot.rh_out_pct,foot.t_out_c,foot.flow_sccm,foot.current_ma"]
    for i in range(8200):
        t = i / 10
        rate = 40 + 0.05 * math.sin(17.3 * t) + shape(t - 200, 100, 280.7)
        current = 2.0 if 200 <= t < 500 else 0.0
        lines.append(f"{t:.1f},0,24,{humidity_for(rate):.9f},32,100,{current}")
    return "\n".join(lines) + "\n"


class CommandLine(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self._folder.name)
        data = tempfile.TemporaryDirectory()  # of the audit trail
        self.addCleanup(data.cleanup)
        self.environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")} | {
            "XDG_RUNTIME_DIR": str(self.folder), "HOME": str(self.folder), "XDG_DATA_HOME": data.name, "LC_ALL": "C.UTF-8"}

    def tearDown(self):
        self._folder.cleanup()

    def call(self, *words):
        return subprocess.run([BIN / "eccrine", *words], cwd=self.folder, env=self.environment, capture_output=True, text=True,
                              timeout=120, check=False)

    def good(self, *words):
        result = self.call(*words)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def refused(self, code, *words, says=()):
        before = sorted(self.folder.rglob("*"))
        result = self.call(*words)
        self.assertEqual(result.returncode, code, result.stderr + result.stdout)
        lines = [line for line in result.stderr.splitlines() if line]
        self.assertEqual(len(lines), 1, result.stderr)
        for text in says:
            self.assertIn(text, lines[0])
        self.assertEqual(sorted(self.folder.rglob("*")), before, "files were left behind")
        return result

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    # help
    def test_every_verb_explains_itself(self):
        verbs = re.search(r"Subcommands:\n(.*?)\n\n", self.good("--help") + "\n\n", re.S).group(1)
        verbs = [line.split()[0] for line in verbs.splitlines() if re.match(r"  \w", line)]
        self.assertEqual(sorted(verbs), ["analyze", "calc", "calibrate", "chloride", "convert", "eligibility", "help", "norms", "plot", "presets", "qns", "records",
                                         "report", "review", "run"])
        for words in ([], *([verb] for verb in verbs), ["calc", "sweat-rate"], ["calc", "elution"], ["calc", "coil"], ["calc", "charge"], ["calibrate", "step"], ["norms", "make"], ["records", "verify"], ["records", "audit"], ["presets", "list"], ["presets", "show"]):
            text = self.good(*words, "--help")
            self.assertIn("--help", text)
            if words != ["help"]:
                self.assertEqual(self.good("help", *words), text)
        self.assertIn("onset.min_f=100", self.good("analyze", "--help"))
        self.assertRegex(self.good("--version"), r"^eccrine [0-9.]+\n$")

    def test_a_misspelt_word_is_answered_with_the_one_that_was_meant(self):
        name = self.write("rates.csv", rate_csv())
        self.refused(2, "analyse", name, says=["analyse", "did you mean analyze?"])
        self.refused(2, "help", "anlayze", says=["did you mean analyze?"])
        self.refused(2, "analyze", name, "--jbos", "2", says=["eccrine: analyze: there is no option --jbos", "did you mean --jobs?"])
        self.refused(2, "analyze", "--methd=hinge", name, says=["--methd", "--method"])
        self.refused(2, "run", "qsart", "--instrumnt", "tcp://127.0.0.1:1", "--out", "o", says=["--instrumnt", "did you mean --instrument?"])
        self.refused(2, "calibrate", "stp", says=["did you mean step?", "eccrine calibrate"])
        self.refused(2, "calc", "sweat-rate", "--rhout", "20", says=["did you mean --rh-out?"])
        self.refused(2, "frobnicate", says=["frobnicate", "eccrine --help"])
        line = self.refused(2, "analyze", name, "--frobnicate", says=["--frobnicate", "eccrine analyze --help"]).stderr
        self.assertNotIn("did you mean", line)
        wrong = self.call("analyze", name, "--jbos", "2", "--json")
        self.assertIn("--jbos", json.loads(wrong.stdout)["error"]["what"])

    # analyze
    def test_a_recording_of_rates_gives_the_documented_result(self):
        result = json.loads(self.good("analyze", self.write("rates.csv", rate_csv()), "--json"))
        self.assertEqual(set(result), {"recording", "protocol", "method", "sites", "ratios", "sides", "distribution", "pattern", "cass_sudomotor", "cass_reason", "held", "safety", "software"})
        self.assertEqual(result["protocol"], "qsart")
        self.assertRegex(result["recording"]["sha256"], "^[0-9a-f]{64}$")
        self.assertEqual([s["site"] for s in result["sites"]], list(SITES))
        for k, site in enumerate(result["sites"]):
            self.assertAlmostEqual(site["baseline_nl_per_min"], 40.0, delta=0.1)
            self.assertAlmostEqual(site["onset_latency_s"], 80 + 10 * k, delta=5)
            integral = sum(shape(t / 10, 80 + 10 * k, 280.7 * (0.4 + 0.2 * k)) for t in range(6000)) / 10 / 60 / 1000
            self.assertAlmostEqual(site["volume_ul"], integral, delta=0.005 * integral)
            peak = max(shape(t / 10, 80 + 10 * k, 280.7 * (0.4 + 0.2 * k)) for t in range(6000))
            self.assertAlmostEqual(site["peak_nl_per_min"], peak, delta=0.02 * peak)
            self.assertAlmostEqual(site["peak_absolute_nl_per_min"] - site["peak_nl_per_min"], 40.0, delta=0.2)
            self.assertIsNone(site["delivered"]["charge_mc"])
            self.assertIsNone(site["volume_ul_per_cm2"])
            self.assertIsNone(site["norm"]["class"])

    def test_a_recording_of_humidity_gives_the_same_through_the_mass_balance(self):
        result = json.loads(self.good("analyze", self.write("humidity.csv", humidity_csv()), "--json"))
        foot = result["sites"][0]
        self.assertAlmostEqual(foot["baseline_nl_per_min"], 40.0, delta=0.1)
        self.assertAlmostEqual(foot["onset_latency_s"], 100, delta=5)
        integral = sum(shape(t / 10, 100, 280.7) for t in range(6000)) / 10 / 60 / 1000
        self.assertAlmostEqual(foot["volume_ul"], integral, delta=0.005 * integral)
        self.assertAlmostEqual(foot["volume_ul_per_cm2"], foot["volume_ul"] / 0.8, places=9)
        self.assertAlmostEqual(foot["delivered"]["charge_mc"], 600, delta=0.5)  # 2 mA, 300 s
        self.assertAlmostEqual(foot["delivered"]["mean_current_ma"], 2.0, delta=0.01)

    def test_a_flow_without_a_reference_is_refused_until_the_call_states_it(self):
        whole = self.write("whole.csv", humidity_csv())
        bare = self.write("bare.csv", humidity_csv().replace("# flow_reference: sccm_0C\n", ""))
        self.refused(1, "analyze", bare, says=["bare.csv:7:", "flow_reference"])
        stated = json.loads(self.good("analyze", bare, "--meta", "flow_reference=sccm_0C", "--json"))
        self.assertEqual(stated["sites"], json.loads(self.good("analyze", whole, "--json"))["sites"])

    def test_the_same_call_gives_the_same_bytes(self):
        name = self.write("rates.csv", rate_csv())
        self.assertEqual(self.good("analyze", name, "--json"), self.good("analyze", name, "--json"))

    def test_the_table_names_units_and_sites(self):
        text = self.good("analyze", self.write("rates.csv", rate_csv()))
        for word in ("Forearm", "Proximal leg", "nL/min", "µL", "Onset latency"):
            self.assertIn(word, text)

    def test_parameters_and_method_reach_the_result(self):
        name = self.write("rates.csv", rate_csv())
        result = json.loads(self.good("analyze", name, "--json", "--set", "window.s=480", "--set", "peak.smoothing_s=10", "--method", "threshold-sd"))
        self.assertEqual(result["method"]["window.s"], 480)
        self.assertEqual(result["method"]["peak.smoothing_s"], 10)
        self.assertEqual(result["method"]["onset.method"], "threshold-sd")

    def test_volumes_are_compared_with_norms_of_the_same_family_only(self):
        norms = pathlib.Path(__file__).resolve().parents[2] / "protocols/norms/qsweat-adults.toml"
        person = "# patient.sex: female\n# patient.birth_date: 1979-04-30\n# started_utc: 2026-11-21T08:00:00Z\n"
        def sites(family, current=True):
            text = rate_csv(current).replace("# protocol", f"{person}# device.family: {family}\n# protocol", 1)
            return json.loads(self.good("analyze", self.write("rates.csv", text), "--json", "--norms", norms))["sites"]
        for site in sites("q-sweat"):
            self.assertEqual(site["norm"]["class"], "within")
            self.assertEqual(site["norm"]["set"], "q-sweat-adults")
        self.assertIsNone(sites("other")[0]["norm"]["class"])
        self.assertIn("family", sites("other")[0]["norm"]["reason"])
        unknown = sites("q-sweat", current=False)[0]["norm"]
        self.assertIsNone(unknown["class"])
        self.assertIn("current was not recorded", unknown["reason"])
        self.refused(1, "analyze", self.write("rates.csv", rate_csv()), "--norms", self.write("bad.toml", "schema = 1\n"), says=["bad.toml"])

    def test_a_figure_is_drawn_of_each_kind(self):
        name = self.write("rates.csv", rate_csv())
        self.good("plot", name)
        svg = (self.folder / "rates.svg").read_text(encoding="utf-8")
        self.assertIn("Foot, nL/min", svg)
        self.refused(2, "plot", name, says=["rates.svg", "exists already"])
        for kind in ("curves", "raw", "residual", "all"):
            self.good("plot", name, "--figure", kind, "--sites", "foot", "--out", self.folder / f"{kind}.svg")
            self.assertNotIn("Forearm", (self.folder / f"{kind}.svg").read_text(encoding="utf-8"))
        self.refused(2, "plot", name, "--out", self.folder / "figure.jpg", says=[".svg, .png or .pdf"])
        self.refused(2, "plot", name, "--sites", "thumb", "--out", self.folder / "thumb.svg", says=["thumb"])

    def test_a_step_gives_the_constants_of_its_channel(self):
        # A step of 25 %RH at 60 s through a delay of 1.2 s and lags of 8 s and 2 s, with noise
        noise = random.Random(5)
        def reading(t, scale=1.0):
            x = t - 61.2
            risen = 1 - (8 * math.exp(-x / 8) - 2 * math.exp(-x / 2)) / 6 if x > 0 else 0
            return 12 + scale * 25 * risen + noise.gauss(0, 0.05)
        def record(name, until=200, scale=1.0):
            rows = "".join(f"{i / 20:.2f},{reading(i / 20, scale):.4f},32,100\n" for i in range(20 * until))
            return self.write(name, "# eccrine-csv: 1\n# flow_reference: sccm_0C\ntime_s,foot.rh_out_pct,foot.t_out_c,foot.flow_sccm\n" + rows)
        name = record("step.csv")
        found = json.loads(self.good("calibrate", "step", name, "--site", "foot", "--at", "60", "--json"))
        self.assertAlmostEqual(found["transport_delay_s"], 1.2, delta=0.3)
        self.assertAlmostEqual(found["sensor_lag_s"], 8, delta=0.3)
        self.assertAlmostEqual(found["washout_s"], 2, delta=0.4)
        self.assertAlmostEqual(found["residual"], 0.05 / math.sqrt(2) / 25, delta=0.0005)  # two samples a tenth
        lines = self.folder / "foot.toml"
        text = self.good("calibrate", "step", name, "--site", "foot", "--at", "60", "--by", "MK", "--out", lines)
        self.assertIn("by MK", lines.read_text(encoding="utf-8"))
        self.assertIn("sensor_lag_s", text)
        self.refused(2, "calibrate", "step", name, "--site", "foot", "--at", "60", "--out", lines, says=["foot.toml"])
        self.refused(2, "calibrate", "step", name, "--site", "thumb", "--at", "60", says=["thumb"])
        self.refused(1, "calibrate", "step", name, "--site", "foot", "--at", "1", says=["--at"])
        spike = (self.folder / name).read_text(encoding="utf-8").splitlines()
        spike[4 + 20 * 90] = re.sub(r",[^,]*", ",99", spike[4 + 20 * 90], count=1)
        self.refused(1, "calibrate", "step", self.write("spike.csv", "\n".join(spike) + "\n"), "--site", "foot", "--at", "60",
                     says=["1 sample does not belong to the step", "repeat"])
        slow = "".join(f"{t},{12 + (25 if t > 60 else 0) + 0.01 * math.sin(t):.4f},32,100\n" for t in range(0, 200, 2))
        self.refused(1, "calibrate", "step", self.write("slow.csv", "\n".join(spike[:3]) + "\n" + slow), "--site", "foot", "--at", "60",
                     says=["shorter than the interval of the samples, 2.0 s"])
        self.refused(1, "calibrate", "step", record("short.csv", until=70), "--site", "foot", "--at", "60", says=["ends before"])
        self.refused(1, "calibrate", "step", record("flat.csv", scale=0), "--site", "foot", "--at", "60", says=["no step"])

    def test_norms_are_made_of_a_laboratorys_own_controls(self):
        rows = ["site,sex,age_y,volume_ul,device_family"] + [f"foot,female,{30 + i % 30},{0.1 + 0.01 * i:.2f},ours" for i in range(40)]
        controls = self.write("controls.csv", "\n".join(rows) + "\n")
        call = ["norms", "make", controls, "--id", "ours", "--version", "1", "--title", "Ours", "--by", "MK", "--citation", "2026", "--licence", "own"]
        self.assertIn("40 controls", self.good(*call, "--ages", "20-69", "--out", self.folder / "ours.toml"))
        self.assertIn("device family ours", self.good("norms", "check", self.folder / "ours.toml"))
        self.refused(2, *call, "--ages", "old", "--out", self.folder / "other.toml", says=["20-69"])
        self.assertIn("q-sweat-adults", self.good("norms", "list"))

    def test_a_review_is_saved_beside_the_recording_and_read_again(self):
        name = self.write("rates.csv", rate_csv())
        self.assertIn("no review", self.good("review", name))
        found = json.loads(self.good("analyze", name, "--json"))["sites"][3]
        self.refused(2, "review", name, "--mark", "foot.onset=150", "--by", "Dr Gray", says=["--reason"])
        self.refused(2, "review", name, "--mark", "foot.onset=150", "--reason", "artefact", says=["--by"])
        self.refused(2, "review", name, "--mark", "foot.peak=150", "--reason", "artefact", "--by", "Dr Gray", says=["foot.peak", "SITE.onset"])
        self.refused(2, "review", name, "--mark", "foot.onset=9000", "--reason", "artefact", "--by", "Dr Gray", says=["window"])
        read = json.loads(self.good("review", name, "--mark", "foot.onset=150", "--reason", "artefact", "--by", "Dr Gray", "--json"))
        foot = read["sites"][3]
        self.assertEqual(foot["onset_latency_s"], 150)
        self.assertEqual(foot["volume_from_s"], 150)
        self.assertLess(foot["volume_ul"], found["volume_ul"])
        self.assertEqual(foot["automatic"]["onset_latency_s"], found["onset_latency_s"])
        self.assertEqual(foot["automatic"]["volume_ul"], found["volume_ul"])
        self.assertEqual(read["review"]["marks"][0]["by"], "Dr Gray")
        self.assertIn("version 1", self.good("review", name))
        self.good("review", name, "--clear", "foot.onset", "--set", "window.s=480", "--by", "Dr Gray")
        second = json.loads(self.good("analyze", name, "--json", "--review", "latest"))
        self.assertEqual(second["method"]["window.s"], 480)
        self.assertNotIn("automatic", second["sites"][3])
        first = json.loads(self.good("analyze", name, "--json", "--review", "1"))
        self.assertEqual(first["sites"][3], foot)
        self.assertEqual(json.loads(self.good("analyze", name, "--json"))["sites"][3], found)
        self.refused(2, "analyze", name, "--review", "3", says=["there are 2"])
        self.good("report", name, "--out", self.folder / "read.pdf")
        text = subprocess.run(["pdftotext", "-layout", self.folder / "read.pdf", "-"], capture_output=True, text=True, check=True).stdout
        self.assertIn("Read by Dr Gray, version 2", text)

    def test_a_folder_becomes_one_table_and_a_broken_recording_stops_nothing(self):
        archive = self.folder / "archive"
        (archive / "2025").mkdir(parents=True)
        for name in ("b.csv", "2025/a, left.csv"):
            (archive / name).write_text(rate_csv(), encoding="utf-8")
        (archive / "cut.eccrine").write_text("SQLite format 3", encoding="utf-8")
        table = self.folder / "results.csv"
        run = self.call("analyze", archive, "--csv", table, "--jobs", "2")
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("3 recordings, 1 of them", run.stdout)
        with open(table, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([r["file"] for r in rows], ["2025/a, left.csv"] * 4 + ["b.csv"] * 4 + ["cut.eccrine"])
        one = json.loads(self.good("analyze", archive / "b.csv", "--json"))["sites"][0]
        self.assertEqual(float(rows[4]["volume_ul"]), one["volume_ul"])
        self.assertIn("cut.eccrine", rows[-1]["error"])
        self.assertFalse((self.folder / "results.csv.partial").exists())
        self.refused(2, "analyze", archive, "--csv", table, says=["--force"])
        self.refused(2, "analyze", archive, says=["--csv"])

    def test_a_killed_table_is_taken_up_again_but_not_with_other_parameters(self):
        archive, table, partial = (self.folder / n for n in ("archive", "results.csv", "results.csv.partial"))
        archive.mkdir()
        for number in range(40):
            (archive / f"{number:02}.csv").write_text(rate_csv(), encoding="utf-8")
        run = subprocess.Popen([BIN / "eccrine", "analyze", archive, "--csv", table, "--jobs", "1"], stderr=subprocess.DEVNULL)
        while not (partial.exists() and "<\n" in partial.read_text(encoding="utf-8")):
            self.assertIsNone(run.poll(), "it ended before it could be killed")
        run.kill()
        run.wait()
        self.assertFalse(table.exists())
        other = self.call("analyze", archive, "--csv", table, "--set", "window.s=480")
        self.assertEqual(other.returncode, 1)
        self.assertIn("other parameters", other.stderr)
        self.assertRegex(self.good("analyze", archive, "--csv", table), r"40 recordings, 0 of them .*, [1-9][0-9]* taken over")
        taken = table.read_bytes()
        self.good("analyze", archive, "--csv", table, "--force", "--jobs", "2")
        self.assertEqual(table.read_bytes(), taken)

    def test_what_is_wrong_with_a_recording_is_said_in_one_line(self):
        text = rate_csv()
        cases = {"text where a number belongs": (text.replace("\n10.0,", "\n10.0,x", 1), "bad.csv:106:6"),
                 "times that go back": (text.replace("\n10.0,", "\n9.0,", 1), "bad.csv:106:1"),
                 "a wrong header": (text.replace("time_s", "t", 1), "bad.csv:5:1"),
                 "no version": (text.replace("# eccrine-csv: 1\n", "", 1), "bad.csv:4:1"),
                 "an empty file": ("", "bad.csv"),
                 "no stimulus": (re.sub("# stimulus.*\n", "", text), "stimulus start")}
        for name, (content, says) in cases.items():
            with self.subTest(name):
                self.write("bad.csv", content)
                self.refused(1, "analyze", "bad.csv", says=[says])
        self.write("bad.eccrine", "garbage")
        self.refused(1, "analyze", "bad.eccrine", says=["bad.eccrine", "not a recording"])

    def test_wrong_calls_have_exit_code_two(self):
        name = self.write("rates.csv", rate_csv())
        self.refused(2, "analyze", "nowhere.csv", says=["nowhere.csv"])
        self.refused(2, "analyze", name, "--set", "window=5", says=["window.s"])
        self.refused(2, "analyze", name, "--set", "window.s", says=["NAME=VALUE"])
        self.refused(2, "analyze", name, "--method", "eye", says=["hinge"])
        self.refused(2, "analyze")
        self.refused(2, "analyse", name)
        self.refused(2, "calc")

    def test_a_failure_with_json_is_one_json_document(self):
        result = self.refused(2, "analyze", "nowhere.csv", "--json")
        self.assertIn("nowhere.csv", json.loads(result.stdout)["error"]["where"])

    # calc
    def test_the_bench_check_agrees_with_the_reference_vectors(self):
        vectors = [((0, 32, 20, 32, 101.325, 100, "sccm_0C", True), 767.2635), ((0, 32, 20, 32, 101.325, 100, "sccm_0C", False), 763.6258),
                   ((2, 24, 35, 32, 101.325, 100, "sccm_0C", True), 1304.6715), ((2, 24, 35, 32, 101.325, 100, "sccm_20C", True), 1215.6609),
                   ((1.5, 25, 12.5, 34, 98, 60, "sccm_0C", True), 308.3614), ((3, 22, 80, 36, 84, 50, "sccm_25C", True), 2189.5812)]
        for (rh_in, t_in, rh_out, t_out, kpa, flow, reference, enhancement), rate in vectors:
            words = ["calc", "sweat-rate", "--rh-in", rh_in, "--t-in", t_in, "--rh-out", rh_out, "--t-out", t_out, "--pressure-kpa", kpa,
                     "--flow", flow, "--flow-reference", reference, "--json"] + ([] if enhancement else ["--no-enhancement"])
            result = json.loads(self.good(*map(str, words)))
            self.assertAlmostEqual(result["sweat_rate_nl_per_min"], rate, delta=rate * 1e-6)
        self.assertIn("dew point", self.good("calc", "sweat-rate", "--rh-out", "20", "--t-out", "32", "--flow", "100", "--flow-reference", "sccm_0C"))

    # the arithmetic vectors A1 to A7 of the sweat test
    def test_the_arithmetic_of_the_sweat_tests_bench(self):
        calc = lambda *words: json.loads(self.good("calc", *words, "--json"))
        a1 = calc("elution", "--sweat-mg", "120", "--eluent-ul", "5000", "--eluate", "1.02", "--blank", "0.02")
        self.assertEqual((a1["dilution"], round(float(a1["chloride_mmol_l"]), 2)), ("42.667", 42.67))
        a2 = calc("elution", "--sweat-mg", "75", "--eluent-ul", "5000", "--eluate", "0.90")
        self.assertEqual(round(float(a2["chloride_mmol_l"]), 2), 60.90)
        self.assertEqual(calc("charge", "--current-ma", "1.5", "--seconds", "300")["charge_mc"], 450)  # A3
        a4 = calc("charge", "--protocol", "macroduct")
        self.assertAlmostEqual(a4["charge_mc"], 450, places=6)
        self.assertEqual(a4["dose"], "FULL")
        a5 = calc("charge", "--protocol", "macroduct", "--seconds", "200")
        self.assertAlmostEqual(a5["charge_mc"], 285, places=6)
        self.assertAlmostEqual(a5["of_planned"], 0.633, places=3)
        self.assertEqual(a5["dose"], "STIM_TOO_LOW")
        self.assertIn("other limb", self.good("calc", "charge", "--protocol", "macroduct", "--seconds", "200"))
        self.assertEqual(float(calc("coil", "--length-cm", "5.5")["volume_ul"]), 14.85)  # A6
        self.assertEqual(float(calc("coil", "--length-cm", "5.5")["volume_at_most_ul"]), 20.72)  # protocols/laboratory.toml
        self.assertEqual(float(calc("coil", "--length-cm", "5.6")["volume_ul"]), 15.12)
        self.assertAlmostEqual(a4["current_density_ma_per_cm2"], 0.214, places=3)  # A7

    def test_the_arithmetic_refuses_what_cannot_be(self):
        self.refused(2, "calc", "charge", says=["neither a protocol nor", "--protocol or --current-ma"])
        self.refused(2, "calc", "charge", "--protocol", "macroduct", "--current-ma", "1.5", says=["not both"])
        self.refused(1, "calc", "elution", "--sweat-mg", "75", "--eluent-ul", "5000", "--eluate", "15", says=["1015 mmol/L, above 1000"])
        # protocols/laboratory.toml: 5 mA, the higher of the ceilings
        self.refused(2, "calc", "charge", "--current-ma", "5.1", "--seconds", "30", says=["--current-ma", "above 5 mA"])
        for current in ("-1", "0", "nan", "1e9"):
            self.refused(2, "calc", "charge", "--current-ma=" + current, "--seconds", "30", says=["above 0 and at most 100 mA"])
        self.refused(2, "calc", "charge", "--current-ma", "1.5", says=["--seconds"])
        self.refused(2, "calc", "charge", "--protocol", "nowhere", says=["nowhere"])
        self.refused(1, "calc", "charge", "--protocol", "laboratory")
        self.refused(1, "calc", "elution", "--sweat-mg", "0", "--eluent-ul", "5000", "--eluate", "1")
        result = self.call("calc", "coil", "--length-cm", "5,5")
        self.assertIn("5,5", result.stderr)
        self.assertNotEqual(result.returncode, 0)

    def test_the_arithmetic_remarks_on_what_hardly_is(self):
        remarks = lambda *words: json.loads(self.good("calc", *words, "--json"))["remarks"]
        wash = lambda mg, ul, eluate: remarks("elution", "--sweat-mg", mg, "--eluent-ul", ul, "--eluate", eluate)
        self.assertEqual(wash("75", "5000", "0.90"), [])
        # 67.667 · 2.36 = 159.7 and 67.667 · 2.37 = 160.4 mmol/L: the profiles take 160 and no more; 75 mg is the floor of CFF-2017
        self.assertEqual(wash("75", "5000", "2.36"), [])
        [above] = wash("75", "5000", "2.37")
        self.assertIn("above 160 mmol/L", above)
        [less] = wash("74.9", "5000", "0.90")
        self.assertIn("75 mg", less)
        [unit] = wash("75", "5", "50")  # millilitres
        self.assertIn("less eluent than sweat", unit)
        self.assertIn("remark     above 160", self.good("calc", "elution", "--sweat-mg", "75", "--eluent-ul", "5000", "--eluate", "2.37"))
        flow = lambda ma, s: remarks("charge", "--current-ma", ma, "--seconds", s)
        self.assertEqual(flow("2.5", "300"), [])  # the limits of the program: 2.5 mA, 750 mC
        [current] = flow("2.6", "60")
        self.assertIn("2.5 mA", current)
        [much] = flow("2.5", "301")
        self.assertIn("750 mC", much)
        self.assertEqual(remarks("charge", "--protocol", "macroduct", "--seconds", "312.5"), [])
        [over] = remarks("charge", "--protocol", "macroduct", "--seconds", "313")
        self.assertIn("312.5 s", over)

    def test_the_bench_check_refuses_what_cannot_be(self):
        base = ["calc", "sweat-rate", "--rh-out", "20", "--t-out", "32", "--flow", "100"]
        self.refused(2, *base)
        self.refused(2, *base, "--flow-reference", "sccm", says=["sccm_0C"])
        self.refused(2, "calc", "sweat-rate", "--rh-out", "wet", "--t-out", "32", "--flow", "100", "--flow-reference", "sccm_0C")
        self.refused(1, "calc", "sweat-rate", "--rh-out", "120", "--t-out", "32", "--flow", "100", "--flow-reference", "sccm_0C", says=["outlet"])

    # convert and report
    def test_a_csv_survives_its_own_conversion(self):
        self.good("convert", self.write("a.csv", humidity_csv()), "--to", "csv", "--out", "b.csv")
        a, b = (json.loads(self.good("analyze", n, "--json"))["sites"] for n in ("a.csv", "b.csv"))
        for key in ("onset_latency_s", "peak_nl_per_min", "volume_ul"):
            self.assertEqual(a[0][key], b[0][key])

    def test_existing_files_are_replaced_only_by_force(self):
        self.write("a.csv", rate_csv())
        self.write("b.csv", "precious")
        self.refused(2, "convert", "a.csv", "--to", "csv", "--out", "b.csv", says=["exists already"])
        self.assertEqual((self.folder / "b.csv").read_text(), "precious")
        self.good("convert", "a.csv", "--to", "csv", "--out", "b.csv", "--force")
        self.refused(2, "convert", "a.csv", "--to", "csv", "--out", "a.csv", "--force", says=["its own source"])
        self.refused(2, "convert", "a.csv", "--to", "docx", says=["csv"])
        self.refused(1, "convert", "a.csv", "--to", "csv", "--out", "missing/b.csv", says=["missing/b.csv"])

    def test_the_report_is_one_page_with_the_numbers_and_embedded_fonts(self):
        name = self.write("rates.csv", rate_csv().replace("# protocol", "# simulated: yes\n# patient.name: Ann Other\n# protocol", 1))
        self.good("report", name, "--out", "r.pdf")
        text = subprocess.run(["pdftotext", "-layout", self.folder / "r.pdf", "-"], capture_output=True, text=True, check=True).stdout
        for word in ("SIMULATED", "Ann Other", "Forearm", "Distal leg", "nL/min", "a physician interprets", "onset"):
            self.assertIn(word, text)
        volume = json.loads(self.good("analyze", name, "--json"))["sites"][3]["volume_ul"]
        self.assertIn(f"{volume:.3f}", text)
        info = subprocess.run(["pdfinfo", self.folder / "r.pdf"], capture_output=True, text=True, check=True).stdout
        self.assertRegex(info, r"Pages:\s+1\n")
        fonts = subprocess.run(["pdffonts", self.folder / "r.pdf"], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
        self.assertTrue(fonts)
        for font in fonts:
            self.assertRegex(font, r"\byes\s+(yes|no)\s+(yes|no)\b", "not embedded")
        self.assertEqual(subprocess.run(["qpdf", "--check", self.folder / "r.pdf"], capture_output=True, check=False).returncode, 0)

    def test_a_report_of_a_patient_says_nothing_of_simulation(self):
        self.good("report", self.write("rates.csv", rate_csv()), "--out", "r.pdf")
        text = subprocess.run(["pdftotext", self.folder / "r.pdf", "-"], capture_output=True, text=True, check=True).stdout
        self.assertNotIn("SIMULATED", text)

    def test_the_page_for_the_patient_takes_no_option_of_the_analysis_and_no_file_of_signals(self):
        name = self.write("rates.csv", rate_csv())
        for words, says in (((name,), ["rates.csv", ".eccrine"]), (("a.EDF",), ["a.EDF", ".eccrine"]),
                            (("a.eccrine", "--set", "window.s=300"), ["--set", "--after-care"]),
                            (("a.eccrine", "--norms", "none"), ["--norms", "--after-care"])):
            self.refused(2, "report", *words, "--after-care", "--out", "c.pdf", says=says)
            self.assertFalse((self.folder / "c.pdf").exists())

    # run
    def test_a_test_without_an_instrument_is_refused_with_the_reason(self):
        self.refused(2, "run", "qsart", "--out", "o")
        self.refused(2, "run", "nothing", "--instrument", "tcp://127.0.0.1:1", "--out", "o", says=["qsart"])
        result = self.call("run", "qsart", "--instrument", "tcp://127.0.0.1:1", "--out", "o")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr.count("tcp://127.0.0.1:1"), 1, result.stderr)
        self.assertEqual(list((self.folder / "o").glob("*")), [])
        result = self.call("run", "qsart", "--instrument", "ftp://x", "--out", "o")
        self.assertIn("tcp://HOST:PORT", result.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
