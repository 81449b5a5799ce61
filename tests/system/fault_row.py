# SPDX-License-Identifier: GPL-3.0-or-later
"""A row of the table of faults: what is done, and what has to be seen. One id may have several rows."""
import pathlib

import station as stations

ROWS: list = []


class Row:
    def __init__(self, fault: str, case: str, group: str | None, known: str | None, alone: bool, action):
        self.fault, self.case, self.group, self.known, self.alone, self.action = fault, case, group, known, alone, action


def row(fault: str, case: str, group: str | None = None, known: str | None = None, alone: bool = False):
    """Decorator. `group`: part of the selection that is run with every build, in this test of CTest. `known`: what the product does
    otherwise than the catalogue says; such a row fails in the table, and does not fail a group. `alone`: never beside another one."""
    def add(action):
        ROWS.append(Row(fault, case, group, known, alone, action))
        return action
    return add


class Bench:
    """What one row works with: stations in folders of their own, and the list of what was seen."""

    def __init__(self, bin_dir: pathlib.Path, folder: pathlib.Path):
        self.bin_dir, self.folder = bin_dir, folder
        self.seen: list = []  # (text, whether it is what has to be)
        self.evidence: str | None = None  # a test elsewhere that this row rests on
        self._stations = 0

    def station(self, **settings) -> stations.Station:
        self._stations += 1
        return stations.Station(self.bin_dir, self.folder / str(self._stations), **settings)

    def check(self, ok, text: str):
        self.seen.append((text, bool(ok)))

    def verdict(self) -> str:
        return "pass" if self.seen and all(ok for _, ok in self.seen) else "fail"

    def observed(self) -> str:
        return "; ".join(text if ok else f"WRONG: {text}" for text, ok in self.seen)

    # ---- what many rows look at ----

    def within(self, since_us: int, at_us, most_ms: float, what: str):
        if at_us is None:
            self.check(False, f"{what} not at all (has to be within {most_ms:g} ms)")
            return
        took = (at_us - since_us) / 1000
        self.check(0 <= took <= most_ms, f"{what} after {took:.0f} ms (at most {most_ms:g})")

    def device_cuts(self, station, kind: str, most_ms: float, state: int):
        """The device ends the current by its own rule: state and zero in its trace."""
        trace = station.trace()
        began = trace.began(kind)
        self.within(began, trace.left_delivery(began), most_ms, "delivery left")
        self.within(began, trace.zero_for_good(began), most_ms, "0")
        left = trace.left_delivery(began)
        found = trace.state_at(left) if left else None
        self.check(found == state, f"device in S{found} (S{state})")

    def host_cuts(self, station, kind: str, most_ms: float, began: int | None = None):
        """The host ends the current: its STOP is one without a ramp, so that zero itself has to come within the time."""
        trace = station.trace()
        began = trace.began(kind) if began is None else began
        self.within(began, trace.left_delivery(began), most_ms, "STOP in the device")
        self.within(began, trace.zero_for_good(began), most_ms, "0")

    def paused(self, station, *words: str):
        """The host has paused, once, and says why."""
        self._told(station, "delivery_paused", "S8", words)

    def tripped(self, station, *words: str):
        """The host has latched a fault, and says why."""
        self._told(station, "trip", "S10", words)

    def _told(self, station, kind: str, state: str, words: tuple):
        recording = station.recording()
        states = [d["to"] for _, _, _, d in recording.of_kind("delivery")]
        said = recording.sentences(kind)
        self.check(state in states, f"host in {state}" if state in states else f"host never in {state}: {','.join(states)}")
        told = said[0] if said else " ".join(station.run.sentences())
        self.check(said and any(w in told for w in words), f"told: \"{told}\"")
        if kind == "delivery_paused":
            self.check(len(said) == 1, "once" if len(said) == 1 else f"{len(said)} times")
        elif len(said) > 1:  # a fault that lasts is found by other rules as well
            self.check(True, f"then also: \"{said[1]}\"")

    def goes_on(self, station, finished: bool = True):
        """Nothing was paused or tripped."""
        bad = station.recording().of_kind("delivery_paused", "trip", "current_refused", "link_lost")
        self.check(not bad, "no pause, no fault" if not bad else f"{bad[0][1]}: {bad[0][3].get('sentence', '')}")
        if finished:
            outcome = station.recording().entry("meta.outcome")
            self.check(outcome == "finished", f"test {outcome}")
