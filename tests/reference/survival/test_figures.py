"""165 two-arm figures of published trials, digitised: log-rank, Cox and Kaplan-Meier as R gives them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from equipoise.survival import FlemingHarrington, cox, kaplan_meier, logrank
from reference.survival.replay import HERE, recorded
from tolerances import ITERATION, SUMMATION, ZPH

Figures = dict[str, tuple[Path, str]]
FIGURES = recorded(HERE / "figures.csv")


@pytest.fixture(scope="module")
def figures(outside_data: Path) -> Figures:
    """File and reference arm of each figure."""
    with (outside_data / "kmdata" / "results.csv").open(newline="") as file:
        return {
            row["name"]: (outside_data / "kmdata" / row["file"], row["ref_arm"])
            for row in csv.DictReader(file)
        }


def read_figure(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Time, event and arm of one figure."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return (
        np.array([float(row["time"]) for row in rows]),
        np.array([row["event"] == "1" for row in rows]),
        np.array([row["arm"] for row in rows]),
    )


@pytest.mark.parametrize("name", FIGURES)
def test_a_published_figure_gives_rs_numbers(name: str, figures: Figures) -> None:
    """Log-rank (rho 0 and 1), hazard ratio by both rules for ties with its test of proportional hazards,
    survival with error and limits at two times of each arm.
    """
    path, control = figures[name]
    time, event, arm = read_figure(path)
    theirs = {key: pairs for key, pairs in FIGURES[name].items() if key[0] != "curve"}
    for rho in (0, 1):
        test = logrank(time, event, arm, control=control, weight=FlemingHarrington(rho=rho) if rho else None)
        for quantity in ("chi2", "z"):
            [(_, value)] = theirs[f"rho{rho}", "", quantity]
            np.testing.assert_allclose(
                getattr(test, quantity), value, rtol=SUMMATION, atol=1e-12, err_msg=quantity
            )
    x = (arm != control).astype(float)[:, None]
    for ties in ("efron", "breslow"):
        fit = cox(time, event, x, ties=ties)
        [(_, coef)], [(_, std_err)] = theirs[ties, "", "coef"], theirs[ties, "", "std_err"]
        np.testing.assert_allclose(fit.coef, coef, rtol=ITERATION, atol=ITERATION * std_err)
        np.testing.assert_allclose(fit.std_err, std_err, rtol=ITERATION)
        [(_, null)], [(_, fitted)] = theirs[ties, "", "loglik_null"], theirs[ties, "", "loglik"]
        np.testing.assert_allclose(fit.loglik, (null, fitted), rtol=SUMMATION)
        for transform in ("km", "log"):
            [(_, chi2)] = theirs[f"{ties}_zph_{transform}", "", "chi2"]
            ours = fit.proportional_hazards_test(transform).chi2
            np.testing.assert_allclose(ours[0], chi2, rtol=ZPH, err_msg=f"{ties} {transform}")
    for role, members in (("control", arm == control), ("experimental", arm != control)):
        curve = kaplan_meier(time[members], event[members])
        for quantity, own in (
            ("survival", "survival"),
            ("greenwood", "std_err"),
            ("lower", "lower"),
            ("upper", "upper"),
        ):
            at, values = np.array(FIGURES[name]["curve", role, quantity]).T
            np.testing.assert_allclose(
                getattr(curve.at(at), own), values, rtol=SUMMATION, err_msg=f"{role} {own}"
            )
