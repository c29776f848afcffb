"""Intercurrent events in a protocol file: what is read, and every mistake told with its place and way out."""

from __future__ import annotations

import pytest

from equipoise.errors import ProtocolError
from equipoise.protocol import parse_protocol
from equipoise.protocol.estimands import Strategy
from small_trial import PROTOCOL

OFFER = """
[[endpoint.intercurrent]]
id = "offer"
date = "XOVERDT"
strategy = "hypothetical"
"""


def with_intercurrent(text: str) -> str:
    return PROTOCOL.replace("[randomization]", f"{text}[randomization]", 1)


def test_an_intercurrent_event_is_read() -> None:
    found = parse_protocol(with_intercurrent(OFFER)).endpoint[0].intercurrent[0]
    assert (found.id, found.date, found.strategy, found.days_after) == (
        "offer", "XOVERDT", Strategy.HYPOTHETICAL, 0,
    )  # fmt: skip


def test_the_estimand_is_part_of_the_hash_and_none_leaves_it_as_it_was() -> None:
    hashes = [
        parse_protocol(with_intercurrent(text)).hash
        for text in ("", OFFER, OFFER.replace("hypothetical", "composite"))
    ]
    assert len(set(hashes)) == 3
    assert hashes[0] == parse_protocol(PROTOCOL).hash


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ('"hypothetical"', '"hypothetic"', "strategy", "must be 'treatment-policy', 'hypothetical'"),
        ('date = "XOVERDT"', "", "date", "is missing"),
        ('date = "XOVERDT"', 'dat = "XOVERDT"', "dat", "Did you mean date?"),
        ('id = "offer"', 'id = "relapse"', "id", "is an event of the endpoint already"),
        (OFFER, OFFER + "days_after = 30\n", "days_after", "goes with strategy = 'while-on-treatment'"),
        (
            OFFER,
            OFFER.replace("hypothetical", "while-on-treatment") + "days_after = -1\n",
            "days_after",
            "greater than or equal to 0",
        ),
    ],
)
def test_a_mistake_is_told_where_it_stands(old: str, new: str, place: str, says: str) -> None:
    with pytest.raises(ProtocolError) as error:
        parse_protocol(with_intercurrent(OFFER.replace(old, new)))
    assert f"endpoint[0].intercurrent[0].{place}" in str(error.value)
    assert says in str(error.value)


def test_two_of_one_name_are_told_apart() -> None:
    with pytest.raises(ProtocolError, match=r"intercurrent\[1\]\.id.*'offer'.*names a second one alike"):
        parse_protocol(with_intercurrent(OFFER + OFFER))
