"""Protocol -> OperatingCharacteristics: the chain that runs the trial, many times on made-up subjects."""

from __future__ import annotations

from equipoise.simulation.canonical import canonical_exit_rates
from equipoise.simulation.canonical_graph import GraphRejections, graph_rejection_rates
from equipoise.simulation.estimates import Distribution, Estimate
from equipoise.simulation.operating_characteristics import (
    LookCharacteristics,
    OperatingCharacteristics,
    ScenarioCharacteristics,
)
from equipoise.simulation.rejections_by_scenario import rejections_by_scenario
from equipoise.simulation.replicate import Replicate, ReplicateLook
from equipoise.simulation.scenario import Scenario
from equipoise.simulation.scenario_grid import read_scenarios
from equipoise.simulation.several_hypotheses import (
    GraphCharacteristics,
    HypothesisRejections,
    simulate_hypotheses,
)
from equipoise.simulation.simulate import simulate
from equipoise.simulation.stopped_inference import EstimatedEffect, StoppedInference

__all__ = [
    "Distribution",
    "Estimate",
    "EstimatedEffect",
    "GraphCharacteristics",
    "GraphRejections",
    "HypothesisRejections",
    "LookCharacteristics",
    "OperatingCharacteristics",
    "Replicate",
    "ReplicateLook",
    "Scenario",
    "ScenarioCharacteristics",
    "StoppedInference",
    "canonical_exit_rates",
    "graph_rejection_rates",
    "read_scenarios",
    "rejections_by_scenario",
    "simulate",
    "simulate_hypotheses",
]
