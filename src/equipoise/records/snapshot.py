"""What was known of a trial on one date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl

    from equipoise.records.trial_records import TrialRecords


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Records as they stood at a data cut-off; everything there is where `cutoff` is None.

    The tables are those of `TrialRecords`. `data_hash` is of the tables as cut, so that a cut after the
    last date has the hash of the records.
    """

    cutoff: dt.date | None
    subjects: pl.DataFrame
    times: pl.DataFrame | None
    adverse_events: pl.DataFrame | None
    synthetic: bool
    source: str
    data_hash: str
    exposure: pl.DataFrame | None = None

    @property
    def n(self) -> int:
        """Number of subjects known."""
        return self.subjects.height

    def to_frame(self) -> pl.DataFrame:
        """The subjects, one row each."""
        return self.subjects

    def __repr__(self) -> str:
        """Cut-off, size and hash on one line."""
        label = "SYNTHETIC, " if self.synthetic else ""
        when = "everything known" if self.cutoff is None else f"as of {self.cutoff}"
        return f"Snapshot({label}{when}, {self.n} subjects, {self.source}, data {self.data_hash[:8]})"


def snapshot(records: TrialRecords) -> Snapshot:
    """Everything in the records as it is, with no cut-off."""
    return Snapshot(
        cutoff=None,
        subjects=records.subjects,
        times=records.times,
        adverse_events=records.adverse_events,
        synthetic=records.synthetic,
        source=records.source,
        data_hash=records.data_hash,
        exposure=records.exposure,
    )
