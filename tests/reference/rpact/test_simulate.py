"""Simulated trials: the program's own beside rpact's, in a two-sample band of 99.9 % fixed beforehand.

rpact follows patients in continuous time and the program in whole days; both enter them at equal intervals.
"""

from __future__ import annotations

import math
from collections import defaultdict

import pytest

from equipoise.design import design_trial
from equipoise.simulation import simulate
from reference.rpact.recorded import number, numbers, rows
from simulation.bands import band
from simulation.power_settings import Setting, protocol_of
from tolerances import RPACT_Z

TRIALS = 20_000
CASES: dict[int, list[dict[str, str]]] = defaultdict(list)
for _row in rows("simulated_trials.csv"):
    CASES[int(_row["case"])].append(_row)
# Stops for efficacy and for futility and the date of each look, power, and events at the stop.
COMPARISONS = sum(3 * len(looks) + 2 for looks in CASES.values())
MONTHS_FOR_WHOLE_DAYS = 0.05
# A look may hold another event of the same day.
EVENTS_OF_ONE_DAY = 0.3


def setting(looks: list[dict[str, str]]) -> Setting:
    """One recorded setting."""
    first = looks[0]
    futile = not math.isnan(number(first["futility_z"]))
    dropout = float(first["dropout"])
    return Setting(
        name=f"rpact {first['case']}",
        patients=int(first["subjects"]),
        accrual_end=[float(first["accrual_months"])],
        accrual_rate=[1.0],
        prevalence=[1.0],
        hazard_from=numbers(first["hazard_from"]),
        hazard=[numbers(first["control_hazard"])],
        hazard_ratio=[numbers(first["hazard_ratio"])],
        dropout=(dropout, dropout),
        experimental_per_control=int(first["experimental_per_control"]),
        look_events=[int(look["events"]) for look in looks],
        futility='{ spending = { family = "Hwang-Shih-DeCani", gamma = -2.0 } }' if futile else "",
        power=0.8,
        accrual="fixed",
    )


@pytest.mark.parametrize("case", CASES)
def test_exits_power_and_events_are_rpacts(case: int) -> None:
    looks = CASES[case]
    iterations = int(looks[0]["iterations"])
    one = setting(looks)
    null = {float(r) for r in one.hazard_ratio[0]} == {1.0}
    # A design wants an effect: under none the trial is designed for one and simulated without.
    protocol = protocol_of(one._replace(hazard_ratio=[[0.6] * len(one.hazard_from)]) if null else one)
    scenario = "null" if null else "alternative"
    found = simulate(protocol, trials=TRIALS, seed=3000 + case, scenarios=scenario)[scenario]
    planned = design_trial(protocol).looks
    assert [k.efficacy_z for k in planned] == pytest.approx(
        [float(look["efficacy_z"]) for look in looks], abs=RPACT_Z
    )
    limit = band(COMPARISONS)

    def near(mine: float, theirs: float) -> None:
        pooled = (mine * TRIALS + theirs * iterations) / (TRIALS + iterations)
        error = math.sqrt(pooled * (1 - pooled) * (1 / TRIALS + 1 / iterations))
        assert mine == pytest.approx(theirs, abs=limit * error + 1 / TRIALS)

    for mine, look in zip(found.looks, looks, strict=True):
        near(mine.efficacy.value, float(look["rejected"]))
        if look is not looks[-1]:
            near(mine.futility.value, float(look["futile"]))
    near(found.rejection.value, sum(float(look["rejected"]) for look in looks))
    mean, error = found.events.mean
    assert mean == pytest.approx(
        float(looks[0]["expected_events"]),
        abs=limit * error * math.sqrt(1 + TRIALS / iterations) + EVENTS_OF_ONE_DAY,
    )
    for mine, look in zip(found.looks, looks, strict=True):
        at, error = mine.time.mean
        calendar = limit * math.sqrt(1 + TRIALS / iterations) * error + MONTHS_FOR_WHOLE_DAYS
        assert at == pytest.approx(float(look["analysis_time"]), abs=calendar)


def test_eight_settings_are_compared() -> None:
    assert len(CASES) >= 8
