"""Scrucca, Santucci, Aversa (2010), Bone Marrow Transplant 45:1388-1395: relapse after transplantation, as printed."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from equipoise.survival import fine_gray, gray_test

# The printed fit: age in years, female, phase (CR1, CR2, CR3 against relapse), AML, bone marrow with peripheral blood.
PRINTED = {
    "Age": (-0.0185, 0.0119),
    "Female": (-0.0352, 0.2900),
    "AML": (-0.4723, 0.3054),
    "CR1": (-1.1018, 0.3764),
    "CR2": (-1.0200, 0.3558),
    "CR3": (-0.7314, 0.5766),
    "BM+PB": (-0.9211, 0.5530),
}


def transplants(folder: Path) -> dict[str, np.ndarray]:
    """177 patients with acute leukaemia."""
    with (folder / "survival" / "bmtcrr.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def test_effects_on_the_incidence_of_relapse(outside_data: Path) -> None:
    """Coefficients and errors to the four decimals printed."""
    bmt = transplants(outside_data)
    x = np.column_stack(
        [
            bmt["Age"].astype(float),
            bmt["Sex"] == "F",
            bmt["D"] == "AML",
            *(bmt["Phase"] == phase for phase in ("CR1", "CR2", "CR3")),
            bmt["Source"] == "BM+PB",
        ]
    )
    fit = fine_gray(bmt["ftime"].astype(float), bmt["Status"].astype(int), x)
    coef, std_err = zip(*PRINTED.values(), strict=True)
    np.testing.assert_allclose(fit.coef, coef, rtol=0.0, atol=5e-5)
    np.testing.assert_allclose(fit.std_err, std_err, rtol=0.0, atol=5e-5)


def test_relapse_by_disease(outside_data: Path) -> None:
    """Gray's test 2.8623 for the incidence of relapse in ALL and AML."""
    bmt = transplants(outside_data)
    test = gray_test(bmt["ftime"].astype(float), bmt["Status"].astype(int), bmt["D"])
    assert round(test.chi2, 4) == 2.8623
    assert test.df == 1
