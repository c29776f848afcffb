"""From published facts to patients: the synthetic cohort nearest to the prior that agrees with them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from equipoise.reconstruction.assemble import Assembler, alive_after_event
from equipoise.reconstruction.at_risk import UNKNOWN, known_at_risk
from equipoise.reconstruction.blocks import Blocks, smallest_block
from equipoise.reconstruction.causes import least_events
from equipoise.reconstruction.conflicts import (
    Conflict,
    Constraint,
    conflicts,
    constraints,
    split_conflicts,
)
from equipoise.reconstruction.event_bounds import bounds_of
from equipoise.reconstruction.facts import Fact, Tables, compare
from equipoise.reconstruction.frame import Frame, frame_of
from equipoise.reconstruction.grid import grid_of
from equipoise.reconstruction.objective import Objective
from equipoise.reconstruction.prior import cumulative, prior_hazards
from equipoise.reconstruction.rows import rows_of
from equipoise.reconstruction.search import Search
from equipoise.reconstruction.solve import Solution, Solver, solve_with_splits
from equipoise.reconstruction.tables import in_order_of_entry, tables
from equipoise.reconstruction.targets import targets_of
from equipoise.reconstruction.whole_counts import CountProblem
from equipoise.records import TrialRecords, trial_records

if TYPE_CHECKING:
    from equipoise.reconstruction.published import Published

# Steps to neighbouring numbers of events; where the facts contradict each other, no number meets them all.
_ROUNDS, _ROUNDS_IN_VAIN = 12, 1


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """A synthetic cohort with the residual of each published fact, the prior and the seed that made it.

    `subjects`, `times`, `adverse_events` are ADSL, ADTTE and ADAE; `facts` holds every published number
    beside the cohort's; `conflicts` the sets of facts found to contradict each other, where some are not met;
    `prior` the hazards believed beforehand; `published_hash` the SHA-256 of the facts.
    """

    subjects: pl.DataFrame
    times: pl.DataFrame
    adverse_events: pl.DataFrame
    facts: tuple[Fact, ...]
    conflicts: tuple[Conflict, ...]
    prior: pl.DataFrame
    seed: int
    published_hash: str

    @property
    def unmet(self) -> tuple[Fact, ...]:
        """Facts aimed at that the cohort would not be printed with."""
        return tuple(f for f in self.facts if f.use == "input" and not f.met)

    @property
    def agrees(self) -> bool:
        """Whether every fact aimed at is met."""
        return not self.unmet

    def to_frame(self) -> pl.DataFrame:
        """The residuals: one row a published fact."""
        names = Fact.__slots__
        return pl.DataFrame(
            {name: [getattr(f, name) for f in self.facts] for name in names}, infer_schema_length=None
        )

    def records(self) -> TrialRecords:
        """The cohort as trial records, marked synthetic."""
        return trial_records(
            self.subjects,
            self.times,
            self.adverse_events,
            source=f"synthetic cohort, seed {self.seed}, facts {self.published_hash[:8]}",
        )


def reconstruct(published: Published, *, seed: int) -> Reconstruction:
    """Build patient-level tables that agree with what was published about a two-arm trial.

    Aggregates never identify a cohort: the answer is the one nearest to the stated prior (in Kullback-Leibler
    distance of the event times) among those that would be printed so, with the residual of each fact. Sizes,
    numbers at risk and totals are met exactly; the rest is met, or missed by as little as could be found.
    The same facts and seed give the same tables.

    References
    ----------
    Csiszár (1975), Annals of Probability 3:146-158, for the projection; Guyot et al. (2012), BMC Med Res
    Methodol 12:9, for the older way from a digitised curve.
    """
    frame = frame_of(published)
    targets = targets_of(published, frame)
    grid = grid_of(frame, [t.day for t in targets])
    hazards = prior_hazards(published, frame)
    rates = np.array([[h.rate(grid.middle) for h in row] for row in hazards])
    survival = np.exp(-cumulative(hazards, frame.first.astype(np.float64)))
    solver = Solver(frame, grid, targets, rates, survival)
    solution = solve_with_splits(solver)
    problem = CountProblem(solver, solution, bounds_of(published, targets, solution.counts))
    objective = Objective(frame, targets)
    dropout = published.dropout.rate / published.days_per_unit if published.dropout else 0.0
    assembler = Assembler(
        frame=frame,
        grid=grid,
        counts=solution.counts,
        shares=solution.shares,
        alive_after_event=alive_after_event(frame, targets, solution.counts),
        blocks=blocks_of(published, frame),
        dropout=dropout,
        seed=seed,
    )
    listed = constraints_of(published, solver, solution)
    contradictions = (*split_conflicts(frame, solver.known, targets), *conflicts(listed))
    rounds = _ROUNDS_IN_VAIN if contradictions else _ROUNDS
    found = Search(problem, assembler, objective, rounds).find(solution.mass)
    cohort = in_order_of_entry(found.polished.cohort)
    os_known = known_at_risk(frame, targets, "overall-survival").pooled
    alive = np.where(os_known >= 0, os_known - solution.counts.sum(axis=0), UNKNOWN)
    made = tables(published, frame, cohort, alive, seed)
    facts = compare(frame, targets, Tables(published, frame, made))
    met = all(f.met for f in facts if f.use == "input")
    return Reconstruction(
        *made,
        facts=facts,
        conflicts=() if met else contradictions,
        prior=_prior_frame(published),
        seed=seed,
        published_hash=hashlib.sha256(published.model_dump_json().encode()).hexdigest(),
    )


def blocks_of(published: Published, frame: Frame) -> Blocks | None:
    """Blocks as stated, else the smallest that give the sizes; None where none up to 40 does."""
    section = published.randomization
    ratio = (1, 1)
    if section is not None and section.ratio:
        ratio = (section.ratio[frame.arms[0]], section.ratio[frame.arms[1]])
    if section is not None and section.block_size:
        times = section.block_size // sum(ratio)
        return Blocks(ratio[0] * times, ratio[1] * times)
    return smallest_block(ratio, [(int(c), int(e)) for c, e in frame.sizes])


def constraints_of(published: Published, solver: Solver, solution: Solution) -> list[Constraint]:
    """The facts as linear constraints near the solution in real numbers."""
    rows = rows_of(
        solver.targets,
        solver.frame,
        solver.grid,
        solution.counts,
        solution.at_risk,
        solution.mass,
        errors_apart=True,
    )
    least = least_events(published)
    return constraints(solver.frame, rows, solver.grid.segment, solver.known, least)


def _prior_frame(published: Published) -> pl.DataFrame:
    rows = [
        (p.arm, p.stratum, start, hazard, p.status, p.source)
        for p in published.prior
        for start, hazard in zip(p.starts, p.hazards, strict=True)
    ]
    names = ["arm", "stratum", "start", "hazard", "status", "source"]
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
