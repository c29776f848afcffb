"""The test against a margin that a hypothesis plans, of one comparison in one population."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.analysis.results import MarginTest
from equipoise.survival import hazard_ratio_interval, logrank

if TYPE_CHECKING:
    from equipoise.analysis.endpoint_data import EndpointData
    from equipoise.protocol import Protocol
    from equipoise.protocol.endpoints import Hypothesis


def margin_hypothesis(
    protocol: Protocol, endpoint: str, experimental: str, population: str
) -> Hypothesis | None:
    """The hypothesis that tests a margin for this endpoint and arm in just this population, if there is one.

    `population` is "all" or the id of a stratum; with one stratum both mean everybody.
    """
    wanted = set(protocol.strata_ids) if population == "all" else {population}
    for h in protocol.hypothesis:
        same = (h.endpoint, h.experimental) == (endpoint, experimental)
        if same and h.margin != 1.0 and set(protocol.population(h)) == wanted:
            return h
    return None


def margin_test(hypothesis: Hypothesis, pair: EndpointData, *, control: str, stratified: bool) -> MarginTest:
    """Test the margin, and invert the test for limits at the hypothesis' alpha."""
    strata = pair.stratum if stratified and hypothesis.test == "stratified-logrank" else None
    given = (pair.time, pair.event, pair.arm)
    return MarginTest(
        hypothesis=hypothesis.id,
        margin=hypothesis.margin,
        test=logrank(
            *given,
            control=control,
            strata=strata,
            hazard_ratio_null=hypothesis.margin,
            alternative="benefit",
        ),
        interval=hazard_ratio_interval(
            *given, control=control, strata=strata, level=1.0 - 2.0 * hypothesis.alpha
        ),
    )
