"""How fast designs are made, beside rpact: in turn in one run, warm, on one thread.

Lan-DeMets O'Brien-Fleming efficacy, Hwang-Shih-DeCani (-4) futility that is not binding, drift solved.
Needs Rscript with rpact. Run: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/bench_design.py
"""

from __future__ import annotations

import itertools
import os
import shutil
import statistics
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

from equipoise.design import HwangShihDeCani, LanDeMetsOBrienFleming, group_sequential  # noqa: E402 - after the threads

HERE = Path(__file__).parent
RESULT = HERE / "results" / "design.md"
PAIRS = {3: 15, 5: 11, 10: 7}
GOAL = {3: 40, 5: 60, 10: 100}
GRID = [
    (alpha, beta, gamma, first)
    for alpha, beta, gamma, first in itertools.product(
        [0.005 + 0.005 * i for i in range(10)],
        [0.05 + 0.02 * i for i in range(10)],
        [-8.0 + i for i in range(10)],
        [0.2 + 0.03 * i for i in range(10)],
    )
]


def reference(looks: int) -> float:
    """Drift of the design that is timed."""
    return group_sequential(
        [k / looks for k in range(1, looks + 1)],
        alpha=0.025,
        beta=0.1,
        sides=1,
        efficacy=LanDeMetsOBrienFleming(),
        futility=HwangShihDeCani(-4.0),
    ).drift


def from_grid(point: tuple[float, float, float, float]) -> float:
    """Processor seconds of one design of three looks, efficacy and futility spent, drift solved."""
    alpha, beta, gamma, first = point
    began = time.process_time()
    group_sequential(
        (first, 0.5 * (1.0 + first), 1.0),
        alpha=alpha,
        beta=beta,
        sides=1,
        efficacy=LanDeMetsOBrienFleming(),
        futility=HwangShihDeCani(gamma),
    )
    return time.process_time() - began


def in_turn(rscript: str) -> list[str]:
    """Rows of the comparison."""
    rows = []
    with subprocess.Popen(
        [rscript, str(HERE / "bench_design.R")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as r:
        if r.stdin is None or r.stdout is None:
            raise SystemExit("Rscript was started without pipes")
        version = r.stdout.readline().strip()
        for looks, pairs in PAIRS.items():
            ours, theirs = [], []
            for _ in range(pairs + 2):
                began = time.perf_counter()
                drift = reference(looks)
                ours.append(time.perf_counter() - began)
                r.stdin.write(f"{looks}\n")
                r.stdin.flush()
                seconds, shift = (float(x) for x in r.stdout.readline().split())
                theirs.append(seconds)
                if abs(drift**2 - shift) > 1e-4:
                    raise SystemExit(f"the designs are not the same: {drift**2!r} and {shift!r}")
            pairs_warm = list(zip(ours, theirs, strict=True))[2:]
            ratios = sorted(b / a for a, b in pairs_warm)
            here, there = (1e3 * statistics.median(seconds) for seconds in zip(*pairs_warm, strict=True))
            spread = f"{ratios[0]:.0f} to {ratios[-1]:.0f}"
            rows.append(
                f"| {looks} | {here:.2f} | {there:.0f} | {statistics.median(ratios):.0f} | {spread} "
                f"| {GOAL[looks]} | {len(ratios)} |"
            )
        r.stdin.close()
    head = [
        f"| looks | ours, ms | rpact {version}, ms | median of ratios | range | goal | pairs |",
        "|---|---|---|---|---|---|---|",
    ]
    return head + rows


def on_two_cores() -> str:
    """Seconds for ten thousand designs."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(from_grid, GRID[:8], chunksize=4))
        began = time.perf_counter()
        busy = list(pool.map(from_grid, GRID, chunksize=250))
        seconds = time.perf_counter() - began
    return (
        f"{len(busy)} designs of three looks over a grid of alpha, beta, gamma and first look, on two\n"
        f"processes: {seconds:.1f} s by the clock (goal: below 10 s), {sum(busy):.1f} s of processor time.\n"
        f"Load of the machine meanwhile: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors."
    )


def main() -> int:
    """Run, print, write."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        print("Rscript is not on this machine: nothing compared.")
        return 1
    lines = [
        "# How fast designs are made",
        "",
        "Lan-DeMets O'Brien-Fleming efficacy, Hwang-Shih-DeCani (-4) futility that is not binding, drift",
        "solved, equal looks, one-sided alpha 0.025, power 0.9. Ours and rpact in turn in one run, warm,",
        "one thread.",
        "",
        *in_turn(rscript),
        "",
        on_two_cores(),
        "",
        "Written by `benchmarks/bench_design.py`.",
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
