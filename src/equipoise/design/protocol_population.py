"""Who a hypothesis is about: the strata, arms and accrual that a protocol assumes for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.design.population import Accrual, Stratum
from equipoise.errors import DesignError

if TYPE_CHECKING:
    from equipoise.protocol.endpoints import Hypothesis
    from equipoise.protocol.enrollment import Accrual as PlannedAccrual
    from equipoise.protocol.protocol import Protocol


def hypothesis_strata(protocol: Protocol, hypothesis: Hypothesis) -> tuple[Stratum, ...]:
    """Strata of the hypothesis' population with their shares of it, hazards, effects and dropout."""
    ids = protocol.population(hypothesis)
    total = sum(protocol.stratum_of(s).prevalence for s in ids)
    found = []
    for stratum in ids:
        hazard = protocol.control_hazard(hypothesis.endpoint, stratum)
        effect = protocol.hazard_ratio(hypothesis.endpoint, stratum, hypothesis.experimental)
        if hazard is None or effect is None:
            what = "[[assumption]] of the control arm" if hazard is None else "[[effect]]"
            raise DesignError(
                f"nothing is assumed of {hypothesis.endpoint} in stratum {stratum!r}: add {what} for it."
            )
        found.append(
            Stratum(
                prevalence=protocol.stratum_of(stratum).prevalence / total,
                control_hazard=hazard,
                hazard_ratio=effect,
                control_dropout=protocol.dropout.hazard(protocol.control.id),
                experimental_dropout=protocol.dropout.hazard(hypothesis.experimental),
                name=stratum,
            )
        )
    return tuple(found)


def hypothesis_ratio(protocol: Protocol, hypothesis: Hypothesis) -> float:
    """Patients on the experimental arm for each one on the control arm; 1 where nothing is said."""
    plan = protocol.randomization
    return 1.0 if plan is None else plan.ratio[hypothesis.experimental] / plan.ratio[protocol.control.id]


def hypothesis_accrual(protocol: Protocol, hypothesis: Hypothesis) -> Accrual:
    """Patients of the hypothesis' population entering on its two arms."""
    share = hypothesis_share(protocol, hypothesis)
    accrual = protocol_accrual(protocol)
    return Accrual.of_patients(accrual.number() * share, accrual.piecewise().scaled(share))


def hypothesis_share(protocol: Protocol, hypothesis: Hypothesis) -> float:
    """Share of all patients that is of the hypothesis' population and on its two arms."""
    share = sum(protocol.stratum_of(s).prevalence for s in protocol.population(hypothesis))
    if protocol.randomization is not None:
        ratio = protocol.randomization.ratio
        share *= (ratio[hypothesis.experimental] + ratio[protocol.control.id]) / sum(ratio.values())
    elif len(protocol.arm) > 2:
        share *= 2.0 / len(protocol.arm)
    return share


def protocol_accrual(protocol: Protocol) -> PlannedAccrual:
    """What the protocol plans of accrual."""
    if protocol.accrual is None:
        raise DesignError("the protocol says nothing of accrual: add [accrual] with rates and patients.")
    return protocol.accrual
