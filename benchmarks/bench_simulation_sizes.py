"""How the rate of simulated trials falls with patients, looks and strata, and what memory it takes.

python benchmarks/bench_simulation_sizes.py [--seconds 2]
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from equipoise.simulation import simulate
from simulation.power_settings import Setting, protocol_of

if TYPE_CHECKING:
    from equipoise.protocol import Protocol

ROUNDS = 3
USUAL = Setting(
    name="usual",
    patients=1440,
    accrual_end=[60.0],
    accrual_rate=[1.0],
    prevalence=[0.5, 0.5],
    hazard_from=[0.0],
    hazard=[[0.00355]] * 2,
    hazard_ratio=[[0.5]] * 2,
    dropout=(0.0, 0.0),
    experimental_per_control=1,
    look_events=[30, 60, 90],
    futility="",
)


def with_patients(n: int) -> Setting:
    """As many patients, and events in proportion."""
    return USUAL._replace(name=f"{n} patients", patients=n, look_events=[n * k // 48 for k in (1, 2, 3)])


def with_looks(count: int) -> Setting:
    """Looks at equal steps up to 90 events."""
    steps = [90 * (k + 1) // count for k in range(count)]
    return USUAL._replace(name=f"{count} looks", look_events=steps)


def with_strata(count: int) -> Setting:
    """Strata of one size."""
    return USUAL._replace(
        name=f"{count} strata",
        prevalence=[1.0 / count] * count,
        hazard=[[0.00355]] * count,
        hazard_ratio=[[0.5]] * count,
    )


def main() -> None:
    """Print the table, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement, about")
    seconds = parser.parse_args().seconds
    settings = [
        *(with_patients(n) for n in (240, 480, 1440, 4320, 14400)),
        *(with_looks(k) for k in (1, 2, 3, 5, 10)),
        *(with_strata(s) for s in (1, 2, 4, 8, 16)),
    ]
    print(
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; one thread, median of {ROUNDS} rounds"
    )
    print("| 1 440 patients, 3 looks, 2 strata, but | trials a processor second | µs a trial | peak MB |")
    print("| --- | --- | --- | --- |")
    for one in settings:
        protocol, rates = protocol_of(one), []
        simulate(protocol, trials=500, seed=1, scenarios="alternative", workers=1)
        trials = _trials(protocol, seconds)
        for seed in range(ROUNDS):
            start = time.process_time()
            simulate(protocol, trials=trials, seed=seed, scenarios="alternative", workers=1)
            rates.append(trials / (time.process_time() - start))
        rate = statistics.median(rates)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"| {one.name} | {rate:,.0f} | {1e6 / rate:.1f} | {peak:.0f} |", flush=True)
    print("Peak memory is of the whole process so far: Python, NumPy and Numba alone take most of it.")


def _trials(protocol: Protocol, seconds: float) -> int:
    start = time.process_time()
    simulate(protocol, trials=2_000, seed=1, scenarios="alternative", workers=1)
    return max(2_000, round(seconds / (time.process_time() - start) * 2_000 / 500) * 500)


if __name__ == "__main__":
    main()
