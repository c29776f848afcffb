"""Read one look: the statistic of a snapshot against the boundary at the information observed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design import Exit, InterimBounds, bounds_at, exit_at
from equipoise.errors import DesignError
from equipoise.monitoring.hypothesis_test import hypothesis_data, hypothesis_test
from equipoise.monitoring.interim_result import InterimResult, LookResult
from equipoise.numerics import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.design import Design
    from equipoise.records import Snapshot


def monitor(design: Design, snapshot: Snapshot, *, history: Sequence[LookResult] = ()) -> InterimResult:
    """Read the look that follows `history`; nothing is written, so a question costs nothing.

    z = U / √V with U the expected less the observed events on the experimental arm and V its null variance,
    by the log-rank test that the hypothesis plans; above 0 is benefit. The bounds are those of the design's
    rules at the events observed, honouring what the earlier looks have spent; the exit is found by the rule
    that the simulation uses.

    Parameters
    ----------
    design
        The design that the trial runs under.
    snapshot
        The data at this look's cut-off.
    history
        The looks read before this one, in order.

    Raises
    ------
    DesignError
        The look is not planned, or holds no more events than the look before.
    DataError
        The data do not fit the protocol.

    """
    look = len(history) + 1
    require_planned(design, look)
    found = hypothesis_data(design, snapshot)
    test = hypothesis_test(design, found)
    events = int(found.event.sum())
    past = [h.events for h in history]
    if past and events <= past[-1]:
        raise DesignError(
            f"look {look} has {events} events, the look before had {past[-1]}: no information is new. "
            "Is the cut-off later than the last one's?"
        )
    final = look == len(design.looks)
    bounds = bounds_at(
        design.boundaries,
        [float(e) for e in [*past, events]],
        planned=float(design.events),
        previous=_used(history),
        final=final,
    )
    assert test.z is not None and test.score is not None and test.information is not None  # noqa: PT018, S101 - two arms
    efficacy = float(bounds.efficacy_z[-1])
    futility = -math.inf if bounds.futility_z is None else float(bounds.futility_z[-1])
    harm = -math.inf if bounds.harm_z is None else float(bounds.harm_z[-1])
    reason = exit_at(test.z, efficacy, futility, harm, final=final)
    result = LookResult(
        look=look,
        label=design.looks[look - 1].label,
        cutoff=snapshot.cutoff,
        events=events,
        planned_events=design.events,
        information_fraction=events / design.events,
        information=test.information,
        score=test.score,
        z=test.z,
        nominal_p=_nominal_p(test.z, design.boundaries.sides),
        hazard_ratio=math.exp(-test.score / test.information),
        efficacy_z=efficacy,
        futility_z=futility,
        harm_z=harm,
        alpha_spent=float(bounds.alpha_spent[-1]),
        exit=Exit(int(reason)),
    )
    return InterimResult(
        trial=design.protocol.trial.name,
        hypothesis=design.hypothesis.id,
        sides=design.boundaries.sides,
        alpha=design.boundaries.alpha,
        looks=(*history, result),
        protocol_hash=design.protocol.hash,
        data_hash=snapshot.data_hash,
        synthetic=snapshot.synthetic,
    )


def require_planned(design: Design, look: int) -> None:
    """Refuse a look beyond the design's last."""
    if look > len(design.looks):
        raise DesignError(
            f"look {look} is not planned: the design has {len(design.looks)}. Was a look counted twice?"
        )


def _nominal_p(z: float, sides: int) -> float:
    """One-sided for benefit, or two-sided."""
    return float(normal.sf(z)) if sides == 1 else 2.0 * float(normal.sf(abs(z)))


def _used(history: Sequence[LookResult]) -> InterimBounds | None:
    """The bounds that the earlier looks were read against."""
    if not history:
        return None
    efficacy = np.array([h.efficacy_z for h in history])
    return InterimBounds(
        information_fraction=np.array([h.information_fraction for h in history]),
        efficacy_z=efficacy,
        futility_z=np.array([h.futility_z for h in history]),
        harm_z=np.array([h.harm_z for h in history]),
        nominal_p=normal.sf(efficacy),
        alpha_spent=np.array([h.alpha_spent for h in history]),
    )
