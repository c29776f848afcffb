"""Causes of the first endpoint that compete, as the protocol groups them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.analysis.endpoint_data import endpoint_data
from equipoise.survival import CumulativeIncidence, cumulative_incidence

if TYPE_CHECKING:
    from equipoise.analysis._attempts import Attempts
    from equipoise.protocol import Protocol
    from equipoise.records import Snapshot

CENSORED = "censored"


def competing_causes(
    protocol: Protocol, data: Snapshot, endpoint: str, attempts: Attempts
) -> CumulativeIncidence | None:
    """Cumulative incidence of each cause by arm, in days; None where the protocol groups no causes."""
    groups = {c.id: c.events for c in protocol.analyses.cause}
    if not groups:
        return None
    found = endpoint_data(protocol, data, endpoint, causes=groups)
    cause = found.source.table["cause"].fill_null(CENSORED)
    return attempts(
        "cumulative incidence by cause",
        lambda: cumulative_incidence(
            found.time, cause, censored=CENSORED, group=found.arm, level=protocol.analyses.level
        ),
    )
