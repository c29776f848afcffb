"""Strata with few events are tested as one by the protocol's rule, which does not look at the arms."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from equipoise.analysis import (
    EndpointData,
    analyze,
    pooled_strata,
    sparse_strata,
    strata_as_pooled,
)
from equipoise.design import Design, design_trial
from equipoise.errors import ProtocolError
from equipoise.monitoring import (
    LookResult,
    amendment,
    closed_meeting,
    monitor,
    open_ledger,
    read_ledger,
    stratification_check,
)
from equipoise.monitoring.hypothesis_test import hypothesis_data, hypothesis_test
from equipoise.monitoring.late_effect import late_effect
from equipoise.protocol import parse_protocol
from equipoise.records import TrialRecords, snapshot, trial_records
from equipoise.report.tabulate_endpoint import cox_method
from equipoise.report.tabulate_endpoint import test_method as method_of_test
from equipoise.report.text import interim_text
from independent.naive_logrank import exact_logrank
from small_trial import PROTOCOL, adam_tables
from tolerances import SUMMATION

FOUR = PROTOCOL.replace('id = "low"\nprevalence = 0.5', 'id = "low"\nprevalence = 0.4').replace(
    'id = "high"\nprevalence = 0.5',
    'id = "high"\nprevalence = 0.4\n[[stratum]]\nid = "late"\nprevalence = 0.1\n'
    '[[stratum]]\nid = "rare"\nprevalence = 0.1',
)
MORE = "".join(
    f'[[assumption]]\nendpoint = "EFS"\nstratum = "{s}"\nmilestones = [{{ time = 24, survival = 0.4 }}]\n'
    for s in ("late", "rare")
)
POOLED = FOUR.replace("[[effect]]", MORE + "[[effect]]").replace(
    "alpha = 0.025", "alpha = 0.025\npool_strata_below = 3"
)


@pytest.fixture(scope="module")
def design() -> Design:
    return design_trial(parse_protocol(POOLED))


@pytest.fixture(scope="module")
def records() -> TrialRecords:
    """Three subjects in the late stratum and three in the rare one, with two events each."""
    tables = adam_tables()
    strata = tables["adsl"]["STRATUM"].to_list()
    for i, stratum in {4: "late", 5: "late", 6: "late", 14: "rare", 16: "rare", 17: "rare"}.items():
        strata[i] = stratum
    return trial_records(
        tables["adsl"].with_columns(STRATUM=pl.Series(strata)), tables["adtte"], synthetic=True
    )


@pytest.mark.parametrize(
    ("events", "below", "pool"),
    [
        ({"a": 9, "b": 8}, 5, ()),
        ({"a": 9, "b": 5}, 5, ()),
        ({"a": 3, "b": 20, "c": 4}, 5, ("a", "c")),
        # Two and one make three: still sparse, so the stratum with the fewest events joins.
        ({"a": 2, "b": 20, "c": 9, "d": 1}, 5, ("a", "c", "d")),
        # One sparse stratum joins the smallest of the others, of equal ones the first.
        ({"a": 12, "b": 3, "c": 7, "d": 7}, 5, ("b", "c")),
        ({"a": 0, "b": 30}, 1, ("a", "b")),
        ({"a": 0, "b": 0}, 5, ("a", "b")),
        ({"a": 2}, 5, ()),
        ({}, 5, ()),
    ],
)
def test_which_strata_are_pooled(events: dict[str, int], below: int, pool: tuple[str, ...]) -> None:
    assert sparse_strata(events, below) == pool


def test_no_stratum_of_the_test_is_left_below_the_number_where_that_can_be() -> None:
    rng = np.random.default_rng(1)
    for _ in range(300):
        counts = {str(i): int(n) for i, n in enumerate(rng.poisson(6.0, size=rng.integers(1, 7)))}
        pool = sparse_strata(counts, 5)
        tested = [n for s, n in counts.items() if s not in pool]
        tested += [sum(counts[s] for s in pool)] if pool else []
        assert min(tested) >= 5 or len(tested) == 1


def test_a_look_is_read_with_sparse_strata_as_one(design: Design, records: TrialRecords) -> None:
    """Late and rare have two events each, in both arms together: fewer than three."""
    data = hypothesis_data(design, snapshot(records))
    events = {s: int(data.event[(data.stratum == s).to_numpy()].sum()) for s in data.stratum.unique()}
    assert events == {"low": 9, "high": 7, "late": 2, "rare": 2}
    look = monitor(design, snapshot(records)).current
    assert look.pooled_strata == ("late", "rare")
    by_hand = ["late" if s in {"late", "rare"} else s for s in data.stratum]
    score, variance = naive(data, by_hand)
    assert look.score == pytest.approx(score, abs=1e-12)
    assert look.information == pytest.approx(variance, abs=1e-12)
    apart = naive(data, data.stratum.to_list())
    assert abs(apart[1] - variance) > 0.01


def naive(data: EndpointData, strata: list[str]) -> tuple[float, float]:
    """U and V of the experimental arm by the rival's sums over strata."""
    found = exact_logrank(data.time.tolist(), data.event.tolist(), data.arm.to_list(), strata=strata)
    return float(found.expected[1] - found.observed[1]), float(found.variance[1][1])


def test_the_rule_is_blind_to_the_arms(design: Design, records: TrialRecords) -> None:
    data = hypothesis_data(design, snapshot(records))
    rng = np.random.default_rng(2)
    for _ in range(20):
        drawn = EndpointData(
            data.source,
            data.time,
            data.event,
            data.arm.gather(rng.permutation(len(data.arm))),
            data.stratum,
            data.baseline,
        )
        assert pooled(design, drawn) == ("late", "rare")


def pooled(design: Design, data: EndpointData) -> tuple[str, ...]:
    return pooled_strata(design.protocol, design.hypothesis, data.stratum, data.event)


def test_without_the_rule_or_without_sparse_strata_nothing_changes(records: TrialRecords) -> None:
    apart = design_trial(parse_protocol(POOLED.replace("pool_strata_below = 3\n", "")))
    low = design_trial(parse_protocol(POOLED.replace("pool_strata_below = 3", "pool_strata_below = 2")))
    data = hypothesis_data(apart, snapshot(records))
    assert strata_as_pooled(low.protocol, low.hypothesis, data.stratum, data.event) is data.stratum
    assert strata_as_pooled(low.protocol, None, data.stratum, data.event) is data.stratum
    first, second = (monitor(d, snapshot(records)).current for d in (apart, low))
    assert first.pooled_strata == second.pooled_strata == ()
    assert (first.z, first.information) == (second.z, second.information)
    assert hypothesis_test(apart, data).z == first.z


def test_analyses_beside_the_test_take_the_same_strata(design: Design, records: TrialRecords) -> None:
    data = hypothesis_data(design, snapshot(records))
    apart = design_trial(parse_protocol(POOLED.replace("pool_strata_below = 3\n", "")))
    assert late_effect(design, data).late_weighted_z != late_effect(apart, data).late_weighted_z


def test_one_number_stands_everywhere(design: Design, records: TrialRecords) -> None:
    """At the look, in the analysis, in the closed session, in the check of strata, in a replayed trial."""
    look = monitor(design, snapshot(records)).current
    for analysis in (
        analyze(design.protocol, records),
        closed_meeting(design, snapshot(records), unblinded=True).analysis,
        closed_meeting(design, snapshot(records)).analysis,
    ):
        found = analysis.endpoint("EFS")
        test = found.comparisons[0].logrank
        # Letters may turn the arms round, never the size.
        assert test.z is not None
        assert abs(test.z) == pytest.approx(abs(look.z), abs=SUMMATION)
        assert test.information == pytest.approx(look.information, abs=SUMMATION)
        assert found.pooled_strata == look.pooled_strata == ("late", "rare")
        assert "strata late and rare as one" in method_of_test(found)
        assert "strata late and rare as one" in cox_method(found)
    recorded = POOLED.replace('stratum = "STRATUM"', 'stratum = "STRATUM"\nstratum_recorded = "STRATUM"')
    check = stratification_check(design_trial(parse_protocol(recorded)), snapshot(records))
    assert check is not None
    assert check.z_as_randomised == check.z_as_recorded == look.z


def test_the_hazard_ratio_and_subgroups_take_the_same_strata(records: TrialRecords) -> None:
    grouped = POOLED.replace(
        "milestones = [6]", 'milestones = [6]\n[[analyses.subgroup]]\ncolumn = "ITTFL"\nlabel = "All"'
    )
    rule, without = (
        analyze(parse_protocol(text), records)
        for text in (grouped, grouped.replace("pool_strata_below = 3\n", ""))
    )
    first, second = (a.endpoint("EFS").comparisons[0] for a in (rule, without))
    assert first.hazard_ratio != second.hazard_ratio
    assert rule.subgroups is not None
    assert without.subgroups is not None
    assert not rule.subgroups.to_frame().equals(without.subgroups.to_frame())


def test_a_look_says_which_strata_it_pooled(design: Design, records: TrialRecords) -> None:
    result = monitor(design, snapshot(records))
    assert "strata late and rare, with few events in both arms together, were tested as one" in (
        " ".join(interim_text(result).split())
    )
    assert result.to_frame()["pooled_strata"].to_list() == ["late + rare"]


def test_the_ledger_keeps_which_strata_were_pooled(
    design: Design, records: TrialRecords, tmp_path: object
) -> None:
    ledger = open_ledger(f"{tmp_path}/ledger.jsonl", design, by="A")
    ledger.record(monitor(design, snapshot(records)), committee_action="continue", by="A")
    (kept,) = read_ledger(f"{tmp_path}/ledger.jsonl").history
    assert isinstance(kept, LookResult)
    assert kept.pooled_strata == ("late", "rare")


def test_an_amendment_of_the_rule_is_listed(design: Design) -> None:
    later = design_trial(parse_protocol(POOLED.replace("pool_strata_below = 3", "pool_strata_below = 8")))
    assert "events below which strata are pooled 3 becomes 8" in amendment(design, later).consequences


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("pool_strata_below = 3", "pool_strata_below = 0"), "pool_strata_below"),
        (("pool_strata_below = 3", 'pool_strata_below = 3\ntest = "logrank"'), "goes with test"),
        (("pool_strata_below = 3", "pool_strata_below = 3\nstrata = []"), "goes with strata"),
    ],
)
def test_a_rule_that_pools_nothing_is_refused(change: tuple[str, str], message: str) -> None:
    with pytest.raises(ProtocolError, match=message):
        parse_protocol(POOLED.replace(*change))
