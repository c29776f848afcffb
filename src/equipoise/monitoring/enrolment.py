"""Patients entered against those planned: by calendar year and by stratum, at the cut-off."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Entered:
    """Patients of one calendar year, or of one stratum, up to the cut-off."""

    year: int | None
    """None: all years."""
    stratum: str
    """Empty: all strata."""
    patients: tuple[int, ...]
    """One number a group of `Enrolment.groups`."""
    planned: float | None
    """By the protocol's accrual, all groups together; None where it plans none by date."""

    @property
    def total(self) -> int:
        """Patients of all groups."""
        return sum(self.patients)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Patients entered by the cut-off, pooled or by arm."""

    groups: tuple[str, ...]
    """Arms, or one group that is empty text: all together."""
    overall: Entered
    strata: tuple[Entered, ...]
    """Empty where there is one stratum."""
    years: tuple[Entered, ...]
    dates: tuple[dt.date, ...]
    """Of entry, rising."""
    plan: tuple[tuple[dt.date, float], ...]
    """Patients planned by the first of each month and by the cut-off; empty where no date is planned."""
    cutoff: dt.date | None
    """None where neither a cut-off nor an entry is dated."""
    target: int | None
    """Patients that the protocol plans in all."""


def enrolment(
    protocol: Protocol,
    entered: pl.Series,
    stratum: pl.Series,
    cutoff: dt.date | None,
    group: pl.Series | None = None,
) -> Enrolment:
    """Count entries against the plan; without dates of entry there are no years and no plan by date.

    Parameters
    ----------
    protocol
        Its accrual, whose rates count from `accrual.start_date`, and prevalences of strata.
    entered, stratum
        Date of entry and id of the stratum of each patient.
    cutoff
        Up to when; the last entry where there is none.
    group
        Arm of each patient; None pools them.

    """
    table = pl.DataFrame({"entered": entered, "stratum": stratum.cast(pl.String)}).with_columns(
        group=pl.lit("") if group is None else group.cast(pl.String)
    )
    dated = table.filter(pl.col("entered").is_not_null())
    groups = ("",) if group is None else tuple(a.id for a in protocol.arm)
    last, first = cutoff or dated["entered"].max(), dated["entered"].min()
    if not isinstance(last, dt.date) or not isinstance(first, dt.date):
        last, first = None, None
    years = range(first.year, last.year + 1) if first and last else range(0)

    def patients(rows: pl.DataFrame) -> tuple[int, ...]:
        return tuple(int((rows["group"] == g).sum()) for g in groups)

    def of_year(year: int) -> Entered:
        begin, end = dt.date(year - 1, 12, 31), min(dt.date(year, 12, 31), last or dt.date.max)
        before, by = planned_by(protocol, begin), planned_by(protocol, end)
        rows = dated.filter(pl.col("entered").dt.year() == year)
        return Entered(year, "", patients(rows), None if before is None or by is None else by - before)

    whole = planned_by(protocol, last) if last else None
    return Enrolment(
        groups=groups,
        overall=Entered(None, "", patients(table), whole),
        strata=tuple(
            Entered(
                None,
                s.id,
                patients(table.filter(pl.col("stratum") == s.id)),
                None if whole is None else whole * s.prevalence,
            )
            for s in protocol.stratum
            if len(protocol.stratum) > 1
        ),
        years=tuple(of_year(year) for year in years),
        dates=tuple(sorted(dated["entered"].to_list())),
        plan=_monthly(protocol, last) if last else (),
        cutoff=last,
        target=protocol.accrual.patients if protocol.accrual is not None else None,
    )


def planned_by(protocol: Protocol, day: dt.date) -> float | None:
    """Patients planned by the end of a day; None where the protocol plans no dates or no number."""
    accrual = protocol.accrual
    if accrual is None or accrual.start_date is None or accrual.patients is None:
        return None
    since = max((day - accrual.start_date).days + 1, 0) / protocol.trial.days_per_unit
    return min(float(accrual.piecewise().cumulative(since)), float(accrual.patients))


def _monthly(protocol: Protocol, last: dt.date) -> tuple[tuple[dt.date, float], ...]:
    accrual = protocol.accrual
    if accrual is None or accrual.start_date is None or planned_by(protocol, last) is None:
        return ()
    start = accrual.start_date
    if start > last:
        return ()
    months = (last.year - start.year) * 12 + last.month - start.month
    firsts: Sequence[dt.date] = [
        dt.date(start.year + (start.month - 1 + k) // 12, (start.month - 1 + k) % 12 + 1, 1)
        for k in range(1, months + 1)
    ]
    return tuple((day, planned_by(protocol, day) or 0.0) for day in (start, *firsts, last))
