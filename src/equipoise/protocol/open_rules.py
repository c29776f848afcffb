"""Mistakes in what a plan leaves open for its design to solve: too much of it, or no end of the trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.errors import Problem
from equipoise.protocol._document import Document, one_or_many, section, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

END = "accrual.follow_up, or events, time or calendar_date at the last look"


def open_mistakes(document: Document) -> Iterator[Problem]:
    """Patients, power and hazard ratio: one of them may be left out, and then the end must be given."""
    accrual = section(document, "accrual")
    if not accrual:
        return
    hypotheses = tables(document, "hypothesis")
    left_out = [] if accrual.get("patients") is not None else ["accrual.patients"]
    left_out += [f"hypothesis[{i}].power" for i, h in enumerate(hypotheses) if h.get("power") is None]
    effects = enumerate(tables(document, "effect"))
    left_out += [f"effect[{i}].hazard_ratio" for i, e in effects if e.get("hazard_ratio") is None]
    kinds = {path.replace("[", ".").split(".")[0] for path in left_out}
    if len(kinds) > 1 and hypotheses:
        rule = f"is left out beside {left_out[0]}: the design can solve for one of them"
        yield Problem(left_out[-1], None, rule, "Give one.")
    yield from _accrual(accrual, solving=bool(left_out) or not hypotheses)
    if left_out and hypotheses and not _ends(document, events="accrual" not in kinds):
        end = END if "accrual" not in kinds else END.replace("events, ", "")
        yield Problem(left_out[0], None, "is left out, so the end of the trial must be given", f"Add {end}.")


def _accrual(accrual: Document, *, solving: bool) -> Iterator[Problem]:
    duration, follow_up = accrual.get("duration"), accrual.get("follow_up")
    if duration is not None and accrual.get("patients") is not None:
        rule = "goes with patients left out: patients and rates say how long accrual takes"
        yield Problem("accrual.duration", duration, rule, "Leave out one of the two.")
    if follow_up is not None and not solving:
        rule = "leaves nothing open: patients, power and hazard ratios are all given"
        yield Problem("accrual.follow_up", follow_up, rule, "Leave out one of them, or follow_up.")


def _ends(document: Document, *, events: bool) -> bool:
    if section(document, "accrual").get("follow_up") is not None:
        return True
    units = ("time", "calendar_date", "events") if events else ("time", "calendar_date")
    last = [looks[-1] for _, plan in one_or_many(document, "monitoring") if (looks := tables(plan, "look"))]
    return bool(last) and all(any(unit in look for unit in units) for look in last)
