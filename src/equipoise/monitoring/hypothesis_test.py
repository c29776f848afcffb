"""The one test statistic of a hypothesis: whom it is about, and the test that the protocol plans for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.analysis import EndpointData, endpoint_data
from equipoise.analysis.endpoint_data import strata_of_test
from equipoise.survival import LogrankTest, logrank

if TYPE_CHECKING:
    from equipoise.design import Design
    from equipoise.records import Snapshot


def hypothesis_data(design: Design, snapshot: Snapshot) -> EndpointData:
    """The subjects and times that the monitored hypothesis is about."""
    protocol, hypothesis = design.protocol, design.hypothesis
    whole = endpoint_data(protocol, snapshot, hypothesis.endpoint)
    population = protocol.population(hypothesis)
    return whole.of_strata(population).of_arms(protocol.control.id, hypothesis.experimental)


def hypothesis_test(design: Design, data: EndpointData) -> LogrankTest:
    """The log-rank test that the hypothesis plans, against its margin where it has one."""
    hypothesis = design.hypothesis
    strata = strata_of_test(design.protocol, hypothesis.strata, design.protocol.population(hypothesis))
    stratified = hypothesis.test == "stratified-logrank" and strata
    return logrank(
        data.time,
        data.event,
        data.arm,
        control=design.protocol.control.id,
        strata=data.stratum if stratified else None,
        hazard_ratio_null=hypothesis.margin,
    )
