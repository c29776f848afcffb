"""What a committee reads at one look: the statistic, the boundary, the status, what the rule implies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.design.decision import Exit
from equipoise.monitoring.look_result import LookResult

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import polars as pl

STOPPED = (Exit.EFFICACY, Exit.FUTILITY, Exit.HARM)
NO_COLUMN = ("exit", "by_arm", "pooled_strata")
# A last look with less than this share of its events was ended early; a few events short is how trials end.
ENDED_EARLY = 0.95


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
    cutoff: date | None = None
    """Of the data that were read."""
    not_read: str = ""
    """Why no test was made, in words: no new information. The looks are then those held before; where there
    are none, the statistic alone as look 0."""
    margin: float = 1.0
    """Hazard ratio that is tested: 1, or above 1 a margin of non-inferiority."""
    other_test: str = ""
    """The planned test as the protocol names it, where it is not the log-rank test."""

    @property
    def current(self) -> LookResult:
        """The look that was asked for; where no test was made, the one whose decision stands."""
        return self.looks[-1]

    @property
    def stopped_before(self) -> LookResult | None:
        """The first earlier look whose boundary was crossed; None where the trial was still to go on."""
        return next((k for k in self.looks[:-1] if k.exit in STOPPED), None)

    @property
    def status(self) -> str:
        """Boundary status in words, with an earlier crossing where there was one."""
        words = self.current.exit.sentence
        if self.not_read and not self.current.look:
            return f"no look is held, and no boundary is in force: {self.not_read}"
        if self.not_read:
            return f"no test: {self.not_read}. The status of look {self.current.look} stands: {words}"
        earlier = self.stopped_before
        if earlier is None:
            return words
        if self.current.overrun:
            return f"{earlier.exit.sentence} at look {earlier.look}; read again with the data that came after"
        return f"{words}; at look {earlier.look} already: {earlier.exit.sentence}"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What weakens the error rates, in words."""
        timed = [k for k in self.looks if k.timed_by_effect]
        found = []
        if timed:
            found.append(
                f"The time of {_named(timed)} depended on the effect seen: the error rates are no longer "
                "guaranteed."
            )
        added = [k for k in self.looks if k.unplanned and not k.timed_by_effect]
        if added:
            found.append(
                f"{_named(added).capitalize()} {'was' if len(added) == 1 else 'were'} not planned: the error "
                "rates hold only if the time did not depend on the effect seen."
            )
        last = self.current
        early = last.information_fraction < ENDED_EARLY
        if last.final and early and not (last.overrun or last.timed_by_effect):
            found.append(
                f"The trial ended at {last.events} of {last.planned_events} events: the error rates hold "
                "only if it did not end because of the effect seen."
            )
        finals = {k.planned_events for k in self.looks}
        if len(finals) > 1:
            found.append(
                f"The planned final events changed ({', '.join(str(k) for k in sorted(finals))}): the error "
                "rates hold only if the change did not depend on the effect seen."
            )
        return tuple(found)

    def to_frame(self) -> pl.DataFrame:
        """One row a look."""
        import polars as pl

        rows = [
            {name: getattr(k, name) for name in LookResult.__slots__ if name not in NO_COLUMN}
            for k in self.looks
        ]
        status = [k.exit.sentence for k in self.looks]
        pooled = [" + ".join(k.pooled_strata) for k in self.looks]
        return pl.DataFrame(rows).with_columns(pooled_strata=pl.Series(pooled), status=pl.Series(status))


def _named(looks: Sequence[LookResult]) -> str:
    """Look 1; looks 1, 2."""
    numbers = ", ".join(str(k.look) for k in looks)
    return f"look {numbers}" if len(looks) == 1 else f"looks {numbers}"
