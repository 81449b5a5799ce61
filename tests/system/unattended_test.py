#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""unattended_test.py BIN_DIR: `eccrine run` and who answers the safety questions.

On the virtual instrument nobody does, and the recording says so. An instrument that is not simulated is played by the
virtual one behind a relay that takes the mark of simulation off each frame: there the test is refused, no recording is begun
and no current flows. What refuses it first is its firmware, which no test of a real one has been run with; that a session of a real
instrument is refused without a person is a test of the session."""
import contextlib
import json
import pathlib
import sqlite3
import struct
import subprocess
import sys
import tempfile

import frame_relay
import programs

SIMULATED = 1 << 2


def unmarked(frame: frame_relay.Frame) -> bytes:
    """The same frame; from the device without the mark of simulation."""
    if frame.origin == frame_relay.HOST:
        return frame.wire
    raw = frame_relay.unstuff(frame.wire)
    flags, = struct.unpack_from("<H", raw, 2)
    plain = raw[:2] + struct.pack("<H", flags & ~SIMULATED) + raw[4:-4]
    return frame_relay.stuff(plain + struct.pack("<I", frame_relay.crc32c(plain)))


def run(bin_dir: pathlib.Path, url: str, out: pathlib.Path, environment: dict) -> subprocess.CompletedProcess:
    return subprocess.run([bin_dir / "eccrine", "run", "qsart", "--instrument", url, "--out", out, "--json"],
                          env=environment, capture_output=True, text=True, timeout=400, check=False)


def safety_answers(recording: pathlib.Path) -> list:
    with contextlib.closing(sqlite3.connect(f"file:{recording}?mode=ro", uri=True)) as store:
        return [json.loads(detail) for detail, in store.execute("select detail from event where kind = 'safety_answer'")]


def main() -> int:
    bin_dir = pathlib.Path(sys.argv[1])
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        environment = programs.environment(pathlib.Path(folder))
        out = pathlib.Path(folder) / "out"
        # A real instrument has the time of all of us: its self-test has to find the lease that it promises.
        with programs.instrument(bin_dir, "--tcp", "0", "--speed", "1", "--seed", "1") as instrument:
            relay = frame_relay.FrameRelay(instrument.line("url:", 10), edit=lambda frame: (unmarked(frame),))
            refused = run(bin_dir, relay.url, out, environment)
            relay.close()
            print(refused.stderr, refused.stdout)
            if refused.returncode != 1:
                problems.append(f"a real instrument: exit code {refused.returncode}")
            if "which this version of Eccrine has not been tested with; no current flows from it" not in refused.stderr:
                problems.append("a real instrument: the reason is not told")
            if list(out.glob("*")):
                problems.append(f"a real instrument: {[p.name for p in out.glob('*')]} is there")
        with programs.instrument(bin_dir, "--tcp", "0", "--speed", "20", "--seed", "1") as instrument:
            url = instrument.line("url:", 10)
            done = run(bin_dir, url, out, environment)
            if done.returncode != 0:
                problems.append(f"the virtual instrument: {done.stderr[-1000:]}")
        for recording in programs.recordings(out):
            answers = safety_answers(recording)
            print(len(answers), "answers")
            if len(answers) != 17:
                problems.append(f"{len(answers)} safety answers instead of 17")
            for answer in answers:
                if answer["answered_by"] != "nobody, simulated" or not answer["safe"]:
                    problems.append(f"answered: {answer}")
        if len(programs.recordings(out)) != 1:
            problems.append("there is not one recording")
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
