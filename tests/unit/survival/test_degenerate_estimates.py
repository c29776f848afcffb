"""Estimates of degenerate samples: an answer without nan, or a refusal in words; never a warning, never a crash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from equipoise.errors import EquipoiseError
from equipoise.survival import (
    aalen_johansen,
    adjusted_hazard_ratio,
    adjusted_logrank,
    average_hazard_ratio,
    cause_specific_cox,
    mixture_cure,
    plateau,
    rmst,
    standardized_survival,
    stepp,
    subgroups,
    window_mean,
)

Sample = dict[str, np.ndarray]


def sample(n: int = 60, **columns: Any) -> Sample:
    """Sixty subjects of two arms in two strata, some columns replaced."""
    rng = np.random.default_rng(12)
    whole = {
        "time": np.ceil(rng.exponential(10, n)),
        "event": rng.random(n) < 0.6,
        "arm": np.arange(n) % 2,
        "x": rng.normal(size=n),
        "stratum": np.arange(n) // 2 % 2,
    }
    return whole | columns


def events_at(*places: int, n: int = 60) -> np.ndarray:
    """Events of the subjects at these places and no other."""
    return np.isin(np.arange(n), places)


PLAIN = sample()
SAMPLES: dict[str, Sample] = {
    "plain": PLAIN,
    "zero events": sample(event=events_at()),
    "one event": sample(event=events_at(3)),
    "one subject": sample(1, time=np.array([5.0]), event=np.array([True])),
    "two subjects": sample(2, time=np.array([5.0, 6.0]), event=np.array([True, True])),
    "all censored at time 0": sample(time=np.zeros(60), event=events_at()),
    "an arm absent from a stratum": sample(stratum=np.where(PLAIN["arm"] == 1, 1, PLAIN["stratum"])),
    "a covariate constant in a stratum": sample(x=np.where(PLAIN["stratum"] == 1, 2.0, PLAIN["x"])),
    "separation": sample(event=PLAIN["event"] & (PLAIN["arm"] == 0)),
    "3 events in 254": sample(254, event=events_at(3, 40, 101, n=254)),
    "all at once": sample(time=np.full(60, 5.0), event=np.full(60, fill_value=True)),
    "no censoring": sample(event=np.full(60, fill_value=True)),
}
VERBS: dict[str, Callable[[Sample], Any]] = {
    "average_hazard_ratio": lambda s: average_hazard_ratio(*three(s), control=0, tau=4),
    "window_mean": lambda s: window_mean(*three(s), control=0, start=1, end=4),
    "adjusted rmst": lambda s: rmst(*three(s), control=0, tau=4, covariates=s["x"]),
    "mixture_cure": lambda s: mixture_cure(s["time"], s["event"]),
    "mixture_cure by arm": lambda s: mixture_cure(
        s["time"], s["event"], covariates=s["arm"], latency="log-normal"
    ),
    "plateau": lambda s: plateau(s["time"], s["event"], group=s["arm"]),
    "adjusted_logrank": lambda s: adjusted_logrank(*three(s), s["x"], control=0, strata=s["stratum"]),
    "adjusted_hazard_ratio": lambda s: adjusted_hazard_ratio(
        *three(s), s["x"], control=0, strata=s["stratum"]
    ),
    "standardized_survival": lambda s: standardized_survival(
        *three(s), s["x"], control=0, strata=s["stratum"], times=[3]
    ),
    "aalen_johansen": lambda s: aalen_johansen(
        s["time"], ["a"] * len(s["time"]), np.where(s["event"], "b", "c"), censored="c", group=s["arm"]
    ),
    "subgroups": lambda s: subgroups(*three(s), {"stratum": s["stratum"]}, control=0, at=3),
    "stepp": lambda s: stepp(*three(s), s["x"], control=0, window=30, overlap=20, seed=1, permutations=9),
    "stepp of survival": lambda s: stepp(
        *three(s), s["x"], control=0, window=30, overlap=20, seed=1, permutations=9, at=3
    ),
    "cause_specific_cox": lambda s: cause_specific_cox(s["time"], s["event"] * 1, s["x"]),
}


def three(s: Sample) -> tuple[np.ndarray, ...]:
    """Time, event and arm."""
    return s["time"], s["event"], s["arm"]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("verb", VERBS)
def test_an_answer_or_a_refusal(verb: str, name: str) -> None:
    try:
        found = VERBS[verb](SAMPLES[name])
    except EquipoiseError as refusal:
        says = str(refusal)
    else:
        check(found)
        return
    assert len(says) > 30
    assert name != "plain" or "cured fraction" in says


def check(found: Any) -> None:
    """No nan anywhere, inf only where a fit says that it is monotone; and it shows itself."""
    table = found.to_frame()
    numbers = [column for column in table.columns if table[column].dtype.is_float()]
    assert not any(table[column].is_nan().any() for column in numbers)
    infinite = [column for column in numbers if table[column].is_infinite().any()]
    assert not infinite or "monotone" in str(table["status"].to_list())
    assert repr(found)
