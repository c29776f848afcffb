"""Rows of what a design assumes of its patients: strata, survival at milestones, losses to follow-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.report import numbers
from equipoise.report.results_table import ResultRow, result_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise.design.trial_design import Design

ASSUMPTIONS = "design assumptions"


def milestone_item(time: float, unit: str) -> str:
    """How a time is named in the column `item`."""
    return numbers.milestone_name(time, unit)


def milestones(design: Design) -> tuple[float, ...]:
    """Times at which the assumed survival is told: the analyses' milestones."""
    return tuple(design.protocol.analyses.milestones)


def assumption_rows(d: Design) -> Iterator[ResultRow]:
    """Share of each stratum, survival assumed on both arms at each milestone, rate of loss to follow-up."""
    h, protocol = d.hypothesis, d.protocol
    ids = protocol.population(h)
    shares = [protocol.stratum_of(s).prevalence for s in ids]
    unit = protocol.trial.time_unit
    for stratum, share in zip(ids, shares, strict=True):
        about = {"population": h.id, "group": stratum}
        yield result_row(ASSUMPTIONS, "share", share / sum(shares), unit="proportion", **about)
        control = protocol.control_hazard(h.endpoint, stratum)
        effect = protocol.hazard_ratio(h.endpoint, stratum, h.experimental)
        if control is None or effect is None:
            continue
        for time in milestones(d):
            at = {**about, "item": milestone_item(time, unit)}
            for name, hazard in (("control", control), ("experimental", control.times(effect))):
                survival = float(np.exp(-hazard.cumulative(time)))
                yield result_row(ASSUMPTIONS, f"survival_{name}", survival, unit="proportion", **at)
    for arm in (protocol.control.id, h.experimental):
        rate = protocol.dropout.hazard(arm).rates[0]
        yield result_row(
            ASSUMPTIONS, "dropout_rate", rate, unit=f"per {unit}", population=h.id, group=f"arm {arm}"
        )
