"""Sequential p-values of the recorded one-sided trials: the smallest of rpact's repeated p-values."""

from __future__ import annotations

import math

import pytest

from equipoise.design import HeldLooks, sequential_p_value
from reference.rpact.recorded import number, rows
from reference.rpact.spending import rule
from tolerances import RPACT_INFERENCE

CASES: dict[int, list[dict[str, str]]] = {}
for _row in rows("analyses.csv"):
    if (_row["kind"], _row["sides"], _row["binding"]) == ("planned", "1", "0"):
        CASES.setdefault(int(_row["id"]), []).append(_row)


def test_enough_trials_are_recorded() -> None:
    assert len(CASES) >= 30


@pytest.mark.parametrize("case", CASES)
def test_the_smallest_alpha_that_would_have_rejected(case: int) -> None:
    row, stop = CASES[case][0], int(CASES[case][0]["stop"])
    t = [float(r["events"]) / float(r["planned"]) for r in CASES[case]][:stop]
    z = [float(r["z"]) for r in CASES[case]][:stop]
    parameter = number(row["efficacy_parameter"])
    spending = rule((row["efficacy"], None if math.isnan(parameter) else parameter))
    found = sequential_p_value(HeldLooks(t, z), spending)
    recorded = min(number(r["repeated_p"]) for r in CASES[case][:stop])
    # rpact gives 1/2 where no alpha below it rejects.
    assert (1.0 if recorded > 0.4999 else recorded) == pytest.approx(found, abs=RPACT_INFERENCE)
