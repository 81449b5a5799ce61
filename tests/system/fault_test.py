#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fault_test.py BIN_DIR SCENARIO: a whole accelerated test with the real programs while the instrument misbehaves.

unplug: the instrument ends the current by itself within its lease, the test ends with one sentence, what was recorded opens.
open-electrode: the current pauses at every site, nobody is there to resume it: the test ends, the sentence names the site.
lost-frames: heavy losses while current flows pause it in the same way. The same losses after the stimulation: the test goes on to
its end, the gaps are in the recording, the numbers still agree with the patient model.
frozen-humidity: the test goes on to its end with all four sites."""
import contextlib
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

import programs

LEASE_MS = 500


def scenario_file(name):
    return pathlib.Path(__file__).resolve().parents[2] / "devices/virtual/scenarios" / f"{name}.toml"


def scenario(bin_dir, folder, name):
    return run_scenario(bin_dir, folder, scenario_file(name))


def run_scenario(bin_dir, folder, file):
    """Runs the test; what the application said, what the instrument said, the recording's events and entries, the result."""
    out = folder / "out"
    with programs.instrument(bin_dir, "--tcp", "0", "--speed", "40", "--seed", "1", "--scenario", str(file)) as instrument:
        url = instrument.line("url:", 10)
        run = subprocess.run([bin_dir / "eccrine", "run", "qsart", "--instrument", url, "--out", out, "--json"],
                             env=programs.environment(folder), capture_output=True, text=True, timeout=400, check=False)
        instrument.process.terminate()
        instrument.process.wait(timeout=20)
        said = []
        while (line := instrument.lines.get(timeout=10)) is not None:
            said.append(line)
    recording = programs.recordings(out)[0]
    with contextlib.closing(sqlite3.connect(f"file:{recording}?mode=ro", uri=True)) as database:
        events = database.execute("SELECT kind, site, detail FROM event ORDER BY id").fetchall()
        entries = dict(database.execute("SELECT key, value FROM recording").fetchall())
    analysis = subprocess.run([bin_dir / "eccrine", "analyze", recording, "--json"], capture_output=True, text=True, check=False)
    assert analysis.returncode == 0, analysis.stderr
    return run, said, events, entries, json.loads(analysis.stdout)


# told beside what ends the test, where frames were lost
LINK_WARNING = re.compile(r"eccrine: \d+ of the last \d+ frames from the instrument were damaged or lost; check its cable before the next test\.")


def one_sentence(run):
    lines = [line for line in run.stderr.splitlines() if line.startswith("eccrine: ") and not LINK_WARNING.fullmatch(line)]
    assert run.returncode == 1, (run.returncode, run.stderr)
    assert len(lines) == 1, run.stderr
    return lines[0]


def unplug(bin_dir, folder):
    run, said, events, entries, _ = scenario(bin_dir, folder, "unplug")
    sentence = one_sentence(run)
    assert "connection to the instrument was lost" in sentence and ".eccrine" in sentence, sentence
    zero = [int(m[1]) for line in said if (m := re.match(r"output: zero (\d+) ms after the link was lost", line))]
    assert zero and zero[0] <= LEASE_MS, said
    assert "link_lost" in [kind for kind, _, _ in events]
    assert entries["meta.outcome"] == "tripped" and entries["meta.complete"] == "1", entries


def open_electrode(bin_dir, folder):
    run, said, events, entries, _ = scenario(bin_dir, folder, "open-electrode")
    sentence = one_sentence(run)
    assert "foot" in sentence.lower(), sentence
    pauses = [detail for kind, _, detail in events if kind == "delivery_paused"]
    assert len(pauses) == 1 and "foot" in pauses[0].lower(), pauses
    assert entries["meta.outcome"] == "stopped", entries
    states = [line.removeprefix("state: ").split(" at ")[0] for line in said if line.startswith("state: ")]
    assert "hold" in states and states[-1] not in ("ramp up", "hold", "ramp down"), states


def lost_frames(bin_dir, folder):
    paused = folder / "paused"
    paused.mkdir(mode=0o700)
    run, _, events, entries, _ = scenario(bin_dir, paused, "lost-frames")
    sentence = one_sentence(run)
    assert "were lost" in sentence, sentence
    assert "delivery_paused" in [kind for kind, _, _ in events]
    assert entries["meta.outcome"] == "stopped", entries

    later = folder / "later.toml"
    text = scenario_file("lost-frames").read_text(encoding="utf-8")
    assert "at_s = 200.0" in text
    later.write_text(text.replace("at_s = 200.0", "at_s = 340.0"), encoding="utf-8")
    run, said, events, entries, result = run_scenario(bin_dir, folder, later)
    assert run.returncode == 0, run.stderr
    assert int(entries["meta.lost_ticks"]) > 0
    assert "gap" in [kind for kind, _, _ in events]
    truth = json.loads(next(line for line in said if line.startswith("truth:")).removeprefix("truth:"))
    for site, true in zip(result["sites"], truth["sites"]):
        assert site["site"] == true["site"]
        assert abs(site["onset_latency_s"] - true["latency_s"]) <= 5.0, site
        assert abs(site["peak_nl_per_min"] - true["peak_nl_per_min"]) <= 0.05 * true["peak_nl_per_min"], site
        assert abs(site["volume_ul"] - true["volume_ul"]) <= 0.02 * true["volume_ul"], site


def frozen_humidity(bin_dir, folder):
    run, _, _, entries, result = scenario(bin_dir, folder, "frozen-humidity")
    assert run.returncode == 0, run.stderr
    assert entries["meta.outcome"] == "finished"
    assert len(result["sites"]) == 4


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        {"unplug": unplug, "open-electrode": open_electrode, "lost-frames": lost_frames,
         "frozen-humidity": frozen_humidity}[sys.argv[2]](pathlib.Path(sys.argv[1]), pathlib.Path(name))
