"""Trials per second beside rpact's getSimulationSurvival, batches by turns in one run.

python benchmarks/bench_simulation_rpact.py [--rounds 5]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import time
from pathlib import Path

from equipoise.protocol import Protocol, parse_protocol
from equipoise.simulation import simulate

R_SCRIPT = Path(__file__).with_name("bench_simulation.R")
HAZARD = 0.04261119  # -log(0.88) / 3: three-year survival 0.88
R_TRIALS, TRIALS = 2_000, 50_000

COMMON = """
schema_version = 1
[trial]
name = "BENCHMARK"
title = "1440 subjects in two strata"
question = "How fast is it?"
time_unit = "years"
[[arm]]
id = "control"
label = "Control"
control = true
[[arm]]
id = "treatment"
label = "Treatment"
[[stratum]]
id = "low"
prevalence = 0.5
[[stratum]]
id = "high"
prevalence = 0.5
[randomization]
ratio = { control = 1, treatment = 1 }
block_sizes = [4]
[accrual]
patients = 1440
starts = [0.0]
rates = [288.0]
[[endpoint]]
id = "DFS"
label = "Disease-free survival"
events = ["relapse"]
[[hypothesis]]
id = "primary"
endpoint = "DFS"
experimental = "treatment"
alpha = 0.025
power = 0.9
[monitoring]
hypothesis = "primary"
efficacy = { family = "Lan-DeMets O'Brien-Fleming" }
[[monitoring.look]]
events = 30
[[monitoring.look]]
events = 60
[[monitoring.look]]
events = 90
"""
PLAIN = (
    COMMON
    + "".join(
        f'[[assumption]]\nendpoint = "DFS"\nstratum = "{s}"\nhazard = {{ rates = [{HAZARD}] }}\n'
        for s in ("low", "high")
    )
    + '[[effect]]\nendpoint = "DFS"\narm = "treatment"\nhazard_ratio = [0.5]\n'
)
DELAYED = (
    COMMON
    + "".join(
        f'[[assumption]]\nendpoint = "DFS"\nstratum = "{s}"\n'
        f"hazard = {{ starts = [0.0, 1.0, 3.0], rates = [{a}, {b}, {c}] }}\n"
        for s, a, b, c in (("low", 0.03, 0.05, 0.02), ("high", 0.05, 0.07, 0.03))
    )
    + '[[effect]]\nendpoint = "DFS"\narm = "treatment"\nstarts = [0.0, 0.5]\nhazard_ratio = [1.0, 0.5]\n'
    + "[dropout]\nrate = 0.02\n"
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    plain, delayed = parse_protocol(PLAIN, source="plain"), parse_protocol(DELAYED, source="delayed")
    for protocol in (plain, delayed):
        simulate(protocol, trials=10, seed=1)
    print(f"load before: {', '.join(f'{x:.1f}' for x in os.getloadavg())} on {os.cpu_count()} processors")
    ours: dict[str, list[tuple[float, float]]] = {"one thread": [], "two threads": [], "delayed, two": []}
    theirs: list[tuple[float, float]] = []
    with subprocess.Popen(
        ["Rscript", str(R_SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as r:
        assert r.stdin is not None  # noqa: S101 -- for the type checker
        assert r.stdout is not None  # noqa: S101 -- likewise
        print(r.stdout.readline().strip())
        for seed in range(rounds):
            r.stdin.write(f"{R_TRIALS}\n")
            r.stdin.flush()
            elapsed, busy, power = map(float, r.stdout.readline().split())
            theirs.append((R_TRIALS / elapsed, R_TRIALS / busy))
            ours["one thread"].append(_rates(plain, seed, 1))
            ours["two threads"].append(_rates(plain, seed, 2))
            ours["delayed, two"].append(_rates(delayed, seed, 2))
        r.stdin.close()
    print(f"load after: {', '.join(f'{x:.1f}' for x in os.getloadavg())}; rpact's power {power:.3f}")
    print("trials a second: by the clock; by processor time; each the median of the rounds and their range")
    _line("rpact", theirs)
    for name, rates in ours.items():
        _line(name, rates)
    for kind, at in (("the clock", 0), ("processor time", 1)):
        ratios = [a[at] / b[at] for a, b in zip(ours["one thread"], theirs, strict=True)]
        print(f"one thread over rpact by {kind}: {_spread(ratios, '.1f')}")
    two = [a[0] / b[0] for a, b in zip(ours["two threads"], ours["one thread"], strict=True)]
    print(f"two threads over one by the clock: {_spread(two, '.2f')}")


def _rates(protocol: Protocol, seed: int, workers: int) -> tuple[float, float]:
    start, processor = time.perf_counter(), time.process_time()
    simulate(protocol, trials=TRIALS, seed=seed, scenarios="alternative", workers=workers)
    return TRIALS / (time.perf_counter() - start), TRIALS / (time.process_time() - processor)


def _line(name: str, rates: list[tuple[float, float]]) -> None:
    clock, busy = zip(*rates, strict=True)
    print(f"  {name}: {_spread(clock, ',.0f')}; {_spread(busy, ',.0f')}")


def _spread(values: tuple[float, ...] | list[float], form: str) -> str:
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


if __name__ == "__main__":
    main()
