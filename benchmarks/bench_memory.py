"""Memory of the survival room above its input: python benchmarks/bench_memory.py [subjects]; Linux only."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

WHAT = ("kaplan_meier", "logrank_stratified", "cox", "aalen_johansen")


def call_and_input(what: str, n: int) -> Callable[[], object]:
    """The call to watch, its input already made: continuous times, half of them events, five covariates."""
    from equipoise.survival import cox, cumulative_incidence, kaplan_meier, logrank

    rng = np.random.default_rng(20240131)
    time, event = rng.exponential(1000.0, n), rng.random(n) < 0.5
    if what == "kaplan_meier":
        return lambda: kaplan_meier(time, event)
    if what == "logrank_stratified":
        arm, stratum = rng.integers(0, 2, n), rng.integers(0, 6, n)
        return lambda: logrank(time, event, arm, strata=stratum)
    if what == "aalen_johansen":
        cause = event.astype(int) * rng.integers(1, 3, n)
        return lambda: cumulative_incidence(time, cause)
    covariates = rng.normal(size=(n, 5))
    return lambda: cox(time, event, covariates)


def resident() -> float:
    """Memory of this process now, MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak_above_input(what: str, n: int) -> float:
    """The most that the call holds above what was there before it, MB, looked at every 5 ms."""
    call_and_input(what, 5000)()
    call = call_and_input(what, n)
    before, most, done = resident(), [0.0], threading.Event()

    def watch() -> None:
        while not done.is_set():
            most[0] = max(most[0], resident() - before)
            time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    call()
    done.set()
    watcher.join()
    return most[0]


def main() -> None:
    """Each call in a process of its own."""
    if sys.argv[1:2] == ["--one"]:
        print(round(peak_above_input(sys.argv[2], int(sys.argv[3]))))
        return
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    for what in WHAT:
        one = [sys.executable, __file__, "--one", what, str(n)]
        done = subprocess.run(one, capture_output=True, text=True, check=True)
        print(f"{what:24s} n = {n}: {done.stdout.strip()} MB above the input")


if __name__ == "__main__":
    main()
