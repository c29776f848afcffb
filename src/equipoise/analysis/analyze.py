"""The analysis that the protocol plans, of one snapshot: intent to treat, endpoint by endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.analysis._attempts import Attempts
from equipoise.analysis.competing_causes import competing_causes
from equipoise.analysis.endpoint_analysis import analyze_endpoint
from equipoise.analysis.endpoint_data import endpoint_data
from equipoise.analysis.results import EndpointAnalysis, NotEstimable, TrialAnalysis
from equipoise.analysis.safety_analysis import safety_analysis
from equipoise.analysis.subgroup_analysis import subgroup_analysis
from equipoise.errors import DataError
from equipoise.records import Snapshot, TrialRecords, snapshot

if TYPE_CHECKING:
    from equipoise.protocol import Protocol


def analyze(protocol: Protocol, data: Snapshot | TrialRecords) -> TrialAnalysis:
    """Analyse a snapshot as the protocol plans.

    For each endpoint that the data hold: Kaplan-Meier by arm with the protocol's standard errors, log-rank
    test stratified as the hypothesis says, Cox hazard ratio (Efron), restricted mean where a horizon is
    planned, follow-up by reverse Kaplan-Meier; over all patients and, where there are several strata, in
    each. For the first endpoint also competing causes and subgroups; adverse events where the data hold any.

    Parameters
    ----------
    protocol
        The trial as planned.
    data
        A snapshot at a data cut-off, or records, which are analysed as they stand.

    Raises
    ------
    DataError
        The data do not fit the protocol: see `endpoint_data`; or no endpoint of the protocol is in them.

    """
    data = data if isinstance(data, Snapshot) else snapshot(data)
    days = protocol.trial.days_per_unit
    present = present_endpoints(protocol, data)
    attempts = Attempts()
    attempts.failed += [
        NotEstimable(e.label, f"the data hold no parameter {e.paramcd}")
        for e in protocol.endpoint
        if e.id not in present
    ]
    endpoints: list[EndpointAnalysis] = []
    for endpoint in present:
        whole = endpoint_data(protocol, data, endpoint)
        endpoints.append(analyze_endpoint(protocol, endpoint, "all", whole, days))
        if len(protocol.stratum) > 1:
            endpoints += [
                analyze_endpoint(protocol, endpoint, s, whole.of_strata([s]), days)
                for s in protocol.strata_ids
            ]
    return TrialAnalysis(
        protocol=protocol,
        cutoff=data.cutoff,
        data_hash=data.data_hash,
        synthetic=data.synthetic,
        days_per_unit=days,
        endpoints=tuple(endpoints),
        incidence=competing_causes(protocol, data, present[0], attempts),
        subgroups=subgroup_analysis(protocol, data, present[0], attempts),
        adverse_events=safety_analysis(protocol, data),
        not_estimable=tuple(attempts.failed),
    )


def present_endpoints(protocol: Protocol, data: Snapshot) -> list[str]:
    """Ids of the endpoints that the data hold, in the protocol's order."""
    parameters = set() if data.times is None else set(data.times["PARAMCD"].unique())
    present = [e.id for e in protocol.endpoint if e.paramcd in parameters]
    if not present:
        planned = ", ".join(e.paramcd for e in protocol.endpoint)
        raise DataError(
            f"{data.source}: ADTTE holds no endpoint of the protocol ({planned}). It holds "
            f"{', '.join(sorted(parameters)) or 'none'}. Name the parameter in endpoint.parameter."
        )
    return present
