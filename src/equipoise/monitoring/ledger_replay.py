"""Do the bounds, exits and rejections that a ledger holds follow from its plan and the looks before them?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.design import Exit, GraphicalDesign, exit_at
from equipoise.errors import DataError
from equipoise.monitoring.interim_result import STOPPED, InterimResult
from equipoise.monitoring.look_bounds import look_bounds
from equipoise.monitoring.several_hypotheses import monitor_several

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from equipoise.design import Design
    from equipoise.monitoring.ledger import InformationLedger
    from equipoise.monitoring.ledger_entry import LedgerEntry
    from equipoise.monitoring.look_result import LookResult

# Bounds are solved to 1e-10; another platform's arithmetic differs by less than this.
CLOSE = 1e-7


@dataclass(frozen=True, slots=True)
class LedgerReplay:
    """What was solved again, and what does not follow."""

    looks: int
    """Looks whose bounds were solved again."""
    other_protocol: int
    """Looks read under another version of the protocol: not solved again."""
    faults: tuple[str, ...]
    """In words; empty where everything follows."""


def replay_ledger(ledger: InformationLedger, design: Design | GraphicalDesign) -> LedgerReplay:
    """Solve every recorded look's bounds again, from the recorded information and the looks before it.

    No data are read: it shows that what was recorded follows from the plan, the hashes show that it was not
    changed since, and only the data of the look can show that its statistic was right.

    Parameters
    ----------
    ledger
        As read.
    design
        Of one version of its protocol; looks read under others are counted and left.

    Raises
    ------
    DataError
        The design is of another trial or of other hypotheses.

    """
    several = isinstance(design, GraphicalDesign)
    designs = {
        d.hypothesis.id: d for d in (design.designs if isinstance(design, GraphicalDesign) else [design])
    }
    mine = (design.protocol.trial.name, tuple(designs), several)
    if (ledger.trial, ledger.hypotheses, not ledger.hypothesis) != mine:
        raise DataError(
            f"{ledger.path}: is the ledger of {ledger.trial}, {', '.join(ledger.hypotheses)}, the protocol "
            f"is of {mine[0]}, {', '.join(designs)}. Is it the right protocol?"
        )
    held: dict[str, list[LookResult]] = {name: [] for name in designs}
    faults: list[str] = []
    looks = others = 0
    for number, entry in enumerate(ledger.entries, start=1):
        read = _read(entry)
        same = entry.protocol_hash == design.protocol.hash
        for name, look in read:
            if same:
                faults += [
                    f"entry {number}: {words}" for words in _look_faults(designs[name], held[name], look)
                ]
            held[name].append(look)
        looks += len(read) if same else 0
        others += 0 if same else len(read)
        if same and isinstance(design, GraphicalDesign) and entry.standings:
            faults += [f"entry {number}: {words}" for words in _standing_faults(design, held, entry)]
    return LedgerReplay(looks, others, tuple(faults))


def _read(entry: LedgerEntry) -> list[tuple[str, LookResult]]:
    """The looks of an entry, each with its hypothesis."""
    if entry.look is not None:
        return [(entry.hypothesis, entry.look)]
    return [(s.hypothesis, s.look) for s in entry.standings if s.look is not None]


def _look_faults(design: Design, held: Sequence[LookResult], look: LookResult) -> Iterator[str]:
    """What of one look does not follow."""
    name = f"look {look.look} of {design.hypothesis.id}"
    stop = (
        next((i for i, k in enumerate(held) if k.exit in STOPPED), len(held)) if look.overrun else len(held)
    )
    # A look that was read off the calendar says by which share it spent.
    again = look_bounds(
        design,
        held[:stop],
        events=look.events,
        information=look.information,
        planned_look=look.planned_look,
        final=look.final,
        spending_fraction=look.spending_fraction,
    )
    for what in ("efficacy_z", "futility_z", "harm_z", "alpha_spent", "beta_spent"):
        was, now = getattr(look, what), getattr(again, what)
        if was != now and not math.isclose(was, now, rel_tol=CLOSE, abs_tol=CLOSE):
            yield f"{name}: {what} {was:.7g} is recorded, {now:.7g} follows from the plan"
    exit_now = Exit(int(exit_at(look.z, look.efficacy_z, look.futility_z, look.harm_z, final=look.final)))
    if exit_now is not look.exit:
        yield f"{name}: '{look.exit.sentence}' is recorded, '{exit_now.sentence}' follows from z {look.z:.4g}"


def _standing_faults(
    design: GraphicalDesign, held: dict[str, list[LookResult]], entry: LedgerEntry
) -> Iterator[str]:
    """What of the levels, bounds in force and rejections of a meeting does not follow."""
    results = [
        _standing_result(design.design_of(name), looks, entry) for name, looks in held.items() if looks
    ]
    for was, now in zip(entry.standings, monitor_several(design, results).standings, strict=True):
        for what in ("level", "rejected"):
            if not math.isclose(getattr(was, what), getattr(now, what), rel_tol=CLOSE):
                yield f"{was.hypothesis}: {what} {getattr(was, what)} is recorded, not {getattr(now, what)}"
        for what in ("efficacy_z", "alpha_spent"):
            old, new = getattr(was, what), getattr(now, what)
            if (
                was.look is not None
                and old != new
                and not math.isclose(old, new, rel_tol=CLOSE, abs_tol=CLOSE)
            ):
                yield f"{was.hypothesis}: {what} in force {old:.7g} is recorded, {new:.7g} follows"


def _standing_result(design: Design, looks: Sequence[LookResult], entry: LedgerEntry) -> InterimResult:
    return InterimResult(
        trial=entry.trial,
        hypothesis=design.hypothesis.id,
        sides=design.boundaries.sides,
        alpha=design.boundaries.alpha,
        looks=tuple(looks),
        protocol_hash=entry.protocol_hash,
        data_hash=entry.data_hash,
        synthetic=False,
        cutoff=entry.cutoff,
    )
