#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: edf_test.py BIN_DIR

EDF and BDF files as the published format describes them (edfplus.info), written here byte by byte: what the
program reads from them against the same samples as recording CSV, within the resolution of 16 and 24 bits.
"""

import csv
import json
import math
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BIN = Path(sys.argv.pop(1))
START_S, STOP_S, END_S = 180, 480, 790


class Signal:
    def __init__(self, label, dimension, low, high, per_second, value):
        self.label, self.dimension, self.low, self.high = label, dimension, low, high
        self.per_second, self.value, self.transducer = per_second, value, ""


def response(t):
    x = t - START_S
    s = 1 - math.exp(-max(0, min(x, 308) - 105) / 75)
    return 40 + 280.7 * (s if x <= 308 else s * math.exp(-(x - 308) / 90))


def noisy(level, seed, sigma):
    table = random.Random(seed)
    values = {}
    def value(t):
        key = round(t * 1000)
        if key not in values:
            values[key] = (level(t) if callable(level) else level) + table.gauss(0, sigma)
        return values[key]
    return value


def signals(rate=10):
    out = noisy(lambda t: response(t) / 38.4, 1, 0.02)
    return [Signal("FA.rh_out", "%", 0, 20, rate, out), Signal("FA.t_out", "degC", 20, 45, rate, lambda t: 32.0),
            Signal("FA.flow", "sccm", 0, 200, rate, lambda t: 100.0), Signal("FA.p", "kPa", 80, 110, rate, lambda t: 100.0),
            Signal("FA.i", "mA", -5, 5, 100, lambda t: 2.0 if START_S <= t < STOP_S else 0.0)]


def edf(sigs, annotations=(), bits=16, plus="EDF+C", records=END_S, patient="X X X X", startdate="15.03.26", starttime="10.15.00",
        recording="Startdate 15-MAR-2026 X X X"):
    """The file's bytes. Records of one second; the annotation signal is the last one."""
    size, digital = bits // 8, 2 ** (bits - 1)
    tal_samples = 60
    kind = "BDF" if bits == 24 else "EDF"
    with_tal = plus != ""
    count = len(sigs) + with_tal
    def field(text, length):
        data = str(text).encode("latin-1")
        assert len(data) <= length, text
        return data.ljust(length)
    head = (b"\xffBIOSEMI" if bits == 24 else field("0", 8)) + field(patient, 80) + field(recording, 80)
    head += field(startdate, 8) + field(starttime, 8) + field(256 * (count + 1), 8)
    head += field(plus.replace("EDF", kind) if with_tal else "", 44) + field(records, 8) + field(1, 8) + field(count, 4)
    def column(of, tal, length):
        return b"".join(field(of(s), length) for s in sigs) + (field(tal, length) if with_tal else b"")
    head += column(lambda s: s.label, f"{kind} Annotations", 16) + column(lambda s: s.transducer, "", 80) + column(lambda s: s.dimension, "", 8)
    head += column(lambda s: s.low, -1, 8) + column(lambda s: s.high, 1, 8)
    head += column(lambda s: -digital, -digital, 8) + column(lambda s: digital - 1, digital - 1, 8)
    head += column(lambda s: "", "", 80) + column(lambda s: s.per_second, tal_samples, 8) + column(lambda s: "", "", 32)
    body = bytearray()
    waiting = sorted(annotations)
    for record in range(records):
        for s in sigs:
            for k in range(s.per_second):
                v = s.value(record + k / s.per_second)
                d = round((v - s.low) / (s.high - s.low) * (2 * digital - 1)) - digital
                body += max(-digital, min(digital - 1, d)).to_bytes(size, "little", signed=True)
        if with_tal:
            tal = f"+{record}\x14\x14\x00".encode()
            while waiting and len(tal) + len(waiting[0][1]) < 80:
                onset, text = waiting.pop(0)
                tal += f"+{onset}\x14{text}\x14\x00".encode()
            body += tal.ljust(tal_samples * size, b"\x00")
    return bytes(head) + bytes(body)


STATED = [(START_S, "stimulus on"), (STOP_S, "stimulus off"), (0, "eccrine: flow_reference=sccm_0C"), (0, "eccrine: protocol=qsart"),
          (300, "patient coughs")]


def recording_csv(sigs):
    names = {"FA.rh_out": "forearm.rh_out_pct", "FA.t_out": "forearm.t_out_c", "FA.flow": "forearm.flow_sccm", "FA.p": "forearm.pressure_kpa",
             "FA.i": "forearm.current_ma"}
    rows = {}
    for s in sigs:
        for k in range(END_S * s.per_second):
            rows.setdefault(round(k / s.per_second, 6), {})[s.label] = s.value(k / s.per_second)
    lines = ["# eccrine-csv: 1", "# protocol: qsart", f"# stimulus_start_s: {START_S}", f"# stimulus_stop_s: {STOP_S}", "# flow_reference: sccm_0C",
             "time_s," + ",".join(names[s.label] for s in sigs)]
    for t in sorted(rows):
        lines.append(f"{t}," + ",".join(repr(rows[t][s.label]) if s.label in rows[t] else "" for s in sigs))
    return "\n".join(lines) + "\n"


class Edf(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)

    def tearDown(self):
        self.temporary.cleanup()

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def call(self, *args):
        return subprocess.run([BIN / "eccrine", *map(str, args)], capture_output=True, text=True, check=False)

    def result(self, path, *args):
        run = self.call("analyze", path, "--json", *args)
        self.assertEqual(run.returncode, 0, run.stderr)
        return json.loads(run.stdout)

    def refused(self, path, *says, args=()):
        run = self.call("analyze", path, *args)
        self.assertIn(run.returncode, (1, 2), run.stdout)
        self.assertEqual(len(run.stderr.strip().splitlines()), 1, run.stderr)
        for text in says:
            self.assertIn(text, run.stderr)

    def test_the_numbers_are_those_of_the_csv_within_the_resolution(self):
        expected = self.result(self.write("r.csv", recording_csv(signals())))["sites"][0]
        for bits, suffix in ((16, "edf"), (24, "bdf")):
            found = self.result(self.write(f"r.{suffix}", edf(signals(), STATED, bits)))
            self.assertEqual(found["protocol"], "qsart")
            self.assertEqual(found["recording"]["stimulus_start_s"], START_S)
            site = found["sites"][0]
            # half a step of the humidity, 20 %RH over 2^bits, moves the rate by 38.4 nL/min per %RH; a volume is the
            # mean of thousands of samples over 10 min and cannot move by more than the step itself throughout
            step = 20 / 2**bits * 38.4
            self.assertAlmostEqual(site["peak_nl_per_min"], expected["peak_nl_per_min"], delta=2 * step + 1e-9)
            self.assertAlmostEqual(site["volume_ul"], expected["volume_ul"], delta=step * 10 / 1000 + 1e-9)
            self.assertAlmostEqual(site["onset_latency_s"], expected["onset_latency_s"], delta=0.5)
            self.assertAlmostEqual(site["delivered"]["charge_mc"], 600, delta=1)

    def test_plain_edf_is_read_when_the_call_states_what_it_does_not(self):
        path = self.write("plain.edf", edf(signals(), plus=""))
        self.refused(path, "reference")
        found = self.result(path, "--meta", "flow_reference=sccm_0C", "--meta", f"stimulus_start_s={START_S}")
        self.assertAlmostEqual(found["sites"][0]["onset_latency_s"], 105, delta=3)
        self.refused(path, "flow_reference=warm", args=("--meta", "flow_reference=warm"))

    def test_signals_of_a_foreign_file_are_mapped(self):
        foreign = signals()
        foreign[0].label = "Hygro 1"
        path = self.write("foreign.edf", edf(foreign, STATED))
        self.refused(path, "outlet")
        found = self.result(path, "--map", "Hygro 1=forearm.rh_out_pct")
        self.assertAlmostEqual(found["sites"][0]["onset_latency_s"], 105, delta=3)
        self.refused(path, "Hygro 9", args=("--map", "Hygro 9=forearm.rh_out_pct"))
        self.refused(path, "SITE.QUANTITY", args=("--map", "Hygro 1=humidity"))

    def test_other_units_of_a_quantity_are_converted_and_foreign_ones_refused(self):
        expected = self.result(self.write("r.edf", edf(signals(), STATED)))["sites"][0]
        converted = signals()
        converted[3] = Signal("FA.p", "hPa", 800, 1100, 10, lambda t: 1000.0)
        converted[4] = Signal("FA.i", "uA", -5000, 5000, 100, lambda t: 2000.0 if START_S <= t < STOP_S else 0.0)
        found = self.result(self.write("c.edf", edf(converted, STATED)))["sites"][0]
        self.assertAlmostEqual(found["volume_ul"], expected["volume_ul"], delta=1e-4)
        self.assertAlmostEqual(found["delivered"]["charge_mc"], expected["delivered"]["charge_mc"], delta=0.1)
        for index, dimension in ((0, "g/m3"), (2, "L/h"), (4, "Ohm")):
            wrong = signals()
            wrong[index].dimension = dimension
            self.refused(self.write("w.edf", edf(wrong, STATED)), wrong[index].label, dimension)

    def test_a_simulated_recording_stays_one(self):
        sigs = signals()
        self.assertFalse(self.result(self.write("r.edf", edf(sigs, STATED)))["recording"]["simulated"])
        sigs[0].transducer = "SIMULATED ventilated capsule"
        self.assertTrue(self.result(self.write("s.edf", edf(sigs, STATED)))["recording"]["simulated"])

    def test_a_slower_signal_is_interpolated_and_said(self):
        slow = signals()
        slow[3].per_second = 1
        expected = self.result(self.write("r.edf", edf(signals(), STATED)))
        found = self.result(self.write("s.edf", edf(slow, STATED)))
        self.assertAlmostEqual(found["sites"][0]["volume_ul"], expected["sites"][0]["volume_ul"], delta=1e-6)
        self.assertTrue(any("pressure_kpa" in r and "interpolated" in r for r in found["recording"]["remarks"]))

    def test_a_stimulus_may_be_one_annotation_with_its_duration_and_sites_have_their_whole_names(self):
        named = signals()
        for s in named:
            s.label = s.label.replace("FA.", "forearm.")
        data = edf(named, [(START_S, "Stimulus"), (0, "eccrine: flow_reference=sccm_0C")])
        data = data.replace(f"+{START_S}\x14Stimulus".encode(), f"+{START_S}\x15300\x14Stimulus".encode())
        data = data.replace(b"Stimulus\x14\x00" + b"\x00" * 4, b"Stimulus\x14\x00", 1)  # as long as before
        found = self.result(self.write("s.edf", data))
        self.assertEqual(found["recording"]["stimulus_start_s"], START_S)
        self.assertEqual(found["recording"]["stimulus_stop_s"], START_S + 300)
        self.assertEqual(found["sites"][0]["site"], "forearm")

    def test_many_jobs_do_not_ask_the_library_for_too_many_files(self):
        archive = self.folder / "archive"
        archive.mkdir()
        data = edf(signals(), STATED, records=200)
        for number in range(80):
            (archive / f"{number:02}.edf").write_bytes(data)
        run = self.call("analyze", archive, "--csv", self.folder / "t.csv", "--jobs", "80")
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_unknown_signals_and_cut_off_values_are_said(self):
        sigs = signals() + [Signal("ECG", "uV", -100, 100, 50, lambda t: 0.0)]
        sigs[0].high = 5  # the response reaches 9 %RH
        remarks = self.result(self.write("r.edf", edf(sigs, STATED)))["recording"]["remarks"]
        self.assertTrue(any("ECG" in r and "not used" in r for r in remarks), remarks)
        self.assertTrue(any("rh_out_pct" in r and "upper end" in r for r in remarks), remarks)

    def test_the_person_of_an_edf_plus_file_is_compared_with_norms(self):
        data = edf(signals(), STATED + [(0, "eccrine: device.family=q-sweat")], patient="10023 F 30-APR-1979 Doe_Jane")
        found = self.result(self.write("p.edf", data))
        self.assertEqual(found["sites"][0]["norm"]["class"], "within")

    def test_files_that_cannot_be_read_are_refused_with_one_sentence(self):
        good = edf(signals(), STATED, records=30)
        self.refused(self.write("d.edf", edf(signals(), STATED, plus="EDF+D", records=30)), "discontinuous", "EDFbrowser")
        self.refused(self.write("cut.edf", good[: len(good) // 2]), "cut.edf", "damaged")
        self.refused(self.write("head.edf", good[:300]), "head.edf")
        self.refused(self.write("none.edf", edf(signals(), STATED, records=0)), "none.edf")
        self.refused(self.write("text.edf", b"0       this is not EDF"), "text.edf")
        wrong = bytearray(good)
        wrong[252:256] = b"9999"
        self.refused(self.write("lies.edf", bytes(wrong)), "lies.edf")
        self.refused(self.write("keys.edf", edf(signals(), [(0, "eccrine: stimulus_start_s=soon")], records=30)), "soon")
        random_bytes = random.Random(3)
        for round_ in range(40):  # damaged anywhere: an answer, never a crash
            broken = bytearray(good)
            for _ in range(8):
                broken[random_bytes.randrange(len(broken) // (1 if round_ % 2 else 40))] = random_bytes.randrange(256)
            self.assertIn(self.call("analyze", self.write("b.edf", bytes(broken))).returncode, (0, 1, 2))

    def test_a_folder_with_edf_files_becomes_rows(self):
        archive = self.folder / "archive"
        archive.mkdir()
        (archive / "a.edf").write_bytes(edf(signals(), STATED))
        (archive / "b.bdf").write_bytes(edf(signals(), STATED, 24))
        run = self.call("analyze", archive, "--csv", self.folder / "t.csv")
        self.assertEqual(run.returncode, 0, run.stderr)
        with open(self.folder / "t.csv", newline="", encoding="utf-8") as file:
            self.assertEqual([r["file"] for r in csv.DictReader(file)], ["a.edf", "b.bdf"])


if __name__ == "__main__":
    unittest.main()
