"""Looks whose time, or whose maximum information, is chosen after z has been seen: what people might do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from simulation.held_courses import Look, bounds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design import GroupSequentialDesign
    from equipoise.design.decision import BoolArray
    from simulation.held_courses import Choice, Group

# The next look of an added one comes at least this much information later.
SOON = 0.02


def added_when_close(design: GroupSequentialDesign, *, within: float, after: float, most: int = 1) -> Choice:
    """A look is added so much information later where z is less than `within` below the bound.

    At most so many follow one planned look, and none where the next planned one is as near.
    """
    t = design.information_fraction.tolist()

    def choose(on: Group) -> list[tuple[BoolArray, Look]]:
        now = on.looks[-1]
        added = sum(look.read_as == now.read_as for look in on.looks) - 1
        close = on.z >= on.bounds.efficacy_z[-1] - within
        if added >= most or now.information + after > t[now.read_as] - SOON:
            close &= False
        return [
            (close, Look(now.information + after, now.read_as)),
            (~close, planned(t, now.read_as + 1)),
        ]

    return choose


def ended_when_good(design: GroupSequentialDesign, *, least: float, after: float = SOON) -> Choice:
    """The trial is ended, so much information later, where z has reached `least` without passing the bound."""
    t = design.information_fraction.tolist()

    def choose(on: Group) -> list[tuple[BoolArray, Look]]:
        now = on.looks[-1]
        good = on.z >= least
        last = Look(now.information + after, now.read_as + 1, final=True)
        return [(good, last), (~good, planned(t, now.read_as + 1))]

    return choose


def resized(design: GroupSequentialDesign, factors: Sequence[float], powers: Sequence[float]) -> Choice:
    """After the first look the maximum becomes factors[i] times where conditional power is in the i-th stretch.

    The stretches lie between the `powers`, one fewer than the factors; conditional power is that of the last
    look as planned if the effect seen so far holds on. Looks between the first and the last fall away.
    """
    t = design.information_fraction.tolist()

    def choose(on: Group) -> list[tuple[BoolArray, Look]]:
        stretch = np.searchsorted(powers, power_on_trend(design, on))
        return [(stretch == i, _last(t, factor)) for i, factor in enumerate(factors)]

    return choose


def resized_for_the_worst(design: GroupSequentialDesign, factors: Sequence[float]) -> Choice:
    """After the first look the maximum becomes whichever of `factors` times rejects most probably under the null."""
    t = design.information_fraction.tolist()

    def choose(on: Group) -> list[tuple[BoolArray, Look]]:
        chances = []
        for factor in factors:
            last = _last(t, factor)
            bound = float(bounds_of(design, (*on.looks, last), on.bounds).efficacy_z[-1])
            added = last.information - on.looks[-1].information
            chances.append(ndtr((on.score - bound * math.sqrt(last.information)) / math.sqrt(added)))
        worst = np.argmax(chances, axis=0)
        return [(worst == i, _last(t, factor)) for i, factor in enumerate(factors)]

    return choose


def power_on_trend(design: GroupSequentialDesign, on: Group) -> FloatArray:
    """Conditional power of the last look as planned if the effect seen holds on (Lan, Wittes 1988)."""
    now = on.looks[-1].information
    left = 1.0 - now
    expected = on.score + on.score / now * left
    return np.asarray(ndtr((expected - design.efficacy_z[-1]) / math.sqrt(left)))


def planned(t: Sequence[float], look: int) -> Look:
    """The planned look of this number, at its planned information."""
    return Look(t[look - 1], look, final=look == len(t))


def _last(t: Sequence[float], factor: float) -> Look:
    return Look(factor, len(t), final=True, planned=factor)
