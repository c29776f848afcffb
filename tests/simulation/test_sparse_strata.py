"""Trials whose protocol pools sparse strata: played as their looks are read, and with the error rate planned."""

from __future__ import annotations

import pytest

from equipoise.design import design_trial
from equipoise.monitoring import monitor
from equipoise.protocol import Protocol
from equipoise.records import cut
from equipoise.simulation import simulate
from simulation.bands import band
from simulation.small_trials import SECTIONS, small_trial
from tolerances import SUMMATION

SHARES = (0.3, 0.3, 0.08, 0.08, 0.08, 0.08, 0.08)
HAZARDS = (0.3, 0.5, 0.2, 0.3, 0.4, 0.5, 0.6)
TRIALS = 1_500


def seven_strata(rule: str = "pool_strata_below = 12\n") -> Protocol:
    """Two large strata and five small ones, 160 patients, looks at 40, 60 and 80 events."""
    strata = [f'[[stratum]]\nid = "s{i}"\nprevalence = {p}\n' for i, p in enumerate(SHARES)]
    assumptions = [
        f'[[assumption]]\nendpoint = "DFS"\nstratum = "s{i}"\nhazard = {{ rates = [{rate}] }}\n'
        for i, rate in enumerate(HAZARDS)
    ]
    effect = '[[effect]]\nendpoint = "DFS"\narm = "treatment"\nhazard_ratio = [0.6]\n'
    return small_trial(
        strata="".join(strata),
        assumptions="".join(assumptions) + effect,
        hypothesis=SECTIONS["hypothesis"] + rule,
        accrual="[accrual]\nstart_date = 2019-07-01\npatients = 160\nrates = [80.0]",
        data='[data]\nstratum = "RISK"',
    )


@pytest.mark.parametrize("scenario", ["null", "alternative"])
def test_simulated_looks_are_those_that_a_committee_would_read(scenario: str) -> None:
    protocol = seven_strata()
    design = design_trial(protocol)
    table = simulate(protocol, trials=8, seed=11, scenarios=scenario, per_replicate=True).replicates
    assert table is not None
    pools = set()
    for k in range(8):
        replicate = simulate(protocol, seed=11, scenarios=scenario, replicate=k)
        history = ()
        for look in replicate.looks[: replicate.stopped]:
            result = monitor(design, cut(replicate.records, look.cutoff), history=history)
            history = result.looks
            assert result.current.z == pytest.approx(look.z, abs=SUMMATION)
            assert result.current.information == pytest.approx(look.information, abs=SUMMATION)
            pools.add(result.current.pooled_strata)
        assert history[-1].exit is replicate.exit
        assert table["z"][k] == pytest.approx(history[-1].z, abs=SUMMATION)
    # As events come, fewer strata are sparse.
    assert len(pools) > 1
    assert all(len(pool) > 1 for pool in pools)


@pytest.mark.long
def test_pooling_keeps_the_error_rate_and_more_of_the_information() -> None:
    protocol = seven_strata()
    pooled = simulate(protocol, trials=TRIALS, seed=12, scenarios="null", per_replicate=True)
    apart = simulate(seven_strata(""), trials=TRIALS, seed=12, scenarios="null", per_replicate=True)
    promised = float(design_trial(protocol).boundaries.crossing(0.0).efficacy.sum())
    error = (promised * (1.0 - promised) / TRIALS) ** 0.5
    assert abs(pooled["null"].rejection.value - promised) < band(1) * error
    # The information of the test where trials end, the same trials: strata that hold one event tell little.
    assert pooled.replicates is not None
    assert apart.replicates is not None
    assert pooled.replicates["information"].mean() > 1.01 * apart.replicates["information"].mean()
