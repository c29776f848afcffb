"""A plan laid out over the looks as they were held: looks left out, looks added, looks held late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.interim_boundary import planned_efficacy
from equipoise.design.look_rules import CLOSEST_LOOKS
from equipoise.design.rules import At, GivenP, GivenZ
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.rules import Rule


def looks_as_held(
    design: GroupSequentialDesign,
    information_fraction: Sequence[float] | FloatArray,
    read_as: Sequence[int],
    *,
    final: bool = False,
) -> GroupSequentialDesign:
    """The design over the looks held, then those of the plan that are still to come.

    A rule that holds at some looks only, or is given look by look, follows the planned look that each look
    held is read as. A look still to come is a planned one after the last that was read, above the present
    information by more than half the shortest planned distance: a nearer one is held with the present.

    Parameters
    ----------
    design
        As planned.
    information_fraction
        Observed over planned information at each look held, the present one last, shape (k,).
    read_as
        Number, from 1, of the planned look that each look held is read as, shape (k,): an unplanned look
        repeats the number of the look before it.
    final
        The present look is the last.

    """
    held = _check.increasing("information_fraction", information_fraction)
    numbers = _read_as(design, read_as, len(held))
    coming = [] if final else _coming(design, float(held[-1]), numbers[-1])
    every = [*numbers, *coming]
    if every == list(range(1, design.looks + 1)):
        return design
    place = np.array(every) - 1
    spending = design.spending_fraction
    return replace(
        design,
        efficacy=_follow(planned_efficacy(design), every, np.inf),
        futility=None if design.futility is None else _follow(design.futility, every, -np.inf),
        harm=None if design.harm is None else _follow(design.harm, every, -np.inf),
        information_fraction=np.array([*held, *design.information_fraction[place[len(held) :]]]),
        efficacy_z=design.efficacy_z[place],
        futility_z=None if design.futility_z is None else design.futility_z[place],
        harm_z=None if design.harm_z is None else design.harm_z[place],
        nominal_p=design.nominal_p[place],
        alpha_spent=design.alpha_spent[place],
        beta_spent=design.beta_spent[place],
        spending_fraction=None if spending is None else spending[place],
    )


def _read_as(design: GroupSequentialDesign, read_as: Sequence[int], held: int) -> list[int]:
    numbers = [int(k) for k in read_as]
    if len(numbers) != held:
        raise ArgumentError("read_as", tuple(numbers), f"must hold one planned look for each of {held} looks")
    if any(not 1 <= k <= design.looks for k in numbers) or any(np.diff(numbers) < 0):
        raise ArgumentError(
            "read_as",
            tuple(numbers),
            f"must hold planned looks from 1 to {design.looks} that do not fall",
            "An unplanned look repeats the number before it.",
        )
    return numbers


def _coming(design: GroupSequentialDesign, now: float, last: int) -> list[int]:
    """Numbers of the planned looks after the last one read, above the present information."""
    plan = design.information_fraction
    near = now + 0.5 * float(np.diff(plan, prepend=0.0).min())
    coming = [k for k in range(last + 1, design.looks) if plan[k - 1] > near]
    if last < design.looks and now < plan[-1] - CLOSEST_LOOKS:
        coming.append(design.looks)
    return coming


def _follow(rule: Rule | At, every: Sequence[int], off: float) -> Rule | At:
    """The rule with its looks, or its values look by look, in the order of the looks as they are held."""
    if isinstance(rule, At):
        looks = tuple(k for k, number in enumerate(every, start=1) if number in rule.looks)
        return At(_values(rule.rule, every), looks) if looks else GivenZ(off)
    return _values(rule, every)


def _values(rule: Rule, every: Sequence[int]) -> Rule:
    if isinstance(rule, GivenZ) and isinstance(rule.z, tuple) and len(rule.z) > 1:
        return GivenZ(tuple(rule.z[number - 1] for number in every))
    if isinstance(rule, GivenP) and isinstance(rule.p, tuple) and len(rule.p) > 1:
        return GivenP(tuple(rule.p[number - 1] for number in every))
    return rule
