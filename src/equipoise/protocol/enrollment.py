"""How patients come, are allocated and are lost: accrual, randomisation, dropout."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from equipoise.errors import DesignError
from equipoise.numerics.piecewise import PiecewiseConstant
from equipoise.protocol._section import Identifier, NotNegative, Positive, Section


class PiecewiseRates(Section):
    """Rates that are constant from each start to the next, the last for ever."""

    starts: tuple[NotNegative, ...] = (0.0,)
    """Times at which the rates begin; the first is 0."""
    rates: Annotated[tuple[NotNegative, ...], Field(min_length=1)]
    """Rate from each start on, per unit of time."""

    def piecewise(self) -> PiecewiseConstant:
        """The rates as a function of time."""
        return PiecewiseConstant(self.starts, self.rates)


class Accrual(Section):
    """Patients entering per unit of time, over all strata."""

    starts: tuple[NotNegative, ...] = (0.0,)
    """Times after the first patient at which the rates begin; the first is 0."""
    rates: Annotated[tuple[NotNegative, ...], Field(min_length=1)]
    """Patients per unit of time from each start on."""
    patients: Annotated[int, Field(gt=0)] | None = None
    """Planned number of patients: accrual ends with the last of them. Left out, the design solves it."""
    duration: Positive | None = None
    """Time that accrual takes, where `patients` are left out: `rates` are then scaled. Without it the rates
    hold, and accrual goes on until the power is reached."""
    follow_up: NotNegative | None = None
    """Time from the last patient to the final analysis, where the design solves for something else."""
    start_date: date | None = None
    """Date of the first randomisation, for calendar dates in the output."""

    def piecewise(self) -> PiecewiseConstant:
        """Patients per unit of time as a function of time."""
        return PiecewiseConstant(self.starts, self.rates)

    def number(self) -> int:
        """Planned number of patients.

        Raises
        ------
        DesignError
            It is left open.

        """
        if self.patients is None:
            raise DesignError(
                "accrual.patients is left open: `design_trial(protocol).protocol` is the protocol with the "
                "number that the design solves. Give accrual.patients, or use that protocol."
            )
        return self.patients


class Randomization(Section):
    """How patients are allocated to arms."""

    method: Literal["permuted-blocks"] = "permuted-blocks"
    """Permuted blocks within each stratum."""
    ratio: dict[Identifier, Annotated[int, Field(gt=0)]]
    """Whole numbers of patients per arm in which the arms stand to one another."""
    factors: tuple[Identifier, ...] = ("stratum",)
    """Factors that the allocation is stratified by."""
    block_sizes: Annotated[tuple[Annotated[int, Field(gt=0)], ...], Field(min_length=1)]
    """Sizes of blocks, one drawn at random for each block; each a multiple of the ratio's sum."""


class Dropout(Section):
    """Loss to follow-up: a hazard per unit of time, the same in all arms or one an arm."""

    rate: NotNegative = 0.0
    """Hazard of loss to follow-up in every arm that `by_arm` does not name."""
    by_arm: dict[Identifier, NotNegative] = Field(default_factory=dict)
    """Hazard of loss to follow-up in the arms named."""

    def hazard(self, arm: str) -> PiecewiseConstant:
        """Hazard of loss to follow-up in an arm."""
        return PiecewiseConstant((0.0,), (self.by_arm.get(arm, self.rate),))


class MilestoneSurvival(Section):
    """Survival at one time."""

    time: Positive
    """Time since randomisation."""
    survival: Annotated[float, Field(gt=0.0, le=1.0)]
    """Probability of no event up to then."""
