"""Wrong calls of the design room: each is refused with name, value, rule and way out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from equipoise.design import (
    At,
    Capped,
    FutilityP,
    GivenZ,
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    PointSpending,
    group_sequential,
)
from equipoise.errors import ArgumentError, DesignError

OF = LanDeMetsOBrienFleming()
RIGHT: dict[str, Any] = {
    "information_fraction": (0.5, 0.75, 1.0),
    "alpha": 0.025,
    "beta": 0.1,
    "sides": 1,
    "efficacy": OF,
}


class Falling:
    """A spending function that takes back what it has spent."""

    def spent(self, t: np.ndarray[Any, np.dtype[np.float64]], alpha: float) -> np.ndarray[Any, Any]:
        """Cumulative error."""
        return np.asarray(alpha * np.where(t >= 1.0, 1.0, 1.0 - t))


class TooMuch:
    """A spending function that spends more than there is."""

    def spent(self, t: np.ndarray[Any, np.dtype[np.float64]], alpha: float) -> np.ndarray[Any, Any]:
        """Cumulative error."""
        return np.asarray(2.0 * alpha * t)


class NoNumber:
    """A spending function without an answer."""

    def spent(self, t: np.ndarray[Any, np.dtype[np.float64]], alpha: float) -> np.ndarray[Any, Any]:
        """Cumulative error."""
        return np.asarray(alpha * t * math.nan)


CASES = [
    (
        {"information_fraction": (0.5, 0.4, 1.0)},
        ArgumentError,
        r"information_fraction must increase .* look 2",
    ),
    ({"information_fraction": (0.5, 0.5, 1.0)}, ArgumentError, "must increase"),
    ({"information_fraction": (0.0, 1.0)}, ArgumentError, "above 0 at every look"),
    ({"information_fraction": (-0.5, 1.0)}, ArgumentError, "above 0 at every look"),
    ({"information_fraction": (0.5, 1.1)}, ArgumentError, "must not pass 1.*planned maximum"),
    ({"information_fraction": (60, 120)}, ArgumentError, "Divide information or events"),
    ({"information_fraction": ()}, ArgumentError, "1 to 200 looks"),
    ({"information_fraction": tuple(np.arange(1, 202) / 201)}, ArgumentError, "1 to 200 looks"),
    ({"information_fraction": (0.5, math.nan, 1.0)}, ArgumentError, r"information_fraction\[1\].*finite"),
    ({"information_fraction": "half"}, ArgumentError, "numbers only"),
    ({"information_fraction": ((0.5, 1.0),)}, ArgumentError, "one dimension"),
    ({"information_fraction": (0.5, 0.500001, 1.0)}, ArgumentError, "looks 1 and 2.*as one"),
    ({"alpha": 0.0}, ArgumentError, "alpha must lie strictly between 0 and 1, got 0"),
    ({"alpha": 2.5}, ArgumentError, "alpha"),
    ({"alpha": math.nan}, ArgumentError, "alpha must be finite"),
    ({"alpha": None}, ArgumentError, "alpha must be a number"),
    ({"beta": 1.0}, ArgumentError, "beta"),
    ({"beta": 0.99}, ArgumentError, "power above the type I error.*1 - beta"),
    ({"sides": 3}, ArgumentError, "sides must be one of 1, 2"),
    ({"sides": "two"}, ArgumentError, "sides must be one of"),
    ({"efficacy": "asOF"}, ArgumentError, "efficacy must be a spending function"),
    ({"efficacy": LanDeMetsOBrienFleming}, ArgumentError, "with the brackets"),
    ({"efficacy": None}, ArgumentError, "efficacy must be a spending function"),
    ({"efficacy": At(OF, (1, 2))}, DesignError, "no bound at the last look"),
    ({"efficacy": At(OF, (2, 4))}, ArgumentError, r"efficacy\.looks must name looks of the 3"),
    ({"efficacy": Falling()}, DesignError, "spends less by look 2"),
    ({"efficacy": TooMuch()}, DesignError, "more than the 0.025"),
    ({"efficacy": NoNumber()}, DesignError, "gives no number at look 1"),
    ({"efficacy": GivenZ((3.0, 2.0))}, ArgumentError, "one for each of the 3 looks"),
    ({"efficacy": PointSpending((0.4,), (0.2,))}, ArgumentError, "must be among"),
    ({"efficacy": Capped(OF, 1.9)}, DesignError, "cap z = 1.9 cannot hold: at look 1"),
    ({"efficacy": Capped(OF, 2.0)}, DesignError, "cannot hold: at look 2"),
    ({"futility": "HSD"}, ArgumentError, "futility must be a spending function"),
    ({"futility": FutilityP((0.5, 0.4))}, ArgumentError, "one for each of the 3 looks"),
    ({"futility": FutilityP(1e-4)}, DesignError, "At look 1 the trial always stops"),
    ({"futility": GivenZ(3.5), "binding": True}, DesignError, "always stops"),
    ({"futility": OF, "inner": True}, ArgumentError, "inner is only for sides=2"),
    ({"harm": LanDeMetsPocock()}, DesignError, "how much is not said: give harm_alpha"),
    ({"harm": LanDeMetsPocock(), "harm_alpha": 1.5}, ArgumentError, "harm_alpha"),
    ({"harm_alpha": 0.1}, ArgumentError, "only with sides=1 and a harm rule"),
    ({"harm": LanDeMetsPocock(), "harm_alpha": 0.1, "sides": 2}, ArgumentError, "With sides=2 it is alpha/2"),
    ({"spending_fraction": (0.5, 1.0)}, ArgumentError, "one fraction for each of 3 looks"),
    ({"spending_fraction": (0.5, 0.4, 1.0)}, ArgumentError, "rise from look to look"),
    ({"spending_fraction": (0.5, 0.7, 1.2)}, ArgumentError, "within 0 and 1"),
]


@pytest.mark.parametrize(("wrong", "error", "text"), CASES)
def test_a_wrong_call_is_refused_in_words(wrong: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text) as caught:
        group_sequential(**(RIGHT | wrong))
    assert len(str(caught.value)) > 30


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: At(OF, ()), "for no look at all give None"),
        (lambda: At(OF, (0, 1)), "look numbers from 1"),
        (lambda: At(OF, (1, 1)), "each look once"),
        (lambda: Capped(OF, 0.0), "z must be above 0"),
        (lambda: Capped(HwangShihDeCani, 3.0), "spending function"),
        (lambda: FutilityP(1.2), "p must lie between 0 and 1"),
        (lambda: GivenZ((2.0, math.nan)), "z must hold numbers"),
        (lambda: KimDeMets(math.inf), "rho must be finite"),
    ],
)
def test_a_rule_is_checked_at_birth(make: Any, text: str) -> None:
    with pytest.raises(ArgumentError, match=f"(?i){text}"):
        make()
