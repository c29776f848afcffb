"""docs/validation/worked-example.md."""

# ruff: noqa: E501 - sentences of a page, not code

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.reconstruction import read_published, reconstruct
from validation_pages.comparisons import ROOT
from validation_pages.markdown import page, table, versions
from validation_pages.quantities import rows, used_tolerances
from validation_pages.survival import HEAD

if TYPE_CHECKING:
    from equipoise.reconstruction import Fact
    from validation_pages.comparisons import Name, Tolerances

PUBLISHED = ROOT / "examples" / "aall1731" / "published.toml"
SEED = 1
FACT = ("fact", "published", "reproduced", "agrees as printed", "status and source")


def worked_example_page(found: dict[Name, Tolerances]) -> str:
    """R on the written cohort; published against reproduced."""
    made = reconstruct(read_published(PUBLISHED), seed=SEED)
    checks = [fact for fact in made.facts if fact.use != "input"]
    used = [fact for fact in made.facts if fact.use == "input"]
    return page(
        "The worked example: AALL1731",
        "The trial's patient data are not public. The cohort is **SYNTHETIC**: built by `equipoise reconstruct "
        f"examples/aall1731/published.toml --seed {SEED}` so that it agrees with what was published. "
        "[What that is and is not](../explanation/synthetic-cohort.md).",
        "## The analysis of the cohort, against R",
        f"{versions('aall1731')} read the files that the command writes; the numbers recorded are replayed without R, "
        "after a test that the cohort is still the one that R read.",
        table(HEAD, rows("worked-example", found)),
        used_tolerances("worked-example", found),
        "## Published against reproduced",
        "**This table tests the reconstruction, not the trial.** A published number agrees where the reproduced one "
        "would be printed so.",
        "### Not used by the reconstruction, therefore a check",
        table(FACT, [row(fact) for fact in checks]),
        f"{sum(fact.met for fact in checks)} of {len(checks)} agree as printed.",
        "### Used as input",
        table(FACT, [row(fact) for fact in used]),
        f"{sum(fact.met for fact in used)} of {len(used)} agree as printed.",
    )


def row(fact: Fact) -> tuple[str, ...]:
    """One published fact."""
    reached = "not computed" if fact.reached is None else f"{fact.reached:.4g}"
    if fact.reached is not None and (fact.exact or fact.reached.is_integer()):
        reached = f"{fact.reached:.0f}"
    agrees = "yes" if fact.met else "no" if fact.miss is None else f"no: off by {abs(fact.miss):.2g}"
    unit = f" {fact.unit}" if fact.unit else ""
    source = f"{fact.status}: {fact.source}" if fact.source else fact.status
    return fact.name, f"{fact.printed}{unit}", f"{reached}{unit}", agrees, source
