"""Each published number beside the same number of the finished tables, by the public estimators."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from equipoise.errors import EquipoiseError
from equipoise.reconstruction.targets import EXACT, Statistic
from equipoise.records import trial_records
from equipoise.safety import adverse_event_rates
from equipoise.survival import cox, follow_up, kaplan_meier, logrank, rmst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from equipoise.reconstruction.frame import Frame
    from equipoise.reconstruction.published import Published
    from equipoise.reconstruction.published_results import Cause
    from equipoise.reconstruction.targets import Target
    from equipoise.survival import CoxFit, KaplanMeier, LogrankTest, Rmst


@dataclass(frozen=True, slots=True)
class Fact:
    """One published number and what the cohort gives, both in the printed unit.

    `lower` and `upper` are the values that would have been printed so; `miss` is how far outside the
    cohort's value lies (0 inside), below 0 when it is too small; `half_widths` the same in half-widths of
    the interval, None for a count.
    """

    name: str
    use: str
    printed: str
    lower: float
    upper: float
    reached: float | None
    unit: str
    met: bool
    miss: float | None
    half_widths: float | None
    exact: bool
    status: str
    source: str


class Tables:
    """The finished tables, asked for one statistic after another."""

    def __init__(
        self, published: Published, frame: Frame, tables: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]
    ) -> None:
        self._published, self._frame = published, frame
        self._subjects, self._times, self._events = tables
        self._labels = [a.label for arm in frame.arms for a in published.arm if a.id == arm]
        self._column = published.trial.stratum_column

    def reached(self, target: Target) -> float:
        """The target's statistic, on its own scale; nan where it cannot be computed."""
        finders = {
            Statistic.SIZE: self._size,
            Statistic.AT_RISK: self._at_risk,
            Statistic.SURVIVAL: self._survival,
            Statistic.PETO_ERROR: self._survival,
            Statistic.GREENWOOD_ERROR: self._survival,
            Statistic.EVENTS: self._count_events,
            Statistic.CAUSE: self._count_cause,
            Statistic.FOLLOW_UP: self._follow_up,
            Statistic.P_VALUE: self._p_value,
            Statistic.EVALUABLE: self._evaluable,
            Statistic.ADVERSE_EVENT: self._adverse_event,
        }
        finder = finders.get(target.statistic, self._compared)
        try:
            return finder(target)
        except EquipoiseError:
            return float("nan")

    @cached_property
    def _parameters(self) -> dict[str, pl.DataFrame]:
        trial = self._published.trial
        names = {"primary": trial.endpoint, "overall-survival": trial.survival_endpoint}
        return {key: self._times.filter(pl.col("PARAMCD") == name) for key, name in names.items()}

    def _rows(self, target: Target) -> pl.DataFrame:
        rows = self._parameters[target.endpoint]
        if target.stratum is not None:
            rows = rows.filter(pl.col(self._column) == self._frame.strata[target.stratum])
        return rows

    def _arm(self, target: Target, table: pl.DataFrame) -> pl.DataFrame:
        return table.filter(pl.col("TRT01P") == self._labels[target.arm or 0])

    def _curve(self, target: Target) -> KaplanMeier:
        rows = self._arm(target, self._rows(target))
        se: Any = "peto" if target.statistic is Statistic.PETO_ERROR else "greenwood"
        return kaplan_meier(rows["AVAL"], rows["CNSR"] == 0, se=se)

    def _size(self, target: Target) -> float:
        table = self._subjects
        if target.stratum is not None:
            table = table.filter(pl.col(self._column) == self._frame.strata[target.stratum])
        return float(self._arm(target, table).height)

    def _at_risk(self, target: Target) -> float:
        return float(self._curve(target).at_risk(target.day)[0, 0])

    def _survival(self, target: Target) -> float:
        at = self._curve(target).at(target.day)
        return float((at.survival if target.statistic is Statistic.SURVIVAL else at.std_err)[0])

    def _count_events(self, target: Target) -> float:
        return float((self._arm(target, self._rows(target))["CNSR"] == 0).sum())

    def _count_cause(self, target: Target) -> float:
        names = parts_of(self._published.cause, target.detail)
        rows = self._arm(target, self._rows(target)).filter(pl.col("CNSR") == 0)
        return float(rows["EVNTDESC"].is_in(names).sum())

    def _follow_up(self, target: Target) -> float:
        rows = self._rows(target)
        return float(follow_up(rows["AVAL"], rows["CNSR"] == 0).median[0])

    def _p_value(self, target: Target) -> float:
        alternative: Any = "benefit" if target.detail == "one-sided" else "two-sided"
        return float(self._logrank(target, alternative).p)

    def _logrank(self, target: Target, alternative: Any) -> LogrankTest:
        rows = self._rows(target)
        return logrank(
            rows["AVAL"],
            rows["CNSR"] == 0,
            rows["TRT01P"],
            control=self._labels[0],
            strata=rows[self._column],
            alternative=alternative,
        )

    def _compared(self, target: Target) -> float:
        rows = self._rows(target)
        time, event = rows["AVAL"], rows["CNSR"] == 0
        if target.statistic in {Statistic.HAZARD_RATIO, Statistic.LOWER_LIMIT, Statistic.UPPER_LIMIT}:
            arm = (rows["TRT01P"] == self._labels[1]).cast(pl.Float64).to_numpy()
            fit: CoxFit = cox(time, event, arm, strata=rows[self._column], level=target.level)
            found: NDArray[np.float64] = {
                Statistic.HAZARD_RATIO: fit.hazard_ratio,
                Statistic.LOWER_LIMIT: fit.lower,
                Statistic.UPPER_LIMIT: fit.upper,
            }[target.statistic]
            return float(found[0])
        mean: Rmst = rmst(
            time, event, rows["TRT01P"], control=self._labels[0], tau=target.day, level=target.level
        )
        return float(
            {
                Statistic.RESTRICTED_MEAN: mean.difference,
                Statistic.RESTRICTED_MEAN_LOWER: mean.lower,
                Statistic.RESTRICTED_MEAN_UPPER: mean.upper,
            }[target.statistic]
        )

    def _evaluable(self, target: Target) -> float:
        table = self._subjects.filter(pl.col(self._column) == self._frame.strata[target.stratum or 0])
        return float((self._arm(target, table)["SAFFL"] == "Y").sum())

    def _adverse_event(self, target: Target) -> float:
        subjects = self._subjects.filter(pl.col(self._column) == self._frame.strata[target.stratum or 0])
        events = self._events.filter(pl.col("USUBJID").is_in(subjects["USUBJID"].to_list()))
        records = trial_records(subjects, None, events)
        rates = adverse_event_rates(records, arm="TRT01P", terms=[target.detail], grade=target.grade).rates
        mine = rates.filter(
            (pl.col("term") == target.detail) & (pl.col("arm") == self._labels[target.arm or 0])
        )
        return float(mine["subjects"][0])


def parts_of(causes: Sequence[Cause], whole: str) -> list[str]:
    """A cause and everything that is a part of it."""
    found = [whole, f"{whole}, not specified"]
    for cause in causes:
        if cause.of == whole:
            found += parts_of(causes, cause.id)
    return found


def compare(frame: Frame, targets: Sequence[Target], tables: Tables) -> tuple[Fact, ...]:
    """Every target beside what the tables give."""
    return tuple(_fact(frame, target, tables.reached(target)) for target in targets)


def _fact(frame: Frame, target: Target, value: float) -> Fact:
    known = bool(np.isfinite(value))
    miss = target.interval.miss(value) if known else None
    half = target.interval.half_width
    relative = miss / half if miss is not None and np.isfinite(half) and half > 0.0 else None
    return Fact(
        name=name_of(frame, target),
        use=target.origin.use,
        printed=target.interval.printed,
        lower=target.interval.lower * target.scale,
        upper=target.interval.upper * target.scale,
        reached=value * target.scale if known else None,
        unit=target.unit,
        met=known and miss == 0.0,
        miss=None if miss is None else miss * target.scale,
        half_widths=relative,
        exact=target.statistic in EXACT,
        status=target.origin.status,
        source=target.origin.source,
    )


def name_of(frame: Frame, target: Target) -> str:
    """A fact in words: statistic, what of, when, stratum, arm."""
    if target.statistic is Statistic.FOLLOW_UP:
        return str(target.statistic.value)
    parts: list[str] = [target.statistic.value]
    if target.detail:
        parts.append(target.detail)
    if target.endpoint != "primary":
        parts.append("overall survival")
    if target.statistic in {Statistic.AT_RISK, Statistic.SURVIVAL} or "error" in target.statistic.value:
        parts.append(f"day {target.day:g}")
    if target.stratum is not None:
        parts.append(frame.strata[target.stratum])
    if target.arm is not None:
        parts.append(frame.arms[target.arm])
    return ", ".join(parts)
