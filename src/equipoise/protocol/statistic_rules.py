"""What each test of a hypothesis needs beside its name, and what it cannot go with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.errors import Problem
from equipoise.protocol._document import Document, items, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

# Key, and the tests that it belongs to.
BELONGS = {
    "weight": ("weighted-logrank",),
    "weights": ("maxcombo",),
    "horizon": ("rmst", "milestone"),
    "scale": ("milestone",),
    "pool_strata_below": ("stratified-logrank", "cox-score", "weighted-logrank", "maxcombo"),
}
REMEDY = {
    "weight": 'Write weight = { family = "Fleming-Harrington", gamma = 1 }.',
    "weights": 'Write weights = [{ family = "log-rank" }, { family = "Fleming-Harrington", gamma = 1 }].',
    "horizon": "Write horizon = the time, in the trial's unit.",
}


def statistic_mistakes(document: Document) -> Iterator[Problem]:
    """Tests without what they need, and settings without their test."""
    for i, hypothesis in enumerate(tables(document, "hypothesis")):
        path, test = f"hypothesis[{i}]", hypothesis.get("test", "stratified-logrank")
        for key, tests in BELONGS.items():
            if key in hypothesis and test not in tests:
                listed = " or ".join(repr(t) for t in tests)
                yield Problem(f"{path}.{key}", None, f"goes with test = {listed}", "Leave it out.")
            if key in REMEDY and key not in hypothesis and test in tests:
                yield Problem(f"{path}.test", test, f"needs {key}", REMEDY[key])
        if "pool_strata_below" in hypothesis and "stratum" not in hypothesis.get("strata", ["stratum"]):
            yield Problem(
                f"{path}.pool_strata_below", None, 'goes with strata = ["stratum"]', "Leave it out."
            )
        if test == "maxcombo":
            yield from _maxcombo(path, hypothesis)
        weights = [(f"{path}.weight", hypothesis.get("weight"))]
        weights += [(f"{path}.weights[{j}]", w) for j, w in enumerate(items(hypothesis, "weights"))]
        for place, weight in weights:
            if isinstance(weight, dict):
                yield from _weight(place, weight)


def _maxcombo(path: str, hypothesis: Document) -> Iterator[Problem]:
    if "weights" in hypothesis and len(items(hypothesis, "weights")) < 2:
        yield Problem(f"{path}.weights", None, "must hold two weights or more", REMEDY["weights"])
    if hypothesis.get("sides", 1) != 1:
        yield Problem(f"{path}.sides", hypothesis["sides"], "must be 1 for the MaxCombo test")


def _weight(path: str, weight: Document) -> Iterator[Problem]:
    modest = weight.get("family") == "Magirr-Burman"
    given = [key for key in ("delay", "least_survival") if key in weight]
    if modest and len(given) != 1:
        yield Problem(
            path, None, "must give either delay or least_survival", "Say when, or at which survival."
        )
    if not modest and given:
        yield Problem(f"{path}.{given[0]}", weight[given[0]], "goes with family = 'Magirr-Burman'")
    if weight.get("family") != "Fleming-Harrington":
        for key in ("rho", "gamma"):
            if key in weight:
                yield Problem(f"{path}.{key}", weight[key], "goes with family = 'Fleming-Harrington'")
