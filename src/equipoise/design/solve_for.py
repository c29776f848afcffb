"""What a time-to-event design is solved for, the rest being given."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise import _check
from equipoise.errors import ArgumentError

ENDS = "What ends the trial?"


@dataclass(frozen=True, slots=True)
class StudyDuration:
    """Accrual is given in full; the trial lasts until its events have come."""


@dataclass(frozen=True, slots=True)
class AccrualRate:
    """Calendar is given: accrual until its `duration`, the end at `study_duration`; all rates are scaled.

    Lachin and Foulkes (1986) plan so.
    """

    study_duration: float

    def __post_init__(self) -> None:
        """Check the duration."""
        _check.positive("study_duration", self.study_duration)


@dataclass(frozen=True, slots=True)
class AccrualDuration:
    """Accrual rates are given: patients enter as long as is needed.

    The trial ends `follow_up` after the last patient, or at a given `study_duration`.
    Reference: Kim, Tsiatis (1990), Biometrics 46:81-92.
    """

    follow_up: float | None = None
    study_duration: float | None = None

    def __post_init__(self) -> None:
        """Check that one of the two ends is given."""
        if (self.follow_up is None) == (self.study_duration is None):
            raise ArgumentError(
                "follow_up", self.follow_up, "or study_duration must be given, and not both", ENDS
            )
        if self.follow_up is not None:
            _check.not_negative("follow_up", self.follow_up)
        if self.study_duration is not None:
            _check.positive("study_duration", self.study_duration)


@dataclass(frozen=True, slots=True)
class Power:
    """Accrual is given in full and the trial ends with `events` or at `study_duration`: what power has it?"""

    events: float | None = None
    study_duration: float | None = None

    def __post_init__(self) -> None:
        """Check that one of the two ends is given."""
        _require_one_end(self.events, self.study_duration)


@dataclass(frozen=True, slots=True)
class HazardRatio:
    """Accrual and end are given; every log hazard ratio over the tested one is scaled by one factor.

    Where one hazard ratio holds throughout it is the hazard ratio that the trial can detect; a delayed or
    fading effect keeps its shape.
    """

    events: float | None = None
    study_duration: float | None = None

    def __post_init__(self) -> None:
        """Check that one of the two ends is given."""
        _require_one_end(self.events, self.study_duration)


SolveFor = StudyDuration | AccrualRate | AccrualDuration | HazardRatio | Power


def _require_one_end(events: float | None, study_duration: float | None) -> None:
    if (events is None) == (study_duration is None):
        raise ArgumentError("events", events, "or study_duration must be given, and not both", ENDS)
    for name, value in (("events", events), ("study_duration", study_duration)):
        if value is not None:
            _check.positive(name, value)
