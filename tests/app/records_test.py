#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""records_test.py BIN_DIR: the audit trail as `eccrine` writes and verifies it, held against a reader of its own (hashlib).

No instrument listens at the address given: a test that is begun ends with that."""
import csv
import hashlib
import io
import json
import os
import pathlib
import pwd
import socket
import subprocess
import sys
import tempfile
import time
import unittest

BIN = pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import audit_trail  # noqa: E402

PROTOCOLS = pathlib.Path(__file__).resolve().parents[2] / "protocols"
NOBODY = "tcp://127.0.0.1:1"
PATIENT = ("--patient-id", "canary-4711", "--patient-name", "Canaria Bird", "--birth-date", "1979-04-30")


class Records(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "r").mkdir(mode=0o700)
        self.environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "ECCRINE_DATA_DIR")} | {
            "XDG_RUNTIME_DIR": str(self.folder / "r"), "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_DATA_HOME": str(self.folder / "data"), "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}
        self.trail = self.folder / "data" / "eccrine" / "audit.trail"

    def call(self, *words, code=None):
        done = subprocess.run([BIN / "eccrine", *map(str, words)], cwd=self.folder, env=self.environment, capture_output=True, text=True,
                              timeout=120, check=False)
        if code is not None:
            self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def broken(self, name="broken.toml"):
        file = self.folder / name
        file.write_text((PROTOCOLS / "qsart.toml").read_text(encoding="utf-8").replace("current_ma = 2.0", "current_ma = 1e9", 1),
                        encoding="utf-8")
        return file

    def run_broken(self, *words):
        return self.call("run", self.broken(), "--instrument", NOBODY, "--out", "o", *words, code=1)

    def test_a_refused_protocol_is_in_the_trail_with_its_hash_and_its_sentence(self):
        before = time.time_ns()
        said = self.run_broken("--operator", "B. Tester").stderr.strip()
        self.assertEqual(len(said.splitlines()), 1, said)
        entry, = audit_trail.read(self.trail)
        self.assertEqual(entry["action"], "config_refused")
        self.assertEqual(entry["after"], hashlib.sha256(self.broken().read_bytes()).hexdigest())
        self.assertEqual("eccrine: " + entry["reason"], said)
        self.assertEqual((entry["object_type"], entry["object_id"]), ("protocol", "broken.toml"))
        self.assertEqual(entry["actor"], "B. Tester")
        self.assertEqual(entry["login"], pwd.getpwuid(os.geteuid()).pw_name)
        self.assertEqual(entry["workstation"], socket.gethostname())
        self.assertTrue(before <= entry["utc_ns"] <= time.time_ns())
        boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8")
        self.assertEqual(entry["boot_id"], boot.strip().replace("-", ""))
        self.assertEqual(entry["tz_offset_s"], time.localtime(entry["utc_ns"] / 1e9).tm_gmtoff)
        self.assertIn(entry["program"], [hashlib.sha256((BIN / p).read_bytes()).hexdigest() for p in ("eccrine", "eccrine-window")])

    def test_the_file_that_is_named_is_the_one_that_was_wrong(self):
        protocol = self.folder / "own.toml"
        protocol.write_text((PROTOCOLS / "qsart.toml").read_text(encoding="utf-8"), encoding="utf-8")
        presets = self.folder / "presets.toml"
        presets.write_text("schema = 1\nid = \"x\n", encoding="utf-8")
        self.call("run", protocol, "--instrument", NOBODY, "--out", "o", code=1)
        entry, = audit_trail.read(self.trail)
        self.assertEqual(entry["object_id"], "presets.toml")
        self.assertEqual(entry["after"], hashlib.sha256(presets.read_bytes()).hexdigest())

    def test_other_files_of_a_laboratory_are_entered_by_other_verbs(self):
        station = self.folder / "station.toml"
        station.write_text("use = \"clinic\"\n", encoding="utf-8")
        self.call("convert", "a.csv", "--to", "csv", "--out", "b.csv", "--station", station, code=1)
        own = self.folder / "own" / "protocols"
        (own / "guidelines").mkdir(parents=True)
        (own / "guidelines" / "bad.toml").write_text("schema = \n", encoding="utf-8")
        (own / "laboratory.toml").write_text("schema = 9\n", encoding="utf-8")
        self.environment["ECCRINE_DATA_DIR"] = str(self.folder / "own")
        self.call("chloride", "--profiles")
        self.call("qns", "--csv", "missing.csv")
        entries = audit_trail.read(self.trail)
        self.assertEqual([(e["object_type"], e["object_id"]) for e in entries],
                         [("station", "station.toml"), ("guideline", "bad.toml"), ("laboratory", "laboratory.toml")])
        for entry in entries:
            self.assertNotEqual(entry["after"], "00" * 32)

    def test_a_name_that_was_misspelt_is_no_configuration(self):
        self.call("run", "missing.toml", "--instrument", NOBODY, "--out", "o", code=2)
        self.call("run", "qsart", "--instrument", NOBODY, "--out", "o", "--station", "missing.toml", code=2)
        self.assertFalse(self.trail.exists())

    def test_a_test_is_entered_before_it_begins_and_when_it_has_ended_and_its_patient_is_not(self):
        self.call("run", "qsart", "--instrument", NOBODY, "--out", "o", "--operator", "B. Tester", *PATIENT, code=1)
        begun, ended = audit_trail.read(self.trail)
        self.assertEqual((begun["action"], ended["action"]), ("test_begun", "test_ended"))
        self.assertRegex(begun["object_id"], r"^qsart-[0-9-]+\.eccrine$")
        self.assertEqual(ended["object_id"], begun["object_id"])
        self.assertIn(hashlib.sha256((PROTOCOLS / "qsart.toml").read_bytes()).hexdigest(), begun["reason"])
        self.assertRegex(ended["reason"], "^failed: .*127.0.0.1")
        self.assertEqual(begun["actor"], "B. Tester")
        for canary in ("canary", "Canaria", "1979"):
            self.assertNotIn(canary.encode(), self.trail.read_bytes())

    def test_a_test_that_cannot_be_entered_does_not_begin(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(1)
            url = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
            for trail in ("/dev/full", "/proc/nobody/audit.trail"):
                done = self.call("run", "qsart", "--instrument", url, "--out", "o", "--audit", trail, code=1)
                self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
                self.assertIn("the audit trail cannot be", done.stderr)
            # nor where its trail is not whole
            self.run_broken()
            data = bytearray(self.trail.read_bytes())
            data[60] ^= 1
            self.trail.write_bytes(data)
            done = self.call("run", "qsart", "--instrument", url, "--out", "o", code=1)
            self.assertIn("entry 1 does not have the hash", done.stderr)
            with self.assertRaises(TimeoutError):
                listener.accept()
        self.assertEqual(list((self.folder / "o").glob("*")), [])

    def test_verify_names_the_first_entry_that_is_not_as_it_was_written(self):
        for _ in range(3):
            self.run_broken()
        head = json.loads(self.call("records", "verify", "--json", code=0).stdout)
        self.assertEqual((head["entries"], head["unfinished_bytes"]), (3, 0))
        self.assertEqual(head["head"], "3:" + audit_trail.read(self.trail)[2]["hash"])
        self.assertIn("3 entries", self.call("records", "verify", self.trail, code=0).stdout)
        whole = self.trail.read_bytes()
        where = whole.index(b"protocol", 16 + len(whole) // 3)  # three entries of one length
        self.trail.write_bytes(whole[:where] + b"Protocol" + whole[where + 8:])
        said = self.call("records", "verify", code=1).stderr
        self.assertIn("entry 2 does not have the hash", said)
        self.assertIn(str(self.trail), said)
        shown = self.call("records", "audit", code=1)
        self.assertEqual(len(shown.stdout.splitlines()), 1, "what is whole is shown")

    def test_of_a_damaged_trail_all_that_is_whole_before_it_is_shown_in_each_form(self):
        for _ in range(3):
            self.run_broken()
        whole = self.trail.read_bytes()
        where = whole.rindex(b"protocol")
        self.trail.write_bytes(whole[:where] + b"Protocol" + whole[where + 8:])
        said = self.call("records", "verify", code=1).stderr
        for form, count in (((), 2), (("--csv",), 3)):
            shown = self.call("records", "audit", *form, code=1)
            self.assertEqual(len(shown.stdout.splitlines()), count, shown.stdout)
            self.assertEqual(shown.stderr, said)
        shown = self.call("records", "audit", "--json", code=1)
        document = json.loads(shown.stdout)
        self.assertEqual([e["sequence"] for e in document["entries"]], [1, 2])
        self.assertIn("entry 3 does not have the hash", document["error"]["what"])
        self.assertEqual(shown.stderr, said)

    def test_an_emptied_trail_is_not_that_of_a_station_that_was_never_used(self):
        self.assertIn("No such file", self.call("records", "verify", code=1).stderr)
        self.run_broken()
        self.trail.write_bytes(b"")
        for verb in ("verify", "audit"):
            done = self.call("records", verb, code=1)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
            self.assertIn("emptied or cut off", done.stderr)
            self.assertEqual(done.stdout, "")
        done = self.call("run", "qsart", "--instrument", NOBODY, "--out", "o", code=1)
        self.assertIn("emptied or cut off", done.stderr)
        self.assertEqual(self.trail.read_bytes(), b"", "it is evidence")

    def test_a_cut_tail_is_found_with_the_head_that_was_kept(self):
        self.run_broken()
        short = self.trail.read_bytes()
        self.run_broken()
        head = json.loads(self.call("records", "verify", "--json", code=0).stdout)["head"]
        self.trail.write_bytes(short)
        self.assertIn("not shown by this", self.call("records", "verify", code=0).stdout)
        said = self.call("records", "verify", "--anchor", head, code=1).stderr
        self.assertIn("entry 2 is not there", said)
        self.call("records", "verify", "--anchor", "2:abc", code=2)

    def test_an_unfinished_entry_is_told_and_the_next_one_says_so(self):
        self.run_broken()
        self.trail.write_bytes(self.trail.read_bytes() + b"\x20\x01\x00\x00\x02\x00")
        self.assertIn("6 bytes of an entry that was not written whole", self.call("records", "verify", code=0).stdout)
        self.assertIn("6 bytes of an entry that was not written whole", self.call("records", "audit", code=0).stderr)
        self.run_broken()
        self.assertEqual([e["action"] for e in audit_trail.read(self.trail)], ["config_refused", "torn_entry_removed", "config_refused"])

    def test_the_trail_is_printed_for_people_and_for_tables(self):
        self.run_broken("--operator", "B, Tester")
        entry, = audit_trail.read(self.trail)
        line, = self.call("records", "audit", code=0).stdout.splitlines()
        for text in ("1  20", "config_refused", "B, Tester", "broken.toml", entry["after"][:16], "1e+09"):
            self.assertIn(text, line)
        row, = csv.DictReader(io.StringIO(self.call("records", "audit", "--csv", code=0).stdout))
        shown, = json.loads(self.call("records", "audit", "--json", code=0).stdout)["entries"]
        self.assertEqual(shown["sequence"], 1)
        for names in (row, shown):
            self.assertEqual(names["actor"], "B, Tester")
            self.assertEqual(names["after_sha256"], entry["after"])
            self.assertEqual(names["hash"], entry["hash"])
            self.assertEqual(names["utc_ns"], str(entry["utc_ns"]))
            self.assertEqual(names["reason"], entry["reason"])

    def test_what_is_no_trail_is_refused_by_name(self):
        self.assertIn("audit.trail", self.call("records", "verify", code=1).stderr)
        (self.folder / "x.toml").write_text("schema = 1\n", encoding="utf-8")
        self.assertIn("x.toml", self.call("records", "verify", "x.toml", code=1).stderr)
        self.call("records", code=2)

    def test_a_soft_limit_that_somebody_lets_a_protocol_cross_is_entered(self):
        checklist = "checklist-qsart.toml"
        (self.folder / checklist).write_text((PROTOCOLS / checklist).read_text(encoding="utf-8"), encoding="utf-8")
        protocol = self.folder / "soft.toml"
        protocol.write_text((PROTOCOLS / "qsart.toml").read_text(encoding="utf-8").replace("charge_mc = 600.0", "charge_mc = 640", 1),
                            encoding="utf-8")
        self.call("run", protocol, "--instrument", NOBODY, "--out", "o", "--confirm", "charge_mc", "--reason", "bench", "--operator",
                  "B. Tester", code=1)
        confirmed, begun, _ = audit_trail.read(self.trail)
        self.assertEqual((confirmed["action"], begun["action"]), ("soft_limit_confirmed", "test_begun"))
        self.assertEqual((confirmed["actor"], confirmed["reason"]), ("B. Tester", "charge_mc: bench"))
        self.assertEqual(confirmed["after"], hashlib.sha256(protocol.read_bytes()).hexdigest())


if __name__ == "__main__":
    unittest.main(verbosity=1)
