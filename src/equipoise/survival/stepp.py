"""Subpopulation treatment-effect pattern plot: the arms compared in sliding windows over a biomarker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError, DataError
from equipoise.survival import _arrays
from equipoise.survival._arms import two_arms
from equipoise.survival._display import Displayed, p_text
from equipoise.survival._frames import frame
from equipoise.survival._limits import normal_quantile
from equipoise.survival._step_kernels import product_limit_and_error
from equipoise.survival.risk_table import count_at_risk

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, repr=False)
class Stepp(Displayed):
    """Effects in overlapping windows of the biomarker, one row a window; arrays have shape (windows,).

    Attributes
    ----------
    lowest, highest, middle : of the biomarker within the window; `middle` is the median.
    n, events : subjects and events.
    effect, std_err, lower, upper : log hazard ratio of experimental over control (below 0 is benefit), or the
        difference of survival at `at` (above 0 is benefit).
    overall, overall_std_err : the same of everybody.
    statistic : the largest |effect - overall| in standard errors of its window.
    p : share of the permutations with as large a statistic, (1 + count)/(1 + permutations).
    """

    groups: tuple[Any, ...]
    at: float | None
    lowest: FloatArray
    middle: FloatArray
    highest: FloatArray
    n: IntArray
    events: IntArray
    effect: FloatArray
    std_err: FloatArray
    lower: FloatArray
    upper: FloatArray
    overall: float
    overall_std_err: float
    statistic: float
    p: float
    permutations: int
    level: float

    def headline(self) -> str:
        """What the effect is, and whether it varies."""
        control, arm = self.groups
        what = (
            "log hazard ratio (below 0"
            if self.at is None
            else f"difference of survival at {self.at:g} (above 0"
        )
        return (
            f"STEPP, {len(self.n)} windows: {what}: benefit of {arm!r} over {control!r}), overall "
            f"{self.overall:.4g}; largest deviation {self.statistic:.3g} standard errors, {p_text(self.p)} "
            f"by {self.permutations} permutations"
        )

    def to_frame(self) -> pl.DataFrame:
        """Columns lowest, middle, highest, n, events, effect, std_err, lower, upper."""
        names = ("lowest", "middle", "highest", "n", "events", "effect", "std_err", "lower", "upper")
        return frame({name: getattr(self, name) for name in names})


def stepp(
    time: object,
    event: object,
    group: object,
    biomarker: object,
    *,
    window: int,
    overlap: int,
    seed: int,
    control: object | None = None,
    at: float | None = None,
    permutations: int = 1000,
    level: float = 0.95,
    timefix: bool = True,
) -> Stepp:
    """Compare the arms in windows of about `window` subjects that share about `overlap` with the next one.

    A window takes whole values of the biomarker, the lowest first, until it holds `window` subjects; the next
    drops its lowest values until no more than `overlap` are left, and fills up again. The effect is the log
    hazard ratio U/V of the log-rank test (Peto's one-step estimate, error 1/√V), or with `at` the difference
    of Kaplan-Meier survival. Whether effects differ is judged by the largest |effect - overall|/error over
    the windows, against its distribution when the biomarker is permuted within each arm.

    Parameters
    ----------
    time, event, group : shape (n,); two arms.
    biomarker : numbers, shape (n,).
    window, overlap : subjects in a window, and shared with the next; overlap < window.
    control : label of the control arm; required where the arms have no order of their own (names).
    at : a time for survival instead of the hazard ratio.
    permutations, seed : how many, and the seed of their draws.
    level : of the limits of each window by itself (no allowance for several windows).
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : a window in which the arms cannot be compared. Make windows larger.

    References
    ----------
    Bonetti, Gelber (2000), Statistics in Medicine 19:2595-2609; (2004), Biostatistics 5:465-481. Lazar, Cole,
    Bonetti, Gelber (2010), J Clin Oncol 28:4539-4544 (hazard ratios).
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    x = _check.numbers("biomarker", biomarker, "Leave out subjects without a value.")
    _check.same_length(time=t, event=d, biomarker=x)
    arms = two_arms(_arrays.levels("group", group, t), control)
    if not 0 <= overlap < window <= len(t):
        rule = f"must hold 0 <= overlap < window <= {len(t)} subjects"
        raise ArgumentError("window, overlap", (window, overlap), rule)
    when = None if at is None else _check.positive("at", at)
    many, q = int(_check.positive("permutations", permutations)), normal_quantile(level)
    order = np.argsort(x, kind="stable")
    edges = windows(x[order], window, overlap)
    trial = _Trial(t, d, arms.codes, when, timefix)
    overall, overall_error = trial.effect(np.arange(len(t)))
    inside = [order[low:high] for low, high in edges]
    effect, std_err = trial.effects(inside, x)
    statistic = float(np.max(np.abs(effect - overall) / std_err))
    draws = trial.permuted(order, edges, overall, many, np.random.default_rng(seed))
    return Stepp(
        groups=arms.labels,
        at=when,
        lowest=np.array([x[i].min() for i in inside]),
        middle=np.array([float(np.median(x[i])) for i in inside]),
        highest=np.array([x[i].max() for i in inside]),
        n=np.array([len(i) for i in inside]),
        events=np.array([int(d[i].sum()) for i in inside]),
        effect=effect,
        std_err=std_err,
        lower=effect - q * std_err,
        upper=effect + q * std_err,
        overall=overall,
        overall_std_err=overall_error,
        statistic=statistic,
        p=float((1 + np.count_nonzero(draws >= statistic * (1.0 - 1e-12))) / (1 + many)),
        permutations=many,
        level=level,
    )


def windows(ascending: FloatArray, window: int, overlap: int) -> list[tuple[int, int]]:
    """Beginnings and ends of sliding windows over sorted values; equal values stay together."""
    starts = np.append(np.flatnonzero(np.concatenate(([True], np.diff(ascending) > 0.0))), len(ascending))
    out, low = [], 0
    while True:
        enough = starts[starts >= low + window]
        high = int(enough[0]) if len(enough) else len(ascending)
        out.append((low, high))
        if high == len(ascending):
            return out
        low = int(starts[starts >= max(high - overlap, low + 1)][0])


@dataclass(frozen=True, slots=True)
class _Trial:
    """What every window takes its part of; `arm` is 0 on control, 1 on the experimental arm."""

    time: FloatArray
    event: BoolArray
    arm: IntArray
    at: float | None
    timefix: bool

    def effect(self, members: IntArray) -> tuple[float, float]:
        """Effect among some subjects and its error; nan where there is none."""
        t, d, arm = self.time[members], self.event[members], self.arm[members]
        one, arms = _arrays.everybody(t), _arrays.Levels(arm, (0, 1), ordered=True)
        if self.at is not None:
            risk = count_at_risk(t, d, group=one, stratum=arms, entry=None, weight=None, timefix=self.timefix)
            if risk.first_row[1] in {0, len(risk.time)}:
                return np.nan, np.nan
            s, e = product_limit_and_error(risk.stratum, risk.at_risk[:, 0], risk.events[:, 0], False)  # noqa: FBT003 -- kernels take arguments by position
            value, error = np.ones(2), np.zeros(2)
            for g in (0, 1):
                at = int(risk.last_row_by(g, np.array([self.at]))[0])
                if risk.after_last(g, np.array([self.at]))[0] and s[risk.rows_of(g)][-1] > 0.0:
                    return np.nan, np.nan
                if at:
                    value[g], error[g] = s[risk.rows_of(g)][at - 1], e[risk.rows_of(g)][at - 1]
            error = np.nan_to_num(error)
            total = float(np.sqrt(np.sum(error**2)))
            return (float(value[1] - value[0]), total) if total > 0.0 else (np.nan, np.nan)
        risk = count_at_risk(t, d, group=arms, stratum=one, entry=None, weight=None, timefix=self.timefix)
        n, dead = risk.at_risk.sum(axis=1), risk.events.sum(axis=1)
        share = risk.at_risk[:, 1] / n
        variance = float(np.sum(dead * share * (1.0 - share) * (n - dead) / np.maximum(n - 1.0, 1.0)))
        if variance <= 0.0:
            return np.nan, np.nan
        return float(np.sum(risk.events[:, 1] - dead * share)) / variance, variance**-0.5

    def effects(self, inside: list[IntArray], biomarker: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Effect and error of every window; a window without one is refused."""
        effect, std_err = np.array([self.effect(members) for members in inside]).T
        if np.isnan(effect).any():
            x = biomarker[inside[int(np.argmax(np.isnan(effect)))]]
            raise DataError(
                f"biomarker: in the window from {x.min():g} to {x.max():g} the arms cannot be compared (no "
                "events, or no follow-up to the time asked for). Make windows larger."
            )
        return effect, std_err

    def permuted(
        self,
        order: IntArray,
        edges: list[tuple[int, int]],
        overall: float,
        many: int,
        rng: np.random.Generator,
    ) -> FloatArray:
        """The statistic when subjects of the same arm change places along the biomarker, shape (many,)."""
        arm = self.arm[order]
        places = [np.flatnonzero(arm == a) for a in (0, 1)]
        out = np.empty(many)
        shuffled = order.copy()
        for k in range(many):
            for place in places:
                shuffled[place] = order[rng.permutation(place)]
            found = np.array([self.effect(shuffled[low:high]) for low, high in edges])
            deviation = np.abs(found[:, 0] - overall) / found[:, 1]
            # A window that cannot be compared says nothing.
            out[k] = np.nanmax(deviation) if not np.isnan(deviation).all() else 0.0
        return out
