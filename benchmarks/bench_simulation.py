"""Trials per second on one and two threads, and simulated error rates beside the design's.

python benchmarks/bench_simulation.py [--trials 100000] [--protocol examples/aall1731/protocol.toml]
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numba
import numpy as np

from equipoise.design import Exit, design_trial
from equipoise.protocol import read_protocol
from equipoise.simulation import canonical_exit_rates, simulate

if TYPE_CHECKING:
    from equipoise.design import Design
    from equipoise.simulation import ScenarioCharacteristics

AALL1731 = Path(__file__).parents[1] / "examples" / "aall1731" / "protocol.toml"
SEED = 20240630
ROUNDS = 5
CANONICAL = 1_000_000


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=100_000, help="null and alternative trials each")
    parser.add_argument("--protocol", type=Path, default=AALL1731)
    given = parser.parse_args()
    design = design_trial(read_protocol(given.protocol))
    machine = f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, Numba {numba.__version__}; {machine}")
    patients, looks = design.protocol.accrual.patients, len(design.looks)
    print(f"{design.protocol.trial.name}: {patients} patients, {looks} looks, {design.events} events\n")
    speed(design)
    rates(design, given.trials)


def speed(design: Design) -> None:
    """Trials per second, rounds of one and two threads by turns."""
    protocol = design.protocol
    start = time.perf_counter()
    simulate(protocol, trials=1, seed=SEED, workers=1)
    print(f"first call in this process: {time.perf_counter() - start:.2f} s")
    trials, found, busy = 10_000, {1: [], 2: []}, []
    for _ in range(ROUNDS):
        for workers, rate in found.items():
            start, processor = time.perf_counter(), time.process_time()
            simulate(protocol, trials=trials, seed=SEED, scenarios="alternative", workers=workers)
            rate.append(trials / (time.perf_counter() - start))
            busy.append(trials / (time.process_time() - processor))
    for workers, rate in found.items():
        spread = f"{min(rate):,.0f} to {max(rate):,.0f}"
        print(f"{workers} thread(s): {statistics.median(rate):,.0f} trials/s (median of {ROUNDS}, {spread})")
    print(f"a processor busy with nothing else: {statistics.median(busy):,.0f} trials/s (by processor time)")
    ratios = [b / a for a, b in zip(found[1], found[2], strict=True)]
    print(f"two threads over one: {statistics.median(ratios):.2f}\n")


def rates(design: Design, trials: int) -> None:
    """Error rates and power beside the design's."""
    result = simulate(design.protocol, trials=trials, seed=SEED)
    null, alternative = result["null"], result["alternative"]
    exact = design.boundaries.crossing(0.0)
    drawn = canonical_exit_rates(design.boundaries, trials=CANONICAL, seed=SEED)
    print(f"Null, {trials:,} trials; exact: crossing probabilities; normal: {CANONICAL:,} canonical draws")
    print(f"{'look':>4} {'exit':>9} {'log-rank trials':>20} {'exact':>9} {'normal':>20} {'gap/error':>10}")
    for k, look in enumerate(null.looks):
        for kind, found, p in (
            (Exit.EFFICACY, look.efficacy, float(exact.efficacy[k])),
            (Exit.FUTILITY, look.futility, float(exact.futility[k])),
        ):
            if k == len(null.looks) - 1 and kind is Exit.FUTILITY:
                continue
            gap = (found.value - p) / found.error if found.error else 0.0
            normal = drawn[k][kind]
            print(
                f"{k + 1:>4} {kind.name.lower():>9} {found.value:>11.5f} ±{found.error:.5f} {p:>9.5f} "
                f"{normal.value:>11.5f} ±{normal.error:.5f} {gap:>10.1f}"
            )
    rejected = sum(k[Exit.EFFICACY].value for k in drawn)
    alpha = design.hypothesis.alpha
    _line("type I error", null, float(exact.efficacy.sum()))
    print(f"  nominal alpha {alpha:g} with futility ignored; normal draws {rejected:.5f}\n")
    print(f"Alternative, {trials:,} trials")
    _line("power (Schoenfeld)", alternative, design.power)
    _line("power (expected score)", alternative, design.power_by_score)
    for k, look in enumerate(alternative.looks):
        planned = design.looks[k]
        mean, error = look.time.mean
        print(
            f"  look {k + 1}: {mean:.3f} ±{error:.3f} {result.time_unit}, planned {planned.time:.3f}; "
            f"{look.patients.mean.value:.1f} patients, planned {planned.patients:.1f}"
        )
    print(
        f"  at the stop: {alternative.events.mean.value:.1f} events, {alternative.patients.mean.value:.0f} "
        f"patients, {alternative.duration.mean.value:.2f} {result.time_unit}; one-step hazard ratio "
        f"{alternative.one_step_hazard_ratio.value:.3f}; events never come in "
        f"{alternative.short_of_events.value:.2%}"
    )


def _line(name: str, found: ScenarioCharacteristics, promised: float) -> None:
    value, error = found.rejection
    gap = value - promised
    print(f"  {name}: simulated {value:.5f} ±{error:.5f}, design {promised:.5f}, difference {gap:+.5f}")


if __name__ == "__main__":
    main()
