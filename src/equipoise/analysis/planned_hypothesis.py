"""Which hypothesis plans the test of one comparison in one population."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equipoise.protocol import Protocol
    from equipoise.protocol.endpoints import Hypothesis


def hypotheses_about(
    protocol: Protocol, endpoint: str, experimental: str, population: str
) -> tuple[Hypothesis, ...]:
    """The hypotheses that compare this arm by this endpoint in just this population, in the protocol's order.

    `population` is "all" or the id of a stratum; with one stratum both mean everybody.
    """
    wanted = set(protocol.strata_ids) if population == "all" else {population}
    return tuple(
        h
        for h in protocol.hypothesis
        if (h.endpoint, h.experimental) == (endpoint, experimental) and set(protocol.population(h)) == wanted
    )


def planned_hypothesis(
    protocol: Protocol, endpoint: str, experimental: str, population: str
) -> Hypothesis | None:
    """The one whose strata a comparison takes: about just it, else the endpoint's first; None without any."""
    about = hypotheses_about(protocol, endpoint, experimental, population)
    return next(iter(about), None) or next((h for h in protocol.hypothesis if h.endpoint == endpoint), None)
