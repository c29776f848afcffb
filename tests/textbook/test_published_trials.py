"""Well-known data sets against numbers printed about them, each with its place."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.survival import Gehan, TaroneWare, cox, cumulative_incidence, kaplan_meier, logrank, rmst

# Weeks of remission after maintenance chemotherapy or none; Miller (1981), Survival Analysis, Wiley, page 49.
MAINTAINED = "9 13 13+ 18 23 28+ 31 34 45+ 48 161+".split()  # noqa: SIM905 - as printed
NOT_MAINTAINED = "5 5 8 8 12 16+ 23 27 30 33 43 45".split()  # noqa: SIM905 - as printed


def columns(folder: Path, name: str) -> dict[str, np.ndarray]:
    """A file's columns as text."""
    with (folder / "survival" / f"{name}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: np.array([row[column] for row in rows]) for column in rows[0]}


def test_acute_myelogenous_leukaemia() -> None:
    """Log-rank 3.4 and medians of 31 and 23 weeks, as R's survival prints them for these data; more digits recorded."""
    weeks = MAINTAINED + NOT_MAINTAINED
    time = np.array([float(week.rstrip("+")) for week in weeks])
    event = np.array([not week.endswith("+") for week in weeks])
    group = np.array(["maintained"] * len(MAINTAINED) + ["none"] * len(NOT_MAINTAINED))
    assert round(logrank(time, event, group, control="none").chi2, 3) == 3.396
    curves = kaplan_meier(time, event, group=group)
    assert dict(zip(curves.groups, curves.quantile(0.5).time, strict=True)) == {"maintained": 31, "none": 23}


def test_advanced_lung_cancer_by_sex(outside_data: Path) -> None:
    """Log-rank 10.3; medians 270 (212-310) and 426 (348-550) days with limits on the log scale.

    Loprinzi et al. (1994), J Clin Oncol 12:601-607; numbers as in the vignette of R's survival.
    """
    lung = columns(outside_data, "lung")
    time, event = lung["time"].astype(float), lung["status"] == "2"
    assert round(logrank(time, event, lung["sex"], control="1").chi2, 3) == 10.327
    medians = kaplan_meier(time, event, group=lung["sex"], ci="log").quantile(0.5)
    found = list(zip(medians.group, medians.time, medians.lower, medians.upper, strict=True))
    assert found == [("1", 270, 212, 310), ("2", 426, 348, 550)]


def test_veterans_lung_cancer(outside_data: Path) -> None:
    """Data set I of Kalbfleisch, Prentice (1980); log-rank of the two treatments 0.0082, as R's survival gives it."""
    veteran = columns(outside_data, "veteran")
    test = logrank(veteran["time"].astype(float), veteran["status"] == "1", veteran["trt"], control="1")
    assert round(test.chi2, 4) == 0.0082


@pytest.mark.parametrize(
    ("weight", "chi2", "p"),
    [(None, 13.8037, 0.0010), (Gehan(), 16.2407, 0.0003), (TaroneWare(), 15.6529, 0.0004)],
)
def test_bone_marrow_transplants(weight: object, chi2: float, p: float, outside_data: Path) -> None:
    """Disease-free survival in three disease groups by three weights: Klein, Moeschberger (2003), example 7.4."""
    bmt = columns(outside_data, "bmt")
    test = logrank(bmt["t2"].astype(float), bmt["d3"] == "1", bmt["group"], weight=weight)
    assert (round(test.chi2, 4), test.df, round(test.p, 4)) == (chi2, 2, p)


@pytest.mark.parametrize(("etype", "hazard_ratio"), [("1", 0.60), ("2", 0.69)])
def test_adjuvant_therapy_of_colon_cancer(etype: str, hazard_ratio: float, outside_data: Path) -> None:
    """Levamisole with fluorouracil over observation, recurrence 0.60 and death 0.69; Moertel et al. (1990), NEJM 322:352-358."""
    colon = columns(outside_data, "colon")
    rows = (colon["etype"] == etype) & np.isin(colon["rx"], ["Obs", "Lev+5FU"])
    x = (colon["rx"][rows] == "Lev+5FU").astype(float)[:, None]
    fit = cox(colon["time"][rows].astype(float), colon["status"][rows] == "1", x)
    assert round(fit.hazard_ratio[0], 2) == hazard_ratio


def test_monoclonal_gammopathy(outside_data: Path) -> None:
    """115 progressions and 860 deaths without one among 1384: Kyle et al. (2002), NEJM 346:564-569, as updated in R's mgus2."""
    mgus = columns(outside_data, "mgus2")
    progressed = mgus["pstat"] == "1"
    time = np.where(progressed, mgus["ptime"], mgus["futime"]).astype(float)
    cause = np.where(progressed, 1, 2 * (mgus["death"] == "1"))
    frame = cumulative_incidence(time, cause).to_frame()
    assert [frame.filter(frame["cause"] == c)["n_event"].sum() for c in (1, 2)] == [115, 860]


def test_restricted_mean_in_primary_biliary_cholangitis(outside_data: Path) -> None:
    """Ten-year means 7.146 (0.283) and 7.283 (0.295) years, difference -0.137 (-0.939, 0.665), ratio 0.981 (0.878, 1.096).

    Vignette of R's survRM2 (Uno), on the 312 randomised subjects.
    """
    pbc = columns(outside_data, "pbc")
    rows = np.isin(pbc["trt"], ["1", "2"])
    years = pbc["time"][rows].astype(float) / 365.25
    found = rmst(years, pbc["status"][rows] == "2", pbc["trt"][rows], control="2", tau=10)
    assert found.groups == ("2", "1")
    assert np.round(found.mean, 3).tolist() == [7.283, 7.146]
    assert np.round(found.mean_std_err, 3).tolist() == [0.295, 0.283]
    contrast = found.comparison
    assert [round(v, 3) for v in (contrast.difference, contrast.lower, contrast.upper)] == [
        -0.137,
        -0.939,
        0.665,
    ]
    assert [round(v, 3) for v in (contrast.ratio, contrast.ratio_lower, contrast.ratio_upper)] == [
        0.981,
        0.878,
        1.096,
    ]


def test_time_to_first_dermatologic_event_in_the_cdisc_pilot(outside_data: Path) -> None:
    """Events 29, 61, 62; median not reached, 36 and 33 days; three-arm log-rank 60.3 on 2 df."""
    path = outside_data / "cdiscpilot01" / "adam_datasetjson" / "adtte.json"
    parsed = json.loads(path.read_text(encoding="utf-8"))
    names = [column["name"] for column in parsed["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in parsed["rows"]]
    time = np.array([float(row["AVAL"]) for row in rows])
    event = np.array([row["CNSR"] == 0 for row in rows])
    arm = np.array([row["TRTP"] for row in rows])
    curves = kaplan_meier(time, event, group=arm)
    medians = dict(zip(curves.groups, curves.quantile(0.5).time, strict=True))
    assert {label: int(event[arm == label].sum()) for label in curves.groups} == {
        "Placebo": 29,
        "Xanomeline High Dose": 61,
        "Xanomeline Low Dose": 62,
    }
    assert np.isnan(medians["Placebo"])
    assert (medians["Xanomeline Low Dose"], medians["Xanomeline High Dose"]) == (33, 36)
    test = logrank(time, event, arm, control="Placebo")
    assert (round(test.chi2, 1), test.df) == (60.3, 2)
