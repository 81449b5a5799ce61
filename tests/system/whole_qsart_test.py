#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""whole_qsart_test.py BIN_DIR tcp|pty: a whole accelerated QSART with the real programs.

The virtual instrument prints the truth of its patient model after the test; the result that `eccrine run` prints is held
against it: onset latency within 5 s, peak within 5 %, volume within 2 %, at each of the four sites."""
import json
import pathlib
import subprocess
import sys
import tempfile

import programs

LATENCY_S, PEAK_RATIO, VOLUME_RATIO = 5.0, 0.05, 0.02


def main() -> int:
    bin_dir, link = pathlib.Path(sys.argv[1]), sys.argv[2]
    where = ["--tcp", "0"] if link == "tcp" else ["--pty"]
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        environment = programs.environment(pathlib.Path(folder))
        out = pathlib.Path(folder) / "out"
        with programs.instrument(bin_dir, *where, "--speed", "20", "--seed", "1") as instrument:
            url = instrument.line("url:", 10)
            run = subprocess.run([bin_dir / "eccrine", "run", "qsart", "--instrument", url, "--out", out, "--json"],
                                 env=environment, capture_output=True, text=True, timeout=400, check=False)
            if run.returncode != 0:
                print(run.stderr[-2000:], run.stdout[-500:])
                return 1
            truth = json.loads(instrument.line("truth:", 60))
        result = json.loads(run.stdout)
        if not result["recording"]["simulated"]:
            problems.append("the result does not say that it is simulated")
        written = sorted(p.suffix for p in out.iterdir())
        if written != [".csv", ".eccrine", ".json", ".pdf"]:
            problems.append(f"the output folder holds {written}")
        true_sites = {s["site"]: s for s in truth["sites"]}
        if len(result["sites"]) != 4:
            problems.append(f"{len(result['sites'])} sites instead of 4")
        for site in result["sites"]:
            true = true_sites[site["site"]]
            checks = (
                ("onset_latency_s", site["onset_latency_s"], true["latency_s"], LATENCY_S),
                ("peak_nl_per_min", site["peak_nl_per_min"], true["peak_nl_per_min"], PEAK_RATIO * true["peak_nl_per_min"]),
                ("volume_ul", site["volume_ul"], true["volume_ul"], VOLUME_RATIO * true["volume_ul"]),
            )
            for name, found, expected, tolerance in checks:
                ok = found is not None and abs(found - expected) <= tolerance
                print(f"{site['site']:13} {name:16} found {found} true {expected:.4g} tolerance {tolerance:.3g}"
                      f"{'' if ok else '   <-- outside'}")
                if not ok:
                    problems.append(f"{site['site']}.{name}")
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
