"""Klein and Moeschberger (2003), Survival Analysis, table 7.3: ten two-sample tests of the catheter data."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.survival import FlemingHarrington, Gehan, PetoPeto, TaroneWare, logrank

# Table 1.2: months to the first infection at the exit site (Nahman et al. 1992), by placement of the catheter.
SURGICAL = [1.5, 3.5, 4.5, 4.5, 5.5, 8.5, 8.5, 9.5, 10.5, 11.5, 15.5, 16.5, 18.5, 23.5, 26.5]
SURGICAL_CENSORED = [
    2.5, 2.5, 3.5, 3.5, 3.5, 4.5, 5.5, 6.5, 6.5, 7.5, 7.5, 7.5, 7.5, 8.5, 9.5, 10.5, 11.5, 12.5, 12.5, 13.5,
    14.5, 14.5, 21.5, 21.5, 22.5, 22.5, 25.5, 27.5,
]  # fmt: skip
THROUGH_THE_SKIN = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 2.5, 2.5, 3.5, 6.5, 15.5]
THROUGH_THE_SKIN_CENSORED = [
    0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1.5, 1.5, 1.5, 1.5, 2.5, 2.5, 2.5, 2.5, 2.5, 3.5, 3.5,
    3.5, 3.5, 3.5, 4.5, 4.5, 4.5, 5.5, 5.5, 5.5, 5.5, 5.5, 6.5, 7.5, 7.5, 7.5, 8.5, 8.5, 8.5, 9.5, 9.5, 10.5,
    10.5, 10.5, 11.5, 11.5, 12.5, 12.5, 12.5, 12.5, 14.5, 14.5, 16.5, 16.5, 18.5, 19.5, 19.5, 19.5, 20.5,
    22.5, 24.5, 25.5, 26.5, 26.5, 28.5,
]  # fmt: skip


@pytest.mark.parametrize(
    ("weight", "chi2"),
    [
        (None, 2.53),
        (Gehan(), 0.002),
        (TaroneWare(), 0.40),
        (PetoPeto(), 1.40),
        (PetoPeto(modified=True), 1.28),
        (FlemingHarrington(0, 1), 9.67),
        (FlemingHarrington(1, 0), 1.39),
        (FlemingHarrington(1, 1), 9.83),
        (FlemingHarrington(0.5, 0.5), 9.28),
        (FlemingHarrington(0.5, 2), 8.18),
    ],
)
def test_ten_weights(weight: object, chi2: float) -> None:
    times = [SURGICAL, SURGICAL_CENSORED, THROUGH_THE_SKIN, THROUGH_THE_SKIN_CENSORED]
    sizes = [len(x) for x in times]
    assert (sizes[0] + sizes[1], sizes[2] + sizes[3]) == (43, 76)
    event, arm = np.repeat([1, 0, 1, 0], sizes), np.repeat([0, 0, 1, 1], sizes)
    test = logrank(np.concatenate(times), event, arm, weight=weight)
    np.testing.assert_allclose(test.chi2, chi2, atol=0.006)
