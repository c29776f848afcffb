"""Power of simulated trials in some forty settings beside the design's two formulas.

python benchmarks/bench_simulated_power.py [--trials 100000]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from simulation.bands import band
from simulation.power_settings import powers, recorded_settings
from tolerances import MOMENT_POWER

SEED = 20240701


def main() -> None:
    """Print the table, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=100_000, help="trials of each setting")
    trials = parser.parse_args().trials
    settings = recorded_settings()
    limit = band(len(settings))
    print(f"{trials:,} trials of each of {len(settings)} settings, seeds {SEED}, {SEED + 1}, ...")
    print("| setting | looks | events | simulated | exact moments − it | Schoenfeld − it |")
    print("| --- | --- | --- | --- | --- | --- |")
    outside = []
    for k, one in enumerate(settings):
        p = powers(one, trials, SEED + k)
        print(
            f"| {p.name} | {p.looks} | {p.events} | {p.simulated:.4f} ± {p.error:.4f} "
            f"| {p.moments - p.simulated:+.4f} | {p.schoenfeld - p.simulated:+.4f} |",
            flush=True,
        )
        if abs(p.moments - p.simulated) > limit * p.error + MOMENT_POWER:
            outside.append(p.name)
    print(f"outside {limit:.1f} standard errors + {MOMENT_POWER:g}: {', '.join(outside) or 'none'}")


if __name__ == "__main__":
    main()
