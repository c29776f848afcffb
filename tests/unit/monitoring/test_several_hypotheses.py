"""Several hypotheses at a meeting: rejections by the graph, bounds in force, what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from equipoise.design import (
    GraphicalDesign,
    HeldLooks,
    LanDeMetsPocock,
    design_hypotheses,
    sequential_p_value,
)
from equipoise.errors import ArgumentError, DesignError
from equipoise.monitoring import (
    InterimResult,
    LookResult,
    monitor,
    monitor_several,
    read_hypotheses,
)
from equipoise.protocol import parse_protocol
from equipoise.records import TrialRecords, snapshot, trial_records
from small_trial import PROTOCOL, adam_tables
from tolerances import QUADRATURE, ROUNDING

SEVERAL = """
[[hypothesis]]
id = "low"
endpoint = "EFS"
experimental = "B"
population = ["low"]
power = 0.8
[[hypothesis]]
id = "high"
endpoint = "EFS"
experimental = "B"
population = ["high"]
power = 0.8
[[hypothesis]]
id = "all"
endpoint = "EFS"
experimental = "B"
power = 0.8
[graph]
alpha = 0.05
weights = { low = 0.5, high = 0.5, all = 0.0 }
transitions = { low = { high = 0.5, all = 0.5 }, high = { low = 0.5, all = 0.5 } }
[[monitoring]]
hypothesis = "low"
efficacy = { family = "Lan-DeMets Pocock" }
look = [{ events = 5 }, { events = 8 }, { events = 12 }]
[[monitoring]]
hypothesis = "high"
efficacy = { family = "Lan-DeMets Pocock" }
look = [{ events = 5, efficacy = false }, { events = 8 }, { events = 12 }]
[[monitoring]]
hypothesis = "all"
efficacy = { family = "Lan-DeMets Pocock" }
look = [{ events = 12 }, { events = 24 }]
"""


@pytest.fixture(scope="module")
def design() -> GraphicalDesign:
    before, data = PROTOCOL.partition("[[hypothesis]]")[0], PROTOCOL[PROTOCOL.index("[data]") :]
    return design_hypotheses(parse_protocol(before + SEVERAL + data))


@pytest.fixture(scope="module")
def records() -> TrialRecords:
    tables = adam_tables()
    return trial_records(tables["adsl"], tables["adtte"], synthetic=True)


def held(
    design: GraphicalDesign, records: TrialRecords, name: str, events: tuple[int, ...], z: tuple[float, ...]
) -> InterimResult:
    """A result with these looks: a real one whose numbers are replaced."""
    result = monitor(design.design_of(name), snapshot(records))
    last = len(design.design_of(name).looks)
    looks: list[LookResult] = [
        replace(
            result.current,
            look=k,
            planned_look=k,
            events=e,
            z=x,
            spending_fraction=e / design.design_of(name).events,
            final=k == last,
        )
        for k, (e, x) in enumerate(zip(events, z, strict=True), start=1)
    ]
    return replace(result, looks=tuple(looks))


def test_nothing_held_leaves_the_graph_and_shows_the_bounds_to_come(design: GraphicalDesign) -> None:
    found = monitor_several(design, ())
    assert found.rejected == ()
    assert found.remaining == design.procedure.graph
    assert not any(b.held or b.crossed for b in found.bounds)
    low = [b.efficacy_z for b in found.bounds if b.hypothesis == "low"]
    np.testing.assert_allclose(low, design.levels_of("low")[0].efficacy_z, atol=QUADRATURE)
    assert found.status("all") == "not tested yet: nothing has been passed on to it"
    assert repr(found).splitlines() == [
        "SMALL",
        "  low: not rejected; stands at level 0.025",
        "  high: not rejected; stands at level 0.025",
        "  all: not tested yet: nothing has been passed on to it",
    ]
    assert [b.efficacy_z for b in found.bounds if b.hypothesis == "all"] == [np.inf, np.inf]


def test_alpha_passed_on_brings_down_a_bound_already_passed(
    design: GraphicalDesign, records: TrialRecords
) -> None:
    at_half = design.levels_of("high")[0].efficacy_z[1]
    z = (9.0, float(at_half) - 0.02)
    high = held(design, records, "high", (5, 8), z)
    alone = monitor_several(design, [high])
    assert alone.rejected == ()
    assert alone.status("high") == "not rejected; stands at level 0.025"
    low = held(design, records, "low", (5,), (4.0,))
    both = monitor_several(design, [high, low])
    assert both.rejected == ("low", "high")
    # The first look of "high" is not read for efficacy, whatever its z.
    assert both.status("high") == "rejected at level 0.0375, crossed at look 2"
    assert both.remaining is not None
    assert both.remaining.hypotheses == ("all",)
    assert both.found.test.level("all") == pytest.approx(0.05, abs=ROUNDING)
    now = [b for b in both.bounds if b.hypothesis == "all"]
    np.testing.assert_allclose(
        [b.efficacy_z for b in now], design.level_after("all", "low", "high").efficacy_z, atol=QUADRATURE
    )


def test_information_other_than_planned_is_what_counts(
    design: GraphicalDesign, records: TrialRecords
) -> None:
    """Six and nine events where five and eight were planned; the last look stays ahead at twelve."""
    found = monitor_several(design, [held(design, records, "low", (6, 9), (1.0, 1.5))])
    rows = [b for b in found.bounds if b.hypothesis == "low"]
    assert [b.events for b in rows] == [6, 9, 12]
    assert [b.held for b in rows] == [True, True, False]
    wanted = sequential_p_value(HeldLooks((0.5, 0.75), (1.0, 1.5)), LanDeMetsPocock())
    table = found.to_frame().filter(hypothesis="low")
    assert table["sequential_p"][0] == pytest.approx(wanted, rel=QUADRATURE)
    assert table["z"].to_list() == [1.0, 1.5, None]
    bounds = HeldLooks((0.5, 0.75, 1.0), (0.0, 0.0, 0.0), final=True).bounds(LanDeMetsPocock(), 0.025)
    np.testing.assert_allclose([b.efficacy_z for b in rows], bounds.efficacy_z, atol=QUADRATURE)


def test_a_last_look_short_of_information_spends_what_is_left(
    design: GraphicalDesign, records: TrialRecords
) -> None:
    found = monitor_several(design, [held(design, records, "all", (12, 20), (0.0, 1.9))])
    p = found.found.test.p_values[2]
    short = HeldLooks((0.5, 20 / 24), (0.0, 1.9), final=True)
    assert p == pytest.approx(sequential_p_value(short, LanDeMetsPocock()), rel=QUADRATURE)
    assert p < sequential_p_value(replace(short, final=False), LanDeMetsPocock())


def test_the_data_of_each_hypothesis_are_read_at_its_own_looks(
    design: GraphicalDesign, records: TrialRecords
) -> None:
    results = read_hypotheses(design, records, "2022-12-31")
    names = [r.hypothesis for r in results]
    assert "all" in names
    found = monitor_several(design, results)
    for result in results:
        rows = [b for b in found.bounds if b.hypothesis == result.hypothesis and b.held]
        assert [b.z for b in rows] == [k.z for k in result.looks]
    assert found.synthetic
    assert read_hypotheses(design, records, "2020-02-01") == ()


def test_results_that_do_not_belong_are_refused(design: GraphicalDesign, records: TrialRecords) -> None:
    low = held(design, records, "low", (5,), (1.0,))
    with pytest.raises(ArgumentError, match="must hold each hypothesis once"):
        monitor_several(design, [low, low])
    with pytest.raises(ArgumentError, match="must be one of 'low', 'high', 'all'"):
        monitor_several(design, [replace(low, hypothesis="primary")])
    with pytest.raises(DesignError, match="Read it again under the protocol in force"):
        monitor_several(design, [replace(low, protocol_hash="0" * 64)])
