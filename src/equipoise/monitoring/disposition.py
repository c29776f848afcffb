"""What became of the patients of each arm: entered, evaluable, not treated, withdrawn, died."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from equipoise.analysis import EndpointData
    from equipoise.protocol import Protocol
    from equipoise.records import Snapshot


@dataclass(frozen=True, slots=True)
class ArmDisposition:
    """Patients of one arm in one stratum; None where the data hold no such column."""

    arm: str
    stratum: str
    randomised: int
    evaluable: int | None
    """For safety."""
    not_treated: int | None
    """Without a first date of treatment (TRTSDT)."""
    withdrawn: int | None
    """Left the study early (EOSSTT discontinued)."""
    died: int | None


@dataclass(frozen=True, slots=True)
class Death:
    """One death, as a committee reads it."""

    subject: str
    arm: str
    stratum: str
    date: dt.date
    day: int | None
    """Days since randomisation, counted from 1."""
    cause: str
    """As recorded (DTHCAUS); empty where the data do not say."""
    after: str
    """The first endpoint's event before it or with it, with its day; empty where there was none."""


def disposition(protocol: Protocol, snapshot: Snapshot) -> tuple[ArmDisposition, ...]:
    """Counts by stratum and arm, in the protocol's order."""
    table = _placed(protocol, snapshot)
    found = []
    for stratum in protocol.stratum:
        for arm in protocol.arm:
            here = table.filter(
                (pl.col("_stratum") == stratum.data_value) & (pl.col("_arm") == arm.data_value)
            )
            found.append(
                ArmDisposition(
                    arm=arm.id,
                    stratum=stratum.id,
                    randomised=here.height,
                    evaluable=_count(here, protocol.safety.evaluable, pl.lit("Y")),
                    not_treated=here["TRTSDT"].null_count() if "TRTSDT" in here.columns else None,
                    withdrawn=_count(here, "EOSSTT", pl.lit("DISCONTINUED")),
                    died=here.height - here["DTHDT"].null_count() if "DTHDT" in here.columns else None,
                )
            )
    return tuple(found)


def deaths(
    protocol: Protocol, snapshot: Snapshot, first_events: Mapping[str, str] | None = None
) -> tuple[Death, ...]:
    """Every death with a date, in order of date; none where the data hold no dates of death (DTHDT).

    Parameters
    ----------
    protocol, snapshot
        Whose arms and strata; the data at the cut-off.
    first_events
        What each subject's first event of the first endpoint was, by USUBJID, as `first_events` tells.

    """
    table = _placed(protocol, snapshot)
    if "DTHDT" not in table.columns:
        return ()
    arms = {a.data_value: a.id for a in protocol.arm}
    strata = {s.data_value: s.id for s in protocol.stratum}
    entered = protocol.data.randomized
    found = []
    for row in table.filter(pl.col("DTHDT").is_not_null()).sort("DTHDT", "USUBJID").iter_rows(named=True):
        start = row.get(entered)
        found.append(
            Death(
                subject=row["USUBJID"],
                arm=arms[row["_arm"]],
                stratum=strata[row["_stratum"]],
                date=row["DTHDT"],
                day=None if start is None else (row["DTHDT"] - start).days + 1,
                cause=row.get("DTHCAUS") or "",
                after=(first_events or {}).get(row["USUBJID"], ""),
            )
        )
    return tuple(found)


def first_events(data: EndpointData) -> dict[str, str]:
    """Each subject's event with its day, by USUBJID: "isolated CNS relapse, day 512"."""
    table = data.baseline.select("USUBJID", "cause").with_columns(
        time=pl.Series(data.time), event=pl.Series(data.event)
    )
    return {
        row["USUBJID"]: f"{row['cause'] or 'event'}, day {row['time']:.0f}"
        for row in table.filter("event").iter_rows(named=True)
    }


def _placed(protocol: Protocol, snapshot: Snapshot) -> pl.DataFrame:
    column = protocol.data.stratum
    stratum = pl.col(column).cast(pl.String) if column else pl.lit(protocol.stratum[0].data_value)
    return snapshot.subjects.with_columns(_stratum=stratum, _arm=pl.col(protocol.data.arm).cast(pl.String))


def _count(table: pl.DataFrame, column: str | None, value: pl.Expr) -> int | None:
    if column is None or column not in table.columns:
        return None
    return table.filter(pl.col(column).cast(pl.String).str.to_uppercase() == value).height
