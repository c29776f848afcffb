"""Rates of adverse events by arm, term and course, with risk differences against the control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from equipoise import _check
from equipoise.errors import ArgumentError
from equipoise.safety._counting import ALL_COURSES, ANY, event_rates, labelled_events
from equipoise.safety._courses import courses_began
from equipoise.safety._evaluable import evaluable, needed_column, refuse_misspelt
from equipoise.safety.proportions import newcombe_interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from equipoise.records import Snapshot, TrialRecords


@dataclass(frozen=True, slots=True, eq=False)
class AdverseEventRates:
    """Subjects with an adverse event among those evaluable, each counted once per term and course.

    Attributes
    ----------
    rates
        term, course, arm, subjects (with the event), events (rows), evaluable, proportion, lower, upper
        (Wilson); where nobody of an arm got a course, 0 evaluable and no proportion.
    differences
        term, course, arm, control, difference (proportion on arm minus on control: above 0 means more on
        arm), lower, upper (Newcombe); empty without a control.
    arms
        In their order.
    control
        The control arm, None where none was named.
    grade
        Lowest grade counted, None for any.
    ungraded
        Events without a grade, left out where a grade is asked for.
    not_found
        Terms and courses asked for that the events of the data, of whatever grade, do not hold: either there
        were none, or they are spelt otherwise.
    exposed
        Whether a course counts those who began it; else it counts all evaluable of the arms that get it.
    population, emergent, level
        As asked for.
    data_hash, synthetic
        Of the data.
    """

    rates: pl.DataFrame
    differences: pl.DataFrame
    arms: tuple[str, ...]
    control: str | None
    grade: int | None
    ungraded: int
    not_found: tuple[str, ...]
    exposed: bool
    population: str | None
    emergent: str | None
    level: float
    data_hash: str
    synthetic: bool

    def to_frame(self) -> pl.DataFrame:
        """The rates, with the difference of each arm from the control beside them."""
        keys = ["term", "course", "arm"]
        apart = self.differences.rename({"lower": "difference_lower", "upper": "difference_upper"})
        return self.rates.join(apart, on=keys, how="left", maintain_order="left")

    def __repr__(self) -> str:
        """The first line of the table."""
        first = self.rates.filter((pl.col("term") == ANY) & (pl.col("course") == ALL_COURSES))
        arms = ", ".join(f"{r['arm']} {r['subjects']}/{r['evaluable']}" for r in first.iter_rows(named=True))
        least = "any grade" if self.grade is None else f"grade {self.grade} or more"
        label = "SYNTHETIC, " if self.synthetic else ""
        return f"AdverseEventRates({label}{least}, any event: {arms}, data {self.data_hash[:8]})"


def adverse_event_rates(
    data: TrialRecords | Snapshot,
    *,
    arm: str,
    control: str | None = None,
    by: str | None = "AEDECOD",
    terms: Sequence[str] = (),
    grade: int | None = 3,
    grade_column: str = "AETOXGR",
    course: str | None = None,
    courses: Sequence[str] = (),
    given: Mapping[str, Sequence[str]] | None = None,
    population: str | None = "SAFFL",
    emergent: str | None = "TRTEMFL",
    where: str | None = None,
    level: float = 0.95,
) -> AdverseEventRates:
    """Count evaluable subjects with an adverse event, by arm, term and course.

    Over all courses the denominator is every evaluable subject of the arm. In one course it is those who
    began it, where the data hold a table of courses begun (ADEX with the same column of courses); else every
    evaluable subject of the arm, for then those who never began cannot be told from those without an event.

    Parameters
    ----------
    data
        Records, or a snapshot at a data cut.
    arm
        Column of ADSL with the arm: TRT01A as treated, TRT01P as randomised.
    control
        Arm that the others are compared with; None gives no differences.
    by
        Column of ADAE with the term or a group of terms (AEBODSYS, ...); None counts any event only.
    terms
        Terms shown, in this order, also those that never occurred; none named means all, most frequent first.
    grade
        Lowest grade counted; None counts all, graded or not.
    grade_column
        AETOXGR, or AESEV with mild 1, moderate 2, severe 3, life threatening 4, fatal 5.
    course
        Column of ADAE with the course of treatment; None gives all courses together only.
    courses
        Courses shown, in this order; none named means all, sorted.
    given
        Courses that the plan gives to each arm; an arm has no denominator in a course that it never gets.
    population
        Column of ADSL that is "Y" for evaluable subjects; None means all randomised.
    emergent
        Column of ADAE that is "Y" for events counted (treatment-emergent); None counts all.
    where
        Further condition on ADAE in polars' SQL, for example "AESER = 'Y'".
    level
        Confidence level of the intervals.

    Raises
    ------
    DataError
        If there is no ADAE, a column is absent, a grade is none, a term or course differs from the data in
        upper and lower case only, or no subject is evaluable.
    ArgumentError
        If the control is no arm, or grade is not 1 to 5.
    """
    if grade is not None:
        _check.one_of("grade", grade, (1, 2, 3, 4, 5))
    _check.probability("level", level)
    found = evaluable(
        data,
        arm=arm,
        population=population,
        emergent=emergent,
        grade_column=None if grade is None else grade_column,
        where=where,
    )
    if control is not None and control not in found.arms:
        raise ArgumentError("control", control, f"must be one of the arms {', '.join(map(repr, found.arms))}")
    ungraded = 0 if grade is None else int(found.events["grade"].null_count())
    term = needed_column(data, by, "Name the column of terms as by.") if by is not None else None
    part = needed_column(data, course, "Name the column of courses as course.") if course else None
    rows = labelled_events(found.events, term, part)
    refuse_misspelt(terms, rows["term"], data.source)
    refuse_misspelt(courses, rows["course"], data.source)
    held = {*rows["term"].drop_nulls(), *rows["course"].drop_nulls()}
    began, exposed = courses_began(data, found, rows, part, given=given, asked=courses)
    if grade is not None:
        rows = rows.filter(pl.col("grade") >= grade)
    rates = event_rates(rows, found, began, tuple(terms), tuple(courses), level=level)
    apart = list(_differences(rates, found.arms, control, level)) if control is not None else []
    return AdverseEventRates(
        rates=rates,
        differences=pl.DataFrame(apart, orient="row", schema=_DIFFERENCES),
        arms=found.arms,
        control=control,
        grade=grade,
        ungraded=ungraded,
        not_found=tuple(name for name in (*terms, *(() if exposed else courses)) if name not in held),
        exposed=exposed,
        population=population,
        emergent=emergent,
        level=level,
        data_hash=data.data_hash,
        synthetic=data.synthetic,
    )


_DIFFERENCES = {
    "term": pl.String,
    "course": pl.String,
    "arm": pl.String,
    "control": pl.String,
    "difference": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
}


def _differences(
    rates: pl.DataFrame, arms: tuple[str, ...], control: str, level: float
) -> Iterator[tuple[object, ...]]:
    cells = {
        (r["term"], r["course"], r["arm"]): (r["subjects"], r["evaluable"])
        for r in rates.iter_rows(named=True)
    }
    for name, part in rates.select("term", "course").unique(maintain_order=True).iter_rows():
        for arm in arms:
            if arm != control:
                pair = (*cells[name, part, arm], *cells[name, part, control])
                apart = newcombe_interval(*pair, level=level) if pair[1] and pair[3] else (None,) * 3
                yield name, part, arm, control, *apart
