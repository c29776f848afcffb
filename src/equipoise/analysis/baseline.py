"""Who the patients are: baseline factors level by level, in each arm or pooled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class BaselineFactor:
    """One factor as tables show it."""

    column: str
    label: str
    levels: tuple[str, ...] = ()
    """In the order shown; none named means all, sorted."""


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """Patients of one level of a factor in one group."""

    factor: str
    level: str
    group: str
    n: int
    total: int


def baseline_rows(
    subjects: pl.DataFrame, factors: Sequence[BaselineFactor], groups: pl.Series | None = None
) -> tuple[BaselineRow, ...]:
    """Counts by factor and level, in order, each group in turn; what is missing is a level of its own.

    Parameters
    ----------
    subjects
        One row a patient.
    factors
        What is counted; one whose column is not there is left out.
    groups
        Group of each patient; None pools all as "all".

    """
    who = (
        groups.cast(pl.String)
        if groups is not None
        else pl.Series(["all"] * subjects.height, dtype=pl.String)
    )
    names = who.unique(maintain_order=True).to_list() if groups is None else _in_order(groups)
    found = []
    for factor in factors:
        if factor.column not in subjects.columns:
            continue
        values = subjects[factor.column].cast(pl.String).fill_null(MISSING)
        seen = values.unique().sort().to_list()
        levels = [*factor.levels, *(v for v in seen if v not in factor.levels and v != MISSING)]
        levels += [MISSING] if MISSING in seen else []
        for level in levels:
            for name in names:
                here = who == name
                count = int((here & (values == level)).sum())
                found.append(BaselineRow(factor.label, level, name, count, int(here.sum())))
    return tuple(found)


def _in_order(groups: pl.Series) -> list[str]:
    """The groups in the order of their Enum, or else sorted."""
    return groups.unique().sort().cast(pl.String).to_list()
