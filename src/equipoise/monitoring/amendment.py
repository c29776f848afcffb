"""What an amended protocol changes for a trial that has been looked at: errors, information, bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.design import looks_as_held
from equipoise.design.inference_look import interim_look
from equipoise.errors import DesignError
from equipoise.monitoring.look_bounds import bounds_used

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from equipoise.design import Design, GraphicalDesign
    from equipoise.monitoring.look_result import LookResult


@dataclass(frozen=True, slots=True)
class Amendment:
    """Two versions of a protocol, and in words what the second changes."""

    before_hash: str
    after_hash: str
    consequences: tuple[str, ...]


def amendment(before: Design, after: Design, history: Sequence[LookResult] = ()) -> Amendment:
    """Compare two versions of a design in the light of the looks held; alpha once spent stays spent.

    Parameters
    ----------
    before, after
        The designs of the protocol in force and of the amended one, for the same hypothesis.
    history
        The looks held under the first.

    """
    return Amendment(before.protocol.hash, after.protocol.hash, _consequences(before, after, history))


def amendment_of_graph(
    before: GraphicalDesign, after: GraphicalDesign, held: Mapping[str, Sequence[LookResult]] | None = None
) -> Amendment:
    """Compare two versions of a protocol whose hypotheses share one alpha: the graph, then each hypothesis.

    Parameters
    ----------
    before, after
        The designs of all hypotheses of the protocol in force and of the amended one.
    held
        The looks of each hypothesis held under the first.

    Raises
    ------
    DesignError
        The amended protocol has other hypotheses.

    """
    looks = held or {}
    graphs = before.procedure.graph, after.procedure.graph
    names = graphs[0].hypotheses
    if names != graphs[1].hypotheses:
        raise DesignError(
            f"the hypotheses {', '.join(names)} become {', '.join(graphs[1].hypotheses)}: alpha cannot be "
            "followed from the one graph to the other. Begin another ledger."
        )
    found = []
    if before.procedure.alpha != after.procedure.alpha:
        found.append(f"familywise alpha {before.procedure.alpha:g} becomes {after.procedure.alpha:g}")
    for word, old, new in (
        ("weights", graphs[0].weights, graphs[1].weights),
        ("shares passed on", graphs[0].transitions, graphs[1].transitions),
    ):
        if old != new:
            found.append(f"{word} {_numbers(old)} become {_numbers(new)}")
    if found and any(looks.values()):
        found.append(
            "the sharing of alpha changes after data were seen: the error rate holds only if the change did "
            "not depend on the effects seen"
        )
    for name in names:
        one = _consequences(before.design_of(name), after.design_of(name), looks.get(name, ()))
        found += [f"{name}: {words}" for words in one]
    return Amendment(before.protocol.hash, after.protocol.hash, tuple(found))


def _numbers(values: Sequence[Any]) -> str:
    """Numbers, or rows of them, as text."""
    rows = values if isinstance(values[0], tuple) else (values,)
    return "; ".join(", ".join(f"{x:g}" for x in row) for row in rows)


def _consequences(before: Design, after: Design, history: Sequence[LookResult]) -> tuple[str, ...]:
    """What changes for one hypothesis, in words."""
    found = [
        f"{name} {old} becomes {new}"
        for name, old, new in (
            ("alpha", f"{before.boundaries.alpha:g}", f"{after.boundaries.alpha:g}"),
            ("sides", before.boundaries.sides, after.boundaries.sides),
            ("planned looks", len(before.looks), len(after.looks)),
            ("final events", before.events, after.events),
            ("planned patients", f"{before.patients:g}", f"{after.patients:g}"),
            ("test", before.hypothesis.test, after.hypothesis.test),
            ("events below which strata are pooled", *(_or_none(d) for d in (before, after))),
        )
        if old != new
    ]
    if history and before.events != after.events:
        found.append(
            "the maximum information changes after data were seen: the error rate holds only if the change "
            "did not depend on the effect seen"
        )
    if history:
        spent = history[-1].alpha_spent
        found.append(f"alpha spent so far, {spent:.4g}, stays spent")
        coming = [_bounds_to_come(design, history) for design in (before, after)]
        if coming[0] != coming[1]:
            found.append(f"efficacy bounds to come, z: {coming[0] or 'none'} become {coming[1] or 'none'}")
    return tuple(found)


def _or_none(design: Design) -> int | str:
    below = design.hypothesis.pool_strata_below
    return "none" if below is None else below


def _bounds_to_come(design: Design, history: Sequence[LookResult]) -> str:
    """The efficacy bounds of the looks still planned, after those used."""
    fractions = [k.events / design.events for k in history]
    if fractions[-1] >= 1.0:
        return ""
    looks = min(len(design.looks), max(k.planned_look for k in history))
    plan = looks_as_held(design.boundaries, fractions, [min(k.planned_look, looks) for k in history])
    held = replace(bounds_used(history), information_fraction=np.array(fractions))
    ahead = plan.information_fraction[len(history) :]
    at = interim_look(plan, history[-1].z, bounds=held, ahead=ahead)
    events = [round(float(t) * design.events) for t in ahead]
    z = at.efficacy_z[len(history) :].tolist()
    return ", ".join(f"{b:.4f} at {e} events" for b, e in zip(z, events, strict=True) if b < float("inf"))
