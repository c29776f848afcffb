"""Gray's test and the Fine-Gray model."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import cox, fine_gray, gray_test, logrank
from tolerances import ITERATION, SUMMATION
from unit.survival.trials import trial

T = trial(31, 90)
CAUSE = np.where(T.event, 1 + (np.arange(90) % 3 == 0), 0)
X = np.column_stack((T.arm, np.cos(np.arange(90))))


def test_without_other_causes_the_models_are_those_of_one_cause() -> None:
    """Fine-Gray is Cox's model with Breslow's ties; Gray's score is the log-rank's."""
    for strata in (None, T.stratum):
        one = fine_gray(T.time, T.event.astype(int), X, strata=strata)
        plain = cox(T.time, T.event, X, ties="breslow", strata=strata, cluster=np.arange(90))
        np.testing.assert_allclose(one.coef, plain.coef, rtol=ITERATION)
        np.testing.assert_allclose(one.std_err, plain.std_err, rtol=ITERATION)
        gray = gray_test(T.time, T.event.astype(int), T.arm, strata=strata)
        np.testing.assert_allclose(-gray.score[1], logrank(T.time, T.event, T.arm, strata=strata).score)


def test_labels_may_be_anything_and_order_does_not_matter() -> None:
    names = np.array(["alive", "relapse", "death"])[CAUSE]
    named = gray_test(T.time, names, T.arm, of="relapse", censored="alive")
    np.testing.assert_allclose(named.chi2, gray_test(T.time, CAUSE, 1 - T.arm).chi2, rtol=SUMMATION)
    table = pl.DataFrame({"t": T.time, "c": names, "arm": T.arm, "w": X[:, 1]})
    fit = fine_gray("t", "c", table[["arm", "w"]], data=table, of="relapse", censored="alive")
    np.testing.assert_allclose(fit.coef, fine_gray(T.time[::-1], CAUSE[::-1], X[::-1]).coef, rtol=ITERATION)
    assert "relapse" in repr(fit)
    assert "relapse" in repr(named)
    assert fit.to_frame()["covariate"].to_list() == ["arm", "w"]
    assert named.to_frame().height == 2


def test_swapping_the_arms_turns_the_ratio_over() -> None:
    one, other = fine_gray(T.time, CAUSE, T.arm), fine_gray(T.time, CAUSE, 1 - T.arm)
    np.testing.assert_allclose(one.hazard_ratio, 1.0 / other.hazard_ratio, rtol=ITERATION)
    np.testing.assert_allclose(one.lower, 1.0 / other.upper, rtol=ITERATION)


def test_everybody_twice_in_clusters_of_two_has_the_same_error() -> None:
    twice = fine_gray(
        np.tile(T.time, 2), np.tile(CAUSE, 2), np.tile(X, (2, 1)), cluster=np.tile(np.arange(90), 2)
    )
    once = fine_gray(T.time, CAUSE, X)
    np.testing.assert_allclose(twice.coef, once.coef, rtol=ITERATION)
    np.testing.assert_allclose(twice.std_err, once.std_err, rtol=ITERATION)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"of": 0}, ArgumentError, "of must be a cause, not the censored level"),
        ({"of": 7}, ArgumentError, "of must be one of the causes 0, 1, 2"),
        ({"covariates": np.zeros(90)}, DataError, "do not vary"),
        ({"covariates": (CAUSE == 1) * 1.0}, DataError, "no finite estimate"),
        ({"covariates": (CAUSE != 1) * 1.0}, DataError, "no finite estimate"),
        ({"level": 2}, ArgumentError, "level"),
    ],
)
def test_fine_gray_refuses(change: dict, error: type[Exception], says: str) -> None:
    given = {"time": T.time, "cause": CAUSE, "covariates": X} | change
    with pytest.raises(error, match=says):
        fine_gray(**given)


@pytest.mark.parametrize(
    ("time", "cause", "group", "error", "says"),
    [
        ([1, 2, 3, 4], [2, 2, 0, 1], [0, 0, 0, 0], ArgumentError, "at least two groups"),
        ([1, 2, 3, 4], [2, 2, 0, 0], [0, 1, 0, 1], ArgumentError, "must be one of the causes"),
        ([1, 2, 3, 4], [1, 2, 0, 0], [0, 1, 0, 1], None, ""),
        ([1, 1, 1, 1], [1, 1, 1, 1], [0, 1, 0, 1], DataError, "nothing to compare"),
    ],
)
def test_gray_in_degenerate_samples(
    time: list, cause: list, group: list, error: type[Exception] | None, says: str
) -> None:
    if error is None:
        test = gray_test(time, cause, group)
        assert test.df == 1
        assert 0.0 < test.p < 1.0
        return
    with pytest.raises(error, match=says):
        gray_test(time, cause, group)
