#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The analysis of a QSART as a laboratory would script it: numpy and scipy, vectorised throughout.

usage: qsart_scipy.py FOLDER [RECORDING]

FOLDER holds the columns as raw doubles and record.json (written by the benchmark). With RECORDING, an .eccrine file,
the columns come from there instead, as a script of a laboratory would have to get them. Reads one job a line from the
standard input, "rate" or "full", and answers with the processor seconds it took and its results in one line. Formulas and rules
are those of docs/analysis.md, written independently of the C++ code, so that equal answers also check both.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # ours computes in one thread as well, and the clock is that thread's

import numpy as np
from scipy.ndimage import uniform_filter1d
from scipy.signal import lfilter

R, WATER_G_PER_MOL, WATER_G_PER_L = 8.314462618, 18.015268, 998.2065
MOL_PER_SCCM = 1e-6 * 101325.0 / (R * 273.15)
BASELINE_S, LEVEL_S, WINDOW_S, SMOOTHING_S, SLOPE_LIMIT = 180.0, 60.0, 600.0, 5.005, 0.3
MIN_F, GRID_S, LAG_STEP_S = 100.0, 0.5, 0.1
RISE, ROUNDED_PRIOR, NOISE_CORRELATION = 0.7, 0.4, 2.0
BENDS, RISES_S = (1.0, 1.4, 1.8, 2.2), (30.0, 50.0, 75.0, 110.0, 160.0, 240.0, 600.0)


def saturation_pressure(celsius):
    kelvins = celsius + 273.15
    theta = 1.0 - kelvins / 647.096
    s = np.sqrt(theta)
    theta3 = theta * theta * theta
    total = (-7.85951783 * theta + 1.84408259 * theta * s - 11.7866497 * theta3 + 22.6807411 * theta3 * s
             - 15.9618719 * theta3 * theta + 1.80122502 * theta3 * theta3 * theta * s)
    return 22.064e6 * np.exp(647.096 / kelvins * total)


def sweat_rate(site):
    pressure = site["pressure_kpa"] * 1000.0
    hectopascals = pressure / 100.0
    factor = 1.0016 + 3.15e-6 * hectopascals - 0.074 / hectopascals
    vapour_in = site["rh_in_pct"] / 100.0 * factor * saturation_pressure(site["t_in_c"])
    vapour_out = site["rh_out_pct"] / 100.0 * factor * saturation_pressure(site["t_out_c"])
    ratio = vapour_out / (pressure - vapour_out) - vapour_in / (pressure - vapour_in)
    return site["flow_sccm"] * MOL_PER_SCCM * WATER_G_PER_MOL * ratio / WATER_G_PER_L * 1e9


def seen_through(record, until, course):
    """One-second means of a course behind delay, capsule and sensor, at x = 0, 0.5, 1, ... s."""
    n = int(until / LAG_STEP_S) + 20
    x = (np.arange(n) + 0.5) * LAG_STEP_S - record["delay_s"]
    y = np.where(x > 0, course(np.maximum(x, 0.0)), 0.0)
    for tau in (record["washout_s"], record["sensor_s"]):
        keep = np.exp(-LAG_STEP_S / tau)
        y = lfilter([1.0 - keep], [1.0, -keep], y)
    total = np.concatenate(([0.0], np.cumsum(y) * LAG_STEP_S))
    per_grid = round(GRID_S / LAG_STEP_S)
    to = np.arange(per_grid, n + 1, per_grid)
    return total[to] - total[np.maximum(0, to - 2 * per_grid)]


def onset(seconds, means, level, slope, peak, record):
    net = means - (level + slope * seconds)
    smooth = np.convolve(net, np.ones(5) / 5.0, "valid")
    lowest = np.lib.stride_tricks.sliding_window_view(net, 10).min(axis=1)
    n = len(net) - 14
    candidates = np.flatnonzero((seconds[:n] >= 0) & (smooth[:n] >= RISE * peak) & (lowest[:n] >= 0.8 * RISE * peak))
    if len(candidates) == 0:
        return np.nan
    until = seconds[candidates[0]] + 2.5
    chosen = (seconds >= -BASELINE_S) & (seconds + 0.5 <= until)
    t, r = seconds[chosen], means[chosen]
    dt = t - t.mean()
    residual = r - r.mean() - (dt @ (r - r.mean())) / (dt @ dt) * dt
    line_sum = residual @ residual
    hinges = np.arange(int(until / GRID_S) + 1) * GRID_S
    late = t >= 0.0
    index = np.rint((t[late] - hinges[:, None]) / GRID_S).astype(int)
    began = index >= 0
    index = np.maximum(index, 0)
    sums, priors = [], []
    for step, bend in enumerate(BENDS):
        for rise in RISES_S:
            shape = seen_through(record, until + 1.0, lambda x: 1.0 - np.exp(-((x / rise) ** bend)))
            u = np.where(began, shape[index], 0.0)
            own = (u * u).sum(axis=1) - u.sum(axis=1) ** 2 / len(t) - (u @ dt[late]) ** 2 / (dt @ dt)
            gain = u @ residual[late]
            with np.errstate(divide="ignore", invalid="ignore"):
                sums.append(np.where((own > 1e-9) & (gain > 0), line_sum - gain * gain / own, np.inf))
            priors.append(ROUNDED_PRIOR ** step)
    sums = np.array(sums)
    best = sums.min()
    freedom = len(t) - 4
    if (line_sum - best) / 2.0 / (best / freedom) <= MIN_F:
        return np.nan
    weight = np.array(priors) @ np.exp(-0.5 * (sums - best) / (NOISE_CORRELATION * best / freedom))
    return weight @ hinges / weight.sum()


def analyse(site, record, rate_hz):
    rate = sweat_rate(site)
    t = site["time_s"] - record["stimulus_start_s"]
    second = np.floor(t).astype(np.int64)
    first = second[0]
    means = np.bincount(second - first, rate) / np.bincount(second - first)
    seconds = np.arange(len(means)) + first + 0.5

    before = (seconds >= -BASELINE_S) & (seconds < 0)
    slope, offset = np.polyfit(seconds[before], means[before], 1)
    if abs(slope * 60.0) > SLOPE_LIMIT:
        level = offset
    else:
        level, slope = np.median(means[(seconds >= -LEVEL_S) & (seconds < 0)]), 0.0

    net = rate - (level + slope * t)
    window = (t >= 0) & (t <= WINDOW_S)
    smoothed = uniform_filter1d(rate, 2 * int(0.5 * SMOOTHING_S * rate_hz) + 1, mode="nearest") - (level + slope * t)
    peak = smoothed[window].max()
    volume = np.trapezoid(net[window], t[window]) if hasattr(np, "trapezoid") else np.trapz(net[window], t[window])
    off = record["stimulus_stop_s"] - record["stimulus_start_s"]
    during = window & (t <= off)
    np.trapz(net[during], t[during])
    after = window & (t >= off)
    np.trapz(net[after], t[after])

    current = site["current_ma"]
    plateau = np.median(current[current > 0.5 * current.max()])
    on = np.flatnonzero(current >= 0.1 * plateau)
    mean = 0.5 * (current[1:] + current[:-1])
    charge = np.sum((mean * np.diff(site["current_time_s"]))[mean >= 0.020])
    assert on.size > 0
    return onset(seconds, means, level, slope, peak, record), peak, volume / 60000.0, charge, level


def read_recording(file):
    """The columns of an .eccrine file without gaps, as docs/formats/recording.md has it."""
    import sqlite3
    names = {1: ("current_ma", 1e-3), 16: ("rh_in_pct", 1), 17: ("t_in_c", 1), 18: ("rh_out_pct", 1),
             19: ("t_out_c", 1), 20: ("flow_sccm", 1), 21: ("pressure_kpa", 1)}
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    sites = [{} for _ in database.execute("SELECT name FROM site")]
    for stream, rate_mhz in database.execute("SELECT id, rate_mhz FROM stream"):
        channels = [names[measurand] for measurand, in database.execute(
            "SELECT measurand FROM channel WHERE stream=? ORDER BY position", (stream,))]
        chunks = database.execute("SELECT test_us, data FROM chunk WHERE stream=? ORDER BY id", (stream,)).fetchall()
        data = np.frombuffer(b"".join(chunk for _, chunk in chunks), "<f4").reshape(-1, len(sites), len(channels))
        seconds = chunks[0][0] * 1e-6 + np.arange(len(data)) * 1000.0 / rate_mhz
        for number, site in enumerate(sites):
            for position, (name, factor) in enumerate(channels):
                site[name] = data[:, number, position].astype(float) * factor
                site["current_time_s" if name == "current_ma" else "time_s"] = seconds
    return sites


def main():
    folder = Path(sys.argv[1])
    record = json.loads((folder / "record.json").read_text())
    columns = ("time_s", "rh_in_pct", "t_in_c", "rh_out_pct", "t_out_c", "flow_sccm", "pressure_kpa", "current_time_s",
               "current_ma")
    if len(sys.argv) > 2:
        sites = read_recording(sys.argv[2])
    else:
        sites = [{c: np.fromfile(folder / f"{i}.{c}") for c in columns} for i in range(record["sites"])]
    rate_hz = 1.0 / (sites[0]["time_s"][1] - sites[0]["time_s"][0])
    print("ready", flush=True)
    for line in sys.stdin:
        begin = time.thread_time()
        if line.strip() == "rate":
            values = [sweat_rate(site) for site in sites]
            took = time.thread_time() - begin
            values = [v.sum() for v in values]
        else:
            values = [number for site in sites for number in analyse(site, record, rate_hz)]
            took = time.thread_time() - begin
        print(took, *(f"{v:.17g}" for v in values), flush=True)


if __name__ == "__main__":
    main()
