"""The design of several hypotheses: each one's looks, and its bounds at every level that may reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    import polars as pl

    from equipoise._check import FloatArray
    from equipoise.design.graphical_procedure import GraphicalProcedure
    from equipoise.design.trial_design import Design
    from equipoise.protocol.protocol import Protocol


@dataclass(frozen=True, slots=True, eq=False)
class LevelBoundary:
    """Efficacy bounds of one hypothesis at one level, at its planned looks.

    Parameters
    ----------
    hypothesis
        Its id.
    level
        One-sided alpha at which it is tested.
    after
        Which rejections lead to this level, each a set of ids; the empty one is the start.
    efficacy_z, nominal_p, hazard_ratio
        The bound as z, as one-sided p, and as a hazard ratio, shape (K,); infinite, 0 and 0 where a look is
        not read for efficacy.
    power
        Probability of crossing at this level under the assumed effect, futility stops obeyed, by
        Schoenfeld's formula.
    """

    hypothesis: str
    level: float
    after: tuple[tuple[str, ...], ...]
    efficacy_z: FloatArray
    nominal_p: FloatArray
    hazard_ratio: FloatArray
    power: float

    @property
    def at_start(self) -> bool:
        """Whether the hypothesis stands at this level before any rejection."""
        return () in self.after


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GraphicalDesign:
    """Everything planned for the hypotheses of a graph.

    Parameters
    ----------
    protocol
        The trial.
    procedure
        Graph, total alpha and spending functions.
    designs
        Of each hypothesis in the graph's order, at the level that it begins with, or without weight the most
        that may be passed on to it.
    levels
        Bounds of each hypothesis at each level that it may come to be tested at, rising.
    """

    protocol: Protocol
    procedure: GraphicalProcedure
    designs: tuple[Design, ...]
    levels: tuple[LevelBoundary, ...]

    def design_of(self, hypothesis: str) -> Design:
        """The design of one hypothesis."""
        return self.designs[self.procedure.graph.index(hypothesis)]

    def levels_of(self, hypothesis: str) -> tuple[LevelBoundary, ...]:
        """The bounds of one hypothesis, by rising level."""
        self.procedure.graph.index(hypothesis)
        return tuple(b for b in self.levels if b.hypothesis == hypothesis)

    def level_after(self, hypothesis: str, *rejected: str) -> LevelBoundary | None:
        """The bounds of one hypothesis once others are rejected; None while its level is 0."""
        if hypothesis in rejected:
            raise ArgumentError("rejected", rejected, f"must not hold {hypothesis!r} itself")
        wanted = {self.procedure.graph.hypotheses[self.procedure.graph.index(name)] for name in rejected}
        return next((b for b in self.levels_of(hypothesis) if wanted in map(set, b.after)), None)

    def __repr__(self) -> str:
        """Each hypothesis with its events, and the bounds of its looks at each level."""
        procedure = self.procedure
        lines = [f"Graph of {len(self.designs)} hypotheses, familywise alpha {procedure.alpha:g} one-sided"]
        for design in self.designs:
            name, events = design.hypothesis.id, ", ".join(str(k.events) for k in design.looks)
            weight = procedure.graph.weight(name)
            lines.append(f"{name}: weight {weight:.4g}, events {events}")
            for bounds in self.levels_of(name):
                z = "  ".join(f"{b:.4f}" for b in bounds.efficacy_z)
                after = " or ".join(" + ".join(ids) or "start" for ids in bounds.after)
                lines.append(f"  level {bounds.level:<8.4g} z {z}  after {after}")
        return "\n".join(lines)

    def to_frame(self) -> pl.DataFrame:
        """One row a hypothesis, level and look: events, bound on three scales, power at the level.

        `after` says which rejections lead to the level: ids joined by " + ", alternatives by " or ".
        """
        import polars as pl

        rows = []
        for bounds in self.levels:
            design = self.design_of(bounds.hypothesis)
            after = " or ".join(" + ".join(ids) or "start" for ids in bounds.after)
            for k, look in enumerate(design.looks):
                row = {"hypothesis": bounds.hypothesis, "level": bounds.level, "after": after}
                row |= {"look": look.look, "label": look.label, "events": look.events}
                row |= {"information_fraction": look.information_fraction}
                for name in ("efficacy_z", "nominal_p", "hazard_ratio"):
                    row[name] = float(getattr(bounds, name)[k])
                rows.append(row | {"power": bounds.power})
        return pl.DataFrame(rows)
