"""One trial, two estimands of one parameter, by every command that reads data."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OFFERED = date(2020, 7, 1)
STOPPED = """
[[endpoint]]
id = "EFS-H"
label = "Event-free survival had nobody been offered B"
parameter = "EFS"
events = ["relapse", "death"]
[[endpoint.intercurrent]]
id = "offer of B"
date = "XOVERDT"
strategy = "{strategy}"
"""


@pytest.fixture
def offered(trial: Path) -> pl.DataFrame:
    """Control subjects still followed on the day of the offer have its date; returns subjects with times."""
    adam = trial / "adam"
    both = pl.read_csv(adam / "adsl.csv", try_parse_dates=True).join(
        pl.read_csv(adam / "adtte.csv", try_parse_dates=True), on="USUBJID"
    )
    both = both.with_columns(
        XOVERDT=pl.when(
            (pl.col("TRT01P") == "A") & (pl.col("RANDDT") < OFFERED) & (pl.col("ADT") > OFFERED)
        ).then(pl.lit(OFFERED))
    )
    subjects = pl.read_csv(adam / "adsl.csv").join(both.select("USUBJID", "XOVERDT"), on="USUBJID")
    subjects.write_csv(adam / "adsl.csv")
    return both


def estimand(trial: Path, strategy: str) -> None:
    text = (trial / "protocol.toml").read_text()
    (trial / "protocol.toml").write_text(
        text.replace("[randomization]", STOPPED.format(strategy=strategy) + "[randomization]")
    )


@pytest.mark.parametrize(("strategy", "sign"), [("hypothetical", -1), ("composite", 1)])
def test_both_estimands_stand_side_by_side(
    trial: Path, equipoise: Callable, offered: pl.DataFrame, strategy: str, sign: int
) -> None:
    estimand(trial, strategy)
    out = ("--out", "report", "--adtte", "analysed.csv")
    done = equipoise("analyze", "protocol.toml", "--adam", "adam", *out)
    assert done.returncode == 0, done.stderr
    met = offered.filter(pl.col("XOVERDT").is_not_null())
    assert met.height > 3
    rows = pl.read_csv(trial / "report" / "results.csv").filter(
        (pl.col("population") == "all") & (pl.col("group") == "A")
    )
    counts = dict(
        zip(
            rows.filter(pl.col("statistic") == "events")["analysis"],
            rows.filter(pl.col("statistic") == "events")["value"],
            strict=True,
        )
    )
    observed = met.filter(pl.col("CNSR") == 0).height
    change = -observed if sign < 0 else met.height - observed
    assert counts["EFS-H"] - counts["EFS"] == change != 0
    told = rows.filter(pl.col("statistic") == "intercurrent_events")
    assert told.select("analysis", "item", "value").rows() == [("EFS-H", "offer of B", float(met.height))]
    page = (trial / "report" / "report.html").read_text()
    assert f"Intercurrent event offer of B: {strategy} (" in page
    times = pl.read_csv(trial / "analysed.csv", try_parse_dates=True)
    assert times["PARAMCD"].unique().sort().to_list() == ["EFS", "EFS-H"]
    ended = times.filter(pl.col("PARAMCD") == "EFS-H").filter(
        pl.col("USUBJID").is_in(met["USUBJID"].to_list())
    )
    reason = "CNSDTDSC" if sign < 0 else "EVNTDESC"
    assert ended[reason].unique().to_list() == ["offer of B"]
    assert ended["ADT"].unique().to_list() == [OFFERED]


def test_a_cut_before_the_offer_knows_nothing_of_it(
    trial: Path, equipoise: Callable, offered: pl.DataFrame
) -> None:
    assert offered.height
    estimand(trial, "hypothetical")
    before = (OFFERED - timedelta(days=1)).isoformat()
    done = equipoise(
        "analyze", "protocol.toml", "--adam", "adam", "--cutoff", before, "--out", "report", "--quiet"
    )
    assert done.returncode == 0, done.stderr
    rows = pl.read_csv(trial / "report" / "results.csv")
    assert rows.filter(pl.col("statistic") == "intercurrent_events")["value"].sum() == 0.0
    z = rows.filter((pl.col("statistic") == "logrank_z") & (pl.col("population") == "all"))["value"]
    assert z.n_unique() == 1


def test_the_tested_endpoint_is_read_under_its_estimand_everywhere(
    trial: Path, equipoise: Callable, offered: pl.DataFrame
) -> None:
    """The look, the replay and the meeting count the events that the analysis counts."""
    assert offered.height
    estimand(trial, "hypothetical")
    text = (trial / "protocol.toml").read_text()
    head, tail = text.split("[[assumption]]", 1)
    renamed = tail.replace('"EFS"', '"EFS-H"')
    (trial / "protocol.toml").write_text(f"{head}[[assumption]]{renamed}")
    cut = ("--adam", "adam", "--cutoff", "2021-12-31")
    done = equipoise("analyze", "protocol.toml", *cut, "--out", "report", "--quiet")
    assert done.returncode == 0, done.stderr
    rows = pl.read_csv(trial / "report" / "results.csv")
    events = rows.filter(
        (pl.col("statistic") == "events") & (pl.col("population") == "all") & (pl.col("analysis") == "EFS-H")
    )["value"].sum()
    policy = rows.filter(
        (pl.col("statistic") == "events") & (pl.col("population") == "all") & (pl.col("analysis") == "EFS")
    )["value"].sum()
    assert events < policy
    done = equipoise("monitor", "protocol.toml", *cut, "--look", "2", "--out", "look")
    assert done.returncode == 0, done.stderr
    looks = pl.read_csv(trial / "look" / "interim.csv").filter(pl.col("statistic") == "events")
    assert looks.filter(pl.col("item").str.starts_with("look 2"))["value"].to_list() == [events]
    replayed = json.loads(
        equipoise("replay", "protocol.toml", "--adam", "adam", "--to", "2021-12-31", "--json").stdout
    )
    assert replayed[-1]["events"] == events
    met = equipoise("meeting", "protocol.toml", *cut, "--out", "june")
    assert met.returncode == 0, met.stderr
    assert "Intercurrent event offer of B" in (trial / "june" / "closed.html").read_text()


def test_a_missing_date_column_is_refused_with_the_way_out(trial: Path, equipoise: Callable) -> None:
    estimand(trial, "hypothetical")
    done = equipoise("analyze", "protocol.toml", "--adam", "adam")
    assert done.returncode == 2
    assert "intercurrent event 'offer of B': ADSL has no date column XOVERDT" in done.stderr
    assert "empty where nobody had the event" in done.stderr


def test_a_strategy_that_does_not_exist_is_refused(trial: Path, equipoise: Callable) -> None:
    estimand(trial, "hopeful")
    done = equipoise("check", "protocol.toml")
    assert done.returncode == 2
    assert "endpoint[1].intercurrent[0].strategy" in done.stderr + done.stdout
    assert "'hopeful'" in done.stderr + done.stdout


def test_the_protocols_text_says_the_strategy(trial: Path, equipoise: Callable) -> None:
    text = (trial / "protocol.toml").read_text()
    offer = '[[endpoint.intercurrent]]\nid = "offer of B"\ndate = "XOVERDT"\nstrategy = "hypothetical"\n'
    (trial / "protocol.toml").write_text(text.replace("[randomization]", f"{offer}[randomization]"))
    done = equipoise("design", "protocol.toml", "--text")
    assert done.returncode == 0, done.stderr
    said = "offer of B is handled by the hypothetical strategy (censored there, as if it would not have happened)."
    assert said in " ".join(done.stdout.split())


def test_a_composite_event_competes_under_its_own_name(
    trial: Path, equipoise: Callable, offered: pl.DataFrame
) -> None:
    met = offered.filter(pl.col("XOVERDT").is_not_null()).height
    causes = "".join(
        f'[[analyses.cause]]\nid = "{c}"\nlabel = "{c.title()}"\nevents = ["{c}"]\n'
        for c in ("relapse", "death")
    )
    offer = '[[endpoint.intercurrent]]\nid = "offer of B"\ndate = "XOVERDT"\nstrategy = "composite"\n'
    text = (trial / "protocol.toml").read_text().replace("[data]", f"{causes}[data]")
    (trial / "protocol.toml").write_text(text.replace("[randomization]", f"{offer}[randomization]"))
    done = equipoise("analyze", "protocol.toml", "--adam", "adam", "--out", "report", "--quiet")
    assert done.returncode == 0, done.stderr
    rows = pl.read_csv(trial / "report" / "results.csv").filter(
        (pl.col("analysis") == "causes") & (pl.col("item") == "offer of B") & (pl.col("group") == "A")
    )
    assert rows.filter(pl.col("statistic") == "events")["value"].to_list() == [met]
    page = (trial / "report" / "report.html").read_text()
    assert "Competing causes" in page
    assert page.count("offer of B") > 3
