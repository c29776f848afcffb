"""The rules of efficacy and futility that a protocol plans, at the looks where it plans them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.design.rules import At, GivenP, Rule
from equipoise.errors import DesignError
from equipoise.numerics.spending import LanDeMetsOBrienFleming, Spending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.protocol.endpoints import Hypothesis
    from equipoise.protocol.monitoring import Look
    from equipoise.protocol.protocol import Protocol


@dataclass(frozen=True, slots=True)
class PlannedRules:
    """What the bounds of a design follow."""

    spending: Spending
    efficacy: Rule | At
    futility: Rule | At | None
    binding: bool


def planned_rules(protocol: Protocol, hypothesis: Hypothesis, looks: Sequence[Look]) -> PlannedRules:
    """The rules for one hypothesis; without monitoring, the fixed design's."""
    plan = protocol.monitoring_of(hypothesis.id)
    if plan is None:
        return PlannedRules(LanDeMetsOBrienFleming(), LanDeMetsOBrienFleming(), None, binding=False)
    if not looks[-1].efficacy:
        raise DesignError(
            "the final analysis must be read for efficacy: remove efficacy = false from the last look."
        )
    spending = plan.efficacy.spending()
    futility: Rule | None = None
    if plan.futility is not None and plan.futility.spending is not None:
        futility = plan.futility.spending.spending()
    elif plan.futility is not None and plan.futility.p_value is not None:
        futility = GivenP(plan.futility.p_value)
    return PlannedRules(
        spending=spending,
        efficacy=_where(spending, [k.efficacy for k in looks]),
        futility=None if futility is None else _futility(futility, looks),
        binding=plan.futility.binding if plan.futility else False,
    )


def _where(rule: Rule, switched_on: list[bool]) -> Rule | At:
    looks = tuple(i for i, on in enumerate(switched_on, start=1) if on)
    return rule if len(looks) == len(switched_on) else At(rule, looks)


def _futility(rule: Rule, looks: Sequence[Look]) -> Rule | At | None:
    """At the final analysis futility is what is not efficacy, so only the interim looks are asked for."""
    wanted = tuple(i for i, look in enumerate(looks[:-1], start=1) if look.futility)
    if not wanted:
        return None
    if isinstance(rule, GivenP) or len(wanted) < len(looks) - 1:
        return At(rule, wanted)
    return rule
