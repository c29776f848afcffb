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

    from equipoise.simulation.changed_protocol import Change


@dataclass(frozen=True, slots=True)
class Scenario:
    """A truth to play the trial under; what it does not name is as the protocol assumes.

    Parameters
    ----------
    name
        Its name, which alone addresses its random numbers.
    hazard_ratio
        Hazard ratio of every experimental arm in every stratum, one number or by pieces of the protocol's
        time since randomisation; None means as the protocol assumes.
    delay
        Time since randomisation, in the protocol's unit, before which there is no effect.
    changes
        Values of the protocol that are others in this scenario: pairs of a path (`dropout.rate`) and a value.
        Where a value belongs to the plan (hypothesis, monitoring, randomisation, number of patients), the
        trial is designed again with it, under the protocol's own assumptions.
    settings
        What tables and figures name the scenario by: pairs of a quantity and its value.
    """

    name: str
    hazard_ratio: float | PiecewiseConstant | None = None
    delay: float = 0.0
    changes: tuple[Change, ...] = ()
    settings: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        """Check the effect."""
        if not self.name:
            raise ArgumentError("name", self.name, "must not be empty")
        if not isinstance(self.hazard_ratio, PiecewiseConstant | None):
            _check.positive("hazard_ratio", self.hazard_ratio, "1 is no effect, below 1 is benefit.")
        _check.not_negative("delay", self.delay, "It is a time since randomisation.")

    @property
    def code(self) -> int:
        """Number of the scenario in its streams."""
        return scenario_code(self.name)

    def effect(self, assumed: PiecewiseConstant | None) -> PiecewiseConstant | None:
        """The hazard ratio in this scenario, where this one is assumed; None where neither says."""
        ratio = assumed if self.hazard_ratio is None else self.hazard_ratio
        if ratio is None:
            return None
        effect = ratio if isinstance(ratio, PiecewiseConstant) else PiecewiseConstant.constant(ratio)
        if self.delay == 0.0:
            return effect
        starts = (0.0, self.delay, *(s for s in effect.starts if s > self.delay))
        rates = (1.0, *effect.rate(list(starts[1:])).tolist())
        return PiecewiseConstant(starts, rates)


NULL = Scenario("null", 1.0)
ALTERNATIVE = Scenario("alternative")


def scenarios_of(
    given: Scenario | str | Sequence[Scenario | str] | None,
    own: Sequence[Scenario] = (),
    hazard_ratio_null: float = 1.0,
) -> tuple[Scenario, ...]:
    """Scenarios from objects or names: "null", "alternative" or one of the protocol's own.

    None means the protocol's own, or where it has none "null" and "alternative". The null is the hazard ratio
    that is tested: 1, or a margin.
    """
    null = Scenario(NULL.name, hazard_ratio_null)
    if given is None:
        given = tuple(own) or (null, ALTERNATIVE)
    known = {s.name: s for s in (null, ALTERNATIVE, *own)}
    several = (given,) if isinstance(given, Scenario | str) else tuple(given)
    found = tuple(s if isinstance(s, Scenario) else _known(s, known) for s in several)
    if not found:
        raise ArgumentError("scenarios", given, "must hold at least one scenario")
    names: dict[str, Scenario] = {}
    codes: dict[int, str] = {}
    for scenario in found:
        if scenario.name in names:
            raise ArgumentError("scenarios", scenario.name, "must name each scenario once")
        earlier = codes.get(scenario.code)
        if earlier is not None:
            rule = f"shares its random numbers with {earlier!r}"
            raise ArgumentError("scenarios", scenario.name, rule, "Give one of them another name.")
        names[scenario.name], codes[scenario.code] = scenario, scenario.name
    return found


def _known(name: str, known: dict[str, Scenario]) -> Scenario:
    if name not in known:
        listed = ", ".join(repr(one) for one in known)
        rule = f"must be one of {listed} or a Scenario"
        raise ArgumentError("scenarios", name, rule, "For example Scenario('weak', hazard_ratio=0.8).")
    return known[name]
