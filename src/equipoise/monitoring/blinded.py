"""A snapshot without arms: what may be shown in an open session, and nothing that an arm could be told by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from equipoise.analysis import endpoint_data
from equipoise.records.data_hash import data_hash

if TYPE_CHECKING:
    import datetime as dt

    from equipoise.protocol import Protocol
    from equipoise.records import Snapshot

OTHER = "other adverse events"


@dataclass(frozen=True, slots=True, eq=False)
class BlindedSnapshot:
    """What was known on a date, with no arm, no course, no exposure and no treatment date in it.

    Columns are those named here and no others: what is not listed cannot leak.

    Attributes
    ----------
    subjects : USUBJID, stratum, entered, evaluable, and the baseline factors that the protocol lists.
    times : endpoint, USUBJID, stratum, time (days), event, cause, start, end; one row a subject and endpoint.
    adverse_events : USUBJID, term, grade; terms that give an arm away are left out or pooled. None without.
    withheld : the terms left out or pooled.
    unlisted : the protocol does not say which terms give an arm away.
    data_hash : of these tables alone.
    """

    cutoff: dt.date | None
    subjects: pl.DataFrame
    times: pl.DataFrame
    adverse_events: pl.DataFrame | None
    withheld: tuple[str, ...]
    unlisted: bool
    synthetic: bool
    data_hash: str


def blind(protocol: Protocol, snapshot: Snapshot) -> BlindedSnapshot:
    """Take from a snapshot what an open report may be made of; rows stand in the order of USUBJID.

    Raises
    ------
    DataError
        The data do not fit the protocol.

    """
    subjects = _subjects(protocol, snapshot)
    times = _times(protocol, snapshot)
    events = _adverse_events(protocol, snapshot)
    named = protocol.safety.unblinding
    return BlindedSnapshot(
        cutoff=snapshot.cutoff,
        subjects=subjects,
        times=times,
        adverse_events=events,
        withheld=named or (),
        unlisted=named is None and events is not None,
        synthetic=snapshot.synthetic,
        data_hash=data_hash(ADSL=subjects, ADTTE=times, ADAE=events),
    )


def _subjects(protocol: Protocol, snapshot: Snapshot) -> pl.DataFrame:
    table = snapshot.subjects.sort("USUBJID")
    factors = [s.column for s in protocol.analyses.subgroup if s.column in table.columns]
    data = protocol.data
    stratum = pl.col(data.stratum).cast(pl.String) if data.stratum in table.columns else pl.lit("all")
    entered = pl.col(data.randomized) if data.randomized in table.columns else pl.lit(None, dtype=pl.Date)
    flag = protocol.safety.evaluable
    evaluable = pl.col(flag) == "Y" if flag in table.columns else pl.lit(value=True)
    return table.select(
        "USUBJID",
        stratum.alias("stratum"),
        entered.alias("entered"),
        evaluable.fill_null(value=False).alias("evaluable"),
        *dict.fromkeys(c for c in factors if c not in {"USUBJID", data.arm}),
    )


def _times(protocol: Protocol, snapshot: Snapshot) -> pl.DataFrame:
    present = set() if snapshot.times is None else set(snapshot.times["PARAMCD"].unique())
    parts = []
    for endpoint in protocol.endpoint:
        if endpoint.paramcd not in present:
            continue
        found = endpoint_data(protocol, snapshot, endpoint.id)
        parts.append(
            pl.DataFrame(
                {
                    "endpoint": [endpoint.id] * len(found.time),
                    "USUBJID": found.baseline["USUBJID"],
                    "stratum": found.stratum.cast(pl.String),
                    "time": found.time,
                    "event": found.event,
                    "cause": found.baseline["cause"].cast(pl.String),
                    "start": found.baseline["start"],
                    "end": found.baseline["end"],
                }
            ).sort("USUBJID")
        )
    return pl.concat(parts)


def _adverse_events(protocol: Protocol, snapshot: Snapshot) -> pl.DataFrame | None:
    events, plan = snapshot.adverse_events, protocol.safety
    if events is None:
        return None
    if plan.treatment_emergent in events.columns:
        events = events.filter(pl.col(str(plan.treatment_emergent)) == "Y")
    grade = (
        pl.col(plan.grade_column).cast(pl.Int64, strict=False)
        if plan.grade_column in events.columns
        else pl.lit(None, dtype=pl.Int64)
    )
    table = events.select("USUBJID", term=pl.col(plan.term).cast(pl.String), grade=grade)
    telling = pl.col("term").is_in(list(plan.unblinding or ()))
    if plan.unblinding_shown == "pooled":
        table = table.with_columns(term=pl.when(telling).then(pl.lit(OTHER)).otherwise(pl.col("term")))
    else:
        table = table.filter(~telling)
    return table.sort("USUBJID", "term", "grade")
