# SPDX-License-Identifier: GPL-3.0-or-later
"""Readings that cannot be, spikes, hygrometers that are stuck: F-7 to F-9. F-26: files with something wrong in them."""
import hashlib
import pathlib
import sys

import station as stations
from fault_row import Bench, row

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import audit_trail  # noqa: E402

GAS = ("humidity_in", "temperature_in", "humidity_out", "temperature_out", "flow", "pressure")
VALUES = ("nan", "inf", "-inf", "-0", "denormal")
FOUR = "forearm,proximal_leg,distal_leg,foot"


def no_impossible_text(bench: Bench, s):
    """JSON (station.result() refuses NaN), CSV and the table of the terminal."""
    s.result()
    exported = s.folder / "again.csv"
    s.eccrine("convert", s.recording().file, "--to", "csv", "--out", exported)
    text = exported.read_text(encoding="utf-8").lower()
    shown = s.eccrine("analyze", s.recording().file).stdout.lower()
    cells = {c.strip() for line in text.splitlines() if not line.startswith("#") for c in line.split(",")}
    words = [w for w in ("nan", "inf", "-inf", "-nan") if w in cells or w in shown.split()]
    bench.check(not words, "none in JSON, CSV and table" if not words else f"CSV or table hold {' and '.join(words)}")


@row("F-7", "every impossible value in every field of the gas, one after the other")
def impossible_gas(bench: Bench):
    with bench.station(speed=4, protocol=stations.protocol_text(hold_s=100, baseline_s=20)) as s:
        s.begin_run()
        s.wait_hold(for_s=0)
        for n, (field, value) in enumerate((f, v) for f in GAS for v in VALUES):
            s.inject(f"impossible_value field={field} value={value} at_s={2 + 3 * n} duration_s=0.5")
        code = s.finish(120)
    bench.check(code == 0, f"30 faults, exit {code}")
    bench.goes_on(s)
    no_impossible_text(bench, s)


@row("F-7", "infinite readings of anode, cathode and voltage in hold: the host alone")
def impossible_current(bench: Bench):
    for field in ("anode", "cathode", "voltage"):
        for value in ("inf", "-inf"):
            with bench.station(speed=2) as s:
                s.begin_run()
                s.wait_hold()
                s.inject("device_rules off")
                s.inject(f"impossible_value field={field} value={value} site=forearm")
                s.finish()
            bench.check(True, f"{field} {value}")
            bench.host_cuts(s, "impossible_value", 200)  # three in 100 ms (SR-20), and 100
            states = [d["to"] for _, _, _, d in s.recording().of_kind("delivery")]
            said = s.recording().sentences("trip", "delivery_paused")
            bench.check("S10" in states or "S8" in states, f"host in {states[-1]}, told: \"{' '.join(said)}\"")
            no_impossible_text(bench, s)


@row("F-8", "50 spikes of 100 % a minute of the outlet humidity")
def spikes(bench: Bench):
    with bench.station(speed=10, protocol=stations.protocol_text(hold_s=100, baseline_s=60, after_s=60)) as s:
        s.begin_run()
        s.wait_baseline()
        s.inject("humidity_spikes per_minute=50 percent=100")
        code = s.finish(120)
    bench.check(code == 0, f"exit {code}")
    bench.goes_on(s)
    quality = s.result()["sites"][0]["quality"]
    flags = quality["flags"]
    about = [f for f in flags if f["code"] == "SPIKES"]
    bench.check(about, f"flags {','.join(f['code'] for f in flags)}")
    counted = [f["text"] for f in about if any(c.isdigit() for c in f["text"])]
    bench.check(counted, f"counted: \"{counted[0]}\"" if counted else "not counted")
    bench.check(not quality["usable"], "not final" if not quality["usable"] else "final (usable)")


@row("F-9", "outlet humidity frozen for 10 s, drifting by 1 % a second, saturated, each at a site of its own")
def stuck_hygrometers(bench: Bench):
    with bench.station(speed=10, sites=FOUR, protocol=stations.protocol_text(hold_s=60, baseline_s=60, after_s=60)) as s:
        s.begin_run()
        s.wait_hold(for_s=5)
        s.inject("frozen_humidity site=forearm duration_s=12")
        s.inject("humidity_drift pct_per_s=1 site=proximal_leg duration_s=20")
        s.inject("humidity_saturated site=distal_leg duration_s=20")
        code = s.finish(120)
    bench.check(code == 0, f"exit {code}")
    bench.goes_on(s)
    for n in range(4):
        bench.check(abs(s.trace().charge_mc(n) - 131) < 2.7, f"site {n + 1}: {s.trace().charge_mc(n):.1f} of 131 mC")
    by_site = {site["site"]: site["quality"] for site in s.result()["sites"]}
    for site, wanted in (("forearm", {"FROZEN"}), ("proximal_leg", {"DETACH", "IMPLAUSIBLE", "SAT", "CROSSOVER?"}), ("distal_leg", {"SAT"})):
        quality = by_site[site]
        codes = {f["code"] for f in quality["flags"]}
        bench.check(codes & wanted, f"{site}: {','.join(sorted(codes)) or 'no flag'}, usable {quality['usable']}")
    bench.check(not by_site["forearm"]["usable"], "the frozen channel is not usable" if not by_site["forearm"]["usable"] else "the frozen channel is usable")
    bench.check(not by_site["proximal_leg"]["usable"], "the drifting channel is not usable" if not by_site["proximal_leg"]["usable"]
                else "the drifting channel is usable")
    clean = {f["code"] for f in by_site["foot"]["quality"]["flags"]} if "quality" in by_site["foot"] else {f["code"] for f in by_site["foot"]["flags"]}
    bench.check(not clean & {"FROZEN", "SAT", "DETACH"}, "foot, without a fault: none of these")


@row("F-26", "protocols that are cut off, out of range, negative, with a decimal comma")
def broken_protocols(bench: Bench):
    sound = stations.protocol_text()
    broken = {
        "cut off": sound[:len(sound) // 2],
        "cut off in a line": sound[:sound.index("charge_mc") + 12],
        "1e9 mA": sound.replace("current_ma = 2.0", "current_ma = 1e9"),
        "negative current": sound.replace("current_ma = 2.0", "current_ma = -2.0"),
        "decimal comma": sound.replace("current_ma = 2.0", "current_ma = 2,0"),
        "ramp of 0.1 s": sound.replace("ramp_up_s = 10", "ramp_up_s = 0.1"),
        "limits swapped (longest time less than needed)": sound.replace("at_most_s = 50.0", "at_most_s = 12"),
        "90 V": sound.replace("voltage_limit_v = 60", "voltage_limit_v = 90"),
        "not a number": sound.replace("current_ma = 2.0", "current_ma = nan"),
    }
    wanted: list = []
    with bench.station() as s:
        for name, text in broken.items():
            assert text != sound, name
            s.protocol_file.write_text(text, encoding="utf-8")
            done = s.eccrine("run", s.protocol_file, "--instrument", s.url, "--out", s.out)
            said = done.stderr.strip().splitlines()
            files = list(pathlib.Path(s.out).glob("*")) if s.out.is_dir() else []
            ok = done.returncode in (1, 2) and len(said) == 1 and "fault-row.toml" in said[0] and not files
            bench.check(ok, f"{name}: refused" if ok else f"{name}: exit {done.returncode}, {len(files)} files, \"{' '.join(said)[:200]}\"")
            wanted.append((hashlib.sha256(s.protocol_file.read_bytes()).hexdigest(), said[0].removeprefix("eccrine: ") if said else ""))
        bench.check(s.trace().most() < 1, f"at most {s.trace().most():.1f} µA")
        entries = audit_trail.read(s.folder / "data" / "eccrine" / "audit.trail")
        audited = [(e["after"], e["reason"]) for e in entries if e["action"] == "config_refused"]
        bench.check(audited == wanted, f"audited: {len(audited)} refusals, each with the file's hash and its sentence" if audited == wanted
                    else f"{len(wanted)} refusals, of which audited {sum(w in audited for w in wanted)}")
        verified = s.eccrine("records", "verify")
        whole = verified.returncode == 0 and f"{len(wanted)} entries" in verified.stdout
        bench.check(whole, "the chain verifies" if whole else f"verify: exit {verified.returncode}, {verified.stderr.strip()[:200]}")
