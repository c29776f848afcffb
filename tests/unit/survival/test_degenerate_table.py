"""Degenerate samples, each with its answer or its clear refusal: never nan in silence."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from equipoise.errors import DataError, InputError
from equipoise.survival import (
    FlemingHarrington,
    adjusted_logrank,
    average_hazard_ratio,
    cause_specific_cox,
    completeness,
    cox,
    cumulative_incidence,
    fine_gray,
    follow_up,
    gray_test,
    hazard_ratio_interval,
    kaplan_meier,
    logrank,
    maxcombo,
    milestone,
    nelson_aalen,
    one_sample_logrank,
    permutation_logrank,
    piecewise_hazards,
    rmst,
    subgroups,
)
from tolerances import ITERATION, SUMMATION

SAMPLES = {
    "one subject": ([3], [1], [0]),
    "one subject censored": ([3], [0], [0]),
    "separation": ([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1]),
    "no event": ([1, 2, 3, 4], [0, 0, 0, 0], [0, 1, 0, 1]),
    "one event": ([1, 2, 3, 4], [1, 0, 0, 0], [0, 1, 0, 1]),
    "all censored at time 0": ([0, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 1]),
    "all events at once": ([2, 2, 2, 2], [1, 1, 1, 1], [0, 1, 0, 1]),
    "an arm without events": ([1, 2, 3, 4], [1, 0, 1, 0], [0, 1, 0, 1]),
    "3 events in 254 subjects": ([5, 6, 7, *[9] * 251], [1, 1, 1, *[0] * 251], [i % 2 for i in range(254)]),
}
ALONE = {"one subject", "one subject censored"}
NOTHING = {"one subject censored", "no event", "all censored at time 0"}
NO_CONTRAST = ALONE | NOTHING | {"all events at once"}
RUNS_AWAY = {"one event", "an arm without events", "separation"}
BOTH = [None, FlemingHarrington(0, 1)]
QUESTIONS = {
    "curve": (lambda t, d, _: kaplan_meier(t, d).survival, set()),
    "robust errors": (
        lambda t, d, _: np.nan_to_num(kaplan_meier(t, d, cluster=np.arange(len(t))).std_err, nan=-1.0),
        set(),
    ),
    "hazard": (lambda t, d, _: nelson_aalen(t, d, ties="in turn").std_err, set()),
    "combined test": (
        lambda t, d, g: [maxcombo(t, d, g, weights=BOTH).p],
        NO_CONTRAST | {"one event"},
    ),
    "exact permutation": (
        lambda t, d, g: [permutation_logrank(t, d, g).p],
        NO_CONTRAST,
    ),
    "one sample": (lambda t, d, _: [one_sample_logrank(t, d, np.ones(len(t))).p], set()),
    "rates": (lambda t, d, _: [piecewise_hazards(t, d, cuts=[]).events[0]], set()),
    "completeness": (lambda t, d, _: completeness(t, d, t, within=[1]).c, set()),
    "Firth": (
        lambda t, d, g: cox(t, d, g, penalty="firth").coef,
        NOTHING | ALONE,
    ),
    "Cox, robust errors": (
        lambda t, d, g: cox(t, d, g, cluster=np.arange(len(t))).std_err,
        NO_CONTRAST | RUNS_AWAY,
    ),
    "average hazard ratio": (
        lambda t, d, g: [average_hazard_ratio(t, d, g, tau=2).z],
        NO_CONTRAST | RUNS_AWAY | {"3 events in 254 subjects"},
    ),
    "exact ties": (
        lambda t, d, g: [cox(t, d, g, ties="exact").loglik[1]],
        NO_CONTRAST,
    ),
    "Gray": (
        lambda t, d, g: [gray_test(t, d, g).p],
        NO_CONTRAST,
    ),
    "Fine-Gray": (
        lambda t, d, g: fine_gray(t, d, g).coef,
        NO_CONTRAST | RUNS_AWAY,
    ),
    "log-rank": (lambda t, d, g: [logrank(t, d, g).p], NO_CONTRAST),
    "weighted log-rank": (lambda t, d, g: [logrank(t, d, g, weight=FlemingHarrington(1, 0)).p], NO_CONTRAST),
    "Cox, score test": (lambda t, d, g: [cox(t, d, g).score_test.p], NOTHING | ALONE),
    "Cox, Schoenfeld residuals": (
        lambda t, d, g: cox(t, d, g).schoenfeld().residual,
        NOTHING | ALONE | RUNS_AWAY,
    ),
    "Cox, proportional hazards": (
        lambda t, d, g: [cox(t, d, g).proportional_hazards_test().to_frame()["p"].to_numpy()],
        NO_CONTRAST | RUNS_AWAY,
    ),
    "Cox, concordance": (
        lambda t, d, g: [cox(t, d, g).concordance().value],
        NO_CONTRAST | RUNS_AWAY,
    ),
    "restricted means compared": (
        lambda t, d, g: rmst(t, d, g, tau=2).to_frame()["std_err"].to_numpy()[:3],
        NO_CONTRAST | {"3 events in 254 subjects"},
    ),
    "milestones compared": (
        lambda t, d, g: milestone(t, d, g, at=2).to_frame()["estimate"].to_numpy()[:1],
        NO_CONTRAST | {"3 events in 254 subjects"},
    ),
    "incidence": (lambda t, d, _: cumulative_incidence(t, d).std_err, NOTHING),
    "band": (lambda t, d, _: kaplan_meier(t, d).band("hall-wellner").lower, NO_CONTRAST),
    "follow-up": (lambda t, d, _: [follow_up(t, d).to_frame()["n"][0]], set()),
    "subgroups": (
        lambda t, d, g: (
            subgroups(t, d, g, {"sex": ["fm"[i % 2] for i in range(len(t))]})
            .to_frame()["n_control"]
            .to_numpy()
        ),
        ALONE,
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_an_answer_or_a_refusal(sample: str, question: str) -> None:
    time, event, group = SAMPLES[sample]
    ask, refused = QUESTIONS[question]
    if sample in refused:
        with pytest.raises(InputError):
            ask(time, event, group)
        return
    assert np.isfinite(ask(time, event, group)).all()


def test_an_absent_arm_and_a_constant_covariate_in_a_stratum() -> None:
    """Stratum 1 holds one arm only: it adds nothing, and the rest is answered."""
    time, event, arm = np.arange(1.0, 9.0), np.ones(8, dtype=int), np.array([0, 1, 0, 1, 0, 1, 1, 1])
    strata = [0, 0, 0, 0, 0, 0, 1, 1]
    whole = gray_test(time, event, arm, strata=strata)
    np.testing.assert_allclose(whole.chi2, gray_test(time[:6], event[:6], arm[:6]).chi2, rtol=1e-12)
    fit = fine_gray(time, event, arm, strata=strata)
    np.testing.assert_allclose(fit.coef, fine_gray(time[:6], event[:6], arm[:6]).coef, rtol=1e-9)
    with pytest.raises(DataError, match="do not vary"):
        fine_gray(time, event, arm, strata=arm)


AGE = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0, 8.0])
WITHIN_STRATA = {
    "log-rank": lambda t, d, g, _, s: [logrank(t, d, g, strata=s).z],
    "weighted log-rank": lambda t, d, g, _, s: [logrank(t, d, g, strata=s, weight=FlemingHarrington(0, 1)).z],
    "combined test": lambda t, d, g, _, s: [maxcombo(t, d, g, strata=s, weights=BOTH).p],
    "hazard ratio by the test": lambda t, d, g, _, s: [hazard_ratio_interval(t, d, g, strata=s).upper],
    "Cox": lambda t, d, g, x, s: cox(t, d, np.column_stack((g, x)), strata=s).coef,
    "Cox, robust errors": lambda t, d, g, _, s: cox(t, d, g, strata=s, cluster=np.arange(len(t))).std_err,
    "Cox, exact ties": lambda t, d, g, _, s: cox(t, d, g, strata=s, ties="exact").coef,
    "Firth": lambda t, d, g, _, s: cox(t, d, g, strata=s, penalty="firth").coef,
    "Cox, proportional hazards": lambda t, d, g, _, s: (
        cox(t, d, g, strata=s).proportional_hazards_test().chi2
    ),
    "Gray": lambda t, d, g, _, s: [gray_test(t, d, g, strata=s).chi2],
    "Fine-Gray": lambda t, d, g, _, s: fine_gray(t, d, g, strata=s).coef,
    "cause-specific Cox": lambda t, d, g, _, s: cause_specific_cox(t, d, g, strata=s).coef,
    "adjusted log-rank": lambda t, d, g, x, s: [adjusted_logrank(t, d, g, x, strata=s).score],
    "permutation": lambda t, d, g, _, s: [permutation_logrank(t, d, g, strata=s).p],
}


@pytest.mark.parametrize("question", WITHIN_STRATA)
def test_a_stratum_with_one_arm_adds_nothing(question: str) -> None:
    """Four subjects of the second stratum are on one arm; without them each answer is the same."""
    ask = WITHIN_STRATA[question]
    time = np.array([1, 2, 3, 4, 5, 6, 7, 8, 2, 3, 5, 7], dtype=float)
    event = np.array([1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1])
    arm = np.array([0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1])
    strata = np.array([0] * 8 + [1] * 4)
    age = np.where(strata == 1, 5.0, AGE)  # constant where the arm is: nothing of the stratum may tell
    whole = ask(time, event, arm, age, strata)
    assert np.isfinite(whole).all()
    first = strata == 0
    alone = ask(time[first], event[first], arm[first], age[first], strata[first])
    if question == "Cox, proportional hazards":
        return  # its scale of time is the curve of everybody, as R's
    np.testing.assert_allclose(whole, alone, rtol=ITERATION)


@pytest.mark.parametrize("question", WITHIN_STRATA)
def test_no_stratum_with_both_arms_is_refused(question: str) -> None:
    time, event, arm = np.arange(1.0, 13.0), np.ones(12, dtype=int), np.arange(12) % 2
    with pytest.raises(InputError):
        WITHIN_STRATA[question](time, event, arm, arm * 2.0, arm)


@pytest.mark.parametrize("question", WITHIN_STRATA)
def test_a_stratum_without_subjects_is_no_stratum(question: str) -> None:
    """A categorical column may know levels that nobody has."""
    rng = np.random.default_rng(5)
    time, event, arm = np.ceil(rng.exponential(8.0, 12)), rng.random(12) < 0.8, np.arange(12) % 2
    labels = ["low" if i % 4 < 2 else "high" for i in range(12)]
    listed = pl.Series(labels, dtype=pl.Enum(["low", "none here", "high"]))
    ask = WITHIN_STRATA[question]
    ours, plain = (ask(time, event * 1, arm, AGE, strata) for strata in (listed, labels))
    np.testing.assert_allclose(ours, plain, rtol=SUMMATION)
