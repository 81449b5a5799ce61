#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of the risk file for people.

render.py                              writes docs/risk/risk.md from docs/risk/*.toml
render.py --check                      says whether docs/risk/risk.md is what it would write, exit 1 if not
render.py --faults OBSERVED [OUT]      writes the fault table of a run (default: docs/risk/faults.md)

OBSERVED has one JSON object a line:
  {"id": "F-2", "observed": "0 after 412 ms", "verdict": "pass", "test": "System.AnUnplugged..."}
"verdict" is pass, fail or not tested (then "observed" says why), "test" may be left out. Of several lines of one fault all are shown.
A fault without a line is "not run". A line {"run": {...}} says on what it was run: "programs", "cores", "load", "load_at_the_end"."""
import json
import pathlib
import sys

import risk_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOT_TESTED = "not tested"
VERDICTS = {"pass", "fail", NOT_TESTED}
RUN = {"programs": str, "cores": int, "load": (int, float), "load_at_the_end": (int, float)}


def cell(text) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ").strip()


def row(*cells) -> str:
    return "| " + " | ".join(cell(c) for c in cells) + " |"


def table(*head):
    return [row(*head), "|" + "---|" * len(head)]


def code(names) -> str:
    return ", ".join(f"`{n}`" for n in names)


def counted(rows: list, words: list) -> str:
    return ", ".join(f"{sum(r['status'] == w for r in rows)} {w}" for w in words)


def risk(data: dict) -> str:
    state = {r["id"]: r["status"] for r in data["requirement"]}
    out = ["<!-- Made by tests/risk/render.py from docs/risk/*.toml. Do not edit: correct the data and run it again. -->",
           "# Risk table", "",
           f"{len(data['hazard'])} hazards. Requirements: {counted(data['requirement'], ['built', 'partly', 'later'])}. "
           f"Faults: {counted(data['fault'], ['tested', 'partly', 'later'])}. How to read it: [README.md](README.md).", "",
           "## Hazards", "",
           "S: severity. P: probability per use that is aimed at with all controls; nobody has measured it. **Bold**: not built whole.", ""]
    out += table("id", "hazardous situation", "cause", "S", "P", "software controls", "hardware controls", "faults")
    for h in data["hazard"]:
        controls = [s if state.get(s) == "built" else f"**{s}** {state.get(s)}" for s in h["software"]]
        software = "; ".join(([", ".join(controls)] if controls else []) + ([h["other"]] if "other" in h else []))
        out.append(row(h["id"], h["situation"], h["cause"], h["severity"], h["probability"], software, h["hardware"],
                       ", ".join(h["faults"]) or "none"))
    out += ["", "## Residual risks", ""] + table("hazard", "what is left", "certainty")
    out += [row(h["id"], h["residual"], ", ".join(h["certainty"])) for h in data["hazard"]]
    out += ["", "## To be confirmed on real hardware", ""] + table("hazard", "what")
    out += [row(h["id"], what) for h in data["hazard"] for what in h["confirm"]]
    out += ["", "## Requirements", ""] + table("id", "requirement", "certainty", "status", "tests", "what is missing, or why later")
    for r in data["requirement"]:
        rest = r.get("missing") or (f"{r['reason']} Comes with: {r['work']}" if "reason" in r else "")
        out.append(row(r["id"], r["text"], ", ".join(r["certainty"]), r["status"], code(r.get("tests", [])), rest))
    out += ["", "## Faults", ""] + table("id", "fault", "expected", "certainty", "status", "tests", "what is missing, or why not")
    for f in data["fault"]:
        out.append(row(f["id"], f["fault"], f["expected"], ", ".join(f["certainty"]), f["status"], code(f.get("tests", [])),
                       f.get("missing") or f.get("reason", "")))
    out += ["", "## Software of others", ""] + table("package", "version", "used for", "what a fault of it could do", "what stands against it")
    out += [row(", ".join([s["package"], *s.get("also", [])]), s["version"], s["used_for"], s["fault"], s["control"]) for s in data["soup"]]
    out += ["", "## Classes (IEC 62304)", ""] + table("unit", "class", "why")
    out += [row(f"`{u['path']}`", u["class"], u["why"]) for u in data["unit"]]
    return "\n".join(out) + "\n"


class Refused(Exception):
    """One sentence about what is wrong with the observations."""


def observations(text: str, faults: list) -> dict:
    """By fault, in the order of the file."""
    known = {f["id"] for f in faults}
    found: dict = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
        except json.JSONDecodeError as error:
            raise Refused(f"line {number}: is not JSON ({error.msg}); write one object a line") from None
        if isinstance(one, dict) and set(one) == {"run"}:
            continue
        if not isinstance(one, dict) or not isinstance(one.get("observed"), str) or not one["observed"].strip():
            raise Refused(f'line {number}: "observed" is missing or empty; say what was seen')
        if one.get("id") not in known:
            raise Refused(f"line {number}: {one.get('id')} is no fault of {risk_file.FOLDER}/faults.toml; correct the id")
        if one.get("verdict") not in VERDICTS:
            raise Refused(f"line {number}: {one['id']}: the verdict \"{one.get('verdict')}\" is not pass, fail or not tested")
        found.setdefault(one["id"], []).append(one)
    return found


def about_the_run(text: str) -> str:
    """One sentence of what the observations say about programs and computer; empty without."""
    for line in text.splitlines():
        if '"run"' not in line or set(one := json.loads(line)) != {"run"}:
            continue
        run = one["run"]
        if not isinstance(run, dict) or any(not isinstance(run.get(k), kind) for k, kind in RUN.items() if k in run or k == "programs"):
            raise Refused(f'"run" does not hold "programs" as text and {", ".join(list(RUN)[1:])} as numbers; run the table again')
        words = [run["programs"]]
        if "cores" in run:
            words.append(f"{run['cores']} cores")
        if "load" in run:
            words.append(f"load average {run['load']:g} at the beginning"
                         + (f" and {run['load_at_the_end']:g} at the end" if "load_at_the_end" in run else ""))
        return f"Run with {', '.join(words)}. Reaction times are of the device's clock unless another is named."
    return ""


def fault_report(faults: list, seen: dict, run: str = "") -> str:
    failed = [i for i, all_of in seen.items() if any(o["verdict"] == "fail" for o in all_of)]
    untested = [i for i, all_of in seen.items() if all(o["verdict"] == NOT_TESTED for o in all_of)]
    out = ["<!-- Made by tests/risk/render.py from the observations of a run. Do not edit. -->", "# Faults of a run", "",
           f"{len(seen) - len(untested)} of {len(faults)} faults were run, {len(failed)} failed"
           + (f" ({', '.join(failed)})" if failed else "")
           + (f", {len(untested)} cannot be tested here" if untested else "") + f", {len(faults) - len(seen)} were not run.", ""]
    out += [run, ""] if run else []
    out += table("id", "fault", "expected", "observed", "test", "verdict")
    for f in faults:
        for o in seen.get(f["id"], [{"observed": "", "test": "", "verdict": "not run"}]):
            out.append(row(f["id"], f["fault"], f["expected"], o["observed"], f"`{o['test']}`" if o.get("test") else "", o["verdict"]))
    return "\n".join(out) + "\n"


def main(words: list) -> int:
    data = risk_file.load(ROOT)
    target = ROOT / risk_file.FOLDER / "risk.md"
    if words == ["--check"]:
        if target.is_file() and target.read_text(encoding="utf-8") == risk(data):
            return 0
        print(f"{risk_file.FOLDER}/risk.md is not what the data gives; run tests/risk/render.py and commit it")
        return 1
    if not words:
        target.write_text(risk(data), encoding="utf-8")
        return 0
    if words[0] == "--faults" and len(words) in (2, 3):
        try:
            text = pathlib.Path(words[1]).read_text(encoding="utf-8")
            seen, run = observations(text, data["fault"]), about_the_run(text)
        except (Refused, OSError) as error:
            print(f"render.py: {words[1]}: {error}", file=sys.stderr)
            return 1
        out = pathlib.Path(words[2]) if len(words) == 3 else ROOT / risk_file.FOLDER / "faults.md"
        out.write_text(fault_report(data["fault"], seen, run), encoding="utf-8")
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
