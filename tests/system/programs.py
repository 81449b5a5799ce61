# SPDX-License-Identifier: GPL-3.0-or-later
"""The real programs as processes, for the system tests. Their lines arrive in a queue, so that every wait has a deadline."""
import os
import pathlib
import queue
import subprocess
import threading


class Program:
    """A running program; `line(prefix)` waits for a line of its output that begins so."""

    def __init__(self, command: list, environment: dict | None = None, stream: str = "stdout"):
        pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | {stream: subprocess.PIPE}
        self.process = subprocess.Popen([str(word) for word in command], env=environment, text=True, **pipes)
        self.lines: queue.Queue = queue.Queue()
        threading.Thread(target=self._read, args=(getattr(self.process, stream),), daemon=True).start()

    def _read(self, stream):
        for line in stream:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def line(self, prefix: str, timeout_s: float) -> str:
        while True:
            text = self.lines.get(timeout=timeout_s)
            if text is None:
                raise AssertionError(f"the program ended before it printed a line that begins with '{prefix}'")
            if text.startswith(prefix):
                return text[len(prefix):].strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=20)


def environment(folder: pathlib.Path) -> dict:
    """A user of its own: its own bedside socket and settings, no screen."""
    return os.environ | {"XDG_RUNTIME_DIR": str(folder), "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"),
                         "XDG_DATA_HOME": str(folder / "data"), "QT_QPA_PLATFORM": "offscreen"}


def instrument(bin_dir: pathlib.Path, *options: str, environment: dict | None = None, words: tuple = ()) -> Program:
    """`words`: before the name of the program."""
    return Program([*words, bin_dir / "eccrine-instrument", *options], environment)


def recordings(folder: pathlib.Path) -> list:
    return sorted(folder.glob("*.eccrine"))
