"""The spending functions that the records name, as the package has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.design import HwangShihDeCani, KimDeMets, LanDeMetsOBrienFleming, LanDeMetsPocock

if TYPE_CHECKING:
    from equipoise.design import Spending


def rule(spending: tuple[str, float | None] | None) -> Spending | None:
    """The spending function for a recorded name and parameter."""
    if spending is None:
        return None
    name, parameter = spending
    if name == "OF":
        return LanDeMetsOBrienFleming()
    if name == "P":
        return LanDeMetsPocock()
    return HwangShihDeCani(gamma=parameter) if name == "HSD" else KimDeMets(rho=parameter)
