"""Files of published facts with mistakes: each is found, where it stands, with the way out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from equipoise.errors import ProtocolError
from equipoise.reconstruction import parse_published, read_published

if TYPE_CHECKING:
    from pathlib import Path

MISTAKES = [
    (
        'status = "published"\nsource = "Gupta',
        'status = "rumoured"\nsource = "Gupta',
        r"trial\.status = 'rumoured': must be",
    ),
    ('time_unit = "years"', 'time_unit = "fortnights"', r"trial\.time_unit = 'fortnights': must be"),
    ('value = "0.39"', "value = 0.39", r"hazard_ratio\[0\]\.value"),
    ('value = "0.39"', 'value = "0,39"', r"hazard_ratio\[0\]\.value = '0,39'.*as printed"),
    ('limits = "0.24 to 0.64"', 'limits = "0.64 to 0.24"', r"hazard_ratio\[0\]\.limits"),
    ('limits = "0.24 to 0.64"', 'limits = "0.44 to 0.64"', r"hazard_ratio\[0\]\.limits.*must hold 0\.39"),
    ('"87.9 ± 2.1"', '"87.9 plus 2.1"', r"milestone\[0\]\.by_arm\.chemotherapy"),
    ("control = true\n", "", r"arm: must hold two arms, one of them control"),
    ('id = "SR-High"\n', 'id = "SR-Average"\n', r"stratum\[1\]\.id"),
    (
        "subjects = { chemotherapy = 418, ",
        "subjects = { chemo = 418, ",
        r"stratum\[0\]\.subjects\.chemo.*is no arm",
    ),
    (
        "chemotherapy = 418, blinatumomab = 417",
        "chemotherapy = 418",
        r"stratum\[0\]\.subjects: says nothing of arm",
    ),
    ("block_size = 8", "block_size = 6", r"block_size = 6: cannot end with.*Blocks of 8 would do"),
    ("block_size = 8", "block_size = 7", r"block_size = 7: must be a multiple of 2"),
    ("last = 2024-06-30", "last = 2018-06-30", r"accrual\.last.*must not come before the first"),
    ("date = 2024-06-30", "date = 2023-06-30", r"cutoff\.date.*must not come before the last"),
    (
        "chemotherapy = [722, 627,",
        "chemotherapy = [720, 627,",
        r"at_risk\[0\].*must begin with the 722 subjects",
    ),
    ("627, 449, 221, 44]", "627, 449, 521, 44]", r"at_risk\[0\].*must not rise"),
    ("627, 449, 221, 44]", "627, 449, 221]", r"at_risk\[0\].*one number for each of 5 times"),
    ("722, 636, 466, 245, 50]", "722, 626, 466, 245, 50]", r"at_risk\[1\].*must be at least the 627 at risk"),
    ("time = 3\n", "time = 36\n", r"milestone\[0\]\.time = 36.*longest possible follow-up.*unit of time"),
    ("horizon = 4.5", "horizon = 54", r"restricted_mean\[0\]\.horizon"),
    (
        'stratum = "SR-High"\nvalue',
        'stratum = "SR-Hihg"\nvalue',
        r"hazard_ratio\[2\]\.stratum.*is no stratum",
    ),
    (
        "blinatumomab = 10 }",
        "blinatumomab = 20 }",
        r"cause\[0\]\.by_arm\.blinatumomab = 19: must be at least its counted",
    ),
    (
        'of = "relapse with marrow"\nshare = 3',
        'of = "relapse in marrow"\nshare = 3',
        r"cause\[2\]\.of.*is no cause",
    ),
    ("share = 3\n", "", r"cause\[2\].*neither by_arm nor share"),
    ("starts = [0, 1, 2, 3]", "starts = [0, 1, 2]", r"prior\[0\]\.hazards.*one hazard for each of 3"),
    ("starts = [0, 1, 2, 3]", "starts = [1, 2, 3, 4]", r"prior\[0\]\.starts.*must begin at 0"),
    ("chemotherapy = 376", "chemotherapy = 476", r"evaluable\[0\].*must not pass the 418 randomised"),
    ("chemotherapy = 149", "chemotherapy = 377", r"adverse_event\[2\].*must not pass the 376 evaluable"),
    (
        "shares = { 3 = 24, 4 = 1 }",
        "shares = { 3 = 24, 6 = 1 }",
        r"grades\[0\]\.shares\.6.*grade from 1 to 5",
    ),
    (
        'levels = [["F"], ["M"]]',
        'levels = [["F", 1], ["M"]]',
        r"baseline\[0\]\.levels\[0\].*one value for each of 1",
    ),
    (
        "SR-Average = [47, 53]",
        "SR-Average = [47]",
        r"baseline\[0\]\.shares\.SR-Average.*one weight for each of 2",
    ),
    (
        'columns = ["SEX"]',
        'columns = ["TRT01P"]',
        r"baseline\[0\]\.columns.*column of the subjects' table already",
    ),
    ("schema_version = 1", "schema_version = 2", r"schema_version"),
    ("horizon = 4.5", "horizont = 4.5", r"restricted_mean\[0\]\.horizont.*Did you mean horizon"),
]


@pytest.mark.parametrize(("written", "instead", "message"), MISTAKES)
def test_a_mistake_is_named_with_its_place_and_rule(
    aall1731: Path, written: str, instead: str, message: str
) -> None:
    text = aall1731.read_text(encoding="utf-8")
    assert written in text
    with pytest.raises(ProtocolError) as caught:
        parse_published(text.replace(written, instead, 1))
    assert re.search(message, str(caught.value)), str(caught.value)


def test_all_mistakes_are_said_at_once(aall1731: Path) -> None:
    text = aall1731.read_text(encoding="utf-8")
    text = text.replace("chemotherapy = 376", "chemotherapy = 476").replace(
        "block_size = 8", "block_size = 6"
    )
    text = text.replace("627, 449, 221, 44]", "627, 449, 521, 44]")
    with pytest.raises(ProtocolError) as caught:
        parse_published(text)
    assert {p.path for p in caught.value.problems} >= {
        "randomization.block_size",
        "at_risk[0].by_arm.chemotherapy",
        "evaluable[0].by_arm.chemotherapy",
    }


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="cannot be read"):
        read_published(tmp_path / "published.toml")


def test_the_example_is_whole_and_says_of_every_section_how_well_it_is_known(aall1731: Path) -> None:
    published = read_published(aall1731)
    assumed = {p.path for p in published.provenance if p.status == "assumed"}
    assert {"randomization", "dropout", "after_event", "cause[2]", "course[0]", "baseline[0]"} <= assumed
    assert all(p.source for p in published.provenance if p.status == "derived")
    assert published.arms == ("chemotherapy", "blinatumomab")
    assert sum(sum(s.subjects.values()) for s in published.stratum) == 1440
