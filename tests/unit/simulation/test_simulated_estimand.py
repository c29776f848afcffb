"""Simulated patients of an endpoint with intercurrent events: what is assumed of it is assumed of its estimand."""

from __future__ import annotations

import numpy as np

from equipoise.analysis import endpoint_data
from equipoise.protocol import parse_protocol
from equipoise.simulation import simulate
from small_trial import PROTOCOL

OFFER = """
[[endpoint.intercurrent]]
id = "offer"
date = "XOVERDT"
strategy = "hypothetical"
[randomization]"""


def test_a_replicate_is_read_under_the_estimand_and_is_the_same_patients() -> None:
    plain, estimand = PROTOCOL, PROTOCOL.replace("\n[randomization]", OFFER, 1)
    found = []
    for text in (plain, estimand):
        protocol = parse_protocol(text)
        records = simulate(protocol, seed=3, scenarios="alternative", replicate=1).records
        found.append(endpoint_data(protocol, records, "EFS"))
    assert found[1].source.intercurrent[0].name == "offer"
    assert found[1].baseline["XOVERDT"].null_count() == len(found[1].time)
    np.testing.assert_array_equal(found[0].time, found[1].time)
    np.testing.assert_array_equal(found[0].event, found[1].event)
