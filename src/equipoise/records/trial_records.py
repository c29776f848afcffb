"""The records of one trial: subjects, times to events, adverse events, checked at birth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from equipoise.errors import Problem
from equipoise.records._checks import (
    adverse_event_problems,
    exposure_problems,
    missing_columns,
    refuse,
    subject_problems,
    time_problems,
)
from equipoise.records._door import adam_table
from equipoise.records._time_values import with_days
from equipoise.records.data_hash import data_hash

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, eq=False)
class TrialRecords:
    """Tables of one trial under ADaM's names.

    Attributes
    ----------
    subjects
        ADSL, one row per USUBJID.
    times
        ADTTE, one row per USUBJID and PARAMCD, AVAL in days; None where none was given.
    adverse_events
        ADAE; None where none was given (an empty table says that there were none).
    exposure
        ADEX, one row per USUBJID and course begun, dated by ASTDT; None where none was given.
    synthetic
        True where the patients are made up (SYNTHFL = Y).
    source
        Where the tables came from.
    data_hash
        SHA-256 of the canonical tables, see `equipoise.records.data_hash`.
    """

    subjects: pl.DataFrame
    times: pl.DataFrame | None
    adverse_events: pl.DataFrame | None
    synthetic: bool
    source: str
    data_hash: str
    exposure: pl.DataFrame | None = None

    @property
    def n(self) -> int:
        """Number of subjects."""
        return self.subjects.height

    def to_frame(self) -> pl.DataFrame:
        """The subjects, one row each."""
        return self.subjects

    def __repr__(self) -> str:
        """Source, size and hash on one line."""
        rows = [f"{self.n} subjects"]
        if self.times is not None:
            rows.append(f"{self.times.height} times")
        if self.adverse_events is not None:
            rows.append(f"{self.adverse_events.height} adverse events")
        if self.exposure is not None:
            rows.append(f"{self.exposure.height} courses begun")
        label = "SYNTHETIC, " if self.synthetic else ""
        return f"TrialRecords({label}{', '.join(rows)}, {self.source}, data {self.data_hash[:8]})"


def trial_records(
    subjects: Any,
    times: Any = None,
    adverse_events: Any = None,
    *,
    exposure: Any = None,
    synthetic: bool | None = None,
    source: str = "tables",
) -> TrialRecords:
    """Check the tables of a trial and hold them together.

    Parameters
    ----------
    subjects, times, adverse_events
        ADSL, ADTTE and ADAE: any dataframe, or the path of a file. ADSL needs USUBJID and TRT01P; ADTTE
        USUBJID, PARAMCD, CNSR, and AVAL or both of STARTDT and ADT; ADAE USUBJID.
    exposure
        ADEX, the same way: one row for each course that a subject began; it needs USUBJID and ASTDT.
    synthetic
        Whether the patients are made up; None takes it from SYNTHFL of ADSL.
    source
        Named in errors and on outputs.

    Raises
    ------
    DataError
        With every mistake found: where it stands, the value, the rule, the way out.
    """
    adsl = adam_table(subjects, "ADSL")
    refuse(source, missing_columns("ADSL", adsl, ("USUBJID", "TRT01P")))
    problems = list(subject_problems(adsl))
    if adsl.is_empty():
        problems.append(Problem("ADSL", None, "must hold at least one subject", "Is the file the right one?"))
    adtte = None if times is None else adam_table(times, "ADTTE")
    if adtte is not None:
        needed = ["USUBJID", "PARAMCD", "CNSR", *(() if "AVAL" in adtte.columns else ("STARTDT", "ADT"))]
        refuse(source, missing_columns("ADTTE", adtte, needed))
        adtte, unlike = with_days(adtte)
        refuse(source, missing_columns("ADTTE", adtte, ("AVAL",)) if "AVAL" not in adtte.columns else [])
        problems += [*time_problems(adtte, adsl), *unlike]
    adae = None if adverse_events is None else adam_table(adverse_events, "ADAE")
    if adae is not None:
        refuse(source, missing_columns("ADAE", adae, ("USUBJID",)))
        problems += adverse_event_problems(adae, adsl)
    adex = None if exposure is None else adam_table(exposure, "ADEX")
    if adex is not None:
        refuse(source, missing_columns("ADEX", adex, ("USUBJID", "ASTDT")))
        problems += exposure_problems(adex, adsl)
    made_up, contradictions = _synthetic(adsl, stated=synthetic)
    refuse(source, [*problems, *contradictions])
    if adtte is not None:
        adtte = adtte.with_columns(pl.col("AVAL").cast(pl.Float64), pl.col("CNSR").cast(pl.Int64))
    return TrialRecords(
        subjects=adsl,
        times=adtte,
        adverse_events=adae,
        synthetic=made_up,
        source=source,
        data_hash=data_hash(ADSL=adsl, ADTTE=adtte, ADAE=adae, ADEX=adex),
        exposure=adex,
    )


def _synthetic(subjects: pl.DataFrame, *, stated: bool | None) -> tuple[bool, list[Problem]]:
    flagged = 0
    if "SYNTHFL" in subjects.columns:
        flagged = subjects.filter(pl.col("SYNTHFL").cast(pl.String) == "Y").height
    return flagged > 0 if stated is None else stated, list(
        _contradictions(flagged, subjects.height, stated=stated)
    )


def _contradictions(flagged: int, n: int, *, stated: bool | None) -> Iterator[Problem]:
    if 0 < flagged < n:
        yield Problem(
            "ADSL.SYNTHFL",
            f"Y for {flagged} of {n}",
            "must be Y for all subjects or for none",
            "Made-up and real patients are never mixed.",
        )
    elif stated is False and flagged:
        yield Problem("synthetic", stated, "must not deny SYNTHFL = Y in ADSL", "Leave synthetic out.")
