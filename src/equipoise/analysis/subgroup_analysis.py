"""Subgroups of the first endpoint, first experimental arm against control."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from equipoise.analysis.endpoint_data import endpoint_data, strata_of_test
from equipoise.analysis.planned_hypothesis import planned_hypothesis
from equipoise.analysis.sparse_strata import strata_as_pooled
from equipoise.errors import DataError
from equipoise.survival import SubgroupAnalysis, subgroups

if TYPE_CHECKING:
    from equipoise.analysis._attempts import Attempts
    from equipoise.protocol import Protocol
    from equipoise.protocol.analyses import Subgroup
    from equipoise.records import Snapshot

UNKNOWN = "unknown"


def subgroup_analysis(
    protocol: Protocol, data: Snapshot, endpoint: str, attempts: Attempts
) -> SubgroupAnalysis | None:
    """Hazard ratio by level of each planned factor with its interaction; None where none is planned.

    Survival by level is given at the first of the planned milestones.
    Subjects whose level is missing form the level "unknown": nobody is left out.
    """
    planned = protocol.analyses.subgroup
    if not planned:
        return None
    experimental = next(a.id for a in protocol.arm if not a.control)
    found = endpoint_data(protocol, data, endpoint, columns=[s.column for s in planned])
    pair = found.of_arms(protocol.control.id, experimental)
    hypothesis = planned_hypothesis(protocol, endpoint, experimental, "all")
    stratified = strata_of_test(protocol, hypothesis, protocol.strata_ids)
    strata = strata_as_pooled(protocol, hypothesis, pair.stratum, pair.event) if stratified else None
    factors = {s.label: _levels(pair.baseline, s) for s in planned}
    milestones = protocol.analyses.milestones
    at = milestones[0] * protocol.trial.days_per_unit if milestones else None
    return attempts(
        "subgroups",
        lambda: subgroups(
            pair.time,
            pair.event,
            pair.arm,
            factors,
            control=protocol.control.id,
            strata=strata,
            at=at,
            level=protocol.analyses.level,
        ),
    )


def _levels(baseline: pl.DataFrame, factor: Subgroup) -> pl.Series:
    """Levels in the order planned, else sorted; the unknown last."""
    values = baseline[factor.column.upper()].cast(pl.String).fill_null(UNKNOWN)
    seen = set(values)
    strange = seen - set(factor.levels) - {UNKNOWN}
    if factor.levels and strange:
        raise DataError(
            f"column {factor.column}: level {min(strange)!r} is not among those planned "
            f"({', '.join(factor.levels)}). Correct the data or add the level to analyses.subgroup.levels."
        )
    order = [*(factor.levels or sorted(seen - {UNKNOWN})), *([UNKNOWN] if UNKNOWN in seen else [])]
    return values.cast(pl.Enum(list(dict.fromkeys(order))))
