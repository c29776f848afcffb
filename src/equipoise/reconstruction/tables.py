"""The cohort as ADSL, ADTTE and ADAE with calendar dates, each row marked as synthetic."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from equipoise.reconstruction.adverse_events import evaluable, occurrences
from equipoise.reconstruction.baseline import baseline_columns
from equipoise.reconstruction.causes import event_causes, fatal_counts
from equipoise.reconstruction.deaths import survival_times

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from equipoise.reconstruction.frame import Frame
    from equipoise.reconstruction.placement import Cohort
    from equipoise.reconstruction.published import Published

    Counts = NDArray[np.int64]

LOST = "Lost to follow-up"
AT_CUTOFF = "Event-free at the data cut-off"
ALIVE = "Alive at the data cut-off"


def in_order_of_entry(cohort: Cohort) -> Cohort:
    """The same subjects in order of randomisation, strata one after another on the same day."""
    order = np.lexsort((np.arange(len(cohort.reach)), cohort.stratum, -cohort.reach))
    return cohort.taken(order)


def tables(
    published: Published, frame: Frame, cohort: Cohort, alive: Counts, seed: int
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """ADSL, ADTTE and ADAE of a cohort in order of entry; alive as in `survival_times`."""
    hazard = published.after_event.death_hazard if published.after_event else 0.0
    fatal = fatal_counts(published, cohort)
    os_time, died, by_event = survival_times(frame, cohort, alive, fatal, hazard / published.days_per_unit)
    causes = event_causes(published, cohort, by_event, seed)
    subjects = _subjects(published, frame, cohort, os_time, died)
    rows = [_times(published, subjects, published.trial.endpoint, cohort.time, causes, cohort.lost)]
    if published.after_event is not None or any(f.endpoint != "primary" for f in published.at_risk):
        deaths = ["death" if d else None for d in died]
        name = published.trial.survival_endpoint
        rows.append(_times(published, subjects, name, os_time, deaths, cohort.lost))
    events = _adverse_events(published, frame, cohort, subjects, seed)
    return subjects, pl.concat(rows), events


def _dates(start: Sequence[date], days: Counts) -> list[date]:
    """Date of each day, the start being day 1."""
    return [s + timedelta(days=int(d) - 1) for s, d in zip(start, days, strict=True)]


def _subjects(
    published: Published, frame: Frame, cohort: Cohort, os_time: Counts, died: NDArray[np.bool_]
) -> pl.DataFrame:
    n, cutoff = len(cohort.time), published.cutoff.date
    entered = [cutoff - timedelta(days=int(u) - 1) for u in cohort.reach]
    able = evaluable(published, frame, cohort)
    labels = [next(a.label for a in published.arm if a.id == arm) for arm in frame.arms]
    codes = [[stratum.arm_codes.get(arm, arm) for arm in frame.arms] for stratum in published.stratum]
    flags = ["Y" if flag else "N" for flag in able]
    name = published.trial.name
    died_on = [d if dead else None for d, dead in zip(_dates(entered, os_time), died, strict=True)]
    return pl.DataFrame(
        {
            "STUDYID": [name] * n,
            "USUBJID": [f"{name}-{i + 1:04d}" for i in range(n)],
            "SUBJID": [f"{i + 1:04d}" for i in range(n)],
            "ARM": [codes[s][a] for s, a in zip(cohort.stratum, cohort.arm, strict=True)],
            "TRT01P": [labels[a] for a in cohort.arm],
            "TRT01PN": cohort.arm,
            "TRT01A": [labels[a] for a in cohort.arm],
            "TRT01AN": cohort.arm,
            published.trial.stratum_column: [frame.strata[s] for s in cohort.stratum],
            "RANDDT": entered,
            **baseline_columns(published, frame, cohort),
            "DTHDT": pl.Series(died_on, dtype=pl.Date),
            "ITTFL": ["Y"] * n,
            "SAFFL": flags,
            "EVALFL": flags,
            "DCUTDT": [cutoff] * n,
            "SYNTHFL": ["Y"] * n,
        }
    )


def _times(  # noqa: PLR0917 - the columns of one parameter
    published: Published,
    subjects: pl.DataFrame,
    parameter: str,
    days: Counts,
    causes: Sequence[str | None],
    lost: NDArray[np.bool_],
) -> pl.DataFrame:
    primary = parameter == published.trial.endpoint
    start = subjects["RANDDT"].to_list()
    ended = AT_CUTOFF if primary else ALIVE
    reasons = [None if c else (LOST if gone else ended) for c, gone in zip(causes, lost, strict=True)]
    return pl.DataFrame(
        {
            "STUDYID": subjects["STUDYID"],
            "USUBJID": subjects["USUBJID"],
            "TRT01P": subjects["TRT01P"],
            published.trial.stratum_column: subjects[published.trial.stratum_column],
            "PARAMCD": [parameter] * len(days),
            "PARAM": [published.trial.endpoint_label if primary else "Overall survival"] * len(days),
            "STARTDT": start,
            "ADT": _dates(start, days),
            "AVAL": days,
            "CNSR": [0 if c else 1 for c in causes],
            "EVNTDESC": pl.Series(list(causes), dtype=pl.String),
            "CNSDTDSC": pl.Series(reasons, dtype=pl.String),
            "SYNTHFL": ["Y"] * len(days),
        }
    )


def _adverse_events(
    published: Published, frame: Frame, cohort: Cohort, subjects: pl.DataFrame, seed: int
) -> pl.DataFrame:
    found = occurrences(published, frame, cohort, seed)
    rows = [o.row for o in found]
    start = [subjects["RANDDT"][r] for r in rows]
    number = {o: i for i, o in enumerate(found)}
    first = {r: number[next(o for o in found if o.row == r)] for r in dict.fromkeys(rows)}
    return pl.DataFrame(
        {
            "STUDYID": [published.trial.name] * len(found),
            "USUBJID": [subjects["USUBJID"][r] for r in rows],
            "AESEQ": [i - first[o.row] + 1 for i, o in enumerate(found)],
            "AEDECOD": [o.term for o in found],
            "AETOXGR": [str(o.grade) for o in found],
            "COURSE": [o.course for o in found],
            "ASTDT": pl.Series(_dates(start, np.array([o.day for o in found])), dtype=pl.Date),
            "ASTDY": [o.day for o in found],
            "TRTEMFL": ["Y"] * len(found),
            "SYNTHFL": ["Y"] * len(found),
        },
        schema_overrides={
            "STUDYID": pl.String,
            "USUBJID": pl.String,
            "AESEQ": pl.Int64,
            "AEDECOD": pl.String,
            "AETOXGR": pl.String,
            "COURSE": pl.String,
            "ASTDY": pl.Int64,
            "TRTEMFL": pl.String,
            "SYNTHFL": pl.String,
        },
    )
