#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""risk_file_test.py RiskFile|TheCheck|TheTables: the risk file of docs/risk/ says what is so.

RiskFile  holds docs/risk/ against the sources: ids, links, units, tests.
TheCheck  shows on broken data that each rule of the check can fail, and that sound data passes.
TheTables holds docs/risk/risk.md against the data, and the table of faults against what was observed."""
import copy
import pathlib
import subprocess
import sys
import tempfile
import unittest

import render
import risk_file

ROOT = pathlib.Path(__file__).resolve().parents[2]


class RiskFile(unittest.TestCase):
    def test_it_is_whole_and_names_only_what_there_is(self):
        found = risk_file.check(ROOT, risk_file.load(ROOT), risk_file.known_tests(ROOT))
        self.assertEqual(found, [], "\n" + "\n".join(found))

    def test_the_tests_that_are_named_by_hand_are_found(self):
        tests = risk_file.known_tests(ROOT)
        self.assertGreater(len(tests), 1000)
        for name in ("Armed.StopGoesOutWithinOneTurn", "InterlockRule.FiresAtItsLimitAndNotJustBelow",
                     "DeliveryStates.EveryReachableStateTimesEveryEventKeepsWhatHasToHold",
                     "System.KilledApplicationEndsTheCurrentAndNotTheTest", "MixedUnits.CurrentPlusCharge", "pages.live",
                     "LivePage.test_stopIsTheEscapeKey", "CommandLine.test_the_same_call_gives_the_same_bytes",
                     "Architecture.IncludesPointOneWay", "Peers.EfpFramesAgreeWithCobsAndCrcmod"):
            self.assertIn(name, tests)


def sound() -> dict:
    """A risk file in which nothing is wrong, in memory."""
    def hazard(n):
        return {"id": f"H-{n}", "situation": "burn", "cause": "fault", "severity": "S3", "probability": "P2", "software": ["SR-1"],
                "hardware": "fuse", "residual": "small", "confirm": ["fuse blows"], "faults": ["F-1"], "certainty": ["proposal"]}

    def requirement(n):
        return {"id": f"SR-{n}", "text": "is safe", "certainty": ["proposal"], "status": "built", "units": ["core/a.cpp"],
                "tests": ["Suite.Holds"], "no_hazard": "keeps house"}

    def fault(n):
        return {"id": f"F-{n}", "fault": "breaks", "expected": "stops", "certainty": ["proposal"], "status": "tested",
                "tests": ["Suite.Holds"]}

    data = {table: [make(n) for n in range(1, risk_file.EXPECTED[table][1] + 1)]
            for table, make in (("hazard", hazard), ("requirement", requirement), ("fault", fault))}
    del data["requirement"][0]["no_hazard"]
    data["unit"] = [{"path": "core", "class": "C", "why": "counts"}]
    data["soup"] = [{"package": "libthing-dev", "version": "1", "used_for": "a", "fault": "b", "control": "c"}]
    return data


class TheCheck(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        for name, text in {"core/a.cpp": "", "CMakeLists.txt": "set(ECCRINE_FOLDERS core)\n",
                           "packaging/debian-12.txt": "# comment\n[build]\ncmake\nlibthing-dev\n[test]\nlibtest-dev\n"}.items():
            (cls.root / name).parent.mkdir(parents=True, exist_ok=True)
            (cls.root / name).write_text(text, encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.data = copy.deepcopy(sound())

    def found(self) -> list:
        return risk_file.check(self.root, self.data, {"Suite.Holds"})

    def refuses(self, *words):
        """Exactly one complaint, which names file, id, what is wrong and what to do."""
        found = self.found()
        self.assertEqual(len(found), 1, found)
        for word in words:
            self.assertIn(word, found[0])
        self.assertIn("; ", found[0], "it says what to do")

    def test_sound_data_passes(self):
        self.assertEqual(self.found(), [])

    def test_built_without_a_test(self):
        del self.data["requirement"][4]["tests"]
        self.refuses("requirements.toml: SR-5", 'is "built" without "tests"')

    def test_built_without_a_unit(self):
        del self.data["requirement"][4]["units"]
        self.refuses("requirements.toml: SR-5", 'without "units"')

    def test_built_with_something_missing(self):
        self.data["requirement"][4]["missing"] = "half of it"
        self.refuses("requirements.toml: SR-5", 'is "built" and has "missing"')

    def test_partly_without_what_is_missing(self):
        self.data["requirement"][4]["status"] = "partly"
        self.refuses("requirements.toml: SR-5", 'without "missing"')

    def test_later_without_a_reason(self):
        row = self.data["requirement"][4]
        row["status"], row["work"] = "later", "accounts"
        del row["tests"], row["units"]
        self.refuses("requirements.toml: SR-5", 'without "reason"')

    def test_later_without_the_work_that_brings_it(self):
        row = self.data["requirement"][4]
        row["status"], row["reason"] = "later", "there are no accounts"
        del row["tests"], row["units"]
        self.refuses("requirements.toml: SR-5", 'without "work"')

    def test_an_unknown_status(self):
        self.data["fault"][0]["status"] = "done"
        self.refuses("faults.toml: F-1", 'the status "done" is not known')

    def test_a_test_that_does_not_exist(self):
        self.data["requirement"][4]["tests"] = ["Suite.Holds", "Suite.Wishes"]
        self.refuses("requirements.toml: SR-5", '"Suite.Wishes"')

    def test_a_unit_that_does_not_exist(self):
        self.data["requirement"][4]["units"] = ["core/b.cpp"]
        self.refuses("requirements.toml: SR-5", '"core/b.cpp"')

    def test_a_unit_without_a_class(self):
        self.data["unit"][0]["path"] = "packaging"
        found = self.found()
        self.assertEqual(len(found), 48 + 1, "each requirement, and the folder")
        self.assertIn('"core/a.cpp" has no class', found[0])

    def test_a_folder_without_a_class(self):
        self.data["unit"][0]["path"] = "core/a.cpp"
        self.refuses("units.toml: core", "without a class")

    def test_a_unit_of_units_toml_that_does_not_exist(self):
        self.data["unit"].append({"path": "attic", "class": "C", "why": "is old"})
        self.refuses("units.toml: attic", "no such file or folder")

    def test_a_hazard_with_a_requirement_that_does_not_exist(self):
        self.data["hazard"][2]["software"] = ["SR-1", "SR-49"]
        self.refuses("hazards.toml: H-3", '"SR-49" does not exist')

    def test_a_hazard_with_a_fault_that_does_not_exist(self):
        self.data["hazard"][2]["faults"] = ["F-61"]
        self.refuses("hazards.toml: H-3", '"F-61" does not exist')

    def test_a_hazard_without_any_software_control(self):
        self.data["hazard"][2]["software"] = []
        self.refuses("hazards.toml: H-3", "no software control")

    def test_a_risk_that_is_not_acceptable(self):
        self.data["hazard"][2]["probability"] = "P3"
        self.refuses("hazards.toml: H-3", "S3 at P3 is not acceptable")

    def test_a_severity_that_is_none(self):
        self.data["hazard"][2]["severity"] = "high"
        self.refuses("hazards.toml: H-3", '"high"')

    def test_a_requirement_under_no_hazard(self):
        del self.data["requirement"][4]["no_hazard"]
        self.refuses("requirements.toml: SR-5", "stands under no hazard")

    def test_a_reason_for_no_hazard_where_there_is_one(self):
        self.data["requirement"][0]["no_hazard"] = "none"
        self.refuses("requirements.toml: SR-1", "stands under a hazard")

    def test_a_fault_with_neither_test_nor_reason(self):
        row = self.data["fault"][6]
        row["status"] = "later"
        del row["tests"]
        self.refuses("faults.toml: F-7", 'without "reason"')

    def test_a_fault_with_a_test_that_does_not_exist(self):
        self.data["fault"][6]["tests"] = ["Suite.Wishes"]
        self.refuses("faults.toml: F-7", '"Suite.Wishes"')

    def test_a_missing_id(self):
        del self.data["fault"][6]
        self.refuses("faults.toml: F-7", "is missing")

    def test_an_id_that_is_there_twice(self):
        self.data["fault"].append(copy.deepcopy(self.data["fault"][6]))
        self.refuses("faults.toml: F-7", "twice")

    def test_an_id_beyond_the_table(self):
        self.data["fault"].append(dict(self.data["fault"][6], id="F-61"))
        self.refuses("faults.toml: F-61", "not an id of this table")

    def test_an_empty_text(self):
        self.data["hazard"][2]["residual"] = " "
        self.refuses("hazards.toml: H-3", '"residual" is empty')

    def test_an_empty_entry_of_a_list(self):
        self.data["hazard"][2]["confirm"] = [""]
        self.refuses("hazards.toml: H-3", '"confirm" has an empty entry')

    def test_an_empty_list(self):
        self.data["hazard"][2]["confirm"] = []
        self.refuses("hazards.toml: H-3", '"confirm" is an empty list')

    def test_a_missing_text(self):
        del self.data["hazard"][2]["residual"]
        self.refuses("hazards.toml: H-3", '"residual" is missing')

    def test_a_mistyped_field(self):
        self.data["fault"][6]["test"] = "Suite.Holds"
        self.refuses("faults.toml: F-7", '"test" is not known')

    def test_a_list_that_is_a_text(self):
        self.data["hazard"][2]["faults"] = "F-1"
        self.assertTrue(any("hazards.toml: H-3" in line and '"faults" is not a list' in line for line in self.found()))

    def test_a_certainty_that_is_none(self):
        self.data["fault"][6]["certainty"] = ["sure"]
        self.refuses("faults.toml: F-7", '"sure"')

    def test_a_class_that_is_none(self):
        self.data["unit"][0]["class"] = "D"
        self.refuses("units.toml: core", '"D"')

    def test_software_of_others_that_is_not_used(self):
        self.data["soup"][0]["also"] = ["libtest-dev"]
        self.refuses("units.toml: libthing-dev", '"libtest-dev" is not in [build] or [run] of packaging/debian-12.txt')

    def test_software_of_others_without_a_row(self):
        self.data["soup"][0]["package"] = "cmake"
        self.refuses("units.toml: libthing-dev", "has no [[soup]]")

    def test_an_empty_table(self):
        self.data["soup"] = []
        self.assertIn("docs/risk/units.toml: has no [[soup]]; write one", self.found())

    def test_a_test_that_is_not_run_does_not_count(self):
        self.assertEqual(risk_file.cpp_tests("// TEST(A, B)\n/* TEST(A, C) */ TEST(A, DISABLED_D) TEST_P(A, E) TYPED_TEST(A,\n F)"),
                         {"A.E", "A.F"})
        with tempfile.TemporaryDirectory() as name:
            tests = pathlib.Path(name) / "tests"
            tests.mkdir()
            (tests / "CMakeLists.txt").write_text("eccrine_test(t SOURCES there.cpp) # forgotten.cpp", encoding="utf-8")
            (tests / "there.cpp").write_text("TEST(A, B) {}", encoding="utf-8")
            (tests / "forgotten.cpp").write_text("TEST(A, C) {}", encoding="utf-8")
            (tests / "re.cpp").write_text("TEST(A, D) {}", encoding="utf-8")  # the end of a name that is listed
            self.assertEqual(risk_file.known_tests(pathlib.Path(name)), {"A.B"})

    def test_names_of_tests_of_every_kind_are_read(self):
        self.assertEqual(risk_file.python_tests("class A(T):\n def test_b(self): pass\n def help(self): pass\n"), {"A.test_b"})
        self.assertEqual(risk_file.qml_tests('Bench {\n    name: "A"\n    function test_b_data() {}\n    function test_b(x) {}\n}'),
                         {"A.test_b"})
        self.assertEqual(risk_file.cmake_tests("function(f name)\n  add_test(NAME S.${name} COMMAND x)\nendfunction()\nf(One a)\n"
                                               "foreach(p IN ITEMS two three)\n  add_test(NAME q.${p} COMMAND x)\nendforeach()\n"
                                               "# add_test(NAME Not.This)\nadd_test(NAME Plain.Four COMMAND x)\n"),
                         {"S.One", "q.two", "q.three", "Plain.Four"})


class TheTables(unittest.TestCase):
    FAULTS = [{"id": "F-1", "fault": "unplugged", "expected": "0 in 500 ms"}, {"id": "F-2", "fault": "a | b", "expected": "told"}]

    def seen(self, *lines):
        return render.observations("\n".join(lines), self.FAULTS)

    def test_risk_md_is_what_the_data_gives(self):
        written = (ROOT / risk_file.FOLDER / "risk.md").read_text(encoding="utf-8")
        self.assertTrue(written == render.risk(risk_file.load(ROOT)),
                        "docs/risk/risk.md is not what the data gives; run tests/risk/render.py and commit it")

    def test_every_row_of_the_data_is_in_the_table(self):
        text = render.risk(risk_file.load(ROOT))
        for letter, last in risk_file.EXPECTED.values():
            for n in range(1, last + 1):
                self.assertIn(f"\n| {letter}-{n} |", text)

    def test_what_was_not_run_says_so(self):
        text = render.fault_report(self.FAULTS, self.seen('{"id": "F-1", "observed": "0 after 412 ms", "verdict": "pass", "test": "A.B"}'))
        self.assertIn("1 of 2 faults were run, 0 failed, 1 were not run", text)
        self.assertIn("| F-1 | unplugged | 0 in 500 ms | 0 after 412 ms | `A.B` | pass |", text)
        self.assertIn("| F-2 | a \\| b | told |  |  | not run |", text)

    def test_each_observation_is_shown_and_one_failure_is_a_failure(self):
        text = render.fault_report(self.FAULTS, self.seen('{"id": "F-1", "observed": "x", "verdict": "pass"}', "",
                                                          '{"id": "F-1", "observed": "y", "verdict": "fail"}'))
        self.assertIn("1 failed (F-1)", text)
        self.assertIn("| x |", text)
        self.assertIn("| y |", text)

    def test_what_cannot_be_tested_says_why_and_is_no_failure(self):
        text = render.fault_report(self.FAULTS, self.seen('{"id": "F-1", "observed": "no such computer", "verdict": "not tested"}'))
        self.assertIn("0 of 2 faults were run, 0 failed, 1 cannot be tested here, 1 were not run", text)
        self.assertIn("| no such computer |  | not tested |", text)

    def test_programs_and_computer_of_the_run_are_told(self):
        line = '{"run": {"programs": "eccrine 1.2.3", "cores": 2, "load": 1.5}}'
        self.assertEqual(self.seen(line), {})
        self.assertIn("eccrine 1.2.3, 2 cores, load average 1.5", render.about_the_run(line))
        self.assertIn("eccrine 1.2.3", render.fault_report(self.FAULTS, {}, render.about_the_run(line)))
        for bad in ('{"run": {}}', '{"run": {"programs": "x", "cores": "two"}}', '{"run": 1}'):
            with self.assertRaises(render.Refused):
                render.about_the_run(bad)

    def test_observations_that_cannot_be_are_refused_by_their_line(self):
        for line, says in (("{", "is not JSON"), ("[]", '"observed"'), ('{"id": "F-1", "observed": " ", "verdict": "pass"}', '"observed"'),
                           ('{"id": "F-9", "observed": "x", "verdict": "pass"}', "F-9"),
                           ('{"id": "F-1", "observed": "x", "verdict": "maybe"}', "maybe")):
            with self.assertRaises(render.Refused) as refused:
                self.seen('{"id": "F-2", "observed": "x", "verdict": "pass"}', line)
            self.assertIn("line 2", str(refused.exception))
            self.assertIn(says, str(refused.exception))

    def test_a_run_becomes_a_file(self):
        with tempfile.TemporaryDirectory() as name:
            seen, out = pathlib.Path(name) / "seen.jsonl", pathlib.Path(name) / "faults.md"
            seen.write_text('{"id": "F-2", "observed": "0 after 412 ms", "verdict": "pass"}\n', encoding="utf-8")
            program = [sys.executable, "-B", str(ROOT / "tests/risk/render.py"), "--faults", str(seen), str(out)]
            self.assertEqual(subprocess.run(program, check=False).returncode, 0)
            self.assertIn("0 after 412 ms", out.read_text(encoding="utf-8"))
            seen.write_text("no\n", encoding="utf-8")
            refused = subprocess.run(program, capture_output=True, text=True, check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("line 1", refused.stderr)


if __name__ == "__main__":
    unittest.main()
