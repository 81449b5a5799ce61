#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judge of random_schedule.py finds what must not be, in traces that are made up."""
import pathlib
import unittest

import random_schedule as schedules
import station as stations

ACTS_ONLY = next(seed for seed in range(1000) if not schedules.Schedule(seed).kinds)
LEAD_OFF = next(seed for seed in range(10000) if schedules.Schedule(seed).kinds == {"welded_relay"})


class MadeUp(stations.Trace):
    """(seconds, µA of the first site, state) from the rise of the current on."""

    def __init__(self, *points):
        self.rows = [stations.TraceRow(f"{round(1e6 * at)},{ua},0,0,0,1,{state},") for at, ua, state in points]


def judged(trace: MadeUp, *zero_from, seed: int = ACTS_ONLY, trip: str | None = None, resumes: tuple = ()) -> list:
    run = schedules.Run(pathlib.Path(), seed)
    run.resumes = [round(1e6 * at) for at in resumes]
    run.began, run.trip = 0, trip
    run.zero_from = [(round(1e6 * since), to if to is None else round(1e6 * to), why) for since, to, why in zero_from]
    run._judge(trace)
    return run.broken


UP, HOLD, DOWN, PAUSED, DONE, FAULT = (stations.RAMP_UP, stations.HOLD, stations.RAMP_DOWN, stations.PAUSED, stations.COMPLETE, stations.FAULT)


class TheJudge(unittest.TestCase):
    def test_passes_a_run_that_ends_in_time(self):
        self.assertEqual(judged(MadeUp((0, 50, UP), (4, 2000, HOLD), (5, 1000, DOWN), (5.4, 0, DONE), (9, 0, DONE)), (5.6, None, "after stop")), [])

    def test_finds_current_after_a_stop(self):
        found = judged(MadeUp((0, 50, UP), (4, 2000, HOLD), (5.7, 0, DONE), (9, 0, DONE)), (5.6, None, "after stop"))
        self.assertEqual(len(found), 1)
        self.assertIn("2000 µA after stop, at 5.600 s", found[0])

    def test_finds_current_that_comes_back_in_a_pause_before_the_person_resumes_and_not_after(self):
        trace = (0, 50, UP), (2, 0, PAUSED), (4, 300, UP), (5, 0, DONE), (6, 0, DONE)
        self.assertIn("in a pause", judged(MadeUp(*trace), (2.6, 4.5, "in a pause"))[0])
        self.assertEqual(judged(MadeUp(*trace), (2.6, 4.0, "in a pause")), [])

    def test_a_probe_is_not_a_current(self):
        self.assertEqual(judged(MadeUp((0, 50, UP), (2, 0, PAUSED), (4, 20, HOLD), (5, 0, DONE), (6, 0, DONE)), (2.6, None, "in a pause")), [])

    def test_finds_current_after_the_device_has_latched_until_a_person_resumes(self):
        trace = MadeUp((0, 50, UP), (2, 0, FAULT), (4, 300, UP), (5, 0, DONE), (6, 0, DONE))
        self.assertIn("after the device has latched", judged(trace)[0])
        self.assertIn("after the device has latched", judged(trace, resumes=(1, 4.5))[0])
        self.assertEqual(judged(trace, resumes=(3,)), [])

    def test_finds_more_than_the_limit(self):
        self.assertIn("2105 µA, more than 2101", judged(MadeUp((0, 50, UP), (2, 2105, HOLD), (2.001, 0, DONE), (6, 0, DONE)))[0])

    def test_finds_too_much_charge(self):
        self.assertIn("mC at site 1", judged(MadeUp((0, 2000, HOLD), (schedules.MOST_MC / 2 + 0.1, 0, DONE), (20, 0, DONE)))[0])

    def test_finds_current_at_the_end(self):
        self.assertIn("current at the end", judged(MadeUp((0, 50, UP), (2, 2000, HOLD)))[0])

    def test_current_of_a_welded_relay_has_to_be_told(self):
        trace = MadeUp((0, 50, UP), (2, 500, DONE), (6, 500, DONE))
        self.assertIn("not told", judged(trace, seed=LEAD_OFF)[0])
        self.assertEqual(judged(trace, seed=LEAD_OFF, trip="take the leads off"), [])

    def test_the_same_seed_gives_the_same_schedule(self):
        self.assertEqual(schedules.Schedule(17).text(), schedules.Schedule(17).text())
        self.assertNotEqual(schedules.Schedule(17).text(), schedules.Schedule(18).text())


if __name__ == "__main__":
    unittest.main()
