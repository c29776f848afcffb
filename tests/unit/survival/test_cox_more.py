"""What a Cox fit is asked beyond its coefficients, and what it refuses."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from equipoise.errors import ArgumentError, DataError, MissingPartError
from equipoise.survival import cox, nelson_aalen
from tolerances import ITERATION, SUMMATION
from unit.survival.trials import trial

T = trial(21, 80)
X = np.column_stack((T.arm, np.sin(np.arange(80))))
TABLE = pl.DataFrame({"t": T.time, "d": T.event, "arm": T.arm, "wave": X[:, 1], "s": T.stratum})


def test_columns_are_taken_from_a_table_by_name() -> None:
    named = cox("t", "d", TABLE[["arm", "wave"]], data=TABLE, strata="s")
    np.testing.assert_array_equal(named.coef, cox(T.time, T.event, X, strata=T.stratum).coef)
    assert cox("t", "d", "arm", data=TABLE).names == ("arm",)
    with pytest.raises(ArgumentError, match="strata must name one of the columns t, d, arm, wave, s"):
        cox("t", "d", "arm", data=TABLE, strata="site")
    with pytest.raises(ArgumentError, match="data must be given with a formula"):
        cox(T.time, T.event, "arm + wave")


def test_a_formula_needs_formulaic(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("equipoise.survival._formula.import_module", absent)
    with pytest.raises(MissingPartError, match=r"equipoise\[formula\]"):
        cox("t", "d", "arm + wave", data=TABLE)


def test_a_formula_gives_its_columns_without_the_intercept() -> None:
    fit = cox("t", "d", "arm + wave", data=TABLE)
    assert fit.names == ("arm", "wave")
    np.testing.assert_array_equal(fit.coef, cox(T.time, T.event, X).coef)


def test_a_column_of_words_is_coded_by_its_levels() -> None:
    table = TABLE.with_columns(site=pl.when(pl.col("wave") > 0.0).then(pl.lit("b")).otherwise(pl.lit("a")))
    fit = cox("t", "d", "site", data=table)
    assert fit.names == ("site[T.b]",)
    np.testing.assert_allclose(fit.coef, cox(T.time, T.event, X[:, 1] > 0.0).coef, rtol=ITERATION)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("arm + wave", "wave is missing in 1 of 80.*Leave out, or repair, rows without wave"),
        ("arm + wav", r"`wav` is not present.* The columns are t, d, arm, wave, s"),
        ("arm +", "must be a formula of the columns .*Operator"),
    ],
)
def test_a_formula_that_cannot_be_read_says_why(formula: str, message: str) -> None:
    table = TABLE.with_columns(wave=pl.when(pl.int_range(80) == 7).then(None).otherwise(pl.col("wave")))
    for data in (table, table.to_pandas()):
        with pytest.raises(ArgumentError, match=message):
            cox("t", "d", formula, data=data)


def test_martingale_residuals_sum_to_zero_and_score_residuals_too() -> None:
    for ties in ("efron", "breslow"):
        fit = cox(T.time, T.event, X, strata=T.stratum, entry=T.entry, ties=ties)
        np.testing.assert_allclose(fit.residuals("martingale").sum(), 0.0, atol=SUMMATION)
        np.testing.assert_allclose(fit.residuals("score").sum(axis=0), 0.0, atol=1e-7)
        np.testing.assert_allclose(fit.schoenfeld().residual.sum(axis=0), 0.0, atol=1e-7)


def test_without_effect_prediction_is_nelson_and_aalens() -> None:
    """With every coefficient near 0 by symmetry, the baseline is the cumulative hazard of all."""
    time, event = np.repeat(T.time, 2), np.repeat(T.event, 2)
    fit = cox(time, event, np.tile([0.0, 1.0], 80), ties="breslow")
    np.testing.assert_allclose(fit.coef, 0.0, atol=1e-9)
    frame = fit.predict([[0.3]]).to_frame()
    hazard = nelson_aalen(time, event).to_frame().filter(pl.col("n_event") > 0)
    np.testing.assert_allclose(frame["hazard"], hazard["hazard"], rtol=ITERATION)


def test_prediction_by_stratum_and_row() -> None:
    fit = cox(T.time, T.event, X, strata=T.stratum)
    found = fit.predict(X[:2], strata=[1, 0], level=0.9)
    assert set(zip(found.subject, found.stratum, strict=True)) == {(0, 1), (1, 0)}
    for change, says in (
        ({"strata": None}, "strata must name each row's stratum"),
        ({"strata": [0, 7]}, "strata must be one of"),
        ({"strata": [0]}, "one label for each of the 2 rows"),
    ):
        with pytest.raises(ArgumentError, match=says):
            fit.predict(X[:2], **change)
    with pytest.raises(ArgumentError, match="2 columns of the fit"):
        fit.predict([[1.0]], strata=[0])


def test_each_subject_its_own_cluster_is_near_the_model() -> None:
    fit, robust = cox(T.time, T.event, X), cox(T.time, T.event, X, cluster=np.arange(80))
    np.testing.assert_array_equal(fit.coef, robust.coef)
    np.testing.assert_allclose(robust.std_err, fit.std_err, rtol=0.35)
    np.testing.assert_array_equal(robust.model_covariance, fit.covariance)
    together = cox(
        np.tile(T.time, 2),
        np.tile(T.event, 2),
        np.tile(X, (2, 1)),
        cluster=np.tile(np.arange(80), 2),
        ties="breslow",
    )
    alone = cox(T.time, T.event, X, cluster=np.arange(80), ties="breslow")
    np.testing.assert_allclose(together.std_err, alone.std_err, rtol=ITERATION)


def test_profile_limits_are_near_walds_in_large_samples() -> None:
    t = trial(5, 800)
    fit = cox(t.time, t.event, t.arm)
    profile = fit.profile_limits()
    np.testing.assert_allclose(profile.lower, fit.lower, rtol=0.01)
    np.testing.assert_allclose(profile.upper, fit.upper, rtol=0.01)
    np.testing.assert_allclose(profile.chi2[0], fit.likelihood_ratio_test.chi2, rtol=ITERATION)
    assert (fit.profile_limits(0.99).upper > profile.upper).all()


def test_a_perfect_score_has_concordance_1() -> None:
    t = np.arange(1, 9)
    fit = cox(t, np.ones(8), [3, 4, 1, 2, 0, -1, -2, -4])
    found = fit.concordance()
    assert found.concordant + found.discordant == 28
    assert found.value == found.concordant / 28


def test_an_effect_that_starts_late_is_found_by_the_test_and_by_time_varying() -> None:
    rng = np.random.default_rng(0)
    arm = rng.integers(0, 2, 2000)
    early, late = rng.exponential(1.0, 2000), 1.0 + rng.exponential(1.0, 2000) * np.where(arm == 1, 3.0, 1.0)
    time = np.where(early < 1.0, early, late)
    event = time < 3.0
    fit = cox(np.minimum(time, 3.0), event, arm)
    assert fit.proportional_hazards_test().p[0] < 1e-6
    step = {"x1": lambda x, t: x * (t > 1.0)}
    changing = cox(np.round(np.minimum(time, 3.0), 2), event, arm, time_varying=step)
    np.testing.assert_allclose(changing.hazard_ratio, [1.0, 1 / 3], rtol=0.15)


def test_results_show_themselves() -> None:
    fit = cox(T.time, T.event, X, cluster=np.arange(80))
    assert repr(fit).startswith("Cox model: ")
    assert "robust errors" in repr(fit)
    for part in (fit, fit.profile_limits(), fit.proportional_hazards_test(), fit.predict(X[:1])):
        assert "<table" in part._repr_html_()
    assert "No finite estimate: x1" in repr(cox([1, 2, 3], [1, 0, 0], [2.0, 1.0, 0.0]))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"ties": "exact", "weights": np.ones(80)}, 'weights cannot go with ties="exact"'),
        ({"ties": "exact", "cluster": np.arange(80)}, 'cluster cannot go with ties="exact"'),
        ({"cluster": np.zeros(80)}, "must hold more clusters than the 2 coefficients"),
        ({"penalty": "ridge"}, "penalty must be one of 'firth'"),
        ({"offset": np.zeros(3)}, "offset must be as long as time"),
        ({"time_varying": {"age": lambda x, _t: x}}, "time_varying must name one of the covariates"),
        ({"time_varying": {"x1": lambda _x, _t: 1.0}}, "one finite number for each value and time"),
    ],
)
def test_what_does_not_go_together_is_refused(options: dict, says: str) -> None:
    with pytest.raises(ArgumentError, match=says):
        cox(T.time, T.event, X, **options)


def test_questions_without_an_answer_are_refused() -> None:
    unbounded = cox(T.time, T.event & (T.arm == 0), X)
    for question in ("concordance", "proportional_hazards_test", "schoenfeld"):
        with pytest.raises(DataError, match=r'x1 have no finite coefficient.*penalty="firth"'):
            getattr(unbounded, question)()
    with pytest.raises(DataError, match="no robust error"):
        cox(T.time, T.event & (T.arm == 0), X, cluster=np.arange(80))
    with pytest.raises(ArgumentError, match="leaves Residuals undefined"):
        cox(T.time, T.event, X, ties="exact").residuals("score")
    with pytest.raises(DataError, match="not defined for effects that vary with time"):
        cox(T.time, T.event, X, time_varying={"x1": lambda x, t: x * t}).residuals("score")
    with pytest.raises(DataError, match="not defined here for subjects who enter late"):
        cox(T.time, T.event, X, entry=T.entry).concordance()
    with pytest.raises(DataError, match="too few event times"):
        cox([1, 1, 2, 2, 2], [1, 1, 0, 0, 0], [0, 1, 1, 0, 0.5]).proportional_hazards_test()
