# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of the cable and its frames: F-1 to F-6, F-24, F-25, F-27, F-31, F-32, F-39, F-40."""
import random
import time

import frame_relay
import station as stations
from fault_row import Bench, row

ELECTRODES = 1  # stream of the reference front end
LINK = "FaultRowsOfTheLink"


@row("F-1", "cable pulled in the baseline")
def pulled_while_nothing_flows(bench: Bench):
    with bench.station(protocol=stations.protocol_text(baseline_s=30)) as s:
        run = s.begin_run()
        s.wait_baseline()
        pulled = time.monotonic()
        s.inject("unplug duration_s=1")
        code = s.finish(20)
        told = run.heard("connection to the instrument was lost")
        bench.check(code == 1, f"exit {code}")
        bench.check(told and told - pulled <= 1.0, f"told after {1000 * (told - pulled):.0f} ms (at most 1000)" if told else "not told")
        s.bedside.end()
        s.bedside = None
        stations.until(lambda: "unplug" not in s.status()["faults"], 10, "the cable is back")
        again, first = s.device_us(), s.recording().file
        s.begin_run()
        stations.until(lambda: s.recording().file != first, 30, "another test begins")
        trace = s.trace()
        tested = [r for r in trace.rows if r.us >= again and r.relays == 15 and r.state == stations.HOLD]
        bench.check(tested, "connected again: the self-test has driven all four channels" if tested else "no self-test")
        bench.check(trace.most() < 1, f"at most {trace.most():.1f} µA through the skin")


@row("F-2", "cable pulled in hold", LINK)
def pulled_in_hold(bench: Bench):
    with bench.station() as s:
        run = s.begin_run()
        s.wait_hold()
        pulled = time.monotonic()
        s.inject("unplug")
        code = s.finish(30)
        log = s.bedside.heard(" failed")
        bench.host_cuts(s, "unplug", 500)
        bench.check(log and log - pulled <= 0.25, f"host: test ended {1000 * (log - pulled):.0f} ms after the pull (at most 250)" if log else "not in the log")
        bench.check(code == 1 and "connection to the instrument was lost" in run.text(), f"exit {code}, told")
        recording = s.recording()
        bench.check(recording.of_kind("link_lost") and recording.entry("meta.outcome") == "tripped",
                    f"link_lost recorded, outcome {recording.entry('meta.outcome')}")
        flowed = s.trace().charge_mc(0)
        delivered = s.result()["sites"][0]["delivered"]
        told = delivered["charge_mc"] if delivered else 0.0
        bench.check(abs(told - flowed) <= 1.0 + 0.02 * flowed, f"charge of the record {told:.2f} mC, flowed {flowed:.2f} mC")


class DropFrames:
    """Drops so many DATA frames of the electrodes, once armed."""

    def __init__(self, frames: int):
        self.left, self.armed, self.dropped = frames, False, []

    def __call__(self, frame):
        if self.armed and self.left > 0 and frame.origin == frame_relay.DEVICE and frame.type == frame_relay.DATA:
            stream, first, ticks, _ = frame.samples()
            if stream == ELECTRODES:
                self.left -= 1
                self.dropped.append((first, ticks))
                return ()
        return (frame.wire,)


@row("F-3", "1 and 5 frames lost in hold", LINK)
def few_frames_lost(bench: Bench):
    for frames in (1, 5):
        drop = DropFrames(frames)
        with bench.station(protocol=stations.protocol_text(hold_s=4), relay=lambda url, d=drop: frame_relay.FrameRelay(url, d)) as s:
            s.begin_run()
            s.wait_hold()
            drop.armed = True
            code = s.finish()
            bench.check(code == 0, f"{frames} lost: exit {code}")
            bench.goes_on(s)
            first, ticks = drop.dropped[0][0], sum(t for _, t in drop.dropped)
            gaps = [(d["from_index"], d["ticks"]) for _, _, _, d in s.recording().of_kind("gap") if d["stream"] == ELECTRODES]
            bench.check(gaps == [(first, ticks)], f"gap told as {gaps}, dropped were {[(first, ticks)]}")
            holes = s.recording().holes(ELECTRODES)
            bench.check(holes == [(first, ticks)], f"hole in the samples {holes}")


@row("F-4", "2 % of the frames lost in hold")
def two_percent_lost(bench: Bench):
    with bench.station() as s:
        s.begin_run()
        s.wait_hold()
        s.inject("lost_frames probability=0.02")
        s.finish()
        bench.host_cuts(s, "lost_frames", 10_000)
        bench.paused(s, "were lost")


class Disorder:
    """Sends DATA frames of the electrodes twice, or a frame behind the next one."""

    def __init__(self, how: str, every: int):
        self.how, self.every, self.armed, self.seen, self.held, self.done = how, every, False, 0, None, 0

    def __call__(self, frame):
        if not self.armed or frame.origin != frame_relay.DEVICE or frame.type != frame_relay.DATA or frame.samples()[0] != ELECTRODES:
            return (frame.wire,)
        if self.held is not None:
            late, self.held = self.held, None
            return (frame.wire, late)
        self.seen += 1
        if self.seen % self.every:
            return (frame.wire,)
        self.done += 1
        if self.how == "twice":
            return (frame.wire, frame.wire)
        self.held = frame.wire
        return ()


@row("F-5", "every tenth frame twice, in hold")
def frames_twice(bench: Bench):
    disorder = Disorder("twice", 10)
    with bench.station(protocol=stations.protocol_text(hold_s=5), relay=lambda url: frame_relay.FrameRelay(url, disorder)) as s:
        s.begin_run()
        s.wait_hold()
        disorder.armed = True
        code = s.finish()
        bench.check(code == 0, f"exit {code}, {disorder.done} frames came twice")
        bench.goes_on(s)
        repeated = int(s.recording().entry("meta.repeated_ticks"))
        bench.check(repeated > 0, f"{repeated} repeated ticks counted")
        bench.check(not s.recording().holes(ELECTRODES), "no hole in the record")
        whole, wrong = s.relay.differing_ticks(s.recording())
        bench.check(whole and not wrong, f"{wrong} of {whole} recorded ticks differ from what the device sent")


@row("F-5", "one frame in 300 behind the next one, in hold")
def frames_out_of_order(bench: Bench):
    disorder = Disorder("late", 300)
    with bench.station(protocol=stations.protocol_text(hold_s=9), relay=lambda url: frame_relay.FrameRelay(url, disorder)) as s:
        s.begin_run()
        s.wait_hold()
        disorder.armed = True
        code = s.finish()
        bench.check(code == 0 and disorder.done > 0, f"exit {code}, {disorder.done} frames came late")
        bench.goes_on(s)
        holes = s.recording().holes(ELECTRODES)
        gaps = [(d["from_index"], d["ticks"]) for _, _, _, d in s.recording().of_kind("gap") if d["stream"] == ELECTRODES]
        bench.check(holes == gaps and len(gaps) == disorder.done, f"{len(gaps)} gaps told for the late frames, which are dropped")
        bench.check(int(s.recording().entry("meta.repeated_ticks")) > 0, f"{s.recording().entry('meta.repeated_ticks')} dropped ticks counted")
        whole, wrong = s.relay.differing_ticks(s.recording())
        bench.check(whole and not wrong, f"{wrong} of {whole} recorded ticks differ from what the device sent")


@row("F-6", "300 ms of silence in hold, then everything at once")
def late_burst(bench: Bench):
    with bench.station() as s:
        s.begin_run()
        s.wait_hold()
        s.inject("late_burst silence_ms=300")
        s.finish()
        trace = s.trace()
        began = trace.began("late_burst")
        took = (trace.left_delivery(began) - began) / 1000
        bench.check(took >= 235, f"not before {took:.0f} ms")
        bench.host_cuts(s, "late_burst", 300)  # 250 ms, and 50 that the host may be late by (SR-16)
        bench.tripped(s, "no current reading")
        recording = s.recording()
        bench.check(not recording.holes(ELECTRODES), "no hole in the record")
        off = [c for c in recording.chunks(ELECTRODES) for first in [recording.chunks(ELECTRODES)[0]]
               if abs(c[2] - first[2] - 1000 * (c[0] - first[0])) > 1]
        bench.check(not off, "each chunk has the device's own time" if not off else f"{len(off)} chunks are not at the device's time")
        last = recording.chunks(ELECTRODES)[-1]
        bench.check(last[2] > began + 300_000, "what came late is in the record")


def restarted(bench: Bench, words: str):
    with bench.station() as s:
        s.begin_run()
        before = s.wait_hold()
        s.inject(f"restart {words}")
        code = s.finish()
        trace = s.trace()
        began = trace.began("restart")
        bench.within(began, trace.zero_for_good(began), 20, "0")
        states = [d["to"] for _, _, _, d in s.recording().of_kind("delivery")]
        bench.check(states[-1] in ("S10", "S0"), f"host in {states[-1]}")
        said = s.recording().sentences("trip")
        bench.check(code == 1 and said, f"exit {code}, told: \"{said[0] if said else ''}\"")
        flowed = before["sites"][0]["flowed_uc"] / 1000
        told = s.result()["sites"][0]["delivered"]["charge_mc"]
        bench.check(told >= flowed - 0.5, f"charge of the record {told:.1f} mC, the device had counted {flowed:.1f} mC at the last look")
        bench.check(len(said) == 1 and "restarted" in said[0], "told as a restart, once" if said else "not told")
        stations.until(lambda: s.status()["state"] == "idle", 10, "the device is back")
        first = s.recording().file
        run = s.begin_run()
        code = s.finish(60)
        refused = code == 1 and "--release" in run.text() and s.recording().file == first
        bench.check(refused, "the next test refused until the latch is released" if refused else f"the next test: exit {code}, {run.sentences()}")


@row("F-24", "the device restarts in hold and says nothing", LINK)
def restarts_silently(bench: Bench):
    restarted(bench, "duration_s=0.2")


@row("F-24", "the device restarts in hold and announces it")
def restarts_announced(bench: Bench):
    restarted(bench, "announced=true")


@row("F-25", "damaged memory of the device")
def damaged_memory(bench: Bench):
    with bench.station() as s:
        s.inject("memory_checksum")
        run = s.begin_run()
        code = s.finish(40)
        bench.check(code == 1 and s.trace().most() < 1, f"exit {code}, at most {s.trace().most():.1f} µA through the skin")
        bench.check(any("self-test" in x for x in run.sentences()), f"told: \"{' '.join(run.sentences())}\"")


@row("F-25", "another serial number than the last time at this port", LINK)
def other_serial(bench: Bench):
    with bench.station(speed=4, protocol=stations.protocol_text(hold_s=2)) as s:
        run = s.begin_run()
        code = s.finish(60)
        bench.check(code == 0, "first test finished" if code == 0 else f"first test: exit {code}, {run.text()}")
        since, first = s.device_us(), s.recording().file
        s.inject("identity serial=OTHER")
        run = s.begin_run()
        code = s.finish(60)
        refused(bench, s, run, code, since, "OTHER")
        bench.check(s.recording().file == first, "no files")
        s.begin_run()
        bench.check(s.finish(60) == 0 and s.recording().entry("meta.device.serial") == "OTHER", "connected once more: accepted")


@row("F-25", "another serial number answers in hold")
def exchanged(bench: Bench):
    with bench.station() as s:
        s.begin_run()
        s.wait_hold()
        s.inject("identity serial=OTHER")
        s.inject("restart announced=true")
        code = s.finish()
        trace = s.trace()
        bench.within(trace.began("restart"), trace.zero_for_good(trace.began("restart")), 20, "0")
        bench.check(code == 1, f"exit {code}")
        bench.tripped(s, "Another instrument answers")


def refused(bench: Bench, s, run, code: int, since: int, *words: str):
    most = s.trace().most(since)
    bench.check(code == 1 and most < 1, f"refused: exit {code}, at most {most:.0f} µA")
    said = run.sentences()
    bench.check(len(said) == 1 and all(w in said[0] for w in words), f"told: \"{' '.join(said)}\"")


@row("F-27", "unknown firmware", LINK)
def unknown_firmware(bench: Bench):
    with bench.station(protocol=stations.protocol_text(hold_s=2)) as s:
        s.inject("identity firmware=9.9.9")
        run = s.begin_run()
        code = s.finish(60)
        refused(bench, s, run, code, 0, "firmware 9.9.9")
        bench.check(s.recording() is None, "no files")


@row("F-32", "one frame in a thousand damaged, for 60 s of the device's time")
def damaged_frames(bench: Bench):
    with bench.station(speed=4, protocol=stations.protocol_text(hold_s=60)) as s:
        s.inject("flipped_bytes probability=0.001")
        s.begin_run()
        code = s.finish(120)
        recording = s.recording()
        lost = int(recording.entry("meta.lost_ticks") or 0)
        bench.check(lost > 0, f"{lost} ticks were lost with the frames that were dropped")
        paused = recording.sentences("delivery_paused")
        gaps = len(recording.of_kind("gap"))
        bench.check(code == 0 or paused, f"exit {code}, {gaps} gaps, {len(paused)} pauses")
        warned = recording.sentences("link_warning")
        bench.check(warned, f"told: \"{warned[0]}\"" if warned else "no alarm about the link")


@row("F-39", "a second bedside process, and a second host at the instrument", "FaultRowsOfTheHost")
def second_owner(bench: Bench):
    with bench.station(protocol=stations.protocol_text(hold_s=8)) as s, bench.station() as other:
        s.begin_run()
        s.wait_hold(for_s=0)
        second = stations.Process([bench.bin_dir / "eccrine-acquire"], s.environment)
        code = second.wait(10)
        bench.check(code == 1 and "another bedside process" in second.text(), f"second bedside process: exit {code}, \"{second.text()}\"")
        other.url = s.url  # another computer with the same configuration
        run = other.begin_run()
        code = other.finish(30)
        bench.check(code == 1 and other.recording() is None, f"second host: exit {code}, \"{' '.join(run.sentences())}\", no files")
        code = s.finish(60)
        bench.check(code == 0, f"the first one: exit {code}")
        bench.goes_on(s)


class Replayed:
    """Keeps the host's frames; answers to what was sent again are kept from the host, which has not asked."""

    def __init__(self):
        self.answers, self.commands, self.ours = [], [], set()

    def __call__(self, frame):
        if frame.origin == frame_relay.HOST and frame.type in (frame_relay.SET_CURRENT, frame_relay.ARM):
            self.commands.append(frame)
        if frame.origin == frame_relay.DEVICE and frame.type == frame_relay.ANSWER and frame.seq in self.ours:
            self.answers.append((frame.payload[0], frame.payload[1]))
            return ()
        return (frame.wire,)


@row("F-40", "all commands so far are sent again in hold", LINK)
def commands_again(bench: Bench):
    replayed = Replayed()
    with bench.station(protocol=stations.protocol_text(hold_s=6), relay=lambda url: frame_relay.FrameRelay(url, replayed)) as s:
        s.begin_run()
        before = s.wait_hold()
        number = before["last_command"]
        # those of this run that are older, and those of the self-test, which has another nonce
        old = [f for f in replayed.commands if int.from_bytes(f.payload[8:12], "little") != number
               or f.payload[:8] != int(before["nonce"], 16).to_bytes(8, "little")]
        replayed.ours = {f.seq for f in old}
        asked = s.device_us()
        for frame in old:
            s.relay.to_device(frame.wire)
        stations.until(lambda: len(replayed.answers) >= len(old), 5, "every one is answered")
        results = {r for _, r in replayed.answers}
        bench.check(results <= {3, 4}, f"{len(old)} old commands sent again, answers {sorted(results)} (3 nonce, 4 stale)")
        after = s.status()
        bench.check(after["last_command"] == number and after["state"] == "hold", f"device in {after['state']}, command {number} stands")
        code = s.finish()
        bench.check(code == 0, f"exit {code}")
        bench.goes_on(s)
        trace = s.trace()
        held = [r for r in trace.rows if asked <= r.us <= after["device_us"]]
        bench.check(all(abs(r.ua[0] - 2000) < 60 and max(r.ua[1:]) < 1 for r in held), "2 mA flowed on, nothing at another site")


class Flips:
    """One to three bits flip in every so manieth frame of one direction, not oftener than so many times a second."""

    def __init__(self, origin: str, every: int, most_per_s: float):
        self.origin, self.every, self.pause = origin, every, 1.0 / most_per_s
        self.random, self.armed, self.done, self.last, self.seen = random.Random(40), False, 0, 0.0, 0

    def __call__(self, frame):
        if not self.armed or frame.origin != self.origin:
            return (frame.wire,)
        self.seen += 1
        if self.seen % self.every:
            return (frame.wire,)
        if time.monotonic() - self.last < self.pause:
            return (frame.wire,)
        self.last = time.monotonic()
        self.done += 1
        return (frame.with_flipped_bits(self.random.sample(range(8 * len(frame.wire)), self.random.randint(1, 3))),)


@row("F-40", "1 to 3 bits flip in every third frame of the host, in hold", LINK)
def flips_from_the_host(bench: Bench):
    flips = Flips(frame_relay.HOST, 3, 1000)
    with bench.station(protocol=stations.protocol_text(hold_s=8), relay=lambda url: frame_relay.FrameRelay(url, flips)) as s:
        s.begin_run()
        asked = s.wait_hold()["device_us"]
        flips.armed = True
        stations.until(lambda: s.device_us() > asked + 4e6, 20, "4 s with damaged frames")
        flips.armed = False
        until = s.device_us()
        trace = s.trace()
        held = [r for r in trace.rows if asked <= r.us <= until]
        bench.check(flips.done > 0 and all(abs(r.ua[0] - 2000) < 60 and max(r.ua[1:]) < 1 for r in held),
                    f"{flips.done} damaged frames: 2 mA flowed on, nothing at another site")
        code = s.finish()
        bench.check(code == 0, f"exit {code}")
        bench.goes_on(s)


@row("F-40", "1 to 3 bits flip in a frame of the device every 2.5 s, in hold")
def flips_from_the_device(bench: Bench):
    flips = Flips(frame_relay.DEVICE, 1, 0.4)
    with bench.station(protocol=stations.protocol_text(hold_s=9), relay=lambda url: frame_relay.FrameRelay(url, flips)) as s:
        s.begin_run()
        s.wait_hold()
        flips.armed = True
        code = s.finish()
        bench.check(code == 0 and flips.done > 0, f"exit {code}, {flips.done} damaged frames")
        bench.goes_on(s)
        whole, wrong = s.relay.differing_ticks(s.recording())
        bench.check(whole and not wrong, f"{wrong} of {whole} recorded ticks differ from what the device sent")
