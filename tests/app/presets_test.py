#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""presets_test.py BIN_DIR: `eccrine presets`, and what `eccrine run` does with limits before it connects anything.

No instrument listens at the address given: a call that gets as far as connecting fails with the address and exit code 1."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BIN = pathlib.Path(sys.argv.pop(1))
PROTOCOLS = pathlib.Path(__file__).resolve().parents[2] / "protocols"
NOBODY = "tcp://127.0.0.1:1"
# one limit each: hard limits of the safety rules, sections 1.2 and 1.3
BEYOND = [("current_ma = 2.0", "current_ma = 3", "\"current_ma\" is 3, above the hard limit of 2.5 mA"),
          ("charge_mc = 600.0", "charge_mc = 751", "above the hard limit of 750 mC"),
          ("voltage_limit_v = 60.0", "voltage_limit_v = 61", "above the hard limit of 60 V"),
          ("\nelectrode_area_cm2 = 5.0", "\nelectrode_area_cm2 = 3.9", "more than 0.5 mA/cm²"),
          ("\nreturn_electrode_area_cm2 = 5.0", "\nreturn_electrode_area_cm2 = 3.9", "more than 0.5 mA/cm²"),
          ("ramp_up_s = 20", "ramp_up_s = 5", "below the least of 10 s"),
          ("\nelectrode_area_cm2 = 5.0", "\nelectrode_area_cm2 = 0", "\"electrode_area_cm2\" is 0"),
          ("\nelectrode_area_cm2 = 5.0", "\nelectrode_area_cm2 = nan", "has to be a number"),
          ("\nelectrode_area_cm2 = 5.0", "\nelectrode_area_cm2 = 401", "above the hard limit of 400 cm²"),
          ("polarity = \"anode\"", "polarity = \"cathode\"", "that of the preset \"qsart-ach\" is \"anode\"")]


class PresetsCommand(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name)

    def call(self, *words):
        runtime = self.folder / "runtime"
        runtime.mkdir(mode=0o700, exist_ok=True)
        environment = dict(os.environ, LC_ALL="C.UTF-8", QT_QPA_PLATFORM="offscreen", XDG_RUNTIME_DIR=str(runtime))
        environment.pop("ECCRINE_DATA_DIR", None)
        return subprocess.run([BIN / "eccrine", *map(str, words)], capture_output=True, text=True, env=environment, check=False,
                              timeout=60, cwd=self.folder)

    def run_protocol(self, old, new, *words):
        text = (PROTOCOLS / "qsart.toml").read_text(encoding="utf-8")
        self.assertIn(old, text)
        (self.folder / "checklist-qsart.toml").write_text((PROTOCOLS / "checklist-qsart.toml").read_text(encoding="utf-8"), encoding="utf-8")
        (self.folder / "my.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
        return self.call("run", "my.toml", "--instrument", NOBODY, "--out", "o", *words)

    def refused(self, result, code, says):
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertIn(says, result.stderr)
        self.assertNotIn(NOBODY, result.stderr, "something was connected")
        self.assertFalse((self.folder / "o").exists(), "a folder was made for what was refused")

    def test_a_protocol_beyond_one_hard_limit_is_refused_before_anything_connects(self):
        for old, new, says in BEYOND:
            with self.subTest(new.strip()):
                result = self.run_protocol(old, new, "--confirm", "current_ma", "--reason", "no reason goes above a hard limit")
                self.refused(result, 1, says)
                self.assertIn("my.toml:", result.stderr)
                self.assertIn("correct the file", result.stderr)

    def test_a_soft_limit_needs_its_own_reason(self):
        soft = ("charge_mc = 600.0", "charge_mc = 640")
        says = "\"charge_mc\" is 640 mC, above 600 mC"
        self.refused(self.run_protocol(*soft), 2, says)
        self.assertIn("--confirm charge_mc --reason TEXT", self.run_protocol(*soft).stderr)
        self.refused(self.run_protocol(*soft, "--confirm", "charge_mc"), 2, "1 --confirm and 0 --reason")
        self.refused(self.run_protocol(*soft, "--confirm", "charge_mc", "--reason", " "), 2, "a reason is empty")
        self.refused(self.run_protocol(*soft, "--confirm", "current_ma", "--reason", "why"), 2, "crosses no soft limit")
        self.refused(self.run_protocol(*soft, "--confirm", "charge_mc", "--reason", "a", "--confirm", "charge_mc", "--reason", "b"), 2,
                     "confirmed twice")
        result = self.run_protocol(*soft, "--confirm", "charge_mc", "--reason", "repeat of a low dose")
        self.assertEqual(result.returncode, 1)
        self.assertIn(NOBODY, result.stderr, "with a reason it goes as far as the instrument")

    def test_each_crossed_limit_needs_a_reason(self):
        soft = ("current_ma = 2.0", "current_ma = 2.2")
        self.refused(self.run_protocol(*soft, "--confirm", "current_ma", "--reason", "why"), 2, "density_ma_per_cm2")
        result = self.run_protocol(*soft, "--confirm", "current_ma", "--reason", "why", "--confirm", "density_ma_per_cm2", "--reason", "why")
        self.assertIn(NOBODY, result.stderr)

    def test_skin_that_does_not_feel_asks_earlier(self):
        as_it_is = ("current_ma = 2.0", "current_ma = 2.0")
        self.assertIn(NOBODY, self.run_protocol(*as_it_is).stderr)
        (self.folder / "o").rmdir()
        self.refused(self.run_protocol(*as_it_is, "--insensate-skin"), 2, "above 0.2 mA/cm²")

    def test_the_list_names_drug_electrode_and_who_reviewed_it(self):
        text = self.call("presets", "list").stdout
        for name in ("cf-gel", "cf-pad", "cf-cell", "qsart-ach"):
            self.assertRegex(text, rf"(?m)^{name}: .* under the anode, reviewed by nobody$")
        self.assertRegex(text, r"(?m)^  twi-palm: .*2\.5 mA$")
        document = json.loads(self.call("presets", "list", "--json").stdout)
        self.assertEqual([p["id"] for p in document["presets"]], ["cf-gel", "cf-pad", "cf-cell", "qsart-ach"])
        self.assertEqual(len(document["sha256"]), 64)

    def test_a_preset_is_shown_with_limits_and_sources(self):
        text = self.call("presets", "show", "qsart-ach").stdout
        self.assertRegex(text, r"current_ma +mA +0\.5 +1\.5 +2 +2 +2\.5\n")
        self.assertIn("[read]", text)
        self.assertIn("above 0.2 mA/cm2 asks for a reason", text)
        current = json.loads(self.call("presets", "show", "qsart-ach", "--json").stdout)["parameters"]["current_ma"]
        self.assertEqual((current["upper_soft"], current["upper_hard"], current["unit"]), (2.0, 2.5, "mA"))
        self.assertEqual(current["typical_source"]["certainty"], "read")

    def test_wrong_names_and_files_are_said_in_one_line(self):
        for words, code, says in ((("show", "nothing"), 2, "eccrine presets list"), (("show", "dex-40"), 2, "cannot be delivered"),
                                  (("list", "--file", "none.toml"), 2, "none.toml")):
            result = self.call("presets", *words)
            self.assertEqual(result.returncode, code, result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1)
            self.assertIn(says, result.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
