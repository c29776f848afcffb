"""The looks of several hypotheses that are due at a meeting, read from the data known then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from equipoise.errors import ArgumentError
from equipoise.monitoring.hypothesis_test import hypothesis_data
from equipoise.monitoring.monitor import monitor, standing_result
from equipoise.monitoring.occasion import AS_PLANNED, Occasion
from equipoise.monitoring.past_looks import look_due, looks_due, past_looks
from equipoise.monitoring.several_hypotheses import monitor_several
from equipoise.records import cut, snapshot

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from equipoise.design import Design, GraphicalDesign
    from equipoise.monitoring.interim_result import InterimResult
    from equipoise.monitoring.look_result import LookResult
    from equipoise.records import Snapshot, TrialRecords


def read_hypotheses(
    design: GraphicalDesign,
    records: TrialRecords,
    cutoff: dt.date | str | None = None,
    *,
    held: Mapping[str, Sequence[LookResult]] | None = None,
    only: Collection[str] = (),
    occasion: Occasion = AS_PLANNED,
) -> tuple[InterimResult, ...]:
    """Each hypothesis' looks that are due by a date, read from the data known then; all data without a date.

    Earlier looks are read at the dates when they were due, and a hypothesis whose first look is not due is
    left out; or they are those held: then a hypothesis that is rejected or has no look due keeps its looks,
    with the reason why none is read.

    Parameters
    ----------
    design
        Of all hypotheses (`design_hypotheses`).
    records, cutoff
        The data, and the date of the cut.
    held
        The looks of each hypothesis as its ledger keeps them (`InformationLedger.held`); read again from the
        data unless given.
    only
        Ids of the hypotheses that are looked at, whether or not their next look is due; those due unless
        given.
    occasion
        How these looks came about, where they are not those planned; an unplanned or last one is read
        whether or not a planned one is due. Which planned look it is follows for each hypothesis.

    Raises
    ------
    ArgumentError
        `only` names no hypothesis of the graph, or the occasion is one of a single hypothesis.
    DesignError
        A look cannot be read: see `monitor`.

    """
    if occasion.overrun or occasion.planned_look is not None:
        raise ArgumentError(
            "occasion", occasion, "must fit every hypothesis", "Monitor one hypothesis by itself for it."
        )
    for name in only:
        design.procedure.graph.index(name)
    data = snapshot(records) if cutoff is None else cut(records, cutoff)
    if held is None:
        return tuple(
            monitor(
                one,
                data,
                history=past_looks(one, records, look_due(one, data), until=data.cutoff),
                occasion=occasion,
            )
            for one in design.designs
            if (not only or one.hypothesis.id in only) and looks_due(one, data)
        )
    return _read_after(design, data, held, only=only, occasion=occasion)


def _read_after(
    design: GraphicalDesign,
    data: Snapshot,
    held: Mapping[str, Sequence[LookResult]],
    *,
    only: Collection[str],
    occasion: Occasion,
) -> tuple[InterimResult, ...]:
    """The looks that follow those held."""
    before = [
        standing_result(one, data, tuple(held[one.hypothesis.id]))
        for one in design.designs
        if held.get(one.hypothesis.id)
    ]
    rejected = monitor_several(design, before).rejected
    found = []
    for one in design.designs:
        name = one.hypothesis.id
        looks = tuple(held.get(name, ()))
        due = max(looks_due(one, data), default=0)
        last = looks[-1].planned_look if looks else 0
        why = _not_read(one, data, looks, due, rejected=rejected)
        asked = name in only or (not only and (occasion.unplanned or occasion.final))
        over = name in rejected or (bool(looks) and looks[-1].final)
        if over or not (asked or (due > last and not only)):
            found.append(standing_result(one, data, looks, not_read=why))
            continue
        if not only and hypothesis_data(one, data).event.sum() == 0:
            found.append(standing_result(one, data, looks, not_read="no event has been observed"))
            continue
        at = None if occasion.unplanned or occasion.final else max(due, last + 1)
        found.append(monitor(one, data, history=looks, occasion=replace(occasion, planned_look=at)))
    return tuple(found)


def _not_read(
    design: Design, data: Snapshot, looks: Sequence[LookResult], due: int, *, rejected: Collection[str]
) -> str:
    """Why a hypothesis is not looked at, in words."""
    if design.hypothesis.id in rejected:
        return "it has been rejected"
    last = looks[-1].planned_look if looks else 0
    if last >= len(design.looks) or (looks and looks[-1].final):
        return "its last look has been held"
    if due > last:
        return "it is not among those looked at"
    coming = design.looks[last]
    events = int(hypothesis_data(design, data).event.sum())
    return f"{events} events, and {coming.label} is planned at {coming.events}"
