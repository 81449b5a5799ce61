# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of time: F-28 to F-31, F-56."""
import os
import signal
import time

import station as stations
from host_shim import HostShim
from fault_row import Bench, row

HOST = "FaultRowsOfTheHost"


def stepped(bench: Bench, seconds: int, what: str):
    shim = HostShim(bench.folder / "shim")
    with bench.station(protocol=stations.protocol_text(hold_s=4), host_environment=shim.environment) as s:
        s.begin_run()
        s.wait_hold(for_s=0.5)
        shim.wall_clock_off_by(seconds)
        code = s.finish(60)
    bench.check(code == 0, f"{what}: exit {code}")
    bench.goes_on(s)
    recording = s.recording()
    ended, started = (recording.query(f"SELECT value FROM recording WHERE key LIKE '%{key}%'")[0][0] for key in ("ended_utc", "started_utc"))
    bench.check(ended[:13] != started[:13], f"the step was seen by the bedside process: {started} to {ended}")
    chunks = recording.chunks(1)
    odd = [c for c in chunks if abs((c[3] - chunks[0][3]) - 1000 * (c[0] - chunks[0][0])) > 1000]
    bench.check(not odd and not recording.holes(1), "test time goes on evenly, no hole")
    times = [at for at, k, _, _ in recording.events() if k in ("step", "set_point", "delivery", "end")]
    bench.check(times == sorted(times), "events in their order")
    noted = [d for _, k, _, d in recording.events() if k == "wall_clock_step"]
    by_s = [int(d["by_ms"]) / 1000 for d in noted]
    bench.check(len(by_s) == 1 and abs(by_s[0] - seconds) <= 1, f"recorded as a step by {' and '.join(f'{x:.1f}' for x in by_s) or 'nothing'} s")


@row("F-28", "wall clock back by an hour in hold", HOST)
def clock_back(bench: Bench):
    stepped(bench, -3600, "-1 h")


@row("F-28", "wall clock on by a year in hold")
def clock_on(bench: Bench):
    stepped(bench, 365 * 86400, "+1 year")


@row("F-56", "wall clock of 1970")
def clock_of_1970(bench: Bench):
    shim = HostShim(bench.folder / "shim")
    shim.wall_clock_off_by(-int(time.time()) + 1000)
    with bench.station(host_environment=shim.environment) as s:
        run = s.begin_run()
        code = s.finish(60)
    said = s.recording().sentences("current_refused") if s.recording() else []
    bench.check(code == 1 and s.trace().most() <= 20.5, f"exit {code}, at most {s.trace().most():.1f} µA, those of the probe")
    told = " ".join(said + run.sentences())
    bench.check("clock" in told.lower() or "date" in told.lower(), f"told: \"{told}\"")


@row("F-29", "the same recording analysed in four time zones")
def time_zones(bench: Bench):
    with bench.station(speed=4, protocol=stations.protocol_text(hold_s=20)) as s:
        s.begin_run()
        bench.check(s.finish(60) == 0, "recorded")
    documents = set()
    for zone in ("UTC", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu"):
        s.environment["TZ"] = zone
        done = s.eccrine("analyze", s.recording().file, "--json")
        assert done.returncode == 0, done.stderr
        documents.add(done.stdout)
    bench.check(len(documents) == 1, f"{len(documents)} different result documents")
    started = s.recording().entry("meta.started_utc") or s.recording().query("SELECT value FROM recording WHERE key LIKE '%started%'")[0][0]
    bench.check(started.endswith("Z"), f"stored as {started}")


@row("F-29", "times as text, days of the calendar")
def written_times(bench: Bench):
    bench.evidence = "WallTime.IsWrittenInUtcToTheSecond,WallTime.TheDayIsThatOfThePlace"


def stood_still(bench: Bench, sleeps: bool):
    """Bedside process and application are stopped by a signal. A computer that sleeps stops its monotonic clock, too."""
    shim = HostShim(bench.folder / "shim")
    with bench.station(host_environment=shim.environment if sleeps else None) as s:
        run = s.begin_run()
        s.wait_hold()
        stopped = s.device_us()
        for process in (s.bedside, run):
            os.kill(process.process.pid, signal.SIGSTOP)
        time.sleep(10)
        if sleeps:
            shim.slept_for(10)
        for process in (s.bedside, run):
            os.kill(process.process.pid, signal.SIGCONT)
        woke = s.device_us()
        code = s.finish(60)
    trace = s.trace()
    bench.within(stopped, trace.zero_for_good(stopped), 510, "0")  # the lease of 500 ms, and the time of the stop itself
    bench.check(trace.state_at(woke) == stations.FAULT, f"device in S{trace.state_at(woke)}")
    bench.check(trace.most(stopped + 600_000) < 1, f"after that at most {trace.most(stopped + 600_000):.1f} µA")
    bench.check(code == 1, f"exit {code}")
    states = [d["to"] for _, _, _, d in s.recording().of_kind("delivery")]
    said = s.recording().sentences("trip")
    bench.check("S10" in states and len(said) == 1, f"host in {states[-1]}, told: \"{' '.join(said)}\"")
    if sleeps:
        bench.check(any("computer slept" in x for x in said), "told as sleep" if any("slept" in x for x in said) else "not told as sleep")


@row("F-30", "bedside process and application stand still for 10 s in hold (SIGSTOP)", HOST)
def stands_still(bench: Bench):
    stood_still(bench, False)


@row("F-30", "the computer sleeps for 10 s in hold: the same, and the monotonic clock of the bedside process stands still as well", HOST)
def sleeps(bench: Bench):
    stood_still(bench, True)


@row("F-31", "device clock 500 ppm off")
def clock_off(bench: Bench):
    with bench.station(protocol=stations.protocol_text(hold_s=30)) as s:
        s.inject("clock_drift ppm=500")
        s.begin_run()
        code = s.finish(90)
    bench.check(code == 0, f"exit {code}")
    bench.goes_on(s)
    fitted = s.recording().entry("meta.clock.drift_ppm")
    bench.check(fitted and abs(abs(float(fitted)) - 500) < 60, f"drift fitted {fitted} ppm")
    warned = s.recording().sentences("clock_warning")
    bench.check(len(warned) == 1, f"told: \"{' '.join(warned)}\"" if warned else "no warning above 200 ppm")


@row("F-31", "the 32 bits of the device's clock wrap in hold")
def clock_wraps(bench: Bench):
    scenario = bench.folder / "wrap.toml"
    scenario.write_text('title = "wraps"\n[[fault]]\nkind = "clock_wrap"\nafter = "boot"\nat_s = 0.0\nwraps_after_s = 25.0\n', encoding="utf-8")
    with bench.station(options=("--scenario", str(scenario)), protocol=stations.protocol_text(hold_s=15)) as s:
        s.begin_run()
        code = s.finish(90)
    bench.check(code == 0, f"exit {code}")
    bench.goes_on(s)
    recording = s.recording()
    chunks = recording.chunks(1)
    odd = [c for c in chunks if abs((c[3] - chunks[0][3]) - 1000 * (c[0] - chunks[0][0])) > 1000]
    first, last = chunks[0], chunks[-1]
    bench.check(not odd, "test time goes on evenly" if not odd else f"{len(odd)} of {len(chunks)} chunks are not at their time")
    bench.check(not recording.holes(1), "no hole in the record")
    held = [at for at, k, _, d in recording.events() if k == "delivery" and d["to"] == "S6"]
    wrap = chunks[0][3] + ((1 << 32) - first[2])  # in test time
    reached = held and held[0] * 1e6 < wrap < last[3]
    bench.check(reached, f"wrapped {wrap / 1e6 - held[0]:.1f} s into the hold" if reached else
                f"the record ends {(wrap - last[3]) / 1000:.0f} ms before the wrap" if last[3] < wrap else "the wrap was not in the hold")
