"""The partial likelihood by blocks of rows, beside the one by risk sets that serves late entry."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.survival._cox_kernels import partial_likelihood
from equipoise.survival._cox_subjects import SortedSubjects, sorted_subjects
from equipoise.survival._standardise_kernels import standardised_columns
from tolerances import SUMMATION


def subjects(n: int, days: int, strata: int, p: int, ties: str, *, offset: bool = False) -> SortedSubjects:
    """Subjects in order of stratum and day; weights and an offset of their own."""
    rng = np.random.default_rng(1000 * days + strata)
    stratum, time = rng.integers(0, strata, n), rng.integers(1, days + 1, n).astype(np.float64)
    order = np.lexsort((time, stratum))
    columns, _, _ = standardised_columns(rng.normal(size=(n, p)) + stratum[:, None], order)
    return sorted_subjects(
        stratum=stratum[order],
        time=time[order],
        event=rng.random(n) < 0.6,
        entry=np.empty(0),
        by_entry=np.empty(0, dtype=np.int64),
        weight=rng.uniform(0.5, 2.0, n),
        X=columns.T,
        ties=ties,
        offset=rng.normal(size=n) if offset else np.empty(0),
    )


def by_risk_sets(s: SortedSubjects, beta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood, slope and curvature by sums carried from subject to subject."""
    p = len(beta)
    score, information, none = np.empty(p), np.empty((p, p)), np.empty((0, 3, 0))
    loglik = partial_likelihood(
        s.stratum,
        s.time,
        s.event,
        s.entry,
        s.by_entry,
        s.weight,
        s.X,
        s.X @ beta + (s.offset if len(s.offset) else 0.0),
        s.ties == "efron",
        score,
        information,
        np.empty((0, 3)),
        none,
        np.empty((0, 0, 0)),
    )
    return loglik, score, information


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("p", [1, 2, 5])
@pytest.mark.parametrize(
    ("n", "days", "strata"),
    [(1, 1, 1), (7, 3, 2), (1024, 40, 1), (2048, 1, 2), (3000, 2, 1), (3000, 10**9, 1), (4096, 50, 700)],
    ids=["one", "few", "one_block", "one_day", "ties_over_blocks", "no_ties", "strata_over_blocks"],
)
def test_it_is_the_likelihood_of_the_risk_sets(n: int, days: int, strata: int, p: int, ties: str) -> None:
    """Ties and strata that begin, end or lie across the edges of blocks change nothing."""
    s = subjects(n, days, strata, p, ties, offset=p == 2)
    beta = np.linspace(-0.7, 0.4, p)
    found = s.likelihood(beta)
    loglik, score, information = by_risk_sets(s, beta)
    assert found.loglik == pytest.approx(loglik, rel=SUMMATION, abs=SUMMATION)
    size = max(1.0, float(np.abs(information).max()))
    np.testing.assert_allclose(found.score, score, rtol=0.0, atol=SUMMATION * size)
    np.testing.assert_allclose(found.information, information, rtol=0.0, atol=SUMMATION * size)


def test_a_risk_set_whose_sum_vanishes_is_told_apart() -> None:
    """Nobody at risk counts beside a subject of another stratum with exp(800) times the risk."""
    s = subjects(50, 5, 2, 1, "efron")
    eta = np.where(s.stratum == 0, 0.0, 800.0)
    far = sorted_subjects(
        stratum=s.stratum,
        time=s.time,
        event=s.event,
        entry=s.entry,
        by_entry=s.by_entry,
        weight=s.weight,
        X=s.X,
        ties="efron",
        offset=eta,
    )
    found = far.likelihood(np.zeros(1))
    assert found.loglik == -np.inf
    assert not found.usable
