"""What subjects are drawn from: accrual, strata, allocation, survival and dropout, all in whole days."""

from __future__ import annotations

import itertools
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
    """S(m) of staying in follow-up, free of competing events, shape (L, HORIZON + 1)."""
    no_loss_guide: Int32Array
    """Likewise for loss, shape (L, 4097)."""
    loss_of: IntArray
    """Row of `no_loss` that each stratum and arm follows, shape (S A,)."""
    random_accrual: bool
    """Whether accrual is a Poisson process."""
    lag_fixed: float
    """Days that every report of an event takes at least."""
    lag_mean: float
    """Mean of the exponential number of days beyond."""
    error: float
    """Probability of a wrong stratum at randomisation."""
    mistaken_up_to: FloatArray
    """Cumulative probabilities of the strata recorded in error, by true stratum, shape (S, S)."""
    recorded_analysed: bool
    """Whether tests are stratified by the recorded stratum."""
    survival_monitored: bool
    """Whether the endpoint is death, perhaps after a progression; `no_event` is of the first event then."""
    death_share: float
    """Share of the first events that are deaths."""
    after: FloatArray
    """S(m) of survival after progression, shape (A, HORIZON + 1)."""
    after_guide: Int32Array
    """Likewise, shape (A, 4097)."""


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
    if accrual.patients is None:
        raise DesignError("accrual.patients is not given, so no trial can be simulated. Name the number.")
    per_unit = protocol.trial.days_per_unit
    rates = accrual.piecewise().in_unit(per_unit)
    blocks, truth = PermutedBlocks.of(protocol), protocol.simulation
    arms, strata = blocks.arms, protocol.strata_ids
    illness = truth.illness_death
    first = illness.progression_free if illness is not None and endpoint == illness.survival else endpoint
    event = np.empty((len(strata) * len(arms), HORIZON + 1))
    for row, (stratum, arm) in enumerate(itertools.product(strata, arms)):
        hazard = _hazard(protocol, scenario, first, stratum, arm)
        event[row] = survival_by_day(hazard, truth.frailty.variance if truth.frailty else 0.0)
    loss, loss_of = losses(protocol)
    after = deaths_after_progression(protocol, arms)
    lists, lag, error = allocation_strata(protocol), truth.reporting_lag, truth.stratification_error
    prevalence = np.array([protocol.stratum_of(s).prevalence for s in strata])
    return SubjectModel(
        patients=accrual.patients,
        accrual_reached=np.asarray(rates.cumulative(np.asarray(rates.starts))),
        accrual_start=np.asarray(rates.starts),
        accrual_rate=np.asarray(rates.rates),
        stratum_up_to=np.append(np.cumsum(prevalence)[:-1], 1.0),
        list_of=np.array([lists.index(s) if s in lists else 0 for s in strata], dtype=np.int64),
        ratio=np.array(blocks.ratio, dtype=np.int64),
        block_sizes=np.array(blocks.block_sizes, dtype=np.int64),
        no_event=event,
        no_event_guide=guide_table(event),
        no_loss=loss,
        no_loss_guide=guide_table(loss),
        loss_of=loss_of,
        random_accrual=truth.accrual == "poisson",
        lag_fixed=lag.fixed * per_unit if lag else 0.0,
        lag_mean=lag.mean * per_unit if lag else 0.0,
        error=error.probability if error else 0.0,
        mistaken_up_to=_mistaken(prevalence, errors=error is not None),
        recorded_analysed=error is None or error.analysed == "recorded",
        survival_monitored=illness is not None and endpoint == illness.survival,
        death_share=illness.death_share if illness else 0.0,
        after=after,
        after_guide=guide_table(after),
    )


def _mistaken(prevalence: FloatArray, *, errors: bool) -> FloatArray:
    """Cumulative probabilities of the other strata, row by true stratum."""
    if errors and len(prevalence) < 2:
        raise DesignError(
            "simulation.stratification_error needs a second stratum to be mistaken for. Leave it out."
        )
    share = np.tile(prevalence, (len(prevalence), 1))
    np.fill_diagonal(share, 0.0)
    up_to = np.cumsum(share, axis=1)
    up_to = up_to / np.maximum(up_to[:, -1:], np.finfo(float).tiny)
    up_to[:, -1] = 1.0
    # A last stratum is never recorded for itself: all of its errors are among the others.
    up_to[-1, -2:] = 1.0
    return np.asarray(up_to)


def losses(protocol: Protocol) -> tuple[FloatArray, IntArray]:
    """S(m) of staying under observation, and its row for each stratum and arm: loss and competing events."""
    arms, strata = PermutedBlocks.of(protocol).arms, protocol.strata_ids
    rows: dict[PiecewiseConstant, int] = {}
    of = []
    for stratum, arm in itertools.product(strata, arms):
        hazard = protocol.dropout.hazard(arm)
        for one in competing_hazards(protocol, stratum, arm):
            hazard = hazard.plus(one)
        of.append(rows.setdefault(hazard, len(rows)))
    per_unit = protocol.trial.days_per_unit
    loss = np.array([survival_by_day(hazard.in_unit(per_unit)) for hazard in rows])
    return loss, np.array(of, dtype=np.int64)


def competing_hazards(protocol: Protocol, stratum: str, arm: str) -> tuple[PiecewiseConstant, ...]:
    """Hazard of each competing cause in a stratum and arm; 0 where it does not occur."""
    return tuple(
        c.hazard.piecewise().scaled(
            c.hazard_ratio.get(arm, 1.0) if not c.strata or stratum in c.strata else 0.0
        )
        for c in protocol.simulation.competing
    )


def deaths_after_progression(protocol: Protocol, arms: tuple[str, ...]) -> FloatArray:
    """S(m) of survival after progression by arm; a row of ones where progression is not followed."""
    illness = protocol.simulation.illness_death
    if illness is None:
        return np.ones((1, HORIZON + 1))
    hazard = illness.after_progression.piecewise().in_unit(protocol.trial.days_per_unit)
    return np.array([survival_by_day(hazard.scaled(illness.hazard_ratio.get(a, 1.0))) for a in arms])


def survival_by_day(hazard: PiecewiseConstant, frailty: float = 0.0) -> FloatArray:
    """S(m) = exp(-H(m)) at whole days m = 0..HORIZON, for a hazard per day.

    Where patients' hazards are h times a gamma variable of mean 1 and variance v, that of all patients
    together is (1 + v H(m))^(-1/v).
    """
    total = np.asarray(hazard.cumulative(np.arange(HORIZON + 1.0)))
    return np.exp(-total if frailty == 0.0 else -np.log1p(frailty * total) / frailty)


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
