#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: old_processor.py ECCRINE

The same recording analysed on this processor and on an emulated one without AVX (qemu-user, Nehalem): every
number agrees to 1e-9, and a second run on this processor gives the same bytes.
"""

import json
import math
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ECCRINE = sys.argv[1]


def recording():
    """Four sites of 50 Hz through humidity: the response of docs/analysis.md with noise."""
    noise = random.Random(5)
    sites = {"forearm": (90, 280), "proximal_leg": (110, 200), "distal_leg": (130, 80), "foot": (120, 20)}
    head = ["# eccrine-csv: 1", "# protocol: qsart", "# stimulus_start_s: 180", "# stimulus_stop_s: 480", "# flow_reference: sccm_0C",
            "# pressure_kpa: 99.2", "# capsule_tau_s: 0.6", "# sensor_tau_s: 4", "# transport_delay_s: 0.6"]
    names = [f"{s}.{q}" for s in sites for q in ("rh_in_pct", "t_in_c", "rh_out_pct", "t_out_c", "flow_sccm")]
    rows = ["time_s," + ",".join(names)]
    for i in range(50 * 790):
        t = i / 50
        cells = [f"{t:.2f}"]
        for latency, amplitude in sites.values():
            x = t - 180
            s = 1 - math.exp(-max(0, min(x, 308) - latency) / 75)
            if x > 308:
                s *= math.exp(-(x - 308) / 90)
            rate = 40 + amplitude * s + noise.gauss(0, 2)
            cells += [f"{2 + noise.gauss(0, 0.02):.4f}", "24.0", f"{2 * 0.65 + rate / 38.4:.5f}", f"{32 + noise.gauss(0, 0.01):.4f}",
                      f"{100 + noise.gauss(0, 0.05):.4f}"]
        rows.append(",".join(cells))
    return "\n".join(head + rows) + "\n"


def differences(a, b, where=""):
    if isinstance(a, dict):
        assert a.keys() == b.keys(), where
        return [d for key in a for d in differences(a[key], b[key], f"{where}.{key}")]
    if isinstance(a, list):
        assert len(a) == len(b), where
        return [d for i, (x, y) in enumerate(zip(a, b)) for d in differences(x, y, f"{where}[{i}]")]
    if isinstance(a, float) and isinstance(b, float):
        return [(abs(a - b) / max(abs(a), abs(b), 1e-300), where)] if a != b else []
    assert a == b, f"{where}: {a} and {b}"
    return []


with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "recording.csv"
    file.write_text(recording(), encoding="utf-8")
    env = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    call = [ECCRINE, "analyze", str(file), "--json"]
    here, again = (subprocess.run(call, capture_output=True, check=True, env=env).stdout for _ in range(2))
    old = subprocess.run(["qemu-x86_64", "-cpu", "Nehalem", *call], capture_output=True, check=True, env=env).stdout
assert here == again, "two runs on the same processor differ"
result = json.loads(here)
assert all(site["onset_latency_s"] and site["volume_ul"] for site in result["sites"]), "nothing was found to compare"
found = differences(result, json.loads(old))
worst = max(found, default=(0.0, "nothing"))
print(f"{len(found)} numbers differ, at most by {worst[0]:.1e} ({worst[1]})")
sys.exit(0 if worst[0] <= 1e-9 else 1)
