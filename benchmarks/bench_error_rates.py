"""Type I error by look: normal draws, log-rank trials, a plain loop and re-randomised trials.

python benchmarks/bench_error_rates.py [--trials 10000000] [--plain 20000] [--rerandomised 1000]

What is done is kept in --kept, slice by slice, and not done again when the same command is given again.
"""

# ruff: noqa: E501 - rows of tables, not code

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from equipoise.design import Exit, design_trial
from equipoise.numerics.kernels import sources_hash
from equipoise.protocol import read_protocol
from equipoise.simulation import canonical_exit_rates, simulate
from independent.naive_trial_simulator import EFFICACY, FUTILITY, exits, play_many
from independent.rerandomised_trials import rerandomised_z
from simulation.bands import band
from simulation.test_naive_simulator import naive_leukaemia

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.design import Design
    from equipoise.simulation import Replicate

AALL1731 = Path(__file__).parents[1] / "examples" / "aall1731" / "protocol.toml"
SEED = 20240801
SLICE, PLAIN_SLICE, TRIAL_SLICE = 500_000, 1_000, 50
DRAWS_OF_ONE_TRIAL = 40
REJECTED_WITHIN = 0.0005
KINDS = (Exit.EFFICACY, Exit.FUTILITY)


class Kept:
    """Slices of work that are done, in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, list[float]] = json.loads(path.read_text()) if path.exists() else {}
        self.start = time.perf_counter()

    def of(self, name: str, slices: int, make: Callable[[int], np.ndarray]) -> np.ndarray:
        """Sums over slices 0, 1, ..., each made once and written down."""
        parts = []
        for j in range(slices):
            key = f"{name} {j}"
            if key not in self.known:
                self.known[key] = make(j).ravel().tolist()
                self.path.write_text(json.dumps(self.known))
                spent = time.perf_counter() - self.start
                print(f"{name}: {j + 1} of {slices} slices, {spent:.0f} s", file=sys.stderr, flush=True)
            parts.append(self.known[key])
        return np.array(parts)


def main() -> None:
    """Print the report, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=10_000_000, help="draws and log-rank trials each")
    parser.add_argument("--plain", type=int, default=20_000, help="trials of the plain loop")
    parser.add_argument("--rerandomised", type=int, default=1_000, help="simulated trials to re-randomise")
    parser.add_argument("--kept", type=Path, default=Path("bench_error_rates.json"))
    given = parser.parse_args()
    design = design_trial(read_protocol(AALL1731))
    kept, code = Kept(given.kept), f"{sources_hash()} {design.protocol.hash[:12]} {SEED}"
    exact = design.boundaries.crossing(0.0)
    promised = np.array([exact.efficacy, exact.futility]).T
    # The last look ends the trial: not rejecting there is no stop for futility.
    promised[-1, 1] = 0.0
    size = min(SLICE, given.trials)
    slices = math.ceil(given.trials / size)
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    print(f"{design.protocol.trial.name}: null, {slices * size:,} normal draws and log-rank trials; {load}\n")
    canonical = kept.of(f"normal {code} {size}", slices, lambda j: _canonical(design, size, j))
    trials = kept.of(f"log-rank {code} {size}", slices, lambda j: _logrank(design, size, j))
    normal, simulated = (_rates(x, slices * size) for x in (canonical, trials))
    comparisons = int(2 * (promised > 0).sum())
    by_look(design, promised, normal, simulated, slices * size)
    some = min(PLAIN_SLICE, given.plain)
    plain = kept.of(f"plain {SEED} {some}", math.ceil(given.plain / some), lambda j: _plain(some, j))
    few = min(TRIAL_SLICE, given.rerandomised)
    again = kept.of(
        f"again {code} {few}", math.ceil(given.rerandomised / few), lambda j: _again(design, few, j)
    )
    rivals(
        promised,
        simulated,
        slices * size,
        (plain, some),
        again.reshape(-1, len(design.looks), 2),
        comparisons,
    )
    print(f"wall clock of what was done now: {time.perf_counter() - kept.start:.0f} s")


def by_look(
    design: Design, promised: np.ndarray, normal: np.ndarray, simulated: np.ndarray, trials: int
) -> None:
    """Deviation from the design's own crossing probabilities."""
    print(
        "| look | events | stop for | exact | normal draws − exact | log-rank − exact | in errors | step of z |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    gaps = []
    for k, look in enumerate(design.looks):
        for e, kind in enumerate(KINDS):
            p = promised[k, e]
            if p == 0.0:
                continue
            error = math.sqrt(p * (1 - p) / trials)
            gaps.append((normal[k, e] - p) / error)
            gap = simulated[k, e] - p
            print(
                f"| {k + 1} | {look.events} | {kind.name.lower()} | {p:.6f} | {normal[k, e] - p:+.6f} ± {error:.6f} "
                f"| {gap:+.6f} ± {error:.6f} | {gap / error:+.1f} | {2 / math.sqrt(look.events):.3f} |"
            )
    limit, alpha = band(len(gaps)), design.hypothesis.alpha
    print(
        f"\nNormal draws: largest deviation {max(map(abs, gaps)):.1f} errors, band {limit:.1f}: "
        f"{'inside' if max(map(abs, gaps)) <= limit else 'OUTSIDE'}."
    )
    rejected, planned = simulated[:, 0].sum(), promised[:, 0].sum()
    error = math.sqrt(rejected * (1 - rejected) / trials)
    print(
        f"Rejected with futility obeyed: normal draws {normal[:, 0].sum():.6f}, log-rank trials {rejected:.6f} "
        f"± {error:.6f}, exact {planned:.6f}; difference {rejected - planned:+.6f}, "
        f"{'within' if abs(rejected - planned) <= REJECTED_WITHIN else 'BEYOND'} {REJECTED_WITHIN:g}. "
        f"Nominal {alpha:g} with futility ignored: {rejected - alpha:+.6f} from it."
    )
    print(
        "The draws take the same bounds and the same decision code, so what differs is the statistic: of few events "
        "it is nearly a lattice of the step above, one event more on one arm, and its tails are not the normal's.\n"
    )


def rivals(  # noqa: PLR0917 -- the rates, then those beside them
    promised: np.ndarray,
    simulated: np.ndarray,
    trials: int,
    plain: tuple[np.ndarray, int],
    again: np.ndarray,
    comparisons: int,
) -> None:
    """The same rates by the plain loop and by re-randomised trials, in bands fixed beforehand."""
    found, size = plain
    played = found.shape[0] * size
    rates, limit = found.sum(axis=0).reshape(promised.shape) / played, band(comparisons)
    mean, spread = again.mean(axis=0), again.std(axis=0, ddof=1) / math.sqrt(len(again))
    print(
        f"{played:,} trials of the plain loop; {len(again):,} simulated trials re-randomised "
        f"{DRAWS_OF_ONE_TRIAL} times each; two-sample band {limit:.1f} errors ({comparisons} comparisons).\n"
    )
    print("| look | stop for | log-rank trials | plain loop | in errors | re-randomised | in errors |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    worst = 0.0
    for k, e in np.argwhere(promised > 0.0):
        p = simulated[k, e]
        variance = p * (1 - p) / trials
        first = (rates[k, e] - p) / math.sqrt(p * (1 - p) / played + variance)
        # Too few stops to know their spread: that of independent trials, which is no smaller than it is.
        error = max(spread[k, e], math.sqrt(p * (1 - p) / again.shape[0] / DRAWS_OF_ONE_TRIAL))
        second = (mean[k, e] - p) / math.sqrt(error**2 + variance)
        worst = max(worst, abs(first), abs(second))
        print(
            f"| {k + 1} | {KINDS[e].name.lower()} | {p:.6f} | {rates[k, e]:.5f} | {first:+.1f} "
            f"| {mean[k, e]:.5f} ± {error:.5f} | {second:+.1f} |"
        )
    print(f"\nLargest {worst:.1f} errors: {'inside' if worst <= limit else 'OUTSIDE'} the band.")


def _rates(counts: np.ndarray, trials: int) -> np.ndarray:
    return counts.sum(axis=0).reshape(-1, 2) / trials


def _canonical(design: Design, size: int, j: int) -> np.ndarray:
    found = canonical_exit_rates(design.boundaries, trials=size, seed=SEED + j)
    return np.array([[round(look[kind].value * size) for kind in KINDS] for look in found])


def _logrank(design: Design, size: int, j: int) -> np.ndarray:
    found = simulate(design.protocol, trials=size, seed=SEED + j, scenarios="null")["null"]
    last = len(found.looks) - 1
    return np.array(
        [
            [round(k.efficacy.value * size), 0 if i == last else round(k.futility.value * size)]
            for i, k in enumerate(found.looks)
        ]
    )


def _plain(size: int, j: int) -> np.ndarray:
    played = play_many(naive_leukaemia(1.0), size, seed=SEED + j)
    return np.array([exits(played, 5, EFFICACY), exits(played, 5, FUTILITY)]).T.round(9) * size


def _again(design: Design, size: int, j: int) -> np.ndarray:
    rates = []
    for number in range(j * size, (j + 1) * size):
        trial = simulate(design.protocol, seed=SEED, scenarios="null", replicate=number)
        rates.append(_one_again(design, trial, number))
    return np.array(rates)


def _one_again(design: Design, trial: Replicate, number: int) -> np.ndarray:
    """Share of the re-randomisations of a trial that stop at each look, for efficacy and for futility."""
    adsl, adtte = trial.records.subjects, trial.records.times
    adtte = adtte.filter(adtte["PARAMCD"] == "DFS")
    (block,) = design.protocol.randomization.block_sizes
    z = rerandomised_z(
        entry=adsl["RANDDT"].to_numpy(),
        stratum=adsl[design.protocol.data.stratum or "STRATUM"].to_numpy(),
        day=adtte["AVAL"].to_numpy(),
        event=adtte["CNSR"].to_numpy() == 0,
        cutoffs=[np.datetime64(k.cutoff) for k in trial.looks],
        block=block,
        draws=DRAWS_OF_ONE_TRIAL,
        rng=np.random.default_rng([SEED, number]),
    )
    shares, going = np.zeros((len(design.looks), 2)), np.ones(len(z), dtype=bool)
    for k, look in enumerate(design.looks):
        high, low = going & (z[:, k] >= look.efficacy_z), going & (z[:, k] <= look.futility_z)
        shares[k] = high.mean(), low.mean()
        going &= ~(high | low)
    return shares


if __name__ == "__main__":
    main()
