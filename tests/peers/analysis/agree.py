#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""agree.py ECCRINE [COUNT]: the analysis against one written independently with numpy and scipy.

Makes COUNT (100) random recordings (level, latency, size and shape of the response, lag of the channel, noise, drift, gas,
uneven sampling, holes), lets `eccrine analyze` read them as CSV, and holds the result against the formulas of docs/analysis.md
as written down here: volume to 1e-6, peak to 1e-6, onset latency to 0.5 s, and the same verdict on whether there is one."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
from scipy.signal import lfilter

R, WATER_G_PER_MOL, WATER_G_PER_L = 8.314462618, 18.015268, 998.2065
BASELINE_S, LEVEL_S, WINDOW_S, SMOOTHING_S, DRIFT = 180.0, 60.0, 600.0, 5.0, 0.3
RISE, MIN_F, CORRELATION, ROUNDED = 0.7, 100.0, 2.0, 0.4
BENDS, RISES_S = (1.0, 1.4, 1.8, 2.2), (30.0, 50.0, 75.0, 110.0, 160.0, 240.0, 600.0)


def saturation(celsius):
    k = celsius + 273.15
    th = 1 - k / 647.096
    return 22.064e6 * np.exp(647.096 / k * (-7.85951783 * th + 1.84408259 * th**1.5 - 11.7866497 * th**3 + 22.6807411 * th**3.5
                                           - 15.9618719 * th**4 + 1.80122502 * th**7.5))


def mole_ratio(rh, celsius, pressure):
    hpa = pressure / 100
    e = rh / 100 * (1.0016 + 3.15e-6 * hpa - 0.074 / hpa) * saturation(celsius)
    return e / (pressure - e)


def rate_of(s):
    moles = s["flow_sccm"] * 1e-6 * 101325 / (R * s["reference_k"])
    ratio = mole_ratio(s["rh_out_pct"], s["t_out_c"], s["pressure"]) - mole_ratio(s["rh_in_pct"], s["t_in_c"], s["pressure"])
    return moles * WATER_G_PER_MOL * ratio / WATER_G_PER_L * 1e9


def seen(course, lag, until):
    step = 0.1
    x = (np.arange(int(until / step) + 20) + 0.5) * step - lag["delay"]
    y = np.where(x > 0, course(np.maximum(x, 0)), 0.0)
    for tau in (lag["washout"], lag["sensor"]):
        if tau > 0:
            k = np.exp(-step / tau)
            y = lfilter([1 - k], [1, -k], y)
    total = np.concatenate(([0.0], np.cumsum(y) * step))
    ends = np.arange(5, len(total), 5)
    return total[ends] - total[np.maximum(ends - 10, 0)]


def onset(t, m, base, peak, lag):
    net = m - base(t)
    until = None
    for i in range(len(t) - 14):
        if t[i] < 0 or not net[i:i + 5].mean() >= RISE * peak:
            continue
        if not np.any(net[i:i + 10] < 0.8 * RISE * peak):
            until = t[i] + 2.5
            break
    if until is None:
        return None
    use = (t >= -BASELINE_S) & (t + 0.5 <= until) & ~np.isnan(m)
    t, m = t[use], m[use]
    line = np.polynomial.polynomial.polyfit(t, m, 1)
    left = m - np.polynomial.polynomial.polyval(t, line)
    least = left @ left
    starts = np.arange(int(until / 0.5) + 1) * 0.5
    design = np.column_stack((np.ones_like(t), t - t.mean()))
    design, _ = np.linalg.qr(design)
    all_sums, priors = [], []
    for step, bend in enumerate(BENDS):
        for rise in RISES_S:
            shape = seen(lambda x: 1 - np.exp(-((x / rise) ** bend)), lag, until + 1)
            index = np.rint((t[None, :] - starts[:, None]) * 2).astype(int)
            u = np.where(index >= 0, shape[np.clip(index, 0, len(shape) - 1)], 0.0)
            u = u - (u @ design) @ design.T  # what a line cannot explain
            gain, own = u @ left, (u * u).sum(axis=1)
            with np.errstate(divide="ignore", invalid="ignore"):
                all_sums.append(np.where((own > 1e-9) & (gain > 0), least - gain**2 / own, np.inf))
            priors.append(ROUNDED**step)
    sums = np.array(all_sums)
    best, freedom = sums.min(), len(t) - 4
    if not (least - best) / 2 / (best / freedom) > MIN_F:
        return None
    weight = np.array(priors) @ np.exp(-0.5 * (sums - best) / (CORRELATION * best / freedom))
    return weight @ starts / weight.sum()


def expected(s):
    t, rate = s["time_s"] - s["start"], rate_of(s)
    second = np.floor(t).astype(int)
    bins = np.arange(second[0], second[-1] + 1)
    good = ~np.isnan(rate)
    count = np.bincount(second[good] - second[0], minlength=len(bins))
    with np.errstate(invalid="ignore"):
        m = np.bincount(second[good] - second[0], rate[good], minlength=len(bins)) / count
    mid = bins + 0.5
    before = (mid >= -BASELINE_S) & (mid < 0) & ~np.isnan(m)
    slope, at_start = np.polyfit(mid[before], m[before], 1)
    if abs(slope * 60) > DRIFT:
        base = lambda x: at_start + slope * x
    else:
        level = np.median(m[before & (mid >= -LEVEL_S)])
        base = lambda x: level + 0.0 * x
    tg, net = t[good], (rate - base(t))[good]
    edge = np.array([0.0, WINDOW_S])
    inside = (tg > 0) & (tg < WINDOW_S)
    x = np.concatenate((edge[:1], tg[inside], edge[1:]))
    y = np.concatenate((np.interp(edge[:1], tg, net), net[inside], np.interp(edge[1:], tg, net)))
    volume = np.sum(0.5 * (y[1:] + y[:-1]) * np.diff(x)) / 60000
    total, number = np.cumsum(np.r_[0.0, np.where(good, rate, 0.0)]), np.cumsum(np.r_[0, good])
    lo, hi = np.searchsorted(t, t - SMOOTHING_S / 2, "left"), np.searchsorted(t, t + SMOOTHING_S / 2, "right")
    smooth = (total[hi] - total[lo]) / (number[hi] - number[lo])
    peak = np.max((smooth - base(t))[(t >= 0) & (t <= WINDOW_S)])
    return {"volume_ul": volume, "peak_nl_per_min": peak, "onset_latency_s": onset(mid, m, base, peak, s["lag"])}


def random_recording(rng):
    start = rng.uniform(190, 260)
    n = int((start + 630) * 10)
    time = (np.arange(n) + rng.uniform(-0.3, 0.3, n)) / 10
    time -= time[0]
    t = time - start
    latency, tr, m = rng.uniform(60, 150), rng.uniform(50, 130), rng.choice([1.0, 1.5, 2.0])
    rising = lambda x: 1 - np.exp(-(np.maximum(x, 0) / tr) ** m)
    response = np.where(t <= 308, rising(t - latency), rising(308 - latency) * np.exp(-np.maximum(t - 308, 0) / rng.uniform(60, 150)))
    lag = {"washout": rng.choice([0.0, 0.6]), "sensor": rng.uniform(1, 8), "delay": rng.uniform(0, 3)}
    height = rng.uniform(20, 350) if rng.random() < 0.85 else 0.0  # some do not sweat
    x = np.interp(t - lag["delay"], t, height * response)
    for tau in (lag["washout"], lag["sensor"]):
        if tau > 0:
            k = np.exp(-0.1 / tau)
            x = lfilter([1 - k], [1, -k], x)
    rate = rng.uniform(20, 60) + rng.choice([0.0, 1.0, -1.0]) * t / 60 + x + rng.normal(0, rng.uniform(0.3, 2), n)
    pressure = rng.uniform(85e3, 102e3)
    s = {"start": start, "lag": lag, "reference_k": rng.choice([273.15, 293.15, 298.15]), "pressure": pressure, "time_s": time,
         "flow_sccm": rng.uniform(60, 200) * (1 + rng.normal(0, 1e-3, n)), "t_in_c": 24 + rng.normal(0, 0.02, n),
         "t_out_c": 32 + rng.normal(0, 0.02, n), "rh_in_pct": 1.5 + rng.normal(0, 0.01, n)}
    moles = s["flow_sccm"] * 1e-6 * 101325 / (R * s["reference_k"])
    ratio = mole_ratio(s["rh_in_pct"], s["t_in_c"], pressure) + rate * WATER_G_PER_L / 1e9 / WATER_G_PER_MOL / moles
    e = pressure * ratio / (1 + ratio)
    s["rh_out_pct"] = 100 * e / (mole_ratio(100.0, s["t_out_c"], pressure) / (1 + mole_ratio(100.0, s["t_out_c"], pressure)) * pressure)
    for _ in range(rng.integers(0, 4)):  # holes of up to 1.5 s: missing cells
        at = rng.integers(0, n - 20)
        s["rh_out_pct"][at:at + rng.integers(1, 16)] = np.nan
    return s


def write(s, file):
    name = {273.15: "sccm_0C", 293.15: "sccm_20C", 298.15: "sccm_25C"}[float(s["reference_k"])]
    head = {"eccrine-csv": 1, "protocol": "qsart", "simulated": "yes", "stimulus_start_s": repr(float(s["start"])),
            "stimulus_stop_s": repr(float(s["start"] + 300)), "capsule_tau_s": repr(float(s["lag"]["washout"])),
            "sensor_tau_s": repr(float(s["lag"]["sensor"])), "transport_delay_s": repr(float(s["lag"]["delay"])),
            "pressure_kpa": repr(s["pressure"] / 1000), "flow_reference": name}
    columns = ("rh_in_pct", "t_in_c", "rh_out_pct", "t_out_c", "flow_sccm")
    lines = [f"# {k}: {v}" for k, v in head.items()] + ["time_s," + ",".join(f"foot.{c}" for c in columns)]
    for i, at in enumerate(s["time_s"]):
        lines.append(",".join([repr(float(at))] + ["" if np.isnan(s[c][i]) else repr(float(s[c][i])) for c in columns]))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    s["pressure"] = float(repr(s["pressure"] / 1000)) * 1000


def main():
    eccrine, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100
    rng = np.random.default_rng(20261121)
    problems = found = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            s = random_recording(rng)
            file = pathlib.Path(folder) / "recording.csv"
            write(s, file)
            run = subprocess.run([eccrine, "analyze", file, "--json", "--set", "onset.indeterminate_s=600"],
                                 capture_output=True, text=True, check=False)
            if run.returncode != 0:
                print(number, run.stderr)
                return 1
            site, want = json.loads(run.stdout)["sites"][0], expected(s)
            bad = [k for k in ("volume_ul", "peak_nl_per_min") if not abs(site[k] - want[k]) <= 1e-6 * abs(want[k])]
            ours, theirs = site["onset_latency_s"], want["onset_latency_s"]
            if (ours is None) != (theirs is None) or (ours is not None and abs(ours - theirs) > 0.5):
                bad.append("onset_latency_s")
            found += theirs is not None
            if bad:
                problems += 1
                print(number, *(f"{k}: ours {site[k]}, independent {want[k]}" for k in bad))
    print(f"{count} recordings, {found} with an onset, {problems} differ")
    return 1 if problems or found < count // 2 else 0


if __name__ == "__main__":
    sys.exit(main())
