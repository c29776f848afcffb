"""Strata with few events, tested as one by a rule that the protocol fixes beforehand, blind to the arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from equipoise.analysis.endpoint_data import strata_of_test

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equipoise.analysis.endpoint_data import BoolArray, EndpointData
    from equipoise.protocol import Protocol
    from equipoise.protocol.endpoints import Hypothesis

BY_STRATUM = ("stratified-logrank", "cox-score", "weighted-logrank", "maxcombo")


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


def pooled_strata(
    protocol: Protocol, hypothesis: Hypothesis | None, stratum: pl.Series, event: BoolArray
) -> tuple[str, ...]:
    """Ids of the strata that a hypothesis' test takes as one in these data; none without such a rule.

    Parameters
    ----------
    protocol, hypothesis
        Whose order of strata, and whose rule; without a hypothesis there is none.
    stratum, event
        Of each subject, shape (n,).

    """
    below = None if hypothesis is None else hypothesis.pool_strata_below
    if below is None:
        return ()
    names = stratum.cast(pl.String).to_numpy()
    there = [s for s in protocol.strata_ids if (names == s).any()]
    return sparse_strata({s: int(np.count_nonzero(event[names == s])) for s in there}, below)


def strata_as_pooled(
    protocol: Protocol, hypothesis: Hypothesis | None, stratum: pl.Series, event: BoolArray
) -> pl.Series:
    """The strata with the sparse ones as one, under the name of the first of them."""
    pool = pooled_strata(protocol, hypothesis, stratum, event)
    if not pool:
        return stratum
    return stratum.cast(pl.String).replace(dict.fromkeys(pool, pool[0]))


def planned_strata(protocol: Protocol, hypothesis: Hypothesis, data: EndpointData) -> pl.Series | None:
    """Strata of the one test that a hypothesis plans, sparse ones pooled; None where it is not stratified.

    Every reading of that test takes them from here: a look, the analysis, the reports, simulated trials.
    """
    if not strata_of_test(protocol, hypothesis, protocol.population(hypothesis)):
        return None
    if hypothesis.test not in BY_STRATUM:
        return None
    return strata_as_pooled(protocol, hypothesis, data.stratum, data.event)
