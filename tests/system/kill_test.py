#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill_test.py BIN_DIR application|bedside: SIGKILL in the middle of a stimulation, with the real programs.

application: the bedside process ramps the current down after 2 s, the recording goes on to the look at the skin, which waits for a
person, and a new application finds the running test. bedside: the instrument's current is zero within its lease of 500 ms, the next
test is refused until a person says what it was, and what was recorded opens up to the last moments."""
import contextlib
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import programs

SPEED = 20


def start_test(bin_dir, environment, url, out):
    run = programs.Program([bin_dir / "eccrine", "run", "qsart", "--instrument", url, "--out", out], environment, "stderr")
    run.line("Stimulation", 120)
    return run


def events(recording):
    with contextlib.closing(sqlite3.connect(f"file:{recording}?mode=ro", uri=True)) as database:
        return database.execute("SELECT test_us/1e6, kind, detail FROM event ORDER BY id").fetchall()


def wait_until(condition, timeout_s, what):
    """Polls a condition of the outside world (a process that ends, a file that grows)."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout_s} s: {what}"
        os.sched_yield()


def held_current(out):
    """Waits until the current of the test is held, as the recording says: the self-test and the contact probe hold some, too."""
    def held():
        found = programs.recordings(out)
        try:
            return found and any(kind == "delivery" and '"to":"S6"' in detail for _, kind, detail in events(found[0]))
        except sqlite3.OperationalError:  # it is just being made
            return False

    wait_until(held, 60, "the current is held")


def bedside_pid(socket_folder):
    """The lock file names its holder."""
    return int((socket_folder / "eccrine-bedside.lock").read_text().split()[0])


def kill_application(bin_dir, folder, environment):
    out = folder / "out"
    with programs.instrument(bin_dir, "--tcp", "0", "--speed", str(SPEED)) as instrument:
        url = instrument.line("url:", 10)
        with start_test(bin_dir, environment, url, out) as run:
            held_current(out)
            run.process.send_signal(signal.SIGKILL)
            run.process.wait(timeout=10)
        ramp_down = instrument.line("state: ramp down", 10)
        assert ramp_down, "the current was not ramped down"
        second = subprocess.run([bin_dir / "eccrine", "run", "qsart", "--instrument", url, "--out", folder / "second"],
                                env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert second.returncode == 1 and "A test is running already" in second.stderr, second.stderr
        assert not list((folder / "second").glob("*")), "the second application left files"
        recording = programs.recordings(out)[0]
        wait_until(lambda: any(kind == "step" and '"inspect"' in detail for _, kind, detail in events(recording)), 180,
                   "the look at the skin")
        os.kill(bedside_pid(folder), signal.SIGTERM)  # nobody is left to look at it
        wait_until(lambda: any(kind == "end" for _, kind, _ in events(recording)), 20, "the end of the test")
        seen = events(recording)
    kinds = [kind for _, kind, _ in seen]
    assert "client_lost" in kinds, kinds
    lost = next(at for at, kind, _ in seen if kind == "client_lost")
    stop = next(at for at, kind, _ in seen if kind == "stimulus_stop")
    end = next(at for at, kind, detail in seen if kind == "step" and '"inspect"' in detail)
    assert 0 < stop - lost < 10, f"current ended {stop - lost:.1f} s of test time after the loss was noticed"
    assert end - stop > 290, "the recording did not go on to the protocol's end"
    print(f"current ended {stop - lost:.2f} s after the loss was noticed, recorded {end - stop:.0f} s more")


def latched_until_released(bin_dir, folder, environment, url):
    """Nobody has looked at the skin: the next bedside process knows, and lets no current flow until a person says what it was."""
    command = [bin_dir / "eccrine", "run", "qsart", "--instrument", url, "--out"]
    refused = subprocess.run([*command, folder / "refused"], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode == 1 and "cut off while current could flow" in refused.stderr, refused.stderr
    assert "--release" in refused.stderr and not programs.recordings(folder / "refused"), refused.stderr
    with programs.Program([*command, folder / "next", "--release", "bedside process ended, skin without marks"], environment,
                          "stderr") as run:
        run.line("Baseline", 60)
        run.process.send_signal(signal.SIGINT)
        run.process.wait(timeout=60)
    with contextlib.closing(sqlite3.connect(f"file:{programs.recordings(folder / 'next')[0]}?mode=ro", uri=True)) as database:
        told = dict(database.execute("SELECT key, value FROM recording WHERE key LIKE 'meta.previous_trip%'").fetchall())
    assert "cut off" in told["meta.previous_trip"], told
    assert told["meta.previous_trip.cause"] == "bedside process ended, skin without marks", told


def kill_bedside(bin_dir, folder, environment):
    out = folder / "out"
    with programs.instrument(bin_dir, "--tcp", "0", "--speed", str(SPEED)) as instrument:
        url = instrument.line("url:", 10)
        with start_test(bin_dir, environment, url, out) as run:
            held_current(out)
            os.kill(bedside_pid(folder), signal.SIGKILL)
            zero_ms = float(re.match(r"zero ([0-9.]+) ms", instrument.line("output:", 10)).group(1))
            assert zero_ms <= 500, f"the current was zero only after {zero_ms} ms"
            assert run.process.wait(timeout=60) == 1
        latched_until_released(bin_dir, folder, environment, url)
    recording = programs.recordings(out)[0]
    analysed = subprocess.run([bin_dir / "eccrine", "analyze", recording], env=environment, capture_output=True, text=True,
                              timeout=60, check=False)
    assert analysed.returncode == 0, analysed.stderr
    assert "not closed by its writer" in analysed.stdout
    with contextlib.closing(sqlite3.connect(f"file:{recording}?mode=ro", uri=True)) as database:
        armed_at = database.execute("SELECT min(test_us)/1e6 FROM event WHERE kind='stimulus_start'").fetchone()[0]
        last = database.execute("SELECT max(test_us)/1e6 FROM chunk").fetchone()[0]
    # the hold begins 20 s after the ramp; what was recorded reaches at least to 300 ms of real time before it was noticed
    assert last > armed_at + 18 - 0.3 * SPEED, f"recorded to {last:.1f} s, stimulus from {armed_at:.1f} s"
    print(f"zero {zero_ms:.0f} ms after the link was lost, recorded to {last:.2f} s of test time")


def main() -> int:
    bin_dir, victim = pathlib.Path(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        {"application": kill_application, "bedside": kill_bedside}[victim](bin_dir, folder, programs.environment(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
