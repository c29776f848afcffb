"""Batches of simulated trials on the workers of a Dask cluster: here or on many machines."""

from __future__ import annotations

import multiprocessing
from contextlib import ExitStack
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from equipoise.errors import EquipoiseError, InputError, MissingPartError
from equipoise.numerics.streams import Stream
from equipoise.simulation.batches import batch_outcomes
from equipoise.simulation.chunks import Chunk
from equipoise.simulation.kept_batches import as_parquet
from equipoise.simulation.played import Played

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from equipoise.protocol import Protocol
    from equipoise.simulation.scenario import Scenario

# How often a batch may lose its worker before it is taken for the cause.
ALLOWED_DEATHS = 10
GUARD = (
    "A local cluster starts new processes, and each of them runs this script from its first line. "
    'Put the call under  if __name__ == "__main__":  (or give the address of a running scheduler).'
)


class ClusterError(EquipoiseError):
    """A cluster that does not answer, or whose workers die again and again."""


class UnguardedScriptError(InputError):
    """A script without `__main__` guard that would start itself again in every worker."""


@lru_cache(maxsize=2)
def _plans(protocol: Protocol) -> Played:
    """A protocol's scenarios, made ready once in each worker."""
    return Played(protocol)


def simulate_batch(protocol: Protocol, scenario: Scenario, seed: int, first: int, size: int) -> bytes:
    """Simulate a batch on one thread: what a worker does; the result is a Parquet file."""
    played = _plans(protocol).of(scenario)
    place = Stream(seed, scenario.code)
    return as_parquet(batch_outcomes(Chunk(first, size), played, place, 1))


def simulate_on_cluster(  # noqa: PLR0917 -- what, of what, where, and what becomes of it
    missing: Sequence[tuple[Scenario, Chunk]],
    protocol: Protocol,
    seed: int,
    workers: int,
    scheduler: str | None,
    take: Callable[[Scenario, Chunk, bytes], None],
) -> None:
    """Simulate batches on a cluster's workers; each is taken as soon as it is there.

    A batch whose worker is lost is done again by another: it is the same to the last bit.

    Raises
    ------
    MissingPartError
        Dask is not installed.
    UnguardedScriptError
        The script has no `__main__` guard.
    ClusterError
        The scheduler does not answer, or a batch loses worker after worker.

    """
    if not missing:
        return
    distributed = _library()
    with ExitStack() as opened:
        client = _client(distributed, workers, scheduler, opened)
        # The protocol goes with each job: what is scattered once would be lost with its workers.
        jobs = {
            client.submit(simulate_batch, protocol, one, seed, b.first, b.size, pure=False): (one, b)
            for one, b in missing
        }
        try:
            for job in distributed.as_completed(list(jobs), loop=client.loop):
                take(*jobs[job], _result(distributed, job))
                job.release()
        except BaseException:
            client.cancel(list(jobs), force=True)
            raise


def _result(distributed: Any, job: Any) -> bytes:
    try:
        content: bytes = job.result()
    except distributed.KilledWorker as error:
        raise ClusterError(
            f"a batch of trials lost {ALLOWED_DEATHS} workers one after another: {error}. "
            "Have they enough memory, and the same version of equipoise?"
        ) from error
    return content


def _library() -> Any:
    try:
        import distributed
    except ImportError:
        raise MissingPartError("distributed", "Simulating on a cluster", "cluster") from None
    return distributed


def _client(distributed: Any, workers: int, scheduler: str | None, opened: ExitStack) -> Any:
    """A client of the scheduler at an address, or of a cluster of our own."""
    import dask

    if scheduler is None and multiprocessing.parent_process() is not None:
        raise UnguardedScriptError(GUARD)
    opened.enter_context(
        dask.config.set(
            {
                "distributed.worker.multiprocessing-method": "spawn",
                "distributed.scheduler.allowed-failures": ALLOWED_DEATHS,
                "distributed.logging.distributed": "error",
            }
        )
    )
    if scheduler is not None:
        try:
            return opened.enter_context(distributed.Client(scheduler, timeout="15s", set_as_default=False))
        except (OSError, TimeoutError, ValueError) as error:
            raise ClusterError(
                f"no Dask scheduler answers at {scheduler} ({error}). Is it running, and the address right?"
            ) from error
    try:
        cluster = opened.enter_context(
            distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
            )
        )
    except RuntimeError as error:
        raise UnguardedScriptError(f"the workers of a local cluster did not start. {GUARD}") from error
    return opened.enter_context(distributed.Client(cluster, set_as_default=False))
