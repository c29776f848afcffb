"""The running integral: right at every point, over kinks that it was told of, and outside its range."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.numerics.running_integral import Panels, RunningIntegral
from tolerances import ROUNDING


def test_integral_of_an_exponential_with_a_kink() -> None:
    panels = Panels.of(np.array([2.0, 9.0]), 5.0, 0.5)
    found = RunningIntegral.of(panels, np.where(panels.nodes < 2.0, np.exp(-panels.nodes), 3.0))
    x = np.array([-1.0, 0.0, 0.3, 1.999, 2.0, 2.7, 5.0, 6.0])
    early, late = np.clip(x, 0.0, 2.0), np.clip(x, 2.0, 5.0) - 2.0
    assert found(x) == pytest.approx(1.0 - np.exp(-early) + 3.0 * late, rel=ROUNDING, abs=1e-14)


def test_panels_cover_the_range_and_are_no_wider_than_asked() -> None:
    panels = Panels.of(np.array([0.0, 1.1, 4.0]), 3.0, 0.4)
    assert panels.edges[0] == 0.0
    assert panels.edges[-1] == 3.0
    assert 1.1 in panels.edges
    assert (np.diff(panels.edges) <= 0.4 + 1e-12).all()
    assert panels.weights.sum() == pytest.approx(3.0, rel=ROUNDING)
