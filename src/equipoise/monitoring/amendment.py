"""What an amended protocol changes for a trial that has been looked at: errors, information, bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design import looks_as_held
from equipoise.design.inference_look import interim_look
from equipoise.monitoring.look_bounds import bounds_used

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.design import Design
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
    return Amendment(before.protocol.hash, after.protocol.hash, tuple(found))


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
