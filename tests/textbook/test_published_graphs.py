"""Graphs of hypotheses against adjusted p-values that others have printed."""

from __future__ import annotations

import pytest

from equipoise.design import graphical_test, holm
from equipoise.numerics.hypothesis_graph import HypothesisGraph
from tolerances import ROUNDING

# Bretz, Posch, Glimm et al. (2011), Biometrical Journal 53:894-913, figure 1: two doses, two endpoints.
SUCCESSIVE = HypothesisGraph(
    ("H1", "H2", "H3", "H4"),
    (0.5, 0.5, 0.0, 0.0),
    ((0, 0, 1, 0), (0, 0, 0, 1), (0, 1, 0, 0), (1, 0, 0, 0)),
)
# Raw p, adjusted p as printed, alpha, rejected; by programs that share nothing with this one.
PRINTED = [
    # R graphicalMCP, README, graph_test_shortcut.
    ((0.018, 0.010, 0.105, 0.006), (0.020, 0.020, 0.105, 0.020), 0.025, "H1 H2 H4"),
    # R graphicalMCP, README of an earlier version.
    ((0.01, 0.02, 0.03, 0.05), (0.02, 0.04, 0.06, 0.06), 0.05, "H1 H2"),
    # R graphicalMCP, vignette on closed tests of an earlier version.
    ((0.024, 0.01, 0.026, 0.027), (0.048, 0.020, 0.052, 0.052), 0.05, "H1 H2"),
    # R lrstat, tests of fadjpbon.
    ((0.01, 0.005, 0.015, 0.022), (0.02, 0.01, 0.03, 0.03), 0.025, "H1 H2"),
    ((0.02, 0.015, 0.010, 0.023), (0.04, 0.03, 0.04, 0.04), 0.025, ""),
]


@pytest.mark.parametrize(("p", "printed", "alpha", "rejected"), PRINTED)
def test_two_doses_and_two_endpoints(
    p: tuple[float, ...], printed: tuple[float, ...], alpha: float, rejected: str
) -> None:
    found = graphical_test(SUCCESSIVE, dict(zip(SUCCESSIVE.hypotheses, p, strict=True)), alpha)
    assert found.adjusted_p == pytest.approx(printed, abs=ROUNDING)
    assert sorted(found.rejected) == rejected.split()


def test_holm_of_five() -> None:
    """The example of R's gMCP: p (0.01, 0.02, 0.04, 0.04, 0.7); Holm by hand 5, 4, 3 and 2 times p, never falling."""
    ids = tuple("ABCDE")
    found = graphical_test(holm(ids), dict(zip(ids, (0.01, 0.02, 0.04, 0.04, 0.7), strict=True)), 0.05)
    assert found.adjusted_p == pytest.approx((0.05, 0.08, 0.12, 0.12, 0.7), abs=ROUNDING)
