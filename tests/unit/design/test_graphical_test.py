"""The sequentially rejective test of a graph, and well-known tests as graphs."""

from __future__ import annotations

import pytest

from equipoise.design import (
    bonferroni,
    fallback,
    fixed_sequence,
    graphical_test,
    holm,
    parallel_gatekeeping,
)
from equipoise.errors import ArgumentError
from tolerances import ROUNDING

ABC = ("A", "B", "C")


def adjusted(graph: object, *p: float) -> tuple[float, ...]:
    return graphical_test(graph, dict(zip(ABC, p, strict=True)), 0.05).adjusted_p  # type: ignore[arg-type]


def test_bonferroni_multiplies_by_the_number_of_hypotheses() -> None:
    assert adjusted(bonferroni(ABC), 0.01, 0.02, 0.4) == pytest.approx((0.03, 0.06, 1.0), abs=ROUNDING)


def test_holm_steps_down() -> None:
    """3 p(1), then 2 p(2), then p(3), never falling."""
    assert adjusted(holm(ABC), 0.02, 0.01, 0.025) == pytest.approx((0.04, 0.03, 0.04), abs=ROUNDING)


def test_a_fixed_sequence_never_falls() -> None:
    assert adjusted(fixed_sequence(ABC), 0.01, 0.04, 0.02) == (0.01, 0.04, 0.04)


def test_fallback_tests_the_next_whatever_became_of_the_last() -> None:
    """A at 1/2: 0.06 / 0.5; B at 1/4 alone: 0.04; then C at 1/4 + 1/4: 0.08."""
    assert adjusted(fallback(ABC, (0.5, 0.25, 0.25)), 0.06, 0.01, 0.04) == pytest.approx(
        (0.12, 0.04, 0.08), abs=ROUNDING
    )


def test_a_gate_stays_shut_until_a_primary_is_rejected() -> None:
    gate = parallel_gatekeeping(("P1", "P2"), ("S1", "S2"))
    shut = graphical_test(gate, {"P1": 0.2, "P2": 0.3, "S1": 0.0001, "S2": 0.0001}, 0.05)
    assert shut.rejected == ()
    opened = graphical_test(gate, {"P1": 0.02, "P2": 0.3, "S1": 0.01, "S2": 0.2}, 0.05)
    # P1 0.02 / 0.5; then S1 at 1/4: 0.01 / 0.25; then S2 at 1/2.
    assert opened.rejected == ("P1", "S1")
    assert opened.adjusted_p == pytest.approx((0.04, 0.6, 0.04, 0.4), abs=ROUNDING)
    assert opened.level("S2") == pytest.approx(0.025, abs=ROUNDING)


def test_the_result_as_a_table() -> None:
    found = graphical_test(holm(ABC), {"A": 0.001, "B": 0.02, "C": 0.9}, 0.05)
    table = found.to_frame()
    assert table["hypothesis"].to_list() == list(ABC)
    assert table["step"].to_list() == [1, 2, None]
    assert table["level"].to_list() == pytest.approx([0.05 / 3, 0.025, 0.05], abs=ROUNDING)
    assert found.remaining is not None
    assert found.remaining.hypotheses == ("C",)
    everything = graphical_test(holm(ABC), dict.fromkeys(ABC, 0.0), 0.05)
    assert everything.remaining is None
    assert everything.adjusted_p == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("p_values", "alpha", "said"),
    [
        ({"A": 0.1, "B": 0.1}, 0.05, "must hold 'C' too"),
        ({"A": 0.1, "B": 0.1, "C": 0.1, "D": 0.1}, 0.05, "must be one of 'A', 'B', 'C'"),
        ({"A": 0.1, "B": 0.1, "C": 1.1}, 0.05, r"p_values\['C'\] must lie between 0 and 1"),
        ({"A": 0.1, "B": 0.1, "C": 0.1}, 0.0, "alpha must lie strictly between 0 and 1"),
    ],
)
def test_wrong_calls_are_refused(p_values: dict, alpha: float, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        graphical_test(holm(ABC), p_values, alpha)


def test_graphs_that_have_no_sense_are_refused() -> None:
    with pytest.raises(ArgumentError, match="fixed_sequence"):
        holm(ABC, (0.5, 0.5, 0.0))
    with pytest.raises(ArgumentError, match="must each name a hypothesis"):
        parallel_gatekeeping(ABC, ())
    with pytest.raises(ArgumentError, match="must name a hypothesis"):
        bonferroni(())


def test_a_p_value_exactly_on_its_level_rejects() -> None:
    """0.05 / 3, 0.05 / 2 and 0.05 are Holm's levels; sums of thirds do not round to them."""
    found = graphical_test(holm(ABC), {"A": 0.05 / 3, "B": 0.025, "C": 0.05}, 0.05)
    assert found.rejected == ABC
