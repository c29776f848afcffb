"""Places of the protocol in words, with the values that stand there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from equipoise.report.protocol_places import place_in_words, value_at

if TYPE_CHECKING:
    from equipoise.protocol import Protocol


@pytest.mark.parametrize(
    ("path", "words", "value"),
    [
        ("arm[1].course", "arm blinatumomab, course", ""),
        ("stratum[1].prevalence", "stratum SR-High, prevalence", "0.4201389"),
        ("randomization.ratio", "randomization, ratio", "chemotherapy 1, blinatumomab 1"),
        ("accrual.start_date", "accrual, start date", "1 July 2019"),
        ("accrual.rates", "accrual, rates", "100, 230, 290, 330, 330, 325"),
        ("monitoring.look[2]", "monitoring, look first efficacy look", ""),
        ("monitoring.look[0].efficacy", "monitoring, look safety and futility 1, efficacy", "no"),
        ("assumption[0]", "assumption DFS, SR-Average", ""),
        ("dropout.rate", "dropout, rate", "0.02"),
        ("safety", "safety", ""),
    ],
)
def test_a_path_is_read_with_names_and_its_value(
    protocol: Protocol, path: str, words: str, value: str
) -> None:
    assert place_in_words(protocol, path) == words
    assert value_at(protocol, path) == value


def test_every_marked_place_of_the_example_can_be_read(protocol: Protocol) -> None:
    for mark in protocol.provenance:
        assert "[" not in place_in_words(protocol, mark.path)
        assert "None" not in value_at(protocol, mark.path)
