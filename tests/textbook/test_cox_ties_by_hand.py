"""Cox models small enough for paper: the likelihoods in closed form in r = exp(b), for both rules for ties.

The three small data sets are those of Therneau, Grambsch (2000), Modeling Survival Data, Springer, appendix E; the
forms below are worked out from the risk sets written beside them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import mpmath as mp
import numpy as np
import pytest

from equipoise.survival import cox
from tolerances import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Callable

# Newton's method stops at a relative change of the likelihood: coefficients are right to about its square root.
MAXIMUM = 1e-8


@dataclass(frozen=True)
class ByHand:
    """A data set, and its log likelihood as a function of b."""

    ties: str
    loglik: Callable[[mp.mpf], mp.mpf]
    time: tuple[int, ...]
    event: tuple[int, ...]
    x: tuple[int, ...]
    entry: tuple[int, ...] | None = None
    weights: tuple[int, ...] | None = None

    def fit_arguments(self) -> dict[str, object]:
        """The data as the library takes them."""
        return {
            "time": np.array(self.time, dtype=float),
            "event": np.array(self.event, dtype=bool),
            "covariates": np.array(self.x, dtype=float)[:, None],
            "entry": None if self.entry is None else np.array(self.entry, dtype=float),
            "weights": None if self.weights is None else np.array(self.weights, dtype=float),
            "ties": self.ties,
        }


# Times 1 1+ 2 2 3+ 4 with x = 1 1 1 0 0 0.
# At 1: at risk 3r + 3, one event with x = 1. At 2: at risk r + 3, two events, one with x = 1. At 4: one subject.
RIGHT = {"time": (1, 1, 2, 2, 3, 4), "event": (1, 0, 1, 1, 0, 1), "x": (1, 1, 1, 0, 0, 0)}


def right_breslow(b: mp.mpf) -> mp.mpf:
    """Both events at 2 look at the whole risk set."""
    r = mp.exp(b)
    return 2 * b - mp.log(3 * r + 3) - 2 * mp.log(r + 3)


def right_efron(b: mp.mpf) -> mp.mpf:
    """The second event at 2 has half of the tied pair's r + 1 taken away: (r + 5)/2."""
    r = mp.exp(b)
    return 2 * b - mp.log(3 * r + 3) - mp.log(r + 3) - mp.log((r + 5) / 2)


# Intervals (1,2] (2,3] (5,6] (2,7] (1,8] (7,9] (3,9] with events, (4,9] (8,14] (8,17] without.
# At risk at 2: r + 1; 3: r + 2; 6: 3r + 2; 7: 3r + 1; 8: 3r + 1; 9: 3r + 2, where two with x = 1 tie.
LATE = {
    "entry": (1, 2, 5, 2, 1, 7, 3, 4, 8, 8),
    "time": (2, 3, 6, 7, 8, 9, 9, 9, 14, 17),
    "event": (1, 1, 1, 1, 1, 1, 1, 0, 0, 0),
    "x": (1, 0, 0, 1, 0, 1, 1, 1, 0, 0),
}


def late_breslow(b: mp.mpf) -> mp.mpf:
    """Three factors 3r + 2: one at 6, two at 9."""
    r = mp.exp(b)
    return 4 * b - mp.log(r + 1) - mp.log(r + 2) - 2 * mp.log(3 * r + 1) - 3 * mp.log(3 * r + 2)


def late_efron(b: mp.mpf) -> mp.mpf:
    """The second event at 9 has half of 2r taken away: 2r + 2."""
    r = mp.exp(b)
    return (
        4 * b
        - mp.log(r + 1)
        - mp.log(r + 2)
        - 2 * mp.log(3 * r + 1)
        - 2 * mp.log(3 * r + 2)
        - mp.log(2 * r + 2)
    )


# Times 1 1+ 2 2 2 2+ 3+ 4 5+ with x = 2 0 1 1 0 1 0 1 0 and weights 1 2 3 4 3 2 1 2 1.
# At risk at 1: r^2 + 11r + 7; at 2: 11r + 5, tied weights 3r + 4r + 3, mean weight 10/3; at 4: 2r + 1, weight 2.
WEIGHTED = {
    "time": (1, 1, 2, 2, 2, 2, 3, 4, 5),
    "event": (1, 0, 1, 1, 1, 0, 0, 1, 0),
    "x": (2, 0, 1, 1, 0, 1, 0, 1, 0),
    "weights": (1, 2, 3, 4, 3, 2, 1, 2, 1),
}


def weighted_breslow(b: mp.mpf) -> mp.mpf:
    """Each event counts as often as its weight says."""
    r = mp.exp(b)
    return 11 * b - mp.log(r**2 + 11 * r + 7) - 10 * mp.log(11 * r + 5) - 2 * mp.log(2 * r + 1)


def weighted_efron(b: mp.mpf) -> mp.mpf:
    """Thirds of the tied 7r + 3 are taken away; each factor to the mean weight."""
    r = mp.exp(b)
    tied = mp.log(11 * r + 5) + mp.log(26 * r / 3 + 4) + mp.log(19 * r / 3 + 3)
    return 11 * b - mp.log(r**2 + 11 * r + 7) - mp.mpf(10) / 3 * tied - 2 * mp.log(2 * r + 1)


EXAMPLES = {
    "right censored, Breslow": ByHand("breslow", right_breslow, **RIGHT),
    "right censored, Efron": ByHand("efron", right_efron, **RIGHT),
    "late entry, Breslow": ByHand("breslow", late_breslow, **LATE),
    "late entry, Efron": ByHand("efron", late_efron, **LATE),
    "weights, Breslow": ByHand("breslow", weighted_breslow, **WEIGHTED),
    "weights, Efron": ByHand("efron", weighted_efron, **WEIGHTED),
}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_the_fit_is_the_closed_form(example: ByHand) -> None:
    """Maximum, curvature there, likelihood there and at 0, score test."""
    with mp.workdps(40):
        best = mp.findroot(lambda b: mp.diff(example.loglik, b), 0.5)
        information = -mp.diff(example.loglik, best, 2)
        logliks = float(example.loglik(mp.mpf(0))), float(example.loglik(best))
        score = float(mp.diff(example.loglik, 0) ** 2 / -mp.diff(example.loglik, 0, 2))
    fit = cox(**example.fit_arguments())
    np.testing.assert_allclose(fit.coef, [float(best)], rtol=MAXIMUM)
    np.testing.assert_allclose(fit.covariance, [[float(1 / information)]], rtol=MAXIMUM)
    np.testing.assert_allclose(fit.loglik, logliks, rtol=ROUNDING)
    np.testing.assert_allclose(fit.score_test.chi2, score, rtol=ROUNDING)


def test_breslow_by_the_quadratic_formula() -> None:
    """Score 2 - r/(r+1) - 2r/(r+3) = 0 is r^2 - 3r - 6 = 0; information r/(r+1)^2 + 6r/(r+3)^2; at 0 score 1, 5/8."""
    fit = cox(**EXAMPLES["right censored, Breslow"].fit_arguments())
    r = (3 + math.sqrt(33)) / 2
    np.testing.assert_allclose(fit.hazard_ratio, [r], rtol=MAXIMUM)
    np.testing.assert_allclose(1 / fit.std_err**2, [r / (r + 1) ** 2 + 6 * r / (r + 3) ** 2], rtol=MAXIMUM)
    np.testing.assert_allclose(fit.loglik[0], -math.log(6) - 2 * math.log(4), rtol=ROUNDING)
    np.testing.assert_allclose(fit.score_test.chi2, 8 / 5, rtol=ROUNDING)


def test_efron_by_the_cubic_formula() -> None:
    """Score 2 - r/(r+1) - r/(r+3) - r/(r+5) = 0 is r^3 - 23r - 30 = 0; at 0 the score is 13/12, information 83/144."""
    fit = cox(**EXAMPLES["right censored, Efron"].fit_arguments())
    r = 2 * math.sqrt(23 / 3) * math.cos(math.acos(45 / 23 * math.sqrt(3 / 23)) / 3)
    np.testing.assert_allclose(r**3 - 23 * r, 30, rtol=ROUNDING)
    np.testing.assert_allclose(fit.hazard_ratio, [r], rtol=MAXIMUM)
    information = r / (r + 1) ** 2 + 3 * r / (r + 3) ** 2 + 5 * r / (r + 5) ** 2
    np.testing.assert_allclose(1 / fit.std_err**2, [information], rtol=MAXIMUM)
    np.testing.assert_allclose(fit.loglik[0], -math.log(6) - math.log(4) - math.log(3), rtol=ROUNDING)
    np.testing.assert_allclose(fit.score_test.chi2, 169 / 83, rtol=ROUNDING)


def test_whole_weights_are_copies_under_breslow() -> None:
    """A subject of weight 3 is three subjects; Efron's rule would tie the copies, so only Breslow's agrees."""
    example = EXAMPLES["weights, Breslow"]
    copies = {
        name: tuple(
            value for value, w in zip(WEIGHTED[name], WEIGHTED["weights"], strict=True) for _ in range(w)
        )
        for name in ("time", "event", "x")
    }
    copied = cox(**ByHand("breslow", weighted_breslow, **copies).fit_arguments())
    weighted = cox(**example.fit_arguments())
    np.testing.assert_allclose(copied.coef, weighted.coef, rtol=MAXIMUM)
    np.testing.assert_allclose(copied.std_err, weighted.std_err, rtol=MAXIMUM)
