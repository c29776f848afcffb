"""What each event was: causes in the published numbers, the uncounted rest by assumed shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.reconstruction.spread import dealt, whole_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from equipoise.reconstruction.placement import Cohort
    from equipoise.reconstruction.published import Published
    from equipoise.reconstruction.published_results import Cause

UNNAMED = "event, cause not published"
_STREAM_OF_CAUSES = 2


def least_events(published: Published) -> tuple[int, int]:
    """Events by arm that the counted causes alone need."""
    found = [
        sum(c.by_arm.get(arm, 0) for c in published.cause if c.of is None and c.use == "input")
        for arm in published.arms
    ]
    return found[0], found[1]


def cause_counts(causes: Sequence[Cause], arm: str, total: int) -> dict[str, int]:
    """Events of each cause without parts: counted ones as counted, the others by their shares of the rest."""

    def below(whole: str | None, count: int) -> dict[str, int]:
        parts = [c for c in causes if c.of == whole]
        if not parts:
            return {whole or UNNAMED: count}
        counted = {c.id: c.by_arm[arm] for c in parts if arm in c.by_arm and c.use == "input"}
        open_parts = [c for c in parts if c.id not in counted]
        rest = max(count - sum(counted.values()), 0)
        shares = whole_shares([_share(c, arm) for c in open_parts], rest)
        numbers = counted | {c.id: n for c, n in zip(open_parts, shares, strict=True)}
        left = count - sum(numbers.values())
        found: dict[str, int] = {}
        for part in parts:
            found |= below(part.id, numbers[part.id])
        if left > 0:
            found[f"{whole}, not specified" if whole else UNNAMED] = left
        return found

    return below(None, total)


def _share(cause: Cause, arm: str) -> float:
    share = cause.share.get(arm, 0.0) if isinstance(cause.share, dict) else cause.share
    return share or 0.0


def fatal_counts(published: Published, cohort: Cohort) -> NDArray[np.int64]:
    """Events by arm that are deaths."""
    fatal = {c.id for c in published.cause if c.death}
    totals = [int((cohort.event & (cohort.arm == a)).sum()) for a in range(2)]
    counts = [cause_counts(published.cause, arm, n) for arm, n in zip(published.arms, totals, strict=True)]
    return np.array([sum(n for cause, n in found.items() if cause in fatal) for found in counts])


def event_causes(
    published: Published, cohort: Cohort, by_event: NDArray[np.bool_], seed: int
) -> list[str | None]:
    """Cause of each subject's event, None without one; causes are spread evenly over the times of an arm."""
    rng = np.random.default_rng([seed, _STREAM_OF_CAUSES])
    fatal = {c.id for c in published.cause if c.death}
    found: list[str | None] = [None] * len(cohort.time)
    for a, arm in enumerate(published.arms):
        mine = cohort.event & (cohort.arm == a)
        counts = cause_counts(published.cause, arm, int(mine.sum()))
        for deadly in (True, False):
            rows = np.flatnonzero(mine & (by_event == deadly))
            rows = rows[np.argsort(cohort.time[rows], kind="stable")]
            names = [c for c in counts if (c in fatal) == deadly]
            labels = dealt([counts[c] for c in names], rng)
            for row, label in zip(rows, labels, strict=True):
                found[int(row)] = names[int(label)]
    return found
