# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that rest on a test elsewhere, and rows that cannot be had on a computer like this one, with the reason."""
import os
import pathlib
import re
import subprocess

# Executable of a suite, beside the programs or where CMake puts the tests.
EXECUTABLES = {"DeliveryRun": "test_acquisition", "WallTime": "test_core"}

NOT_HERE = {
    "F-38": "These rows have the bedside process and `eccrine run`, not the window. LivePage.test_stopIsFreeWhileADialogIsOpen and "
            "SweatWindow.StopsAtOnceWhereCurrentMayFlow press STOP with each build. A choice of files belongs to the desktop and the lock of "
            "the screen to the operating system: neither is there on a computer without a screen, and behind a lock STOP is the line in "
            "hardware (SR-14, SR-40).",
    "F-55": "These rows have the bedside process and `eccrine run`, not the window. AlarmDeskTest.WithoutALoudspeakerAlarmsAreSeenAllTheSame "
            "and StartPage.test_withoutALoudspeakerAPersonIsTold run with each build.",
}


def find(bin_dir: pathlib.Path, suite: str):
    name = EXECUTABLES[suite]
    return next((f for f in (bin_dir / name, bin_dir.parent / "tests" / name, *bin_dir.parent.rglob(name))
                 if f.is_file() and os.access(f, os.X_OK)), None)


def run(bin_dir: pathlib.Path, names: str) -> tuple:
    """(whether they pass, text) of tests of GoogleTest, separated by commas."""
    texts, good = [], True
    for name in names.split(","):
        suite = name.split(".")[0]
        program = find(bin_dir, suite)
        if program is None:
            return False, f"{EXECUTABLES[suite]} is not built"
        done = subprocess.run([str(program), f"--gtest_filter={name}:*/{name}/*"], capture_output=True, text=True, timeout=300, check=False,
                              env=os.environ | {"QT_QPA_PLATFORM": "offscreen"})
        passed = re.search(r"\[  PASSED  \] (\d+) test", done.stdout)
        ok = done.returncode == 0 and passed is not None and int(passed[1]) > 0
        good = good and ok
        texts.append(f"{name} {'passes' if ok else 'fails'}")
    return good, ", ".join(texts)
