"""The section of docs/validation/simulation.md on power by setting."""

# ruff: noqa: E501 - sentences of a page, not code

from __future__ import annotations

from simulation.bands import OUTSIDE, band
from simulation.power_settings import powers, recorded_settings
from tolerances import MOMENT_POWER
from validation_pages.markdown import link, signed, table, thousands

SEED = 20240701
TRIALS = 10_000
SCRIPT = "benchmarks/bench_simulated_power.py"


def power_section() -> tuple[str, ...]:
    """Power of simulated trials beside the design's two formulas, setting by setting."""
    settings = recorded_settings()
    found = [powers(one, TRIALS, SEED + k) for k, one in enumerate(settings)]
    limit = band(len(found))
    inside = sum(abs(p.moments - p.simulated) <= limit * p.error + MOMENT_POWER for p in found)
    rows = [
        (
            p.name.split(" ", 1)[1],
            p.looks,
            p.events,
            f"{p.simulated:.4f} ± {p.error:.4f}",
            signed(p.moments - p.simulated),
            signed(p.schoenfeld - p.simulated),
        )
        for p in found
    ]
    return (
        "## Power by setting",
        (
            f"{thousands(TRIALS)} trials of each setting beside the two powers that the design states: by the mean, variance "
            "and correlation of the score, and by Schoenfeld's formula. The former is inside the band of "
            f"±{limit:.1f} standard errors, fixed beforehand ({100 * (1 - OUTSIDE):g} % for all together), plus {MOMENT_POWER:g} in {inside} of "
            f"{len(found)} settings; the latter says too much under a delay or a stop for futility, and too little where more "
            f"patients get the better arm. `{SCRIPT}` prints the table for more trials."
        ),
        table(
            ("setting", "looks", "events", "simulated", "exact moments − it", "Schoenfeld − it"),
            rows,
        ),
        (
            f"{link('simulation/test_power_of_settings.py')} asserts it with 100 000 trials each; "
            f"{link('reference/simulated_power/test_simulated_power.py')} does so with trials played by another program; "
            f"{link('reference/rpact/test_simulate.py')}: power, stops by look, dates and events beside rpact's own simulation."
        ),
    )
