#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tidy.py BUILD_DIR JOBS: clang-tidy over the project's own sources of a build, a file a process; exit 1 on a finding.

A file whose source, headers and settings have not changed since a clean run is not read again: its stamp in
BUILD_DIR/tidy-stamps is newer than its dependencies."""
import concurrent.futures
import hashlib
import json
import pathlib
import subprocess
import sys

build, jobs = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
root = pathlib.Path(__file__).resolve().parent.parent
folders = ("core", "datafiles", "devices", "recording", "analysis", "protocols", "acquisition", "records", "qml", "app")
entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
sources = sorted({e["file"] for e in entries
                  if pathlib.Path(e["file"]).is_relative_to(root) and
                  pathlib.Path(e["file"]).relative_to(root).parts[0] in folders})
stamps = build / "tidy-stamps"
stamps.mkdir(exist_ok=True)
settings = (root / ".clang-tidy").read_bytes()


def fingerprint(source: str) -> str:
    """Of the settings, the source and every project header: coarse, but never stale."""
    digest = hashlib.sha256(settings)
    digest.update(pathlib.Path(source).read_bytes())
    digest.update(headers)
    return digest.hexdigest()


headers = hashlib.sha256(b"".join(p.read_bytes() for f in folders for p in sorted((root / f).rglob("*.hpp")))).digest()


def tidy(source: str) -> tuple[str, int, str]:
    stamp = stamps / hashlib.sha256(source.encode()).hexdigest()
    mark = fingerprint(source)
    if stamp.exists() and stamp.read_text() == mark:
        return source, 0, ""
    run = subprocess.run(["clang-tidy-14", "-p", str(build), "--quiet", source], capture_output=True, text=True,
                         check=False)
    if run.returncode == 0:
        stamp.write_text(mark)
    return source, run.returncode, run.stdout or run.stderr


bad = 0
with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
    for source, code, output in pool.map(tidy, sources):
        if code:
            bad += 1
            print(output.strip(), file=sys.stderr)
print(f"clang-tidy: {len(sources)} files, {bad} with findings")
sys.exit(1 if bad else 0)
