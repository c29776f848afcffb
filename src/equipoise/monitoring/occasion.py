"""Why a look is held, where it is not simply the next one planned."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise import _check
from equipoise.errors import ArgumentError


@dataclass(frozen=True, slots=True)
class Occasion:
    """How a look came about.

    Parameters
    ----------
    planned_look
        Number, from 1, of the planned look that it is, where looks before it were left out; of an unplanned
        look the one by whose rules it is read. The next planned one, or with `unplanned` the one before,
        unless given.
    unplanned
        A look beside those planned. Its alpha comes from the spending function, as that of any other.
    final
        The last analysis, however little information there is: all of the remaining alpha is spent.
    timed_by_effect
        When it is held depended on the effect seen: the error rate is then no longer guaranteed.
    overrun
        More data of a trial that has stopped: the decision stands, only the estimate is read again.
    spending_fraction
        Share of alpha's time that has gone, where it is not the information fraction: of the calendar.
    not_held
        Why no look is held at this meeting ("none is due"): nothing is tested or spent, and the last
        status stands. Empty where one is.

    """

    planned_look: int | None = None
    unplanned: bool = False
    final: bool = False
    timed_by_effect: bool = False
    overrun: bool = False
    spending_fraction: float | None = None
    not_held: str = ""

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.planned_look is not None and self.planned_look < 1:
            raise ArgumentError("planned_look", self.planned_look, "must be 1 or more", "Looks count from 1.")
        if self.spending_fraction is not None:
            _check.fraction("spending_fraction", self.spending_fraction)


AS_PLANNED = Occasion()
