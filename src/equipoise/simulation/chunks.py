"""Replicates in chunks whose bounds depend on their numbers alone, run side by side and added up in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from equipoise.simulation._look_kernels import LookOutcomes
from equipoise.simulation._replicate_kernels import run_replicates
from equipoise.simulation.tally import Tally, tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.numerics.streams import Stream
    from equipoise.simulation.bounds_in_use import BoundsInUse
    from equipoise.simulation.look_plan import LookPlan
    from equipoise.simulation.subject_model import SubjectModel

CHUNK = 500


class Chunk(NamedTuple):
    """Replicates `first` to `first` + `size` - 1."""

    first: int
    size: int


def chunks_of(trials: int) -> tuple[Chunk, ...]:
    """The chunks of a number of trials."""
    return tuple(Chunk(first, min(CHUNK, trials - first)) for first in range(0, trials, CHUNK))


def room_for_outcomes(replicates: int, looks: int) -> LookOutcomes:
    """Arrays for the looks of a run of replicates."""
    shape = (replicates, looks)
    day, events, experimental, enrolled = (np.empty(shape, dtype=np.int64) for _ in range(4))
    score, information = np.empty(shape), np.empty(shape)
    short = np.empty(replicates, dtype=np.bool_)
    return LookOutcomes(day, events, experimental, enrolled, score, information, short)


def run_chunk(
    chunk: Chunk,
    plan: LookPlan,
    model: SubjectModel,
    bounds: BoundsInUse,
    stream: Stream,
    *,
    keep: bool = False,
) -> Tally:
    """Simulate a chunk's replicates and add them up."""
    outcomes = room_for_outcomes(chunk.size, len(plan.labels))
    seed, planned = np.uint64(stream.seed), bounds.as_planned(plan.looks.due_events)
    run_replicates(model, plan.looks, planned, seed, stream.scenario, chunk.first, plan.until, outcomes)
    return tally(outcomes, bounds, hazard_ratio_null=plan.looks.hazard_ratio_null, keep=keep)


def run_all(
    trials: int,
    plan: LookPlan,
    model: SubjectModel,
    bounds: BoundsInUse,
    stream: Stream,
    *,
    workers: int,
    keep: bool = False,
    done: Callable[[int], None],
) -> Tally:
    """Simulate all replicates on threads; the sum is taken in the order of the replicates.

    The kernels hold no interpreter lock, so threads run side by side. `done` hears of each chunk's size.
    """
    total: Tally | None = None
    with ThreadPoolExecutor(max_workers=workers) as pool:
        try:
            jobs = [
                pool.submit(run_chunk, c, plan, model, bounds, stream, keep=keep) for c in chunks_of(trials)
            ]
            for job in jobs:
                found = job.result()
                total = found if total is None else total.plus(found)
                done(found.trials)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    assert total is not None  # noqa: S101 -- there is at least one trial, hence one chunk
    return total
