# SPDX-License-Identifier: GPL-3.0-or-later
"""The preloaded library that steps a program's wall clock, lets an allocation fail, or has the computer sleep (host_shim.c)."""
import mmap
import pathlib
import shutil
import struct
import subprocess

import station as stations


class HostShim:
    def __init__(self, folder: pathlib.Path):
        folder.mkdir(parents=True, exist_ok=True)
        compiler = shutil.which("cc")
        if compiler is None:
            raise stations.EnvironmentFailure("no C compiler for the shim")
        library = folder / "host_shim.so"
        subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", library, pathlib.Path(__file__).with_name("host_shim.c")], check=True)
        told = folder / "host_shim.told"
        told.write_bytes(bytes(24))
        with told.open("r+b") as file:
            self._told = mmap.mmap(file.fileno(), 24)
        self.environment = {"LD_PRELOAD": str(library), "SHIM_FILE": str(told)}

    def wall_clock_off_by(self, seconds: int):
        self._told[0:8] = struct.pack("<q", seconds)

    def fail_allocation(self, number: int):
        self._told[8:16] = struct.pack("<q", number)

    def slept_for(self, seconds: int):
        """Told while the program stands still: its monotonic clock has not gone on, the one that counts sleep has."""
        self._told[16:24] = struct.pack("<q", seconds)

    def allocation_failed(self) -> bool:
        return struct.unpack("<q", self._told[8:16])[0] <= 0
