"""Reading published facts: every mistake at once, with its place and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.errors import ProtocolError
from equipoise.reconstruction import parse_published, read_published

EXAMPLE = Path(__file__).parents[3] / "examples" / "aall1731" / "published.toml"


def mistakes(text: str) -> dict[str, str]:
    with pytest.raises(ProtocolError) as caught:
        parse_published(text)
    return {p.path: str(p) for p in caught.value.problems}


def test_the_example_is_right() -> None:
    assert read_published(EXAMPLE).trial.name == "AALL1731"


@pytest.mark.parametrize(
    ("old", "new", "path", "word"),
    [
        ("control = true", "control = false", "arm", "must hold two arms, one of them control"),
        (
            'time_unit = "years"',
            'time_unit = "moons"',
            "trial.time_unit",
            "'days', 'weeks', 'months', 'years'",
        ),
        ("horizon = 4.5", "horizon = -4.5", "restricted_mean[0].horizon", "greater than 0"),
        ("[cutoff]", "[cut_off]", "cutoff", "is missing"),
        ("[cutoff]", "[cut_off]", "cut_off", "Did you mean cutoff?"),
        ('id = "chemotherapy"', 'id = "chemo"', "at_risk[0].by_arm.chemotherapy", "is no arm of this trial"),
        ('stratum = "SR-High"', 'stratum = "SR-Low"', None, "is no stratum of this trial"),
        ('status = "assumed"', 'status = "guessed"', None, "must be one of 'published'"),
    ],
)
def test_a_mistake_is_named(old: str, new: str, path: str | None, word: str) -> None:
    text = EXAMPLE.read_text()
    assert old in text
    found = mistakes(text.replace(old, new, 1))
    said = found[path] if path else " ".join(found.values())
    assert word in said


def test_two_mistakes_are_both_named() -> None:
    text = EXAMPLE.read_text().replace("horizon = 4.5", "horizon = 0").replace("control = true", "")
    assert {"restricted_mean[0].horizon", "arm"} <= set(mistakes(text))
