#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""agree.py ECCRINE [COUNT [SEED]]: the analysis against the one of reference.py, on COUNT (100) random recordings.

Each site has to have the same volumes and baseline to 1e-6, the same onset of the hinge to 0.5 s or none in both, and the same
flags. An onset further away is let pass only where the definition leaves it open, and counted: a grid of 0.5 s cannot tell
it from the best one, half of the rise lies at a hole, or the peak, which says where the fit ends, does. The default rule is no hinge: it is held to what is known of the
recording instead, how the sweating began.

That this can fail is tried each time: a volume wrong by 1e-5, a latency by 1 s, an onset missed or made up has to be noticed,
and so has each of some parameters when the program is called with another value.
"""
import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np

import random_recordings
import reference

SEED = 20261128
RELATIVE, NOTHING_UL, LEAST_UL, ONSET_S = 1e-6, 1e-9, 1e-3, 0.5
OPEN_PEAK_ONSET_S = 2.0
SET = ("--json", "--norms", "none", "--set", f"stimulus.planned_charge_mc={reference.PLANNED_MC}", "--set", "onset.indeterminate_s=600")
HINGE = ("--method", "hinge", "--set", f"onset.min_f={reference.LEAST_F}")
OTHER_PARAMETERS = ("window.s=599", "baseline.level_s=50", "baseline.window_s=170", "baseline.slope_limit_nl_per_min2=4",
                    "peak.smoothing_s=6", "enhancement.on=off", "saturation.formula=sonntag", "lag.correction=off", "gap.total_s=1",
                    "onset.latest_s=60")


def begun(eccrine, file, *options):
    return subprocess.Popen([eccrine, "analyze", file, *SET, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def answer(call):
    out, errors = call.communicate()
    if call.returncode:
        sys.exit(f"{call.args}: {errors or out}")
    return {site["site"]: site for site in json.loads(out)["sites"]}


class Comparison:
    def __init__(self):
        self.differences, self.ties, self.worst = [], 0, {}
        self.peak_is_open = False

    def note(self, what, difference):
        self.worst[what] = max(self.worst.get(what, 0.0), difference)

    def number(self, key, ours, wanted, absolute):
        if ours is None or wanted is None:
            if ours is not wanted:
                self.differences.append(f"{key}: {ours}, independent {wanted}")
            return
        difference = abs(ours - wanted)
        if not difference <= RELATIVE * abs(wanted) + absolute:
            self.differences.append(f"{key}: {ours}, independent {wanted}")
        return difference

    def site(self, ours, wanted):
        v = wanted.values
        for key, value in v.items():
            if key.startswith("peak"):
                continue
            given = ours["delivered"][key] if key == "charge_mc" else ours[key]
            difference = self.number(key, given, value, 1e-4 * value if key == "charge_mc" else NOTHING_UL)
            if difference is not None and abs(value) > LEAST_UL:
                self.note("volume" if key == "volume_ul" else "others", difference / abs(value))
        self.peak(ours, wanted)
        if ours["baseline_model"] != wanted.baseline_model:
            self.differences.append(f"baseline {ours['baseline_model']}, independent {wanted.baseline_model}")
        codes = {flag["code"] for flag in ours["quality"]["flags"]}
        for flag, raised in wanted.flags.items():
            if raised is not None and (flag in codes) != raised:
                self.differences.append(f"{flag} {'not ' if raised else ''}raised")
        if wanted.flooded and "CROSSOVER?" not in codes:
            self.differences.append("CROSSOVER? not raised")
        if wanted.void and ours["quality"]["usable"]:
            self.differences.append("usable, though the capsule lifted off")
        self.onset(ours["onset_latency_s"], wanted)

    def peak(self, ours, wanted):
        """A mean of 5 s may hold a sample more or less. Where a part of it is missing, the smoother has a choice; where most is
        missing there is no mean."""
        height, at = wanted.values["peak_nl_per_min"], ours["peak_time_s"]
        loose = wanted.one_sample_more
        if at is not None and height is not None:
            filled = wanted.filled(at)
            if filled < 0.5:
                self.differences.append(f"peak: {ours['peak_nl_per_min']} from {filled:.0%} of the samples, independent {height}")
                return
            if min(filled, wanted.filled(wanted.values["peak_time_s"])) < 1:
                loose += 0.05 * height + 0.5
                self.peak_is_open = ours["peak_nl_per_min"] != height
        self.number("peak_nl_per_min", ours["peak_nl_per_min"], height, loose)

    def onset(self, ours, wanted):
        if ours is None or wanted.onset_s is None:
            if ours is not wanted.onset_s:
                self.differences.append(f"onset: {ours}, independent {wanted.onset_s}")
            return
        difference = abs(ours - wanted.onset_s)
        if difference <= ONSET_S:
            self.note("onset", difference)
        elif any(abs(ours - other) <= ONSET_S for other in wanted.hinge.as_good):
            self.ties += 1
        elif self.peak_is_open and difference <= OPEN_PEAK_ONSET_S:
            self.ties += 1
        else:
            self.differences.append(f"onset: {ours}, independent {wanted.onset_s:.2f}")


def unseen_errors(ours, wanted):
    """Which of the errors put into the result are not noticed."""

    def changed(what, change):
        wrong = copy.deepcopy(ours)
        change(wrong)
        comparison = Comparison()
        comparison.site(wrong, wanted)
        return [] if comparison.differences else [what]

    unseen = []
    if abs(wanted.values["volume_ul"]) > LEAST_UL:
        unseen += changed("volume 1e-5 too large", lambda site: site.update(volume_ul=site["volume_ul"] * (1 + 1e-5)))
    if ours["onset_latency_s"] is None:
        return unseen + changed("onset made up", lambda site: site.update(onset_latency_s=100.0))
    for shift in (-1.0, 1.0):
        unseen += changed(f"onset {shift:+} s", lambda site: site.update(onset_latency_s=wanted.onset_s + shift))
    return unseen + changed("onset missed", lambda site: site.update(onset_latency_s=None))


def noticed(site_results, wanted):
    comparison = Comparison()
    for site, result in site_results.items():
        comparison.site(result, wanted[site])
    return bool(comparison.differences)


def main():
    eccrine, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else SEED
    others = OTHER_PARAMETERS
    total, problems, unseen, default_errors = Comparison(), [], [], []
    sites = blanks = onsets = made_up = made_up_by_hinge = missed = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            file = pathlib.Path(folder) / f"{number}.csv"
            truth = random_recordings.write(np.random.default_rng([seed, number]), file)
            calls = [begun(eccrine, file, *HINGE), begun(eccrine, file)]
            recording = reference.Recording.read(file)
            wanted = {site: reference.analyse(recording, site) for site in truth}
            hinge, default = map(answer, calls)
            if not hinge.keys() == default.keys() == truth.keys():
                problems.append(f"{number}: sites {list(hinge)}, written {list(truth)}")
                continue
            for site, real in truth.items():
                sites += 1
                blanks += real.onset_s is None
                onsets += wanted[site].onset_s is not None
                one = Comparison()
                one.site(hinge[site], wanted[site])
                total.ties += one.ties
                for what, difference in one.worst.items():
                    total.note(what, difference)
                problems += [f"{number} {site} ({real.shape}): {text}" for text in one.differences]
                if not one.differences and not one.ties and not one.peak_is_open:
                    unseen += [f"{number} {site}: {text}" for text in unseen_errors(hinge[site], wanted[site])]

                found = default[site]["onset_latency_s"]
                if default[site]["volume_ul"] != hinge[site]["volume_ul"]:
                    problems.append(f"{number} {site}: the volume depends on the onset rule")
                if wanted[site].flags["DETACH"]:
                    continue
                if real.onset_s is None:
                    made_up += found is not None
                    made_up_by_hinge += wanted[site].onset_s is not None
                elif real.shape in random_recordings.RISES and wanted[site].values["volume_ul"] > 0.2:
                    missed += found is None
                    if found is not None:
                        default_errors.append(found - real.onset_s)
            if others and not noticed(hinge, wanted):
                others = [other for other in others if not noticed(answer(begun(eccrine, file, *HINGE, "--set", other)), wanted)]
            file.unlink()
    unseen += [f"{other} in place of the default" for other in others]
    for text in problems:
        print(text)
    for text in unseen:
        print("not noticed:", text)
    error = np.array(default_errors)
    print(f"{count} recordings, {sites} sites, {blanks} without sweat, {onsets} with an onset by the hinge: {len(problems)} differences")
    print(f"largest difference accepted: volume {total.worst['volume']:.1e}, onset {total.worst['onset']:.2f} s;"
          f" {total.ties} onsets further away where the definition leaves them open")
    print(f"onsets without sweat: hinge {made_up_by_hinge}, default rule {made_up}; default rule above 0.2 µL: {missed} missed,"
          f" {error.mean():+.1f} s on the mean, {error.min():+.1f} to {error.max():+.1f} s")
    print(f"errors put in: {len(unseen)} not noticed")
    enough = blanks > 0.1 * sites and onsets > 0.5 * sites and total.ties <= 0.03 * sites
    default_holds = made_up <= 0.025 * blanks and missed == 0 and abs(error.mean()) <= 15 and error.min() >= -30
    return 0 if enough and default_holds and made_up_by_hinge <= 0.05 * blanks and not problems and not unseen else 1


if __name__ == "__main__":
    sys.exit(main())
