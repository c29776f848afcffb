"""Each subject's worst grade of each adverse event, by arm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from equipoise.safety._counting import ANY, labelled_events
from equipoise.safety._evaluable import evaluable, needed_column, refuse_misspelt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.records import Snapshot, TrialRecords


@dataclass(frozen=True, slots=True, eq=False)
class WorstGrades:
    """Subjects by the worst grade that they had of a term.

    Attributes
    ----------
    table
        term, arm, grade (0: no event, 1 to 5, missing: events without a grade only), subjects, evaluable,
        proportion. Within a term and arm the subjects add up to those evaluable.
    arms
        In their order.
    data_hash, synthetic
        Of the data.
    """

    table: pl.DataFrame
    arms: tuple[str, ...]
    data_hash: str
    synthetic: bool

    def to_frame(self) -> pl.DataFrame:
        """The table."""
        return self.table


def worst_grades(
    data: TrialRecords | Snapshot,
    *,
    arm: str,
    by: str | None = "AEDECOD",
    terms: Sequence[str] = (),
    grade_column: str = "AETOXGR",
    population: str | None = "SAFFL",
    emergent: str | None = "TRTEMFL",
    where: str | None = None,
) -> WorstGrades:
    """Count subjects at their worst grade; arguments as in `adverse_event_rates`."""
    found = evaluable(
        data, arm=arm, population=population, emergent=emergent, grade_column=grade_column, where=where
    )
    term = needed_column(data, by, "Name the column of terms as by.") if by is not None else None
    rows = labelled_events(found.events, term, None)
    refuse_misspelt(terms, rows["term"], data.source)
    named = tuple(terms) or tuple(sorted(rows["term"].drop_nulls().unique().to_list()))
    worst: dict[tuple[str, str, int | None], int] = {}
    for name in (pl.lit(ANY), pl.col("term")):
        table = (
            rows.with_columns(term=name)
            .drop_nulls("term")
            .group_by("term", "arm", "USUBJID")
            .agg(pl.col("grade").max())
            .group_by("term", "arm", "grade")
            .len()
        )
        worst |= {(t, a, g): n for t, a, g, n in table.iter_rows()}
    lines: list[tuple[str, str, int | None, int, int, float]] = []
    for name_ in (ANY, *named):
        for group in found.arms:
            n = found.sizes[group]
            counts = {g: worst.get((name_, group, g), 0) for g in (1, 2, 3, 4, 5, None)}
            spread: dict[int | None, int] = {0: n - sum(counts.values()), **counts}
            lines += [(name_, group, g, k, n, k / n) for g, k in spread.items()]
    schema = {
        "term": pl.String,
        "arm": pl.String,
        "grade": pl.Int64,
        "subjects": pl.Int64,
        "evaluable": pl.Int64,
        "proportion": pl.Float64,
    }
    return WorstGrades(
        table=pl.DataFrame(lines, orient="row", schema=schema),
        arms=found.arms,
        data_hash=data.data_hash,
        synthetic=data.synthetic,
    )
