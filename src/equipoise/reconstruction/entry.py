"""When subjects entered: one grid of entries a stratum, given to the arms by permuted blocks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import PchipInterpolator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from equipoise.reconstruction.blocks import Blocks
    from equipoise.reconstruction.frame import Frame

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]

_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Reaching:
    """Subjects whose possible follow-up reaches a boundary: N[s, a, k] = at risk + after event + lost.

    after_event[s, a, k] of them had an event before the boundary, lost[s, a, k] were lost before it.
    """

    reach: Counts
    after_event: Counts
    lost: Counts


def expected_reaching(
    frame: Frame, counts: Counts, times: Sequence[Sequence[Numbers]], shares: Numbers, rate: float
) -> tuple[Numbers, Numbers]:
    """Share a[s, k] of each stratum that must reach a boundary, and events before it among them.

    An event at T is as likely for everyone at risk then, so its subject would have been followed to t with
    probability a(t) / a(T). Both arms of a stratum share a, for blocks keep them level in calendar time: the
    arm that needs more decides, and the other has lost the difference to follow-up.
    """
    a = shares.copy()
    weights = np.zeros(counts.shape)
    kept = np.exp(-rate * frame.first)
    for _ in range(_ROUNDS):
        for s in range(len(a)):
            for arm in range(2):
                t = times[s][arm]
                here = np.interp(t, np.append(frame.first, frame.longest + 1.0), np.append(a[s], 0.0))
                each = 1.0 / np.maximum(here, 1e-3)
                weights[s, arm] = [each[t < first].sum() for first in frame.first]
            available = np.maximum(frame.sizes[s][:, None] * kept - weights[s], 1.0)
            a[s] = np.minimum((counts[s] / available).max(axis=0), 1.0)
            a[s, frame.first <= frame.shortest] = 1.0
            a[s] = np.minimum.accumulate(a[s])
    return a, a[:, None, :] * weights


def reaching(  # noqa: PLR0917 - numbers of one table each
    frame: Frame,
    counts: Counts,
    events: Counts,
    expected: tuple[Numbers, Numbers],
    alive_after_event: Counts,
    blocks: Blocks | None,
) -> Reaching:
    """Whole numbers N, E and L: those that permuted blocks allow, nearest to those expected.

    alive_after_event[a, k] subjects must be in follow-up of survival, their event past, at boundary k.
    """
    share, after = expected
    strata, _, segments = counts.shape
    reach = np.zeros_like(counts)
    gone = np.zeros_like(counts)
    reach[:, :, 0] = frame.sizes
    for k in range(1, segments):
        pool = gone[:, :, k - 1] + events[:, :, k - 1]
        want = np.minimum(np.rint(after[:, :, k]).astype(np.int64), pool)
        for a in range(2):
            want[:, a] = _raise_to(want[:, a], pool[:, a], int(alive_after_event[a, k]))
        for s in range(strata):
            need = counts[s, :, k] + np.minimum(want[s], frame.sizes[s] - counts[s, :, k])
            reach[s, :, k] = _allowed(share[s, k] * frame.sizes[s], need, reach[s, :, k - 1], blocks)
            if frame.first[k] <= frame.shortest:
                reach[s, :, k] = frame.sizes[s]
                want[s] = pool[s]
        left = reach[:, :, k] - counts[:, :, k]
        # No more can be lost in a segment than leave it without an event; the others gone had one.
        losable = reach[:, :, k - 1] - gone[:, :, k - 1] - counts[:, :, k] - events[:, :, k - 1]
        gone[:, :, k] = np.maximum(np.minimum(np.minimum(want, pool), left), left - losable)
    return Reaching(reach, gone, reach - counts - gone)


def _raise_to(wanted: Counts, most: Counts, total: int) -> Counts:
    """Raise whole numbers, the roomiest first, until they add up to the total or are all at their most."""
    found = wanted.copy()
    while found.sum() < min(total, int(most.sum())):
        found[int(np.argmax(most - found))] += 1
    return found


def _allowed(wanted: Numbers, least: Counts, most: Counts, blocks: Blocks | None) -> tuple[int, int] | Counts:
    if blocks is None:
        return np.clip(np.rint(wanted).astype(np.int64), least, most)
    low, high = (int(least[0]), int(least[1])), (int(most[0]), int(most[1]))
    return blocks.nearest((float(wanted[0]), float(wanted[1])), low, high)


def entries(
    frame: Frame, found: Reaching, blocks: Blocks | None, tilt: float, rng: np.random.Generator
) -> list[tuple[Counts, Counts]]:
    """Arms in order of entry and possible follow-up in days, longest first, for each stratum."""
    grids = []
    for s in range(len(frame.strata)):
        sizes = (int(frame.sizes[s, 0]), int(frame.sizes[s, 1]))
        marks = [(int(c), int(e)) for c, e in found.reach[s].T]
        arms = _spread(marks, sizes) if blocks is None else blocks.sequence(marks, sizes, rng)
        grids.append((arms, _possible_follow_up(frame, found.reach[s].sum(axis=0), tilt)))
    return grids


def _spread(marks: Sequence[tuple[int, int]], sizes: tuple[int, int]) -> Counts:
    """Arms mixed as evenly as whole numbers allow, through the marks."""
    points = sorted({(0, 0), sizes, *marks})
    pieces = []
    for (c0, e0), (c1, e1) in pairwise(points):
        c, e = c1 - c0, e1 - e0
        places = np.concatenate([(np.arange(c) + 0.5) / max(c, 1), (np.arange(e) + 0.5) / max(e, 1)])
        pieces.append(np.repeat([0, 1], [c, e])[np.argsort(places, kind="stable")])
    return np.concatenate(pieces)


def _possible_follow_up(frame: Frame, reach: Counts, tilt: float) -> Counts:
    """Days of possible follow-up of the entries in order, evenly along a monotone curve through N(boundary).

    Inside each segment the curve is bent by `tilt`: above 0 lengthens follow-up, below 0 shortens it.
    """
    n = int(reach[0])
    found = np.zeros(n, dtype=np.int64)
    inside = frame.first > frame.shortest
    days = np.concatenate([[float(frame.shortest)], frame.first[inside], [frame.longest + 1.0]])
    heights = np.concatenate([[float(n)], reach[inside], [0.0]])
    axis = np.arange(frame.shortest, frame.longest + 2)
    curve = PchipInterpolator(days, heights)(axis)
    ends = np.append(reach[1:], 0)
    for k in range(frame.segments):
        positions = np.arange(int(ends[k]), int(reach[k]))
        if not positions.size:
            continue
        low, high = max(int(frame.first[k]), frame.shortest), int(frame.ends[k]) - 1
        u = (positions - ends[k] + 0.5) / positions.size
        u = ends[k] + positions.size * u ** np.exp(tilt)
        found[positions] = np.clip(np.floor(np.interp(-u, -curve, axis)), low, high).astype(np.int64)
    return found
