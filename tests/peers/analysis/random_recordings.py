# SPDX-License-Identifier: GPL-3.0-or-later
"""Random recordings of the acetylcholine test as CSV: 1 to 4 sites, sweating in several shapes or not at all, behind the
lag that the head states, with noise, drift, holes, uneven sampling, several rates and references of the gas, lift-offs."""
from dataclasses import dataclass

import numpy as np

import reference

SITES = ("forearm", "proximal_leg", "distal_leg", "foot")
AFTER_CURRENT_S = 8.0  # sweating goes on that long when the current ends


@dataclass
class Truth:
    shape: str
    onset_s: float | None
    height: float = 0.0  # nL/min


def powered(s, time_to, sharpness):
    return 1 - np.exp(-(np.maximum(s, 0) / time_to) ** sharpness)


def stimulated(rng, rise, s, off):
    """A rise until the stimulus is over, then an exponential return."""
    return np.where(s <= off, rise(s), rise(np.float64(off)) * np.exp(-np.maximum(s - off, 0) / rng.lognormal(np.log(90), 0.3)))


def course(rng, shape, s, off):
    """Sweating s seconds after its onset; the stimulus ends at off. About 1 at its highest."""
    if shape == "sharp":
        time_to = rng.lognormal(np.log(75), 0.3)
        return stimulated(rng, lambda x: powered(x, time_to, 1), s, off)
    if shape == "sigmoid":
        time_to = rng.lognormal(np.log(120), 0.3)
        return stimulated(rng, lambda x: powered(x, time_to, 2), s, off)
    if shape == "between":
        time_to, sharpness = rng.lognormal(np.log(95), 0.3), rng.uniform(1, 2)
        return stimulated(rng, lambda x: powered(x, time_to, sharpness), s, off)
    if shape == "straight":
        full = rng.uniform(80, 250)
        return stimulated(rng, lambda x: np.clip(x / full, 0, 1), s, off)
    if shape == "power":
        full, p = rng.uniform(80, 250), rng.choice([1.5, 2.0])
        return stimulated(rng, lambda x: np.clip(x / full, 0, 1) ** p, s, off)
    if shape == "gamma":
        highest, p = rng.uniform(100, 220), rng.uniform(0.9, 1.8)
        x = np.maximum(s, 0) / highest
        return x**p * np.exp(p * (1 - x))
    if shape == "persistent":
        time_to = rng.uniform(30, 60)
        return powered(s, time_to, 1) * np.exp(-np.maximum(s, 0) / 3000)
    if shape == "two bumps":
        first, second = rng.uniform(50, 80), rng.uniform(180, 240)
        return powered(s, 25, 1.5) * (np.exp(-(((s - first) / 45) ** 2)) + rng.uniform(0.5, 1) * np.exp(-(((s - second) / 60) ** 2)))
    raise ValueError(shape)


RISES = ("sharp", "sigmoid", "between", "persistent")  # exponential, as most skin
SHAPES = (*RISES, "straight", "power", "gamma", "two bumps")


def slow_noise(rng, t, sd, seconds=20.0):
    """Correlated noise, as hygrometers have it, on even time and read off at t."""
    even = np.arange(t[0] - 1, t[-1] + 2, 0.5)
    k = np.exp(-0.5 / seconds)
    out = np.empty(len(even))
    last = rng.normal()
    for i, kick in enumerate(rng.normal(size=len(even)) * np.sqrt(1 - k * k)):
        last = k * last + kick
        out[i] = last
    return sd * np.interp(t, even, out)


def sweat(rng, t, stop, lag):
    """nL/min above the baseline as the hygrometer shows it."""
    if rng.random() < 0.2:
        return np.zeros_like(t), Truth("blank", None)
    truth = Truth(str(rng.choice(SHAPES)), rng.uniform(35, 160), float(np.exp(rng.uniform(np.log(15), np.log(500)))))
    if rng.random() < 0.03:
        truth.height = 1500.0  # the stimulus solution under the capsule
    step = 0.02
    even = np.arange(0, t[-1] + 1, step)
    skin = truth.height * course(rng, truth.shape, even - truth.onset_s, stop + AFTER_CURRENT_S - truth.onset_s)
    skin[even < truth.onset_s] = 0
    return np.interp(t - lag.delay_s, even, lag.applied(skin, step), left=0.0), truth


def humidity(ratio, celsius, pressure):
    """%RH that gives the mole ratio."""
    return 100 * pressure * ratio / (1 + ratio) / reference.vapour_pressure(100.0, celsius, pressure)


def write(rng, path):
    """Writes one recording and returns the truth by site."""
    sites = [str(s) for s in rng.permutation(SITES)[: rng.integers(1, 5)]]
    per_second = float(rng.choice([4, 5, 10, 10, 10, 20, 25]))
    if len(sites) > 2:
        per_second = min(per_second, 10.0)
    start, stop = rng.uniform(185, 260), rng.uniform(290, 315)
    n = int((start + rng.uniform(605, 660)) * per_second)
    time = np.round((np.arange(n) + rng.uniform(-0.3, 0.3, n) * rng.choice([0, 1])) / per_second + rng.uniform(0.5, 5), 6)
    t = time - start
    direct = rng.random() < 0.15
    flow_reference = str(rng.choice(list(reference.ZERO_OF_SCCM)))

    # one number for all, or one for each site
    def stated(low, high, digits):
        if rng.random() < 0.5:
            return dict.fromkeys(sites, round(rng.uniform(low, high), digits))
        return {site: round(rng.uniform(low, high), digits) for site in sites}

    def text(numbers):
        return repr(numbers[sites[0]]) if len(set(numbers.values())) == 1 else "; ".join(f"{s}={x!r}" for s, x in numbers.items())

    lagging = rng.choice(["none", "delay", "all", "all"])
    zero = dict.fromkeys(sites, 0.0)
    capsule = stated(0.2, 1.5, 3) if lagging == "all" else zero
    sensor = stated(1, 10, 2) if lagging == "all" else zero
    delay = stated(0.2, 4, 2) if lagging != "none" else zero
    area = stated(0.8, 5.1, 3)
    pressure = stated(84, 103, 3)
    pressure_is = rng.choice(["head", "column", "missing"], p=[0.6, 0.25, 0.15])
    head = {"eccrine-csv": 1, "protocol": "qsart", "simulated": "yes",
            "stimulus_start_s": repr(start), "stimulus_stop_s": repr(start + stop),
            "capsule_tau_s": text(capsule), "sensor_tau_s": text(sensor), "transport_delay_s": text(delay)}
    if rng.random() < 0.7:
        head["capsule_area_cm2"] = text(area)
    if not direct:
        head["flow_reference"] = flow_reference
        if pressure_is == "head":
            head["pressure_kpa"] = text(pressure)

    truths, names, columns = {}, [], []
    current = None
    if rng.random() < 0.3:  # the current says when it began
        del head["stimulus_start_s"], head["stimulus_stop_s"]
        charge_part = rng.choice([1.0, rng.uniform(0.85, 0.93)])
        current = np.interp(t, [-1.3, 18.7, stop - 3, stop + 2], [0.0, 2.0, 2.0, 0.0]) * charge_part * 600 / (2 * stop - 21.7)
    drift = rng.choice([0.0, rng.uniform(-2.8, 2.8)])
    for site in sites:
        lag = reference.Lag(delay[site], tuple(x for x in (capsule[site], sensor[site]) if x > 0))
        above, truths[site] = sweat(rng, t, stop, lag)
        white = np.exp(rng.uniform(np.log(0.3), np.log(4)))
        dry_inlet = truths[site].onset_s is None and not direct and rng.random() < 0.2
        rate = (rng.uniform(-80, -40) if dry_inlet else rng.uniform(15, 70)) + drift * t / 60 + above
        rate = rate + rng.normal(0, white, n) + slow_noise(rng, t, 0.3 * white)
        if direct:
            cells = {"sweat_rate_nl_per_min": rate}
        else:
            pascal = 1000 * (101.325 if pressure_is == "missing" else pressure[site])
            if pressure_is == "column":
                pascal = pascal + rng.normal(0, 5, n)
            base_in, base_out = rng.uniform(20, 27), rng.uniform(29, 36)
            cells = {"rh_in_pct": np.abs(rng.uniform(0, 3) + 5 * dry_inlet + rng.normal(0, 0.01, n)),
                     "t_in_c": base_in + rng.normal(0, 0.01, n), "t_out_c": base_out + rng.normal(0, 0.01, n),
                     "flow_sccm": rng.uniform(60, 240) * (1 + rng.normal(0, 1e-3, n))}
            ratio = rate / reference.nl_per_min_of_ratio(cells["flow_sccm"], reference.ZERO_OF_SCCM[flow_reference])
            ratio = ratio + reference.mole_ratio(cells["rh_in_pct"], cells["t_in_c"], pascal)
            cells["rh_out_pct"] = humidity(ratio, cells["t_out_c"], pascal)
            if pressure_is == "column":
                cells["pressure_kpa"] = pascal / 1000
        if current is not None:
            cells["current_ma"] = current
        main = "sweat_rate_nl_per_min" if direct else "rh_out_pct"
        if rng.random() < 0.4:  # holes: cells without a number
            for _ in range(rng.integers(1, 4)):
                at = rng.integers(0, n - 10 * int(per_second))
                cells[main][at:at + int(rng.uniform(0.2, 6) * per_second)] = np.nan
        if not direct and rng.random() < 0.1:  # a reading that cannot be
            cells[main][rng.integers(0, n, 3)] = 106.0
        if not direct and rng.random() < 0.08:  # the capsule lifts off and is seated again, once or twice
            for at in rng.uniform(start - 170, start + 560, rng.integers(1, 3)):
                away = (time >= at) & (time < at + rng.uniform(5, 30))
                cells[main] = cells[main] + away * rng.uniform(9.5, 20)
        for quantity in rng.permutation(list(cells)):
            names.append(f"{site}.{quantity}")
            columns.append(np.round(cells[quantity], 5))
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"# {key}: {value}\n" for key, value in head.items())
        file.write(",".join(["time_s", *names]) + "\n")
        for row in zip(time.tolist(), *(column.tolist() for column in columns)):
            file.write(",".join("" if x != x else repr(x) for x in row) + "\n")
    return truths
