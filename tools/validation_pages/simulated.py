"""docs/validation/simulation.md."""

# ruff: noqa: E501 - sentences of a page, not code

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from equipoise.design import Exit, design_trial
from equipoise.protocol import read_protocol
from equipoise.simulation import canonical_exit_rates, simulate
from independent.naive_trial_simulator import EFFICACY, FUTILITY, exits, play_many
from simulation.bands import OUTSIDE, band
from simulation.test_naive_simulator import naive_leukaemia
from validation_pages.comparisons import ROOT
from validation_pages.markdown import link, page, signed, table, thousands
from validation_pages.simulated_power import power_section

if TYPE_CHECKING:
    from equipoise.simulation import Estimate, ScenarioCharacteristics

PROTOCOL = "examples/aall1731/protocol.toml"
SEED = 20240630
TRIALS, CANONICAL, PLAYED = 20_000, 1_000_000, 2_000


def simulation_page() -> str:
    """Error rates of simulated trials beside those of normal draws, of a plain loop and of the design."""
    design = design_trial(read_protocol(ROOT / PROTOCOL))
    result = simulate(design.protocol, trials=TRIALS, seed=SEED)
    null, alternative = result["null"], result["alternative"]
    exact = design.boundaries.crossing(0.0)
    drawn = canonical_exit_rates(design.boundaries, trials=CANONICAL, seed=SEED)
    plain = play_many(naive_leukaemia(1.0), PLAYED, seed=SEED)
    plain_rates = {Exit.EFFICACY: exits(plain, 5, EFFICACY), Exit.FUTILITY: exits(plain, 5, FUTILITY)}
    found = exits(play_many(naive_leukaemia(0.55), PLAYED, seed=SEED), 5, EFFICACY)
    rows, gaps = [], []
    for k, look in enumerate(null.looks):
        for kind, seen, p in (
            (Exit.EFFICACY, look.efficacy, float(exact.efficacy[k])),
            (Exit.FUTILITY, look.futility, float(exact.futility[k])),
        ):
            if p == 0.0 or (kind is Exit.FUTILITY and k + 1 == len(null.looks)):
                continue
            normal, naive = drawn[k][kind], float(plain_rates[kind][k])
            gaps += [abs(normal.value - p) / math.sqrt(p * (1 - p) / CANONICAL)]
            rows.append(
                (
                    f"{k + 1}",
                    kind.name.lower(),
                    f"{p:.5f}",
                    f"{normal.value:.5f} ± {normal.error:.5f}",
                    f"{seen.value:.4f} ± {seen.error:.4f}",
                    f"{naive:.3f} ± {math.sqrt(max(naive, 1 / PLAYED) * (1 - naive) / PLAYED):.3f}",
                    signed(seen.value - p),
                )
            )
    return page(
        "Simulation",
        f"Printed by `tools/write_validation.py` from `{PROTOCOL}` with seed {SEED}; "
        "`benchmarks/bench_simulation.py` prints the same comparison for more trials.",
        "## Under no effect",
        "The exact column is the crossing probability of the multivariate normal distribution. Canonical draws are that "
        "distribution through the same boundaries and the same decision code: they must meet it. Simulated trials take "
        "the log-rank test of simulated subjects, and the plain loop does so again without any code of the program: "
        "they agree with one another, not exactly with the normal law "
        "([why](../explanation/error-rates.md)).",
        table(
            (
                "look",
                "stop for",
                "exact",
                f"{thousands(CANONICAL)} canonical draws",
                f"{thousands(TRIALS)} simulated trials",
                f"{thousands(PLAYED)} trials by the plain loop",
                "simulated − exact",
            ),
            rows,
        ),
        f"± is the standard error. {canonical_sentence(gaps)}",
        table(
            ("", "simulated", "exact", "simulated − exact"),
            [
                line("rejected, futility obeyed", null.rejection, float(exact.efficacy.sum())),
            ],
        ),
        f"The nominal one-sided alpha is {design.hypothesis.alpha:g}. The futility bounds do not bind, so that alpha holds "
        f"even where the committee passes over them; obeyed, as they are here, they lower the rate.",
        "## Under the assumed effect",
        table(
            ("power", "probability", "simulated − it"),
            [
                (
                    "simulated trials",
                    f"{alternative.rejection.value:.4f} ± {alternative.rejection.error:.4f}",
                    "",
                ),
                power("the plain loop", alternative, float(found.sum()), math.sqrt(PLAYED)),
                power("Schoenfeld's formula", alternative, design.power),
                power("mean, variance and correlation of the score", alternative, design.power_by_score),
            ],
        ),
        table(
            ("look", "date simulated, years", "planned", "patients simulated", "planned"),
            [
                (
                    k + 1,
                    f"{look.time.mean.value:.3f} ± {look.time.mean.error:.3f}",
                    f"{design.looks[k].time:.3f}",
                    f"{look.patients.mean.value:.1f} ± {look.patients.mean.error:.1f}",
                    f"{design.looks[k].patients:.1f}",
                )
                for k, look in enumerate(alternative.looks)
            ],
        ),
        "The planned date is when the expected number of events reaches the planned one. It is not the mean date of that "
        "event; and late looks are reached by those trials only that did not stop before.",
        *power_section(),
        "## Tests",
        f"{link('simulation/test_naive_simulator.py')}: exits, events, patients and calendar against the plain loop. "
        f"{link('simulation/test_against_naive_simulator.py')}: the law of every look. "
        f"{link('simulation/test_error_rates.py')}: error rates and power in several settings. "
        f"{link('unit/simulation/test_looks.py')}: simulated looks against the analysis path, replicate by replicate. "
        f"{link('reference/rpact/test_simulated_trials.py')}: the plain loop against rpact's simulated trials.",
    )


def canonical_sentence(gaps: list[float]) -> str:
    """Whether canonical draws are inside the band fixed beforehand."""
    limit = band(len(gaps))
    inside = sum(gap <= limit for gap in gaps)
    return (
        f"Of the {len(gaps)} canonical rates {inside} are inside the band of ±{limit:.1f} standard errors, in which all "
        f"lie with a probability of {100 * (1 - OUTSIDE):g} % where the code is right."
    )


def line(name: str, seen: Estimate, promised: float) -> tuple[str, ...]:
    """A simulated rate beside what is promised."""
    return (
        name,
        f"{seen.value:.4f} ± {seen.error:.4f}",
        f"{promised:.4f}",
        signed(seen.value - promised),
    )


def power(name: str, seen: ScenarioCharacteristics, p: float, root: float | None = None) -> tuple[str, ...]:
    """Another source of the power, with its error where it is drawn too."""
    error = "" if root is None else f" ± {math.sqrt(p * (1 - p)) / root:.4f}"
    return name, f"{p:.4f}{error}", signed(seen.rejection.value - p)
