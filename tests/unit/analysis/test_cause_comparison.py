"""Causes compared: by the survival room's own Cox model and Gray's test, and what the data do not allow."""

from __future__ import annotations

import math

import numpy as np
import pytest

from equipoise.analysis.cause_comparison import compare_causes
from equipoise.protocol import Protocol, parse_protocol
from equipoise.records import Snapshot, snapshot, trial_records
from equipoise.survival import cox, gray_test
from small_trial import PROTOCOL, adam_tables
from tolerances import SUMMATION

CAUSES = """
[[analyses.cause]]
id = "relapse"
label = "Relapse"
events = ["relapse"]
[[analyses.cause]]
id = "death"
label = "Death"
events = ["death"]
[data]"""


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return parse_protocol(PROTOCOL.replace("[data]", CAUSES))


@pytest.fixture(scope="module")
def data() -> Snapshot:
    tables = adam_tables()
    return snapshot(trial_records(tables["adsl"], tables["adtte"], synthetic=True))


def test_each_cause_by_a_stratified_cox_model_and_grays_test(protocol: Protocol, data: Snapshot) -> None:
    """The same from the tables by hand: other causes are censored."""
    assert data.times is not None
    table = data.times.filter(data.times["PARAMCD"] == "EFS").join(
        data.subjects.select("USUBJID", "STRATUM", "TRT01P"), on="USUBJID", maintain_order="left"
    )
    time = table["AVAL"].to_numpy()
    happened = [e if c == 0 else "none" for e, c in zip(table["EVNTDESC"], table["CNSR"], strict=True)]
    arm, strata = table["TRT01P"].to_numpy(), table["STRATUM"].to_numpy()
    for found in compare_causes(protocol, data, "EFS"):
        mine = np.array([h == found.cause for h in happened])
        test = gray_test(time, happened, arm, of=found.cause, censored="none", strata=strata)
        assert found.gray_p == pytest.approx(test.p, rel=SUMMATION)
        if not (mine[arm == "A"].any() and mine[arm == "B"].any()):
            assert found.hazard_ratio is None
            continue
        fit = cox(time, mine, (arm == "B").astype(float)[:, None], strata=strata)
        assert found.hazard_ratio == pytest.approx(math.exp(fit.coef[0]), rel=SUMMATION)
        assert found.lower is not None
        assert found.upper is not None
        assert found.lower < found.hazard_ratio < found.upper


def test_nothing_without_grouped_causes(data: Snapshot) -> None:
    assert compare_causes(parse_protocol(PROTOCOL), data, "EFS") == ()
