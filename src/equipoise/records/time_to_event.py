"""One endpoint of a trial: times, events, causes, arms and strata, with the reason of each subject's date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from equipoise.records.estimand import IntercurrentEvent


@dataclass(frozen=True, slots=True, eq=False)
class TimeToEvent:
    """Times to one endpoint, a row per subject.

    Attributes
    ----------
    table
        USUBJID, time (days), event (True means observed), cause (of an event), arm, stratum, start, end,
        reason (why the time ends where it does), then the columns asked for and the dates of the
        intercurrent events.
    parameter
        PARAMCD.
    arms
        In the order of the arm's numeric twin (TRT01PN), else sorted.
    causes
        Names of the causes, sorted or as mapped; `cause_code` counts from 1 in this order.
    strata
        Columns that the strata are made of; none means one stratum.
    population
        Flag column of the analysis population; None means all randomised.
    absent
        Subjects of the population without a time, where that was allowed.
    intercurrent
        Intercurrent events taken into account.
    cutoff, data_hash, synthetic
        Of the data.
    """

    table: pl.DataFrame
    parameter: str
    arms: tuple[str, ...]
    causes: tuple[str, ...]
    strata: tuple[str, ...]
    population: str | None
    absent: tuple[str, ...]
    intercurrent: tuple[IntercurrentEvent, ...]
    cutoff: dt.date | None
    data_hash: str
    synthetic: bool

    @property
    def n(self) -> int:
        """Number of subjects."""
        return self.table.height

    @property
    def time(self) -> NDArray[np.float64]:
        """Times in days, shape (n,)."""
        return self.table["time"].to_numpy().astype(np.float64)

    @property
    def event(self) -> NDArray[np.bool_]:
        """True where the event was observed, shape (n,)."""
        return self.table["event"].to_numpy().astype(np.bool_)

    @property
    def arm(self) -> NDArray[np.str_]:
        """Arms, shape (n,)."""
        return self.table["arm"].to_numpy().astype(np.str_)

    @property
    def stratum(self) -> NDArray[np.str_] | None:
        """Strata, shape (n,); None where there is one stratum."""
        return self.table["stratum"].to_numpy().astype(np.str_) if self.strata else None

    @property
    def cause_code(self) -> NDArray[np.int64]:
        """0 for a censored time, else 1 + the place of the cause in `causes`, shape (n,)."""
        codes = {name: i for i, name in enumerate(self.causes, start=1)}
        return np.array(
            [codes[c] if e else 0 for e, c in self.table.select("event", "cause").iter_rows()], np.int64
        )

    def to_adtte(self, parameter: str | None = None) -> pl.DataFrame:
        """The times as analysed under ADaM's names, with the reason of each date in EVNTDESC or CNSDTDSC.

        Parameters
        ----------
        parameter
            PARAMCD to write; that of the records unless another estimand of it needs a name of its own.
        """
        event = pl.col("event")
        strata = [pl.col(c) for c in self.strata]
        return self.table.select(
            "USUBJID",
            pl.col("arm").alias("TRT01P"),
            *strata,
            PARAMCD=pl.lit(parameter or self.parameter),
            STARTDT="start",
            ADT="end",
            AVAL="time",
            CNSR=(~event).cast(pl.Int64),
            EVNTDESC=pl.when(event).then("reason"),
            CNSDTDSC=pl.when(~event).then("reason"),
        )

    def to_frame(self) -> pl.DataFrame:
        """The table."""
        return self.table

    def __repr__(self) -> str:
        """Endpoint, subjects and events by arm."""
        counts = {a: self.table.filter(pl.col("arm") == a) for a in self.arms}
        arms = ", ".join(f"{a} {t['event'].sum()}/{t.height}" for a, t in counts.items())
        label = "SYNTHETIC, " if self.synthetic else ""
        return f"TimeToEvent({label}{self.parameter}, events/subjects: {arms}, data {self.data_hash[:8]})"
