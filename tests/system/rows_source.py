# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of source, sense and electrodes: F-10 to F-23. Where the device has a rule of its own it is tested with it, and again
without the device's rules, so that the host has to find it alone."""
import csv
import signal

import station as stations
from fault_row import Bench, row

SOURCE = "FaultRowsOfTheSource"
CONTACT = "FaultRowsOfTheContact"
FOREARM = 0


DEVICE_SPEED = 3  # where the device finds it: its rules know only its own time. What the host has to find runs in real time


def in_hold(bench: Bench, *faults: str, device_rules: bool = True, speed: float = 1, protocol: str | None = None, finish_s: float = 60):
    """A run that is held, then the faults. The station is closed; its files stay."""
    with bench.station(protocol=protocol or stations.protocol_text(hold_s=20 * speed), speed=speed) as s:
        s.begin_run()
        s.wait_hold()
        if not device_rules:
            s.inject("device_rules off")
        for fault in faults:
            s.inject(fault)
        s.finish(finish_s)
    return s


def last_charge(s) -> float:
    """Charge in mC that was recorded: trapezoid over every sample of the exported recording."""
    exported = s.folder / "full.csv"
    done = s.eccrine("convert", s.recording().file, "--to", "csv", "--full-rate", "--out", exported)
    assert done.returncode == 0, done.stderr
    with exported.open(newline="", encoding="utf-8") as lines:
        rows = csv.reader(line for line in lines if not line.startswith("#"))
        column = next(rows).index("forearm.current_ma")
        points = [(float(r[0]), float(r[column])) for r in rows if r[column]]
    return sum((t1 - t0) * (i0 + i1) / 2 for (t0, i0), (t1, i1) in zip(points, points[1:]))


# ---- sense ----

@row("F-10", "the anode's converter frozen in hold while the output rises by half: the host alone")
def anode_frozen(bench: Bench):
    s = in_hold(bench, "frozen_current sense=anode", "gain_error factor=1.5", device_rules=False)
    bench.host_cuts(s, "gain_error", 250)
    bench.tripped(s, "do not come back", "wrong way")


@row("F-10", "both currents frozen in hold while the output rises by half: the host alone")
def both_frozen(bench: Bench):
    s = in_hold(bench, "frozen_current sense=both", "gain_error factor=1.5", device_rules=False)
    bench.host_cuts(s, "gain_error", 250)
    bench.tripped(s, "have not changed", "make no sense")


@row("F-10", "currents and voltage frozen in hold: the host alone")
def all_frozen(bench: Bench):
    s = in_hold(bench, "frozen_current sense=all", device_rules=False)
    bench.host_cuts(s, "frozen_current", 350)  # more than 250 ms (§1.5), and 100
    bench.tripped(s, "have not changed")


# ---- too much ----

@row("F-11", "output at its maximum in hold: the device's comparator", SOURCE)
def stuck_with_comparator(bench: Bench):
    s = in_hold(bench, "stuck_output", speed=DEVICE_SPEED)
    bench.device_cuts(s, "stuck_output", 10, stations.FAULT)
    bench.tripped(s, "reports a fault", "more than the")


@row("F-11", "output at its maximum in hold: the host alone", SOURCE)
def stuck_without_comparator(bench: Bench):
    s = in_hold(bench, "stuck_output comparator=false site=forearm", device_rules=False)
    bench.host_cuts(s, "stuck_output", 100)
    bench.tripped(s, "more than the")
    bench.check(True, f"at most {s.trace().most():.0f} µA")


@row("F-12", "gain 10 % too high in hold: the device's rule", SOURCE)
def gain_device(bench: Bench):
    s = in_hold(bench, "gain_error factor=1.1", speed=DEVICE_SPEED)
    bench.device_cuts(s, "gain_error", 700, stations.FAULT)
    bench.tripped(s, "reports a fault", "over half a second")


@row("F-12", "gain 10 % too high in hold: the host alone", SOURCE)
def gain_host(bench: Bench):
    s = in_hold(bench, "gain_error factor=1.1", device_rules=False)
    bench.host_cuts(s, "gain_error", 700)
    bench.tripped(s, "over half a second", "more than the")


# ---- contact ----

@row("F-13", "lead off for 5 ms in hold", CONTACT)
def lead_off_5ms(bench: Bench):
    with bench.station(protocol=stations.protocol_text(hold_s=4)) as s:
        s.begin_run()
        s.wait_hold()
        s.inject("open_electrode duration_s=0.005 site=forearm")
        code = s.finish()
    bench.check(code == 0, f"exit {code}")
    bench.goes_on(s)
    began = s.trace().began("open_electrode")
    gone = [r for r in s.trace().rows if began <= r.us < began + 5000]
    bench.check(any(r.zero for r in gone), "the current was away")
    recorded, flowed = last_charge(s), s.trace().charge_mc(FOREARM)
    bench.check(abs(recorded - flowed) <= 1.0, f"recorded {recorded:.2f} mC, flowed {flowed:.2f} mC (at most 1 apart)")


@row("F-13", "lead off for 50 ms in hold: the device's rule", CONTACT)
def lead_off_50ms(bench: Bench):
    # 52: the fault of 50 ms ends in the tick in which the rule's 50 ms are over
    s = in_hold(bench, "open_electrode duration_s=0.052 site=forearm", speed=DEVICE_SPEED)
    bench.device_cuts(s, "open_electrode", 100, stations.PAUSED)
    bench.paused(s, "no contact at forearm")


@row("F-13", "lead off for 5 s in hold: the device's rule")
def lead_off_5s(bench: Bench):
    s = in_hold(bench, "open_electrode duration_s=5 site=forearm", speed=DEVICE_SPEED)
    bench.device_cuts(s, "open_electrode", 100, stations.PAUSED)
    bench.paused(s, "no contact at forearm")


@row("F-13", "lead off for 160 ms in hold: the host alone", CONTACT)
def lead_off_host(bench: Bench):
    s = in_hold(bench, "open_electrode duration_s=0.16 site=forearm", device_rules=False)
    trace = s.trace()
    began = trace.began("open_electrode")
    bench.host_cuts(s, "open_electrode", 150)  # 0 within 100 ms after it has lasted 50 (SR-8). An open lead carries nothing anyway:
    opened = next((r.us for r in trace.rows if r.us >= began and r.relays == 0), None)
    bench.within(began, opened, 150, "relay open")  # what the source would give shows when the contact is back
    back = trace.most(began + 160_000, 1 << 62)
    bench.check(back <= 20, f"after the contact came back at most {back:.0f} µA (20)")
    bench.paused(s, "no contact at forearm")


@row("F-14", "half of the electrode lifted in hold")
def half_lifted(bench: Bench):
    s = in_hold(bench, "lifted_electrode area=0.5 site=forearm")
    bench.host_cuts(s, "lifted_electrode", 1100)  # the rule's second (§1.5), and 100 ms
    bench.paused(s, "the resistance at forearm has risen")


@row("F-15", "contact comes and goes 3 times a second, in hold", CONTACT)
def intermittent(bench: Bench):
    s = in_hold(bench, "intermittent_contact hz=3 site=forearm", speed=DEVICE_SPEED)
    bench.device_cuts(s, "intermittent_contact", 100, stations.PAUSED)
    bench.paused(s, "no contact at forearm")
    began = s.trace().began("intermittent_contact")
    bench.check(s.trace().reached(stations.RAMP_UP, began) is None, "nothing resumed by itself")


@row("F-15", "the third loss of contact within 10 min")
def third_loss(bench: Bench):
    bench.evidence = "DeliveryRun.TheThirdLossOfContactInTenMinutesEndsTheRun"


@row("F-16", "the load doubles within 5 min")
def drying(bench: Bench):
    # 10 times as fast. The virtual skin's own load falls meanwhile; this dries so much faster that the sum doubles within 5 min
    with bench.station(speed=10, protocol=stations.protocol_text(hold_s=320, voltage_v=15)) as s:
        s.begin_run()
        s.wait_hold(for_s=60)
        s.inject("drying_pads resistance_factor=5 duration_s=450 site=forearm")
        s.finish(120)
    warnings = [(at, d) for at, _, _, d in s.recording().of_kind("delivery_warning") if d["reason"] == "contact_drift"]
    bench.check(len(warnings) == 1, f"{len(warnings)} x warning of the contact" + (f": \"{warnings[0][1]['sentence']}\"" if warnings else ""))
    pauses = s.recording().of_kind("delivery_paused")
    bench.check(len(pauses) == 1, f"paused {len(pauses)} times")
    if warnings and pauses:
        bench.check(warnings[0][0] < pauses[0][0], f"warned {pauses[0][0] - warnings[0][0]:.0f} s before the pause")
    trace = s.trace()
    began = trace.began("drying_pads")
    ramped = sum(b.us - a.us for a, b in zip(trace.rows, trace.rows[1:]) if a.state == stations.RAMP_UP and max(a.ua) > 50) / 1e6
    bench.check(ramped > 11, f"ramp of 10 s took {ramped:.1f} s: it waited at 0.9 of the 15 V")
    zero = trace.zero_for_good(began)
    bench.check(zero is not None, f"0 after {(zero - began) / 1e6:.0f} s" if zero else "not 0")


@row("F-16", "the load grows beyond the voltage of 15 V in hold, 40 % a second, three times")
def beyond_the_voltage(bench: Bench):
    voltage = 0
    for _ in range(3):  # whether the current is away first or the device's word that it was the voltage is chance
        s = in_hold(bench, "drying_pads resistance_factor=5 duration_s=10 site=forearm", protocol=stations.protocol_text(voltage_v=15))
        bench.paused(s, "the voltage at forearm is at its limit", "no contact at forearm")
        voltage += any("voltage" in x for x in s.recording().sentences("delivery_paused"))
        exported = s.folder / "full.csv"
        s.eccrine("convert", s.recording().file, "--to", "csv", "--full-rate", "--out", exported)
        with exported.open(newline="", encoding="utf-8") as lines:
            rows = list(csv.reader(line for line in lines if not line.startswith("#")))
        column = rows[0].index("forearm.voltage_v")
        most = max(float(r[column]) for r in rows[1:] if r[column])
        bench.check(14.6 <= most <= 15.3, f"at most {most:.2f} V (0.98 of 15 are 14.7)")
        trace = s.trace()
        zero = trace.zero_for_good(trace.began("drying_pads"))
        bench.check(zero is not None, "0" if zero else "not 0")
    bench.check(True, f"told as the voltage {voltage} of 3 times")


@row("F-17", "50 Ω between the electrodes in hold: the device's rule", CONTACT)
def bridged_device(bench: Bench):
    s = in_hold(bench, "bridged_electrodes ohm=50 site=forearm", speed=DEVICE_SPEED)
    bench.device_cuts(s, "bridged_electrodes", 200, stations.PAUSED)
    bench.paused(s, "bridged")


@row("F-17", "50 Ω between the electrodes in hold: the host alone", CONTACT)
def bridged_host(bench: Bench):
    s = in_hold(bench, "bridged_electrodes ohm=50 site=forearm", device_rules=False)
    bench.host_cuts(s, "bridged_electrodes", 200)
    bench.paused(s, "bridged")


@row("F-18", "leads swapped before the contact is measured", CONTACT)
def swapped(bench: Bench):
    with bench.station(protocol=stations.protocol_text(baseline_s=10)) as s:
        s.begin_run()
        s.wait_baseline()  # the self-test is over: it goes through the device's own load, where no leads are
        s.inject("swapped_leads site=forearm")
        code = s.finish(40)
    bench.check(code == 1, f"exit {code}")
    said = s.recording().sentences("current_refused")
    bench.check(len(said) == 1 and "swapped" in said[0], f"refused: \"{' '.join(said)}\"")
    most = s.trace().most()
    bench.check(most <= 20.5, f"at most {most:.1f} µA, those of the probe (20)")
    bench.check(s.trace().rows[-1].zero, "0 at the end")


# ---- current that nobody asked for ----

def unasked(bench: Bench, fault: str, kind: str, device_rules: bool, settled: bool = True):
    """In the baseline. The current does not go away: what counts is how soon it is told."""
    with bench.station(protocol=stations.protocol_text(baseline_s=60)) as s:
        run = s.begin_run()
        s.wait_baseline()
        if settled:
            stations.time.sleep(2)  # what the self-test has driven is over for every rule
        if not device_rules:
            s.inject("device_rules off")
        s.inject(fault)
        injected = stations.time.monotonic()
        stations.until(lambda: "leads off" in " ".join(s.recording().sentences("trip")), 20, "the leads are to come off")
        told = stations.time.monotonic()
        code = s.finish(30)
    bench.check(code == 1, f"exit {code}")
    recording, trace = s.recording(), s.trace()
    said = recording.sentences("trip")
    bench.check(any("leads off the patient" in x for x in said), f"told: \"{' '.join(said)}\"")
    first = recording.chunks(1)[0]
    at = next((at for at, _, _, d in recording.of_kind("trip") if "leads off" in d["sentence"]), None)
    earliest = recording.of_kind("trip")[0]
    bench.within(trace.began(kind), int(first[2] + earliest[0] * 1e6 - first[3]) + 10_000, 1100, "fault")
    device = first[2] + (at * 1e6 - first[3]) + 10_000  # test time of the frame that carried it (10 ms), in the device's time
    # right after a current, what flows may be the ramp of its STOP for 500 ms: so much later the second of the rule begins
    most = 1100 if settled else 1600
    bench.within(trace.began(kind), int(device), most, "to take the leads off")
    bench.check(1000 * (told - injected) <= most + 300, f"there {1000 * (told - injected):.0f} ms after the command ({most}, and 300 for writing and looking)")
    bench.check(run.heard("leads off") is not None, "the application says so")
    return s


@row("F-19", "relay welded, 500 µA in the baseline: the device's rules off", CONTACT)
def welded(bench: Bench):
    unasked(bench, "welded_relay current_ua=500 site=forearm", "welded_relay", False)


@row("F-19", "relay welded, 500 µA right after the self-test")
def welded_early(bench: Bench):
    unasked(bench, "welded_relay current_ua=500 site=forearm", "welded_relay", False, settled=False)


@row("F-19", "relay welded, 500 µA in the baseline: with the device's rules")
def welded_device(bench: Bench):
    s = unasked(bench, "welded_relay current_ua=500 site=forearm", "welded_relay", True)
    began = s.trace().began("welded_relay")
    first = s.recording().chunks(1)[0]
    found = [int(first[2] + at * 1e6 - first[3]) for at, _, _, d in s.recording().of_kind("device_event") if d["code"] == 6]
    bench.within(began, found[0] if found else None, 1100, "event of the device (6, idle leakage)")


@row("F-20", "the device says 0 and 1 mA flows, in the baseline")
def lying(bench: Bench):
    s = unasked(bench, "lying_status current_ua=1000 site=forearm", "lying_status", True)
    exported = s.folder / "full.csv"
    s.eccrine("convert", s.recording().file, "--to", "csv", "--full-rate", "--out", exported)
    with exported.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    column = rows[0].index("forearm.current_ma")
    last = [float(r[column]) for r in rows[1:] if r[column]][-100:]
    bench.check(abs(sum(last) / len(last) - 1.0) < 0.03, f"recorded is what is sensed: {sum(last) / len(last):.3f} mA")


@row("F-21", "100 µA leak to earth in hold: the device's rule", SOURCE)
def leak_device(bench: Bench):
    s = in_hold(bench, "earth_leak leak_ua=100 site=forearm", speed=DEVICE_SPEED)
    bench.device_cuts(s, "earth_leak", 200, stations.FAULT)
    bench.tripped(s, "reports a fault", "do not come back")


@row("F-21", "100 µA leak to earth in hold: the host alone", SOURCE)
def leak_host(bench: Bench):
    s = in_hold(bench, "earth_leak leak_ua=100 site=forearm", device_rules=False)
    bench.host_cuts(s, "earth_leak", 200)
    bench.tripped(s, "do not come back")


def mains_of_3(bench: Bench, hz: int):
    with bench.station(protocol=stations.protocol_text(hold_s=5)) as s:
        s.begin_run()
        s.wait_hold()
        s.inject(f"mains_ripple percent=3 hz={hz}")
        code = s.finish()
    bench.check(code == 0, f"exit {code}")
    bench.goes_on(s)
    warned = [d["reason"] for _, _, _, d in s.recording().of_kind("delivery_warning")]
    bench.check("ripple" in warned or "mains_line" in warned, f"warned of {' and '.join(warned) or 'nothing'}")


@row("F-22", "3 % of 50 Hz in hold", SOURCE)
def mains_3(bench: Bench):
    mains_of_3(bench, 50)


@row("F-22", "3 % of 60 Hz in hold")
def mains_3_of_60(bench: Bench):
    mains_of_3(bench, 60)


@row("F-22", "8 % of mains in hold: the host alone", SOURCE)
def mains_8(bench: Bench):
    s = in_hold(bench, "mains_ripple percent=8 hz=50", device_rules=False)
    bench.host_cuts(s, "mains_ripple", 1100)  # the second of the transform (§1.5), and 100 ms
    bench.paused(s, "alternating current")


@row("F-22", "8 % of mains in hold: with the device's rules")
def mains_8_device(bench: Bench):
    s = in_hold(bench, "mains_ripple percent=8 hz=50")
    # the crests are over the device's own limit: it ends the current long before a second of readings is there, as a fault
    bench.device_cuts(s, "mains_ripple", 1100, stations.FAULT)
    bench.tripped(s, "look for mains equipment")


@row("F-23", "stopped by Ctrl-C at 80 % of the charge")
def stopped_early(bench: Bench):
    with bench.station(speed=4, protocol=stations.protocol_text(hold_s=30, baseline_s=15)) as s:
        run = s.begin_run()
        s.wait_hold(for_s=0)
        stations.until(lambda: s.status()["sites"][0]["flowed_uc"] >= 0.8 * 71_000, 60, "80 % have flowed")
        s.run.process.send_signal(signal.SIGINT)
        code = s.finish(60)
    flowed = s.trace().charge_mc(FOREARM)
    bench.check(code == 1, f"exit {code}, {flowed:.1f} of 71.0 mC flowed, told: \"{run.sentences()[-1]}\"")
    result = s.result()
    site = result["sites"][0]
    flags = [f["code"] for f in site["quality"]["flags"]]
    bench.check(result["recording"]["outcome"] == "stopped", f"outcome {result['recording']['outcome']}")
    bench.check("STIM_LOW" in flags, f"flags {','.join(flags)}")
    bench.check(not site["quality"]["usable"] and site["norm"]["class"] is None, "not usable, no class"
                if not site["quality"]["usable"] else "usable")
    report = s.folder / "again.pdf"
    done = s.eccrine("report", s.recording().file, "--out", report)
    text = stations.subprocess.run(["pdftotext", "-layout", str(report), "-"], capture_output=True, text=True, check=False).stdout
    bench.check(done.returncode == 0 and ("95 %" in text or "charge" in text.lower()), "the report says it" if done.returncode == 0 else done.stderr[-200:])
    shown = s.eccrine("analyze", s.recording().file).stdout
    bench.check("STIM_LOW" in shown or "charge" in shown.lower(), "the table says it")
