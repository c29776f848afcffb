"""Bounds of looks that the test's own information joins: weighted log-rank, restricted mean, milestone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design import bounds_at, decide, looks_as_held
from equipoise.design.look_rules import is_new_information
from equipoise.simulation.bounds_in_use import Bounds

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.design import Design, Exits, InterimBounds
    from equipoise.simulation._look_kernels import LookOutcomes


@dataclass(frozen=True, slots=True, eq=False)
class BoundsByInformation:
    """Bounds at the information observed, alpha spent by events over planned events.

    They are solved for each trial and look anew, as no two trials have the same information; the looks after
    a stop are not read.

    Parameters
    ----------
    design
        The design that the trials run under.

    """

    design: Design

    def exits(self, outcomes: LookOutcomes) -> Exits:
        """Where and how each replicate stops, by the rule that committees' looks are read with."""
        shape = outcomes.day.shape
        found = Bounds(np.full(shape, np.inf), np.full(shape, -np.inf), np.full(shape, -np.inf))
        z = np.full(shape, np.nan)
        for i in range(shape[0]):
            self._trial(i, outcomes, found, z)
        return decide(z, *found)

    def _trial(self, i: int, outcomes: LookOutcomes, found: Bounds, z: FloatArray) -> None:
        """Read one trial's looks until it stops."""
        events, information = outcomes.events[i], outcomes.information[i]
        held: list[int] = []
        used: InterimBounds | None = None
        for k in range(len(events)):
            latest = held[-1] if held else -1
            fresh = latest < 0 or (
                events[k] > events[latest] and is_new_information(information[latest], information[k])
            )
            if not (events[k] > 0 and information[k] > 0.0 and fresh):
                continue
            used = self._bounds([*held, k], outcomes, i, used)
            held.append(k)
            z[i, k] = outcomes.score[i, k] / np.sqrt(information[k])
            for column, bound in zip(found, (used.efficacy_z, used.futility_z, used.harm_z), strict=True):
                if bound is not None:
                    column[i, k] = bound[-1]
            if z[i, k] >= found.efficacy[i, k] or z[i, k] <= max(found.futility[i, k], found.harm[i, k]):
                return

    def _bounds(
        self, held: list[int], outcomes: LookOutcomes, i: int, used: InterimBounds | None
    ) -> InterimBounds:
        information = [float(outcomes.information[i, k]) for k in held]
        planned = self.design.information
        fractions = [x / planned for x in information]
        spent = [float(outcomes.events[i, k]) / self.design.events for k in held]
        final = held[-1] == len(self.design.looks) - 1
        plan = looks_as_held(self.design.boundaries, fractions, [k + 1 for k in held], final=final)
        return bounds_at(
            plan,
            information,
            planned=planned,
            previous=used,
            spending_fraction=spent if spent != fractions else None,
            final=final,
        )
