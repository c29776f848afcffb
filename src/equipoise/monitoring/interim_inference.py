"""Inference at a look in the trial's terms: intervals that hold at every look, power, stopped estimates."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design import (
    Exit,
    InterimBounds,
    InterimLook,
    bias_adjusted_estimate,
    conditional_power,
    interim_look,
    looks_as_held,
    predictive_power,
    repeated_interval,
    stopped_estimate,
)
from equipoise.design.from_protocol_by_statistic import is_another_test
from equipoise.monitoring.interim_result import STOPPED
from equipoise.monitoring.look_bounds import bounds_used

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.design import Design, GroupSequentialDesign
    from equipoise.monitoring.interim_result import InterimResult
    from equipoise.monitoring.look_result import LookResult

# Nearer to the margin than this in z, the estimate is on it, and V is the limit of the information.
NEXT_TO_MARGIN = 1e-6
# Share of a hazard ratio that no decision turns on.
HARDLY = 0.005


@dataclass(frozen=True, slots=True)
class SequentialInterval:
    """A hazard ratio with limits and p-value that allow for the looks; the limits may be infinite.

    Experimental over control. `survival.HazardRatioInterval` is the one of a single analysis.
    """

    hazard_ratio: float
    lower: float
    upper: float
    level: float
    p_value: float
    sides: int


@dataclass(frozen=True, slots=True)
class InterimInference:
    """What can be said at a look beside its boundary; None where the look does not allow it."""

    look: int
    repeated: SequentialInterval | None
    """Holds at every look, whether or not the trial stops; None where the look is not read for efficacy."""
    conditional_power_planned: float | None
    """Of a later rejection if the planned effect holds from now on; None at the last look."""
    conditional_power_trend: float | None
    """The same if the effect seen so far holds on."""
    predictive_power: float | None
    """The same averaged over what the data say of the effect, with a flat prior."""
    stopped: SequentialInterval | None
    """Median-unbiased estimate and limits by the stage-wise ordering; None while the trial goes on. Unless
    futility is binding it counts on no futility stop: where all are obeyed it leans towards no effect."""
    bias_adjusted_hazard_ratio: float | None
    """Whitehead's estimate after a stop; None while the trial goes on."""
    stopped_if_obeyed: SequentialInterval | None = None
    """As `stopped`, but counting on futility boundaries that do not bind having been obeyed: right where the
    committee would have stopped at each. None where it changes hardly anything, or one was passed over."""


def interim_inference(design: Design, result: InterimResult) -> InterimInference:
    """Inference at the look that was asked for, on the scale of the hazard ratio.

    theta, in units of z per root of information with the information V observed, is -log of the hazard ratio.
    Where a margin is tested theta is that of the hazard ratio over the margin, its estimate Cox's, and the
    repeated interval is the test inverted. Where another test than the log-rank test is planned its z says
    nothing of a hazard ratio, and everything is None. A later futility bound is not obeyed in the powers
    unless it is binding.

    Parameters
    ----------
    design
        The design that the trial runs under.
    result
        Of `monitor`.

    """
    if is_another_test(design.hypothesis):
        return InterimInference(result.looks[-1].look, None, None, None, None, None, None)
    return inference_of(
        design.boundaries, result.looks, design.events, margin=design.hypothesis.margin or 1.0
    )


def inference_of(
    boundaries: GroupSequentialDesign, looks: Sequence[LookResult], events: float, *, margin: float = 1.0
) -> InterimInference:
    """Inference at the last of the looks held.

    Parameters
    ----------
    boundaries
        As planned.
    looks
        Held, in order.
    events
        Planned for the final analysis.
    margin
        Hazard ratio of the null hypothesis.

    """
    now = looks[-1]
    held = [k for k in looks[:-1] if not (now.overrun and k.exit in STOPPED)]
    at = _placed(boundaries, (*held, now), events, margin)
    going_on = at.look < len(at.information_fraction)
    over = now.final or now.exit in STOPPED
    repeated = None
    if math.isfinite(now.efficacy_z):
        found = repeated_interval(at)
        repeated = _ratio(
            margin, found.estimate, found.lower, found.upper, found.level, found.p_value, found.sides
        )
        if margin != 1.0:
            repeated = replace(
                repeated, hazard_ratio=now.hazard_ratio, lower=now.lower_limit, upper=now.upper_limit
            )
    stopped = adjusted = obeying = None
    if over:
        end = stopped_estimate(at)
        stopped = _ratio(margin, end.estimate, end.lower, end.upper, end.level, end.p_value, end.sides)
        adjusted = margin * math.exp(-bias_adjusted_estimate(at))
        obeying = _if_obeyed(at, held, stopped, margin)
    obeyed = boundaries.binding
    planned = boundaries.drift / math.sqrt(at.planned)
    return InterimInference(
        look=now.look,
        repeated=repeated,
        conditional_power_planned=float(conditional_power(at, planned, futility=obeyed).power)
        if going_on
        else None,
        conditional_power_trend=float(conditional_power(at, at.estimate, futility=obeyed).power)
        if going_on
        else None,
        predictive_power=predictive_power(at, futility=obeyed) if going_on else None,
        stopped=stopped,
        bias_adjusted_hazard_ratio=adjusted,
        stopped_if_obeyed=obeying,
    )


def _if_obeyed(
    at: InterimLook, held: Sequence[LookResult], stopped: SequentialInterval, margin: float
) -> SequentialInterval | None:
    """The interval after a stop that counts on the futility boundaries; see `InterimInference`."""
    boundaries = at.design
    # Between two continuation regions an inner futility stop has no place in the stage-wise ordering.
    without = boundaries.futility is None or boundaries.binding or boundaries.inner
    if without or any(k.exit is Exit.FUTILITY for k in held):
        return None
    end = stopped_estimate(at, futility=True)
    found = _ratio(margin, end.estimate, end.lower, end.upper, end.level, end.p_value, end.sides)
    alike = all(
        math.isclose(getattr(found, name), getattr(stopped, name), rel_tol=HARDLY)
        for name in ("hazard_ratio", "lower", "upper")
    )
    return None if alike else found


def _information(now: LookResult, margin: float) -> float:
    """Information in whose unit z over its root is log(margin / hazard ratio): V, where no margin is tested.

    V at a margin says how z varies there; how far off the estimate is, (z / log(margin / estimate))^2 says.
    """
    if margin == 1.0 or not 0.0 < now.hazard_ratio < math.inf or abs(now.z) < NEXT_TO_MARGIN:
        return now.information
    return float((now.z / math.log(margin / now.hazard_ratio)) ** 2)


def _placed(
    boundaries: GroupSequentialDesign, looks: Sequence[LookResult], events: float, margin: float
) -> InterimLook:
    """The statistic among the bounds used and those still planned; V observed is the unit of information."""
    now = looks[-1]
    fractions = [k.events / events for k in looks]
    plan = looks_as_held(boundaries, fractions, [k.planned_look for k in looks], final=now.final)
    used = bounds_used(looks)
    bounds = InterimBounds(
        information_fraction=np.array(fractions),
        efficacy_z=used.efficacy_z,
        futility_z=used.futility_z if boundaries.futility is not None else None,
        harm_z=used.harm_z if boundaries.harm is not None or boundaries.sides == 2 else None,
        nominal_p=used.nominal_p,
        alpha_spent=used.alpha_spent,
    )
    spent_by = [k.spending_fraction for k in looks]
    return interim_look(
        plan,
        now.z,
        bounds=bounds,
        planned=_information(now, margin) / fractions[-1],
        ahead=None if now.final else plan.information_fraction[len(looks) :],
        spending_fraction=spent_by if spent_by != fractions else None,
        final=now.final,
    )


def _ratio(  # noqa: PLR0917 - the six numbers of an interval
    margin: float, estimate: float, lower: float, upper: float, level: float, p_value: float, sides: int
) -> SequentialInterval:
    """An interval of -log hazard ratio as one of the hazard ratio."""
    return SequentialInterval(
        hazard_ratio=margin * math.exp(-estimate),
        lower=margin * math.exp(-upper),
        upper=margin * math.exp(-lower),
        level=level,
        p_value=p_value,
        sides=sides,
    )
