"""Looks read from data that are corrected later, on canonical normal draws.

At each interim look a share of the recorded information is wrong: it says nothing of the effect. By the next look it
has been replaced by what is true; the last analysis is right. z is read against the planned bounds, which know of no
correction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design import Exit, decide, exit_at

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.design import GroupSequentialDesign
    from equipoise.design.decision import BoolArray


@dataclass(frozen=True)
class Readings:
    """Statistics of each path at each look, shape (paths, K): as read then, and as they read once corrected."""

    then: FloatArray
    now: FloatArray


def readings(design: GroupSequentialDesign, *, wrong: float, paths: int, seed: int) -> Readings:
    """Draw both under the null, with a share `wrong` of each interim look's information."""
    rng = np.random.default_rng(seed)
    t = design.information_fraction
    right = t * np.append(np.full(len(t) - 1, 1.0 - wrong), 1.0)
    # The score grows through what is right of a look, then through what was wrong of it.
    marks = np.unique(np.concatenate([right, t]))
    steps = rng.standard_normal((paths, len(marks))) * np.sqrt(np.diff(marks, prepend=0.0))
    score = np.cumsum(steps, axis=1)
    noise = rng.standard_normal((paths, len(t))) * np.sqrt(t - right)
    then = (score[:, np.searchsorted(marks, right)] + noise) / np.sqrt(t)
    return Readings(then, score[:, np.searchsorted(marks, t)] / np.sqrt(t))


def rejected_as_read(design: GroupSequentialDesign, read: Readings) -> BoolArray:
    """Paths that reject by what was read at each look: what was decided stands."""
    return decide(read.then, design.efficacy_z).reason == Exit.EFFICACY


def rejected_if_acted_on(
    design: GroupSequentialDesign, read: Readings, *, within: float = np.inf
) -> BoolArray:
    """Paths that reject if a past look, read again after correction, were acted on: a second try for nothing.

    Only looks less than `within` below their bound are read again.
    """
    bound = design.efficacy_z
    again = (exit_at(read.now, bound) == Exit.EFFICACY) & (read.then >= bound - within)
    return rejected_as_read(design, read) | again.any(axis=1)
