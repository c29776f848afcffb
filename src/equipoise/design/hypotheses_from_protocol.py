"""Protocol to the design of all its hypotheses: one graph, each hypothesis' looks, bounds at every level."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.crossing import crossing_probabilities
from equipoise.design.from_protocol import design_trial
from equipoise.design.graphical_design import GraphicalDesign, LevelBoundary
from equipoise.design.graphical_procedure import GraphicalProcedure
from equipoise.errors import DesignError
from equipoise.numerics.hypothesis_graph import SPARE

if TYPE_CHECKING:
    from equipoise.design.trial_design import Design
    from equipoise.numerics.hypothesis_graph import HypothesisGraph
    from equipoise.protocol.protocol import Protocol


def design_hypotheses(protocol: Protocol) -> GraphicalDesign:
    """Design the trial of several hypotheses that share one alpha by the protocol's [graph].

    Each hypothesis is designed as `design_trial` does, at the level that it begins with, or without weight at
    the most that may be passed on to it; events and looks then stay, and the efficacy bounds are solved for
    every level that the graph can bring it.

    Parameters
    ----------
    protocol
        With [graph], and with accrual, assumptions and effect for each hypothesis.

    Raises
    ------
    DesignError
        There is no graph, or a hypothesis cannot be designed: its name stands before the reason.

    References
    ----------
    Maurer, Bretz (2013), Statistics in Biopharmaceutical Research 5:311-320.

    """
    if protocol.graph is None:
        raise DesignError(
            "the protocol has no [graph], so its hypotheses share no alpha. Add weights and transitions, or "
            "design one hypothesis by itself."
        )
    graph, alpha = protocol.graph.graph(), protocol.graph.alpha
    designs = tuple(_designed(protocol, name) for name in graph.hypotheses)
    procedure = GraphicalProcedure(graph, alpha, tuple(d.boundaries.efficacy for d in designs))
    levels = tuple(
        _at_level(procedure, design, level, after)
        for design in designs
        for level, after in _ways(graph, design.hypothesis.id, alpha)
    )
    return GraphicalDesign(protocol, procedure, designs, levels)


def _designed(protocol: Protocol, hypothesis: str) -> Design:
    try:
        return design_trial(protocol, hypothesis)
    except DesignError as error:
        raise DesignError(f"hypothesis {hypothesis}: {error}") from error


def _ways(
    graph: HypothesisGraph, hypothesis: str, alpha: float
) -> list[tuple[float, tuple[tuple[str, ...], ...]]]:
    """Each level that a hypothesis may have, rising, with the rejections that lead to it."""
    ways: list[tuple[float, list[tuple[str, ...]]]] = [(x, []) for x in graph.levels(hypothesis, alpha)]
    for rejected, left in graph.remaining():
        if hypothesis in rejected:
            continue
        reached = left.weight(hypothesis) * alpha
        for level, after in ways:
            if math.isclose(level, reached, rel_tol=SPARE):
                after.append(rejected)
    return [(level, tuple(after)) for level, after in ways]


def _at_level(
    procedure: GraphicalProcedure, design: Design, level: float, after: tuple[tuple[str, ...], ...]
) -> LevelBoundary:
    name, margin = design.hypothesis.id, design.hypothesis.margin
    t = np.array([look.information_fraction for look in design.looks])
    bounds = procedure.bounds(name, level, t, final=True)
    drift = (math.log(margin) - design.log_hazard_ratio) * math.sqrt(design.information)
    nothing = np.full(len(t), -np.inf)
    idle = design.boundaries.futility_z
    crossed = crossing_probabilities(
        t.tolist(),
        bounds.efficacy_z.tolist(),
        np.minimum(nothing if idle is None else idle, bounds.efficacy_z).tolist(),
        nothing.tolist(),
        drift,
    )
    return LevelBoundary(
        hypothesis=name,
        level=level,
        after=after,
        efficacy_z=bounds.efficacy_z,
        nominal_p=bounds.nominal_p,
        hazard_ratio=margin * np.exp(-bounds.efficacy_z / np.sqrt(t * design.information)),
        power=float(crossed.efficacy.sum()),
    )
