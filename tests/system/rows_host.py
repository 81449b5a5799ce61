# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of processes, computer and mode of work: F-33 to F-38, F-53 to F-57."""
import contextlib
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import station as stations
from fault_row import Bench, row
from host_shim import HostShim

HOST = "FaultRowsOfTheHost"


def kill_bedside(bench: Bench, kills: int, seed: int):
    chance = random.Random(seed)
    worst, latched, restarted = 0.0, 0, 0
    for _ in range(kills):
        with bench.station(protocol=stations.protocol_text(hold_s=20)) as s:
            s.begin_run()
            s.wait_ramp(least_ua=50)
            time.sleep(chance.uniform(0, 14))
            killed = s.device_us()
            os.kill(s.bedside_pid(), signal.SIGKILL)
            s.bedside.process.wait(timeout=10)
            code = s.finish(60)
            stations.until(lambda: s.status()["state"] == "idle", 5, "the instrument is idle")
            trace = s.trace()
            flowed = [r for r in trace.rows if r.us <= killed][-1].ua[0]
            zero = trace.zero_for_good(killed)
            if code != 1 or zero is None or (zero - killed) / 1000 > 510:
                bench.check(False, f"killed at {flowed:.0f} µA: exit {code}, 0 after {(zero - killed) / 1000 if zero else None} ms")
                return
            worst = max(worst, (zero - killed) / 1000)
            shown = s.eccrine("analyze", s.recording().file)
            bench.check(shown.returncode == 0 and "not closed by its writer" in shown.stdout, f"killed at {flowed:.0f} µA: marked as interrupted")
            s.bedside = None
            first = s.recording().file
            s.protocol_file.write_text(stations.protocol_text(baseline_s=60), encoding="utf-8")
            after = s.device_us()
            refused = s.begin_run()
            code = s.finish(60)
            latched += code == 1 and "--release" in refused.text() and s.recording().file == first
            s.begin_run("--release", "the bedside process was killed")
            stations.until(lambda f=first: s.recording().file != f and s.recording_events(), 60, "a new test begins after the restart")
            restarted += s.trace().most(after) < 1
    bench.check(worst <= 510, f"{kills} kills at random points of ramp and hold: 0 after at most {worst:.0f} ms")
    bench.check(latched == kills, f"the next test refused until the latch is released: {latched} times")
    bench.check(restarted == kills, f"restarted {restarted} times, without current")


@row("F-33", "SIGKILL of the bedside process: once", HOST)
def bedside_killed_once(bench: Bench):
    kill_bedside(bench, 1, 33)


@row("F-33", "SIGKILL of the bedside process: 3 random points (not 10 000)")
def bedside_killed(bench: Bench):
    kill_bedside(bench, 3, 34)


def application_gone(bench: Bench, number: int, what: str):
    """The application is `eccrine run`; the window is another program with the same link to the bedside process."""
    with bench.station(protocol=stations.protocol_text(hold_s=15, after_s=4)) as s:
        run = s.begin_run()
        s.wait_hold()
        at = s.device_us()
        os.kill(run.process.pid, number)
        run.process.wait(timeout=10)
        stations.until(lambda: any(k == "end" for _, k, _, _ in s.recording_events()), 60, "the end of the test")
        stations.until(lambda: s.recording().entry("meta.complete") == "1", 10, "the recording is closed")
        trace, recording = s.trace(), s.recording()
        down = trace.reached(stations.RAMP_DOWN, at)
        took = (down - at) / 1000 if down else 0
        bench.check(down and 1800 <= took <= 2200, f"{what}: ramped down after {took:.0f} ms (2000, +-200)")
        bench.within(at, trace.zero_for_good(at), 2200 + 1000 + 100, "0")  # with the protocol's ramp of 1 s
        kinds = [k for _, k, _, _ in recording.events()]
        bench.check("client_lost" in kinds and "trip" not in kinds, "client_lost recorded")
        bench.check(recording.entry("meta.outcome") == "finished", f"outcome {recording.entry('meta.outcome')}")
        bench.check(not recording.holes(1), "data whole")
        done = s.eccrine("analyze", recording.file)
        bench.check(done.returncode == 0, "it opens")


@row("F-34", "SIGKILL of the application in hold", HOST)
def application_killed(bench: Bench):
    application_gone(bench, signal.SIGKILL, "SIGKILL")


@row("F-34", "SIGSEGV of the application in hold")
def application_crashed(bench: Bench):
    application_gone(bench, signal.SIGSEGV, "SIGSEGV")


@row("F-35", "allocation 1, 10, 100 and 1000 of the bedside process after the hold began fails (not every one)")
def allocations_fail(bench: Bench):
    for number in (1, 10, 100, 1000):
        shim = HostShim(bench.folder / f"shim{number}")
        with bench.station(protocol=stations.protocol_text(hold_s=12), host_environment=shim.environment) as s:
            run = s.begin_run()
            s.wait_hold(for_s=0.5)
            at = s.device_us()
            shim.fail_allocation(number)
            stations.until(lambda: shim.allocation_failed() or run.process.poll() is not None, 30, "the allocation has failed")
            failed = s.device_us()
            died = False
            try:
                died = s.bedside.process.wait(timeout=2) != 0
            except subprocess.TimeoutExpired:
                pass
            code = s.finish(60)
            trace = s.trace()
        if died:
            zero = trace.zero_for_good(at)
            bench.check(zero is not None and zero - failed <= 510_000,
                        f"number {number}: the bedside process ended, 0 {(zero - failed) / 1000:.0f} ms later (lease of 500)" if zero else "0 never")
        else:
            bench.check(True, f"number {number}: it goes on, exit {code}")
        bench.check(trace.rows[-1].zero and trace.most() < 2100, f"never more than {trace.most():.0f} µA, 0 at the end")
        done = s.eccrine("analyze", s.recording().file)
        bench.check(done.returncode == 0, "the recording opens" if done.returncode == 0 else done.stderr[-150:])


def frozen_application(bench: Bench, seconds: float):
    with bench.station(protocol=stations.protocol_text(hold_s=8, after_s=2)) as s:
        run = s.begin_run()
        s.wait_hold(for_s=0.5)
        at = s.device_us()
        os.kill(run.process.pid, signal.SIGSTOP)
        time.sleep(seconds)
        trace = s.trace()
        os.kill(run.process.pid, signal.SIGCONT)
        s.finish(60)
        kinds = [k for _, k, _, _ in s.recording().events()]
        late = [d for _, _, _, d in s.recording().of_kind("client_late")]
        silent = int(late[0]["silent_ms"]) if late else None
        bench.check(len(late) == 1 and silent <= 600, f"warned {len(late)} times" + (f", after {silent} ms of silence (500, and 100)" if late else ""))
        down = trace.reached(stations.RAMP_DOWN, at)
        if seconds < 2:
            bench.check("client_lost" not in kinds and s.recording().entry("meta.outcome") == "finished", f"{seconds:g} s: delivery goes on")
        else:
            took = (down - at) / 1000 if down else 0
            bench.check(down and 1800 <= took <= 2200, f"{seconds:g} s: ramped down after {took:.0f} ms (2000, +-200)")
            bench.within(at, trace.zero_for_good(at), 3300, "0")
            bench.check("client_lost" in kinds, "client_lost recorded")


@row("F-36", "the application stands still for 1 s")
def frozen_1s(bench: Bench):
    frozen_application(bench, 1)


@row("F-36", "the application stands still for 5 s")
def frozen_5s(bench: Bench):
    frozen_application(bench, 5)


@row("F-36", "the application stands still for 60 s")
def frozen_60s(bench: Bench):
    frozen_application(bench, 60)


@row("F-37", "four processes that only compute and one that writes 8 MB blocks, from the ramp to the end of a hold of 15 s", alone=True)
def machine_under_load(bench: Bench):
    busy = [[sys.executable, "-c", "while True: pass"]] * (2 * (os.cpu_count() or 2))
    with bench.station(protocol=stations.protocol_text(hold_s=15)) as s:
        writer = f"import os\nwhile True:\n with open({str(s.folder / 'storm')!r}, 'wb') as f:\n  f.write(os.urandom(8 << 20)); f.flush(); os.fsync(f.fileno())"
        s.begin_run()
        s.wait_ramp()
        load = [subprocess.Popen(words) for words in [*busy, [sys.executable, "-c", writer]]]
        try:
            code = s.finish(90)
        finally:
            for process in load:
                process.kill()
                process.wait(timeout=10)
    recording = s.recording()
    longest = float(recording.entry("meta.device_thread.longest_turn_ms"))
    late = int(recording.entry("meta.device_thread.late_turns"))
    turns = 100 * recording.chunks(1)[-1][3] / 1e6  # one every 10 ms
    trips = recording.sentences("trip", "delivery_paused")
    bench.check(late <= 0.001 * turns or trips, f"{late} of about {turns:.0f} turns took more than 50 ms (at most 0.1 %, or a fault)")
    bench.check(longest <= 250 or trips, f"longest turn {longest:.0f} ms (a fault above 250), exit {code}")
    bench.check(code == 0 or trips, f"{len(trips)} faults" + (f": \"{trips[0]}\"" if trips else ""))
    bench.check(s.trace().rows[-1].zero, "0 at the end")


@row("F-53", "the journal cut off at every page that was written to it, and within it")
def journal_cut(bench: Bench):
    with bench.station(protocol=stations.protocol_text(hold_s=20)) as s:
        s.begin_run()
        s.wait_ramp()
        time.sleep(1)
        os.kill(s.bedside_pid(), signal.SIGKILL)
        s.bedside.process.wait(timeout=10)
        s.finish(60)
    # as the kernel had it at the kill, before anybody has opened it
    programs = list(s.out.glob("*.eccrine"))
    database, journal = programs[0], pathlib.Path(f"{programs[0]}-wal")
    if not journal.is_file():
        bench.check(False, "no journal was left: the application has opened the recording")
        return
    whole = journal.read_bytes()
    page = int.from_bytes(whole[8:12], "big")
    frame = 24 + page
    cuts = sorted({32 + n * frame + part for n in range((len(whole) - 32) // frame + 1) for part in (0, 24, frame // 2)} | {0, 16})
    cuts = [c for c in cuts if c <= len(whole)]
    before = (-1, -1)
    vulnerable, opened = [], 0
    place = s.folder / "cut"
    for n, cut in enumerate(cuts):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        copy = place / "cut.eccrine"
        shutil.copy(database, copy)
        pathlib.Path(f"{copy}-wal").write_bytes(whole[:cut])
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            tables = {name for name, in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
            now = (connection.execute("SELECT count(*) FROM event").fetchone()[0], connection.execute("SELECT count(*) FROM chunk").fetchone()[0]) \
                if {"event", "chunk"} <= tables else (0, 0)
        if not sound or now[0] < before[0] or now[1] < before[1]:
            vulnerable.append(f"at {cut}: {'sound' if sound else 'damaged'}, {now} after {before}")
        before = max(before, now)
        if n % max(1, len(cuts) // 12) == 0 and now[1] > 0:
            shutil.copy(database, copy)
            pathlib.Path(f"{copy}-wal").write_bytes(whole[:cut])
            shown = s.eccrine("analyze", copy)
            opened += 1
            if "not closed by its writer" not in shown.stdout and "stimulus start is neither" not in shown.stderr:  # not yet recorded
                vulnerable.append(f"at {cut}: exit {shown.returncode}, {shown.stderr.strip()[:150]}")
    bench.check(not vulnerable, f"{len(cuts)} cuts of {len(whole)} bytes, {len(vulnerable)} of them not recovered" +
                (f", the first {vulnerable[0]}" if vulnerable else ""))
    bench.check(opened > 3, f"{opened} of them opened by the program and marked as interrupted")


@row("F-54", "virtual instrument at a station for patients: what may be seen and what leaves")
def simulated_export(bench: Bench):
    with bench.station(speed=4, protocol=stations.protocol_text(hold_s=20)) as s:
        station_file = s.folder / "config" / "eccrine" / "station.toml"
        station_file.parent.mkdir(parents=True)
        station_file.write_text('schema = 1\nuse = "patients"\n', encoding="utf-8")
        s.begin_run()
        bench.check(s.finish(60) == 0, "the test is run and recorded")
        told = next((t for t in s.run.sentences() if "no simulated result" in t), None)
        bench.check(told, f"told: \"{told}\"")
        left = sorted(f.suffix for f in s.out.iterdir())
        bench.check(left == [".eccrine"], f"beside the recording: {', '.join(left)}" if left != [".eccrine"] else "nothing beside the recording")
        recording = s.recording().file
        seen = s.eccrine("analyze", recording)
        bench.check(seen.returncode == 0 and seen.stdout.startswith("SIMULATED"), "looked at, it is marked")
        exports = {"PDF": ("report", recording, "--out", s.folder / "out.pdf"), "figure": ("plot", recording, "--out", s.folder / "out.svg"),
                   "CSV": ("convert", recording, "--to", "csv", "--out", s.folder / "out.csv"), "JSON": ("analyze", recording, "--json")}
        for name, words in exports.items():
            done = s.eccrine(*words)
            said = done.stderr.strip().splitlines()
            refused = done.returncode == 1 and len(said) == 1 and "station for patients" in said[0] and not list(s.folder.glob("out.*"))
            bench.check(refused, f"{name} refused" if refused else f"{name}: exit {done.returncode}, \"{' '.join(said)[:200]}\"")
        taken = s.eccrine("report", recording, "--out", s.folder / "out.pdf", "--meta", "simulated=no")
        bench.check(taken.returncode == 2 and not list(s.folder.glob("out.*")), "the mark cannot be taken away by the call")
        # the same recording where it may leave
        station_file.unlink()
        exported, pdf = s.folder / "out.csv", s.folder / "out.pdf"
        bench.check(s.eccrine("convert", recording, "--to", "csv", "--out", exported).returncode == 0
                    and "simulated: yes" in exported.read_text(encoding="utf-8")[:600], "for training: marked in the CSV")
        s.eccrine("report", recording, "--out", pdf)
        text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=False).stdout
        bench.check("SIMULATED" in text.upper(), "on the report")


def resident_kb(pid: int) -> int:
    for line in pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError("the process has no VmRSS")


@row("F-57", "a stream of an hour of the device's time (not 24), at 30 times the speed", alone=True)
def memory_flat(bench: Bench):
    # what the host is late by counts 30 times: 2 % of the charge of a shorter hold would be some 10 ms of the host's
    text = stations.protocol_text(hold_s=150, after_s=4500)
    with bench.station(speed=30, protocol=text) as s:
        s.begin_run()
        stations.until(lambda: any(k == "stimulus_stop" for _, k, _, _ in s.recording_events()), 120, "the stimulation is over")
        bench.goes_on(s, finished=False)
        pid = s.bedside_pid()
        time.sleep(20)
        early, at = resident_kb(pid), s.device_us()
        late, now = early, at
        while s.run.process.poll() is None and now - at < 3650e6:
            time.sleep(1)
            late, now = resident_kb(pid), s.device_us()
        hours = (now - at) / 3600e6
    growth = 100 * (late / early - 1) / hours if hours else float("nan")
    bench.check(hours >= 1, f"{hours:.1f} h looked at")
    bench.check(growth < 1, f"bedside process {early} kB, then {late} kB: {growth:+.2f} % an hour (less than 1)")


@row("F-57", "10 000 recordings in the folder", alone=True)
def many_recordings(bench: Bench):
    with bench.station(speed=4, protocol=stations.protocol_text(hold_s=20)) as s:
        s.begin_run()
        bench.check(s.finish(60) == 0, "recorded")
        one = s.recording().file
        folder = s.folder / "many"
        folder.mkdir()
        for n in range(10_000):
            os.link(one, folder / f"fault-row-{n:05}.eccrine")
        s.out, s.bedside = folder, None
        began = time.monotonic()
        run = s.begin_run()
        stations.until(lambda: run.heard("to go") is not None or run.process.poll() is not None, 60, "the test begins")
        took = time.monotonic() - began
        run.end()
        s.bedside.end()
    bench.check(run.heard("to go") is not None and took <= 3,
                f"`eccrine run` into the folder: test begins after {took:.1f} s, self-test at 4 times the speed included (at most 3)")
