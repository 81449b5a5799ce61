#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of faults (docs/risk/faults.toml) run on the real programs.

fault_rows.py BIN_DIR --group NAME            the selection of a test of CTest; exit 1 when a row is not as the catalogue says
fault_rows.py BIN_DIR --only F-13 [F-14 ...]  these
fault_rows.py BIN_DIR --all --out FILE        everything; FILE gets one JSON object a line, for tests/risk/render.py --faults
With --at-once 2 two rows run beside each other, but for those that have to be alone: those come last.

A row is run once. It is run a second time, and says so, only where the computer and not the product failed. Rows that are `known` not
to be as the catalogue says fail in the table; the exit code is 1 when another one does, and when one of them no longer does."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

import evidence
import fault_row
import station

import rows_host  # noqa: F401  the rows enter the table
import rows_link  # noqa: F401
import rows_readings  # noqa: F401
import rows_source  # noqa: F401
import rows_time  # noqa: F401

def run_row(row, bin_dir: pathlib.Path, keep: pathlib.Path | None) -> dict:
    for attempt in (1, 2):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="f-"))  # short: the names of sockets have 107 bytes
        bench = fault_row.Bench(bin_dir, folder)
        try:
            row.action(bench)
            if bench.evidence:
                bench.check(*evidence.run(bin_dir, bench.evidence))
        except station.EnvironmentFailure as error:
            if attempt == 1:
                print(f"  the computer failed, once more: {error}", flush=True)
                shutil.rmtree(folder, ignore_errors=True)
                continue
            bench.check(False, f"could not be run: {error}")
        except AssertionError as error:
            bench.check(False, str(error) or traceback.format_exc(limit=-1))
        except Exception:  # a defect of the row is not a pass
            bench.check(False, traceback.format_exc(limit=-2).strip().replace("\n", " "))
        if attempt == 2:
            bench.seen.append(("run a second time, the computer had failed", True))
        if keep and bench.verdict() == "fail":
            shutil.copytree(folder, keep / f"{row.fault}-{row.action.__name__}", dirs_exist_ok=True, ignore=no_sockets)
        shutil.rmtree(folder, ignore_errors=True)
        name = bench.evidence or (f"System.{row.group}" if row.group else "System.TheWholeFaultTable")
        observed = bench.observed().replace(f"{folder}/", "")
        return {"id": row.fault, "observed": f"{row.case}: {observed}", "verdict": bench.verdict(), "test": name}
    raise AssertionError("unreachable")


def run_numbered(number: int, bin_dir: pathlib.Path, keep: pathlib.Path | None) -> tuple:
    began = time.monotonic()
    return run_row(fault_row.ROWS[number], bin_dir, keep), time.monotonic() - began


def results(rows: list, words):
    """(row, its line, seconds), each as it ends."""
    def task(row):
        return fault_row.ROWS.index(row), words.bin_dir.resolve(), words.keep
    beside = [r for r in rows if not r.alone] if words.at_once > 1 else []
    # processes and not threads: the relays of one row must not wait for the computing of another
    with concurrent.futures.ProcessPoolExecutor(words.at_once) as pool:
        running = {pool.submit(run_numbered, *task(row)): row for row in beside}
        for done in concurrent.futures.as_completed(running):
            yield running[done], *done.result()
    for row in rows:
        if row not in beside:
            yield row, *run_numbered(*task(row))


def no_sockets(folder: str, names: list) -> list:
    return [n for n in names if not (pathlib.Path(folder) / n).is_file() and not (pathlib.Path(folder) / n).is_dir()]


def chosen(words) -> list:
    order = {name: n for n, name in enumerate(dict.fromkeys(r.fault for r in sorted(fault_row.ROWS, key=lambda r: int(r.fault[2:]))))}
    rows = sorted(fault_row.ROWS, key=lambda r: order[r.fault])
    if words.group:
        return [r for r in rows if r.group == words.group]
    if words.only:
        return [r for r in rows if r.fault in words.only or r.action.__name__ in words.only]
    return rows


def header(bin_dir: pathlib.Path) -> dict:
    version = subprocess.run([bin_dir / "eccrine", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return {"run": {"programs": version, "cores": os.cpu_count(), "load": round(station.load_average(), 1)}}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("bin_dir", type=pathlib.Path)
    what = options.add_mutually_exclusive_group(required=True)
    what.add_argument("--group")
    what.add_argument("--only", nargs="+")
    what.add_argument("--all", action="store_true")
    options.add_argument("--at-once", type=int, default=1)
    options.add_argument("--out", type=pathlib.Path)
    options.add_argument("--keep", type=pathlib.Path, help="folder for the files of rows that fail")
    words = options.parse_args()
    rows = chosen(words)
    if not rows:
        print("no such row")
        return 2
    lines, surprises = [header(words.bin_dir)], 0
    by_row: dict = {}
    for row, line, seconds in results(rows, words):
        by_row[row] = line
        lines[1:] = [by_row[r] for r in rows if r in by_row]
        known = row.known is not None
        odd = (line["verdict"] == "fail") != known
        surprises += odd
        print(f"{line['verdict']:5}{'' if not known else ' (known)' if not odd else ' (was known to fail)'} {row.fault} {line['observed']}"
              f"  [{seconds:.0f} s]", flush=True)
        if words.out:
            words.out.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines), encoding="utf-8")
    if words.all and words.out:
        lines += [{"id": i, "observed": why, "verdict": "not tested"} for i, why in evidence.NOT_HERE.items()]
        lines[0]["run"]["load_at_the_end"] = round(station.load_average(), 1)
        words.out.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines), encoding="utf-8")
    print(f"{len(rows)} rows, {sum(x.get('verdict') == 'fail' for x in lines)} not as the catalogue says, {surprises} not as expected")
    return 1 if surprises else 0


if __name__ == "__main__":
    sys.exit(main())
