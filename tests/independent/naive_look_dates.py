"""The day of each look, found by going through the calendar day by day and cutting the data anew each time.

Shares no code with the package. A patient is (entry, day, event, known, arm, stratum): the time ends on its day
`day` (1 on the day of entry), by an event or not, and what ended it is known from the day `known` of the calendar on.
"""

from __future__ import annotations

from typing import NamedTuple


class Patient(NamedTuple):
    """One subject; arm 1 is the experimental one, arm -1 is not compared."""

    entry: int
    day: int
    event: bool
    known: int
    arm: int
    stratum: int


class LookRule(NamedTuple):
    """Due by one of events, variance and day; all days count from the opening."""

    events: int | None = None
    variance: float | None = None
    day: int | None = None
    not_before: int = 0
    follow_up: int | None = None
    not_after: int | None = None


def cut(patients: list[Patient], today: int) -> list[tuple[int, bool, int, int]]:
    """Time, event, arm and stratum of everybody compared who has entered."""
    rows = []
    for p in patients:
        if p.arm < 0 or p.entry > today:
            continue
        followed = today - p.entry + 1
        if p.known <= today:
            rows.append((min(p.day, followed), p.event, p.arm, p.stratum))
        else:
            rows.append((followed, False, p.arm, p.stratum))
    return rows


def variance(rows: list[tuple[int, bool, int, int]]) -> float:
    """Hypergeometric variance of the log-rank score, summed over strata and event times."""
    total = 0.0
    for s in {row[3] for row in rows}:
        here = [row for row in rows if row[3] == s]
        for t in {row[0] for row in here if row[1]}:
            risk = [row for row in here if row[0] >= t]
            n, n1 = len(risk), sum(row[2] for row in risk)
            d = sum(row[0] == t and row[1] for row in here)
            if n > 1:
                total += d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1)
    return total


def look_days(patients: list[Patient], looks: list[LookRule], until: int) -> list[int | None]:
    """Day of each look; None where it does not come by `until`."""
    days: list[int | None] = []
    last_entry, before = max(p.entry for p in patients), 0
    for look in looks:
        waits = max(look.not_before, 0 if look.follow_up is None else last_entry + look.follow_up)
        due, held = False, None
        for today in range(until + 1):
            rows = cut(patients, today)
            if look.events is not None:
                due = due or sum(row[1] for row in rows) >= look.events
            elif look.day is not None:
                due = due or today >= look.day
            elif any(p.known == today and p.event and p.arm >= 0 for p in patients):
                due = due or (look.variance is not None and variance(rows) >= look.variance)
            if (due and today >= waits) or (look.not_after is not None and today >= look.not_after):
                held = max(today, before)
                before = held
                break
        days.append(held)
    return days
