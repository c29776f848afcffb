"""The protocol: every section together, with the hash that goes on every output."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import Field, PrivateAttr, model_serializer, model_validator

from equipoise.errors import ArgumentError
from equipoise.numerics.piecewise import PiecewiseConstant  # noqa: TC001 - pydantic resolves annotations
from equipoise.protocol._section import Identifier, Section
from equipoise.protocol.analyses import Analyses, DataDescription, Safety
from equipoise.protocol.assumptions import Assumption, Effect
from equipoise.protocol.endpoints import Endpoint, Hypothesis
from equipoise.protocol.enrollment import Accrual, Dropout, Randomization
from equipoise.protocol.hypothesis_graph import Graph, with_levels
from equipoise.protocol.monitoring import Monitoring, MonitoringPlans
from equipoise.protocol.provenance import Provenance, status_of
from equipoise.protocol.screening_rules import Screening
from equipoise.protocol.simulated_truth import SimulatedTruth
from equipoise.protocol.trial import Arm, Stratum, Trial

if TYPE_CHECKING:
    from pydantic import SerializerFunctionWrapHandler

SCHEMA_VERSION = 1
Named = TypeVar("Named", Arm, Stratum, Endpoint, Hypothesis)


class Protocol(Section):
    """A randomised trial as planned: one TOML file, frozen, with a canonical hash."""

    schema_version: Literal[1]
    """Version of this file format."""
    trial: Trial
    arm: tuple[Arm, ...] = Field(min_length=2)
    stratum: tuple[Stratum, ...] = Field(min_length=1)
    endpoint: tuple[Endpoint, ...] = Field(min_length=1)
    screening: Screening = Screening()
    randomization: Randomization | None = None
    accrual: Accrual | None = None
    dropout: Dropout = Dropout()
    assumption: tuple[Assumption, ...] = ()
    effect: tuple[Effect, ...] = ()
    hypothesis: tuple[Hypothesis, ...] = ()
    graph: Graph | None = None
    """How several hypotheses share one type I error."""
    monitoring: MonitoringPlans = ()
    analyses: Analyses = Analyses()
    safety: Safety = Safety()
    data: DataDescription = DataDescription()
    simulation: SimulatedTruth = SimulatedTruth()
    """What simulated patients go through beyond the plan's assumptions; the design knows nothing of it."""
    scenario: dict[Identifier, dict[str, Any]] = Field(default_factory=dict)
    """Truths that the trial is simulated under: values of this file that are others, ranges crossed."""
    _provenance: tuple[Provenance, ...] = PrivateAttr(default=())

    @model_validator(mode="before")
    @classmethod
    def _levels_from_graph(cls, document: Any) -> Any:
        return with_levels(document)

    @model_serializer(mode="wrap")
    def _as_written(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """One plan of monitoring as one table, however the file writes it."""
        written: dict[str, Any] = dump(self)
        if len(self.monitoring) == 1 and "monitoring" in written:
            written["monitoring"] = written["monitoring"][0]
        return written

    @property
    def provenance(self) -> tuple[Provenance, ...]:
        """Where each marked value came from, in file order."""
        return self._provenance

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the values and their provenance, whatever the file's order, spacing and comments."""
        canonical: dict[str, Any] = {
            "protocol": self.model_dump(mode="json", exclude_defaults=True),
            "provenance": sorted((p.path, p.status or "", p.source or "") for p in self._provenance),
        }
        text = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def control(self) -> Arm:
        """The arm that every hazard ratio has below."""
        return next(a for a in self.arm if a.control)

    @property
    def strata_ids(self) -> tuple[str, ...]:
        """Ids of the strata in order."""
        return tuple(s.id for s in self.stratum)

    def arm_of(self, arm_id: str) -> Arm:
        """The arm of this id."""
        return _find(self.arm, "arm", arm_id)

    def stratum_of(self, stratum_id: str) -> Stratum:
        """The stratum of this id."""
        return _find(self.stratum, "stratum", stratum_id)

    def endpoint_of(self, endpoint_id: str) -> Endpoint:
        """The endpoint of this id."""
        return _find(self.endpoint, "endpoint", endpoint_id)

    def hypothesis_of(self, hypothesis_id: str) -> Hypothesis:
        """The hypothesis of this id."""
        return _find(self.hypothesis, "hypothesis", hypothesis_id)

    def monitoring_of(self, hypothesis_id: str) -> Monitoring | None:
        """The plan by which a hypothesis is monitored; None where there is none."""
        return next((m for m in self.monitoring if m.hypothesis == hypothesis_id), None)

    @property
    def leading_hypothesis(self) -> Hypothesis | None:
        """The hypothesis whose monitoring stands first, or else the first of all; None without any."""
        if self.monitoring:
            return self.hypothesis_of(self.monitoring[0].hypothesis)
        return self.hypothesis[0] if self.hypothesis else None

    def population(self, hypothesis: Hypothesis) -> tuple[str, ...]:
        """Ids of the strata that a hypothesis is about."""
        return hypothesis.population or self.strata_ids

    def control_hazard(self, endpoint: str, stratum: str) -> PiecewiseConstant | None:
        """Assumed hazard on the control arm of a stratum; None where nothing is assumed."""
        for a in self.assumption:
            if (a.endpoint, a.stratum) == (endpoint, stratum):
                return a.control_hazard()
        return None

    def hazard_ratio(self, endpoint: str, stratum: str, arm: str) -> PiecewiseConstant | None:
        """Assumed hazard ratio of an arm in a stratum; None where nothing is assumed."""
        for e in self.effect:
            if (e.endpoint, e.arm) == (endpoint, arm) and (not e.strata or stratum in e.strata):
                return e.piecewise()
        return None

    def effects_on(self, hypothesis: Hypothesis) -> tuple[Effect, ...]:
        """What is assumed of the hypothesis' experimental arm on its endpoint."""
        about = (hypothesis.endpoint, hypothesis.experimental)
        return tuple(e for e in self.effect if (e.endpoint, e.arm) == about)

    def effects_with(self, hypothesis: Hypothesis, hazard_ratio: float) -> tuple[Effect, ...]:
        """All effects, those on the hypothesis that are left open with one hazard ratio at all times."""
        ours = self.effects_on(hypothesis)
        solved = {"hazard_ratio": (hazard_ratio,), "starts": (0.0,)}
        return tuple(
            e.model_copy(update=solved) if e.hazard_ratio is None and e in ours else e for e in self.effect
        )

    @property
    def leaves_open(self) -> bool:
        """Whether patients, a power or a hazard ratio is left out for the design to solve."""
        patients = self.accrual is not None and self.accrual.patients is None
        effects = any(e.hazard_ratio is None for e in self.effect)
        return patients or effects or any(h.power is None for h in self.hypothesis)

    def with_solved(self, **values: object) -> Protocol:
        """The protocol with sections that its design has solved; the hash stays that of the file."""
        made = self.model_copy(update=values)
        made.__dict__["hash"] = self.hash
        return made

    def status(self, path: str) -> Provenance | None:
        """Status and source that hold for a TOML path; None where the file says nothing."""
        return status_of(path, self._provenance)

    def __hash__(self) -> int:
        """Protocols with equal values and provenance are one."""
        return int(self.hash[:15], 16)


def _find(items: tuple[Named, ...], kind: str, wanted: str) -> Named:
    for item in items:
        if item.id == wanted:
            return item
    raise ArgumentError(kind, wanted, f"must be one of {', '.join(repr(i.id) for i in items)}")
