"""Speed of the survival room beside its peers, interleaved: python benchmarks/bench_survival.py [subjects].

Peers run in an interpreter of their own, named by EQUIPOISE_PEERS (one that has statsmodels and lifelines),
and in Rscript; whatever is missing is passed over. Five rounds; for each pair the median of the five ratios
and their range. R's "cox" is coxph, "cox_bare" its coxph.fit without the formula, both beside our one `cox`.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5
HERE = Path(__file__).parent
SELF = Path(__file__).resolve()


def columns(n: int) -> dict[str, np.ndarray]:
    """Exponential times with effects of five covariates, half of them events; whole days round them up."""
    rng = np.random.default_rng(20240131)
    x = rng.normal(size=(n, 5))
    continuous = rng.exponential(1000.0 * np.exp(-x @ np.array([0.1, 0.2, 0.0, 0.0, -0.1])))
    return {
        "x": x,
        "continuous": continuous,
        "days": np.ceil(continuous),
        "event": (rng.random(n) < 0.5).astype(float),
        "arm": rng.integers(0, 2, n).astype(float),
        "stratum": rng.integers(0, 6, n).astype(float),
    }


def ours(data: dict[str, np.ndarray]) -> dict[str, Callable[[], object]]:
    """What is timed of the library, by name."""
    from equipoise.survival import (
        cox,
        cumulative_incidence,
        fine_gray,
        kaplan_meier,
        logrank,
        permutation_logrank,
    )

    event, arm = data["event"] == 1.0, data["arm"].astype(int)
    stratum, cause = data["stratum"].astype(int), (data["event"] + data["event"] * data["arm"]).astype(int)
    few, small = slice(0, 1440), slice(0, 200)
    tenth, hundredth = slice(0, len(event) // 10), slice(0, len(event) // 100)
    work: dict[str, Callable[[], object]] = {}
    for kind in ("continuous", "days"):
        t = data[kind]
        work[f"kaplan_meier:{kind}"] = lambda t=t: kaplan_meier(t, event)
        work[f"logrank_stratified:{kind}"] = lambda t=t: logrank(t, event, arm, strata=stratum)
        work[f"cox:{kind}"] = lambda t=t: cox(t, event, data["x"])
        work[f"cox_hundredth:{kind}"] = lambda t=t: cox(t[hundredth], event[hundredth], data["x"][hundredth])
        work[f"aalen_johansen:{kind}"] = lambda t=t: cumulative_incidence(t, cause)
        work[f"fine_gray_tenth:{kind}"] = lambda t=t: fine_gray(t[tenth], cause[tenth], data["x"][tenth])
        work[f"logrank_200:{kind}"] = lambda t=t: logrank(t[small], event[small], arm[small])
    work["rerandomise_1440x10000:days"] = lambda: permutation_logrank(
        data["days"][few], event[few], arm[few], strata=stratum[few], resamples=10_000, seed=1
    )
    return work


def theirs(data: dict[str, np.ndarray]) -> dict[str, Callable[[], object]]:
    """Statsmodels and lifelines; run in their own interpreter."""
    import pandas as pd
    from lifelines import CoxPHFitter, KaplanMeierFitter
    from statsmodels.duration.hazard_regression import PHReg
    from statsmodels.duration.survfunc import SurvfuncRight, survdiff

    event = data["event"].astype(int)
    work: dict[str, Callable[[], object]] = {}
    for kind in ("continuous", "days"):
        t = data[kind]
        work[f"kaplan_meier:{kind}:statsmodels"] = lambda t=t: SurvfuncRight(t, event)
        work[f"kaplan_meier:{kind}:lifelines"] = lambda t=t: KaplanMeierFitter().fit(t, event)
        work[f"logrank_stratified:{kind}:statsmodels"] = lambda t=t: survdiff(
            t, event, data["arm"].astype(int), strata=data["stratum"].astype(int)
        )
        part = slice(0, len(t) // 100)
        frame = pd.DataFrame(data["x"][part], columns=list("abcde")).assign(t=t[part], d=event[part])
        work[f"cox_hundredth:{kind}:lifelines"] = lambda frame=frame: CoxPHFitter().fit(frame, "t", "d")
        if kind == "continuous":
            work[f"cox_hundredth:{kind}:statsmodels"] = lambda t=t, s=part: PHReg(
                t[s], data["x"][s], event[s], ties="efron"
            ).fit()
    return work


def timed(work: dict[str, Callable[[], object]], repeats: int = 1) -> dict[str, float]:
    """Seconds of each, once; what takes less than a millisecond, the mean of many."""
    found = {}
    for name, call in work.items():
        begin = time.perf_counter()
        call()
        seconds = time.perf_counter() - begin
        if seconds < 1e-3:
            repeats = 200
            begin = time.perf_counter()
            for _ in range(repeats):
                call()
            seconds = (time.perf_counter() - begin) / repeats
        found[name] = seconds
    return found


def main() -> None:
    """Five rounds of everything, one after the other."""
    if sys.argv[1:2] == ["--peers"]:
        data = {path.stem: np.fromfile(path) for path in Path(sys.argv[2]).glob("*.bin")}
        data["x"] = data["x"].reshape(-1, 5)
        timed(theirs({name: x[:5000] for name, x in data.items()}))
        print(json.dumps(timed(theirs(data))))
        return
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    data = columns(n)
    own = ours(data)
    timed(ours({name: x[:5000] for name, x in data.items()}))
    rounds: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, x in data.items():
            np.ascontiguousarray(x).tofile(Path(folder) / f"{name}.bin")
        for _ in range(ROUNDS):
            found = timed(own) | {f"{k}:R": v for k, v in r_times(folder).items()} | peer_times(folder)
            rounds.append(found)
    tell(n, rounds)


def peer_times(folder: str) -> dict[str, float]:
    """Times of the Python peers, or none."""
    python = os.environ.get("EQUIPOISE_PEERS")
    if not python:
        return {}
    done = subprocess.run(
        [python, "-W", "ignore", str(SELF), "--peers", folder], capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def r_times(folder: str) -> dict[str, float]:
    """Times of R's survival, or none."""
    if shutil.which("Rscript") is None:
        return {}
    script = str(HERE / "bench_survival.R")
    done = subprocess.run(["Rscript", script, folder], capture_output=True, text=True, check=True)
    pairs = (line.split(",") for line in done.stdout.splitlines())
    return {name: float(seconds) for name, seconds in pairs}


def tell(n: int, rounds: list[dict[str, float]]) -> None:
    """Medians, and ratios peer to ours round by round."""
    print(f"n = {n}, {ROUNDS} rounds, seconds (median) and peer / ours: median (range)")
    for name in rounds[0]:
        if name.count(":") == 1:
            print(f"{name:34s} {statistics.median(r[name] for r in rounds):10.6f}")
            continue
        base = ":".join(name.split(":")[:2]).replace("cox_bare", "cox")
        ratios = sorted(r[name] / r[base] for r in rounds)
        seconds = statistics.median(r[name] for r in rounds)
        span = f"({ratios[0]:.1f} to {ratios[-1]:.1f})"
        print(f"{name:34s} {seconds:10.6f}   {statistics.median(ratios):6.1f} {span}")


if __name__ == "__main__":
    main()
