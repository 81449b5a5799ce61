# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the risk file of docs/risk/ and says what is wrong with it. Nothing is printed here and nothing is written.

Every complaint is one line: file, id, what is wrong, what to do."""
import ast
import pathlib
import re
import tomllib

FOLDER = "docs/risk"
PACKAGES = "packaging/debian-12.txt"
TABLES = {"hazards": "hazard", "requirements": "requirement", "faults": "fault", "units": "unit"}
EXPECTED = {"hazard": ("H", 34), "requirement": ("SR", 48), "fault": ("F", 60)}
BUILT, PARTLY, LATER, TESTED = "built", "partly", "later", "tested"
SEVERITIES = {"S1", "S2", "S3", "S4"}
BANDS = {"P1", "P2", "P3", "P4", "P5"}
ACCEPTABLE = {"S4": {"P1"}, "S3": {"P1", "P2"}, "S2": {"P1", "P2", "P3"}, "S1": BANDS}
CERTAINTIES = {"read", "measured", "derived", "memory", "proposal"}
CLASSES = {"A", "B", "C"}
# field -> what it holds; every field that is there has to be known, so that a typing error is not an empty field
FIELDS = {
    "hazard": {"id": str, "situation": str, "cause": str, "severity": str, "probability": str, "software": list, "other": str,
               "hardware": str, "residual": str, "confirm": list, "faults": list, "certainty": list},
    "requirement": {"id": str, "text": str, "certainty": list, "status": str, "units": list, "tests": list, "missing": str,
                    "reason": str, "work": str, "no_hazard": str},
    "fault": {"id": str, "fault": str, "expected": str, "certainty": list, "status": str, "tests": list, "missing": str,
              "reason": str},
    "unit": {"path": str, "class": str, "why": str},
    "soup": {"package": str, "also": list, "version": str, "used_for": str, "fault": str, "control": str},
}
MAY_LACK = {"hazard": {"other"}, "requirement": {"units", "tests", "missing", "reason", "work", "no_hazard"},
            "fault": {"tests", "missing", "reason"}, "unit": set(), "soup": {"also"}}
MAY_BE_EMPTY = {("hazard", "software"), ("hazard", "faults")}  # then other rules say what has to stand instead


def load(root: pathlib.Path) -> dict:
    """The tables as they stand: {"hazard": [...], "requirement": [...], "fault": [...], "unit": [...], "soup": [...]}."""
    data = {"soup": []}
    for file, table in TABLES.items():
        with open(root / FOLDER / f"{file}.toml", "rb") as stream:
            content = tomllib.load(stream)
        data[table] = content.pop(table, [])
        data["soup"] += content.pop("soup", []) if file == "units" else []
        if content:
            raise ValueError(f"{FOLDER}/{file}.toml: {', '.join(content)}: no such table; use [[{table}]]")
    return data


def file_of(table: str) -> str:
    return f"{FOLDER}/" + next((f for f, t in TABLES.items() if t == table), "units") + ".toml"


def name_of(table: str, row: dict) -> str:
    return str(row.get("id") or row.get("path") or row.get("package") or "a row without id")


def complaint(table: str, row: dict, what: str, remedy: str) -> str:
    return f"{file_of(table)}: {name_of(table, row)}: {what}; {remedy}"


# ---- the tests that there are ----

def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)


def cpp_tests(text: str):
    found = re.findall(r"\b(?:TYPED_)?TEST(?:_F|_P)?\s*\(\s*(\w+)\s*,\s*(\w+)\s*\)", without_comments(text))
    return {f"{suite}.{name}" for suite, name in found if "DISABLED_" not in suite + name}


def python_tests(text: str):
    return {f"{c.name}.{f.name}" for c in ast.walk(ast.parse(text)) if isinstance(c, ast.ClassDef)
            for f in c.body if isinstance(f, ast.FunctionDef) and f.name.startswith("test")}


def qml_tests(text: str):
    text = without_comments(text)
    suite = re.search(r'^    name: "(\w+)"', text, re.M)
    names = {n for n in re.findall(r"\bfunction (test_\w+)\s*\(", text) if not n.endswith("_data")}
    return {f"{suite[1]}.{name}" for name in names} if suite else set()


def cmake_tests(text: str):
    """add_test(NAME A.B ...), and the same within a function (first argument) or a foreach(x IN ITEMS ...)."""
    text = re.sub(r"#[^\n]*", "", text)
    found = set()
    for function, argument, body in re.findall(r"function\((\w+) (\w+)[^)]*\)(.*?)endfunction\(\)", text, re.S):
        for name in re.findall(r"add_test\(\s*NAME\s+(\S+)", body):
            for value in re.findall(rf"^\s*{function}\((\w+)", text, re.M):
                found.add(name.replace("${" + argument + "}", value))
    for variable, items, body in re.findall(r"foreach\((\w+) IN ITEMS ([^)]*)\)(.*?)endforeach\(\)", text, re.S):
        for name in re.findall(r"add_test\(\s*NAME\s+(\S+)", body):
            found |= {name.replace("${" + variable + "}", item) for item in items.split()}
    found |= set(re.findall(r"add_test\(\s*NAME\s+(\S+)", text))
    return {name for name in found if "$" not in name}


def is_built(path: pathlib.Path, tests: pathlib.Path) -> bool:
    """Whether a CMakeLists.txt of its folder or of one above names the file: what is not built is not run."""
    folder = path.parent
    while True:
        lists = folder / "CMakeLists.txt"
        if lists.is_file():
            name = path.relative_to(folder).as_posix()
            words = re.split(r'[\s()"]+', re.sub(r"#[^\n]*", "", lists.read_text(encoding="utf-8")))
            if any(word == name or (word.startswith("${") and word.endswith("}/" + name)) for word in words):
                return True
        if folder == tests:
            return False
        folder = folder.parent


def known_tests(root: pathlib.Path) -> set:
    tests = root / "tests"
    found = set()
    for path in sorted(tests.rglob("*")):
        if "node_modules" in path.parts or not path.is_file():
            continue
        if path.name == "CMakeLists.txt":
            found |= cmake_tests(path.read_text(encoding="utf-8"))
        elif path.suffix == ".cpp" and is_built(path, tests):
            found |= cpp_tests(path.read_text(encoding="utf-8"))
        elif path.suffix == ".py" and is_built(path, tests):
            found |= python_tests(path.read_text(encoding="utf-8"))
        elif path.suffix == ".qml" and path.name.startswith("tst_"):
            found |= qml_tests(path.read_text(encoding="utf-8"))
    return found


# ---- the rules ----

def check_fields(table: str, rows: list):
    for row in rows:
        for field, kind in FIELDS[table].items():
            if field not in row:
                if field not in MAY_LACK[table]:
                    yield complaint(table, row, f'"{field}" is missing', "write it")
                continue
            value = row[field]
            if not isinstance(value, kind):
                yield complaint(table, row, f'"{field}" is not a {"text" if kind is str else "list"}', "correct it")
            elif kind is str and not value.strip():
                yield complaint(table, row, f'"{field}" is empty', "write it, or leave the field out where it may be")
            elif kind is list and not value and (table, field) not in MAY_BE_EMPTY:
                yield complaint(table, row, f'"{field}" is an empty list', "fill it, or leave the field out where it may be")
            elif kind is list and not all(isinstance(v, str) and v.strip() for v in value):
                yield complaint(table, row, f'"{field}" has an empty entry', "fill it or take it out")
            elif kind is list and len(set(value)) < len(value):
                yield complaint(table, row, f'"{field}" names something twice', "take one out")
        for field in row:
            if field not in FIELDS[table]:
                yield complaint(table, row, f'"{field}" is not known', f"use one of {', '.join(FIELDS[table])}")


def check_ids(table: str, rows: list):
    key = "id" if table in EXPECTED else "path" if table == "unit" else "package"
    seen = [row.get(key) for row in rows]
    for twice in sorted({s for s in seen if isinstance(s, str) and seen.count(s) > 1}):
        yield f"{file_of(table)}: {twice}: is there twice; keep one"
    if table not in EXPECTED:
        return
    letter, last = EXPECTED[table]
    wanted = [f"{letter}-{n}" for n in range(1, last + 1)]
    for missing in (w for w in wanted if w not in seen):
        yield f"{file_of(table)}: {missing}: is missing; add the row (a row may be \"later\", but not left out)"
    for extra in (row for row in rows if row.get("id") not in wanted):
        yield complaint(table, extra, "is not an id of this table", f"use {letter}-1 to {letter}-{last}, or raise the number "
                        "in tests/risk/risk_file.py with the new row")


def check_status(table: str, row: dict):
    """A row that says it is built has tests, one that is half built says what is missing, one that is not says why."""
    whole = BUILT if table == "requirement" else TESTED
    status = row.get("status")
    needs = {whole: {"tests"}, PARTLY: {"tests", "missing"}, LATER: {"reason"}}
    if status not in needs:
        yield complaint(table, row, f'the status "{status}" is not known', f"use {whole}, {PARTLY} or {LATER}")
        return
    wanted = needs[status] | ({"units"} if table == "requirement" and status != LATER else set()) | \
        ({"work"} if table == "requirement" and status == LATER else set())
    for field in sorted(wanted):
        if not row.get(field):
            yield complaint(table, row, f'is "{status}" without "{field}"',
                            f'name its {field}, or say "{PARTLY}" or "{LATER}" and why')
    for field in sorted({"units", "tests", "missing", "reason", "work"} - wanted):
        if field in row and field in FIELDS[table]:
            yield complaint(table, row, f'is "{status}" and has "{field}"', "take the field out, or correct the status")


def check_names(root: pathlib.Path, data: dict, tests: set):
    classes = [u["path"] for u in data["unit"] if isinstance(u.get("path"), str)]
    for table in ("requirement", "fault"):
        for row in data[table]:
            for test in row.get("tests", []):
                if test not in tests:
                    yield complaint(table, row, f'there is no test "{test}" in tests/ that is built',
                                    "correct the name, or the row has no test")
            for unit in row.get("units", []):
                if not (root / unit).is_file():
                    yield complaint(table, row, f'there is no file "{unit}"', "correct the path")
                elif class_of(unit, classes) is None:
                    yield complaint(table, row, f'"{unit}" has no class', "add its folder or file to docs/risk/units.toml")
    for row in data["unit"]:
        if isinstance(row.get("path"), str) and not (root / row["path"]).exists():
            yield complaint("unit", row, "there is no such file or folder", "correct the path")
    folders = re.search(r"set\(ECCRINE_FOLDERS ([^)]*)\)", (root / "CMakeLists.txt").read_text(encoding="utf-8"))
    for folder in folders[1].split() if folders else []:
        if folder not in classes:
            yield f"{file_of('unit')}: {folder}: is a folder of the program without a class; add it"


def class_of(unit: str, paths: list):
    """The longest path of units.toml that the unit is or lies in."""
    return max((p for p in paths if unit == p or unit.startswith(p.rstrip("/") + "/")), key=len, default=None)


def check_values(root: pathlib.Path, data: dict):
    for row in data["hazard"]:
        severity, band = row.get("severity"), row.get("probability")
        if severity not in SEVERITIES or band not in BANDS:
            yield complaint("hazard", row, f'severity "{severity}" or band "{band}" is not known', "use S1 to S4 and P1 to P5")
        elif band not in ACCEPTABLE[severity]:
            yield complaint("hazard", row, f"{severity} at {band} is not acceptable",
                            "S4 only at P1, S3 up to P2, S2 up to P3; add a control")
        if not row.get("software") and not row.get("other"):
            yield complaint("hazard", row, "has no software control at all", 'name requirements, or say in "other" what is done')
    for table in EXPECTED:
        for row in data[table]:
            for tag in row.get("certainty", []):
                if tag not in CERTAINTIES:
                    yield complaint(table, row, f'the certainty "{tag}" is not known', f"use {', '.join(sorted(CERTAINTIES))}")
    for row in data["unit"]:
        if row.get("class") not in CLASSES:
            yield complaint("unit", row, f'the class "{row.get("class")}" is not known', "use A, B or C")
    yield from check_soup(root, data["soup"])


def check_soup(root: pathlib.Path, rows: list):
    """Every library that is built with has a row, and every row is of a package that is used."""
    sections = dict(re.findall(r"^\[(\w+)\]\n((?:[^\[\n].*\n?)*)", (root / PACKAGES).read_text(encoding="utf-8"), re.M))
    listed = [word for section in ("build", "run") for word in sections.get(section, "").split()]
    named = [name for row in rows for name in [row.get("package"), *row.get("also", [])]]
    for row in rows:
        for name in [row.get("package"), *row.get("also", [])]:
            if name not in listed:
                yield complaint("soup", row, f'"{name}" is not in [build] or [run] of {PACKAGES}',
                                "name a package that is used, or take it out")
    for library in (w for w in sections.get("build", "").split() if w.endswith("-dev")):
        if library not in named:
            yield f'{file_of("soup")}: {library}: is built with ({PACKAGES}) and has no [[soup]]; say what a fault of it could do'


def check_links(data: dict):
    requirements = {row.get("id") for row in data["requirement"]}
    faults = {row.get("id") for row in data["fault"]}
    under: set = set()
    for row in data["hazard"]:
        for control in row.get("software", []):
            under.add(control)
            if control not in requirements:
                yield complaint("hazard", row, f'the software control "{control}" does not exist', "name one of requirements.toml")
        for fault in row.get("faults", []):
            if fault not in faults:
                yield complaint("hazard", row, f'the fault "{fault}" does not exist', "name one of faults.toml")
    for row in data["requirement"]:
        if row.get("id") not in under and not row.get("no_hazard"):
            yield complaint("requirement", row, "stands under no hazard",
                            'name it in hazards.toml, or say in "no_hazard" why it is there')
        if row.get("id") in under and row.get("no_hazard"):
            yield complaint("requirement", row, 'stands under a hazard and has "no_hazard"', "take the field out")


def check(root: pathlib.Path, data: dict, tests: set) -> list:
    """All that is wrong, in the order of the files; empty when nothing is."""
    found: list = []
    for table in ("hazard", "requirement", "fault", "unit", "soup"):
        if not data[table]:
            found.append(f"{file_of(table)}: has no [[{table}]]; write one")
        found += check_fields(table, data[table])
        found += check_ids(table, data[table])
    for table in ("requirement", "fault"):
        for row in data[table]:
            found += check_status(table, row)
    found += check_values(root, data)
    found += check_links(data)
    found += check_names(root, data, tests)
    return found
