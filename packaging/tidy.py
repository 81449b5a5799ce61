#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tidy.py BUILD_DIR JOBS: clang-tidy over the project's own sources of a build; exit 1 on a finding.

Most of the time goes into headers that every file reads again, so that files of one target are read together, some at
a time. A group in which anything is found, or that cannot be compiled as one after all, is read again file by file; only what is found then counts. A group whose sources, headers and settings have not changed
since a clean run is not read again: its stamp in BUILD_DIR/tidy-stamps says so."""
import concurrent.futures
import hashlib
import json
import pathlib
import re
import subprocess
import sys

from source_groups import grouped

build, jobs = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
root = pathlib.Path(__file__).resolve().parent.parent
folders = ("core", "datafiles", "devices", "recording", "analysis", "protocols", "acquisition", "records", "qml", "app")
own_code = "/(" + "|".join(folders) + r")/.*\.(hpp|cpp)$"
stamps = build / "tidy-stamps"
groups_dir = build / "tidy-groups"


def own(path: str) -> bool:
    file = pathlib.Path(path)
    return (file.is_relative_to(root) and not file.is_relative_to(build) and
            file.relative_to(root).parts[0] in folders)


def flags_of(entry: dict) -> str:
    """The command without the names of the source and the object: the same for all files of a target."""
    command = entry["command"].replace(entry["file"], "")
    return entry["directory"] + " " + re.sub(r" -o \S+", "", command).replace(" -c ", " ")


def tidy(database: pathlib.Path, source: str, *options: str) -> tuple[int, str]:
    run = subprocess.run(["clang-tidy-14", "-p", str(database), "--quiet", *options, source], capture_output=True,
                         text=True, check=False)
    return run.returncode, run.stdout or run.stderr


def write_groups(entries: list[dict]) -> dict[str, list[str]]:
    """Sources that include the files of a group, and the compilation database of them; group file to its files."""
    groups_dir.mkdir(exist_ok=True)
    by_flags: dict[str, list[dict]] = {}
    for entry in entries:
        by_flags.setdefault(flags_of(entry), []).append(entry)
    database, groups = [], {}
    for same in by_flags.values():
        for files in grouped([entry["file"] for entry in same]):
            name = groups_dir / f"group_{len(groups):03}.cpp"
            name.write_text("".join(f'#include "{file}"\n' for file in files), encoding="utf-8")
            first = next(entry for entry in same if entry["file"] == files[0])
            database.append({"directory": first["directory"], "file": str(name),
                             "command": first["command"].replace(first["file"], str(name))})
            groups[str(name)] = files
    (groups_dir / "compile_commands.json").write_text(json.dumps(database), encoding="utf-8")
    return groups


def check(group: str, files: list[str], common: bytes) -> tuple[bool, str]:
    mark = hashlib.sha256(common + b"".join(pathlib.Path(f).read_bytes() for f in files)).hexdigest()
    stamp = stamps / pathlib.Path(group).name
    if stamp.exists() and stamp.read_text(encoding="utf-8") == mark:
        return True, ""
    code, _ = tidy(groups_dir, group, f"--header-filter={own_code}", "--checks=-bugprone-suspicious-include")
    found = []
    if code:
        for file in files:
            code, output = tidy(build, file)
            if code:
                found.append(output.strip())
    if not found:
        stamp.write_text(mark, encoding="utf-8")
    return not found, "\n".join(found)


def main() -> int:
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    once = {entry["file"]: entry for entry in entries if own(entry["file"])}
    stamps.mkdir(exist_ok=True)
    groups = write_groups([once[file] for file in sorted(once)])
    headers = b"".join(p.read_bytes() for f in folders for p in sorted((root / f).rglob("*.hpp")))
    common = hashlib.sha256((root / ".clang-tidy").read_bytes() + headers).digest()
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for clean, output in pool.map(lambda item: check(item[0], item[1], common), groups.items()):
            if not clean:
                bad += 1
                print(output, file=sys.stderr)
    print(f"clang-tidy: {len(once)} files in {len(groups)} groups, {bad} groups with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
