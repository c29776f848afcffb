"""Which of two arms is the control: said by name, or by the groups' own order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.errors import ArgumentError
from equipoise.survival._arrays import Levels, everybody

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray


def control_first(groups: Levels, control: object | None) -> Levels:
    """The same groups with the control arm first; the others keep their order.

    With two groups a sign is attached to the comparison, so a control must be known: `control`, or the first
    of groups that have an order of their own (numbers, False and True, declared categories).
    """
    if control is None:
        if len(groups.labels) == 2 and not groups.ordered:
            rule = f"must name the control arm, one of {_listed(groups.labels)}"
            raise ArgumentError(
                "control", None, rule, "Names have no order of their own, and the sign depends on it."
            )
        return groups
    if control not in groups.labels:
        raise ArgumentError("control", control, f"must be one of the groups {_listed(groups.labels)}")
    at = groups.labels.index(control)
    order = [at, *(i for i in range(len(groups.labels)) if i != at)]
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return Levels(rank[groups.codes], tuple(groups.labels[i] for i in order), ordered=True)


def two_arms(groups: Levels, control: object | None) -> Levels:
    """Control (code 0) and experimental arm (code 1), and no other."""
    if len(groups.labels) != 2:
        found = f"{len(groups.labels)}: {_listed(groups.labels)}" if groups.labels else 0
        raise ArgumentError("group", found, "must hold exactly two arms", "Compare two arms at a time.")
    return control_first(groups, control)


def one_or_two_arms(group: Levels | None, control: object | None, time: FloatArray) -> Levels:
    """Two arms with the control first, or everybody as one group where no group is given."""
    if group is not None:
        return two_arms(group, control)
    if control is not None:
        raise ArgumentError("control", control, "needs group=", "Which subjects are on which arm?")
    return everybody(time)


def _listed(labels: tuple[Any, ...]) -> str:
    return ", ".join(repr(label) for label in labels)
