"""Simulate a protocol: the chain that will run the trial, on made-up subjects, many times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, overload

import polars as pl

from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics.streams import Stream, check_seed
from equipoise.simulation.after_stop import after_stop, has_aftermath, require_playable
from equipoise.simulation.bounds_in_use import BoundsInUse
from equipoise.simulation.computing import Progress, compute, computing
from equipoise.simulation.operating_characteristics import (
    OperatingCharacteristics,
    scenario_characteristics,
)
from equipoise.simulation.played import Played, true_log_hazard_ratio
from equipoise.simulation.replicate import Replicate, full_replicate
from equipoise.simulation.replicates_table import replicates_table
from equipoise.simulation.scenario import Scenario, scenarios_of
from equipoise.simulation.scenario_grid import own_scenarios
from equipoise.simulation.stopped_inference import stopped_inference

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from equipoise.protocol import Protocol
    from equipoise.simulation.played import PlayedScenario


@overload
def simulate(
    protocol: Protocol,
    *,
    trials: int,
    seed: int,
    scenarios: Scenario | str | Sequence[Scenario | str] | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    replicate: None = None,
    per_replicate: bool = False,
    backend: str = "threads",
    scheduler: str | None = None,
    keep: str | Path | None = None,
    resume: bool = False,
    estimates: bool = False,
) -> OperatingCharacteristics: ...
@overload
def simulate(
    protocol: Protocol,
    *,
    trials: int | None = None,
    seed: int,
    scenarios: Scenario | str | Sequence[Scenario | str],
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    replicate: int,
    per_replicate: bool = False,
    backend: str = "threads",
    scheduler: str | None = None,
    keep: str | Path | None = None,
    resume: bool = False,
    estimates: bool = False,
) -> Replicate: ...
def simulate(
    protocol: Protocol,
    *,
    trials: int | None = None,
    seed: int,
    scenarios: Scenario | str | Sequence[Scenario | str] | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    replicate: int | None = None,
    per_replicate: bool = False,
    backend: str = "threads",
    scheduler: str | None = None,
    keep: str | Path | None = None,
    resume: bool = False,
    estimates: bool = False,
) -> OperatingCharacteristics | Replicate:
    """Simulate a protocol's trials and read their looks by the design's own bounds and decision rule.

    Patients come by a Poisson process with the accrual's rates, fall into strata by prevalence, are allocated
    by the protocol's permuted blocks, and have the event by the assumed hazards unless they are lost first.
    Times are whole days, as trials record them: AVAL = date - start + 1. A look's data are those known at the
    end of the day on which it is due; its statistic is the log-rank test that the hypothesis names; its
    bounds are the design's at the events observed. Where the planned events never come (nobody is followed
    for more than 60 years), the last look is held when nothing more can change, and spends all that is left.

    Parameters
    ----------
    protocol
        The trial; its `[monitoring]` is what is simulated.
    trials
        Replicates of each scenario.
    seed
        Whole number from 0 to 2^64 - 1. Replicate k of a scenario is the same whatever the number of trials,
        the other scenarios, the workers and their order.
    scenarios
        Names or `Scenario` objects; without it the protocol's own `[scenario.*]`, or where it has none "null"
        (no effect; with a margin the hazard ratio that is tested) and "alternative" (as assumed).
        `read_scenarios` reads them from a file.
    workers
        Threads; without it as many as the machine has processors.
    progress
        Called with the trials done and all trials, from the calling thread.
    replicate
        Number from 0 of one replicate of the one scenario named, to be returned in full instead.
    per_replicate
        Whether the result holds its `replicates` too, one row each.
    backend, scheduler
        "threads", or "dask": the workers of the Dask scheduler at this address, or without one of a cluster
        of processes on this machine. The numbers are the same.
    keep, resume
        A folder in which batches of trials are kept as they are done, a Parquet file each; with `resume`
        those that are there are not simulated again, so that what was interrupted goes on.
    estimates
        Whether bias and coverage of the estimates at the stop, as they are and adjusted for the looks, and
        the conditional power at stops for futility are wanted: they cost about as much again.

    Returns
    -------
    OperatingCharacteristics
        Or with `replicate` that `Replicate`.

    """
    tested, stream = protocol.leading_hypothesis, Stream(check_seed(seed))
    margin = 1.0 if tested is None else tested.margin
    chosen = scenarios_of(scenarios, own_scenarios(protocol), margin)
    how = computing(workers, backend, scheduler, keep, resume=resume)
    if replicate is None and (isinstance(trials, bool) or not isinstance(trials, int) or trials < 1):
        raise ArgumentError("trials", trials, "must be a whole number above 0")
    if replicate is not None and len(chosen) != 1:
        names = tuple(s.name for s in chosen)
        raise ArgumentError("scenarios", names, "must name the one scenario that the replicate is of")
    plans = Played(protocol)
    if replicate is not None:
        played = plans.of(chosen[0])
        place = Stream(stream.seed, chosen[0].code, replicate)
        return full_replicate(played, chosen[0].name, place)
    assert trials is not None  # noqa: S101 -- checked above
    report = Progress(trials * len(chosen), progress)
    goes_on = _goes_on([plans.of(one) for one in chosen], estimates=estimates)
    keep_all = per_replicate or estimates or goes_on
    totals = compute(trials, plans, chosen, stream, how, keep=keep_all, done=report.done)
    results, rows = [], []
    for scenario, total in zip(chosen, totals, strict=True):
        played = plans.of(scenario)
        plan = played.plan
        days = plan.protocol.trial.days_per_unit
        result = scenario_characteristics(scenario, plan.labels, total, days)
        if estimates and isinstance(played.bounds, BoundsInUse):
            true = true_log_hazard_ratio(played, scenario)
            inference = stopped_inference(total, played.bounds, true, plan.looks.hazard_ratio_null)
            result = replace(result, inference=inference)
        if has_aftermath(played):
            result = replace(result, after_stop=after_stop(total, played, stream.of_scenario(scenario.code)))
        results.append(result)
        if per_replicate:
            rows.append(replicates_table(scenario.name, total, days))
    return OperatingCharacteristics(
        trial=protocol.trial.name,
        protocol_hash=protocol.hash,
        time_unit=protocol.trial.time_unit,
        trials=trials,
        seed=stream.seed,
        scenarios=tuple(results),
        replicates=pl.concat(rows) if per_replicate else None,
        hazard_ratio_null=margin,
    )


def _goes_on(played: Sequence[PlayedScenario], *, estimates: bool) -> bool:
    """Whether anything is played after the stops; what cannot be is refused before a trial is drawn."""
    if estimates and any(one.plan.plain for one in played):
        raise DesignError("estimates at the stop are those of the log-rank test. Leave estimates out.")
    going_on = [one for one in played if has_aftermath(one)]
    for one in going_on:
        require_playable(one)
    return bool(going_on)
