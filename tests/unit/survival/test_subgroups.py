"""The arms compared within subgroups."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from equipoise.errors import ArgumentError
from equipoise.survival import cox, milestone, subgroups
from tolerances import ITERATION
from unit.survival.trials import trial


def _factors(n: int) -> dict[str, np.ndarray]:
    sex = np.arange(n) % 2
    return {"sex": np.where(sex == 0, "girl", "boy"), "age": np.arange(n) // 2 % 3}


def test_each_level_has_the_hazard_ratio_it_would_have_alone() -> None:
    t = trial(1, 200)
    found = subgroups(t.time, t.event, t.arm, _factors(200), strata=t.stratum)
    for row in found.subgroups:
        inside = _factors(200)[row.factor] == row.level
        alone = cox(t.time[inside], t.event[inside], t.arm[inside], strata=t.stratum[inside])
        np.testing.assert_allclose(row.hazard_ratio, alone.hazard_ratio[0], rtol=ITERATION)
        assert row.n_control + row.n_experimental == inside.sum()
        assert row.events_experimental == t.event[inside & (t.arm == 1)].sum()
    assert [row.level for row in found.subgroups] == ["boy", "girl", 0, 1, 2]
    assert found.overall.n_control == np.sum(t.arm == 0)


def test_the_interaction_is_that_of_a_model_stratified_by_the_factor() -> None:
    t = trial(2, 200)
    girl = _factors(200)["sex"] == "girl"
    [sex] = subgroups(t.time, t.event, t.arm, {"sex": girl}).interactions
    both = cox(t.time, t.event, np.column_stack((t.arm, t.arm * girl)), strata=girl)
    common = cox(t.time, t.event, t.arm, strata=girl)
    gain = 2.0 * (both.loglik[1] - common.loglik[1])
    np.testing.assert_allclose(sex.likelihood_ratio.chi2, gain, rtol=ITERATION)
    np.testing.assert_allclose(sex.wald.chi2, both.z[1] ** 2, rtol=ITERATION)
    assert sex.wald.df == 1


def test_levels_without_events_are_said_and_do_not_stop_the_rest() -> None:
    t = trial(3, 200)
    level = np.arange(200) % 4
    event = t.event & (level != 2) & ~((level == 3) & (t.arm == 1))
    found = subgroups(t.time, event, t.arm, {"risk": level}, firth=False)
    none, one_sided = found.subgroups[2], found.subgroups[3]
    assert np.isnan(none.hazard_ratio)
    assert none.note == "no comparison: no event on either arm"
    assert (one_sided.hazard_ratio, one_sided.lower, one_sided.upper) == (0.0, 0.0, np.inf)
    assert one_sided.note == "no finite hazard ratio: no event on the experimental arm"
    by_firth = subgroups(t.time, event, t.arm, {"risk": level}).subgroups[3]
    inside = level == 3
    limits = cox(t.time[inside], event[inside], t.arm[inside], penalty="firth").profile_limits()
    np.testing.assert_allclose(
        [by_firth.hazard_ratio, by_firth.upper], [limits.hazard_ratio[0], limits.upper[0]]
    )
    assert 0 <= by_firth.lower < by_firth.hazard_ratio < by_firth.upper < np.inf
    assert by_firth.note == "Firth's penalty and its profile limits: no event on the experimental arm"
    [risk] = found.interactions
    assert risk.likelihood_ratio.df == 2
    assert risk.wald is None
    assert "no finite hazard ratio" in risk.note
    assert found.to_frame()["interaction_note"].to_list()[1] == risk.note
    frame = found.to_frame()
    assert frame.filter(pl.col("level") == "2")["hazard_ratio"].to_list() == [None]


def test_a_level_with_one_arm_only_is_said() -> None:
    t = trial(4, 60)
    lone = np.where(t.arm == 0, np.arange(60) % 2, 0)
    found = subgroups(t.time, t.event, t.arm, {"site": lone})
    assert found.subgroups[1].note == "no comparison: one arm has no subject here"
    assert found.interactions[0].likelihood_ratio is None
    assert "fewer than two levels" in found.interactions[0].note


def test_a_dataframe_of_factors_serves_and_missing_values_are_refused() -> None:
    t = trial(5, 60)
    frame = pl.DataFrame(_factors(60))
    rows = subgroups(t.time, t.event, t.arm, frame).to_frame()
    assert rows["factor"].to_list() == ["all", "sex", "sex", "age", "age", "age"]
    assert rows["interaction_p"].null_count() == 1
    with pytest.raises(ArgumentError, match=r"factor sex\[0\] must not be missing"):
        subgroups(t.time, t.event, t.arm, {"sex": [None, *["girl"] * 59]})
    with pytest.raises(ArgumentError, match="at least one factor"):
        subgroups(t.time, t.event, t.arm, {})


def test_survival_at_a_milestone_by_level_where_it_is_known() -> None:
    t = trial(6, 200)
    level = np.where(t.time > 8, "late", "early")
    found = subgroups(t.time, t.event, t.arm, {"risk": level, "sex": _factors(200)["sex"]}, at=12)
    rows = {row.level: row for row in found.subgroups}
    assert rows["early"].milestone is None
    inside = _factors(200)["sex"] == "girl"
    alone = milestone(t.time[inside], t.event[inside], t.arm[inside], at=12)
    assert rows["girl"].milestone.difference == alone.difference
    frame = found.to_frame()
    assert frame["survival_difference"].null_count() == 1
    assert frame["difference_lower"][0] < frame["survival_difference"][0] < frame["difference_upper"][0]
    assert "survival_control" not in subgroups(t.time, t.event, t.arm, {"risk": level}).to_frame().columns


def test_the_wald_test_takes_firths_estimate_where_a_level_has_no_finite_one() -> None:
    """Cochran's Q by hand from three separate fits, the last of them penalised."""
    t = trial(3, 200)
    level = np.arange(200) % 3
    event = t.event & ~((level == 2) & (t.arm == 1))
    [risk] = subgroups(t.time, event, t.arm, {"risk": level}).interactions
    parts = [
        cox(t.time[level == i], event[level == i], t.arm[level == i], penalty="firth" if i == 2 else None)
        for i in range(3)
    ]
    b, v = (
        np.array([float(x[0]) for x in values])
        for values in zip(*((p.coef, p.std_err**2) for p in parts), strict=True)
    )
    mean = sum(b / v) / sum(1 / v)
    np.testing.assert_allclose(risk.wald.chi2, sum((b - mean) ** 2 / v), rtol=ITERATION)
    assert risk.wald.df == 2
    assert risk.note == "Wald test by Firth's penalty in the levels without finite hazard ratio"


def test_survival_is_said_by_arm_even_where_it_cannot_be_compared() -> None:
    t = trial(6, 200)
    level = np.arange(200) % 2
    event = t.event & (level == 1)
    followed = np.where((level == 0) & (t.arm == 1), np.minimum(t.time, 3.0), t.time)
    found = subgroups(t.time, event, t.arm, {"risk": level}, at=5).subgroups[0]
    assert found.milestone is None
    assert found.milestone_survival == (1.0, 1.0)
    assert "survival is 0 or 1 on both arms" in found.milestone_note
    shorter = subgroups(followed, event, t.arm, {"risk": level}, at=5).subgroups[0]
    assert shorter.milestone_survival[0] == 1.0
    assert np.isnan(shorter.milestone_survival[1])
    assert "was followed that long" in shorter.milestone_note
