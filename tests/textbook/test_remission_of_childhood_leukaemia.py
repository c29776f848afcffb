"""6-mercaptopurine against placebo in children's acute leukaemia in remission: the first trial of its kind.

Weeks of remission of 21 pairs as printed in Freireich et al. (1963), Blood 21:699-716, and Gehan (1965), Biometrika
52:203-223; + is still in remission. Results as printed in the places cited at each test.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from equipoise.survival import cox, follow_up, kaplan_meier, logrank, rmst

MERCAPTOPURINE = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+".split()  # noqa: SIM905 - as printed
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23".split()  # noqa: SIM905 - as printed
TIME = np.array([float(week.rstrip("+")) for week in MERCAPTOPURINE + PLACEBO])
EVENT = np.array([not week.endswith("+") for week in MERCAPTOPURINE + PLACEBO])
ARM = np.array(["6-MP"] * len(MERCAPTOPURINE) + ["placebo"] * len(PLACEBO))


def test_the_weeks_are_those_of_the_data_file(outside_data: Path) -> None:
    """Typed here, and in a file that others typed."""
    with (outside_data / "survival" / "gehan.csv").open(newline="") as file:
        theirs = Counter(
            (float(r["time"]), r["cens"] == "1", r["treat"] == "6-MP") for r in csv.DictReader(file)
        )
    assert theirs == Counter(zip(TIME.tolist(), EVENT.tolist(), (ARM == "6-MP").tolist(), strict=True))


def test_survival_on_mercaptopurine_and_greenwoods_error() -> None:
    """Klein, Moeschberger (2003), Survival Analysis, 2nd edition, table 4.1B."""
    drug = ARM == "6-MP"
    frame = kaplan_meier(TIME[drug], EVENT[drug]).to_frame()
    frame = frame.filter(frame["n_event"] > 0)
    assert frame["time"].to_list() == [6, 7, 10, 13, 16, 22, 23]
    assert frame["n_risk"].to_list() == [21, 17, 15, 12, 11, 7, 6]
    assert frame["n_event"].to_list() == [3, 1, 1, 1, 1, 1, 1]
    assert frame["survival"].round(3).to_list() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert frame["std_err"].round(4).to_list() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]


def test_medians_of_23_and_8_weeks() -> None:
    """Gehan (1965)."""
    curves = kaplan_meier(TIME, EVENT, group=ARM)
    assert dict(zip(curves.groups, curves.quantile(0.5).time, strict=True)) == {"6-MP": 23, "placebo": 8}


def test_logrank() -> None:
    """Chi-square 16.793: Kleinbaum, Klein (2012), Survival Analysis, 3rd edition, chapter 2. O 9 and 21."""
    test = logrank(TIME, EVENT, ARM, control="placebo")
    assert dict(zip(test.groups, test.observed, strict=True)) == {"6-MP": 9, "placebo": 21}
    assert round(test.chi2, 3) == 16.793
    assert test.z > 0


@pytest.mark.parametrize(
    ("ties", "hazard_ratio", "coef", "std_err"),
    [("breslow", 4.523, 1.509, 0.4096), ("efron", 4.817, 1.572, 0.4124)],
)
def test_hazard_ratio_of_placebo_over_mercaptopurine(
    ties: str, hazard_ratio: float, coef: float, std_err: float
) -> None:
    """Breslow: Kleinbaum, Klein (2012), chapter 3, 4.523 (1.509, 0.410); Efron: Venables, Ripley (2002), section 13.3."""
    fit = cox(TIME, EVENT, (ARM == "placebo").astype(float)[:, None], ties=ties)
    assert round(fit.hazard_ratio[0], 3) == hazard_ratio
    assert round(fit.coef[0], 3) == coef
    assert round(fit.std_err[0], 4) == std_err


def test_the_same_hazard_ratio_the_other_way_is_benefit() -> None:
    """Drug over placebo: the reciprocal, below 1."""
    fit = cox(TIME, EVENT, (ARM == "6-MP").astype(float)[:, None])
    assert round(1 / fit.hazard_ratio[0], 3) == 4.817
    assert fit.upper[0] < 1


def test_restricted_means_by_rectangles_drawn_by_hand() -> None:
    """Up to 6 weeks nobody on the drug had relapsed before 6; on placebo 21, 19, 17, 16, 14, 12 of 21 in each week."""
    found = rmst(TIME, EVENT, ARM, control="placebo", tau=6)
    means = dict(zip(found.groups, found.mean, strict=True))
    assert means["6-MP"] == pytest.approx(6)
    assert means["placebo"] == pytest.approx((21 + 19 + 17 + 16 + 14 + 12) / 21)


def test_placebo_has_no_follow_up_beyond_its_relapses() -> None:
    """Every child on placebo relapsed: how long they would have been followed cannot be known."""
    found = follow_up(TIME, EVENT, group=ARM)
    assert np.isnan(dict(zip(found.groups, found.median, strict=True))["placebo"])
