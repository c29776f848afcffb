"""165 two-arm figures of published trials, digitised: log-rank, Cox and Kaplan-Meier as R gives them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from equipoise.survival import FlemingHarrington, cox, kaplan_meier, logrank
from reference.survival.replay import HERE, recorded
from tolerances import COXPH_STOP, ITERATION, SUMMATION, ZPH

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


def test_the_figures_own_catalogue_holds_the_same_numbers(outside_data: Path) -> None:
    """Computed by others with R 4.2.2 and coxph's default stop: Cox, log-rank, rho = 1, proportional hazards."""
    with (outside_data / "kmdata" / "results.csv").open(newline="") as file:
        printed = list(csv.DictReader(file))
    assert len(printed) == 165
    for row in printed:
        time, event, arm = read_figure(outside_data / "kmdata" / row["file"])
        control = row["ref_arm"]
        fit = cox(time, event, (arm != control).astype(float))
        test = logrank(time, event, arm, control=control)
        early = logrank(time, event, arm, control=control, weight=FlemingHarrington(rho=1))
        std_err = float(row["se_efron"])
        ours = (fit.coef[0] / std_err, fit.std_err[0], fit.proportional_hazards_test("km").p[0])
        theirs = (float(row["coef_efron"]) / std_err, std_err, float(row["coxzph_p"]))
        np.testing.assert_allclose(ours, theirs, rtol=0.0, atol=COXPH_STOP, err_msg=row["name"])
        np.testing.assert_allclose(
            (test.chi2, test.p, early.chi2),
            [float(row[name]) for name in ("logrank_chisq", "logrank_p", "wilcoxon_rho1_chisq")],
            rtol=SUMMATION,
            err_msg=row["name"],
        )
