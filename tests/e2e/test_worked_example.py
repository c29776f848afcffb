"""The worked example from protocol to report: what is left behind, and what of the publication it reproduces."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from equipoise.cli.app import status

EXAMPLE = Path(__file__).parents[2] / "examples" / "aall1731"
ARMS = ("chemotherapy", "blinatumomab")


@dataclass(frozen=True)
class Run:
    """What one run of the example said and left."""

    folder: Path
    said: str
    rows: pl.DataFrame

    def value(self, **about: str) -> float:
        """The one number that is about this."""
        found = self.rows.filter(*(pl.col(k) == v for k, v in about.items()))
        assert found.height == 1, (about, found)
        return found["value"][0]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("run") / "demo"
    with pytest.MonkeyPatch.context() as patch:
        said: list[str] = []
        patch.setattr("typer.echo", lambda text="", **_: said.append(str(text)))
        code = status(["run", str(EXAMPLE / "protocol.toml"), "--out", str(folder), "--trials", "200"])
    assert code == 0, said
    rows = pl.read_csv(folder / "results.csv", infer_schema_length=None)
    return Run(folder, "\n".join(said), rows)


def test_everything_is_left_behind(run: Run) -> None:
    names = {p.relative_to(run.folder).as_posix() for p in run.folder.rglob("*") if p.is_file()}
    assert names == {
        "cohort/adae.csv",
        "cohort/adsl.csv",
        "cohort/adtte.csv",
        "design.txt",
        "figures/boundary.svg",
        *(f"figures/{e}-{p}.svg" for e in ("dfs", "os") for p in ("all", "sr-average", "sr-high")),
        "figures/subgroups.svg",
        "report.html",
        "results.csv",
        "results.json",
    }
    assert json.loads((run.folder / "results.json").read_text())["analyses"]


def test_the_page_stands_alone_and_says_synthetic(run: Run) -> None:
    page = (run.folder / "report.html").read_text()
    assert "SYNTHETIC" in page
    assert not re.findall(r"(?:src|href)=[\"'](?!#)(?:https?:)?//", page)
    assert "This table tests the reconstruction, not the trial" in page
    assert page.index("Not used by the reconstruction, therefore a check") < page.index("Used as input")
    for words in (
        "Competing causes",
        "Subgroups",
        "Adverse events",
        "What was assumed",
        "The committee&#39;s view",
    ):
        assert words in page


def test_every_synthetic_patient_says_so(run: Run) -> None:
    subjects = pl.read_csv(run.folder / "cohort" / "adsl.csv")
    assert subjects.height == 1440
    assert subjects["SYNTHFL"].unique().to_list() == ["Y"]


def test_the_committee_sees_a_boundary_crossed_under_the_assumed_plan(run: Run) -> None:
    assert "efficacy boundary crossed under the plan of this protocol" in run.said
    plans = run.rows.filter(pl.col("analysis") == "other plans")
    finals = set(plans["item"].str.extract(r"(\d+) events").drop_nulls())
    assert {"100", "250"} <= finals


def test_group_sizes_relapses_and_numbers_at_risk_are_exact(run: Run) -> None:
    subjects = pl.read_csv(run.folder / "cohort" / "adsl.csv")
    sizes = subjects.group_by("ARM").len().sort("ARM")
    assert sizes.rows() == [("A", 418), ("B", 417), ("C", 304), ("D", 301)]
    times = pl.read_csv(run.folder / "cohort" / "adtte.csv").join(subjects, on="USUBJID")
    relapse = pl.col("EVNTDESC").str.contains("relapse")
    for parameter, expected in {
        "DFS": {"chemotherapy": [722, 627, 449, 221, 44], "blinatumomab": [718, 623, 457, 241, 50]},
        "OS": {"chemotherapy": [722, 636, 466, 245, 50], "blinatumomab": [718, 628, 465, 249, 50]},
    }.items():
        for arm, numbers in expected.items():
            mine = times.filter(
                pl.col("PARAMCD") == parameter,
                pl.col("TRT01P").str.contains("blinatumomab") == (arm == "blinatumomab"),
            )
            assert [(mine["AVAL"] >= 365.25 * year).sum() for year in range(5)] == numbers
    events = times.filter(pl.col("PARAMCD") == "DFS", pl.col("CNSR") == 0, relapse)
    marrow = events.filter(pl.col("EVNTDESC").str.contains("marrow"))
    for table, expected in ((events, [19, 56]), (marrow, [10, 39])):
        by_arm = table.group_by(pl.col("TRT01P").str.contains("blinatumomab").alias("b")).len()
        assert by_arm.sort("b", descending=True)["len"].to_list() == expected


@pytest.mark.parametrize(
    ("population", "arm", "survival", "error"),
    [
        ("all", "chemotherapy", "87.9", "2.1"),
        ("all", "blinatumomab", "96.0", "1.2"),
        ("SR-Average", "chemotherapy", "90.2", "2.3"),
        ("SR-Average", "blinatumomab", "97.5", "1.3"),
        ("SR-High", "chemotherapy", "84.8", "3.8"),
        ("SR-High", "blinatumomab", "94.1", "2.5"),
    ],
)
def test_three_year_survival_prints_as_published(
    run: Run, population: str, arm: str, survival: str, error: str
) -> None:
    about = {"analysis": "DFS", "population": population, "group": arm, "item": "at 3 years"}
    shown = [f"{100 * run.value(**about, statistic=s):.1f}" for s in ("survival", "std_err")]
    assert shown == [survival, error]


def test_hazard_ratios_restricted_mean_and_follow_up(run: Run) -> None:
    versus = "blinatumomab v chemotherapy"
    for population, ratio in (("all", 0.39), ("SR-Average", 0.33), ("SR-High", 0.45)):
        about = {"analysis": "DFS", "population": population, "group": versus}
        assert run.value(**about, statistic="hazard_ratio") == pytest.approx(ratio, abs=0.01)
    whole = {"analysis": "DFS", "population": "all", "group": versus}
    assert run.value(**whole, statistic="hazard_ratio_lower") == pytest.approx(0.24, abs=0.02)
    assert run.value(**whole, statistic="hazard_ratio_upper") == pytest.approx(0.64, abs=0.02)
    assert run.value(**whole, statistic="rmst_difference") == pytest.approx(72, abs=3)
    about = {"analysis": "DFS", "population": "all", "group": "all arms"}
    assert round(run.value(**about, statistic="follow_up_median"), 1) == 2.5


@pytest.mark.parametrize(
    ("term", "counts"),
    [
        ("Sepsis or catheter-related infection", (19, 52, 47, 57)),
        ("Febrile neutropenia", (149, 165, 140, 156)),
        ("Cytokine release syndrome", (0, 1, 0, 1)),
    ],
)
def test_safety_counts_are_exact(run: Run, term: str, counts: tuple[int, ...]) -> None:
    subjects = pl.read_csv(run.folder / "cohort" / "adsl.csv").filter(pl.col("SAFFL") == "Y")
    evaluable = subjects.group_by("ARM").len().sort("ARM")["len"].to_list()
    assert evaluable == [376, 351, 277, 273]
    events = pl.read_csv(run.folder / "cohort" / "adae.csv").filter(
        pl.col("AEDECOD") == term, pl.col("AETOXGR").cast(pl.Int64) >= 3
    )
    seen = subjects.filter(pl.col("USUBJID").is_in(events["USUBJID"].unique().to_list()))
    found = dict(seen.group_by("ARM").len().iter_rows())
    assert tuple(found.get(a, 0) for a in "ABCD") == counts
