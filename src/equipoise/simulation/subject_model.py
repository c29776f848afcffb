"""What subjects are drawn from: accrual, strata, allocation, survival and dropout, all in whole days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from equipoise.errors import DesignError
from equipoise.randomization import PermutedBlocks
from equipoise.randomization.permuted_blocks import allocation_strata

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.numerics.piecewise import PiecewiseConstant
    from equipoise.protocol import Protocol
    from equipoise.simulation.scenario import Scenario

BoolArray = np.ndarray[Any, np.dtype[np.bool_]]
IntArray = np.ndarray[Any, np.dtype[np.int64]]
Int32Array = np.ndarray[Any, np.dtype[np.int32]]

# Sixty years: what has not happened by then never does, and every date stays below the year 2200.
HORIZON = 21915
GUIDE = 4096


class SubjectModel(NamedTuple):
    """Everything that a subject's fate depends on, as arrays for the kernels.

    Days count from the day on which accrual opens, day 0. The day tables hold S(m), the probability of no
    event (or no loss) before m whole days have passed since randomisation, m = 0..`HORIZON`.
    """

    patients: int
    """Planned number of patients."""
    accrual_reached: FloatArray
    """Patients expected by the start of each piece of accrual, shape (pieces,)."""
    accrual_start: FloatArray
    """Start of each piece, in days, shape (pieces,)."""
    accrual_rate: FloatArray
    """Patients per day, shape (pieces,)."""
    stratum_up_to: FloatArray
    """Cumulative prevalence of the strata, the last exactly 1, shape (S,)."""
    list_of: IntArray
    """Allocation list that each stratum follows, shape (S,)."""
    ratio: IntArray
    """Ratio of the arms, shape (A,)."""
    block_sizes: IntArray
    """Sizes of blocks, shape (any,)."""
    no_event: FloatArray
    """S(m) of the endpoint, row s A + a for stratum s and arm a, shape (S A, HORIZON + 1)."""
    no_event_guide: Int32Array
    """First day that a uniform number of each of 4096 classes can mean, shape (S A, 4097)."""
    no_loss: FloatArray
    """S(m) of staying in follow-up, shape (A, HORIZON + 1)."""
    no_loss_guide: Int32Array
    """Likewise for loss, shape (A, 4097)."""


def subject_model(protocol: Protocol, endpoint: str, scenario: Scenario) -> SubjectModel:
    """The model that a protocol and a scenario state.

    Raises
    ------
    DesignError
        The protocol lacks accrual, randomisation, or an assumption about a stratum or an arm.
    """
    accrual = protocol.accrual
    if accrual is None:
        raise DesignError("the protocol has no [accrual], so no patient can be simulated. Add the section.")
    per_unit = protocol.trial.days_per_unit
    rates = accrual.piecewise().in_unit(per_unit)
    blocks = PermutedBlocks.of(protocol)
    arms, strata = blocks.arms, protocol.strata_ids
    event = np.empty((len(strata) * len(arms), HORIZON + 1))
    loss = np.empty((len(arms), HORIZON + 1))
    for a, arm in enumerate(arms):
        loss[a] = survival_by_day(protocol.dropout.hazard(arm).in_unit(per_unit))
        for s, stratum in enumerate(strata):
            hazard = _hazard(protocol, scenario, endpoint, stratum, arm)
            event[s * len(arms) + a] = survival_by_day(hazard)
    lists = allocation_strata(protocol)
    prevalence = np.cumsum([protocol.stratum_of(s).prevalence for s in strata])
    return SubjectModel(
        patients=accrual.patients,
        accrual_reached=np.asarray(rates.cumulative(np.asarray(rates.starts))),
        accrual_start=np.asarray(rates.starts),
        accrual_rate=np.asarray(rates.rates),
        stratum_up_to=np.append(prevalence[:-1], 1.0),
        list_of=np.array([lists.index(s) if s in lists else 0 for s in strata], dtype=np.int64),
        ratio=np.array(blocks.ratio, dtype=np.int64),
        block_sizes=np.array(blocks.block_sizes, dtype=np.int64),
        no_event=event,
        no_event_guide=guide_table(event),
        no_loss=loss,
        no_loss_guide=guide_table(loss),
    )


def survival_by_day(hazard: PiecewiseConstant) -> FloatArray:
    """S(m) = exp(-H(m)) at whole days m = 0..HORIZON, for a hazard per day."""
    return np.exp(-np.asarray(hazard.cumulative(np.arange(HORIZON + 1.0))))


def guide_table(survival: FloatArray) -> Int32Array:
    """For class g = 0..4096 the first m with S(m) < g/4096; HORIZON + 1 where there is none.

    A uniform number u of class floor(4096 u) = g means a day from entry g + 1 to entry g of this table.
    """
    classes = np.arange(GUIDE + 1) / GUIDE
    return np.array([np.searchsorted(-row, -classes, side="right") for row in survival], dtype=np.int32)


def _hazard(
    protocol: Protocol, scenario: Scenario, endpoint: str, stratum: str, arm: str
) -> PiecewiseConstant:
    """Hazard per day."""
    per_unit = protocol.trial.days_per_unit
    control = protocol.control_hazard(endpoint, stratum)
    if control is None:
        raise DesignError(
            f"the protocol assumes nothing about {endpoint} in stratum {stratum}. Add an [[assumption]]."
        )
    if arm == protocol.control.id:
        return control.in_unit(per_unit)
    effect = scenario.effect(protocol.hazard_ratio(endpoint, stratum, arm))
    if effect is None:
        raise DesignError(
            f"the protocol assumes no effect of {arm} on {endpoint} in stratum {stratum}. "
            "Add an [[effect]]; a hazard ratio of 1 says that there is none."
        )
    return control.times(effect).in_unit(per_unit)
