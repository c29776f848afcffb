"""Replicates in chunks whose bounds depend on their numbers alone, run side by side and added up in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from equipoise.simulation._look_kernels import LookOutcomes
from equipoise.simulation._replicate_kernels import run_replicates
from equipoise.simulation.bounds_in_use import BoundsInUse
from equipoise.simulation.plain_path import fill_plainly
from equipoise.simulation.tally import Tally, tally

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from equipoise.numerics.streams import Stream
    from equipoise.simulation.played import PlayedScenario

CHUNK = 500
Found = TypeVar("Found")


class Chunk(NamedTuple):
    """Replicates `first` to `first` + `size` - 1."""

    first: int
    size: int


def chunks_of(trials: int, size: int = CHUNK) -> tuple[Chunk, ...]:
    """The chunks of a number of trials."""
    return tuple(Chunk(first, min(size, trials - first)) for first in range(0, trials, size))


def room_for_outcomes(replicates: int, looks: int) -> LookOutcomes:
    """Arrays for the looks of a run of replicates."""
    shape = (replicates, looks)
    day, events, experimental, enrolled = (np.empty(shape, dtype=np.int64) for _ in range(4))
    score, information = np.empty(shape), np.empty(shape)
    short = np.empty(replicates, dtype=np.bool_)
    return LookOutcomes(day, events, experimental, enrolled, score, information, short)


def chunk_outcomes(chunk: Chunk, played: PlayedScenario, stream: Stream) -> LookOutcomes:
    """Simulate a chunk's replicates."""
    plan = played.plan
    outcomes = room_for_outcomes(chunk.size, len(plan.labels))
    if not plan.fast:
        fill_plainly(played, stream, chunk.first, outcomes)
        return outcomes
    assert isinstance(played.bounds, BoundsInUse)  # noqa: S101 -- what log-rank tests are read against
    seed, planned = np.uint64(stream.seed), played.bounds.as_planned(plan.looks.due_events)
    run_replicates(
        played.model, plan.looks, planned, seed, stream.scenario, chunk.first, plan.until, outcomes
    )
    return outcomes


def run_chunk(chunk: Chunk, played: PlayedScenario, stream: Stream, *, keep: bool = False) -> Tally:
    """Simulate a chunk's replicates and add them up."""
    return add_up(chunk_outcomes(chunk, played, stream), played, keep=keep)


def add_up(outcomes: LookOutcomes, played: PlayedScenario, *, keep: bool = False) -> Tally:
    """Add up a chunk's replicates."""
    null = None if played.plan.plain else played.plan.looks.hazard_ratio_null
    return tally(outcomes, played.bounds, hazard_ratio_null=null, keep=keep)


def side_by_side(
    chunks: Sequence[Chunk],
    work: Callable[[Chunk], Found],
    *,
    workers: int,
    done: Callable[[int], None] | None = None,
) -> list[Found]:
    """What each chunk comes to, in their order, found on threads; `done` hears of each chunk's size.

    The kernels hold no interpreter lock, so threads run side by side. Where one fails, no other is begun.
    """
    found = []
    with ThreadPoolExecutor(max_workers=workers) as pool:
        try:
            for chunk, job in zip(chunks, [pool.submit(work, c) for c in chunks], strict=True):
                found.append(job.result())
                if done is not None:
                    done(chunk.size)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return found


def run_all(
    trials: int,
    played: PlayedScenario,
    stream: Stream,
    *,
    workers: int,
    keep: bool = False,
    done: Callable[[int], None],
) -> Tally:
    """Simulate all replicates on threads; the sum is taken in the order of the replicates."""
    first, *others = side_by_side(
        chunks_of(trials), lambda c: run_chunk(c, played, stream, keep=keep), workers=workers, done=done
    )
    for found in others:
        first = first.plus(found)
    return first
