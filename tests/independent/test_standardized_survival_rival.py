"""Standardised curves and their errors against weighted fits differentiated by each subject's weight."""

from __future__ import annotations

import random

import numpy as np
import pytest

from equipoise.survival import standardized_survival
from independent.naive_standardized_survival import Subjects, both_curves


@pytest.mark.parametrize("arm_effect", ["stratum", "covariate"])
@pytest.mark.parametrize("stratified", [False, True])
def test_curves_difference_and_errors(arm_effect: str, stratified: bool) -> None:  # noqa: FBT001 - parametrised
    draw = random.Random(f"{arm_effect} {stratified}")  # noqa: S311 - test data, no secret
    n = 16
    arm = [i % 2 for i in range(n)]
    stratum = [(i // 2) % 2 if stratified else 0 for i in range(n)]
    x = [[draw.gauss(0, 1)] for _ in range(n)]
    time = [draw.randint(1, 7) for _ in range(n - 4)] + [8] * 4
    event = [draw.random() < 0.7 for _ in range(n)]
    by_arm = arm_effect == "stratum"
    cells = [[2 * s + a if by_arm else s for s in stratum] for a in (0, 1)]
    as_if = [[row if by_arm else [float(a), *row] for row in x] for a in (0, 1)]
    own_cells = [cells[a][i] for i, a in enumerate(arm)]
    own_x = [as_if[a][i] for i, a in enumerate(arm)]
    found = standardized_survival(
        time, event, arm, x, times=[2, 5], arm_effect=arm_effect, strata=stratum if stratified else None
    )
    value, error = both_curves(Subjects(time, event, own_cells, own_x), as_if, cells, 5)
    np.testing.assert_allclose([*found.survival[:, 1], found.difference[1]], value, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose([*found.std_err[:, 1], found.difference_std_err[1]], error, rtol=1e-8)
