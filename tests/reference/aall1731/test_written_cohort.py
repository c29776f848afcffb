"""R's survival on the written cohort of the worked example, replayed without R."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from equipoise.analysis import TrialAnalysis, analyze, trial_data
from equipoise.cli.app import status
from equipoise.protocol import read_protocol
from tolerances import ITERATION, SUMMATION

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[2] / "examples" / "aall1731"
ROWS = list(csv.DictReader((HERE / "survival.csv").read_text().splitlines()))
VERSIONS = dict(line.split(" ", 1) for line in (HERE / "versions.txt").read_text().splitlines())
ARMS = {"Chemotherapy": "chemotherapy", "Chemotherapy + blinatumomab": "blinatumomab"}


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> TrialAnalysis:
    folder = tmp_path_factory.mktemp("cohort")
    published = str(EXAMPLE / "published.toml")
    assert status(["reconstruct", published, "--out", str(folder), "--seed", "1", "--quiet"]) == 0
    protocol = read_protocol(EXAMPLE / "protocol.toml")
    return analyze(protocol, trial_data(protocol, folder))


def test_the_cohort_is_the_one_that_r_read(analysis: TrialAnalysis) -> None:
    """Where this fails the cohort has changed: record R's numbers again with `make oracle`."""
    assert analysis.data_hash == VERSIONS["cohort"]


@pytest.mark.parametrize("row", ROWS, ids=lambda r: "-".join(list(r.values())[:4]))
def test_the_analysis_gives_rs_number(row: dict[str, str], analysis: TrialAnalysis) -> None:
    value, tolerance = ours(row, analysis)
    assert value == pytest.approx(float(row["value"]), rel=tolerance)


def ours(row: dict[str, str], analysis: TrialAnalysis) -> tuple[float, float]:
    found = analysis.endpoint(row["analysis"], row["population"])
    compared, quantity = found.comparisons[0], row["quantity"]
    direct = {
        "logrank_chi2": (compared.logrank.chi2, SUMMATION),
        "logrank_score": (compared.logrank.score, SUMMATION),
        "logrank_variance": (compared.logrank.information, SUMMATION),
        "follow_up_median": (float(found.follow_up.median[0]), SUMMATION),
    }
    if quantity in direct:
        return direct[quantity]
    if quantity.startswith("cox"):
        width = math.log(compared.upper / compared.lower) / (2 * 1.959963984540054)
        return (math.log(compared.hazard_ratio) if quantity == "cox_coef" else width), ITERATION
    arm = ARMS[row["group"]]
    if quantity.startswith("rmst"):
        i = list(compared.rmst.groups).index(arm)
        return float((compared.rmst.mean if quantity == "rmst" else compared.rmst.mean_std_err)[i]), SUMMATION
    name, year = quantity.rsplit("_", 1)
    at = found.curves.at([float(year) * 365.25])
    i = list(at.group).index(arm)
    if name == "n_risk":
        return float(at.n_risk[i]), SUMMATION
    if name == "survival":
        return float(at.survival[i]), SUMMATION
    return greenwood(found, arm, float(year)), SUMMATION


def greenwood(found, arm: str, year: float) -> float:  # noqa: ANN001
    """Greenwood's error from the same risk table: the example itself quotes Peto's."""
    risk = found.curves.risk
    g = list(found.curves.groups).index(arm)
    rows = risk.rows_of(g)
    n, d = risk.at_risk[rows, 0], risk.events[rows, 0]
    t = risk.time[rows] <= year * 365.25
    s = float(found.curves.at([year * 365.25]).survival[list(found.curves.groups).index(arm)])
    return s * float((d[t] / (n[t] * (n[t] - d[t]))).sum()) ** 0.5
