"""Reading a protocol: every mistake at once, each with its path, value, rule and way out; a hash that holds."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from equipoise.errors import ProtocolError
from equipoise.protocol import parse_protocol, read_protocol
from equipoise.protocol.template import protocol_template

EXAMPLE = Path(__file__).parents[3] / "examples" / "aall1731" / "protocol.toml"


def mistakes(text: str) -> dict[str, str]:
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text)
    return {p.path: str(p) for p in caught.value.problems}


def test_the_small_trial_is_right(small: str) -> None:
    p = parse_protocol(small)
    assert p.control.id == "A"
    assert p.strata_ids == ("low", "high")
    assert p.hypothesis_of("primary").sides == 1


def test_example_and_template_are_right() -> None:
    assert read_protocol(EXAMPLE).trial.name == "AALL1731"
    assert parse_protocol(protocol_template()).trial.name == "MYTRIAL"


WRONG = [
    (
        'time_unit = "months"',
        'time_unit = "fortnights"',
        "trial.time_unit",
        "'days', 'weeks', 'months', 'years'",
    ),
    ('label = "New"', 'label = ""', "arm[1].label", "at least 1 character"),
    ('label = "New"', 'lable = "New"', "arm[1].lable", "Did you mean label?"),
    ("control = true", "control = false", "arm", "exactly one control arm, found 0"),
    ('label = "New"', 'label = "New"\ncontrol = true', "arm", "found 2"),
    ('id = "B"', 'id = "A"', "arm[1].id", "names a second arm alike"),
    ("prevalence = 0.4", "prevalence = 0.5", "stratum", "add up to 1.1"),
    ("prevalence = 0.4", "prevalence = 1.4", "stratum[1].prevalence", "less than or equal to 1"),
    ("prevalence = 0.4", 'prevalence = "much"', "stratum[1].prevalence", "valid number"),
    ("block_sizes = [4]", "block_sizes = [5]", "randomization.block_sizes[0]", "multiple of 2"),
    ("ratio = { A = 1, B = 1 }", "ratio = { A = 1 }", "randomization.ratio", "nothing of arm B"),
    ("ratio = { A = 1, B = 1 }", "ratio = { A = 1, B = 1, C = 1 }", "randomization.ratio.C", "no arm"),
    ("rates = [10]", "rates = [-10]", "accrual.rates[0]", "greater than or equal to 0"),
    ("rates = [10]", "rates = [10, 20]", "accrual.rates", "2 values for 1 starts"),
    ("starts = [0, 12]", "starts = [1, 12]", "assumption[1].hazard.starts", "begin at 0"),
    ("starts = [0, 12]", "starts = [0, 0]", "assumption[1].hazard.starts", "must increase"),
    ("survival = 0.8", "survival = 1.8", "assumption[0].milestones[0].survival", "less than or equal to 1"),
    (
        "milestones = [{ time = 24, survival = 0.8 }]",
        "milestones = [{ time = 24, survival = 0.8 }, { time = 12, survival = 0.9 }]",
        "assumption[0].milestones[1].time",
        "later than the one before",
    ),
    (
        "milestones = [{ time = 24, survival = 0.8 }]",
        "milestones = [{ time = 24, survival = 0.8 }]\ncure_fraction = 0.85",
        "assumption[0].milestones[0].survival",
        "above the cure fraction 0.85",
    ),
    ("milestones = [{ time = 24, survival = 0.8 }]", "", "assumption[0]", "either hazard or milestones"),
    (
        "milestones = [{ time = 24, survival = 0.8 }]",
        "median = 24\nweibull = { shape = 1, scale = 9 }",
        "assumption[0]",
        "2 of them are given",
    ),
    (
        "milestones = [{ time = 24, survival = 0.8 }]",
        "median = 24\ncure_fraction = 0.6",
        "assumption[0].median",
        "is never reached with a cure fraction of 0.6",
    ),
    (
        "milestones = [{ time = 24, survival = 0.8 }]",
        "weibull = { shape = 0.8 }",
        "assumption[0].weibull",
        "either scale or milestone",
    ),
    (
        "milestones = [{ time = 24, survival = 0.8 }]",
        "weibull = { shape = 0.8, milestone = { time = 9, survival = 0.3 } }\ncure_fraction = 0.4",
        "assumption[0].weibull.milestone.survival",
        "above the cure fraction 0.4",
    ),
    ("hazard_ratio = [0.6]", "hazard_ratio = [0.0]", "effect[0].hazard_ratio[0]", "greater than 0"),
    ('arm = "B"', 'arm = "A"', "effect[0].arm", "is the control arm"),
    ('experimental = "B"', 'experimental = "X"', "hypothesis[0].experimental", "Known: A, B"),
    ("alpha = 0.025", "alpha = 2.5", "hypothesis[0].alpha", "less than 1"),
    ("alpha = 0.025", "", "hypothesis[0].alpha", "is missing"),
    ("alpha = 0.025", "alpha = 0.025\nsides = 3", "hypothesis[0].sides", "must be one of 1, 2"),
    ("alpha = 0.025", "alpha = 0.025\nmargin = 0.0", "hypothesis[0].margin", "greater than 0"),
    ("alpha = 0.025", "alpha = 0.025\nmargin = 1.3\nsides = 2", "hypothesis[0].margin", "sides = 1"),
    ("alpha = 0.025", 'alpha = 0.025\nmargin = 1.3\ntest = "rmst"', "hypothesis[0].margin", "log-rank test"),
    ('hypothesis = "primary"', 'hypothesis = "other"', "monitoring.hypothesis", "Known: primary"),
    ('"Kim-DeMets", rho = 2', '"Kim-DeMets"', "monitoring.efficacy.rho", "Kim-DeMets needs it"),
    ('"Kim-DeMets", rho = 2', '"Kim-DeMets", rho = 2, gamma = 1', "monitoring.efficacy.gamma", "belongs to"),
    ('"Kim-DeMets", rho = 2', '"Pocockish"', "monitoring.efficacy.family", "must be one of"),
    (
        "{ fraction = 1.0 }",
        "{ fraction = 0.4 }",
        "monitoring.look[1].fraction",
        "above the look before (0.5)",
    ),
    ("{ fraction = 1.0 }", "{ fraction = 1.0, events = 9 }", "monitoring.look[1]", "exactly one of"),
    ("{ fraction = 1.0 }", "{ fraction = 1.2 }", "monitoring.look[1].fraction", "less than or equal to 1"),
    ('stratum = "low"', 'stratum = "lo"', "assumption[0].stratum", "Known: low, high"),
    ("schema_version = 1", "schema_version = 7", "schema_version", "must be one of 1"),
    (
        "prevalence = 0.6",
        'prevalence = {value = 0.6, status = "guessed"}',
        "stratum[0].prevalence.status",
        "assumed",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "path", "word"), WRONG, ids=[f"{w[2]}: {w[3]}" for w in WRONG])
def test_each_mistake_names_path_value_and_rule(
    small: str, right: str, wrong: str, path: str, word: str
) -> None:
    assert right in small
    found = mistakes(small.replace(right, wrong, 1))
    assert path in found
    assert word in found[path]


def test_all_mistakes_are_said_at_once(small: str) -> None:
    text = small.replace("0.4", "0.5", 1).replace("alpha = 0.025", "alpha = 2").replace("[4]", "[5]")
    assert set(mistakes(text)) == {"stratum", "hypothesis[0].alpha", "randomization.block_sizes[0]"}


def test_what_is_no_toml_or_no_file_says_so(tmp_path: Path) -> None:
    assert "is not TOML" in mistakes("[trial")["file"]
    with pytest.raises(ProtocolError, match="cannot be read: No such file"):
        read_protocol(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(ProtocolError, match="not UTF-8"):
        read_protocol(tmp_path / "latin.toml")


def test_hash_sees_values_and_statuses_only(small: str) -> None:
    p = parse_protocol(small)
    assert (
        parse_protocol("# a remark\n" + small.replace("prevalence = 0.6", "prevalence   =  0.60")).hash
        == p.hash
    )
    assert parse_protocol(
        small.replace("prevalence = 0.6", "prevalence = 0.60001").replace("0.4", "0.39999", 1)
    )
    assert parse_protocol(small.replace("survival = 0.8", "survival = 0.81")).hash != p.hash
    assumed = small.replace("prevalence = 0.6", 'prevalence = {value = 0.6, status = "assumed"}')
    assert parse_protocol(assumed).hash != p.hash
    assert parse_protocol(assumed).stratum == p.stratum


def test_status_of_a_value_is_the_nearest_said(small: str) -> None:
    text = small.replace(
        'name = "SMALL"', 'status = "assumed"\nname = {value = "SMALL", status = "published"}'
    )
    p = parse_protocol(text)
    assert p.status("trial.name").status == "published"
    assert p.status("trial.title").status == "assumed"
    assert p.status("arm[0].label") is None


def test_every_value_of_the_example_says_how_well_it_is_known() -> None:
    """The worked example may not show a value whose status is not said."""
    protocol, document = read_protocol(EXAMPLE), tomllib.loads(EXAMPLE.read_text())
    exempt = ("schema_version", "data", "id", "path", "source", "status", "value")

    def unsaid(node: object, path: str) -> list[str]:
        if isinstance(node, dict):
            return [
                u
                for key, item in node.items()
                if key not in exempt
                for u in unsaid(item, f"{path}.{key}" if path else key)
            ]
        if isinstance(node, list) and node and isinstance(node[0], dict):
            return [u for i, item in enumerate(node) for u in unsaid(item, f"{path}[{i}]")]
        mark = protocol.status(path)
        return [] if mark is not None and mark.status else [path]

    assert unsaid(document, "") == []
