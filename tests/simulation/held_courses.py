"""Looks as they come about, on canonical normal draws: every look is read as `monitor` reads it.

Bounds depend on which looks were held and not on z; so the paths are sorted by the looks that they have been through,
and each group is read at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from equipoise.design import Exit, bounds_at, exit_at, looks_as_held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from equipoise._check import FloatArray
    from equipoise.design import GroupSequentialDesign, InterimBounds
    from equipoise.design.decision import BoolArray, IntArray

    Choice = Callable[["Group"], Sequence[tuple[BoolArray, "Look"]]]


class Look(NamedTuple):
    """One look that is held."""

    information: float
    """In units of what was planned at first."""
    read_as: int
    """Planned look, from 1, by whose rules it is read."""
    final: bool = False
    planned: float = 1.0
    """Maximum information in force, in the same units."""


@dataclass(frozen=True)
class Group:
    """Paths that have been through the same looks, at the last of these."""

    looks: tuple[Look, ...]
    bounds: InterimBounds
    path: IntArray
    """Numbers of the paths."""
    score: FloatArray
    """B = z root(information)."""

    @property
    def z(self) -> FloatArray:
        """Statistic of each path."""
        return self.score / math.sqrt(self.looks[-1].information)

    def of(self, which: BoolArray) -> Group:
        """Some of the paths."""
        return Group(self.looks, self.bounds, self.path[which], self.score[which])


def bounds_of(
    design: GroupSequentialDesign, looks: Sequence[Look], previous: InterimBounds | None
) -> InterimBounds:
    """Bounds of the last of these looks, after those that were used before."""
    now = looks[-1]
    plan = looks_as_held(
        design,
        [look.information / now.planned for look in looks],
        [look.read_as for look in looks],
        final=now.final,
    )
    return bounds_at(
        plan,
        [look.information for look in looks],
        planned=now.planned,
        previous=previous,
        final=now.final,
    )


@dataclass(frozen=True)
class Trials:
    """How trials are looked at: `choose` says for the paths that go on which look comes next."""

    design: GroupSequentialDesign
    choose: Choice
    rng: np.random.Generator
    drift: float
    """Expected z at information 1."""
    obey_futility: bool

    def read(
        self, looks: tuple[Look, ...], before: InterimBounds | None, path: IntArray, score: FloatArray
    ) -> Iterator[tuple[Exit, Group]]:
        """The last of these looks, of paths with this score at the one before it, and all that follow."""
        now = looks[-1]
        added = now.information - (looks[-2].information if len(looks) > 1 else 0.0)
        step = math.sqrt(added) * self.rng.standard_normal(len(path)) + self.drift * added
        bounds = bounds_of(self.design, looks, before)
        here = Group(looks, bounds, path, score + step)
        reasons = exit_at(
            here.z,
            bounds.efficacy_z[-1],
            -math.inf if bounds.futility_z is None or not self.obey_futility else bounds.futility_z[-1],
            -math.inf if bounds.harm_z is None else bounds.harm_z[-1],
            final=now.final,
        )
        for reason in (Exit.EFFICACY, Exit.FUTILITY, Exit.HARM, Exit.END):
            if (reasons == reason).any():
                yield reason, here.of(reasons == reason)
        on = here.of(reasons == Exit.CONTINUE)
        for which, look in self.choose(on) if len(on.path) else ():
            some = on.of(which)
            if len(some.path):
                yield from self.read((*looks, look), bounds, some.path, some.score)


def play(
    design: GroupSequentialDesign,
    first: Look,
    choose: Choice,
    *,
    paths: int,
    seed: int,
    drift: float = 0.0,
    obey_futility: bool = True,
) -> Iterator[tuple[Exit, Group]]:
    """The paths where they stop, by exit and by the looks that they have been through."""
    trials = Trials(design, choose, np.random.default_rng(seed), drift, obey_futility)
    return trials.read((first,), None, np.arange(paths), np.zeros(paths))


def fixed(schedule: Sequence[Look]) -> Choice:
    """The looks of a schedule, one after another, whatever z is."""

    def choose(on: Group) -> list[tuple[BoolArray, Look]]:
        return [(np.ones(len(on.path), dtype=bool), schedule[len(on.looks)])]

    return choose


def as_planned(design: GroupSequentialDesign) -> tuple[Look, ...]:
    """The planned looks at the planned information."""
    t = design.information_fraction.tolist()
    return tuple(Look(x, k, final=k == len(t)) for k, x in enumerate(t, start=1))


def rejections(stops: Iterator[tuple[Exit, Group]], *exits: Exit) -> int:
    """Paths that stop in one of these ways."""
    return sum(len(group.path) for reason, group in stops if reason in exits)
