"""Labels dealt out in given numbers, as evenly as possible along an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def whole_shares(weights: Sequence[float], total: int) -> list[int]:
    """Whole numbers in proportion to weights that add up to the total (largest remainder, earlier first)."""
    w = np.asarray(weights, dtype=np.float64)
    if total <= 0 or w.sum() <= 0.0:
        return [0] * len(w)
    exact = w / w.sum() * total
    found = np.floor(exact).astype(int)
    order = np.argsort(-(exact - found), kind="stable")
    found[order[: total - int(found.sum())]] += 1
    return [int(x) for x in found]


def dealt(counts: Sequence[int], rng: np.random.Generator) -> NDArray[np.int64]:
    """Index of a label for each place, label i in counts[i] places spread evenly from a random start."""
    labels = np.repeat(np.arange(len(counts)), counts)
    places = np.concatenate([(np.arange(c) + rng.random()) / max(c, 1) for c in counts] or [np.zeros(0)])
    return labels[np.argsort(places, kind="stable")]
