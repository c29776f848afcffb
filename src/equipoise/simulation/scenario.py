"""Scenarios: under which truth a trial is simulated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise import _check
from equipoise.errors import ArgumentError
from equipoise.numerics.piecewise import PiecewiseConstant
from equipoise.numerics.streams import scenario_code

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Scenario:
    """A truth about the effect; everything else is as the protocol assumes.

    Parameters
    ----------
    name
        Its name, which alone addresses its random numbers.
    hazard_ratio
        Hazard ratio of every experimental arm in every stratum, one number or by pieces of the protocol's
        time since randomisation; None means as the protocol assumes.
    """

    name: str
    hazard_ratio: float | PiecewiseConstant | None = None

    def __post_init__(self) -> None:
        """Check the effect."""
        if not self.name:
            raise ArgumentError("name", self.name, "must not be empty")
        if not isinstance(self.hazard_ratio, PiecewiseConstant | None):
            _check.positive("hazard_ratio", self.hazard_ratio, "1 is no effect, below 1 is benefit.")

    @property
    def code(self) -> int:
        """Number of the scenario in its streams."""
        return scenario_code(self.name)


NULL = Scenario("null", 1.0)
ALTERNATIVE = Scenario("alternative")

_KNOWN = {s.name: s for s in (NULL, ALTERNATIVE)}


def scenarios_of(given: Scenario | str | Sequence[Scenario | str] | None) -> tuple[Scenario, ...]:
    """Scenarios from objects or the names "null" and "alternative"; None means these two."""
    if given is None:
        return NULL, ALTERNATIVE
    several = (given,) if isinstance(given, Scenario | str) else tuple(given)
    found = tuple(s if isinstance(s, Scenario) else _known(s) for s in several)
    if not found:
        raise ArgumentError("scenarios", given, "must hold at least one scenario")
    for i, scenario in enumerate(found):
        for earlier in found[:i]:
            if scenario.name == earlier.name:
                raise ArgumentError("scenarios", scenario.name, "must name each scenario once")
            if scenario.code == earlier.code:
                rule = f"shares its random numbers with {earlier.name!r}"
                raise ArgumentError("scenarios", scenario.name, rule, "Give one of them another name.")
    return found


def _known(name: str) -> Scenario:
    if name not in _KNOWN:
        listed = ", ".join(repr(known) for known in _KNOWN)
        rule = f"must be one of {listed} or a Scenario"
        raise ArgumentError("scenarios", name, rule, "For example Scenario('weak', hazard_ratio=0.8).")
    return _KNOWN[name]
