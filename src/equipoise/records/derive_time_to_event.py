"""Derive one endpoint of a trial from its records: population, censoring, causes, strata, estimand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from equipoise.errors import DataError
from equipoise.records._door import canonical_text
from equipoise.records.estimand import IntercurrentEvent, date_columns, with_intercurrent_events
from equipoise.records.event_causes import with_causes
from equipoise.records.population import arms_in_order, population_members
from equipoise.records.snapshot import Snapshot
from equipoise.records.time_to_event import TimeToEvent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from equipoise.records.trial_records import TrialRecords


def derive_time_to_event(
    data: TrialRecords | Snapshot,
    *,
    parameter: str | None = None,
    arm: str = "TRT01P",
    strata: Sequence[str] = (),
    population: str | None = None,
    causes: Mapping[str, Sequence[str]] | None = None,
    events: Sequence[str] | None = None,
    intercurrent: Sequence[IntercurrentEvent] = (),
    covariates: Sequence[str] = (),
    allow_absent: bool = False,
) -> TimeToEvent:
    """Derive one endpoint; ADaM's CNSR is turned here, once: event = (CNSR = 0).

    Parameters
    ----------
    data
        Records, or a snapshot at a data cut.
    parameter
        PARAMCD; None where ADTTE holds one parameter only.
    arm
        Column of ADSL with the treatment.
    strata
        Columns of ADSL whose combinations are the strata.
    population
        Column of ADSL (or ADTTE) that is "Y" for the subjects analysed; None means all randomised.
    causes
        Name of each cause and the descriptions (EVNTDESC) it groups; None makes each description a cause.
    events
        Descriptions that may count as events; another one in the data is an error, not a censoring.
    intercurrent
        Intercurrent events, each with its strategy; none means treatment policy throughout. Their dates are
        carried along.
    covariates
        Further columns of ADSL to carry along.
    allow_absent
        Whether subjects of the population may lack a time; they are then listed in `absent`.

    Raises
    ------
    DataError
        If a column or parameter is absent, a subject has no arm, stratum or time, or an event is not
        foreseen.
    """
    times = _parameter(data, parameter)
    subjects = data.subjects
    wanted = [arm.upper(), *(s.upper() for s in strata), *(c.upper() for c in covariates)]
    for column in wanted:
        if column not in subjects.columns:
            there = ", ".join(subjects.columns)
            raise DataError(f"{data.source}: ADSL has no column {column}. There are: {there}.")
    members = population_members(data, population, times)
    times, absent = (
        times.filter(pl.col("USUBJID").is_in(members)),
        sorted(set(members) - set(times["USUBJID"])),
    )
    name = times["PARAMCD"][0] if times.height else str(parameter)
    if not times.height:
        raise DataError(f"{data.source}: no subject of {population or 'the trial'} has a time to {name}.")
    if absent and not allow_absent:
        raise DataError(
            f"{data.source}: subject {absent[0]} (and {len(absent) - 1} more) of "
            f"{population or 'those randomised'} has no time to {name} in ADTTE. An intent-to-treat analysis "
            "leaves out nobody; choose the population meant, or say allow_absent=True."
        )
    _same_in_both(times, subjects, [arm.upper(), *(s.upper() for s in strata)], data.source)
    columns = list(dict.fromkeys([*wanted, *date_columns(subjects, intercurrent)]))
    ordered = subjects.select("USUBJID", *columns).join(times.select("USUBJID"), on="USUBJID", how="semi")
    table = ordered.join(_rows(times), on="USUBJID", how="left", maintain_order="left")
    table = with_intercurrent_events(table, intercurrent)
    groups = tuple(s.upper() for s in strata)
    table = _labelled(table, arm.upper(), groups, data.source)
    table, names = with_causes(table, causes, events, intercurrent, data.source)
    front = ("USUBJID", "time", "event", "cause", "arm", "stratum", "start", "end", "reason")
    return TimeToEvent(
        table=table.select(*front, *(c for c in columns if c not in front)),
        parameter=name,
        arms=arms_in_order(subjects, arm, table["arm"]),
        causes=names,
        strata=groups,
        population=population,
        absent=tuple(absent),
        intercurrent=tuple(intercurrent),
        cutoff=data.cutoff if isinstance(data, Snapshot) else None,
        data_hash=data.data_hash,
        synthetic=data.synthetic,
    )


def _same_in_both(times: pl.DataFrame, subjects: pl.DataFrame, columns: Sequence[str], source: str) -> None:
    """Arm and strata that ADTTE repeats must be those of ADSL."""
    for column in (c for c in columns if c in times.columns):
        both = times.select("USUBJID", own=canonical_text(times[column])).join(
            subjects.select("USUBJID", of=canonical_text(subjects[column])), on="USUBJID"
        )
        differ = both.filter(pl.col("own") != pl.col("of"))
        if differ.height:
            subject, own, of = differ.row(0)
            raise DataError(
                f"{source}: ADTTE.{column} = {own!r} of subject {subject} (and {differ.height - 1} more) is "
                f"not that of ADSL, {of!r}. One of the two tables is wrong: correct it first."
            )


def _parameter(data: TrialRecords | Snapshot, parameter: str | None) -> pl.DataFrame:
    if data.times is None:
        raise DataError(f"{data.source}: there is no ADTTE, so no time to event. Add adtte to the data.")
    there = sorted(data.times["PARAMCD"].unique().drop_nulls().to_list())
    if parameter is None and len(there) != 1:
        raise DataError(f"{data.source}: ADTTE holds {', '.join(there)}. Name one as parameter.")
    if parameter is not None and parameter not in there:
        raise DataError(f"{data.source}: ADTTE has no PARAMCD {parameter!r}. There are: {', '.join(there)}.")
    return data.times.filter(pl.col("PARAMCD") == (parameter or there[0]))


def _rows(times: pl.DataFrame) -> pl.DataFrame:
    """USUBJID, time, event, cause, start, end, reason."""

    def column(name: str, dtype: Any) -> pl.Expr:
        return pl.col(name).cast(dtype) if name in times.columns else pl.lit(None, dtype=dtype)

    event = pl.col("CNSR") == 0
    described = column("EVNTDESC", pl.String)
    censored = pl.coalesce(column("CNSDTDSC", pl.String), described, pl.lit("censored"))
    return times.select(
        "USUBJID",
        time=pl.col("AVAL"),
        event=event,
        cause=pl.when(event).then(described.fill_null("event")),
        start=column("STARTDT", pl.Date),
        end=column("ADT", pl.Date),
        reason=pl.when(event).then(described.fill_null("event")).otherwise(censored),
    )


def _labelled(table: pl.DataFrame, arm: str, strata: tuple[str, ...], source: str) -> pl.DataFrame:
    for column in (arm, *strata):
        if table[column].null_count():
            subject = table.filter(pl.col(column).is_null())["USUBJID"][0]
            raise DataError(
                f"{source}: ADSL.{column}[USUBJID {subject}] is missing, "
                f"and {table[column].null_count() - 1} more. Every subject analysed needs an arm and a "
                "stratum."
            )
    labels = [canonical_text(table[column]).alias(f"_{column}") for column in strata]
    stratum = pl.concat_str([s.name for s in labels], separator=" / ") if labels else pl.lit("")
    return (
        table.with_columns(canonical_text(table[arm]).alias("arm"), *labels)
        .with_columns(stratum.alias("stratum"))
        .drop([s.name for s in labels])
    )
