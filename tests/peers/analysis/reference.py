# SPDX-License-Identifier: GPL-3.0-or-later
"""A sweat curve analysed with numpy and scipy, written from the definitions of the test and not from the program.

What is taken as given: the mass balance of dry gas, the IAPWS saturation equation and the enhancement factor; constant
baseline up to 0.3 nL/min per min, else the line over 180 s; volume as the trapezoid on raw time stamps from 0 to 600 s;
onset as the hinge c0 + c1 t + c2 max(0, t-h)^p with p of 1, 1.5 and 2, as the channel's lag would show it, fitted from
the start of the baseline to half of the rise and kept if F exceeds 40. The hinge is searched in continuous time.

The definitions take the lag off the latency by a table of biases from a calibration. Here the hinge is fitted as that lag shows
it, which needs no table. What they leave open is decided so: baselines are fitted to the means of whole seconds; an onset
before the stimulus is none; half of the rise lies in the middle of its 5 s mean.
"""
import csv
from dataclasses import dataclass, field

import numpy as np
from scipy.constants import R, atm, zero_Celsius
from scipy.optimize import minimize_scalar
from scipy.signal import lfilter

MOLAR_MASS_OF_WATER = 18.015268  # g/mol
DENSITY_OF_WATER_20C = 998.2065  # g/L
ZERO_OF_SCCM = {"sccm_0C": zero_Celsius, "sccm_20C": zero_Celsius + 20, "sccm_25C": zero_Celsius + 25}

BASELINE_S, RESTING_S, WINDOW_S, SMOOTHED_S = 180, 60, 600, 5
DRIFT_LIMIT = 0.3  # nL/min per min
EXPONENTS = (1.0, 1.5, 2.0)
LEAST_F = 40.0
HOLE_S, HOLES_S = 2.0, 10.0  # what is a hole; how much of them flags the volume
PLAUSIBLE_S = (20.0, 400.0)  # onset
PLANNED_MC, LEAST_DOSE = 600.0, 0.95
JUMP_PCT, JUMP_S = 8.0, 2.0  # lift-off
DRY_INLET_RATE, DRY_INLET_S, FLOODED_RATE = -5.0, 10, 1000.0  # nL/min
MOST_PCT = 105.0  # no reading above
SATURATED_PCT = 90.0  # outlet humidity above which a peak is not a peak
GRID_S = 0.5  # the coarsest search that the definition allows


# The recording


@dataclass
class Recording:
    head: dict
    time_s: np.ndarray
    columns: dict  # site -> quantity -> values

    @staticmethod
    def read(path):
        head, rows = {}, []
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                if row[0].startswith("#"):
                    key, _, value = ",".join(row)[1:].partition(":")
                    head[key.strip()] = value.strip()
                else:
                    rows.append(row)
        table = np.array([[float(cell) if cell else np.nan for cell in row] for row in rows[1:]])
        columns = {}
        for name, values in zip(rows[0][1:], table.T[1:]):
            site, quantity = name.split(".")
            columns.setdefault(site, {})[quantity] = values
        return Recording(head, table[:, 0], columns)

    def constant(self, key, site):
        """A number of the head for this site; None if it is not stated."""
        text = self.head.get(key)
        if text is None:
            return None
        if "=" not in text:
            return float(text)
        pairs = dict(pair.split("=") for pair in text.replace(" ", "").split(";"))
        return float(pairs[site]) if site in pairs else None

    def lag(self, site):
        taus = [self.constant(key, site) or 0.0 for key in ("capsule_tau_s", "sensor_tau_s")]
        return Lag(self.constant("transport_delay_s", site) or 0.0, tuple(tau for tau in taus if tau > 0))


# Humidity to sweat rate


def saturation_pressure(celsius):
    """Pa over liquid water, IAPWS."""
    kelvin = celsius + zero_Celsius
    root = np.sqrt(1 - kelvin / 647.096)
    powers = {2: -7.85951783, 3: 1.84408259, 6: -11.7866497, 7: 22.6807411, 8: -15.9618719, 15: 1.80122502}
    return 22.064e6 * np.exp(647.096 / kelvin * sum(a * root**n for n, a in powers.items()))


def vapour_pressure(percent, celsius, pressure_pa):
    hpa = pressure_pa / 100
    return percent / 100 * (1.0016 + 3.15e-6 * hpa - 0.074 / hpa) * saturation_pressure(celsius)


def mole_ratio(percent, celsius, pressure_pa):
    """Water in dry gas, mol/mol; missing where the reading cannot be."""
    e = vapour_pressure(percent, celsius, pressure_pa)
    return np.where((percent <= MOST_PCT) & (e < pressure_pa), e / (pressure_pa - e), np.nan)


def nl_per_min_of_ratio(flow_sccm, reference_k):
    dry_gas = flow_sccm * 1e-6 * atm / (R * reference_k)  # mol/min
    return dry_gas * MOLAR_MASS_OF_WATER / DENSITY_OF_WATER_20C * 1e9


def stated_pressure(recording, site):
    c = recording.columns[site]
    return "sweat_rate_nl_per_min" in c or "pressure_kpa" in c or recording.constant("pressure_kpa", site) is not None


def sweat_rate(recording, site):
    c = recording.columns[site]
    if "sweat_rate_nl_per_min" in c:
        return c["sweat_rate_nl_per_min"]
    pascal = 1000.0 * c.get("pressure_kpa", np.full(len(recording.time_s), recording.constant("pressure_kpa", site) or atm / 1000))
    water = mole_ratio(c["rh_out_pct"], c["t_out_c"], pascal) - mole_ratio(c["rh_in_pct"], c["t_in_c"], pascal)
    return nl_per_min_of_ratio(c["flow_sccm"], ZERO_OF_SCCM[recording.head["flow_reference"]]) * water


# Lag: a delay and first-order elements


@dataclass(frozen=True)
class Lag:
    delay_s: float = 0.0
    taus_s: tuple = ()

    def applied(self, values, step):
        """What a course of even steps, a straight line between them and at rest before, looks like behind the elements."""
        out = values
        for tau in self.taus_s:
            k = np.exp(-step / tau)
            newest = 1 - tau / step * (1 - k)
            out = lfilter([newest, 1 - k - newest], [1, -k], out)
        return out


class LaggedPower:
    """Means over 1 s of x^p (0 before x = 0), seen through a lag, as a function of the mean's middle."""

    STEP = 0.02

    def __init__(self, p, lag, until_s):
        x = np.arange(0, until_s + 2, self.STEP)
        course = lag.applied(x**p, self.STEP)
        self.integral = np.concatenate(([0.0], np.cumsum((course[1:] + course[:-1]) * self.STEP / 2)))
        self.x, self.delay = x, lag.delay_s

    def __call__(self, middle):
        x = np.asarray(middle) - self.delay
        return np.interp(x + 0.5, self.x, self.integral) - np.interp(x - 0.5, self.x, self.integral)


# Onset


@dataclass
class HingeFit:
    """The best hinge, and those beside it."""

    onset_s: float
    f: float
    as_good: list  # onsets, of all exponents, that a grid of GRID_S may take for the best, wherever the grid lies


def half_risen(second, net, amplitude):
    """Middle of the first 5 s mean above half of the amplitude after which 10 s stay above 40 %; nan if there is none."""
    for i in np.flatnonzero(second >= 0):
        if i + 10 > len(net):
            break
        if np.mean(net[i:i + 5]) > 0.5 * amplitude and not np.any(net[i:i + 10] <= 0.4 * amplitude):
            return second[i] + 2.0  # the middles of the seconds i to i+4: their mean
    return np.nan


def fit_hinge(second, mean, until, lag):
    used = (second >= -BASELINE_S) & (second <= until) & np.isfinite(mean)
    t, y = second[used], mean[used]
    line, _ = np.linalg.qr(np.column_stack((np.ones_like(t), t)))
    rest = y - line @ (line.T @ y)
    sse_line = rest @ rest
    latest = until - lag.delay_s
    if latest <= 0:
        return HingeFit(0.0, 0.0, [])
    scan = np.linspace(0, latest, int(latest / 0.35) + 2)
    valleys, found_by_any_grid = [], np.inf
    for p in EXPONENTS:
        power = LaggedPower(p, lag, until + 1)

        def sse(h, power=power):
            u = power(t[:, None] - np.atleast_1d(h))
            u = u - line @ (line.T @ u)
            up, own = rest @ u, np.einsum("ij,ij->j", u, u)
            explained = np.divide(up**2, own, out=np.zeros_like(own), where=(up > 0) & (own > 1e-9))
            return sse_line - explained

        coarse = np.concatenate(([np.inf], sse(scan), [np.inf]))
        lowest = np.flatnonzero((coarse[1:-1] <= coarse[:-2]) & (coarse[1:-1] <= coarse[2:]))
        for k in lowest[np.argsort(coarse[1:-1][lowest])[:4]]:
            ends = scan[max(k - 1, 0)], scan[min(k + 1, len(scan) - 1)]
            valley = minimize_scalar(lambda h, sse=sse: sse(h)[0], bounds=ends, method="bounded", options={"xatol": 1e-4})
            valleys.append((valley.fun, valley.x))
            around = np.clip([valley.x - GRID_S / 2, valley.x + GRID_S / 2], 0, latest)
            found_by_any_grid = min(found_by_any_grid, max(sse(around)))
    least, h = min(valleys)
    f = (sse_line - least) / 2 / (least / (len(t) - 4))
    return HingeFit(h, f, [other for value, other in valleys if value <= found_by_any_grid])


# The whole


@dataclass
class Analysis:
    baseline_model: str = "constant"
    slope: float = 0.0  # nL/min per min
    values: dict = field(default_factory=dict)
    hinge: HingeFit | None = None
    onset_s: float | None = None
    one_sample_more: float = 0.0  # nL/min, what one sample more or less makes of the peak
    filled: object = None  # part of the samples that is there in the 5 s around a time
    void: bool = False
    flooded: bool = False  # more than skin can sweat
    flags: dict = field(default_factory=dict)


def whole_seconds(t, rate):
    good = np.isfinite(rate)
    second = np.floor(t[good])
    first = second.min()
    index = (second - first).astype(int)
    count = np.bincount(index)
    with np.errstate(invalid="ignore"):
        return first + np.arange(len(count)) + 0.5, np.bincount(index, rate[good]) / count


def integral(t, y, begin, end):
    """Trapezoid over the samples between begin and end, with the straight line at both edges."""
    inside = (t > begin) & (t < end)
    edges = np.array([begin, end])
    at = np.concatenate((edges[:1], t[inside], edges[1:]))
    return np.trapz(np.interp(at, t, y), at)


def jumps(t, percent):
    """Where the humidity is further than JUMP_PCT from what it was up to JUMP_S ago."""
    out = np.zeros(len(t), dtype=bool)
    for back in range(1, len(t)):
        near = t[back:] - t[:-back] <= JUMP_S
        if not near.any():
            break
        out[back:] |= near & (np.abs(percent[back:] - percent[:-back]) > JUMP_PCT)
    return out


def longest_run(true):
    edges = np.flatnonzero(np.diff(np.concatenate(([0], true.astype(int), [0]))))
    return np.max(edges[1::2] - edges[::2], initial=0)


def stimulus(recording, site):
    """Start and duration in s, charge in mC. It lasts from the first sample of a tenth of the set current to the first of less."""
    current = recording.columns[site].get("current_ma")
    if current is None:
        start = float(recording.head["stimulus_start_s"])
        return start, float(recording.head["stimulus_stop_s"]) - start, None
    on = np.flatnonzero(current >= 0.1 * np.max(current))
    charge = np.trapz(current, recording.time_s)
    return recording.time_s[on[0]], recording.time_s[on[-1] + 1] - recording.time_s[on[0]], charge


def baseline(second, mean):
    """Slope and height at the stimulus of the line over the baseline; median of its end."""
    used = (second >= -BASELINE_S) & (second < 0) & np.isfinite(mean)
    slope, level = np.polynomial.Polynomial.fit(second[used], mean[used], 1).convert().coef[::-1]
    return slope, level, np.median(mean[used & (second >= -RESTING_S)])


def analyse(recording, site):
    start, stop, charge = stimulus(recording, site)
    t, rate = recording.time_s - start, sweat_rate(recording, site)
    second, mean = whole_seconds(t, rate)
    a = Analysis()

    slope, level, resting = baseline(second, mean)
    a.slope = slope * 60
    if abs(a.slope) <= DRIFT_LIMIT:
        slope, level = 0.0, resting
    else:
        a.baseline_model = "line"

    good = np.isfinite(rate)
    x, net = t[good], rate[good] - (level + slope * t[good])
    v = a.values
    v["baseline_nl_per_min"], v["resting_output_nl_per_min"] = level, resting
    v["volume_ul"] = integral(x, net, 0, WINDOW_S) / 60 / 1000
    v["volume_during_stimulus_ul"] = integral(x, net, 0, stop) / 60 / 1000
    v["volume_after_stimulus_ul"] = integral(x, net, stop, WINDOW_S) / 60 / 1000
    area = recording.constant("capsule_area_cm2", site)
    if charge is not None:
        v["charge_mc"] = charge
    v["volume_ul_per_cm2"] = None if area is None else v["volume_ul"] / area

    # the mean of the samples of 5 s around each sample, holes bridged by a line as in the volume
    total = np.concatenate(([0.0], np.cumsum(np.interp(t, x, net))))
    low, high = np.searchsorted(t, t - SMOOTHED_S / 2), np.searchsorted(t, t + SMOOTHED_S / 2, side="right")
    smooth = (total[high] - total[low]) / (high - low)
    window = (t >= 0) & (t <= WINDOW_S)
    at = np.flatnonzero(window)[np.argmax(smooth[window])]
    amplitude = smooth[at]
    v["peak_nl_per_min"], v["peak_time_s"] = amplitude, t[at]
    averaged = rate[low[at]:high[at]]
    a.one_sample_more = np.ptp(averaged[np.isfinite(averaged)]) / len(averaged)
    count = np.concatenate(([0], np.cumsum(good)))
    a.filled = lambda when: ((count[high] - count[low]) / (high - low))[np.argmin(np.abs(t - when))]

    in_window = (x[1:] > 0) & (x[:-1] < WINDOW_S)
    holes = (np.minimum(x[1:], WINDOW_S) - np.maximum(x[:-1], 0))[in_window & (np.diff(x) > HOLE_S)]
    outlet = recording.columns[site].get("rh_out_pct", np.zeros_like(t))
    invalid = outlet > MOST_PCT
    lifted = jumps(t, np.where(invalid, np.nan, outlet)) & (t >= -BASELINE_S)
    saturated = np.any((outlet > SATURATED_PCT) & window)
    if saturated:
        v["peak_nl_per_min"] = v["peak_time_s"] = None

    # the definition does not say what a hole does to a 5 s mean: a line bridges it, or else there is none
    above = mean - (level + slope * second)
    known = np.isfinite(above)
    until = half_risen(second, np.interp(second, second[known], above[known]), amplitude)
    without_bridge = half_risen(second, above, amplitude)
    if np.isfinite(until):
        a.hinge = fit_hinge(second, mean, until, recording.lag(site))
        if np.isfinite(without_bridge) and without_bridge != until:
            a.hinge.as_good += fit_hinge(second, mean, without_bridge, recording.lag(site)).as_good
        if a.hinge.f > LEAST_F:
            a.onset_s = a.hinge.onset_s

    a.void = np.any(lifted & window)
    a.flooded = np.nanmax(mean[(second > 0) & (second < WINDOW_S)]) > FLOODED_RATE
    a.flags = {  # None: may be or not
        "DRIFT": a.baseline_model == "line",
        "GAP": holes.sum() > HOLES_S,
        "SAT": saturated,
        "NO_PRESSURE": not stated_pressure(recording, site),
        "NO_ONSET": a.onset_s is None,
        "LAT?": a.onset_s is not None and not PLAUSIBLE_S[0] <= a.onset_s <= PLAUSIBLE_S[1],
        "DETACH": True if np.any(lifted) else None if np.any(invalid) else False,
        "DRY_INLET": longest_run(mean < DRY_INLET_RATE) > DRY_INLET_S,
        "STIM_LOW": charge is not None and charge < LEAST_DOSE * PLANNED_MC,
    }
    return a
