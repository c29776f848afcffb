"""Times and events become estimates and tests."""

from __future__ import annotations

from equipoise.numerics.logrank_weights import FlemingHarrington
from equipoise.survival.cox import cox
from equipoise.survival.cox_fit import ChiSquareTest, CoxFit, CoxStatus
from equipoise.survival.kaplan_meier import KaplanMeier, kaplan_meier
from equipoise.survival.logrank import LogrankTest, logrank
from equipoise.survival.risk_table import RiskTable, risk_table

__all__ = [
    "ChiSquareTest",
    "CoxFit",
    "CoxStatus",
    "FlemingHarrington",
    "KaplanMeier",
    "LogrankTest",
    "RiskTable",
    "cox",
    "kaplan_meier",
    "logrank",
    "risk_table",
]
