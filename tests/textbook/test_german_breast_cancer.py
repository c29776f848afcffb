"""The Weibull mixture cure model that flexsurvcure's vignette prints for the German breast cancer trial."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from equipoise.survival import mixture_cure, plateau

with (Path(__file__).parent / "german_breast_cancer.csv").open(newline="") as file:
    ROWS = list(csv.DictReader(file))
TIME = np.array([float(row["time"]) for row in ROWS])
EVENT = np.array([row["event"] == "1" for row in ROWS])
GROUP = np.array([row["group"] for row in ROWS])


@pytest.fixture(scope="module")
def fit():  # noqa: ANN201 - a fixture
    """Good is the reference of both other groups."""
    return mixture_cure(TIME, EVENT, covariates=np.column_stack([g == GROUP for g in ("Medium", "Poor")]))


def test_estimates_errors_and_likelihood_as_printed(fit) -> None:  # noqa: ANN001 - a fixture
    """flexsurvcure(Surv(rectime, censrec) ~ group, data = bc, link = "logistic", dist = "weibullPH", mixture = T)."""
    assert (fit.n, fit.n_events) == (686, 299)
    assert round(fit.loglik, 3) == -2580.012
    np.testing.assert_allclose(fit.coef[1:3], [-1.23, -3.48], atol=0.005)
    np.testing.assert_allclose(fit.std_err[1:3], [0.264, 1.06], atol=0.005)
    np.testing.assert_allclose(fit.lower[1:3], [-1.74, -5.56], atol=0.005)
    np.testing.assert_allclose(fit.upper[1:3], [-0.709, -1.40], atol=0.005)
    shape = np.exp(-fit.coef[-1])
    np.testing.assert_allclose([shape, shape * fit.std_err[-1]], [1.55, 0.0907], rtol=0.004)
    np.testing.assert_allclose(np.exp(-shape * fit.coef[3]), 1.61e-5, rtol=0.004)
    good = fit.cure_fraction([[0, 0]], ci="logit")
    printed = [0.673, 0.584, 0.752]
    np.testing.assert_allclose([good.cure_fraction[0], good.lower[0], good.upper[0]], printed, atol=0.0005)


def test_survival_as_printed(fit) -> None:  # noqa: ANN001 - a fixture
    """The vignette's summary, whose maximum was found to about 1e-5."""
    found = fit.survival([0, 1000, 2000, 3000], [[0, 0]])
    np.testing.assert_allclose(found[0], [1.0, 0.83251996, 0.71313032, 0.67959584], atol=2e-5)


def test_only_the_good_have_a_plateau_to_speak_of() -> None:
    """29 of 229 outlived the last event of the good; of the others 5 and 1."""
    found = plateau(TIME, EVENT, group=GROUP)
    assert found.n_after.tolist() == [29, 5, 1]
    assert found.sufficient.tolist() == [True, False, False]
