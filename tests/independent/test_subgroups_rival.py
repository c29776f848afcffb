"""Hazard ratios within levels and tests of interaction, against the rival's likelihoods of each level and of all."""

from __future__ import annotations

import random

import mpmath as mp
import numpy as np
import pytest

from equipoise.survival import subgroups
from independent.naive_cox import CoxData, NaiveCox, naive_cox
from tolerances import ITERATION

LEVELS = ("low", "middle", "high")


def trial(seed: str) -> dict[str, list]:
    """Sixty subjects with tied times; three levels of a factor, two strata."""
    draw = random.Random(seed)  # noqa: S311 - test data, no secret
    n = 60
    return {
        "time": [draw.randint(1, 12) for _ in range(n)],
        "event": [draw.random() < 0.7 for _ in range(n)],
        "arm": [draw.choice(["old", "new"]) for _ in range(n)],
        "factor": [draw.choice(LEVELS) for _ in range(n)],
        "strata": [draw.choice("uv") for _ in range(n)],
    }


def rival(data: dict[str, list], keep: list[int], strata: list[str], ties: str) -> NaiveCox:
    """New over old among some of the subjects."""
    found = naive_cox(
        CoxData(
            time=[data["time"][i] for i in keep],
            event=[data["event"][i] for i in keep],
            x=[[float(data["arm"][i] == "new")] for i in keep],
            strata=[strata[i] for i in keep],
        ),
        ties,
    )
    assert found is not None
    return found


@pytest.mark.parametrize("stratified", [False, True])
@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("seed", ["first", "second"])
def test_levels_and_interaction(seed: str, ties: str, stratified: bool) -> None:  # noqa: FBT001 - parametrised
    """By level exp(b) with Wald limits; 2 (sum of l - l common) and Cochran's Q with a chi-square tail on 2 df."""
    data = trial(seed)
    everybody = list(range(60))
    strata = data["strata"] if stratified else ["all"] * 60
    found = subgroups(
        data["time"],
        data["event"],
        data["arm"],
        {"risk": data["factor"]},
        control="old",
        strata=strata if stratified else None,
        ties=ties,
    )
    overall = rival(data, everybody, strata, ties)
    np.testing.assert_allclose(found.overall.hazard_ratio, np.exp(overall.coef[0]), rtol=10 * ITERATION)
    fits = {}
    for level in LEVELS:
        keep = [i for i in everybody if data["factor"][i] == level]
        fits[level] = rival(data, keep, strata, ties)
        [row] = [each for each in found.subgroups if each.level == level]
        new = [i for i in keep if data["arm"][i] == "new"]
        assert (row.n_experimental, row.n_control) == (len(new), len(keep) - len(new))
        assert row.events_experimental == sum(data["event"][i] for i in new)
        assert row.events_control == sum(data["event"][i] for i in keep) - row.events_experimental
        b, e = fits[level].coef[0], fits[level].std_err[0]
        theirs = np.exp([b, b - 1.959963984540054 * e, b + 1.959963984540054 * e])
        np.testing.assert_allclose([row.hazard_ratio, row.lower, row.upper], theirs, rtol=10 * ITERATION)
    crossed = [f"{s} {level}" for s, level in zip(strata, data["factor"], strict=True)]
    common = rival(data, everybody, crossed, ties)
    ratio = 2 * (sum(fit.loglik for fit in fits.values()) - common.loglik)
    weights = np.array([1 / fit.std_err[0] ** 2 for fit in fits.values()])
    effects = np.array([fit.coef[0] for fit in fits.values()])
    wald = float((weights * (effects - (weights * effects).sum() / weights.sum()) ** 2).sum())
    [interaction] = found.interactions
    for ours, theirs in ((interaction.likelihood_ratio, ratio), (interaction.wald, wald)):
        assert ours.df == 2
        np.testing.assert_allclose(ours.chi2, theirs, rtol=10 * ITERATION, atol=1e-10)
        np.testing.assert_allclose(ours.p, float(mp.exp(-mp.mpf(theirs) / 2)), rtol=10 * ITERATION)
