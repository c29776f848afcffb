"""Sequential p-values against the naive definition by another quadrature."""

from __future__ import annotations

import pytest

from equipoise.design import (
    HeldLooks,
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    sequential_p_value,
)
from independent.naive_sequential_p import sequential_p
from tolerances import SEQUENTIAL_P

FAMILIES = {
    ("OF", None): LanDeMetsOBrienFleming(),
    ("P", None): LanDeMetsPocock(),
    ("HSD", -4.0): HwangShihDeCani(gamma=-4.0),
    ("KD", 2.0): KimDeMets(rho=2.0),
}
LOOKS = [
    ((0.5, 1.0), (1.2, 2.3)),
    ((0.5, 1.0), (2.9, 1.1)),
    ((0.3, 0.6, 0.9), (0.4, 2.8, 2.1)),
    ((0.2, 0.45, 0.8, 1.0), (0.9, 1.4, 1.9, 2.05)),
    ((0.25, 0.7), (3.4, 3.1)),
]


@pytest.mark.parametrize("family", FAMILIES, ids=str)
@pytest.mark.parametrize(("fractions", "z"), LOOKS, ids=str)
@pytest.mark.parametrize("final", [False, True])
def test_it_is_the_smallest_alpha_that_would_have_rejected(
    family: tuple[str, float | None], fractions: tuple[float, ...], z: tuple[float, ...], *, final: bool
) -> None:
    found = sequential_p_value(HeldLooks(fractions, z, final=final), FAMILIES[family])
    wanted = sequential_p(fractions, z, *family, final=final)
    assert found == pytest.approx(wanted, rel=SEQUENTIAL_P)
