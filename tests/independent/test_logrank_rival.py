"""Log-rank tests against a rival that adds up every table in rational numbers."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import DataError
from equipoise.survival import FlemingHarrington, LogrankTest, logrank
from independent.naive_logrank import ExactTest, exact_logrank, fleming_harrington
from independent.small_trials import SmallTrial, small_trials
from tolerances import ROUNDING

WEIGHTS = st.tuples(st.integers(0, 2), st.integers(0, 2))


def agree(test: LogrankTest, exact: ExactTest) -> None:
    """O, E, covariance, chi-square on the groups in their order."""
    order = [exact.groups.index(label) for label in test.groups]
    np.testing.assert_allclose(
        test.observed, [float(exact.observed[i]) for i in order], rtol=ROUNDING, atol=1e-15
    )
    np.testing.assert_allclose(
        test.expected, [float(exact.expected[i]) for i in order], rtol=ROUNDING, atol=1e-15
    )
    theirs = [[float(exact.variance[i][j]) for j in order] for i in order]
    np.testing.assert_allclose(test.variance, theirs, rtol=ROUNDING, atol=1e-15)


def both(
    trial: SmallTrial, *, stratified: bool, late: bool, power: tuple[int, int]
) -> tuple[LogrankTest | None, ExactTest]:
    """The library's test (None where it refuses) and the exact one."""
    columns = trial.arrays()
    exact = exact_logrank(
        trial.time,
        trial.event,
        trial.group,
        strata=trial.strata if stratified else None,
        entry=trial.entry if late else None,
        weight=fleming_harrington(*power),
    )
    try:
        ours = logrank(
            columns["time"],
            columns["event"],
            columns["group"],
            control="A",
            strata=columns["strata"] if stratified else None,
            entry=columns["entry"] if late else None,
            weight=FlemingHarrington(*power),
        )
    except DataError:
        ours = None
    return ours, exact


@given(trial=small_trials(), stratified=st.booleans(), late=st.booleans(), power=WEIGHTS)
def test_two_arms(trial: SmallTrial, stratified: bool, late: bool, power: tuple[int, int]) -> None:  # noqa: FBT001
    """Fewer events than expected on the experimental arm give z > 0; refused exactly where the variance is 0."""
    ours, exact = both(trial, stratified=stratified, late=late, power=power)
    if ours is None:
        assert exact.variance[1][1] == 0
        return
    assert exact.variance[1][1] > 0
    agree(ours, exact)
    score = float(exact.expected[1] - exact.observed[1])
    # The score may be a small difference of large sums: judged against its standard error.
    np.testing.assert_allclose(ours.z, exact.z("B"), rtol=ROUNDING, atol=1e-13)
    np.testing.assert_allclose(ours.score, score, rtol=ROUNDING, atol=1e-14)
    np.testing.assert_allclose(ours.information, float(exact.variance[1][1]), rtol=ROUNDING)
    np.testing.assert_allclose(ours.chi2, ours.z**2, rtol=ROUNDING, atol=1e-15)
    np.testing.assert_allclose(ours.p, math.erfc(abs(exact.z("B")) / math.sqrt(2)), rtol=1e-11)


@given(
    trial=small_trials(arms="ABCD", least=8, most=18),
    stratified=st.booleans(),
    late=st.booleans(),
    power=WEIGHTS,
)
def test_several_arms(trial: SmallTrial, stratified: bool, late: bool, power: tuple[int, int]) -> None:  # noqa: FBT001
    """The quadratic form over the arms at risk; p from mpmath's incomplete gamma function."""
    ours, exact = both(trial, stratified=stratified, late=late, power=power)
    if ours is None:
        assert all(exact.variance[i][i] == 0 for i in range(4))
        return
    agree(ours, exact)
    theirs = exact.chi2()
    if theirs is not None:
        df = sum(e > 0 for e in exact.expected) - 1
        assert ours.df == df
        np.testing.assert_allclose(ours.chi2, float(theirs), rtol=1e-9, atol=1e-12)
        tail = float(mp.gammainc(mp.mpf(df) / 2, mp.mpf(ours.chi2) / 2, mp.inf, regularized=True))
        np.testing.assert_allclose(ours.p, tail, rtol=1e-10)


@given(trial=small_trials(), stratified=st.booleans())
def test_one_sided_p_values_follow_the_sign(trial: SmallTrial, stratified: bool) -> None:  # noqa: FBT001
    """P for benefit is the upper tail of z, p for harm the lower; together 1."""
    ours, _ = both(trial, stratified=stratified, late=False, power=(0, 0))
    if ours is None:
        return
    columns = trial.arrays()
    strata = columns["strata"] if stratified else None
    for alternative, side in (("benefit", 1), ("harm", -1)):
        test = logrank(
            columns["time"],
            columns["event"],
            columns["group"],
            control="A",
            strata=strata,
            alternative=alternative,
        )
        np.testing.assert_allclose(test.p, 0.5 * math.erfc(side * ours.z / math.sqrt(2)), rtol=1e-11)


@given(trial=small_trials())
def test_the_order_of_subjects_and_the_unit_of_time_do_not_matter(trial: SmallTrial) -> None:
    """Reversed rows, and time in other units, give the same test."""
    ours, _ = both(trial, stratified=True, late=False, power=(0, 0))
    if ours is None:
        return
    columns = {name: values[::-1] for name, values in trial.arrays().items()}
    again = logrank(
        columns["time"] * 30.4375, columns["event"], columns["group"], control="A", strata=columns["strata"]
    )
    np.testing.assert_allclose(again.z, ours.z, rtol=ROUNDING, atol=1e-13)


def test_an_arm_that_does_better_has_a_positive_z() -> None:
    """Events late on the experimental arm, early on the control: benefit."""
    time, group = [1, 2, 3, 4, 5, 6, 7, 8], ["old"] * 4 + ["new"] * 4
    assert logrank(time, [True] * 8, group, control="old").z == pytest.approx(
        exact_logrank(time, [True] * 8, group).z("new")
    )
    assert logrank(time, [True] * 8, group, control="old").z > 2
