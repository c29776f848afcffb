"""What the planned analysis of a snapshot gives: one value an endpoint and population, times in days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from equipoise.analysis.safety_analysis import SafetyAnalysis
    from equipoise.protocol import Protocol
    from equipoise.protocol.estimands import Strategy
    from equipoise.survival import (
        CumulativeIncidence,
        FollowUp,
        HazardRatioInterval,
        KaplanMeier,
        LogrankTest,
        Rmst,
        SubgroupAnalysis,
    )


@dataclass(frozen=True, slots=True)
class ArmSummary:
    """Size of one arm in one population."""

    arm: str
    label: str
    n: int
    events: int


@dataclass(frozen=True, slots=True)
class MilestoneEstimate:
    """Survival of one arm at one milestone."""

    arm: str
    label: str
    time: float
    """In the protocol's unit of time."""
    n_risk: int
    survival: float
    std_err: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class MarginTest:
    """The test that a hypothesis plans against a margin, and the limits that belong to it."""

    hypothesis: str
    margin: float
    test: LogrankTest
    """One-sided: its z above 0 is a hazard ratio below the margin."""
    interval: HazardRatioInterval
    """The test inverted at 1 - 2 alpha: its upper limit is one-sided at 1 - alpha."""


@dataclass(frozen=True, slots=True)
class ArmComparison:
    """One experimental arm against the control."""

    experimental: str
    control: str
    hazard_ratio: float
    lower: float
    upper: float
    cox_p: float
    """Wald p of the Cox coefficient, two-sided."""
    logrank: LogrankTest
    """Two-sided; its z above 0 is benefit."""
    rmst: Rmst | None
    """In days."""
    margin_test: MarginTest | None = None
    """Where a hypothesis about these arms in this population tests a margin; no look is allowed for."""


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """Something planned that these data cannot give."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class IntercurrentSummary:
    """An intercurrent event on one arm, and what the estimand makes of it."""

    event: str
    strategy: Strategy
    days_after: int
    arm: str
    n: int
    """Subjects whom it met within the time analysed (treatment policy), or whose time it ended."""


@dataclass(frozen=True, slots=True)
class EndpointAnalysis:
    """One endpoint in one population."""

    endpoint: str
    label: str
    population: str
    """"all" or the id of a stratum."""
    population_label: str
    test_strata: tuple[str, ...]
    pooled_strata: tuple[str, ...]
    """Strata that were tested as one, having few events; none without such a rule."""
    arms: tuple[ArmSummary, ...]
    curves: KaplanMeier
    """Groups are arm ids, control first; times in days; errors by the protocol's convention."""
    risk_times: tuple[float, ...]
    """In the protocol's unit of time."""
    n_risk: dict[str, tuple[int, ...]]
    """By arm, at `risk_times`."""
    milestones: tuple[MilestoneEstimate, ...]
    overall: LogrankTest | None
    """Log-rank over all arms, where there are more than two."""
    comparisons: tuple[ArmComparison, ...]
    follow_up: FollowUp
    """Reverse Kaplan-Meier, all arms together, in days."""
    not_estimable: tuple[NotEstimable, ...]
    intercurrent: tuple[IntercurrentSummary, ...] = ()
    """Each intercurrent event of the endpoint, arm by arm; none means treatment policy throughout."""


@dataclass(frozen=True, slots=True)
class TrialAnalysis:
    """Everything that the protocol plans, of one snapshot."""

    protocol: Protocol
    cutoff: date | None
    data_hash: str
    synthetic: bool
    days_per_unit: float
    endpoints: tuple[EndpointAnalysis, ...]
    """For each endpoint: all patients first, then each stratum (where there are several)."""
    incidence: CumulativeIncidence | None
    """Competing causes of the first endpoint, groups are arm ids, causes are cause ids; times in days."""
    subgroups: SubgroupAnalysis | None
    """Of the first endpoint, first experimental arm against control."""
    adverse_events: SafetyAnalysis | None
    not_estimable: tuple[NotEstimable, ...]

    def endpoint(self, endpoint: str, population: str = "all") -> EndpointAnalysis:
        """The analysis of one endpoint in one population."""
        for e in self.endpoints:
            if (e.endpoint, e.population) == (endpoint, population):
                return e
        raise KeyError((endpoint, population))
