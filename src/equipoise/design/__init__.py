"""A Protocol becomes a Design."""

from __future__ import annotations

from equipoise.design.crossing import Crossing
from equipoise.design.group_sequential import group_sequential
from equipoise.design.group_sequential_design import GroupSequentialDesign
from equipoise.design.interim_boundary import InterimBounds, bounds_at, efficacy_boundary_at
from equipoise.design.rules import At, Capped, FutilityP, FutilityZ, GivenP, GivenZ
from equipoise.numerics.spending import (
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    Spending,
)

__all__ = [
    "At",
    "Capped",
    "Crossing",
    "FutilityP",
    "FutilityZ",
    "GivenP",
    "GivenZ",
    "GroupSequentialDesign",
    "HwangShihDeCani",
    "InterimBounds",
    "KimDeMets",
    "LanDeMetsOBrienFleming",
    "LanDeMetsPocock",
    "Spending",
    "bounds_at",
    "efficacy_boundary_at",
    "group_sequential",
]
