"""A flat table that is no ADaM (one row per subject, its own column names) becomes TrialRecords."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from equipoise import _check
from equipoise.errors import DataError
from equipoise.numerics.time_units import DAYS_PER_UNIT
from equipoise.records._checks import missing_columns, refuse
from equipoise.records._door import as_table, canonical_text
from equipoise.records.trial_records import TrialRecords, trial_records


@dataclass(frozen=True, slots=True, kw_only=True)
class DataColumns:
    """Which column of a flat table holds what.

    Attributes
    ----------
    time, event, arm
        Columns of the time, of the event indicator and of the treatment.
    subject
        Column that identifies the subject; None numbers the rows.
    event_value
        Value of `event` that means observed, or a mapping of such values to the names of competing causes.
    censored_value
        Value that means censored; None takes the only other value, and refuses a column with several others.
    cause
        Column that describes the event, where `event` does not.
    start, end
        Columns of the dates between which time runs (time = end - start + 1 day); without them no data cut.
    where
        Which rows are meant: a condition in polars' SQL, "etype = 1", or a mapping {"etype": 1}.
    unit
        Unit of `time`: days, weeks, months or years.
    parameter
        PARAMCD that the times are given.
    """

    time: str
    event: str
    arm: str
    subject: str | None = None
    event_value: Any = 1
    censored_value: Any = None
    cause: str | None = None
    start: str | None = None
    end: str | None = None
    where: str | Mapping[str, object] | None = None
    unit: str = "days"
    parameter: str = "TTE"

    def __post_init__(self) -> None:
        """Check the unit at birth."""
        _check.one_of("unit", self.unit.lower(), DAYS_PER_UNIT)

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that is asked for."""
        names = (self.subject, self.time, self.event, self.arm, self.cause, self.start, self.end)
        return tuple(name for name in names if name is not None)


def flat_records(
    data: Any, columns: DataColumns, *, synthetic: bool | None = None, source: str | None = None
) -> TrialRecords:
    """Check a flat table and give it ADaM's shape: ADSL with every column, ADTTE with one parameter.

    Parameters
    ----------
    data
        Any dataframe, or the path of a file.
    columns
        Which column holds what.
    synthetic, source
        As in `trial_records`; the source of a path is the path.

    Raises
    ------
    DataError
        If a column is absent, a subject has two rows, an event value is neither observed nor censored, or a
        rule of `trial_records` is broken.
    """
    source = source or (str(data) if isinstance(data, str) or hasattr(data, "__fspath__") else "table")
    table = as_table(data, source)
    refuse(source, missing_columns(source, table, columns.named))
    table = _selected(table, columns, source)
    subject = (
        table[columns.subject] if columns.subject else pl.Series(range(1, table.height + 1), dtype=pl.Int64)
    )
    usubjid = canonical_text(subject).alias("USUBJID")
    if usubjid.is_duplicated().any():
        first = usubjid.filter(usubjid.is_duplicated())[0]
        raise DataError(
            f"{source}: subject {first} has several rows. "
            "Say which rows are meant with where, for example where='etype = 1'."
        )
    observed, cause = _observed(table, columns, source)
    times = {
        "USUBJID": usubjid,
        "PARAMCD": pl.Series([columns.parameter], dtype=pl.String).new_from_index(0, table.height),
        "CNSR": (~observed).cast(pl.Int64),
        "EVNTDESC": cause,
    }
    aval = table[columns.time]
    if not aval.dtype.is_numeric():
        raise DataError(
            f"{source}: column {columns.time} must hold numbers, got {aval.drop_nulls().head(1).to_list()}."
        )
    times["AVAL"] = aval.cast(pl.Float64) * DAYS_PER_UNIT[columns.unit.lower()]
    dates = {"STARTDT": columns.start, "ADT": columns.end}
    times |= {name: table[column] for name, column in dates.items() if column is not None}
    adtte = pl.DataFrame(times)
    if columns.start is not None and columns.end is None:
        whole = pl.col("AVAL").round() - 1
        adtte = adtte.with_columns(ADT=pl.col("STARTDT") + pl.duration(days=whole))
    arm = canonical_text(table[columns.arm]).alias("TRT01P")
    own = [c for c in table.columns if c.upper() not in {"USUBJID", "TRT01P"}]
    return trial_records(
        pl.DataFrame([usubjid, arm, *table.select(own)]), adtte, synthetic=synthetic, source=source
    )


def _selected(table: pl.DataFrame, columns: DataColumns, source: str) -> pl.DataFrame:
    """The rows of the endpoint."""
    where = columns.where
    if where is None:
        return table
    if isinstance(where, Mapping):
        refuse(source, missing_columns(source, table, list(where)))
    try:
        rows = (
            pl.all_horizontal(pl.col(c) == v for c, v in where.items())
            if isinstance(where, Mapping)
            else pl.sql_expr(where)
        )
        chosen = table.filter(rows)
    except pl.exceptions.PolarsError as error:
        reason, there = str(error).splitlines()[0], ", ".join(table.columns)
        raise DataError(
            f"{source}: the condition {where!r} cannot be applied ({reason}). There are: {there}."
        ) from error
    if chosen.is_empty():
        raise DataError(f"{source}: no row meets the condition {where!r}. Is the value spelt as in the data?")
    return chosen


def _observed(table: pl.DataFrame, columns: DataColumns, source: str) -> tuple[pl.Series, pl.Series]:
    """Which events were observed, and how each is described."""
    event = _value_text(table[columns.event])
    causes = (
        columns.event_value if isinstance(columns.event_value, Mapping) else {columns.event_value: "event"}
    )
    names = {_one_text(value): str(cause) for value, cause in causes.items()}
    others = sorted(set(event.drop_nulls().to_list()) - set(names))
    censored = others if columns.censored_value is None else [_one_text(columns.censored_value)]
    where = f"{source}, column {columns.event}"
    if event.null_count():
        row = event.is_null().arg_true()[0] + 1
        raise DataError(
            f"{where}, row {row}: the value is missing. Say for every subject: event or censored."
        )
    if columns.censored_value is None and len(others) > 1:
        raise DataError(
            f"{where}: event_value = {list(names)} leaves several other values, {others}. "
            "Name the one that means censored as censored_value, and the causes in event_value."
        )
    unknown = sorted(set(others) - set(censored))
    if unknown:
        raise DataError(
            f"{where}: {unknown[0]!r} is neither an event ({list(names)}) nor censored ({censored}). "
            "Name it in event_value or correct it."
        )
    observed = event.is_in(list(names))
    described = table[columns.cause].cast(pl.String) if columns.cause else event.replace(names)
    return observed, described.set(~observed, "censored").alias("EVNTDESC")


def _value_text(column: pl.Series) -> pl.Series:
    return canonical_text(column.cast(pl.Int64) if column.dtype == pl.Boolean else column)


def _one_text(value: object) -> str:
    return str(_value_text(pl.Series([value]))[0])
