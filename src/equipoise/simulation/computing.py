"""Where simulated trials are computed: on threads here, or on the workers of a Dask cluster; kept or not."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from equipoise import _check
from equipoise.errors import ArgumentError
from equipoise.simulation.batches import add_up_batch, batch_outcomes, batches_of
from equipoise.simulation.chunks import run_all
from equipoise.simulation.cluster import simulate_on_cluster
from equipoise.simulation.kept_batches import KeptBatches, as_parquet, batch_key, from_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from equipoise.numerics.streams import Stream
    from equipoise.simulation._look_kernels import LookOutcomes
    from equipoise.simulation.chunks import Chunk
    from equipoise.simulation.played import Played, PlayedScenario
    from equipoise.simulation.scenario import Scenario
    from equipoise.simulation.tally import Tally

Backend = Literal["threads", "dask"]


@dataclass(frozen=True, slots=True)
class Computing:
    """How trials are computed; none of it changes a number.

    Parameters
    ----------
    workers
        Threads here, or processes of a local cluster.
    backend
        "threads" or "dask".
    scheduler
        Address of a Dask scheduler; without it "dask" starts a local cluster.
    kept
        Where batches are kept, if they are.

    """

    workers: int
    backend: Backend = "threads"
    scheduler: str | None = None
    kept: KeptBatches | None = None


class Progress:
    """Counts trials done and tells the caller."""

    def __init__(self, total: int, tell: Callable[[int, int], None] | None) -> None:
        self.total, self.tell, self.count = total, tell, 0

    def done(self, trials: int) -> None:
        """So many more."""
        if trials == 0:
            return
        self.count += trials
        if self.tell is not None:
            self.tell(self.count, self.total)


def computing(
    workers: int | None, backend: str, scheduler: str | None, keep: str | Path | None, *, resume: bool
) -> Computing:
    """Check how trials are to be computed."""
    if workers is None:
        workers = os.cpu_count() or 1
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        remedy = "It counts threads, or processes of a local cluster."
        raise ArgumentError("workers", workers, "must be a whole number above 0", remedy)
    _check.one_of("backend", backend, ("threads", "dask"))
    if scheduler is not None and backend != "dask":
        raise ArgumentError("scheduler", scheduler, 'needs backend="dask"')
    if resume and keep is None:
        raise ArgumentError("resume", resume, "needs keep: the folder in which batches were kept")
    kept = None if keep is None else KeptBatches(Path(keep), resume)
    return Computing(workers, "dask" if backend == "dask" else "threads", scheduler, kept)


def compute(
    trials: int,
    plans: Played,
    scenarios: Sequence[Scenario],
    stream: Stream,
    how: Computing,
    *,
    keep: bool,
    done: Callable[[int], None],
) -> list[Tally]:
    """The sums of each scenario's replicates.

    Replicates are added up chunk by chunk in the order of their numbers, wherever they were computed, so that
    the sums are the same to the last bit.
    """
    if how.backend == "threads" and how.kept is None:
        found = []
        for one in scenarios:
            played, place = plans.of(one), stream.of_scenario(one.code)
            found.append(run_all(trials, played, place, workers=how.workers, keep=keep, done=done))
        return found
    batches = batches_of(trials)
    for one in scenarios:
        plans.of(one)
    keys = {one.name: batch_key(plans.protocol, one, stream.seed) for one in scenarios}
    missing = [
        (one, batch)
        for one in scenarios
        for batch in batches
        if how.kept is None or how.kept.load(keys[one.name], batch) is None
    ]
    done(trials * len(scenarios) - sum(batch.size for _, batch in missing))
    made: dict[tuple[str, Chunk], bytes] = {}

    def take(scenario: Scenario, batch: Chunk, content: bytes) -> None:
        if how.kept is None:
            made[scenario.name, batch] = content
        else:
            how.kept.save(keys[scenario.name], batch, content)
        done(batch.size)

    if how.backend == "dask":
        simulate_on_cluster(missing, plans.protocol, stream.seed, how.workers, how.scheduler, take)
    else:
        for one, batch in missing:
            place = stream.of_scenario(one.code)
            take(one, batch, as_parquet(batch_outcomes(batch, plans.of(one), place, how.workers)))
    kept = how.kept if how.kept is None else KeptBatches(how.kept.folder, resume=True)
    found = []
    for one in scenarios:
        outcomes = (
            from_parquet(made[one.name, batch]) if kept is None else kept.load(keys[one.name], batch)
            for batch in batches
        )
        found.append(_added(outcomes, plans.of(one), keep=keep))
    return found


def _added(outcomes: Iterator[LookOutcomes | None], played: PlayedScenario, *, keep: bool) -> Tally:
    """All batches of a scenario together, in order."""
    total: Tally | None = None
    for one in outcomes:
        assert one is not None  # noqa: S101 -- written just now, or found before
        for part in add_up_batch(one, played, keep=keep):
            total = part if total is None else total.plus(part)
    assert total is not None  # noqa: S101 -- there is at least one trial
    return total
