"""A Protocol and a Snapshot become the analyses that the protocol plans."""

from __future__ import annotations

from equipoise.analysis.analyze import analyze
from equipoise.analysis.endpoint_data import EndpointData, endpoint_data
from equipoise.analysis.results import (
    ArmComparison,
    ArmSummary,
    EndpointAnalysis,
    IntercurrentSummary,
    MarginTest,
    MilestoneEstimate,
    NotEstimable,
    TrialAnalysis,
)
from equipoise.analysis.sparse_strata import (
    planned_strata,
    pooled_strata,
    sparse_strata,
    strata_as_pooled,
)
from equipoise.analysis.times_as_analyzed import times_as_analyzed
from equipoise.analysis.trial_data import trial_data

__all__ = [
    "ArmComparison",
    "ArmSummary",
    "EndpointAnalysis",
    "EndpointData",
    "IntercurrentSummary",
    "MarginTest",
    "MilestoneEstimate",
    "NotEstimable",
    "TrialAnalysis",
    "analyze",
    "endpoint_data",
    "planned_strata",
    "pooled_strata",
    "sparse_strata",
    "strata_as_pooled",
    "times_as_analyzed",
    "trial_data",
]
