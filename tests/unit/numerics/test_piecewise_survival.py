"""Hazards by pieces meet a survival function at every piece's end and come near it between."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import ArgumentError
from equipoise.numerics.piecewise_survival import hazard_by_pieces
from tolerances import ROUNDING


@pytest.mark.parametrize("shape", [0.5, 1.0, 2.5])
def test_a_weibull_is_met_at_every_end_and_nearly_between(shape: float) -> None:
    def survival(t: np.ndarray) -> np.ndarray:
        return np.exp(-((t / 20.0) ** shape))

    found = hazard_by_pieces(survival, until=80.0, breaks=[17.3])
    ends = np.array(found.starts)
    assert 17.3 in found.starts
    assert np.exp(-found.cumulative(ends)) == pytest.approx(survival(ends), rel=ROUNDING * 10)
    between = np.linspace(0.01, 80.0, 1001)
    assert np.exp(-found.cumulative(between)) == pytest.approx(survival(between), abs=2e-4)


@pytest.mark.parametrize(
    ("survival", "words"),
    [
        (lambda t: 0.9 * np.exp(-t), "must be 1 at time 0"),
        (lambda t: np.maximum(1.0 - t, 0.0), "above 0"),
        (lambda t: 1.0 - 0.1 * np.sin(t), "must not rise"),
    ],
)
def test_refuses_what_is_no_survival(survival, words: str) -> None:  # noqa: ANN001 - a function
    with pytest.raises(ArgumentError, match=words):
        hazard_by_pieces(survival, until=10.0)
