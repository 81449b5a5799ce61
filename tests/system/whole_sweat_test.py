#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""whole_sweat_test.py BIN_DIR PRESET SPEED: a whole bilateral pilocarpine sweat test with the real programs, over a pty, SPEED times
as fast as real time.

The current that was recorded at each limb, exported as CSV and integrated here, is 450 mC within 1 %, both ramps included; nothing
flows at the other channels; the collection lasts 30 min of test time; sweat beside the collection is seen, or its absence warned of."""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import programs

SITES = ("left_forearm", "right_forearm")
CHARGE_MC, TOLERANCE = 450.0, 0.01
COLLECTION_S = 1800.0


def traces(file: pathlib.Path) -> dict:
    """Time in s and current in mA by site."""
    found: dict = {}
    with file.open(newline="", encoding="utf-8") as lines:
        rows = csv.reader(line for line in lines if not line.startswith("#"))
        header = next(rows)
        columns = {name.removesuffix(".current_ma"): at for at, name in enumerate(header) if name.endswith(".current_ma")}
        for row in rows:
            for site, at in columns.items():
                if row[at]:
                    found.setdefault(site, []).append((float(row[0]), float(row[at])))
    return found


def trapezoid(trace: list) -> float:
    return sum((t1 - t0) * (i0 + i1) / 2 for (t0, i0), (t1, i1) in zip(trace, trace[1:]))


def check(bin_dir, preset, speed, environment, out) -> list:
    problems: list[str] = []

    def expect(ok, text):
        print(text, "" if ok else "   <-- wrong")
        if not ok:
            problems.append(text)

    with programs.instrument(bin_dir, "--pty", "--speed", speed, "--seed", "1", "--preset", preset) as instrument:
        url = instrument.line("url:", 10)
        run = subprocess.run([bin_dir / "eccrine", "run", "macroduct", "--instrument", url, "--out", out, "--sites", ",".join(SITES),
                              "--json"], env=environment, capture_output=True, text=True, timeout=500, check=False)
    if run.returncode != 0:
        return [f"exit {run.returncode}: {run.stderr[-2000:]} {run.stdout[-500:]}"]
    result = json.loads(run.stdout)
    expect(result["outcome"] == "finished" and result["recording"]["simulated"], f"outcome {result['outcome']}, simulated")
    expect(sorted(p.suffix for p in out.iterdir()) == [".eccrine", ".json"], "the folder holds the recording and its JSON")
    expect([s["site"] for s in result["sites"]] == list(SITES), f"sites {[s['site'] for s in result['sites']]}")

    exported = out / "full.csv"
    subprocess.run([bin_dir / "eccrine", "convert", programs.recordings(out)[0], "--to", "csv", "--full-rate", "--out", exported],
                   env=environment, check=True, stdout=subprocess.DEVNULL, timeout=300)
    measured = traces(exported)
    for site in result["sites"]:
        name = site["site"]
        charge = trapezoid(measured[name])
        expect(abs(charge - CHARGE_MC) <= TOLERANCE * CHARGE_MC, f"{name}: {charge:.2f} mC by our own trapezoid")
        expect(abs(charge - site["delivered"]["charge_mc"]) <= 0.5, f"{name}: {site['delivered']['charge_mc']:.2f} mC reported")
        highest = max(i for _, i in measured[name])
        expect(highest <= 1.5 * 1.02 + 0.01, f"{name}: at most {highest:.3f} mA")
        at = {(e["kind"], e.get("id")): e["at_s"] for e in site["events"]}
        collected = at[("operator_step", "remove")] - at[("operator_step", "attach")]
        expect(abs(collected - COLLECTION_S) < 60, f"{name}: collected for {collected:.0f} s")
        verdict = next(e["verdict"] for e in site["events"] if e["kind"] == "dose")
        expect(verdict == "FULL", f"{name}: dose {verdict}")
        kinds = {e["kind"] for e in site["events"]}
        expect(("sweat_onset" in kinds) == (preset != "sweat-none"), f"{name}: onset of sweat {'sweat_onset' in kinds}")
        expect(("poor_response" in kinds) == (preset != "sweat-good"), f"{name}: warned {'poor_response' in kinds}")
    for channel in ("channel_3", "channel_4"):
        charge = trapezoid(measured[channel])
        expect(abs(charge) < 0.1, f"{channel}: {charge:.3f} mC")
    return problems


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        problems = check(pathlib.Path(sys.argv[1]), *sys.argv[2:4], programs.environment(folder), folder / "out")
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
