"""Draws the small made-up trials in generated/, each hard in one way: ties, truncation, thin strata, no events.

Python's own Mersenne twister with fixed seeds gives the same files on every machine.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, float | int | str]
FOLDER = Path(__file__).parent / "generated"
CENSORED, RELAPSE, DEATH = 0, 1, 2


def subject(draw: random.Random, arms: str = "AB", scale: float = 10.0) -> Row:
    """One subject: exponential time to relapse or death, uniform censoring, two covariates, a weight."""
    group, x1, x2 = draw.choice(arms), draw.choice((0, 1)), round(draw.gauss(0, 1), 2)
    rate = {"A": 1.0, "B": 0.6, "C": 1.3}[group] * 2.0 ** (0.7 * x1 - 0.4 * x2) / scale
    time, censoring = draw.expovariate(rate), draw.uniform(0.3, 3.0) * scale
    cause = (RELAPSE if draw.random() < 0.65 else DEATH) if time <= censoring else CENSORED
    return {
        "time": min(time, censoring),
        "event": int(cause != CENSORED),
        "group": group,
        "stratum": draw.choice("uvw"),
        "entry": 0.0,
        "cause": cause,
        "weight": draw.choice((0.5, 1, 1.25, 2, 3)),
        "count": draw.choice((1, 1, 2, 3)),
        "x1": x1,
        "x2": x2,
    }


def many(draw: random.Random, n: int, arms: str = "AB", scale: float = 10.0) -> list[Row]:
    """A trial of n subjects with continuous times."""
    return [subject(draw, arms, scale) for _ in range(n)]


def heavy_ties(draw: random.Random) -> list[Row]:
    """Three arms, whole-month times: a dozen distinct values for 200 subjects."""
    return [{**row, "time": int(float(row["time"])) + 1} for row in many(draw, 200, "ABC", 5.0)]


def continuous(draw: random.Random) -> list[Row]:
    """No ties at all."""
    return many(draw, 100)


def integer_days(draw: random.Random) -> list[Row]:
    """Days as a trial counts them: some ties, long follow-up."""
    return [{**row, "time": int(float(row["time"])) + 1} for row in many(draw, 300, "AB", 400.0)]


def left_truncated(draw: random.Random) -> list[Row]:
    """Late entry on a coarse grid, so that entries, events and censorings coincide."""
    rows = []
    for row in many(draw, 260, "AB", 12.0):
        entry, time = int(draw.choice((0, 0, draw.uniform(0, 9)))), int(float(row["time"])) + 1
        if entry < time:
            rows.append({**row, "entry": entry, "time": time})
    return rows


def empty_risk_set(draw: random.Random) -> list[Row]:
    """Late entry that leaves nobody at risk for a while: the curve falls to zero early and must stay there."""
    early = [{**row, "time": t, "event": 1, "cause": 1} for t, row in enumerate(many(draw, 3, "A"), 2)]
    late = [{**row, "entry": 6, "time": 8 + 2 * i} for i, row in enumerate(many(draw, 9, "A"))]
    other = [{**row, "time": 1 + 2 * i} for i, row in enumerate(many(draw, 10, "B"))]
    return early + late + other


def thin_strata(draw: random.Random) -> list[Row]:
    """Forty strata for 130 subjects: single subjects, single arms, strata without events."""
    rows = many(draw, 130)
    for row in rows:
        row["stratum"] = f"s{min(int(draw.expovariate(0.08)), 39):02d}"
        row["time"] = int(float(row["time"])) + 1
    for row in rows[:8]:
        row.update(stratum="none", event=0, cause=CENSORED)
    rows[8].update(stratum="alone", event=1, cause=RELAPSE)
    return rows


def noisy_times(draw: random.Random) -> list[Row]:
    """Tenths summed in differing orders: equal times that differ in the last bits."""
    rows = []
    for row in many(draw, 80, "AB", 1.0):
        tenths = int(float(row["time"]) * 10) + 1
        summed = sum(0.1 for _ in range(tenths))
        rows.append({**row, "time": draw.choice((tenths / 10, summed, tenths / 10 * (1 + 3e-13)))})
    return rows


def arm_without_events(draw: random.Random) -> list[Row]:
    """Three arms, one without an event."""
    rows = heavy_ties(draw)[:70]
    return [{**row, "event": 0, "cause": CENSORED} if row["group"] == "C" else row for row in rows]


def one_event(draw: random.Random) -> list[Row]:
    """Forty subjects, one event."""
    rows = [{**row, "event": 0, "cause": CENSORED} for row in integer_days(draw)[:40]]
    rows[17].update(event=1, cause=RELAPSE)
    return rows


def zero_events(draw: random.Random) -> list[Row]:
    """Twenty subjects, all censored."""
    return [{**row, "event": 0, "cause": CENSORED} for row in integer_days(draw)[:20]]


def all_censored_at_once(draw: random.Random) -> list[Row]:
    """Everybody censored on one day."""
    return [{**row, "time": 30, "event": 0, "cause": CENSORED} for row in many(draw, 12)]


def all_events_at_once(draw: random.Random) -> list[Row]:
    """Everybody fails on one day."""
    return [{**row, "time": 30, "event": 1, "cause": RELAPSE} for row in many(draw, 12)]


def one_subject(draw: random.Random) -> list[Row]:
    """A single subject with an event."""
    return [{**many(draw, 1)[0], "time": 7, "event": 1, "cause": DEATH}]


def one_censored_subject(draw: random.Random) -> list[Row]:
    """A single subject without an event."""
    return [{**many(draw, 1)[0], "time": 7, "event": 0, "cause": CENSORED}]


def flat_at_half(draw: random.Random) -> list[Row]:
    """Survival exactly one half over an interval: the median lies between two times."""
    rows = many(draw, 16)
    for i, row in enumerate(rows):
        row.update(group="AB"[i % 2], time=i // 2 + 1, event=int(i // 2 != 5), cause=int(i // 2 != 5))
    return rows


TRIALS: tuple[Callable[[random.Random], list[Row]], ...] = (
    heavy_ties,
    continuous,
    integer_days,
    left_truncated,
    empty_risk_set,
    thin_strata,
    noisy_times,
    arm_without_events,
    one_event,
    zero_events,
    all_censored_at_once,
    all_events_at_once,
    one_subject,
    one_censored_subject,
    flat_at_half,
)


def main() -> None:
    """Write every trial, times with all their digits."""
    for seed, trial in enumerate(TRIALS, start=1963):
        rows = trial(random.Random(seed))  # noqa: S311 - test data, no secret
        with (FOLDER / f"{trial.__name__}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
