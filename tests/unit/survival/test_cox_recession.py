"""Whether the partial likelihood has a maximum, decided twice."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from equipoise.errors import DataError
from equipoise.survival import CoxStatus, cox


def _rises_for_ever(X: np.ndarray, time: np.ndarray, event: np.ndarray, entry: np.ndarray) -> bool:
    """Every difference of every risk set, spelled out."""
    rows = [
        X[j] - X[i]
        for i in np.flatnonzero(event)
        for j in range(len(time))
        if time[j] >= time[i] and entry[j] < time[i]
    ]
    D = np.array(rows)
    return linprog(D.sum(axis=0), A_ub=D, b_ub=np.zeros(len(D)), bounds=(-1, 1)).fun < -1e-7


@pytest.mark.parametrize("kind", ["binary", "continuous"])
@pytest.mark.parametrize("late", [False, True])
def test_monotone_likelihood_is_said_exactly_where_it_is(kind: str, late: bool) -> None:  # noqa: FBT001 -- pytest gives arguments by position
    rng = np.random.default_rng(20240630)
    seen = set()
    for _ in range(150):
        n, p = int(rng.integers(4, 20)), int(rng.integers(1, 4))
        X = rng.integers(0, 2, (n, p)).astype(float) if kind == "binary" else rng.normal(size=(n, p))
        time = rng.integers(1, 12, n).astype(float)
        event = rng.random(n) < rng.choice([0.2, 0.5])
        entry = np.maximum(time - rng.integers(1, 8, n), 0.0) if late else np.full(n, -1.0)
        try:
            fit = cox(time, event, X, entry=entry if late else None)
        except DataError:
            continue
        monotone = _rises_for_ever(X, time, event, entry)
        assert (fit.status is CoxStatus.MONOTONE) == monotone
        seen.add(monotone)
    assert seen == {True, False}
