"""Times and events become estimates and tests."""

from __future__ import annotations

from equipoise.numerics.logrank_weights import FlemingHarrington, LogrankWeight
from equipoise.survival._quantiles import SurvivalQuantiles
from equipoise.survival.cox import cox
from equipoise.survival.cox_fit import ChiSquareTest, CoxFit, CoxStatus
from equipoise.survival.cumulative_incidence import CumulativeIncidence, IncidenceAt, cumulative_incidence
from equipoise.survival.follow_up import FollowUp, follow_up
from equipoise.survival.kaplan_meier import KaplanMeier, SurvivalAt, kaplan_meier
from equipoise.survival.logrank import LogrankTest, logrank
from equipoise.survival.milestone import MilestoneComparison, milestone
from equipoise.survival.risk_table import RiskTable, risk_table
from equipoise.survival.rmst import Rmst, RmstComparison, rmst
from equipoise.survival.subgroups import Interaction, Subgroup, SubgroupAnalysis, subgroups

__all__ = [
    "ChiSquareTest",
    "CoxFit",
    "CoxStatus",
    "CumulativeIncidence",
    "FlemingHarrington",
    "FollowUp",
    "IncidenceAt",
    "Interaction",
    "KaplanMeier",
    "LogrankTest",
    "LogrankWeight",
    "MilestoneComparison",
    "RiskTable",
    "Rmst",
    "RmstComparison",
    "Subgroup",
    "SubgroupAnalysis",
    "SurvivalAt",
    "SurvivalQuantiles",
    "cox",
    "cumulative_incidence",
    "follow_up",
    "kaplan_meier",
    "logrank",
    "milestone",
    "risk_table",
    "rmst",
    "subgroups",
]
