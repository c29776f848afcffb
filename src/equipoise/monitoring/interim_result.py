"""What a committee reads at one look: the statistic, the boundary, the status, what the rule implies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.design.decision import Exit

if TYPE_CHECKING:
    from datetime import date

    import polars as pl


@dataclass(frozen=True, slots=True)
class LookResult:
    """One look as read: information, statistic, boundary, status."""

    look: int
    """From 1."""
    label: str
    cutoff: date | None
    events: int
    planned_events: int
    """Events of the final analysis."""
    information_fraction: float
    """Observed over planned events, which is the spending fraction too."""
    information: float
    """Null variance V of the log-rank score."""
    score: float
    """U: expected minus observed events on the experimental arm."""
    z: float
    """U over the root of V; above 0 is benefit."""
    nominal_p: float
    """One-sided for benefit, or two-sided where the hypothesis is."""
    hazard_ratio: float
    """exp(-U / V), the one-step estimate that belongs to the test."""
    efficacy_z: float
    """Infinite where the look is not read for efficacy."""
    futility_z: float
    """Minus infinity where the look is not read for futility."""
    harm_z: float
    """Minus infinity where the look is not read for harm; with two sides the mirrored efficacy bound."""
    alpha_spent: float
    """Cumulative, on all sides of the hypothesis together."""
    exit: Exit


@dataclass(frozen=True, slots=True)
class InterimResult:
    """A look and those before it, with what the rule implies."""

    trial: str
    hypothesis: str
    sides: int
    alpha: float
    looks: tuple[LookResult, ...]
    """In order; the last is the one that was asked for."""
    protocol_hash: str
    data_hash: str
    synthetic: bool

    @property
    def current(self) -> LookResult:
        """The look that was asked for."""
        return self.looks[-1]

    @property
    def stopped_before(self) -> LookResult | None:
        """The first earlier look whose boundary was crossed; None where the trial was still to go on."""
        crossed = (Exit.EFFICACY, Exit.FUTILITY, Exit.HARM)
        return next((k for k in self.looks[:-1] if k.exit in crossed), None)

    @property
    def status(self) -> str:
        """Boundary status in words, with an earlier crossing where there was one."""
        earlier = self.stopped_before
        words = self.current.exit.sentence
        return (
            words if earlier is None else f"{words}; at look {earlier.look} already: {earlier.exit.sentence}"
        )

    def to_frame(self) -> pl.DataFrame:
        """One row a look."""
        import polars as pl

        rows = [{name: getattr(k, name) for name in k.__slots__ if name != "exit"} for k in self.looks]
        status = [k.exit.sentence for k in self.looks]
        return pl.DataFrame(rows).with_columns(status=pl.Series(status))
