"""The test against a margin that a hypothesis plans, of one comparison in one population."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.analysis.planned_hypothesis import hypotheses_about
from equipoise.analysis.results import MarginTest
from equipoise.survival import hazard_ratio_interval, logrank

if TYPE_CHECKING:
    import polars as pl

    from equipoise.analysis.endpoint_data import EndpointData
    from equipoise.protocol import Protocol
    from equipoise.protocol.endpoints import Hypothesis


def margin_hypothesis(
    protocol: Protocol, endpoint: str, experimental: str, population: str
) -> Hypothesis | None:
    """The hypothesis that tests a margin for this endpoint and arm in just this population, if there is one.

    `population` is "all" or the id of a stratum; with one stratum both mean everybody.
    """
    about = hypotheses_about(protocol, endpoint, experimental, population)
    return next((h for h in about if h.margin != 1.0), None)


def margin_test(
    hypothesis: Hypothesis, pair: EndpointData, *, control: str, strata: pl.Series | None
) -> MarginTest:
    """Test the margin, and invert the test for limits at the hypothesis' alpha."""
    strata = strata if hypothesis.test == "stratified-logrank" else None
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
