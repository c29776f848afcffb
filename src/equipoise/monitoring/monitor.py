"""Read one look: the statistic of a snapshot against the boundary at the information observed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from equipoise.analysis import pooled_strata
from equipoise.design import Exit, InterimBounds, bounds_at, exit_at, looks_as_held
from equipoise.design.crossing import region_probabilities
from equipoise.design.from_protocol_by_statistic import is_another_test
from equipoise.design.look_rules import is_new_information
from equipoise.design.stopping_regions import StoppingRegions
from equipoise.errors import DesignError
from equipoise.monitoring.hypothesis_test import (
    hypothesis_data,
    hypothesis_interval,
    hypothesis_test,
    one_step_hazard_ratio,
)
from equipoise.monitoring.interim_result import STOPPED, InterimResult
from equipoise.monitoring.look_result import ArmEvents, LookResult
from equipoise.monitoring.occasion import AS_PLANNED, Occasion
from equipoise.monitoring.planned_statistic import joined_by_events
from equipoise.numerics import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.analysis import EndpointData
    from equipoise.design import Design
    from equipoise.records import Snapshot


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
    look's status stands.

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
    if held and events <= held[-1].events:
        return _result(design, snapshot, tuple(history), not_read=_nothing_new(events, held[-1]))
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
        return _result(design, snapshot, tuple(history), not_read=not_read)
    read_as = _read_as(design, held, history, occasion)
    final = occasion.final or occasion.overrun or (read_as == len(design.looks) and not occasion.unplanned)
    fraction = events / design.events
    spending = fraction if occasion.spending_fraction is None else occasion.spending_fraction
    joined = [float(h.events) if by_events else h.information for h in held]
    joined.append(float(events) if by_events else test.information)
    planned = float(design.events) if by_events else design.information
    fractions = [x / planned for x in joined]
    plan = looks_as_held(
        design.boundaries, fractions, [*(h.planned_look for h in held), read_as], final=final
    )
    spent_by = [*(h.spending_fraction for h in held), spending]
    bounds = bounds_at(
        plan,
        joined,
        planned=planned,
        previous=bounds_used(held) if held else None,
        spending_fraction=spent_by if spent_by != fractions else None,
        final=final,
    )
    efficacy, futility, harm = (
        math.copysign(math.inf, off) if bound is None else float(bound[-1])
        for bound, off in ((bounds.efficacy_z, 1.0), (bounds.futility_z, -1.0), (bounds.harm_z, -1.0))
    )
    reason = exit_at(test.z, efficacy, futility, harm, final=final)
    ratio, lower, upper = one_step_hazard_ratio(test), 0.0, math.inf
    if design.hypothesis.margin != 1.0:
        interval = hypothesis_interval(design, found, efficacy)
        ratio, lower, upper = interval.hazard_ratio, interval.lower, interval.upper
    result = LookResult(
        look=len(history) + 1,
        label=_label(design, read_as, occasion),
        cutoff=snapshot.cutoff,
        events=events,
        planned_events=design.events,
        information_fraction=fraction,
        information=test.information,
        score=test.score,
        z=test.z,
        nominal_p=_nominal_p(test.z, design.boundaries.sides),
        hazard_ratio=ratio,
        efficacy_z=efficacy,
        futility_z=futility,
        harm_z=harm,
        alpha_spent=float(bounds.alpha_spent[-1]),
        exit=Exit(int(reason)),
        planned_look=read_as,
        spending_fraction=spending,
        beta_spent=_beta_spent(design, bounds),
        final=final,
        unplanned=occasion.unplanned,
        timed_by_effect=occasion.timed_by_effect,
        overrun=occasion.overrun,
        by_arm=_by_arm(found),
        pooled_strata=pooled_strata(design.protocol, design.hypothesis, found.stratum, found.event),
        lower_limit=lower,
        upper_limit=upper,
    )
    return _result(design, snapshot, (*history, result))


def require_planned(design: Design, look: int) -> None:
    """Refuse a look beyond the design's last."""
    if look > len(design.looks):
        raise DesignError(
            f"look {look} is not planned: the design has {len(design.looks)}. "
            "Was a look counted twice, or is it an unplanned one?"
        )


def _result(
    design: Design, snapshot: Snapshot, looks: tuple[LookResult, ...], *, not_read: str = ""
) -> InterimResult:
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


def _nothing_new(events: int, before: LookResult) -> str:
    least = "no information is new" if events == before.events else "information has been lost"
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
    else:
        look = max(last, 1) if occasion.unplanned else last + 1
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


def _beta_spent(design: Design, bounds: InterimBounds) -> float:
    """Probability of having stopped for futility by now under the planned effect."""
    if bounds.futility_z is None:
        return 0.0
    regions = StoppingRegions.of(
        bounds.information_fraction.tolist(),
        bounds.efficacy_z.tolist(),
        bounds.futility_z.tolist(),
        None if bounds.harm_z is None else bounds.harm_z.tolist(),
        inner=design.boundaries.inner,
    )
    return float(region_probabilities(regions, design.boundaries.drift).futility.sum())


def _nominal_p(z: float, sides: int) -> float:
    """One-sided for benefit, or two-sided."""
    return float(normal.sf(z)) if sides == 1 else 2.0 * float(normal.sf(abs(z)))


def bounds_used(looks: Sequence[LookResult]) -> InterimBounds:
    """The bounds that looks were read against."""
    efficacy = np.array([k.efficacy_z for k in looks])
    return InterimBounds(
        information_fraction=np.array([k.information_fraction for k in looks]),
        efficacy_z=efficacy,
        futility_z=np.array([k.futility_z for k in looks]),
        harm_z=np.array([k.harm_z for k in looks]),
        nominal_p=normal.sf(efficacy),
        alpha_spent=np.array([k.alpha_spent for k in looks]),
    )
