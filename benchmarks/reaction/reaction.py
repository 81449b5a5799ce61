#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon the current ends: bedside process and virtual instrument over a pty, in real time.

reaction.py BIN_DIR [--runs N] [--load] [--ordinary] [--at-once N] [--json FILE]

trip: the source is at its maximum from a random instant of the ramp on, and nothing but the host looks at it. From the first frame
that makes the interlock trip to the STOP in the instrument, and from the second sample that is too high.
stop: a client of the bedside process, as the window is one, calls stop(). To the STOP in the instrument, to a twentieth of the
current, to zero. emergency: the same with emergencyStop().

The times of the frames are taken in the instrument's own process, around its calls to the kernel (wire_times.c), those of the current
from its output trace. Without --load the machine is taken as it is; with it, two processes for each processor compute and one writes
and syncs. The instrument has real-time priority where the system allows it, as a real one would not wait for this computer. With --ordinary the bedside process may not have its real-time priority. The latch is released and the instrument tests itself between two trips, so that a value takes some 6 s; with --at-once
several bedsides are measured beside each other."""
import argparse
import concurrent.futures
import contextlib
import datetime
import json
import math
import mmap
import os
import pathlib
import platform
import random
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests/system"))

import bedside_client  # noqa: E402
import frame_relay  # noqa: E402
import station as stations  # noqa: E402

# A real instrument does not wait for a processor of this computer.
PROMPT = ("chrt", "--fifo", "60")
ORDINARY = ("setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice", "prlimit", "--rtprio=0:0")
TICK_US = 1000
TOO_HIGH_UA = 3000.0  # the ramp is below 1 mA where the source goes to its maximum of more than 4
LEAST_UA = 200.0  # before anything is done to the current
UA_PER_COUNT = 0.5  # as the virtual instrument describes its stream of the electrodes
CASES = {
    # what is measured -> (text, requirement, {percentile: ms})
    "trip.wire": ("first frame that trips sent -> STOP in the instrument", "no figure of its own (part of SR-6)", {}),
    "trip.frame": ("second sample too high -> its frame sent", "the virtual instrument's own part", {}),
    "trip.sample": ("second sample too high -> output cut", "SR-6: p99.9 50 ms, max 100 ms", {99.9: 50, 100: 100}),
    "stop.wire": ("stop() -> STOP in the instrument", "SR-14: p99.9 100 ms, max 250 ms", {99.9: 100, 100: 250}),
    "stop.twentieth": ("stop() -> less than 5 % of the current", "SR-14: 500 ms", {100: 500}),
    "stop.zero": ("stop() -> zero", "no figure of its own (ramp of at most 500 ms)", {}),
    "emergency.wire": ("emergencyStop() -> STOP in the instrument", "SR-14: p99.9 100 ms, max 250 ms", {99.9: 100, 100: 250}),
    "emergency.zero": ("emergencyStop() -> output cut", "state machine, E-STOP by software: 100 ms", {100: 100}),
}


class Wire:
    """What the instrument wrote and read, with the times of its calls."""

    def __init__(self, folder: pathlib.Path):
        library = folder / "wire_times.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, HERE / "wire_times.c"], check=True)
        place = pathlib.Path("/dev/shm")
        handle, name = tempfile.mkstemp(prefix="wire-", dir=place if os.access(place, os.W_OK) else folder)
        self.file = pathlib.Path(name)
        os.ftruncate(handle, 16 << 20)
        self._memory = mmap.mmap(handle, 16 << 20)
        os.close(handle)
        self.environment = os.environ | {"LD_PRELOAD": str(library), "WIRE_FILE": name}

    def forget(self):
        """Only while nothing matters: the instrument may be writing."""
        self._memory[0:8] = bytes(8)

    def frames(self) -> list:
        """(ns, frame) of all frames, of both directions, with the time of the call that completed it."""
        used, = struct.unpack("<q", self._memory[0:8])
        data, at, rest, out = self._memory[8:8 + used], 0, {}, []
        while at + 16 <= len(data):
            ns, length = struct.unpack_from("<qq", data, at)
            origin = frame_relay.DEVICE if length > 0 else frame_relay.HOST
            *wires, rest[origin] = (rest.get(origin, b"") + data[at + 16:at + 16 + abs(length)]).split(b"\0")
            out += [(ns, frame_relay.Frame(origin, wire)) for wire in wires if wire]
            at += 16 + abs(length)
        return out

    def close(self):
        self.file.unlink(missing_ok=True)


def anode_ua(frame) -> list:
    """Of the first site, a value a tick."""
    _, _, ticks, data = frame.samples()
    width = len(data) // ticks
    return [UA_PER_COUNT * int.from_bytes(data[k * width:k * width + 3], "little", signed=True) for k in range(ticks)]


def electrode_frames(frames) -> list:
    """(ns, device time of the first tick in µs, frame)"""
    return [(ns, struct.unpack_from("<Q", frame_relay.unstuff(frame.wire), 8)[0], frame) for ns, frame in frames
            if frame.type == frame_relay.DATA and frame.origin == frame_relay.DEVICE and frame.payload[0] == 1]


def first_stop(frames, since_ns: int) -> int:
    at = next((ns for ns, f in frames if ns >= since_ns and f.origin == frame_relay.HOST and f.type == frame_relay.STOP), None)
    assert at is not None, "no STOP has come"
    return at


def trip_times(frames) -> dict:
    sent = electrode_frames(frames)
    high = [(ns, us + k * TICK_US) for ns, us, f in sent for k, ua in enumerate(anode_ua(f)) if abs(ua) > TOO_HIGH_UA]
    assert len(high) > 1, "the source did not go to its maximum"
    ns, us = high[1]  # the rule needs two
    # the instrument's clock in ours: that of the frame which was sent soonest after its last tick
    offset = min(n - 1000 * (u + (f.samples()[2] - 1) * TICK_US) for n, u, f in sent)
    stop = first_stop(frames, high[0][0])
    return {"trip.wire": (stop - ns) / 1e6, "trip.frame": (ns - offset) / 1e6 - us / 1000, "trip.sample": (stop - offset) / 1e6 - us / 1000 + TICK_US / 1000}


def bedside(bin_dir: pathlib.Path, kind: str, runs: int, seed: int, ordinary: bool) -> tuple:
    """(values of this one bedside, what went wrong, whether its device thread had real-time priority)"""
    chance = random.Random(f"{kind} {seed}")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="r-"))
    wire, values, wrong, real_time = Wire(folder), {}, [], None
    marks = []  # (device time before, {values so far}) of each run, for the trace
    try:
        with stations.Station(bin_dir, folder / "s", pty=True, protocol=stations.protocol_text(hold_s=3, after_s=0),
                              instrument_environment=wire.environment, host_words=ORDINARY if ordinary else (), instrument_words=PROMPT if prompt() else ()) as s:
            client = bedside_client.BedsideClient(s.begin_bedside())
            client.connect_instrument(s.url)
            s.out.mkdir()
            if kind == "trip":
                s.inject("device_rules off")
            for run in range(runs):
                try:
                    began = s.device_us()
                    begin(s, client, run, chance)
                    real_time = has_real_time(s.bedside.process.pid)  # its device thread begins with each connection
                    marks.append((began, one(s, client, wire, kind)))
                except AssertionError as error:
                    wrong.append(str(error))
                    s.inject("clear")
                    client.call("endTest")
                    with contextlib.suppress(AssertionError):
                        client.until_over()
                        release(s, client)
            client.close()
    except Exception:
        wrong.append(traceback.format_exc(limit=-2))
    try:
        judge_output(stations.Trace(folder / "s/flowed.csv"), marks, kind)
    except Exception:
        wrong.append(traceback.format_exc(limit=-2))
        marks = []
    for _, found in marks:
        for name, value in found.items():
            values.setdefault(name, []).append(value)
    wire.close()
    shutil.rmtree(folder, ignore_errors=True)
    return values, wrong, real_time


def prompt() -> bool:
    """Whether the instrument can have real-time priority."""
    return shutil.which("chrt") is not None and subprocess.run([*PROMPT, "true"], capture_output=True, check=False).returncode == 0


def has_real_time(pid: int) -> bool:
    return any(os.sched_getscheduler(int(task)) == os.SCHED_FIFO for task in os.listdir(f"/proc/{pid}/task"))


def begin(s, client, run: int, chance):
    """To a random instant of the ramp."""
    client.begin_test(s.protocol_file, s.out / f"{run}.eccrine", ["forearm"])
    stations.until(lambda: s.status()["sites"][0]["flows_ua"] > LEAST_UA, 30, "the current of the test rises")
    time.sleep(chance.uniform(0, 0.5))


def one(s, client, wire, kind: str) -> dict:
    wire.forget()
    time.sleep(0.1)
    if kind == "trip":
        s.inject("stuck_output comparator=false site=forearm")
    else:
        pressed = time.monotonic_ns()
        client.call({"stop": "stop", "emergency": "emergencyStop"}[kind])
    ended = client.until_over()
    frames = wire.frames()
    if kind == "trip":
        assert ended["trip"] and "more than the" in ended["trip"], f"another trip: {ended['trip']}{ended['alarm']}"
        found = trip_times(frames)
    else:
        assert ended["phase"] == bedside_client.STOPPED or kind == "emergency", ended["alarm"]
        found = {f"{kind}.wire": (first_stop(frames, pressed) - pressed) / 1e6}
    s.inject("clear")
    for file in s.out.glob("*"):
        file.unlink()
    release(s, client)
    return found


def release(s, client):
    """To a new connection without a latch."""
    client.connect_instrument(s.url)
    if client.status["latch"]:
        said = client.ask("releaseLatch", "measured")
        assert not said, said
        client.until(lambda st: not st["latch"] and st["phase"] == bedside_client.CONNECTED, 30, "the latch is released")


def judge_output(trace, marks: list, kind: str):
    """Adds what the output did, in the device's time, and does not believe a STOP that was not followed by zero."""
    for number, (began, found) in enumerate(marks):
        ends = marks[number + 1][0] if number + 1 < len(marks) else trace.last_us()
        rows = [r for r in trace.rows if began <= r.us < ends]
        lead = next(k for k, r in enumerate(rows) if r.state == stations.RAMP_UP and abs(r.ua[0]) > LEAST_UA)
        left = next(k for k in range(lead, len(rows)) if rows[k].state not in (stations.RAMP_UP, stations.HOLD))
        before = max(abs(r.ua[0]) for r in rows[lead:left])
        zero = next(k for k in range(left, len(rows)) if rows[k].zero)
        again = [r for r in rows[zero:] if r.state in (stations.RAMP_UP, stations.HOLD) and r.us < rows[zero].us + 200_000]
        assert not again, "the current came back"
        took = (rows[zero].us - rows[left].us + TICK_US) / 1000
        if kind == "trip":
            assert took <= 3, f"the STOP of a trip took {took} ms"
        else:
            small = next(r.us for r in rows[left:] if abs(r.ua[0]) < 0.05 * before)
            if kind == "stop":
                found["stop.twentieth"] = found["stop.wire"] + (small - rows[left].us + TICK_US) / 1000
            found[f"{kind}.zero"] = found[f"{kind}.wire"] + took


def percentile(values: list, p: float):
    """By rank, so that it is a value that was seen; None where there are too few for it."""
    if p < 100 and len(values) < round(100 / (100 - p)):
        return None
    return sorted(values)[max(0, math.ceil(len(values) * p / 100) - 1)]


@contextlib.contextmanager
def load(wanted: bool):
    if not wanted:
        yield "no load of our own"
        return
    count = 2 * (os.cpu_count() or 2)
    with tempfile.TemporaryDirectory() as folder:
        writer = (f"import os\nwhile True:\n with open({folder + '/storm'!r}, 'wb') as f:\n  f.write(os.urandom(8 << 20)); f.flush(); "
                  "os.fsync(f.fileno())")
        busy = [subprocess.Popen([sys.executable, "-c", text]) for text in ["while True: pass"] * count + [writer]]
        try:
            yield f"{count} processes that compute, one that writes and syncs 8 MB blocks"
        finally:
            for process in busy:
                process.kill()
                process.wait(timeout=10)


def processor() -> str:
    with contextlib.suppress(OSError):
        for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return f"{line.split(':')[1].strip()}, {os.cpu_count()} processors"
    return f"{platform.machine()}, {os.cpu_count()} processors"


def measure(words, kind: str) -> tuple:
    values, wrong, real_time = {}, [], set()
    share = [words.runs // words.at_once + (n < words.runs % words.at_once) for n in range(words.at_once)]
    with concurrent.futures.ProcessPoolExecutor(words.at_once) as pool:
        for found, failed, had in pool.map(bedside, [words.bin_dir.resolve()] * words.at_once, [kind] * words.at_once, share,
                                           range(words.at_once), [words.ordinary] * words.at_once):
            wrong += failed
            real_time.add(had)
            for name, each in found.items():
                values.setdefault(name, []).extend(each)
    return values, wrong, real_time


def row(name: str, values: list) -> dict:
    text, required, limits = CASES[name]
    out = {"case": name, "what": text, "required": required, "n": len(values), "median_ms": statistics.median(values),
           "p99_ms": percentile(values, 99), "p99_9_ms": percentile(values, 99.9), "max_ms": max(values)}
    out["held"] = held(values, limits)
    out["values_ms"] = [round(v, 3) for v in values]
    return out


def held(values: list, limits: dict):
    """None: there is no limit, or there are too few values to say."""
    found = [True if max(values) <= limit else None if percentile(values, p) is None else percentile(values, p) <= limit
             for p, limit in limits.items()]
    return False if False in found else None if None in found or not found else True


def shown(value) -> str:
    return "too few" if value is None else f"{value:.1f}"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("bin_dir", type=pathlib.Path)
    options.add_argument("--runs", type=int, default=100, help="of each kind")
    options.add_argument("--load", action="store_true")
    options.add_argument("--ordinary", action="store_true", help="needs setpriv")
    options.add_argument("--at-once", type=int, default=1, help="bedsides beside each other")
    options.add_argument("--only", nargs="+", choices=["trip", "stop", "emergency"], default=["trip", "stop", "emergency"])
    options.add_argument("--json", type=pathlib.Path)
    words = options.parse_args()
    before, rows, wrong, real_time = os.getloadavg()[0], [], [], set()
    with load(words.load) as what:
        for kind in words.only:
            values, failed, had = measure(words, kind)
            real_time |= had
            wrong += [f"{kind}: {text}" for text in failed]
            rows += [row(name, each) for name, each in values.items()]
    version = subprocess.run([words.bin_dir / "eccrine-acquire", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    had_priority = " and ".join(sorted({True: "real-time", False: "ordinary", None: "not seen"}[x] for x in real_time))
    machine = {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="minutes"), "programs": version,
               "processor": processor(), "kernel": platform.release(), "load": what, "device_thread": had_priority,
               "bedsides_at_once": words.at_once, "load_average_before": round(before, 1), "load_average_after": round(os.getloadavg()[0], 1),
               "instrument": "virtual, EFP/1 over a pty, 1 kHz, 10 samples a frame, " + ("real-time" if prompt() else "ordinary") + " priority"}
    print(", ".join(f"{k.replace('_', ' ')}: {v}" for k, v in machine.items()))
    print(f"{'ms':55} {'n':>5} {'median':>8} {'p99':>8} {'p99.9':>8} {'max':>8}  required")
    for r in rows:
        kept = {None: "", True: " (held)", False: " (NOT HELD)"}[r["held"]]
        print(f"{r['what']:55} {r['n']:5} {shown(r['median_ms']):>8} {shown(r['p99_ms']):>8} {shown(r['p99_9_ms']):>8} {shown(r['max_ms']):>8}"
              f"  {r['required']}{kept}")
    if any(r["p99_9_ms"] is None for r in rows):
        print("A p99 needs 100 values, a p99.9 1000: with fewer it would be the maximum by another name.")
    for text in wrong:
        print(f"failed: {text}")
    if words.json:
        words.json.write_text(json.dumps({"machine": machine, "rows": rows, "failed": wrong}, indent=1) + "\n", encoding="utf-8")
    return 1 if wrong or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
