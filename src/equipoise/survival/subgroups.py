"""The arms compared within the levels of baseline factors, and whether the effect differs between levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import chdtrc

from equipoise import _check
from equipoise.errors import ArgumentError, DataError, InputError
from equipoise.survival import _arrays
from equipoise.survival._arms import two_arms
from equipoise.survival._cox_penalised import Firth
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame
from equipoise.survival.cox import cox
from equipoise.survival.cox_fit import ChiSquareTest, CoxFit, CoxStatus
from equipoise.survival.kaplan_meier import kaplan_meier
from equipoise.survival.milestone import MilestoneComparison, milestone

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray, Levels
    from equipoise.survival._cox_subjects import Ties


@dataclass(frozen=True, slots=True)
class Subgroup:
    """One level of one factor: subjects and events by arm, and the hazard ratio experimental over control.

    `note` is empty where the hazard ratio is the Cox model's own. Where it has no finite one (often an arm
    without events) ratio and limits are those of Firth's penalised likelihood and its profile, or without
    Firth 0 or inf with limits 0 and inf; where nothing can be compared they are nan; `note` says which and
    why. `milestone_survival` holds survival at the time asked for, control first, nan for an arm that was not
    followed so long; `milestone` its comparison, None where there is none, and `milestone_note` says why.
    """

    factor: str
    level: Any
    n_control: int
    n_experimental: int
    events_control: int
    events_experimental: int
    hazard_ratio: float
    lower: float
    upper: float
    note: str
    milestone: MilestoneComparison | None = None
    milestone_note: str = ""
    milestone_survival: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """Tests that the hazard ratio is the same at every level of a factor; None where they cannot be made."""

    factor: str
    likelihood_ratio: ChiSquareTest | None
    wald: ChiSquareTest | None
    note: str


@dataclass(frozen=True, slots=True, repr=False)
class SubgroupAnalysis(Displayed):
    """Hazard ratios of all subjects (`overall`) and by level, and one interaction for each factor."""

    groups: tuple[Any, ...]
    overall: Subgroup
    subgroups: tuple[Subgroup, ...]
    interactions: tuple[Interaction, ...]
    ties: Ties
    level: float
    at: float | None = None

    def headline(self) -> str:
        """What the rows are."""
        control, arm = self.groups
        return (
            f"Hazard ratios of {arm!r} over {control!r} by subgroup, {self.ties} ties, {self.level:g} limits"
        )

    def to_frame(self) -> pl.DataFrame:
        """A row for everybody, then for each level, with the factor's interaction p on each of its rows.

        Where a milestone was asked for: survival_control, survival_experimental and survival_difference with
        difference_lower and difference_upper, and milestone_note why a level has none. interaction_note says
        why a test is missing or how it was made.
        """
        names = [name for name in Subgroup.__slots__ if not name.startswith("milestone")]
        rows = (self.overall, *self.subgroups)
        by_factor = {i.factor: i for i in self.interactions}
        found = [by_factor.get(row.factor) for row in rows]
        tests = {
            "interaction_p": [i.likelihood_ratio.p if i and i.likelihood_ratio else None for i in found],
            "interaction_wald_p": [i.wald.p if i and i.wald else None for i in found],
            "interaction_note": [i.note if i else "" for i in found],
        }
        columns: dict[str, Any] = {name: [getattr(row, name) for row in rows] for name in names}
        columns["level"] = [str(row.level) for row in rows]
        return frame(columns | tests | self._milestones(rows))

    def shown(self) -> pl.DataFrame:
        """The table with events and subjects of each arm in one column."""
        import polars as pl

        counts = [
            pl.format("{}/{}", f"events_{arm}", f"n_{arm}").alias(arm) for arm in ("control", "experimental")
        ]
        columns = ["hazard_ratio", "lower", "upper", "interaction_p"]
        if self.at is not None:
            columns += ["survival_control", "survival_experimental"]
        return self.to_frame().select("factor", "level", *counts, *columns, "note")

    def _milestones(self, rows: tuple[Subgroup, ...]) -> dict[str, list[Any]]:
        if self.at is None:
            return {}
        found = [row.milestone for row in rows]
        known = [row.milestone_survival for row in rows]
        return {
            "survival_control": [None if s is None else s[0] for s in known],
            "survival_experimental": [None if s is None else s[1] for s in known],
            "survival_difference": [None if m is None else m.difference for m in found],
            "difference_lower": [None if m is None else m.lower for m in found],
            "difference_upper": [None if m is None else m.upper for m in found],
            "milestone_note": [row.milestone_note for row in rows],
        }


def subgroups(
    time: object,
    event: object,
    group: object,
    factors: Mapping[str, object],
    *,
    control: object | None = None,
    strata: object | None = None,
    at: float | None = None,
    firth: bool = True,
    ties: Ties = "efron",
    level: float = 0.95,
    timefix: bool = True,
) -> SubgroupAnalysis:
    """Cox hazard ratio within each level of each factor, and tests of interaction.

    Parameters
    ----------
    time, event, group : shape (n,); two arms.
    factors : name to labels, shape (n,); a dataframe of factors serves too. Nothing may be missing: give the
        unknown a level of their own, or leave them out.
    control : label of the control arm; required where the arms have no order of their own (names).
    strata : strata of every model, as in `cox`.
    at : a time: survival there by arm and its difference too, for each level (see `milestone`).
    firth : estimate by Firth's penalty where a level has no finite hazard ratio.
    ties, level, timefix : as in `cox`.

    Notes
    -----
    The interaction's model is stratified by the factor (crossed with `strata`), so the baseline hazards of
    its levels are free and the hazard ratios by level are those printed. Likelihood ratio test:
    2 (Σ l_level - l_common). Wald test: Cochran's Σ w (b_level - b_mean)², w = 1/variance. Degrees of
    freedom: levels that can be compared, less 1. A level without events counts in neither test; one with
    events on one arm only has no finite b, so that the Wald test takes b and its variance there from Firth's
    penalised likelihood, and says so (`firth=False`: no Wald test, and a note).
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    arms = two_arms(_arrays.levels("group", group, t), control)
    stratum = _arrays.crossed_levels("strata", strata, t)
    names = list(getattr(factors, "columns", factors))
    if not names:
        raise ArgumentError("factors", factors, "must hold at least one factor")
    when = None if at is None else _check.positive("at", at)
    trial = _Trial(t, d, arms.codes, stratum.codes, when, firth, ties, level, timefix)
    rows: list[Subgroup] = []
    interactions = []
    for name in names:
        found, tests = _by_level(trial, str(name), _arrays.levels(f"factor {name}", factors[name], t))
        rows += found
        interactions.append(tests)
    everybody = np.ones(len(t), dtype=np.bool_)
    overall = trial.compare("all", "all", everybody).row
    return SubgroupAnalysis(arms.labels, overall, tuple(rows), tuple(interactions), ties, level, when)


@dataclass(frozen=True, slots=True)
class _Trial:
    """The arrays that every subgroup takes its part of; `arm` is 0 on control, 1 on the experimental arm."""

    time: FloatArray
    event: BoolArray
    arm: IntArray
    stratum: IntArray
    at: float | None
    firth: bool
    ties: Ties
    level: float
    timefix: bool

    def fit(self, inside: BoolArray, factor: IntArray | None = None, penalty: Firth | None = None) -> CoxFit:
        """Hazard ratio of the arms among some subjects, stratified, and by a factor too where given."""
        stratum = self.stratum[inside]
        return cox(
            self.time[inside],
            self.event[inside],
            self.arm[inside],
            strata=stratum if factor is None else np.column_stack((stratum, factor[inside])),
            ties=self.ties,
            penalty=penalty,
            level=self.level,
            timefix=self.timefix,
        )

    def compare(self, factor: str, label: Any, inside: BoolArray) -> _Compared:
        """One subgroup, its fit, and the fit whose hazard ratio is finite, each where there is one."""
        n = np.bincount(self.arm[inside], minlength=2)
        events = np.bincount(self.arm[inside & self.event], minlength=2)
        fit, note = None, ""
        try:
            fit = self.fit(inside)
        except DataError:
            note = _why_not(n, events)
        finite = fit
        ratio, lower, upper = np.nan, np.nan, np.nan
        if fit is not None:
            ratio, lower, upper = (float(x[0]) for x in (fit.hazard_ratio, fit.lower, fit.upper))
        if fit is not None and fit.status is CoxStatus.MONOTONE:
            finite = None
            note = "no finite hazard ratio: " + _one_sided(events)
            if self.firth:
                finite = self.fit(inside, penalty=Firth())
                limits = finite.profile_limits()
                ratio, lower, upper = (float(x[0]) for x in (limits.hazard_ratio, limits.lower, limits.upper))
                note = "Firth's penalty and its profile limits: " + _one_sided(events)
        counts = (int(n[0]), int(n[1]), int(events[0]), int(events[1]))
        row = Subgroup(factor, label, *counts, ratio, lower, upper, note, *self._milestone(inside))
        return _Compared(row, fit, finite)

    def _milestone(
        self, inside: BoolArray
    ) -> tuple[MilestoneComparison | None, str, tuple[float, float] | None]:
        """Survival at the milestone compared, or why it cannot be; and survival by arm."""
        if self.at is None:
            return None, "", None
        survival = (self._survival(inside & (self.arm == 0)), self._survival(inside & (self.arm == 1)))
        if len(np.unique(self.arm[inside])) < 2:
            return None, "no comparison: one arm has no subject here", survival
        arrays = (self.time[inside], self.event[inside], self.arm[inside])
        try:
            return milestone(*arrays, at=self.at, level=self.level, timefix=self.timefix), "", survival
        except InputError as error:
            return None, str(error), survival

    def _survival(self, who: BoolArray) -> float:
        """Kaplan-Meier survival at the milestone; nan where nobody was followed so long."""
        if not who.any():
            return float("nan")
        curve = kaplan_meier(self.time[who], self.event[who], timefix=self.timefix)
        return float(curve.at(self.at).survival[0])


class _Compared(NamedTuple):
    """A subgroup with its Cox fit, and with one whose hazard ratio is finite."""

    row: Subgroup
    fit: CoxFit | None
    finite: CoxFit | None


def _why_not(n: IntArray, events: IntArray) -> str:
    if n.min() == 0:
        return "no comparison: one arm has no subject here"
    if events.sum() == 0:
        return "no comparison: no event on either arm"
    return "no comparison: no event while both arms were at risk in one stratum"


def _one_sided(events: IntArray) -> str:
    if events[0] == 0:
        return "no event on the control arm"
    if events[1] == 0:
        return "no event on the experimental arm"
    return "each event befell the same arm whenever both were at risk"


def _by_level(trial: _Trial, factor: str, levels: Levels) -> tuple[list[Subgroup], Interaction]:
    found = [
        (trial.compare(factor, x, levels.codes == i), levels.codes == i) for i, x in enumerate(levels.labels)
    ]
    rows = [each.row for each, _ in found]
    fits = [each.fit for each, _ in found if each.fit is not None]
    if len(fits) < 2:
        return rows, Interaction(factor, None, None, "fewer than two levels can be compared")
    compared = np.any([inside for each, inside in found if each.fit is not None], axis=0)
    common = trial.fit(compared, levels.codes)
    df = len(fits) - 1
    gain = 2.0 * max(sum(fit.loglik[1] for fit in fits) - common.loglik[1], 0.0)
    ratio_test = ChiSquareTest(gain, df, float(chdtrc(df, gain)))
    monotone = any(fit.status is CoxStatus.MONOTONE for fit in fits)
    if monotone and not trial.firth:
        note = "no Wald test: a level has no finite hazard ratio"
        return rows, Interaction(factor, ratio_test, None, note)
    finite = [each.finite for each, _ in found if each.finite is not None]
    b = np.array([fit.coef[0] for fit in finite])
    w = np.array([fit.std_err[0] ** -2 for fit in finite])
    q = float(np.sum(w * (b - np.sum(w * b) / np.sum(w)) ** 2))
    note = "Wald test by Firth's penalty in the levels without finite hazard ratio" if monotone else ""
    return rows, Interaction(factor, ratio_test, ChiSquareTest(q, df, float(chdtrc(df, q))), note)
