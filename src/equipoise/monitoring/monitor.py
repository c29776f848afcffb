"""Read one look: the statistic of a snapshot against the boundary at the information observed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from equipoise.analysis import pooled_strata
from equipoise.design import Exit, exit_at
from equipoise.design.from_protocol_by_statistic import is_another_test
from equipoise.design.look_rules import is_new_information
from equipoise.errors import DesignError
from equipoise.monitoring.hypothesis_test import (
    hypothesis_data,
    hypothesis_interval,
    hypothesis_test,
    one_step_hazard_ratio,
)
from equipoise.monitoring.interim_result import STOPPED, InterimResult
from equipoise.monitoring.look_bounds import look_bounds
from equipoise.monitoring.look_result import ArmEvents, LookResult
from equipoise.monitoring.occasion import AS_PLANNED, Occasion
from equipoise.monitoring.planned_statistic import joined_by_events
from equipoise.numerics import normal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from equipoise.analysis import EndpointData
    from equipoise.design import Design
    from equipoise.monitoring.planned_statistic import PlannedStatistic
    from equipoise.records import Snapshot
    from equipoise.survival import LogrankTest


def monitor(
    design: Design,
    snapshot: Snapshot,
    *,
    history: Sequence[LookResult] = (),
    occasion: Occasion = AS_PLANNED,
) -> InterimResult:
    """Read the look that follows `history`; nothing is written, so a question costs nothing.

    z = U / √V with U the expected less the observed events on the experimental arm and V its null variance,
    by the log-rank test that the hypothesis plans; above 0 is benefit, or with a margin a hazard ratio below
    it. Another test that is planned has its own z, and V is its own information. The bounds are those of the
    design's rules: alpha spent by the events observed, looks joined by them too, or by the other test's V,
    honouring what the earlier looks have spent; the exit is found by the rule that the simulation uses. Where
    no event is new, or the other test's V has not grown, no test is made, nothing is spent, and the last
    look's status stands. Where no look is held, and none has been, the statistic stands alone, as look 0,
    without a boundary.

    Parameters
    ----------
    design
        The design that the trial runs under.
    snapshot
        The data at this look's cut-off.
    history
        The looks read before this one, in order, each with the bounds that it was read against.
    occasion
        How the look came about, where it is not the next one planned.

    Raises
    ------
    DesignError
        The look is not planned, there is no event to test, or data after a stop are read as a look of a
        trial that goes on.
    DataError
        The data do not fit the protocol.

    """
    found = hypothesis_data(design, snapshot)
    events = int(found.event.sum())
    held = _before(design, history, occasion)
    if occasion.not_held and history:
        return standing_result(design, snapshot, tuple(history), not_read=occasion.not_held)
    if history and events <= history[-1].events:
        not_read = _nothing_new(events, history[-1], snapshot.cutoff)
        return standing_result(design, snapshot, tuple(history), not_read=not_read)
    if events == 0:
        raise DesignError(
            f"no event of {design.hypothesis.endpoint} has been observed: nothing can be tested."
        )
    test = hypothesis_test(design, found)
    if test.z is None or test.score is None or not test.information:
        raise DesignError(
            f"{design.hypothesis.id}: {events} events, and at none of them were both arms at risk: nothing "
            "can be tested. Hold the look later."
        )
    by_events = joined_by_events(design)
    if held and not by_events and not is_new_information(held[-1].information, test.information):
        not_read = _no_more_known(test.information, held[-1])
        return standing_result(design, snapshot, tuple(history), not_read=not_read)
    look = _read(design, snapshot, found, test, history=history, occasion=occasion)
    if occasion.not_held:
        alone = replace(look.without_boundary(), look=0, label="before the first look")
        return standing_result(design, snapshot, (alone,), not_read=occasion.not_held)
    return standing_result(design, snapshot, (*history, look))


def _read(
    design: Design,
    snapshot: Snapshot,
    data: EndpointData,
    test: LogrankTest | PlannedStatistic,
    *,
    history: Sequence[LookResult],
    occasion: Occasion,
) -> LookResult:
    """The look, with its statistic against the bounds that follow those held."""
    assert test.z is not None and test.score is not None and test.information is not None  # noqa: PT018, S101 - as asked
    events = int(data.event.sum())
    held = _before(design, history, occasion)
    read_as = _read_as(design, held, history, occasion)
    final = occasion.final or occasion.overrun or (read_as == len(design.looks) and not occasion.unplanned)
    bounds = look_bounds(
        design,
        held,
        events=events,
        information=test.information,
        planned_look=read_as,
        final=final,
        spending_fraction=occasion.spending_fraction,
    )
    reason = exit_at(test.z, bounds.efficacy_z, bounds.futility_z, bounds.harm_z, final=final)
    ratio, lower, upper = one_step_hazard_ratio(test), 0.0, math.inf
    if design.hypothesis.margin != 1.0:
        interval = hypothesis_interval(design, data, bounds.efficacy_z)
        ratio, lower, upper = interval.hazard_ratio, interval.lower, interval.upper
    return LookResult(
        look=len(history) + 1,
        label=_label(design, read_as, occasion),
        cutoff=snapshot.cutoff,
        events=events,
        planned_events=design.events,
        information_fraction=bounds.information_fraction,
        information=test.information,
        score=test.score,
        z=test.z,
        nominal_p=_nominal_p(test.z, design.boundaries.sides),
        hazard_ratio=ratio,
        efficacy_z=bounds.efficacy_z,
        futility_z=bounds.futility_z,
        harm_z=bounds.harm_z,
        alpha_spent=bounds.alpha_spent,
        exit=Exit(int(reason)),
        planned_look=read_as,
        spending_fraction=bounds.spending_fraction,
        beta_spent=bounds.beta_spent,
        final=final,
        unplanned=occasion.unplanned,
        timed_by_effect=occasion.timed_by_effect,
        overrun=occasion.overrun,
        by_arm=_by_arm(data),
        pooled_strata=pooled_strata(design.protocol, design.hypothesis, data.stratum, data.event),
        lower_limit=lower,
        upper_limit=upper,
    )


def require_planned(design: Design, look: int) -> None:
    """Refuse a look beyond the design's last."""
    if look > len(design.looks):
        raise DesignError(
            f"look {look} is not planned: the design has {len(design.looks)}. "
            "Was a look counted twice, or is it an unplanned one?"
        )


def standing_result(
    design: Design, snapshot: Snapshot, looks: tuple[LookResult, ...], *, not_read: str = ""
) -> InterimResult:
    """How a hypothesis stands after these looks; `not_read` says why the last is no new one."""
    return InterimResult(
        trial=design.protocol.trial.name,
        hypothesis=design.hypothesis.id,
        sides=design.boundaries.sides,
        alpha=design.boundaries.alpha,
        looks=looks,
        protocol_hash=design.protocol.hash,
        data_hash=snapshot.data_hash,
        synthetic=snapshot.synthetic,
        cutoff=snapshot.cutoff,
        not_read=not_read,
        margin=design.hypothesis.margin or 1.0,
        other_test=design.hypothesis.test if is_another_test(design.hypothesis) else "",
    )


def _nothing_new(events: int, before: LookResult, cutoff: date | None) -> str:
    least = "no information is new" if events == before.events else "information has been lost"
    if cutoff is not None and before.cutoff is not None and cutoff < before.cutoff:
        least = f"the data are cut before that look's, of {before.cutoff}"
    return f"{events} events, look {before.look} had {before.events}: {least}"


def _no_more_known(information: float, before: LookResult) -> str:
    return f"information {information:.6g}, look {before.look} had {before.information:.6g}: none is new"


def _before(design: Design, history: Sequence[LookResult], occasion: Occasion) -> tuple[LookResult, ...]:
    """The looks that the present bounds follow: of an overrun trial those before the one that stopped it."""
    if not occasion.overrun:
        return tuple(history)
    stop = next((i for i, k in enumerate(history) if k.exit in STOPPED), None)
    if stop is None:
        raise DesignError(
            f"{design.hypothesis.id}: no look has stopped the trial, so nothing can be overrun. "
            "Read it as the next look."
        )
    return tuple(history[:stop])


def _read_as(
    design: Design, held: Sequence[LookResult], history: Sequence[LookResult], occasion: Occasion
) -> int:
    """Number of the planned look by whose rules the present one is read."""
    last = held[-1].planned_look if held else 0
    if occasion.planned_look is not None:
        look = occasion.planned_look
        if look < last or (look == last and not occasion.unplanned):
            raise DesignError(
                f"planned look {look} was held already: look {last} was the last. Name a later one."
            )
    elif occasion.overrun:
        look = next(k.planned_look for k in history if k.exit in STOPPED)
    elif occasion.unplanned:
        look = max(last, 1)
    else:
        # A trial that ends short of its events is read as its last look, not as an interim one passed over.
        look = max(len(design.looks), last + 1) if occasion.final else last + 1
    require_planned(design, look)
    return look


def _label(design: Design, read_as: int, occasion: Occasion) -> str:
    if occasion.overrun:
        return "after the stop"
    return "unplanned look" if occasion.unplanned else design.looks[read_as - 1].label


def _by_arm(data: EndpointData) -> tuple[ArmEvents, ...]:
    """Subjects and events in the order of strata and arms."""
    cells = []
    for stratum in data.stratum.unique().sort():
        for arm in data.arm.unique().sort():
            here = ((data.stratum == stratum) & (data.arm == arm)).to_numpy()
            if here.any():
                cells.append(ArmEvents(stratum, arm, int(here.sum()), int(data.event[here].sum())))
    return tuple(cells)


def _nominal_p(z: float, sides: int) -> float:
    """One-sided for benefit, or two-sided."""
    return float(normal.sf(z)) if sides == 1 else 2.0 * float(normal.sf(abs(z)))
