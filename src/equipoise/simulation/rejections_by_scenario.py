"""Several hypotheses under many scenarios: one row each, with what is rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.simulation.operating_characteristics import by_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from equipoise.simulation.several_hypotheses import GraphCharacteristics

TOGETHER = ("familywise_error", "any_rejected", "all_rejected")


def rejections_by_scenario(found: Sequence[GraphCharacteristics]) -> pl.DataFrame:
    """Wide table of `simulate_hypotheses`: one row a scenario, its settings as columns, then rejections.

    `familywise_error`, `any_rejected`, `all_rejected` and for each hypothesis `rejected_...` are
    probabilities; the Monte-Carlo error of each stands beside it (`..._mc_error`).
    """
    return by_scenario(found, [dict(_numbers(one)) for one in found])


def _numbers(one: GraphCharacteristics) -> Iterator[tuple[str, float]]:
    rates = [(name, getattr(one, name)) for name in TOGETHER]
    for name, (value, error) in [*rates, *((f"rejected_{h.hypothesis}", h.rejected) for h in one.hypotheses)]:
        yield name, value
        yield f"{name}_mc_error", error
