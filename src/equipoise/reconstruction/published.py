"""The published facts of a two-arm trial, as a file that a statistician can read: `published.toml`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from equipoise.numerics.time_units import DAYS_PER_UNIT
from equipoise.protocol.provenance import Provenance, join
from equipoise.reconstruction._section import Section
from equipoise.reconstruction.published_detail import AdverseEvent, Baseline, Course, Evaluable, Grades
from equipoise.reconstruction.published_results import (
    AfterEvent,
    AtRisk,
    Cause,
    Events,
    HazardRatio,
    Milestone,
    PValue,
    RestrictedMean,
)
from equipoise.reconstruction.published_trial import (
    Accrual,
    Arm,
    CutOff,
    Dropout,
    FollowUp,
    Prior,
    Randomization,
    Stratum,
    Trial,
)


class Published(BaseModel):
    """Everything that was published about a trial, and what had to be assumed."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    schema_version: Literal[1]
    """Version of this format."""
    trial: Trial
    """The trial."""
    arm: tuple[Arm, ...]
    """Its two arms."""
    stratum: tuple[Stratum, ...] = Field(min_length=1)
    """Its strata with their sizes; a trial without strata has one."""
    accrual: Accrual
    """When subjects were randomised."""
    cutoff: CutOff
    """When the data were cut."""
    prior: tuple[Prior, ...]
    """Hazards believed beforehand, for each arm."""
    randomization: Randomization | None = None
    """Blocks; without the section, blocks as small as give the sizes."""
    dropout: Dropout | None = None
    """Loss to follow-up; without the section, none beyond what the numbers at risk need."""
    follow_up: FollowUp | None = None
    """Median follow-up."""
    at_risk: tuple[AtRisk, ...] = ()
    """Numbers at risk."""
    milestone: tuple[Milestone, ...] = ()
    """Survival at given times."""
    hazard_ratio: tuple[HazardRatio, ...] = ()
    """Hazard ratios."""
    p_value: tuple[PValue, ...] = ()
    """P values."""
    restricted_mean: tuple[RestrictedMean, ...] = ()
    """Differences of restricted means."""
    events: tuple[Events, ...] = ()
    """Numbers of events."""
    cause: tuple[Cause, ...] = ()
    """Causes of the events."""
    after_event: AfterEvent | None = None
    """Survival after an event; without the section and without numbers at risk, no overall survival."""
    evaluable: tuple[Evaluable, ...] = ()
    """Subjects evaluable for adverse events."""
    adverse_event: tuple[AdverseEvent, ...] = ()
    """Subjects with adverse events."""
    grades: tuple[Grades, ...] = ()
    """How adverse events divide into grades."""
    course: tuple[Course, ...] = ()
    """Courses of treatment."""
    baseline: tuple[Baseline, ...] = ()
    """Baseline factors."""

    @property
    def control(self) -> Arm:
        """The control arm."""
        return next(a for a in self.arm if a.control)

    @property
    def experimental(self) -> Arm:
        """The other arm."""
        return next(a for a in self.arm if not a.control)

    @property
    def arms(self) -> tuple[str, str]:
        """Ids of the arms, control first."""
        return self.control.id, self.experimental.id

    @property
    def provenance(self) -> tuple[Provenance, ...]:
        """Path, status and source of every section, in file order."""
        found = []
        for name in type(self).model_fields:
            held = getattr(self, name)
            if isinstance(held, Section):
                found.append(Provenance(name, held.status, held.source))
            elif isinstance(held, tuple):
                found += [Provenance(join(name, i), part.status, part.source) for i, part in enumerate(held)]
        return tuple(found)

    @property
    def days_per_unit(self) -> float:
        """Days in the file's unit of time."""
        return DAYS_PER_UNIT[self.trial.time_unit]
