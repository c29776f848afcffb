"""Intercurrent events and the strategy for each: one mechanism for every estimand of a time to event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from equipoise import _check
from equipoise.errors import ArgumentError, DataError, Problem
from equipoise.protocol.estimands import Strategy

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class IntercurrentEvent:
    """An intercurrent event, the column of ADSL that dates it, and its strategy.

    Attributes
    ----------
    name
        Kept as the reason of each date that it changes, and as the cause of a composite event.
    date
        Column of ADSL with the date; missing where the event did not happen.
    strategy
        treatment-policy: nothing changes. hypothetical: the time is censored at the event, as if it would
        not have happened. while-on-treatment: censored `days_after` days after the event (the end of
        treatment). composite: the event counts as an event of the endpoint.
    days_after
        Days of follow-up that still count, for while-on-treatment.

    Reference: ICH E9(R1) (2019), Addendum on estimands and sensitivity analysis in clinical trials.
    """

    name: str
    date: str
    strategy: Strategy
    days_after: int = 0

    def __post_init__(self) -> None:
        """Check the fields at birth; a strategy may be given by its name."""
        if not isinstance(self.strategy, Strategy):
            known = [s.value for s in Strategy]
            object.__setattr__(self, "strategy", Strategy(_check.one_of("strategy", self.strategy, known)))
        _check.not_negative("days_after", self.days_after)
        if self.days_after and self.strategy is not Strategy.WHILE_ON_TREATMENT:
            raise ArgumentError("days_after", self.days_after, "is for the strategy while-on-treatment only")


def date_columns(subjects: pl.DataFrame, events: Sequence[IntercurrentEvent]) -> list[str]:
    """The columns of ADSL that date the intercurrent events; each must hold dates."""
    for happening in events:
        column = happening.date.upper()
        if column not in subjects.columns or subjects[column].dtype != pl.Date:
            there = ", ".join(c for c in subjects.columns if subjects[c].dtype == pl.Date) or "none"
            raise DataError(
                f"intercurrent event {happening.name!r}: ADSL has no date column {column}. Columns of dates "
                f"there are: {there}. Add the column, empty where nobody had the event; its name ends in DT."
            )
    return [e.date.upper() for e in events]


def with_intercurrent_events(table: pl.DataFrame, events: Sequence[IntercurrentEvent]) -> pl.DataFrame:
    """Apply each strategy to a table of USUBJID, time, event, cause, start, end, reason and the date columns.

    An event of the endpoint on the day of the intercurrent event counts as it stands; where two intercurrent
    events fall on one day, a composite one prevails.
    """
    for happening in events:
        day = _days(table, happening)
        if happening.strategy is Strategy.TREATMENT_POLICY:
            continue
        composite = happening.strategy is Strategy.COMPOSITE
        earlier = pl.col("_day") < pl.col("time")
        if composite:
            earlier |= (pl.col("_day") == pl.col("time")) & ~pl.col("event")
        cause = pl.lit(happening.name if composite else None, dtype=pl.String)
        new = {
            "time": pl.col("_day"),
            "event": pl.lit(composite),
            "cause": cause,
            "end": pl.col("start") + pl.duration(days=pl.col("_day") - 1),
            "reason": pl.lit(happening.name),
        }
        acts = earlier.fill_null(value=False)
        table = (
            table.with_columns(day.alias("_day"))
            .with_columns([pl.when(acts).then(v).otherwise(pl.col(c)).alias(c) for c, v in new.items()])
            .drop("_day")
        )
    return table


def _days(table: pl.DataFrame, happening: IntercurrentEvent) -> pl.Series:
    """Day of the intercurrent event, counted from the time origin as day 1."""
    column = happening.date.upper()
    where = f"intercurrent event {happening.name!r}"
    if table["start"].null_count():
        raise DataError(f"{where}: needs the time origin STARTDT of every subject in ADTTE. Add the dates.")
    day = (table[column] - table["start"]).dt.total_days() + 1
    early = (day < 1).fill_null(value=False).arg_true()
    if len(early):
        at = early[0]
        problem = Problem(
            f"ADSL.{column}[USUBJID {table['USUBJID'][at]}]",
            table[column][at],
            f"must not lie before the time origin {table['start'][at]}",
            "Is the date right, and is the time counted from the right origin?",
        )
        raise DataError(f"{where}: {problem}")
    return (day + happening.days_after).cast(pl.Float64)


def times_met(table: pl.DataFrame, events: Sequence[IntercurrentEvent]) -> list[pl.Series]:
    """Who had each event within the time analysed, shape (n,) each, once the strategies are applied."""
    met = []
    for happening in events:
        if happening.strategy is Strategy.TREATMENT_POLICY:
            met.append((_days(table, happening) <= table["time"]).fill_null(value=False))
        else:
            met.append(table["reason"] == happening.name)
    return met
