"""Times of ADTTE in days, AVAL = ADT - STARTDT + 1, checked against their own dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from equipoise.numerics.time_units import DAYS_PER_UNIT
from equipoise.records._checks import offence

if TYPE_CHECKING:
    from equipoise.errors import Problem

_FACTORS = {unit.upper(): days for unit, days in DAYS_PER_UNIT.items()}
_ROUNDED = 1.0  # a time printed in months or years may miss its dates by a day


def with_days(times: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """AVAL in days (AVALU says the unit, days where it is absent), taken from the dates where it is absent.

    AVAL that contradicts its dates is an error and not a warning: one of the two is wrong, and a cut at a
    date would use the dates where the analysis uses AVAL.
    """
    dated = all(c in times.columns and times[c].dtype == pl.Date for c in ("STARTDT", "ADT"))
    span = ((pl.col("ADT") - pl.col("STARTDT")).dt.total_days() + 1).cast(pl.Float64)
    if "AVAL" not in times.columns:
        return (times.with_columns(AVAL=span) if dated else times), []
    aval = pl.col("AVAL").cast(pl.Float64, strict=False)
    if "AVALU" not in times.columns:
        factor, slack = pl.lit(1.0), pl.lit(0.0)
    else:
        unit = pl.col("AVALU").cast(pl.String).str.to_uppercase().fill_null("DAYS")
        unit = pl.when(unit.str.ends_with("S")).then(unit).otherwise(unit + "S")
        factor = unit.replace_strict(_FACTORS, default=None, return_dtype=pl.Float64)
        slack = pl.when(factor > 1.0).then(_ROUNDED).otherwise(0.0)
        unknown = times.filter(factor.is_null())
        if unknown.height:
            rule, remedy = "must be DAYS, WEEKS, MONTHS or YEARS", "State the unit of AVAL."
            return times, list(offence("ADTTE", "AVALU", unknown, rule, remedy))
    days = times.with_columns(AVAL=aval * factor)
    if not dated:
        return _in_days(days), []
    apart = days.filter((pl.col("AVAL") - span).abs() > slack + 1e-6)
    problems = list(
        offence(
            "ADTTE",
            "AVAL",
            apart,
            "must be ADT - STARTDT + 1 in days",
            "Correct the date or the time, or leave AVAL out to have it counted from the dates.",
        )
    )
    exact = pl.when(slack > 0.0).then(span).otherwise(pl.col("AVAL"))
    return _in_days(days.with_columns(AVAL=exact.fill_null(pl.col("AVAL")))), problems


def _in_days(times: pl.DataFrame) -> pl.DataFrame:
    return times.with_columns(AVALU=pl.lit("DAYS")) if "AVALU" in times.columns else times
