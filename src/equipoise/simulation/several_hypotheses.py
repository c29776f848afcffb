"""Several hypotheses on the same simulated subjects: what the graph rejects, when, how often wrongly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.design import HeldLooks, design_hypotheses, design_trial, looks_as_held
from equipoise.errors import ArgumentError, DesignError
from equipoise.monitoring.planned_statistic import joined_by_events
from equipoise.numerics.streams import Stream, check_seed
from equipoise.simulation._look_kernels import NOT_HELD, LookOutcomes
from equipoise.simulation._replicate_kernels import run_replicates
from equipoise.simulation.bounds_in_use import BoundsInUse, all_looks
from equipoise.simulation.canonical_graph import rejected_by_graph
from equipoise.simulation.changed_protocol import changed, is_planned
from equipoise.simulation.chunks import chunks_of, room_for_outcomes, side_by_side
from equipoise.simulation.computing import Progress, computing
from equipoise.simulation.estimates import Estimate, mean_of, proportion
from equipoise.simulation.look_plan import look_plan
from equipoise.simulation.plain_path import fill_plainly
from equipoise.simulation.played import PlayedScenario
from equipoise.simulation.scenario import scenarios_of
from equipoise.simulation.scenario_grid import own_scenarios
from equipoise.simulation.subject_model import subject_model
from equipoise.simulation.tally import standardised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import polars as pl

    from equipoise._check import FloatArray
    from equipoise.design import Design, GraphicalDesign, GraphicalProcedure
    from equipoise.design.decision import BoolArray
    from equipoise.protocol import Protocol
    from equipoise.protocol.endpoints import Hypothesis
    from equipoise.simulation.chunks import Chunk
    from equipoise.simulation.scenario import Scenario
    from equipoise.simulation.subject_model import IntArray


@dataclass(frozen=True, slots=True)
class HypothesisRejections:
    """One hypothesis of a graph over the simulated trials of one scenario."""

    hypothesis: str
    true: bool
    """Whether nothing is there to be found: the hazard ratio is the one that is tested, or above."""
    rejected: Estimate
    """Probability of rejecting it by its last look, alpha passed on."""
    alone: Estimate
    """The same at the level that it begins with, nothing passed on."""
    at_look: tuple[Estimate, ...]
    """Probability of rejecting it when each look was its latest, by that look or by alpha passed on later."""
    events: tuple[Estimate, ...]
    """Mean events at each look."""
    labels: tuple[str, ...]
    """What each look is called."""
    time: Estimate
    """Mean time from the opening of accrual to its rejection, in trials that reject it."""


@dataclass(frozen=True, slots=True)
class GraphCharacteristics:
    """A graph of hypotheses under one scenario."""

    trial: str
    protocol_hash: str
    """Name and SHA-256 of the protocol."""
    time_unit: str
    alpha: float
    """Familywise, one-sided."""
    seed: int
    scenario: str
    trials: int
    hypotheses: tuple[HypothesisRejections, ...]
    familywise_error: Estimate
    """Probability of rejecting any that is true; 0 where none is."""
    any_rejected: Estimate
    all_rejected: Estimate
    settings: tuple[tuple[str, Any], ...] = ()
    """Quantities that the scenario is named by, with their values."""

    def __getitem__(self, hypothesis: str) -> HypothesisRejections:
        """The hypothesis of this id."""
        for one in self.hypotheses:
            if one.hypothesis == hypothesis:
                return one
        raise ArgumentError(
            "hypothesis", hypothesis, f"must be one of {', '.join(h.hypothesis for h in self.hypotheses)}"
        )

    def to_frame(self) -> pl.DataFrame:
        """Long table: scenario, hypothesis (null: all together), look, statistic, value, mc_error."""
        import polars as pl

        together = ("familywise_error", "any_rejected", "all_rejected")
        rows: list[tuple[str | None, int | None, str, float, float]] = [
            (None, None, name, *getattr(self, name)) for name in together
        ]
        for h in self.hypotheses:
            rows += [(h.hypothesis, None, name, *getattr(h, name)) for name in ("rejected", "alone", "time")]
            for k, (at, events) in enumerate(zip(h.at_look, h.events, strict=True), start=1):
                rows += [(h.hypothesis, k, "rejected", *at), (h.hypothesis, k, "events_mean", *events)]
        names = ("hypothesis", "look", "statistic", "value", "mc_error")
        kinds = (pl.String, pl.Int64, pl.String, pl.Float64, pl.Float64)
        table = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
        return table.insert_column(0, pl.Series("scenario", [self.scenario] * table.height))


def simulate_hypotheses(
    protocol: Protocol,
    *,
    trials: int,
    seed: int,
    scenarios: Scenario | str | Sequence[Scenario | str] | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[GraphCharacteristics, ...]:
    """Simulate trials of several hypotheses, each read at its own looks on the same subjects, by the graph.

    Every replicate's subjects are those of `simulate`: hypotheses differ in whom they compare, in endpoint
    and in looks, so that their correlation is that of the patients and events they share. Each look is
    held when it is due, whatever the others show; bounds are solved at the events observed, for every level
    that the graph may bring. A hypothesis is rejected on the first day on which the looks held by then reject
    it, those held before it at the bounds of its present level. No futility stop is obeyed, as none is
    counted on. `monitor_several` reads the same looks of the same records alike.

    Parameters
    ----------
    protocol
        With [graph] and with looks, assumptions and effects for each hypothesis.
    trials, seed
        Replicates of each scenario, and the seed that gives them again.
    scenarios
        As in `simulate`; they change what is true, not what is planned.
    workers, progress
        As in `simulate`.

    Returns
    -------
    tuple of GraphCharacteristics
        One a scenario.

    Raises
    ------
    DesignError
        There is no graph, a hypothesis is decided by a test whose looks events do not join, patients have
        one endpoint drawn apart from another that a hypothesis is about, a scenario changes the plan, or
        what comes after the stop is to be played.

    References
    ----------
    Maurer, Bretz (2013), Statistics in Biopharmaceutical Research 5:311-320.

    """
    if isinstance(trials, bool) or not isinstance(trials, int) or trials < 1:
        raise ArgumentError("trials", trials, "must be a whole number above 0")
    whole = design_trial(protocol).protocol if protocol.leaves_open else protocol
    design, stream = design_hypotheses(whole), Stream(check_seed(seed))
    _require_joint(design)
    chosen = scenarios_of(scenarios, own_scenarios(protocol))
    _require_unplanned(chosen)
    threads = computing(workers, "threads", None, None, resume=False).workers
    report = Progress(trials * len(chosen), progress)
    found = []
    for one in chosen:
        played = hypotheses_played(design, one)
        place = stream.of_scenario(one.code)
        work = partial(_chunk_of_all, played, place)
        parts = side_by_side(chunks_of(trials), work, workers=threads, done=report.done)
        found.append(_together(design, one, played, parts, seed=stream.seed, protocol_hash=protocol.hash))
    return tuple(found)


def hypotheses_played(design: GraphicalDesign, scenario: Scenario) -> tuple[PlayedScenario, ...]:
    """The looks and subjects of each hypothesis under a scenario.

    Raises
    ------
    DesignError
        The scenario has what comes after the stop played.
    """
    truth = design.protocol
    if scenario.changes:
        truth = changed(truth, scenario.changes, f"scenario {scenario.name!r}")
    if truth.simulation.after_stop is not None:
        raise DesignError(
            "simulation.after_stop is played for one hypothesis: several do not stop at once. Leave it out."
        )
    found = []
    for one in design.designs:
        plan = look_plan(one)
        model = subject_model(truth, plan.endpoint, scenario)
        found.append(PlayedScenario(plan, BoundsInUse(plan.boundaries, plan.planned_events), model, truth))
    return tuple(found)


class HypothesisReader:
    """Reads the looks of one hypothesis at any level; bounds are solved once for each course of events."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self._known: dict[tuple[float, tuple[int, ...]], FloatArray] = {}

    def crossed(self, outcomes: LookOutcomes, level: float) -> BoolArray:
        """Whether each look crosses at a level, shape (trials, K); a look with nothing new is not read."""
        z = standardised(outcomes)
        read = np.isfinite(z)
        courses, which = np.unique(np.where(read, outcomes.events, 0), axis=0, return_inverse=True)
        bounds = np.array([self._bounds(tuple(c), level) for c in courses.tolist()])
        return np.asarray(read & (np.where(read, z, 0.0) >= bounds[which.ravel()]))

    def _bounds(self, events: tuple[int, ...], level: float) -> FloatArray:
        """Efficacy bounds of the looks that are read, infinite at the others, shape (K,)."""
        if (level, events) not in self._known:
            design, out = self.design, np.full(len(events), np.inf)
            read = [k for k, d in enumerate(events) if d > 0]
            if read and level > 0.0:
                t = [events[k] / design.events for k in read]
                final = read[-1] == len(events) - 1
                plan = looks_as_held(design.boundaries, t, [k + 1 for k in read], final=final)
                held = HeldLooks(t, [0.0] * len(t), final=final)
                out[read] = held.bounds(plan.efficacy, level).efficacy_z
            self._known[level, events] = out
        return self._known[level, events]


def rejection_days(
    procedure: GraphicalProcedure,
    readers: Mapping[str, HypothesisReader],
    outcomes: Mapping[str, LookOutcomes],
) -> dict[str, IntArray]:
    """Day on which each trial first rejects each hypothesis, `NOT_HELD` where it does not, shape (trials,).

    On each day of a look the graph is applied to all looks held by then.
    """
    crossings = {
        name: {level: readers[name].crossed(found, level) for level in procedure.levels(name)}
        for name, found in outcomes.items()
    }
    size = len(next(iter(outcomes.values())).short)
    days = {name: np.full(size, NOT_HELD) for name in outcomes}
    for found in outcomes.values():
        for today in found.day.T:

            def by_now(name: str, level: float, today: IntArray = today) -> BoolArray:
                if level <= 0.0:
                    return np.zeros(size, dtype=np.bool_)
                near = min(crossings[name], key=lambda known: abs(known - level))
                day = outcomes[name].day
                held = (day != NOT_HELD) & (day <= today[:, None])
                return np.asarray((crossings[name][near] & held).any(axis=1))

            for name, rejected in rejected_by_graph(procedure, size, by_now).items():
                first = rejected & (today != NOT_HELD) & ((days[name] == NOT_HELD) | (today < days[name]))
                days[name][first] = today[first]
    return days


def _together(
    design: GraphicalDesign,
    scenario: Scenario,
    played: Sequence[PlayedScenario],
    parts: Sequence[Sequence[LookOutcomes]],
    *,
    seed: int,
    protocol_hash: str,
) -> GraphCharacteristics:
    """What the looks of all hypotheses, chunk by chunk, come to under one scenario."""
    names = design.procedure.graph.hypotheses
    joined = [LookOutcomes(*(_joined(part[i] for part in parts))) for i in range(len(names))]
    outcomes = dict(zip(names, joined, strict=True))
    readers = {name: HypothesisReader(one) for name, one in zip(names, design.designs, strict=True)}
    days = rejection_days(design.procedure, readers, outcomes)
    found = []
    for name, one, truth in zip(names, design.designs, played, strict=True):
        level = design.procedure.alpha * design.procedure.graph.weight(name)
        alone = np.asarray(readers[name].crossed(outcomes[name], level).any(axis=1))
        true = _is_true(truth.truth, scenario, one.hypothesis)
        found.append(_of_hypothesis(one, true=true, outcomes=outcomes[name], days=days[name], alone=alone))
    rejected = np.array([days[name] != NOT_HELD for name in names])
    trials = rejected.shape[1]
    wrong = rejected[[h.true for h in found]].any(axis=0)
    return GraphCharacteristics(
        trial=design.protocol.trial.name,
        protocol_hash=protocol_hash,
        time_unit=design.protocol.trial.time_unit,
        alpha=design.procedure.alpha,
        seed=seed,
        scenario=scenario.name,
        trials=trials,
        hypotheses=tuple(found),
        familywise_error=proportion(int(wrong.sum()), trials),
        any_rejected=proportion(int(rejected.any(axis=0).sum()), trials),
        all_rejected=proportion(int(rejected.all(axis=0).sum()), trials),
        settings=scenario.settings,
    )


def _of_hypothesis(
    design: Design, *, true: bool, outcomes: LookOutcomes, days: IntArray, alone: BoolArray
) -> HypothesisRejections:
    trials, rejected = len(days), days != NOT_HELD
    held = (outcomes.day != NOT_HELD) & (outcomes.day <= days[:, None])
    latest = np.where(rejected, held.sum(axis=1) - 1, -1)
    per_unit = design.protocol.trial.days_per_unit
    there = outcomes.events != NOT_HELD
    return HypothesisRejections(
        hypothesis=design.hypothesis.id,
        true=true,
        rejected=proportion(int(rejected.sum()), trials),
        alone=proportion(int(alone.sum()), trials),
        at_look=tuple(proportion(int((latest == k).sum()), trials) for k in range(len(design.looks))),
        events=tuple(
            mean_of(outcomes.events[there[:, k], k].astype(np.float64)) for k in range(len(design.looks))
        ),
        labels=tuple(look.label for look in design.looks),
        time=mean_of((days[rejected] + 1.0) / per_unit),
    )


def _chunk_of_all(played: Sequence[PlayedScenario], stream: Stream, chunk: Chunk) -> list[LookOutcomes]:
    """The looks of every hypothesis on the same replicates."""
    return [_chunk(one, stream, chunk) for one in played]


def _chunk(played: PlayedScenario, stream: Stream, chunk: Chunk) -> LookOutcomes:
    """All looks of a chunk's replicates, whatever they show."""
    plan, out = played.plan, room_for_outcomes(chunk.size, len(played.plan.labels))
    if not plan.fast:
        fill_plainly(played, stream, chunk.first, out)
        return out
    every, seed = all_looks(len(plan.labels)), np.uint64(stream.seed)
    run_replicates(played.model, plan.looks, every, seed, stream.scenario, chunk.first, plan.until, out)
    return out


def _joined(parts: Iterable[LookOutcomes]) -> list[Any]:
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def _is_true(truth: Protocol, scenario: Scenario, hypothesis: Hypothesis) -> bool:
    """Whether the hazard ratio is nowhere below the one that is tested."""
    illness, endpoint = truth.simulation.illness_death, hypothesis.endpoint
    rates: list[float] = []
    if illness is not None and endpoint == illness.survival:
        endpoint = illness.progression_free
        rates.append(illness.hazard_ratio.get(hypothesis.experimental, 1.0))
    for stratum in truth.population(hypothesis):
        effect = scenario.effect(truth.hazard_ratio(endpoint, stratum, hypothesis.experimental))
        rates += [0.0] if effect is None else list(effect.rates)
    return min(rates) >= hypothesis.margin


def _require_unplanned(scenarios: Sequence[Scenario]) -> None:
    """Refuse scenarios that change the plan."""
    for scenario in scenarios:
        for path, _ in scenario.changes:
            if is_planned(path):
                raise DesignError(
                    f"scenario {scenario.name!r} changes {path}, which is planned. Simulate another protocol."
                )


def _require_joint(design: GraphicalDesign) -> None:
    """Refuse what has no law of its own: another test's looks, or endpoints drawn apart."""
    for one in design.designs:
        if not joined_by_events(one):
            raise DesignError(
                f"hypothesis {one.hypothesis.id} is tested by {one.hypothesis.test}, whose looks are not "
                "joined by events: it is not simulated among several. Test it by the log-rank test."
            )
    endpoints = {one.hypothesis.endpoint for one in design.designs}
    illness = design.protocol.simulation.illness_death
    joint = {illness.progression_free, illness.survival} if illness else set()
    if len(endpoints) > 1 and not endpoints <= joint:
        raise DesignError(
            f"hypotheses are about {' and '.join(sorted(endpoints))}, and the protocol does not say how one "
            "patient's times to them hang together. Add [simulation.illness_death]."
        )
