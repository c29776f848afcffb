"""Analysis populations, and the arms in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import DataError
from equipoise.records._checks import randomised
from equipoise.records._door import canonical_text

if TYPE_CHECKING:
    from equipoise.records.snapshot import Snapshot
    from equipoise.records.trial_records import TrialRecords


def population_members(
    data: TrialRecords | Snapshot, population: str | None, further: pl.DataFrame | None = None
) -> list[str]:
    """USUBJID of the subjects with "Y" in a flag column of ADSL (or else of a further table).

    None means all randomised: neither RANDDT missing where it is recorded, nor ITTFL = N.
    """
    if population is None:
        return data.subjects.filter(randomised(data.subjects))["USUBJID"].to_list()
    flag = population.upper()
    for table in (data.subjects, further):
        if table is not None and flag in table.columns:
            return table.filter(pl.col(flag).cast(pl.String) == "Y")["USUBJID"].to_list()
    flags = ", ".join(c for c in data.subjects.columns if c.endswith("FL")) or "none"
    raise DataError(f"{data.source}: ADSL has no population flag {flag}. Flags there are: {flags}.")


def arms_in_order(subjects: pl.DataFrame, column: str, arms: pl.Series) -> tuple[str, ...]:
    """The arms that occur, in the order of the column's numeric twin (TRT01PN for TRT01P), else sorted."""
    there = sorted(arms.unique().to_list())
    number = f"{column.upper()}N"
    if number not in subjects.columns:
        return tuple(there)
    names = canonical_text(subjects[column.upper()]).to_list()
    order = dict(zip(names, subjects[number].to_list(), strict=True))
    return tuple(sorted(there, key=lambda arm: (order[arm] is None, order[arm])))
