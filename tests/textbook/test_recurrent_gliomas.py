"""Bland, Altman (2004), BMJ 328:1073: the log-rank test worked out for 51 adults with recurrent gliomas."""

from __future__ import annotations

import numpy as np

from equipoise.survival import logrank

# Weeks to death, or to censoring (marked *), by type of tumour.
ASTROCYTOMA = "6 13 21 30 31* 37 38 47* 49 50 63 79 80* 82* 82* 86 98 149* 202 219"
GLIOBLASTOMA = (
    "10 10 12 13 14 15 16 17 18 20 24 24 25 28 30 33 34* 35 37 40 40 40* 46 48 70* 76 81 82 91 112 181"
)


def test_observed_expected_and_their_chi_square_as_printed() -> None:
    """14 and 28 deaths, 22.48 and 19.52 expected; Σ (O-E)²/E = 6.88, P < 0.01."""
    subjects = [(w, 0) for w in ASTROCYTOMA.split()] + [(w, 1) for w in GLIOBLASTOMA.split()]
    time = [float(w.rstrip("*")) for w, _ in subjects]
    test = logrank(time, [not w.endswith("*") for w, _ in subjects], [g for _, g in subjects])
    assert test.observed.tolist() == [14.0, 28.0]
    assert test.expected.round(2).tolist() == [22.48, 19.52]
    assert round(float(np.sum((test.observed - test.expected) ** 2 / test.expected)), 2) == 6.88
    assert test.p < 0.01
    assert test.z is not None
    assert test.z < 0.0
