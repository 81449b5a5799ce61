#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every benchmark and prints one table: case, ours, peer, ratio, goal, held.

usage: run_benchmarks.py BUILD_DIR [--only REGEX] [--json FILE] [--strict]

Runs BUILD_DIR/bin/bench_* (Google Benchmark) and benchmarks/*/peer_*.py (peers in another language, which print
Google Benchmark's JSON themselves), then holds the results against goals.toml. Exit 0: measured; 1: a benchmark
failed, or with --strict a goal was not held; 2: wrong call.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUFFIXES = re.compile(r"/(iterations:\d+|repeats:\d+|manual_time|real_time|process_time|threads:\d+|min_time:[\d.]+)(?=/|$)")
KNOWN = {"case", "benchmark", "ours", "peer", "peer_benchmark", "ratio", "higher_is_better", "unit", "at_least",
         "at_most", "source"}
NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


def read_goals(path):
    """The goals, each checked: a misspelt key or a goal without a number is an error, not a line that never fails."""
    with open(path, "rb") as file:
        document = tomllib.load(file)
    goals = document.get("goal", [])
    for number, goal in enumerate(goals, 1):
        where = f"{path.name}: goal {number} ({goal.get('case', 'no case')})"
        unknown = set(goal) - KNOWN
        if unknown:
            raise ValueError(f"{where}: unknown key {', '.join(sorted(unknown))}")
        for key in ("case", "benchmark", "source"):
            if not goal.get(key):
                raise ValueError(f"{where}: {key} is missing")
        if ("at_least" in goal) == ("at_most" in goal):
            raise ValueError(f"{where}: give either at_least or at_most")
    return goals


def plain_name(name):
    return SUFFIXES.sub("", name)


def collect(document, results):
    """Adds a Google Benchmark document; where a run was repeated, each field becomes its median."""
    runs = {}
    for run in document.get("benchmarks", []):
        if run.get("run_type") == "aggregate":
            continue
        if run.get("error_occurred"):
            raise RuntimeError(f"{run['name']}: {run.get('error_message', 'failed')}")
        runs.setdefault(plain_name(run["name"]), []).append(run)
    for name, repeated in runs.items():
        fields = {key: statistics.median(run[key] for run in repeated)
                  for key, value in repeated[0].items() if isinstance(value, (int, float)) and not isinstance(value, bool)}
        scale = NANOSECONDS[repeated[0].get("time_unit", "ns")]
        for key in ("real_time", "cpu_time"):
            if key in fields:
                fields[key] *= scale
        fields["label"] = repeated[0].get("label", "")
        results[name] = fields


def run(command, only, environment):
    print(f"running {Path(command[-1] if command[0] == sys.executable else command[0]).name} ...", file=sys.stderr)
    if command[0] != sys.executable:
        command = command + ["--benchmark_format=json"] + ([f"--benchmark_filter={only}"] if only else [])
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with exit code {done.returncode}")
    start = done.stdout.find("{")
    return json.loads(done.stdout[start:]) if start >= 0 else {}


def number(value, unit=""):
    if value is None:
        return "-"
    if unit == "ns":  # a time reads better in the unit that fits it
        for name, scale in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
            if value >= scale:
                return f"{value / scale:.3g} {name}"
    return f"{value:.3g} {unit}".strip()


def hold(goal, results):
    """One row of the table: ours, peer, ratio, goal, held."""
    missing = (None, None, None, "not measured")
    mine = results.get(goal["benchmark"])
    theirs = results.get(goal.get("peer_benchmark", goal["benchmark"]))
    if mine is None:
        return missing
    ours = mine.get(goal.get("ours", "real_time"))
    peer = theirs.get(goal.get("peer", "real_time")) if theirs and ("peer" in goal or "peer_benchmark" in goal) else None
    if ours is None:
        return missing
    if "at_most" in goal:
        return ours, peer, None, "yes" if ours <= goal["at_most"] else "no"
    if "ratio" in goal:
        ratio = mine.get(goal["ratio"])
    elif peer is None:
        ratio = None
    else:
        ratio = ours / peer if goal.get("higher_is_better") else peer / ours
    if ratio is None:
        return ours, peer, None, "not measured"
    return ours, peer, ratio, "yes" if ratio >= goal["at_least"] else "no"


def main():
    parser = argparse.ArgumentParser(description="Runs every benchmark and prints one table of ratios and goals.")
    parser.add_argument("build", type=Path, help="build directory (release)")
    parser.add_argument("--only", metavar="REGEX", default="", help="only benchmarks whose name matches")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the measurements there as well")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a goal is not held")
    options = parser.parse_args()

    programs = sorted(p for p in (options.build / "bin").glob("bench_*") if os.access(p, os.X_OK) and p.is_file())
    if not programs:
        print(f"{options.build}/bin: no bench_* programs; build with -DECCRINE_BENCHMARKS=ON first.", file=sys.stderr)
        return 2
    try:
        goals = read_goals(HERE / "goals.toml")
    except (OSError, ValueError) as wrong:
        print(wrong, file=sys.stderr)
        return 2

    environment = dict(os.environ)
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    results = {}
    failed = False
    commands = [[str(p.resolve())] for p in programs]
    commands += [[sys.executable, str(p)] for p in sorted(HERE.glob("*/peer_*.py"))]
    for command in commands:
        try:
            collect(run(command, options.only, environment), results)
        except (RuntimeError, ValueError, KeyError, OSError) as wrong:
            print(f"{Path(command[-1]).name}: {wrong}", file=sys.stderr)
            failed = True

    rows = [("case", "ours", "peer", "ratio", "goal", "held")]
    not_held = 0
    goal_runs = {g["benchmark"] for g in goals} | {g.get("peer_benchmark") for g in goals}
    for goal in goals:
        if options.only and goal["benchmark"] not in results:
            continue
        ours, peer, ratio, held = hold(goal, results)
        not_held += held != "yes"
        unit = goal.get("unit", "ns")
        wanted = f"≤ {number(goal['at_most'], unit)}" if "at_most" in goal else f"≥ {goal['at_least']:g}"
        rows.append((goal["case"], number(ours, unit), number(peer, unit),
                     "-" if ratio is None else f"{ratio:.2f}", wanted, held))
    for name, fields in results.items():
        if name not in goal_runs:
            rows.append((name, number(fields.get("real_time"), "ns"), "-", "-", "-", "-"))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for index, row in enumerate(rows):
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join(cells))
        if index == 0:
            print("  ".join("-" * width for width in widths))
    lines = sorted({round(f["line_ns"]) for f in results.values() if "line_ns" in f})
    if lines:
        print(f"\ncache-line round trip between the two processors during these runs: {lines[0]} to {lines[-1]} ns"
              " (below about 120 they share a core or its cache; the same ratio can differ between the two)")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    return 1 if failed or (options.strict and not_held) else 0


if __name__ == "__main__":
    sys.exit(main())
