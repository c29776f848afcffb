"""Figures: what must be readable in them is there, and marked as what it is."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.design import LanDeMetsOBrienFleming, group_sequential
from equipoise.errors import ArgumentError
from equipoise.report import plot, write_figure
from equipoise.report.figures._broken_axis import break_point
from equipoise.report.figures._curves import survival_curves, tick_segments
from equipoise.report.figures._text import spread
from equipoise.report.figures.boundary import Bound, plot_boundary
from equipoise.report.figures.figure import Figure
from equipoise.survival import kaplan_meier

if TYPE_CHECKING:
    from pathlib import Path

    from equipoise.report import TrialReport


def words(figure: Figure) -> list[str]:
    """Texts of a drawing, in order."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", figure.svg())


def places(figure: Figure, word: str) -> list[float]:
    """Horizontal positions at which a word stands."""
    found = re.findall(r"<text([^>]*)>" + re.escape(word) + "</text>", figure.svg())
    xs = [re.search(r'\bx="([0-9.]+)"|translate\(([0-9.]+)', attributes) for attributes in found]
    return [float(m[1] or m[2]) for m in xs if m]


TIME = np.array([2.0, 3.0, 3.0, 5.0, 8.0, 1.0, 4.0, 6.0, 7.0, 9.0])
EVENT = np.array([1, 1, 0, 1, 0, 1, 1, 0, 1, 0])
GROUP = ["a"] * 5 + ["b"] * 5


def test_numbers_at_risk_stand_under_their_ticks() -> None:
    figure = plot(kaplan_meier(TIME, EVENT, group=GROUP), risk_times=[0, 3, 6])
    # arm a: at risk (T >= t) at 0, 3, 6 is 5, 4, 1; arm b: 5, 4, 3
    told = figure.alternative
    assert (
        "a: 100.0\u202f% at 0 (5 at risk), 40.0\u202f% at 3 (4 at risk)" not in told
    )  # S(3) is 0.6, not 0.4
    assert "(5 at risk), 60.0\u202f% at 3 (4 at risk), 30.0\u202f% at 6 (1 at risk)" in told
    for tick, counts in (("3", ["4", "4"]), ("6", ["1", "3"])):
        x = places(figure, tick)[0]
        under = [w for w in counts if any(abs(p - x) < 0.6 for p in places(figure, w))]
        assert under == counts


def test_curves_follow_the_estimate_and_keep_their_last_time() -> None:
    km = kaplan_meier(TIME, EVENT, group=GROUP)
    curve = survival_curves(km.to_frame(), {"a": "A"}, 1.0)[0]
    assert [curve.at(t) for t in (0.0, 1.9, 2.0, 3.0, 5.0, 8.0)] == pytest.approx(
        [1.0, 1.0, 0.8, 0.6, 0.3, 0.3]
    )
    assert curve.time[-1] == 8.0
    x, y = tick_segments(curve, 0.02, 0.01)
    assert x[0] == pytest.approx(3.0)
    assert y[0] == pytest.approx(0.6)


def test_an_axis_is_broken_only_where_all_curves_run_high_and_says_so() -> None:
    assert break_point(0.79, 0.7) == 0.0
    assert break_point(0.88, 0.83) == 0.8
    assert break_point(0.84, 0.71) == 0.7
    assert break_point(0.95, 0.2) == 0.5
    time, event = np.arange(1.0, 101.0), np.arange(100) % 10 == 0
    high = plot(kaplan_meier(time, event & (np.arange(100) < 60)))
    assert "axis broken" in words(high)
    assert "0" in words(high)
    assert "axis broken" not in words(plot(kaplan_meier(TIME, EVENT, group=GROUP)))


def test_the_endpoint_figure_names_test_ratio_and_error(report: TrialReport) -> None:
    assert report.analysis is not None
    e = report.analysis.endpoints[0]
    told = " ".join(words(plot(e, unit="years")))
    assert "Hazard ratio " in told
    assert "Stratified log-rank P " in told
    assert "two-sided" in told
    assert "(± Peto error)" in told
    assert "Years since randomisation" in told
    for counts in e.n_risk.values():
        for n in counts:
            assert f"{n}" in words(plot(e, unit="years"))


def test_boundaries_are_drawn_where_looks_are_read_for_them() -> None:
    looks = [
        Bound(0.2, math.inf, -0.727, label="Look 1", z=0.3),
        Bound(0.6, 2.358, label="Look 2", z=3.9),
        Bound(1.0, 2.107, 2.107, label="Look 3"),
    ]
    figure = plot_boundary(looks)
    told = words(figure)
    assert {
        "2.36",
        "2.11",
        "\u22120.73",
        "z = 3.90",
        "Look 1",
        "Stop for efficacy",
        "Stop for futility",
    } <= set(told)
    assert told.count("2.11") == 1
    assert "Nominal P, one-sided" in told
    assert "one-sided P 0.7664" in figure.alternative


def test_the_right_axis_of_boundaries_reads_one_sided_p() -> None:
    design = group_sequential(
        [0.5, 0.75, 1.0], alpha=0.025, beta=0.1, sides=1, efficacy=LanDeMetsOBrienFleming()
    )
    told = words(plot(design))
    assert {"2.96", "2.36", "2.01", "0.025", "0.5"} <= set(told)


def test_forest_says_what_could_not_be_estimated(report: TrialReport) -> None:
    assert report.analysis is not None
    figure = plot(report.analysis.subgroups, labels={"chemotherapy": "C", "blinatumomab": "B"})
    told = words(figure)
    assert "not estimable" in told
    assert "All subjects" in told
    assert "interaction P" in figure.alternative
    assert "←" in " ".join(told)


def test_causes_share_one_scale_and_arms_differ_without_colour(report: TrialReport) -> None:
    assert report.analysis is not None
    figure = plot(report.analysis.incidence, unit="years", at=[3.0])
    assert "stroke-dasharray" in figure.svg()
    panels = figure.drawing.axes
    assert len({axes.get_ylim() for axes in panels}) == 1
    assert len(panels) == 4


def test_adverse_events_are_sorted_by_difference(report: TrialReport) -> None:
    assert report.analysis is not None
    assert report.analysis.adverse_events is not None
    rates = report.analysis.adverse_events.graded
    told = words(plot(rates))
    whole = rates.differences.filter(rates.differences["course"] == "All courses")
    order = whole.sort("difference", descending=True, maintain_order=True)["term"].to_list()
    found = [w for w in told if w in order]
    assert found == [t for t in order if t in found]


def test_labels_that_would_collide_are_moved_apart() -> None:
    placed = spread([0.5, 0.5, 0.9], [0.1, 0.1, 0.1], 0.0, 1.0)
    assert placed == pytest.approx([0.45, 0.55, 0.9])
    assert spread([1.0, 1.0], [0.2, 0.2], 0.0, 1.0) == pytest.approx([0.7, 0.9])


def test_only_known_types_and_endings(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="must be one of"):
        plot(object())
    figure = plot(kaplan_meier(TIME, EVENT, group=GROUP))
    with pytest.raises(ArgumentError, match=r"\.svg, \.pdf or \.png"):
        write_figure(figure, tmp_path / "x.gif")
    assert write_figure(figure, tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")
    assert not list(tmp_path.glob(".*"))


def test_the_users_own_settings_do_not_reach_a_figure() -> None:
    import matplotlib as mpl

    plain = plot(kaplan_meier(TIME, EVENT, group=GROUP)).svg()
    with mpl.rc_context({"axes.facecolor": "red", "font.size": 30.0, "lines.linewidth": 9.0}):
        assert plot(kaplan_meier(TIME, EVENT, group=GROUP)).svg() == plain


@pytest.mark.parametrize(("milestones", "shown"), [(1, 1), (2, 2), (9, 1)])
def test_the_first_milestone_stays_where_not_all_have_room(milestones: int, shown: int) -> None:
    """Curves that stay above one half leave the lower corner to a few lines."""
    time, event = np.arange(1.0, 41.0), np.arange(40) % 4 == 0
    lines = ["Hazard ratio 0.98"]
    for k in range(1, milestones + 1):
        lines += [f"At {k} days:", "\u2003a 90.0 %", "\u2003b 80.0 %"]
    figure = plot(kaplan_meier(time, event, group=np.arange(40) % 2), corner=lines)
    told = [w for w in words(figure) if w.startswith("At ")]
    assert told == [f"At {k} days:" for k in range(1, shown + 1)]
    assert "Hazard ratio 0.98" in words(figure)
