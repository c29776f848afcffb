"""Replicates in batches, each large enough for a file or a machine of its own, added up in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.simulation._look_kernels import LookOutcomes
from equipoise.simulation.chunks import CHUNK, Chunk, add_up, chunk_outcomes, chunks_of, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise.numerics.streams import Stream
    from equipoise.simulation.played import PlayedScenario
    from equipoise.simulation.tally import Tally

BATCH = 10 * CHUNK


def batches_of(trials: int) -> tuple[Chunk, ...]:
    """The batches of a number of trials: whole chunks, so that sums are taken alike."""
    return chunks_of(trials, BATCH)


def batch_outcomes(batch: Chunk, played: PlayedScenario, stream: Stream, workers: int) -> LookOutcomes:
    """Simulate a batch's replicates on threads."""
    chunks = [Chunk(batch.first + c.first, c.size) for c in chunks_of(batch.size)]
    parts = side_by_side(chunks, lambda c: chunk_outcomes(c, played, stream), workers=workers)
    columns: list[Any] = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return LookOutcomes(*columns)


def add_up_batch(outcomes: LookOutcomes, played: PlayedScenario, *, keep: bool) -> Iterator[Tally]:
    """The sums of a batch's chunks, in order."""
    for chunk in chunks_of(len(outcomes.short)):
        rows = slice(chunk.first, chunk.first + chunk.size)
        columns: list[Any] = [column[rows] for column in outcomes]
        yield add_up(LookOutcomes(*columns), played, keep=keep)
