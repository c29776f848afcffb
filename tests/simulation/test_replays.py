"""The central promise at length: fast path and analysis path agree on thousands of replicates of many models."""

from __future__ import annotations

from itertools import chain

import pytest

from equipoise.design import design_trial
from simulation.played_models import MODELS, assert_same, protocol_of, replicates

EACH, OTHERS = 5_000, 600
MANY = (
    "two strata, three looks by events",
    "three arms, cure, futility by spending",
    "unstratified test, looks by calendar",
    "late reports",
    "late reports, cure, three arms, calendar",
    "frailty",
    "strata recorded in error",
    "progression and death, death monitored, late reports and errors",
    "competing causes",
    "looks by information, late reports",
    "stopped trials that go on, patients cross over",
)


@pytest.mark.long
@pytest.mark.parametrize("model", MODELS)
def test_every_look_of_every_replicate_is_that_of_the_analysis_path(model: str) -> None:
    """Equal statistics to 1e-10 and equal exits, half of the trials without an effect."""
    protocol = protocol_of(MODELS[model])
    design, half = design_trial(protocol), (EACH if model in MANY else OTHERS) // 2
    every = (replicates(protocol, truth, seed=2025, count=half) for truth in ("null", "alternative"))
    read = exits = 0
    for replicate in chain.from_iterable(every):
        assert_same(design, replicate)
        read += 1
        exits |= 1 << replicate.exit
    assert read == 2 * half
    assert exits.bit_count() > 1


def test_ten_models_or_more_are_played_at_length() -> None:
    assert len(set(MANY)) >= 10
    assert set(MANY) <= set(MODELS)
