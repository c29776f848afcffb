"""Past looks as they were decided, and as they would read with the data as they now stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from equipoise.design import Exit, exit_at
from equipoise.monitoring.hypothesis_test import hypothesis_data, hypothesis_test
from equipoise.records import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise.design import Design
    from equipoise.monitoring.look_result import LookResult
    from equipoise.records import Snapshot

REPORTED = "ADTRDT"


@dataclass(frozen=True, slots=True)
class PastLookNow:
    """One past look: what was decided, and what late reports and corrections would have made of it."""

    look: int
    events: int
    """As decided."""
    events_now: int
    z: float
    z_now: float
    exit: Exit
    exit_now: Exit
    """Against the bounds that were used: alpha once spent stays spent."""

    @property
    def changed(self) -> bool:
        """Whether the look would have ended otherwise."""
        return self.exit != self.exit_now


def past_looks_now(
    design: Design, snapshot: Snapshot, history: Sequence[LookResult]
) -> tuple[PastLookNow, ...]:
    """Read each past look again at its own cut-off, in the data as they stand now; nothing is decided anew.

    An event counts from its own date, however late it was reported.

    Parameters
    ----------
    design
        The design that the trial runs under.
    snapshot
        The data now.
    history
        The looks as decided; one without a cut-off date is left out.

    """
    data = _whenever_reported(snapshot)
    found = []
    for k in history:
        if k.cutoff is None:
            continue
        then = hypothesis_data(design, cut(data, k.cutoff))
        test = hypothesis_test(design, then)
        assert test.z is not None  # noqa: S101 - two arms
        final = k.final and not k.overrun
        exit_now = exit_at(test.z, k.efficacy_z, k.futility_z, k.harm_z, final=final)
        found.append(
            PastLookNow(
                look=k.look,
                events=k.events,
                events_now=int(then.event.sum()),
                z=k.z,
                z_now=test.z,
                exit=k.exit,
                exit_now=Exit(int(exit_now)),
            )
        )
    return tuple(found)


def past_looks_frame(looks: Sequence[PastLookNow]) -> pl.DataFrame:
    """One row a past look."""
    import polars as pl

    return pl.DataFrame(
        [
            {name: getattr(k, name) for name in ("look", "events", "events_now", "z", "z_now")}
            | {"status": k.exit.sentence, "status_now": k.exit_now.sentence}
            for k in looks
        ]
    )


def _whenever_reported(snapshot: Snapshot) -> Snapshot:
    if snapshot.times is None or REPORTED not in snapshot.times.columns:
        return snapshot
    return replace(snapshot, times=snapshot.times.drop(REPORTED))
