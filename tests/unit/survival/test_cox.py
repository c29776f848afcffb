"""Cox's model."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import CoxStatus, cox, logrank
from tolerances import ITERATION, ROUNDING, SUMMATION
from unit.survival.trials import Trial, trial, trials

_FINITE = settings(max_examples=50)


def _covariates(t: Trial) -> np.ndarray:
    return np.column_stack((t.arm, np.random.default_rng(len(t.time)).normal(size=len(t.time))))


def test_three_subjects_by_hand() -> None:
    """With x = 1, 0, 1 dying in turn the likelihood is e^b/(2 e^b + 1) x 1/(1 + e^b), greatest at e^b = 1/sqrt 2."""
    fit = cox([1, 2, 3], [1, 1, 1], [1, 0, 1])
    np.testing.assert_allclose(fit.coef, [-0.5 * np.log(2.0)], rtol=ITERATION)
    np.testing.assert_allclose(fit.loglik[0], -np.log(6.0), rtol=ROUNDING)


@given(trials(tied=False))
def test_the_score_test_of_untied_arms_is_the_logrank_test(t: Trial) -> None:
    fit = cox(t.time, t.event, t.arm, strata=t.stratum)
    np.testing.assert_allclose(
        fit.score_test.chi2, logrank(t.time, t.event, t.arm, strata=t.stratum).chi2, rtol=1e-8, atol=ROUNDING
    )


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_swapping_the_arms_turns_the_hazard_ratio_over(ties: str) -> None:
    t = trial(2, 80)
    one, other = cox(t.time, t.event, t.arm, ties=ties), cox(t.time, t.event, 1 - t.arm, ties=ties)
    np.testing.assert_allclose(one.hazard_ratio, 1.0 / other.hazard_ratio, rtol=ITERATION)
    np.testing.assert_allclose(one.lower, 1.0 / other.upper, rtol=ITERATION)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_origin_and_unit_of_a_covariate_only_change_its_unit(ties: str) -> None:
    t = trial(4, 80)
    x = _covariates(t)
    one = cox(t.time, t.event, x, ties=ties)
    other = cox(t.time, t.event, x * (1.0, 1000.0) + (5.0, -1e5), ties=ties)
    np.testing.assert_allclose(one.coef, other.coef * (1.0, 1000.0), rtol=ITERATION)
    np.testing.assert_allclose(one.std_err, other.std_err * (1.0, 1000.0), rtol=ITERATION)
    np.testing.assert_allclose(one.loglik, other.loglik, rtol=SUMMATION)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@given(t=trials(least=20))
@_FINITE
def test_cutting_follow_up_into_intervals_changes_nothing(ties: str, t: Trial) -> None:
    cut = 4.5
    late = t.time > cut
    time = np.concatenate((np.minimum(t.time, cut), t.time[late]))
    event = np.concatenate((t.event & ~late, t.event[late]))
    entry = np.concatenate((np.zeros(len(t.time)), np.full(late.sum(), cut)))
    whole = cox(t.time, t.event, t.arm, strata=t.stratum, ties=ties)
    parts = cox(
        time,
        event,
        np.concatenate((t.arm, t.arm[late])),
        strata=np.concatenate((t.stratum, t.stratum[late])),
        entry=entry,
        ties=ties,
    )
    assert whole.status is parts.status
    np.testing.assert_allclose(whole.coef, parts.coef, rtol=ITERATION, atol=ITERATION)
    np.testing.assert_allclose(whole.std_err, parts.std_err, rtol=ITERATION)
    np.testing.assert_allclose(whole.loglik, parts.loglik, rtol=SUMMATION, atol=SUMMATION)


def test_with_breslow_a_whole_weight_is_so_many_subjects() -> None:
    t = trial(6, 60)
    weight = np.random.default_rng(1).integers(1, 4, len(t.time))
    weighted = cox(t.time, t.event, t.arm, weights=weight, ties="breslow")
    repeated = cox(*(np.repeat(x, weight) for x in (t.time, t.event, t.arm)), ties="breslow")
    np.testing.assert_allclose(weighted.coef, repeated.coef, rtol=ITERATION)
    np.testing.assert_allclose(weighted.std_err, repeated.std_err, rtol=ITERATION)


def test_without_ties_efron_and_breslow_agree() -> None:
    t = trial(7, 60, tied=False)
    efron, breslow = cox(t.time, t.event, t.arm), cox(t.time, t.event, t.arm, ties="breslow")
    np.testing.assert_allclose(efron.coef, breslow.coef, rtol=ITERATION)


def test_a_huge_risk_that_leaves_does_not_spoil_the_sums_that_stay() -> None:
    """A subject with risk e^40 times the others' is followed only from 0.5 to 1.5 and has the event."""
    t = trial(9, 40, tied=False)
    x = np.append(_covariates(t)[:, 1], 40.0)
    time, event = np.append(t.time, 1.5), np.append(t.event, True)
    entry = np.append(np.zeros(40), 0.5)
    score = cox(time, event, np.column_stack((x, np.append(t.arm, 0))), entry=entry)
    alone = cox(t.time, t.event, np.column_stack((x[:-1], t.arm)))
    assert score.status is CoxStatus.CONVERGED
    np.testing.assert_allclose(score.coef, alone.coef, atol=0.5)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_an_arm_without_events_is_said_to_have_no_finite_hazard_ratio(ties: str) -> None:
    t = trial(10, 60)
    event = t.event & (t.arm == 0)
    x = _covariates(t)
    fit = cox(t.time, event, x, ties=ties)
    assert fit.status is CoxStatus.MONOTONE
    assert fit.unbounded == ("x1",)
    assert fit.coef[0] == -np.inf
    assert (fit.hazard_ratio[0], fit.lower[0], fit.upper[0]) == (0.0, 0.0, np.inf)
    assert fit.wald_test is None
    row = fit.to_frame()[0].to_dicts()[0]
    assert (row["z"], row["p"], row["status"]) == (None, None, "monotone")
    # What is left is the limit: only the arm that has events, so the other arm is never at risk.
    limit = cox(t.time[t.arm == 0], event[t.arm == 0], x[t.arm == 0, 1], ties=ties)
    np.testing.assert_allclose(fit.coef[1], limit.coef[0], rtol=ITERATION)
    np.testing.assert_allclose(fit.std_err[1], limit.std_err[0], rtol=ITERATION)
    np.testing.assert_allclose(fit.loglik[1], limit.loglik[1], rtol=SUMMATION)


def test_separation_by_a_combination_of_covariates_is_found() -> None:
    """Neither covariate alone orders the events, their sum does."""
    a = np.array([4.0, 0.0, 3.0, -1.0, 1.0, -3.0])
    b = np.array([1.0, 4.0, 0.0, 3.0, 0.0, 3.0])
    for x in (a, b):
        assert cox([1, 2, 3, 4, 5, 6], np.ones(6), x).status is CoxStatus.CONVERGED
    fit = cox([1, 2, 3, 4, 5, 6], np.ones(6), np.column_stack((a, b)))
    assert fit.status is CoxStatus.MONOTONE
    np.testing.assert_allclose(fit.loglik[1], 0.0, atol=ROUNDING)


def test_nearly_separated_data_still_have_their_maximum() -> None:
    """One control subject's event among 200 when everybody is at risk keeps the ratio finite."""
    arm = np.repeat([0, 1], 200)
    time = np.concatenate(([1.0], np.full(199, 100.0), np.arange(2, 202, dtype=float)))
    event = np.concatenate(([True], np.zeros(199, dtype=bool), np.ones(200, dtype=bool)))
    fit = cox(time, event, arm)
    assert fit.status is CoxStatus.CONVERGED
    assert 100.0 < fit.hazard_ratio[0] < 1000.0
    assert np.isfinite(fit.std_err[0])


@pytest.mark.parametrize(
    ("event", "x", "strata", "says"),
    [
        ([0, 0, 0, 0], [0, 1, 0, 1], None, "none of the 4 rows has an event"),
        ([1, 1, 1, 1], [1, 1, 1, 1], None, "x1 does not vary"),
        ([1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1], "x1 does not vary"),
        ([0, 0, 0, 1], [0, 1, 0, 1], None, "x1 does not vary"),
        ([1, 1, 1, 1], [[0, 0], [1, 2], [2, 4], [1, 2]], None, "x1, x2 are combinations of one another"),
        ([1, 1, 1, 1], [[0, 5], [1, 5], [2, 5], [1, 5]], None, "x2 does not vary"),
    ],
)
def test_what_cannot_be_estimated_is_refused(event: list, x: list, strata: list | None, says: str) -> None:
    with pytest.raises(DataError, match=says):
        cox([1, 2, 3, 4], event, x, strata=strata)


@pytest.mark.parametrize(("time", "event"), [([3], [1]), ([0, 0, 0], [0, 0, 0]), ([2, 2, 3], [0, 0, 1])])
def test_degenerate_samples_are_refused(time: list, event: list) -> None:
    with pytest.raises(DataError):
        cox(time, event, np.arange(len(time)))


def test_one_event_at_the_top_of_its_risk_set_is_monotone() -> None:
    fit = cox([1, 2, 3], [1, 0, 0], [2.0, 1.0, 0.0])
    assert fit.status is CoxStatus.MONOTONE
    assert "no finite estimate" in fit.status.value
    middle = cox([1, 2, 3], [1, 0, 0], [1.0, 2.0, 0.0])
    np.testing.assert_allclose(middle.coef, 0.0, atol=ITERATION)


def test_a_dataframe_gives_the_covariates_their_names() -> None:
    t = trial(12)
    frame = pl.DataFrame({"arm": t.arm == 1, "age": t.time * 0 + np.arange(len(t.time))})
    for table in (frame, frame.to_pandas()):
        fit = cox(pl.Series(t.time), pl.Series(t.event), table)
        assert fit.names == ("arm", "age")
    assert cox(t.time, t.event, pl.Series("arm", t.arm)).names == ("arm",)
    assert fit.to_frame()["covariate"].to_list() == ["arm", "age"]


@pytest.mark.parametrize(
    ("covariates", "options", "says"),
    [
        (["a", "b", "a", "b"], {}, "covariate x1 must hold numbers or False/True"),
        ([0.0, float("nan"), 1.0, 1.0], {}, r"covariate x1\[1\] must be finite"),
        ([0, 1], {}, "covariates must be as long as time"),
        (np.zeros((2, 2, 2)), {}, "one or two dimensions"),
        (np.zeros((4, 0)), {}, "at least one column"),
        ([0, 1, 0, 1], {"ties": "averaged"}, "ties must be one of 'efron', 'breslow', 'exact'"),
        ([0, 1, 0, 1], {"level": 1.0}, "level"),
    ],
)
def test_bad_input_is_refused_by_name(covariates: object, options: dict, says: str) -> None:
    with pytest.raises(ArgumentError, match=says):
        cox([1, 2, 3, 4], [1, 1, 1, 1], covariates, **options)
