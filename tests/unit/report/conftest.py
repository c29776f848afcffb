"""A small made-up trial, analysed once, for every test of what leaves the program."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from equipoise.analysis import analyze
from equipoise.design import design_trial
from equipoise.monitoring import crossing_table, monitor
from equipoise.protocol import read_protocol
from equipoise.records import TrialRecords, cut, trial_records
from equipoise.report import ResultsTable, TrialReport

if TYPE_CHECKING:
    from equipoise.protocol import Protocol

EXAMPLE = Path(__file__).parents[3] / "examples" / "aall1731" / "protocol.toml"
CUTOFF = dt.date(2024, 6, 30)
CAUSES = ["isolated marrow relapse", "isolated CNS relapse", "other relapse", "death in remission"]


def made_up_records(n: int = 600, seed: int = 5) -> TrialRecords:
    """ADSL, ADTTE and ADAE of n subjects in two arms and two strata, nobody real."""
    rng = np.random.default_rng(seed)
    arm = np.array(["Chemotherapy", "Chemotherapy + blinatumomab"])[np.arange(n) % 2]
    active = arm != "Chemotherapy"
    start = np.datetime64("2019-07-01") + np.sort(rng.integers(0, 1600, n))
    cured = rng.random(n) < np.where(active, 0.92, 0.84)
    latent = np.where(cured, 10**6, rng.integers(30, 1400, n))
    followed = (np.datetime64(CUTOFF) - start).astype(int) + 1
    time, event = np.minimum(latent, followed), latent <= followed
    ids = [f"S{i:04d}" for i in range(n)]
    subjects = pl.DataFrame(
        {
            "USUBJID": ids,
            "TRT01P": arm,
            "RISKGRP": rng.choice(["SR-Average", "SR-High"], n),
            "RANDDT": start,
            "ITTFL": ["Y"] * n,
            "SAFFL": np.where(rng.random(n) < 0.9, "Y", "N"),
            "SEX": rng.choice(["F", "M"], n),
            "CNSSTAT": rng.choice(["CNS1", "CNS2"], n),
            "GENRISK": np.where(np.arange(n) < 4, "<b>rare</b>", "neutral"),
            "SYNTHFL": ["Y"] * n,
        }
    )
    times = pl.DataFrame(
        {
            "USUBJID": ids,
            "PARAMCD": ["DFS"] * n,
            "AVAL": time.astype(float),
            "CNSR": (~event).astype(int),
            "STARTDT": start,
            "ADT": start + (time - 1),
            "EVNTDESC": np.where(event, rng.choice(CAUSES, n), "last contact"),
        }
    )
    treated = np.flatnonzero(subjects["SAFFL"].to_numpy() == "Y")
    had = treated[rng.random(len(treated)) < np.where(active[treated], 0.3, 0.2)]
    events = pl.DataFrame(
        {
            "USUBJID": [ids[i] for i in had],
            "AEDECOD": ["Febrile neutropenia"] * len(had),
            "AETOXGR": ["3"] * len(had),
            "ASTDT": start[had],
            "COURSE": ["Consolidation"] * len(had),
            "TRTEMFL": ["Y"] * len(had),
        }
    )
    return trial_records(subjects, times, events)


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    return read_protocol(EXAMPLE)


@pytest.fixture(scope="session")
def report(protocol: Protocol) -> TrialReport:
    """Analysis, design, one look and other plans of the made-up trial."""
    snapshot = cut(made_up_records(), CUTOFF)
    design = design_trial(protocol)
    interim = monitor(design, snapshot)
    return TrialReport(
        analysis=analyze(protocol, snapshot), design=design, interim=interim, crossing=crossing_table(interim)
    )


@pytest.fixture(scope="session")
def results(report: TrialReport) -> ResultsTable:
    return report.results()
