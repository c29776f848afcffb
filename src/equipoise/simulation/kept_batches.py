"""Batches of simulated trials kept in files, so that what is done once is never done again."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from equipoise._files import write_atomically
from equipoise._version import __version__
from equipoise.errors import OutputError
from equipoise.numerics.kernels import sources_hash
from equipoise.simulation._look_kernels import LookOutcomes

if TYPE_CHECKING:
    from pathlib import Path

    from equipoise.protocol import Protocol
    from equipoise.simulation.chunks import Chunk
    from equipoise.simulation.scenario import Scenario

_COUNTS = ("day", "events", "events_experimental", "enrolled")
_NUMBERS = ("score", "information")


def as_parquet(outcomes: LookOutcomes) -> bytes:
    """One row a replicate: what each look found (`events_2`), and whether the events fell short."""
    columns = {
        f"{name}_{k + 1}": getattr(outcomes, name)[:, k]
        for name in (*_COUNTS, *_NUMBERS)
        for k in range(outcomes.day.shape[1])
    }
    file = io.BytesIO()
    pl.DataFrame(columns | {"short": outcomes.short}).write_parquet(file)
    return file.getvalue()


def from_parquet(content: bytes) -> LookOutcomes:
    """The same back, bit for bit."""
    table = pl.read_parquet(io.BytesIO(content))
    looks = sum(name.startswith("day_") for name in table.columns)

    def stacked(name: str) -> np.ndarray[Any, Any]:
        columns = [table[f"{name}_{k + 1}"].to_numpy() for k in range(looks)]
        return np.ascontiguousarray(np.column_stack(columns))

    short = table["short"].to_numpy().copy()
    numbers = {name: stacked(name) for name in (*_COUNTS, *_NUMBERS)}
    return LookOutcomes(**numbers, short=short)


def batch_key(protocol: Protocol, scenario: Scenario, seed: int) -> str:
    """What a batch is of: protocol, scenario, seed and the version of the program that draws it.

    The protocol's other scenarios are no part of it.
    """
    alone = protocol.model_copy(update={"scenario": {}}).model_dump_json(exclude_defaults=True)
    parts = (alone, repr(scenario), str(seed), __version__, sources_hash())
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class KeptBatches:
    """A folder of batches, each a Parquet file named by what it is of.

    Parameters
    ----------
    folder
        Where they are; made when the first is written.
    resume
        Whether batches that are there are taken as they are.

    """

    folder: Path
    resume: bool

    def path(self, key: str, batch: Chunk) -> Path:
        """File of a batch."""
        return self.folder / f"{key}-{batch.first:010}-{batch.size}.parquet"

    def load(self, key: str, batch: Chunk) -> LookOutcomes | None:
        """A batch kept before; None where it is not there, or is not to be taken."""
        path = self.path(key, batch)
        if not (self.resume and path.exists()):
            return None
        try:
            found = from_parquet(path.read_bytes())
        except (OSError, pl.exceptions.PolarsError) as error:
            raise OutputError(
                f"{path}: cannot be read as simulated trials ({error}). "
                "Delete the file, and it is made again."
            ) from error
        if len(found.short) != batch.size:
            raise OutputError(
                f"{path}: holds {len(found.short)} trials, not {batch.size}. Delete the file, "
                "and it is made again."
            )
        return found

    def save(self, key: str, batch: Chunk, content: bytes) -> None:
        """Keep a batch: the whole file or none.

        Raises
        ------
        OutputError
            The folder cannot be written, or is full; the batches kept before are untouched.

        """
        write_atomically(self.path(key, batch), content)
