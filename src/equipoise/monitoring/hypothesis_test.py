"""The one test statistic of a hypothesis: whom it is about, and the test that the protocol plans for it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from equipoise.analysis import EndpointData, endpoint_data
from equipoise.analysis.sparse_strata import planned_strata
from equipoise.monitoring.planned_statistic import (
    PlannedStatistic,
    is_read_by_its_own,
    planned_statistic,
)
from equipoise.survival import HazardRatioInterval, LogrankTest, hazard_ratio_interval, logrank

if TYPE_CHECKING:
    from equipoise.design import Design
    from equipoise.records import Snapshot


def hypothesis_data(design: Design, snapshot: Snapshot) -> EndpointData:
    """The subjects and times that the monitored hypothesis is about."""
    protocol, hypothesis = design.protocol, design.hypothesis
    whole = endpoint_data(protocol, snapshot, hypothesis.endpoint)
    population = protocol.population(hypothesis)
    return whole.of_strata(population).of_arms(protocol.control.id, hypothesis.experimental)


def hypothesis_test(design: Design, data: EndpointData) -> LogrankTest | PlannedStatistic:
    """The test that the hypothesis plans: the log-rank test, against its margin if any, or another."""
    if is_read_by_its_own(design):
        return planned_statistic(
            design, data, strata=planned_strata(design.protocol, design.hypothesis, data)
        )
    return logrank(
        data.time,
        data.event,
        data.arm,
        control=design.protocol.control.id,
        strata=planned_strata(design.protocol, design.hypothesis, data),
        hazard_ratio_null=design.hypothesis.margin,
    )


def one_step_hazard_ratio(test: LogrankTest | PlannedStatistic) -> float:
    """That of the log-rank test, beside whatever test is planned; against a margin, the step from it."""
    ratio = test.hazard_ratio
    assert ratio is not None  # noqa: S101 - two arms
    return ratio


def shown_hazard_ratio(design: Design, data: EndpointData, test: LogrankTest | PlannedStatistic) -> float:
    """The hazard ratio beside the test: one step, or against a margin that at which U is 0."""
    if design.hypothesis.margin == 1.0:
        return one_step_hazard_ratio(test)
    return hypothesis_interval(design, data, math.inf).hazard_ratio


def hypothesis_interval(design: Design, data: EndpointData, critical: float) -> HazardRatioInterval:
    """The hazard ratios that the planned test does not reject at a critical value, as a look's bound is.

    An infinite critical value, that of a look which is not read for efficacy, bounds nothing.
    """
    bounded = math.isfinite(critical)
    found = hazard_ratio_interval(
        data.time,
        data.event,
        data.arm,
        control=design.protocol.control.id,
        strata=planned_strata(design.protocol, design.hypothesis, data),
        critical=critical if bounded else 1.0,
    )
    return found if bounded else replace(found, lower=0.0, upper=math.inf, level=1.0)
