"""A Protocol becomes a Design."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from equipoise.design.binary_endpoint import expected_proportion, expected_proportions
from equipoise.design.boundary_scales import BoundaryScales, ScaledBound, on_scales
from equipoise.design.classical import (
    HaybittlePeto,
    OBrienFleming,
    Pocock,
    Shape,
    Triangular,
    UnifiedFamily,
    WangTsiatis,
)
from equipoise.design.crossing import Crossing
from equipoise.design.decision import Exit, Exits, decide, exit_at
from equipoise.design.events_conventions import EventsConvention, Freedman, HsiehFreedman, Schoenfeld
from equipoise.design.expected_events import ExpectedEvents, expected_events, time_of_events
from equipoise.design.expected_hazard_ratio import ExpectedHazardRatio, expected_hazard_ratio
from equipoise.design.expected_score import ExpectedScore, expected_score
from equipoise.design.expected_statistic import ExpectedStatistic
from equipoise.design.futility_scales import (
    FutilityScale,
    GivenConditionalPower,
    GivenHazardRatio,
    GivenPredictivePower,
    LinearInefficacy,
    RejectsAlternative,
)
from equipoise.design.graphical_design import GraphicalDesign, LevelBoundary
from equipoise.design.graphical_procedure import GraphicalProcedure, SequentialGraphicalTest
from equipoise.design.graphical_test import GraphicalTest, graphical_test
from equipoise.design.group_sequential import group_sequential
from equipoise.design.group_sequential_design import GroupSequentialDesign
from equipoise.design.inference_bias import (
    bias_adjusted_estimate,
    expected_estimate,
    rao_blackwell_estimate,
)
from equipoise.design.inference_conditional import (
    ConditionalPower,
    NormalPrior,
    PredictedInterval,
    conditional_power,
    predicted_interval,
    predictive_power,
)
from equipoise.design.inference_look import InterimLook, interim_look
from equipoise.design.inference_orderings import LikelihoodRatio, Ordering, SampleMean, StageWise
from equipoise.design.inference_repeated import RepeatedInterval, repeated_interval, repeated_p_value
from equipoise.design.inference_stopped import StoppedEstimate, stopped_estimate
from equipoise.design.interim_boundary import InterimBounds, bounds_at, efficacy_boundary_at
from equipoise.design.looks_as_held import looks_as_held
from equipoise.design.maxcombo_design import MaxComboDesign, maxcombo_design
from equipoise.design.mean_endpoint import expected_means
from equipoise.design.milestone_design import expected_milestone
from equipoise.design.named_graphs import (
    bonferroni,
    fallback,
    fixed_sequence,
    holm,
    parallel_gatekeeping,
)
from equipoise.design.one_sample_logrank_design import expected_one_sample_logrank
from equipoise.design.population import Accrual, Stratum
from equipoise.design.power_conventions import PowerConvention
from equipoise.design.required_events import drift_of_events, required_events
from equipoise.design.rmst_design import expected_rmst
from equipoise.design.rules import At, Capped, FutilityP, FutilityZ, GivenP, GivenZ
from equipoise.design.score_moments import ScoreMoments, score_moments
from equipoise.design.score_power import ExactMoments, NullVariance
from equipoise.design.sequential_p_value import HeldLooks, sequential_p_value
from equipoise.design.sequential_test import SequentialTest, sequential_test
from equipoise.design.solve_for import AccrualDuration, AccrualRate, HazardRatio, Power, StudyDuration
from equipoise.design.time_to_event import time_to_event
from equipoise.design.time_to_event_design import TimeToEventDesign
from equipoise.design.trial_design import Design, PlannedLook
from equipoise.design.two_variances import BernsteinLagakos, LachinFoulkes
from equipoise.design.weighted_logrank_design import expected_weighted_logrank
from equipoise.numerics.hypothesis_graph import HypothesisGraph
from equipoise.numerics.logrank_weights import FlemingHarrington, MagirrBurman
from equipoise.numerics.piecewise import PiecewiseConstant
from equipoise.numerics.piecewise_survival import hazard_by_pieces
from equipoise.numerics.spending import (
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    Spending,
)
from equipoise.numerics.spending_families import (
    BetaSpending,
    CauchySpending,
    ExponentialSpending,
    LogisticSpending,
    NormalSpending,
    StudentSpending,
)
from equipoise.numerics.spending_shapes import (
    Gapped,
    LinearSpending,
    PointSpending,
    SteppedSpending,
    Trimmed,
    Truncated,
    UserSpending,
)

if TYPE_CHECKING:
    from equipoise.design.from_protocol import design_trial
    from equipoise.design.hypotheses_from_protocol import design_hypotheses

__all__ = [
    "Accrual",
    "AccrualDuration",
    "AccrualRate",
    "At",
    "BernsteinLagakos",
    "BetaSpending",
    "BoundaryScales",
    "Capped",
    "CauchySpending",
    "ConditionalPower",
    "Crossing",
    "Design",
    "EventsConvention",
    "ExactMoments",
    "Exit",
    "Exits",
    "ExpectedEvents",
    "ExpectedHazardRatio",
    "ExpectedScore",
    "ExpectedStatistic",
    "ExponentialSpending",
    "FlemingHarrington",
    "Freedman",
    "FutilityP",
    "FutilityScale",
    "FutilityZ",
    "Gapped",
    "GivenConditionalPower",
    "GivenHazardRatio",
    "GivenP",
    "GivenPredictivePower",
    "GivenZ",
    "GraphicalDesign",
    "GraphicalProcedure",
    "GraphicalTest",
    "GroupSequentialDesign",
    "HaybittlePeto",
    "HazardRatio",
    "HeldLooks",
    "HsiehFreedman",
    "HwangShihDeCani",
    "HypothesisGraph",
    "InterimBounds",
    "InterimLook",
    "KimDeMets",
    "LachinFoulkes",
    "LanDeMetsOBrienFleming",
    "LanDeMetsPocock",
    "LevelBoundary",
    "LikelihoodRatio",
    "LinearInefficacy",
    "LinearSpending",
    "LogisticSpending",
    "MagirrBurman",
    "MaxComboDesign",
    "NormalPrior",
    "NormalSpending",
    "NullVariance",
    "OBrienFleming",
    "Ordering",
    "PiecewiseConstant",
    "PlannedLook",
    "Pocock",
    "PointSpending",
    "Power",
    "PowerConvention",
    "PredictedInterval",
    "RejectsAlternative",
    "RepeatedInterval",
    "SampleMean",
    "ScaledBound",
    "Schoenfeld",
    "ScoreMoments",
    "SequentialGraphicalTest",
    "SequentialTest",
    "Shape",
    "Spending",
    "StageWise",
    "SteppedSpending",
    "StoppedEstimate",
    "Stratum",
    "StudentSpending",
    "StudyDuration",
    "TimeToEventDesign",
    "Triangular",
    "Trimmed",
    "Truncated",
    "UnifiedFamily",
    "UserSpending",
    "WangTsiatis",
    "bias_adjusted_estimate",
    "bonferroni",
    "bounds_at",
    "conditional_power",
    "decide",
    "design_hypotheses",
    "design_trial",
    "drift_of_events",
    "efficacy_boundary_at",
    "exit_at",
    "expected_estimate",
    "expected_events",
    "expected_hazard_ratio",
    "expected_means",
    "expected_milestone",
    "expected_one_sample_logrank",
    "expected_proportion",
    "expected_proportions",
    "expected_rmst",
    "expected_score",
    "expected_weighted_logrank",
    "fallback",
    "fixed_sequence",
    "graphical_test",
    "group_sequential",
    "hazard_by_pieces",
    "holm",
    "interim_look",
    "looks_as_held",
    "maxcombo_design",
    "on_scales",
    "parallel_gatekeeping",
    "predicted_interval",
    "predictive_power",
    "rao_blackwell_estimate",
    "repeated_interval",
    "repeated_p_value",
    "required_events",
    "score_moments",
    "sequential_p_value",
    "sequential_test",
    "stopped_estimate",
    "time_of_events",
    "time_to_event",
]


_FROM_PROTOCOLS = {"design_hypotheses": "hypotheses_from_protocol", "design_trial": "from_protocol"}


def __getattr__(name: str) -> object:
    """Only these read protocols, whose models take longer to load than everything else here."""
    if name in _FROM_PROTOCOLS:
        return getattr(import_module(f"equipoise.design.{_FROM_PROTOCOLS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
