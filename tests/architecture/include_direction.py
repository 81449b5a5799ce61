#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds every #include of the project against the direction of dependencies in docs/architecture.md.

include_direction.py ROOT        names each include that points the wrong way, exit 1 if there is one
include_direction.py --self-test shows that the check sees a wrong include, a Qt include too low and a cycle
"""
import pathlib
import re
import sys
import tempfile

# folder -> folders it may include (itself always)
MAY_INCLUDE = {
    "core": set(),
    "datafiles": {"core"},
    "devices": {"core"},
    "recording": {"core"},
    "analysis": {"core", "datafiles"},
    "protocols": {"core", "datafiles", "analysis"},
    "acquisition": {"core", "devices", "recording", "analysis", "protocols"},
    "records": {"core", "datafiles", "recording", "analysis", "protocols"},
    "qml": {"core", "devices", "recording", "analysis", "protocols", "acquisition", "records"},
    "app": {"core", "datafiles", "devices", "recording", "analysis", "protocols", "acquisition", "records", "qml"},
}
# folder -> Qt headers allowed: none, the headless modules, or all
QT_NONE, QT_HEADLESS, QT_ALL = range(3)
QT = {"core": QT_NONE, "datafiles": QT_NONE, "devices": QT_NONE, "recording": QT_NONE, "analysis": QT_NONE, "protocols": QT_NONE,
      "acquisition": QT_HEADLESS, "records": QT_HEADLESS, "qml": QT_ALL, "app": QT_ALL}
GUI_FILE_PREFIX = ("records/report_", "records/figure", "records/lane")  # the report and the figures paint
GUI_HEADER = re.compile(r"^(QtGui|QtQuick|QtQml|QtWidgets|QtSvg|QtPdf)/|^Q(Gui|Quick|Qml|Window|Painter|Image|Pixmap|Font|Color|"
                        r"Pdf|Page|Pen|Brush|Widget|Screen|Palette|SG|Text(Document|Layout|Option)|Style)\w*$")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
# The virtual instrument is a program of its own: nothing outside its folder may include it.
VIRTUAL = "devices/virtual/"


def wrong_includes(root: pathlib.Path):
    for folder, allowed in MAY_INCLUDE.items():
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in {".hpp", ".cpp", ".h"}:
                continue
            name = path.relative_to(root).as_posix()
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                quote, header = match.groups()
                target = header.split("/", 1)[0]
                if quote == '"' and target in MAY_INCLUDE and target != folder and target not in allowed:
                    yield f"{name}:{number}: {folder}/ may not include {target}/ ({header})"
                if quote == '"' and header.startswith(VIRTUAL) and not name.startswith(VIRTUAL):
                    yield f"{name}:{number}: the virtual instrument is never linked into another program ({header})"
                if quote == '"' and name.startswith(VIRTUAL) and target in MAY_INCLUDE and \
                        target not in {"core", "devices"}:
                    yield f"{name}:{number}: the virtual instrument shares only core/ and devices/ ({header})"
                is_qt = header.startswith(("Q", "rep_")) and quote in '<"' and (header[1:2].isupper() or
                                                                                header.startswith(("Qt", "rep_")))
                if is_qt and QT[folder] == QT_NONE:
                    yield f"{name}:{number}: {folder}/ is free of Qt ({header})"
                if is_qt and QT[folder] == QT_HEADLESS and GUI_HEADER.match(header) and \
                        not name.startswith(GUI_FILE_PREFIX):
                    yield f"{name}:{number}: Qt Gui and Quick stay in qml/, app/ and the report writer ({header})"
    yield from cycles()


def cycles():
    """The table itself must be free of cycles."""
    done: set[str] = set()
    while len(done) < len(MAY_INCLUDE):
        ready = {f for f, needs in MAY_INCLUDE.items() if f not in done and needs <= done}
        if not ready:
            yield f"the table of allowed includes has a cycle among {sorted(set(MAY_INCLUDE) - done)}"
            return
        done |= ready


def self_test() -> int:
    cases = {
        "core/a.hpp": '#include "devices/front_end.hpp"\n',
        "analysis/a.cpp": "#include <QString>\n",
        "acquisition/a.cpp": "#include <QQuickItem>\n",
        "app/a.cpp": '#include "devices/virtual/patient_model.hpp"\n',
        "devices/virtual/a.cpp": '#include "analysis/sweat_rate.hpp"\n',
    }
    good = {"acquisition/a.cpp": '#include "core/clock.hpp"\n#include <QObject>\n', "qml/a.cpp": "#include <QQuickItem>\n"}
    for name, text in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
            if not list(wrong_includes(pathlib.Path(folder))):
                print(f"the check overlooked {name}: {text.strip()}")
                return 1
    with tempfile.TemporaryDirectory() as folder:
        for name, text in good.items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
        found = list(wrong_includes(pathlib.Path(folder)))
        if found:
            print("the check refused a right include:", *found, sep="\n")
            return 1
    return 0


def main() -> int:
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    found = list(wrong_includes(pathlib.Path(sys.argv[1])))
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
