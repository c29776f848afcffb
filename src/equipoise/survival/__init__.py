"""Times and events become estimates and tests."""

from __future__ import annotations

from equipoise.numerics.logrank_weights import (
    FlemingHarrington,
    Gehan,
    LogrankWeight,
    MagirrBurman,
    PetoPeto,
    TaroneWare,
)
from equipoise.survival._cox_penalised import Firth
from equipoise.survival._quantiles import SurvivalQuantiles
from equipoise.survival._rmst_comparison import RmstComparison
from equipoise.survival._schoenfeld_trend import EffectTrend
from equipoise.survival.aalen_johansen import AalenJohansen, StateProbabilities, aalen_johansen
from equipoise.survival.adjusted_logrank import (
    AdjustedHazardRatio,
    AdjustedLogrank,
    adjusted_hazard_ratio,
    adjusted_logrank,
)
from equipoise.survival.average_hazard_ratio import AverageHazardRatio, average_hazard_ratio
from equipoise.survival.cause_specific_cox import cause_specific_cox
from equipoise.survival.completeness import Completeness, completeness
from equipoise.survival.confidence_bands import ConfidenceBand
from equipoise.survival.cox import cox
from equipoise.survival.cox_fit import ChiSquareTest, Concordance, CoxFit, CoxStatus, SchoenfeldResiduals
from equipoise.survival.cox_predict import PredictedSurvival
from equipoise.survival.cox_profile import ProfileLimits
from equipoise.survival.cox_proportionality import ProportionalityTest
from equipoise.survival.cumulative_incidence import CumulativeIncidence, IncidenceAt, cumulative_incidence
from equipoise.survival.fine_gray import FineGrayFit, fine_gray
from equipoise.survival.follow_up import FollowUp, follow_up
from equipoise.survival.gray_test import GrayTest, gray_test
from equipoise.survival.hazard_ratio_interval import HazardRatioInterval, hazard_ratio_interval
from equipoise.survival.kaplan_meier import KaplanMeier, SurvivalAt, kaplan_meier
from equipoise.survival.logrank import LogrankTest, TrendTest, logrank
from equipoise.survival.maxcombo import MaxCombo, maxcombo
from equipoise.survival.milestone import MilestoneComparison, milestone
from equipoise.survival.mixture_cure import CureFit, CureFractions, mixture_cure
from equipoise.survival.nelson_aalen import CumulativeHazard, nelson_aalen
from equipoise.survival.one_sample import OneSampleLogrank, one_sample_logrank
from equipoise.survival.permutation import PermutationTest, permutation_logrank
from equipoise.survival.piecewise_hazards import PiecewiseHazards, piecewise_hazards
from equipoise.survival.plateau import Plateau, plateau
from equipoise.survival.risk_table import RiskTable, risk_table
from equipoise.survival.rmst import Rmst, rmst
from equipoise.survival.standardized_survival import StandardizedSurvival, standardized_survival
from equipoise.survival.stepp import Stepp, stepp
from equipoise.survival.subgroups import Interaction, Subgroup, SubgroupAnalysis, subgroups
from equipoise.survival.window_mean import window_mean

__all__ = [
    "AalenJohansen",
    "AdjustedHazardRatio",
    "AdjustedLogrank",
    "AverageHazardRatio",
    "ChiSquareTest",
    "Completeness",
    "Concordance",
    "ConfidenceBand",
    "CoxFit",
    "CoxStatus",
    "CumulativeHazard",
    "CumulativeIncidence",
    "CureFit",
    "CureFractions",
    "EffectTrend",
    "FineGrayFit",
    "Firth",
    "FlemingHarrington",
    "FollowUp",
    "Gehan",
    "GrayTest",
    "HazardRatioInterval",
    "IncidenceAt",
    "Interaction",
    "KaplanMeier",
    "LogrankTest",
    "LogrankWeight",
    "MagirrBurman",
    "MaxCombo",
    "MilestoneComparison",
    "OneSampleLogrank",
    "PermutationTest",
    "PetoPeto",
    "PiecewiseHazards",
    "Plateau",
    "PredictedSurvival",
    "ProfileLimits",
    "ProportionalityTest",
    "RiskTable",
    "Rmst",
    "RmstComparison",
    "SchoenfeldResiduals",
    "StandardizedSurvival",
    "StateProbabilities",
    "Stepp",
    "Subgroup",
    "SubgroupAnalysis",
    "SurvivalAt",
    "SurvivalQuantiles",
    "TaroneWare",
    "TrendTest",
    "aalen_johansen",
    "adjusted_hazard_ratio",
    "adjusted_logrank",
    "average_hazard_ratio",
    "cause_specific_cox",
    "completeness",
    "cox",
    "cumulative_incidence",
    "fine_gray",
    "follow_up",
    "gray_test",
    "hazard_ratio_interval",
    "kaplan_meier",
    "logrank",
    "maxcombo",
    "milestone",
    "mixture_cure",
    "nelson_aalen",
    "one_sample_logrank",
    "permutation_logrank",
    "piecewise_hazards",
    "plateau",
    "risk_table",
    "rmst",
    "standardized_survival",
    "stepp",
    "subgroups",
    "window_mean",
]
