"""Two designs side by side: every difference is marked and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.design import design_trial
from equipoise.design.trial_design import Design
from equipoise.protocol import read_protocol
from equipoise.report.document import DisplayTable, plain
from equipoise.report.tables.design_comparison import DIFFERS, design_comparison
from equipoise.report.text import comparison_text
from small_trial import PROTOCOL

THREE = PROTOCOL.replace(
    "look = [{ events = 10 }, { events = 20 }]",
    "look = [{ fraction = 0.4 }, { fraction = 0.7 }, { fraction = 1.0 }]",
)


def planned(text: str, folder: Path) -> Design:
    path = folder / "protocol.toml"
    path.write_text(text)
    return design_trial(read_protocol(path))


def lines(table: DisplayTable) -> dict[str, tuple[str, str, str]]:
    """Cells by title, those of a look with its name before."""
    out, above = {}, ""
    for row in table.rows:
        words = [plain((c,)) for c in row.cells]
        if row.heading:
            above = words[0]
        else:
            out[f"{above if row.indent else ''} {words[0]}".strip()] = (words[1], words[2], words[3])
    return out


def test_a_design_does_not_differ_from_itself(tmp_path: Path) -> None:
    first, second = planned(THREE, tmp_path), planned(THREE, tmp_path)
    table = design_comparison(first, second)
    found = lines(table)
    assert len(found) > 40
    assert all(one == other and mark == "" for one, other, mark in found.values())


@pytest.mark.parametrize(
    ("old", "new", "differ", "alike"),
    [
        (
            "alpha = 0.025",
            "alpha = 0.05",
            ["Alpha, total", "Look 1 efficacy z", "Events"],
            ["Sides", "Patients"],
        ),
        (
            "hazard_ratio = [0.6]",
            "hazard_ratio = [0.55]",
            ["Hazard ratio assumed", "Events"],
            ["Alpha, total"],
        ),
        (
            "fraction = 0.4",
            "fraction = 0.5",
            ["Look 1 information fraction"],
            ["Look 3 information fraction"],
        ),
        ("survival = 0.5", "survival = 0.55", ["Assumed low: 6-month survival, control"], ["Events", "Test"]),
        ("patients = 200", "patients = 240", ["Patients", "Accrual"], ["Alpha, total", "Efficacy boundary"]),
        (
            "Lan-DeMets O'Brien-Fleming",
            "Lan-DeMets Pocock",
            ["Efficacy boundary", "Look 1 efficacy P"],
            ["Test"],
        ),
        (
            'label = "New"',
            'label = "Newer"',
            ["Experimental arm"],
            ["Events", "Power", "Look 1 expected date"],
        ),
    ],
)
def test_what_differs_is_marked(
    old: str, new: str, differ: list[str], alike: list[str], tmp_path: Path
) -> None:
    assert old in THREE
    found = lines(design_comparison(planned(THREE, tmp_path), planned(THREE.replace(old, new), tmp_path)))
    for title in differ:
        assert found[title][2] == DIFFERS, title
        assert found[title][0] != found[title][1], title
    for title in alike:
        assert found[title][2] == "", title
        assert found[title][0] == found[title][1], title


def test_a_look_that_one_design_lacks_is_told(tmp_path: Path) -> None:
    two = THREE.replace("{ fraction = 0.4 }, ", "")
    found = lines(design_comparison(planned(two, tmp_path), planned(THREE, tmp_path)))
    assert found["Look 3 events"][0] == "—"
    assert found["Look 3 events"][1].isdigit()
    assert found["Look 3 events"][2] == DIFFERS


def test_the_text_names_both_protocols(tmp_path: Path) -> None:
    first, second = (
        planned(THREE, tmp_path),
        planned(THREE.replace("alpha = 0.025", "alpha = 0.05"), tmp_path),
    )
    text = comparison_text(first, second)
    for design in (first, second):
        assert text.count(f"SMALL {design.protocol.hash[:8]}") == 1
        assert f"protocol {design.protocol.hash[:8]}" in text
