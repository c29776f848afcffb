"""Strata with few events, tested as one by a rule that the protocol fixes beforehand, blind to the arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equipoise.analysis import EndpointData
    from equipoise.design import Design
    from equipoise.design.decision import BoolArray


def sparse_strata(events: Mapping[str, int], below: int) -> tuple[str, ...]:
    """The strata that are tested as one; none where none is sparse.

    A stratum is sparse with fewer than `below` events, the arms compared taken together. The sparse ones are
    pooled. As long as the pool itself has fewer, it takes in the stratum with the fewest events of those
    left, of equal ones the first.

    Parameters
    ----------
    events
        Events of each stratum, in the protocol's order.
    below
        The protocol's `pool_strata_below`.

    """
    pool = {s for s, n in events.items() if n < below}
    # Sorting is stable: of equal ones the protocol's first comes first.
    left = sorted((s for s in events if s not in pool), key=lambda s: events[s])
    while pool and left and sum(events[s] for s in pool) < below:
        pool.add(left.pop(0))
    return tuple(s for s in events if s in pool) if len(pool) > 1 else ()


def pooled_strata(design: Design, data: EndpointData) -> tuple[str, ...]:
    """Ids of the strata that the planned test of these data takes as one; none without such a rule."""
    return _pooled(design, data.stratum, data.event)


def strata_as_pooled(design: Design, stratum: pl.Series, event: BoolArray) -> pl.Series:
    """The strata with the sparse ones as one, under the name of the first of them."""
    pool = _pooled(design, stratum, event)
    if not pool:
        return stratum
    return stratum.cast(pl.String).replace(dict.fromkeys(pool, pool[0]))


def _pooled(design: Design, stratum: pl.Series, event: BoolArray) -> tuple[str, ...]:
    below = design.hypothesis.pool_strata_below
    if below is None:
        return ()
    names = stratum.cast(pl.String).to_numpy()
    there = [s for s in design.protocol.strata_ids if (names == s).any()]
    return sparse_strata({s: int(np.count_nonzero(event[names == s])) for s in there}, below)
