# SPDX-License-Identifier: GPL-3.0-or-later
"""A bedside of its own for one fault: virtual instrument, bedside process and `eccrine run`, in a private runtime folder.

What really flowed is read from the instrument's output trace and its witness, what the host made of it from the recording."""
import contextlib
import json
import os
import pathlib
import socket
import sqlite3
import subprocess
import threading
import time

import programs

ZERO_UA = 1.0  # the trace has no noise
RAMP_UP, HOLD, RAMP_DOWN, PAUSED, COMPLETE, FAULT, EMERGENCY = 5, 6, 7, 8, 9, 10, 11

PROTOCOL = """schema = 1
id = "fault-row"
version = "2"
title = "Short stimulation for the table of faults"
drug = "none"
preset = "fault-row"
polarity = "anode"
checklist = "checklist.toml"
[[sources]]
id = "test"
text = "of the tests: as short as a protocol may be"
certainty = "policy"
[[step]]
id = "safety"
kind = "operator"
title = "Safety questions"
source = "test"
instruction = "Ask each question."
checklist = true
[[step.answer]]
id = "settled"
text = "Go on"
{baseline}[[step]]
id = "stimulation"
kind = "stimulation"
title = "Stimulation"
source = "test"
[step.stimulus]
current_ma = {current_ma}
charge_mc = {charge_mc}
ramp_up_s = 10
ramp_down_s = 1
at_most_s = {at_most_s}
voltage_limit_v = {voltage_v}
electrode_area_cm2 = 5.0
return_electrode_area_cm2 = 5.0
[[step]]
id = "recording"
kind = "recording"
title = "Recording"
source = "test"
after_stimulus_stop_s = {after_s}
after_stimulus_start_s = 0
"""


# Takes 10 s at least.
BASELINE = """[[step]]
id = "baseline"
kind = "baseline"
title = "Baseline"
source = "test"
wait_at_most_s = 120
[step.settling]
at_least_s = {baseline_s}
window_s = 1
slope_limit_nl_per_min2 = 1000
spread_limit_nl_per_min = 1000
range_limit_nl_per_min = 10000
temperature_drift_k_per_min = 10
flow_tolerance = 1
"""
# No drug of the shipped library is given for a few seconds only: one that is as wide as the program allows.
PRESETS = """schema = 1
id = "fault-rows"
version = "1"
title = "For the table of faults"
[[sources]]
id = "test"
text = "of the tests: as wide as the program allows"
certainty = "policy"
[insensate_skin]
density_ma_per_cm2 = 0.2
source = "test"
[[preset]]
id = "fault-row"
title = "For the table of faults"
drug = "none"
polarity = "anode"
polarity_source = "test"
reviewed_by = ""
reviewed_on = ""
"""
LIMITS = {"current_ma": (0.1, 2, 2.5), "charge_mc": (1, 51, 750), "density_ma_per_cm2": (0.01, 0.4, 0.5), "electrode_area_cm2": (1, 5, 400),
          "ramp_up_s": (10, 10, 120), "ramp_down_s": (0.5, 1, 120), "at_most_s": (10, 50, 3600), "voltage_limit_v": (10, 60, 60)}
CHECKLIST = """schema = 1
id = "checklist-fault-rows"
version = "1"
title = "For the table of faults"
[[item]]
id = "nobody"
question = "Is this the virtual instrument?"
safe_answer = true
block = "STOP"
advice = "Not with a patient."
source = "of the tests"
certainty = "policy"
"""


def presets_text() -> str:
    text = PRESETS
    for name, (least, typical, most) in LIMITS.items():
        text += (f"[preset.{name}]\nlower_hard = {least}\nlower_soft = {least}\ntypical = {typical}\nupper_soft = {most}\n"
                 f"upper_hard = {most}\ntypical_source = \"test\"\nlimits_source = \"test\"\n")
    return text


class EnvironmentFailure(Exception):
    """The computer and not the product said no: a port in use, a program that is missing."""


def protocol_text(hold_s: float = 20.0, current_ma: float = 2.0, voltage_v: float = 60.0, baseline_s: float = 0.0,
                  after_s: float = 1.0) -> str:
    """Ramps of 10 s and 1 s (the program refuses less), and a hold between them."""
    charge = current_ma * (5.5 + hold_s)
    return PROTOCOL.format(current_ma=current_ma, charge_mc=charge, at_most_s=hold_s + 30, voltage_v=voltage_v,
                           baseline=BASELINE.format(baseline_s=baseline_s) if baseline_s else "", after_s=after_s)


def until(condition, timeout_s: float, what: str, every_s: float = 0.01):
    """What the condition gives once it is true; polls the outside world."""
    deadline = time.monotonic() + timeout_s
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout_s:g} s: {what}")
        time.sleep(every_s)


class Process:
    """A program whose lines are kept with the time at which they came."""

    def __init__(self, command: list, environment: dict):
        self.said: list = []
        self.process = subprocess.Popen([str(word) for word in command], env=environment, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.said.append((time.monotonic(), line.rstrip("\n")))

    def text(self) -> str:
        return "\n".join(line for _, line in self.said)

    def heard(self, words: str):
        return next((at for at, line in list(self.said) if words in line), None)

    def sentences(self) -> list:
        return [line.removeprefix("eccrine: ") for _, line in list(self.said) if line.startswith("eccrine: ")]

    def wait(self, timeout_s: float) -> int:
        code = self.process.wait(timeout=timeout_s)
        self._reader.join(timeout=5)
        return code

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=20)


class TraceRow:
    def __init__(self, line: str):
        cells = line.split(",")
        self.us = int(cells[0])
        self.ua = [float(c) for c in cells[1:5]]
        self.relays, self.state = int(cells[5]), int(cells[6])
        self.faults = set(filter(None, cells[7].split("+")))

    @property
    def zero(self) -> bool:
        return all(abs(i) < ZERO_UA for i in self.ua)


class Trace:
    """What flowed through the skin, tick by tick of the device's clock."""

    def __init__(self, file: pathlib.Path):
        lines = file.read_text(encoding="utf-8").split("\n")
        self.rows = [TraceRow(line) for line in lines[1:-1]]  # the last one may be half written

    def began(self, kind: str) -> int:
        """Device time at which a fault of this kind is first at work."""
        at = next((r.us for r in self.rows if kind in r.faults), None)
        if at is None:
            raise AssertionError(f"the fault {kind} never was at work")
        return at

    def left_delivery(self, since_us: int):
        """First instant from then on in which the device neither ramps up nor holds."""
        return next((r.us for r in self.rows if r.us >= since_us and r.state not in (RAMP_UP, HOLD)), None)

    def reached(self, state: int, since_us: int):
        return next((r.us for r in self.rows if r.us >= since_us and r.state == state), None)

    def zero_for_good(self, since_us: int):
        """First instant from which on nothing flows to the end of the trace; None: it still flows."""
        found = None
        for row in self.rows:
            if row.us < since_us:
                continue
            if not row.zero:
                found = None
            elif found is None:
                found = row.us
        return found

    def most(self, since_us: int = 0, to_us: int = 1 << 62) -> float:
        return max((max(abs(i) for i in r.ua) for r in self.rows if since_us <= r.us <= to_us), default=0.0)

    def state_at(self, us: int) -> int:
        return next((r.state for r in reversed(self.rows) if r.us <= us), 0)

    def charge_mc(self, site: int) -> float:
        return sum(a.ua[site] * (b.us - a.us) for a, b in zip(self.rows, self.rows[1:])) * 1e-9

    def last_us(self) -> int:
        return self.rows[-1].us


class Recording:
    def __init__(self, file: pathlib.Path):
        self.file = file

    def query(self, sql: str) -> list:
        # closed at once: an open reader keeps the writer from making it one file
        with contextlib.closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchall()

    def events(self) -> list:
        """(test time in s, kind, site, detail) in their order; detail is decoded."""
        rows = self.query("SELECT test_us/1e6, kind, site, detail FROM event ORDER BY id")
        return [(at, kind, site, json.loads(detail) if detail else {}) for at, kind, site, detail in rows]

    def of_kind(self, *kinds: str) -> list:
        return [e for e in self.events() if e[1] in kinds]

    def sentences(self, *kinds: str) -> list:
        return [detail.get("sentence", "") for _, _, _, detail in self.of_kind(*kinds)]

    def entry(self, key: str):
        found = self.query(f"SELECT value FROM recording WHERE key='{key}'")
        return found[0][0] if found else None

    def chunks(self, stream: int) -> list:
        return self.query(f"SELECT first_index, ticks, device_us, test_us, data FROM chunk WHERE stream={stream} ORDER BY first_index")

    def holes(self, stream: int) -> list:
        """(first missing index, ticks) between the chunks."""
        chunks = self.chunks(stream)
        return [(a[0] + a[1], b[0] - a[0] - a[1]) for a, b in zip(chunks, chunks[1:]) if b[0] != a[0] + a[1]]


class Station:
    """`with Station(...) as station`: the instrument runs, the bedside process waits; begin_run() starts the test."""

    def __init__(self, bin_dir: pathlib.Path, folder: pathlib.Path, *, speed: float = 1, sites: str = "forearm",
                 protocol: str | None = None, options: tuple = (), pty: bool = False, relay=None, host_environment: dict | None = None,
                 instrument_environment: dict | None = None, host_words: tuple = (), instrument_words: tuple = ()):
        self.bin_dir, self.folder, self.speed, self.sites = bin_dir, folder, speed, sites
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.environment = programs.environment(folder)
        self.host_environment = self.environment | (host_environment or {})  # of the bedside process
        self.control, self.trace_file, self.out = folder / "control", folder / "flowed.csv", folder / "out"
        self.protocol_file = folder / "fault-row.toml"
        self.protocol_file.write_text(protocol or protocol_text(), encoding="utf-8")
        (folder / "presets.toml").write_text(presets_text(), encoding="utf-8")
        (folder / "checklist.toml").write_text(CHECKLIST, encoding="utf-8")
        where = ["--pty"] if pty else ["--tcp", "0"]
        self.instrument = programs.instrument(bin_dir, *where, "--speed", str(speed), "--seed", "1", "--control", str(self.control),
                                              "--log-output", str(self.trace_file), *options, environment=instrument_environment, words=instrument_words)
        self.bedside = self.run = self.relay = None
        self.make_relay, self.host_words = relay, host_words  # the words before the name of the bedside process

    def __enter__(self):
        try:
            self.url = self.device_url = self.instrument.line("url:", 10)
        except AssertionError as error:
            raise EnvironmentFailure(f"the instrument did not start: {error}") from None
        if self.make_relay is not None:
            self.relay = self.make_relay(self.device_url)
            self.url = self.relay.url
        return self

    def __exit__(self, *_):
        for process in (self.run, self.bedside):
            if process is not None:
                process.end()
        if self.relay is not None:
            self.relay.close()
        self.instrument.__exit__()

    # ---- actions ----

    def begin_bedside(self):
        """Socket of the bedside process, which is begun where none is."""
        if self.bedside is None:
            self.bedside = Process([*self.host_words, self.bin_dir / "eccrine-acquire"], self.host_environment)
            until(lambda: (self.folder / "eccrine-bedside").exists(), 10, "the bedside process listens")
        return self.folder / "eccrine-bedside"

    def begin_run(self, *words: str, bedside: bool = True):
        if bedside:
            self.begin_bedside()
        self.run = Process([self.bin_dir / "eccrine", "run", self.protocol_file, "--instrument", self.url, "--out", self.out,
                            "--sites", self.sites, *words], self.environment)
        return self.run

    def ask(self, line: str) -> str:
        with socket.socket(socket.AF_UNIX) as talk:
            talk.settimeout(10)
            talk.connect(str(self.control))
            talk.sendall(line.encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n"):
                part = talk.recv(65536)
                if not part:
                    break
                answer += part
        return answer.decode().strip()

    def inject(self, line: str):
        answer = self.ask(line)
        assert answer == "ok", f"{line}: {answer}"

    def status(self) -> dict:
        return json.loads(self.ask("status"))

    def device_us(self) -> int:
        return self.status()["device_us"]

    def set_ua(self) -> list:
        return [site["set_ua"] for site in self.status()["sites"]]

    def wait_state(self, *names: str, timeout_s: float = 60):
        return until(lambda: self.status()["state"] in names, timeout_s, f"the device is in {names}")

    def _patient_current(self, least_ua: int):
        """Current of the test: the self-test drives all four sites, the probe 20 µA."""
        if self.run.process.poll() is not None:
            raise AssertionError(f"the run ended before its current: {self.run.text()[-600:]}")
        status = self.status()
        sets = [site["set_ua"] for site in status["sites"]]
        wanted = len(self.sites.split(","))
        recorded = self.recording() is not None and any(
            k == "delivery" and d["to"] == "S5" for _, k, _, d in self.recording_events())
        return status if recorded and sum(s > least_ua for s in sets) == wanted else None

    def wait_ramp(self, timeout_s: float = 60, least_ua: int = 200):
        return until(lambda: self._patient_current(least_ua), timeout_s, "the current of the test rises")

    def wait_hold(self, timeout_s: float = 60, for_s: float = 1.2):
        """Held for `for_s` of the device's time: the rules that look back a second have their second."""
        def held():
            status = self._patient_current(0)
            return status if status and status["state"] == "hold" else None
        first = until(held, timeout_s, "the current is held")
        return until(lambda: self.status() if self.device_us() - first["device_us"] >= for_s * 1e6 else None, timeout_s,
                     "the current is held for a while")

    def wait_baseline(self, timeout_s: float = 60):
        """The test has begun, and no current is commanded."""
        def begun():
            if self.run.process.poll() is not None:
                raise AssertionError(f"the run ended in its baseline: {self.run.text()[-600:]}")
            return any(k == "step" and d["id"] == "baseline" for _, k, _, d in self.recording_events())
        return until(begun, timeout_s, "the baseline has begun")

    def finish(self, timeout_s: float = 60) -> int:
        """Exit code of the run. Waits a moment for the current to end in the trace; it is judged there."""
        code = self.run.wait(timeout_s)
        with contextlib.suppress(AssertionError):
            until(lambda: all(abs(site["flows_ua"]) < ZERO_UA for site in self.status()["sites"]), 1.5, "0")
        return code

    # ---- what there is to see ----

    def trace(self) -> Trace:
        return Trace(self.trace_file)

    def recording(self):
        found = programs.recordings(self.out) if self.out.is_dir() else []
        return Recording(found[-1]) if found else None

    def recording_events(self) -> list:
        found = self.recording()
        try:
            return found.events() if found else []
        except sqlite3.OperationalError:  # it is just being made
            return []

    def result(self) -> dict:
        """The JSON document that `eccrine run` left beside the recording."""
        text = self.recording().file.with_suffix(".json").read_text(encoding="utf-8")

        def no_number(word):
            raise AssertionError(f"the result document holds {word}")
        return json.loads(text, parse_constant=no_number)

    def eccrine(self, *words, timeout_s: float = 120):
        return subprocess.run([str(self.bin_dir / "eccrine"), *map(str, words)], env=self.environment, capture_output=True, text=True,
                              timeout=timeout_s, check=False)

    def bedside_pid(self) -> int:
        return int((self.folder / "eccrine-bedside.lock").read_text().split()[0])


def load_average() -> float:
    return os.getloadavg()[0]
