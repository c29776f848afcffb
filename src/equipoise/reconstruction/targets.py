"""The published facts as targets: which statistic, which interval, aimed at or kept back as a check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from equipoise.numerics.time_units import DAYS_PER_UNIT
from equipoise.reconstruction import intervals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise.reconstruction._section import Fact, Section
    from equipoise.reconstruction.frame import Frame
    from equipoise.reconstruction.intervals import Interval
    from equipoise.reconstruction.published import Published
    from equipoise.reconstruction.published_results import HazardRatio, Milestone, RestrictedMean


class Statistic(Enum):
    """The statistic that a fact is about; its value is the name in tables."""

    SIZE = "subjects"
    AT_RISK = "at risk"
    SURVIVAL = "survival"
    PETO_ERROR = "Peto error"
    GREENWOOD_ERROR = "Greenwood error"
    HAZARD_RATIO = "hazard ratio"
    LOWER_LIMIT = "hazard ratio, lower limit"
    UPPER_LIMIT = "hazard ratio, upper limit"
    P_VALUE = "log-rank P"
    RESTRICTED_MEAN = "restricted mean difference"
    RESTRICTED_MEAN_LOWER = "restricted mean difference, lower limit"
    RESTRICTED_MEAN_UPPER = "restricted mean difference, upper limit"
    EVENTS = "events"
    CAUSE = "events by cause"
    FOLLOW_UP = "median follow-up"
    EVALUABLE = "evaluable subjects"
    ADVERSE_EVENT = "subjects with adverse event"


EXACT = frozenset(
    {
        Statistic.SIZE,
        Statistic.AT_RISK,
        Statistic.EVENTS,
        Statistic.CAUSE,
        Statistic.EVALUABLE,
        Statistic.ADVERSE_EVENT,
    }
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Whether a fact is an input or a check, how well it is known, and where it stands."""

    use: str
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class Target:
    """One published number: the statistic, of whom, when, and the values that agree with it.

    `interval` is on the scale of the statistic: survival from 0 to 1, times in days. `scale` turns it into
    the printed unit (100 for a percentage, 1/365.25 for years).
    """

    statistic: Statistic
    interval: Interval
    origin: Origin
    endpoint: str = "primary"
    stratum: int | None = None
    arm: int | None = None
    day: float = 0.0
    scale: float = 1.0
    unit: str = ""
    level: float = 0.95
    detail: str = ""
    grade: int = 0

    @property
    def aimed(self) -> bool:
        """Whether the reconstruction aims at it."""
        return self.origin.use == "input"


def _origin(fact: Fact) -> Origin:
    return Origin(fact.use, fact.status, fact.source or "")


def _check(section: Section) -> Origin:
    return Origin("check", section.status, section.source or "")


def targets_of(published: Published, frame: Frame) -> tuple[Target, ...]:
    """Every published number, in the order of the file's sections."""
    makers = (_sizes, _at_risk, _milestones, _ratios, _p_values, _means, _events, _follow_up, _safety)
    return tuple(target for maker in makers for target in maker(published, frame))


def _stratum(frame: Frame, name: str | None) -> int | None:
    return None if name is None else frame.strata.index(name)


def _sizes(published: Published, frame: Frame) -> Iterator[Target]:
    for s, stratum in enumerate(published.stratum):
        for a, arm in enumerate(frame.arms):
            size = intervals.exact(stratum.subjects[arm])
            yield Target(Statistic.SIZE, size, _origin(stratum), stratum=s, arm=a)


def _at_risk(published: Published, frame: Frame) -> Iterator[Target]:
    for fact in published.at_risk:
        for a, arm in enumerate(frame.arms):
            for time, count in zip(fact.times, fact.by_arm[arm], strict=True):
                yield Target(
                    Statistic.AT_RISK,
                    intervals.exact(count),
                    _origin(fact),
                    endpoint=fact.endpoint,
                    stratum=_stratum(frame, fact.stratum),
                    arm=a,
                    day=time * published.days_per_unit,
                )


def _milestones(published: Published, frame: Frame) -> Iterator[Target]:
    for fact in published.milestone:
        for a, arm in enumerate(frame.arms):
            yield from _milestone(published, frame, fact, a, fact.by_arm[arm])


def _milestone(
    published: Published, frame: Frame, fact: Milestone, arm: int, printed: str
) -> Iterator[Target]:
    value, error = intervals.value_with_error(printed)
    kinds = {"peto": Statistic.PETO_ERROR, "greenwood": Statistic.GREENWOOD_ERROR}
    for kind, interval in ((Statistic.SURVIVAL, value), (kinds[fact.error], error)):
        if interval is not None:
            yield Target(
                kind,
                interval.scaled(0.01),
                _origin(fact),
                stratum=_stratum(frame, fact.stratum),
                arm=arm,
                day=fact.time * published.days_per_unit,
                scale=100.0,
                unit="%",
            )


def _ratios(published: Published, frame: Frame) -> Iterator[Target]:
    for fact in published.hazard_ratio:
        yield from _ratio(frame, fact)


def _ratio(frame: Frame, fact: HazardRatio) -> Iterator[Target]:
    stratum = _stratum(frame, fact.stratum)
    value = intervals.single(fact.value)
    yield Target(Statistic.HAZARD_RATIO, value, _origin(fact), stratum=stratum, level=fact.level)
    if fact.limits is not None:
        origin = replace(_origin(fact), use=fact.limits_use)
        kinds = (Statistic.LOWER_LIMIT, Statistic.UPPER_LIMIT)
        for kind, limit in zip(kinds, intervals.limits(fact.limits), strict=True):
            yield Target(kind, limit, origin, stratum=stratum, level=fact.level)


def _p_values(published: Published, frame: Frame) -> Iterator[Target]:
    for fact in published.p_value:
        detail = "one-sided" if fact.sides == 1 else "two-sided"
        stratum = _stratum(frame, fact.stratum)
        value = intervals.single(fact.value)
        yield Target(Statistic.P_VALUE, value, _check(fact), stratum=stratum, detail=detail)


def _means(published: Published, _frame: Frame) -> Iterator[Target]:
    for fact in published.restricted_mean:
        day = fact.horizon * published.days_per_unit
        yield _mean(Statistic.RESTRICTED_MEAN, intervals.single(fact.difference), fact, day, _origin(fact))
        if fact.limits is not None:
            lower, upper = intervals.limits(fact.limits)
            yield _mean(Statistic.RESTRICTED_MEAN_LOWER, lower, fact, day, _check(fact))
            yield _mean(Statistic.RESTRICTED_MEAN_UPPER, upper, fact, day, _check(fact))


def _mean(kind: Statistic, printed: Interval, fact: RestrictedMean, day: float, origin: Origin) -> Target:
    days = DAYS_PER_UNIT[fact.unit]
    interval = printed.scaled(days)
    return Target(kind, interval, origin, day=day, scale=1.0 / days, unit=fact.unit, level=fact.level)


def _events(published: Published, frame: Frame) -> Iterator[Target]:
    for fact in published.events:
        for a, arm in enumerate(frame.arms):
            count = intervals.count_range(fact.by_arm[arm])
            stratum = _stratum(frame, fact.stratum)
            yield Target(Statistic.EVENTS, count, _origin(fact), stratum=stratum, arm=a)
    for cause in published.cause:
        for a, arm in enumerate(frame.arms):
            if arm in cause.by_arm:
                count = intervals.exact(cause.by_arm[arm])
                yield Target(Statistic.CAUSE, count, _origin(cause), arm=a, detail=cause.id)


def _follow_up(published: Published, _frame: Frame) -> Iterator[Target]:
    fact = published.follow_up
    if fact is not None:
        days = published.days_per_unit
        median = intervals.single(fact.median).scaled(days)
        unit = published.trial.time_unit
        yield Target(Statistic.FOLLOW_UP, median, _origin(fact), scale=1.0 / days, unit=unit)


def _safety(published: Published, frame: Frame) -> Iterator[Target]:
    for group in published.evaluable:
        for a, arm in enumerate(frame.arms):
            count = intervals.exact(group.by_arm[arm])
            stratum = _stratum(frame, group.stratum)
            yield Target(Statistic.EVALUABLE, count, _origin(group), stratum=stratum, arm=a)
    for event in published.adverse_event:
        for a, arm in enumerate(frame.arms):
            yield Target(
                Statistic.ADVERSE_EVENT,
                intervals.exact(event.by_arm[arm]),
                _origin(event),
                stratum=_stratum(frame, event.stratum),
                arm=a,
                detail=event.term,
                grade=event.grade,
            )
