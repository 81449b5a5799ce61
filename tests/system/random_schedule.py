#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random faults and acts in runs of the real programs over a pty, in real time.

random_schedule.py BIN_DIR --from SEED --count N [--at-once 2] [--tell]

A seed gives up to three faults of device, link and electrodes, and up to two acts of a person or of the computer, at instants of the
stimulation. Bedside process and instrument are processes; the person is a client of the bedside process, as the window is one. What
flowed is judged from the instrument's own output trace. A seed that breaks an invariant prints what was done and the command that does
it again: the same schedule, on a machine whose scheduler is another each time."""
import argparse
import concurrent.futures
import contextlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

import bedside_client
import station as stations

CURRENT_UA, HOLD_S = 2000.0, 3.0
TARGET_MC = CURRENT_UA / 1000 * (5.5 + HOLD_S)  # as protocol_text() has it
LONGEST_S = 45.0
# What has to hold (SR-1, SR-3, SR-5, SR-11, SR-14), with what a source that is as it should be may be off.
STRAY_UA = 25.0  # 20 µA of the probe
DEVICE_LIMIT_UA = 1.05 * CURRENT_UA + 1
HARD_UA = 2600.0
LEASE_S, TOLD_S = 0.6, 0.2  # the lease and 100 ms; what is told has been sent to the device already
STOP_S, AT_ONCE_S = 0.6, 0.25  # ramp of at most 500 ms; the emergency stop has none
ABANDONED_S = 3.6  # 2 s without a sign of life, the protocol's ramp of 1 s, and 20 %
NOTICED_S = 2.5  # current that nobody commands: the mean of 1 s, after a STOP may have ended
MOST_MC, MOST_OF_A_BAD_SOURCE_MC = 1.02 * TARGET_MC + 1.1, 1.05 * TARGET_MC + 15

# kind -> words with the ranges of their numbers, or a list to choose from
FAULTS = {
    "unplug": {}, "open_electrode": {"site": None}, "lost_frames": {"probability": (0.01, 0.5)}, "duplicated_frames": {"probability": (0.01, 0.5)},
    "reordered_frames": {"probability": (0.01, 0.5)}, "late_burst": {"silence_ms": (50, 1500)}, "flipped_bytes": {"probability": (0.001, 0.2)},
    "impossible_value": {"field": ["anode", "cathode", "voltage"], "value": ["inf", "-inf"], "site": None},
    "frozen_current": {"sense": ["anode", "both", "all"], "site": None}, "stuck_output": {"comparator": ["true", "false"], "site": None},
    "gain_error": {"factor": (0.5, 1.6), "site": None}, "lifted_electrode": {"area": (0.1, 0.9), "site": None},
    "intermittent_contact": {"hz": (0.5, 20), "site": None}, "drying_pads": {"resistance_factor": (1.5, 30), "site": None},
    "bridged_electrodes": {"ohm": (0, 500), "site": None}, "swapped_leads": {"site": None}, "welded_relay": {"current_ua": (15, 2000), "site": None},
    "lying_status": {"current_ua": (15, 2000), "site": None}, "earth_leak": {"leak_ua": (60, 1000), "site": None},
    "mains_ripple": {"percent": (0.5, 20), "hz": (50, 60)}, "restart": {"announced": ["true", "false"]}, "memory_checksum": {},
    "clock_drift": {"ppm": (-500, 500)}, "patient_button": {}, "emergency_stop": {}, "battery": {"percent": (0, 100)},
}
DISOBEYS = {"stuck_output", "gain_error", "welded_relay", "lying_status", "earth_leak", "mains_ripple"}  # the output is not as commanded
OWN_WAY = {"welded_relay", "lying_status"}  # and an open relay does not end it, only the leads do
ON_THE_LINK = {"unplug", "lost_frames", "flipped_bytes", "late_burst", "reordered_frames"}
ACTS = ["pause", "stop", "emergency stop", "client goes", "bedside process stalls", "bedside process is killed"]
LATCHED = (stations.FAULT, stations.EMERGENCY)
SITES = ["forearm", "proximal_leg"]


class Schedule:
    """All that is done in one run, by its seed."""

    def __init__(self, seed: int):
        draw = random.Random(seed)
        self.seed, self.device_rules = seed, draw.random() < 0.6  # else the host has to find all of it
        self.steps = [(draw.uniform(0, 12), self._fault(draw)) for _ in range(draw.randrange(4))]
        acts = draw.randrange(3) if self.steps else draw.randrange(1, 3)
        self.steps += [(draw.uniform(0, 14), (draw.choice(ACTS), draw.uniform(0.02, 1.5))) for _ in range(acts)]
        self.steps.sort(key=lambda s: s[0])
        self.patience_s = draw.uniform(0.3, 3)
        self.kinds = {s[1].split()[0] for s in self.steps if isinstance(s[1], str)}

    @staticmethod
    def _fault(draw) -> str:
        kind = draw.choice(list(FAULTS))
        words = [kind]
        for word, values in FAULTS[kind].items():
            if word == "site":
                words += [f"site={draw.choice(SITES)}"] if draw.random() < 0.7 else []
            elif isinstance(values, list):
                words.append(f"{word}={draw.choice(values)}")
            else:
                words.append(f"{word}={draw.uniform(*values):.6g}")
        length = 0.5 if kind in ("patient_button", "emergency_stop") else 10 ** draw.uniform(-2.3, 1)  # 5 ms to 10 s
        if kind not in ("late_burst", "restart") and (draw.random() < 0.8 or kind in ("drying_pads", "unplug")):
            words.append(f"duration_s={length:.6g}")
        return " ".join(words)

    def text(self) -> str:
        lines = [] if self.device_rules else ["the device looks for no faults"]
        return "\n".join(lines + [f"at {at:.3f} s: {what if isinstance(what, str) else f'{what[0]} ({what[1]:.3f} s)'}" for at, what in self.steps] +
                         [f"a pause is resumed after {self.patience_s:.2f} s"])


class Run:
    """One seed: what was done and seen with the device's time, then judged."""

    def __init__(self, bin_dir: pathlib.Path, seed: int):
        self.bin_dir, self.schedule = bin_dir, Schedule(seed)
        self.log: list = []  # (device time in µs, what)
        self.broken: list = []
        self.stalls: list = []
        self.zero_from: list = []  # (device time from which nothing may flow, until when, why)
        self.began, self.resumes = None, []
        self.client = self.trip = None
        self.gone = self.killed = False  # nobody is there any more
        self.outcome = "nobody was there any more"

    def go(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="z-"))
        try:
            with stations.Station(self.bin_dir, folder, pty=True, protocol=stations.protocol_text(hold_s=HOLD_S, after_s=0)) as s:
                self.client = bedside_client.BedsideClient(s.begin_bedside())
                self.client.connect_instrument(s.url)
                s.out.mkdir()
                if not self.schedule.device_rules:
                    s.inject("device_rules off")
                self.client.begin_test(s.protocol_file, s.out / "test.eccrine", SITES)
                self._deliver(s)
                self._afterwards(s)
            trace = stations.Trace(s.trace_file)
            self._judge(trace)
        except Exception:
            self.broken.append("could not be run: " + traceback.format_exc(limit=-2))
        finally:
            if self.client is not None:
                self.client.close()
            shutil.rmtree(folder, ignore_errors=True)

    def _note(self, s, what: str) -> int:
        at = s.device_us()
        self.log.append((at, what))
        return at

    # ---- what is done ----

    def _deliver(self, s):
        stations.until(lambda: any(x["flows_ua"] > STRAY_UA for x in s.status()["sites"]), 30, "the current of the test rises")
        began, left, paused_at = time.monotonic(), list(self.schedule.steps), None
        self.began = self._note(s, "the current rises")
        while time.monotonic() - began < LONGEST_S:
            while left and time.monotonic() - began >= left[0][0]:
                self._do(s, left.pop(0)[1])
            seen = self.client.status
            if self.gone or self.client.lost:
                if not left and time.monotonic() - began > 5:
                    break
            elif seen["trip"] or seen["phase"] >= bedside_client.FINISHED:
                if self.trip is None:
                    self.trip = seen["trip"] or f"phase {seen['phase']}"
                    at = self._note(s, f"told: {self.trip} {seen['alarm']}")
                    # STOP by a person ramps, and what the link has lost is ended by the device's own ramp or lease; nothing else is late
                    late = "STOP was pressed" in self.trip or self.schedule.kinds & ON_THE_LINK
                    self.zero_from.append((at + int(1e6 * (LEASE_S if late else TOLD_S)), None, "after the end or a trip that was told"))
                if seen["phase"] >= bedside_client.FINISHED:
                    break
            elif seen["paused"] and paused_at is None:
                paused_at, pause_us = time.monotonic(), self._note(s, f"paused: {seen['pause']}")
            elif not seen["paused"]:
                paused_at = None
            elif time.monotonic() - paused_at > self.schedule.patience_s and len(self.resumes) < 3:
                at = self._note(s, "the person resumes")
                self.resumes.append(at)
                self.zero_from.append((pause_us + int(STOP_S * 1e6), at, "in a pause that nobody resumed"))
                said = self.client.ask("resumeCurrent")
                self.log.append((at, f"answer: {said or 'no objection'}"))
                time.sleep(0.2)  # until the status knows
                paused_at = None
            elif time.monotonic() - paused_at > 8:
                self.client.call("endTest")
            time.sleep(0.01)
        else:
            self._note(s, "the person ends the test, it has taken too long")
            self.client.call("endTest")
            with contextlib.suppress(AssertionError):
                self.client.until_over()
        if not self.client.lost:
            self.outcome = f"phase {self.client.status['phase']}"

    def _do(self, s, what):
        if isinstance(what, str):
            self._note(s, what)
            s.inject(what)
            return
        act, length_s = what
        at = self._note(s, f"{act} ({length_s:.3f} s)")
        on_the_link = bool(self.schedule.kinds & ON_THE_LINK)
        if act == "bedside process is killed":
            if s.bedside.process.poll() is None:
                s.bedside.process.kill()
                s.bedside.process.wait(timeout=10)
            self.zero_from.append((at + int(LEASE_S * 1e6), None, "after the bedside process was killed"))
            self.gone = self.killed = True
        elif self.gone:
            return
        elif act == "bedside process stalls":
            s.bedside.process.send_signal(signal.SIGSTOP)
            time.sleep(length_s)
            s.bedside.process.send_signal(signal.SIGCONT)
            if length_s > LEASE_S:
                self.stalls.append(at + int(LEASE_S * 1e6))
        elif act == "client goes":
            self.client.close()
            self.gone = True
            self.zero_from.append((at + int(ABANDONED_S * 1e6), None, "after the application had gone"))
        elif act == "pause":
            self.client.ask("pauseCurrent")
        else:
            self.client.call({"stop": "stop", "emergency stop": "emergencyStop"}[act])
            within = (STOP_S if act == "stop" else AT_ONCE_S) + (LEASE_S if on_the_link else 0)
            self.zero_from.append((at + int(within * 1e6), None, f"after {act}"))

    def _afterwards(self, s):
        """Nothing begins by itself, what is latched stays so, and the processes end."""
        time.sleep(2)
        if not self.gone and not self.client.lost and self.client.status["latch"]:
            said = self.client.ask("start", ("BedsideRequest", [str(s.protocol_file), str(s.out / "again.eccrine"), SITES, {}, True]))
            if not said:
                self.broken.append("a test began although the instrument is latched")
            time.sleep(0.5)
        self._note(s, "the end is asked for")
        code = s.bedside.process.poll()
        if code is None:
            s.bedside.process.send_signal(signal.SIGTERM)
            try:
                code = s.bedside.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.broken.append("the bedside process did not end within 20 s of SIGTERM")
            else:
                if code != 0:
                    self.broken.append(f"the bedside process, asked to end, ended with {code}")
        elif not self.killed and (code != 0 or not self.gone):  # without a test and without a client it ends
            self.broken.append(f"the bedside process ended by itself with {code}")
        if s.instrument.process.poll() is not None:
            self.broken.append(f"the instrument ended by itself: {s.instrument.process.poll()}")

    # ---- what has to hold ----

    def _judge(self, trace):
        kinds = self.schedule.kinds
        disobeys, own_way = bool(kinds & DISOBEYS), bool(kinds & OWN_WAY)
        rows = [r for r in trace.rows if r.us >= self.began]
        if not own_way:
            self._above(rows, HARD_UA if disobeys else DEVICE_LIMIT_UA, LEASE_S if disobeys else 0.0)
            for site in range(4):
                charge, most = trace.charge_mc(site), MOST_OF_A_BAD_SOURCE_MC if disobeys else MOST_MC
                if abs(charge) > most:
                    self.broken.append(f"{charge:.2f} mC at site {site + 1}, at most {most:.2f}")
        if not own_way:
            for before, row in zip(rows, rows[1:]):
                if row.state in LATCHED and before.state not in LATCHED:  # a person's resume arms anew
                    self.zero_from.append((row.us + 2000, next((at for at in self.resumes if at > row.us), None), "after the device has latched"))
            for since in self.stalls:  # one in a pause latches nothing, and a person may go on
                self.zero_from.append((since, next((at for at in self.resumes if at > since), None), "after a stall beyond the lease"))
            for since, to, why in self.zero_from:
                self._silent(rows, since, to, why)
            if rows and not rows[-1].zero:
                self.broken.append("current at the end")
        elif rows and not all(abs(i) < STRAY_UA for i in rows[-1].ua):
            self._noticed(rows, kinds)

    def _above(self, rows: list, limit: float, allowed_s: float):
        since = None
        for row in rows:
            if max(abs(i) for i in row.ua) <= limit:
                since = None
                continue
            since = row.us if since is None else since
            if row.us - since > allowed_s * 1e6 or allowed_s == 0:
                self.broken.append(f"{max(abs(i) for i in row.ua):.0f} µA, more than {limit:.0f}, at {(row.us - self.began) / 1e6:.3f} s")
                return

    def _silent(self, rows: list, since: int, to, why: str):
        """Nothing but a probe flows; a row of the trace stands until the next one."""
        for row, following in zip(rows, [*rows[1:], None]):
            lasts_to = following.us if following else since + 1
            if lasts_to <= since or (to is not None and row.us >= to):
                continue
            if max(abs(i) for i in row.ua) > STRAY_UA:
                self.broken.append(f"{max(abs(i) for i in row.ua):.0f} µA {why}, at {(max(row.us, since) - self.began) / 1e6:.3f} s (allowed until "
                                   f"{(since - self.began) / 1e6:.3f} s)")
                return

    def _noticed(self, rows: list, kinds: set):
        """The source does what it wants: the host cannot end it, and has to say so."""
        strays_since = rows[-1].us
        for row in reversed(rows):
            if max(abs(i) for i in row.ua) <= STRAY_UA:
                break
            strays_since = row.us
        senses_lie = bool(kinds & {"impossible_value", "frozen_current"})
        if rows[-1].us - strays_since > NOTICED_S * 1e6 and not (self.trip or self.gone or senses_lie or "unplug" in kinds):
            self.broken.append("current that nobody commands was not told")

    def text(self) -> str:
        return self.schedule.text() + "".join(f"\n  {(at - (self.began or 0)) / 1e6:8.3f} s  {what}" for at, what in self.log)


def one(bin_dir: pathlib.Path, seed: int) -> tuple:
    began = time.monotonic()
    run = Run(bin_dir, seed)
    run.go()
    return seed, run.broken, run.text(), run.trip or run.outcome, time.monotonic() - began


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("bin_dir", type=pathlib.Path)
    options.add_argument("--from", dest="first", type=int, default=1)
    options.add_argument("--count", type=int, default=1)
    options.add_argument("--at-once", type=int, default=1)
    options.add_argument("--tell", action="store_true", help="what was done and seen of every seed")
    words = options.parse_args()
    broken = 0
    with concurrent.futures.ProcessPoolExecutor(words.at_once) as pool:
        running = [pool.submit(one, words.bin_dir.resolve(), seed) for seed in range(words.first, words.first + words.count)]
        for done in concurrent.futures.as_completed(running):
            seed, wrong, text, end, seconds = done.result()
            broken += bool(wrong)
            print(f"seed {seed}: {'BROKEN' if wrong else 'holds'} [{seconds:.0f} s] {end}", flush=True)
            if wrong or words.tell:
                print(text, *(f"BROKEN: {each}" for each in wrong), sep="\n", flush=True)
            if wrong:
                print(f"again: python3 {os.path.relpath(__file__)} {words.bin_dir} --from {seed} --count 1 --tell", flush=True)
    print(f"{words.count} seeds from {words.first}, {broken} broke an invariant")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
