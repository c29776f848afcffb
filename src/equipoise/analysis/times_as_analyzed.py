"""Every subject's times as analysed, with the reason of each date: ADTTE under the protocol's estimands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from equipoise.analysis.analyze import present_endpoints
from equipoise.analysis.endpoint_data import endpoint_data
from equipoise.records import Snapshot, TrialRecords, snapshot

if TYPE_CHECKING:
    from equipoise.protocol import Protocol


def times_as_analyzed(protocol: Protocol, data: Snapshot | TrialRecords) -> pl.DataFrame:
    """ADTTE as it is analysed: one row a subject and endpoint, under the estimand of each endpoint.

    EVNTDESC describes an event, CNSDTDSC says why a time is censored where it is: last contact, data cut-off,
    or the intercurrent event that ended it. Where two endpoints are estimands of one parameter, PARAMCD is
    the endpoint's id.

    Parameters
    ----------
    protocol
        The trial as planned.
    data
        A snapshot at a data cut-off, or records as they stand.

    Raises
    ------
    DataError
        The data do not fit the protocol: see `endpoint_data`.

    """
    data = data if isinstance(data, Snapshot) else snapshot(data)
    codes = [e.paramcd for e in protocol.endpoint]
    tables = []
    for name in present_endpoints(protocol, data):
        endpoint = protocol.endpoint_of(name)
        alone = codes.count(endpoint.paramcd) == 1
        source = endpoint_data(protocol, data, name).source
        tables.append(source.to_adtte(endpoint.paramcd if alone else endpoint.id))
    return pl.concat(tables)
