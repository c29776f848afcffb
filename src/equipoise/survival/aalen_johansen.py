"""Multi-state trials: the probability to be in each state, and to move from one to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError, DataError
from equipoise.survival import _arrays
from equipoise.survival._arrays import Levels
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame
from equipoise.survival._limits import LimitScale, limits
from equipoise.survival._state_kernels import product_integral
from equipoise.survival._state_rows import refuse_broken_histories, states_of
from equipoise.survival._subject_order import TIE_TOLERANCE
from equipoise.survival.risk_table import RiskTable, count_at_risk

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray, IntArray

StateVariance = Literal["greenwood", "aalen"]


@dataclass(frozen=True, slots=True, repr=False)
class StateProbabilities(Displayed):
    """Probabilities of states at chosen times: a row for each group, beginning, state and time.

    `origin` is the state at the start, or None for the distribution over states that the subjects had then.
    Beyond a group's last time the curves are not known unless nobody was left: nan (null in the table).
    """

    group: tuple[Any, ...]
    origin: tuple[Any, ...]
    state: tuple[Any, ...]
    time: FloatArray
    probability: FloatArray
    std_err: FloatArray
    lower: FloatArray
    upper: FloatArray

    def headline(self) -> str:
        """What the rows are."""
        return "Probabilities of states at chosen times"

    def to_frame(self) -> pl.DataFrame:
        """Columns group, origin, state, time, probability, std_err, lower, upper."""
        return frame({name: getattr(self, name) for name in self.__slots__})


@dataclass(frozen=True, slots=True, repr=False)
class AalenJohansen(Displayed):
    """Curves of a multi-state trial, a row for each group and time at which somebody moved.

    Attributes
    ----------
    groups, states : labels.
    group_index, time : shape (rows,).
    n_risk : shape (rows, S), subjects in each state just before.
    moves : shape (rows, S, S), from one state to another at that time.
    initial : shape (k, S), the distribution over states at `start` of each group, taken as given.
    occupation, occupation_std_err : shape (rows, S), the probability to be in each state.
    transition, transition_std_err : shape (rows, S, S), entry h, j the probability of j given h at `start`.
    last : shape (k,), until when each group's curves are known: its last time, inf where nobody was left.
    """

    groups: tuple[Any, ...]
    states: tuple[Any, ...]
    start: float
    group_index: IntArray
    time: FloatArray
    n_risk: FloatArray
    moves: FloatArray
    initial: FloatArray
    occupation: FloatArray
    occupation_std_err: FloatArray
    transition: FloatArray
    transition_std_err: FloatArray
    last: FloatArray
    variance: StateVariance
    ci: LimitScale
    level: float

    def headline(self) -> str:
        """Moves between states."""
        total = self.moves.sum(axis=0)
        named = [
            f"{a} to {b}: {total[i, j]:g}"
            for i, a in enumerate(self.states)
            for j, b in enumerate(self.states)
            if total[i, j] > 0.0
        ]
        return f"Aalen-Johansen, {self.variance} errors, {self.level:g} {self.ci} limits. " + "; ".join(named)

    def to_frame(self) -> pl.DataFrame:
        """Columns group, state, time, n_risk, probability, std_err, lower, upper of the occupied states."""
        rows, size = self.occupation.shape
        p, std_err = self.occupation.T.ravel(), self.occupation_std_err.T.ravel()
        lower, upper = limits(p, std_err, self.ci, self.level)
        return frame(
            {
                "group": [self.groups[g] for g in np.tile(self.group_index, size).tolist()],
                "state": [state for state in self.states for _ in range(rows)],
                "time": np.tile(self.time, size),
                "n_risk": self.n_risk.T.ravel(),
                "probability": p,
                "std_err": std_err,
                "lower": lower,
                "upper": upper,
            }
        )

    def at(self, times: object) -> StateProbabilities:
        """Probability to be in each state at times t of `start` or later, with error and limits."""
        return self._at(times, [(None, self.occupation, self.occupation_std_err, self.initial)])

    def transition_at(self, times: object) -> StateProbabilities:
        """Probability to be in each state at times t given each state at `start`, with error and limits."""
        one = np.eye(len(self.states))
        parts = [
            (
                label,
                self.transition[:, h],
                self.transition_std_err[:, h],
                np.tile(one[h], (len(self.groups), 1)),
            )
            for h, label in enumerate(self.states)
        ]
        return self._at(times, parts)

    def _at(
        self, times: object, parts: list[tuple[Any, FloatArray, FloatArray, FloatArray]]
    ) -> StateProbabilities:
        t = _check.numbers("times", np.atleast_1d(np.asarray(times)))
        if t.size and t.min() < self.start:
            raise ArgumentError("times", float(t.min()), f"must not lie before start = {self.start:g}")
        labels: list[tuple[Any, Any, Any]] = []
        p, e = [], []
        for g, group in enumerate(self.groups):
            here = self.group_index == g
            step = np.searchsorted(_early(self.time[here]), t, side="right")
            unknown = _early(t) > self.last[g]
            for origin, probability, std_err, begin in parts:
                for j, state in enumerate(self.states):
                    curve = np.concatenate((begin[g, j : j + 1], probability[here, j]))[step]
                    error = np.concatenate(([0.0], std_err[here, j]))[step]
                    p.append(np.where(unknown, np.nan, curve))
                    e.append(np.where(unknown, np.nan, error))
                    labels += [(group, origin, state)] * len(t)
        value, std = np.concatenate(p), np.concatenate(e)
        lower, upper = limits(value, std, self.ci, self.level)
        group_column, origin_column, state_column = (tuple(x[i] for x in labels) for i in range(3))
        many = len(value) // max(len(t), 1)
        return StateProbabilities(
            group_column, origin_column, state_column, np.tile(t, many), value, std, lower, upper
        )


def aalen_johansen(
    time: object,
    origin: object,
    destination: object,
    *,
    censored: object = 0,
    entry: object | None = None,
    subject: object | None = None,
    group: object | None = None,
    start: float = 0.0,
    initial: object | None = None,
    variance: StateVariance = "greenwood",
    ci: LimitScale = "log-log",
    level: float = 0.95,
    timefix: bool = True,
) -> AalenJohansen:
    """Transition probabilities P(start, t) = Π (I + dA(u)) over times u up to t, and occupied states p P.

    Each row of the data is a stay (entry, time] of a subject in state `origin` that ends with a move to
    `destination` or without one. dA_hj = d_hj/n_h, moves from h to j over those in h; who comes under
    observation late is at risk from there on. Occupation needs no Markov assumption where censoring is
    independent; transition probabilities do.

    Parameters
    ----------
    time, origin, destination : shape (rows,); several rows a subject.
    censored : the label in `destination` of stays that end without a move.
    entry : start of each stay, each before `time`; None is 0 for all (each subject then has one row).
    subject : labels, shape (rows,): checks that each subject's stays follow one another, each in the state
        that the last one ended in.
    group : labels, shape (rows,); None is one group called "all".
    start : the time from which probabilities are counted.
    initial : the state that all begin in; None takes the distribution over states of those under observation
        just after `start` (as given: its own sampling error is not in the errors).
    variance : "greenwood", multinomial at each time; "aalen", Poisson: larger by order 1/n².
    ci : scale of the limits; level : their level.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : nobody under observation just after `start`, or a subject's stays that contradict one another.

    References
    ----------
    Aalen, Johansen (1978), Scand J Stat 5:141-150. Andersen, Borgan, Gill, Keiding (1993), Statistical Models
    Based on Counting Processes, section IV.4.
    """
    t = _arrays.times("time", time)
    groups = _arrays.everybody(t) if group is None else _arrays.levels("group", group, t)
    entered = np.zeros(len(t)) if entry is None else _arrays.times("entry", entry)
    checked = _arrays.entries(entered, t)
    begin = _check.not_negative("start", start)
    _check.one_of("variance", variance, get_args(StateVariance))
    _check.one_of("ci", ci, get_args(LimitScale))
    _check.probability("level", level)
    states, source, target = states_of(origin, destination, censored, t)
    size = len(states)
    if subject is not None:
        refuse_broken_histories(_arrays.levels("subject", subject, t), entered, t, source, target, states)
    kept = t > begin
    pairs, code = np.unique(source[kept] * (size + 1) + target[kept], return_inverse=True)
    if not len(pairs):
        raise DataError(f"start = {begin:g}: nobody is under observation after it.")
    risk = count_at_risk(
        _arrays.for_kernels(t[kept]),
        target[kept] < size,
        group=Levels(code.astype(np.int64), tuple(pairs.tolist()), ordered=True),
        stratum=Levels(groups.codes[kept], groups.labels, groups.ordered),
        entry=None if checked is None else _arrays.for_kernels(checked[kept]),
        weight=None,
        timefix=timefix,
    )
    first = _initial(states, initial, groups, source, (entered <= begin) & kept, begin)
    return _curves(risk, pairs, states, first, groups, begin, variance, ci, level)


def _early(x: FloatArray) -> FloatArray:
    """A time asked for may differ by rounding from the time recorded."""
    return np.asarray(x - TIE_TOLERANCE * np.maximum(1.0, np.abs(x)))


def _initial(  # noqa: PLR0917 -- private, called once
    states: tuple[Any, ...],
    initial: object | None,
    groups: Levels,
    source: IntArray,
    there: _arrays.BoolArray,
    start: float,
) -> FloatArray:
    k, size = len(groups.labels), len(states)
    if initial is not None:
        _check.one_of("initial", initial, states)
        return np.tile(np.eye(size)[states.index(initial)], (k, 1))
    joint = np.bincount(groups.codes[there] * size + source[there], minlength=k * size).reshape(k, size)
    total = joint.sum(axis=1)
    if np.any(total == 0):
        label = groups.labels[int(np.argmin(total))]
        raise DataError(
            f"entry: nobody of group {label!r} is under observation just after start = {start:g}, so the "
            "states at the start are unknown. Name initial=, or choose a later start."
        )
    out: FloatArray = joint / total[:, None]
    return out


def _curves(  # noqa: PLR0917 -- private, called once
    risk: RiskTable,
    pairs: IntArray,
    states: tuple[Any, ...],
    first: FloatArray,
    groups: Levels,
    start: float,
    variance: StateVariance,
    ci: LimitScale,
    level: float,
) -> AalenJohansen:
    size, k = len(states), len(groups.labels)
    moved = risk.events.sum(axis=1) > 0.0
    rows = int(moved.sum())
    n, d = np.zeros((rows, size)), np.zeros((rows, size, size))
    at_risk, events = risk.at_risk[moved], risk.events[moved]
    for column, pair in enumerate(pairs.tolist()):
        h, j = divmod(pair, size + 1)
        n[:, h] += at_risk[:, column]
        if j < size:
            d[:, h, j] += events[:, column]
    begin = np.concatenate((first[:, None, :], np.tile(np.eye(size), (k, 1, 1))), axis=1)
    probability, squared = np.empty((rows, size + 1, size)), np.empty((rows, size + 1, size))
    stratum = np.ascontiguousarray(risk.stratum[moved])
    product_integral(stratum, n, d, begin, variance == "aalen", probability, squared)
    std_err = np.sqrt(squared)
    last = np.full(k, start)
    for g in range(k):
        inside = risk.rows_of(g)
        if risk.time[inside].size:
            # Where the last to leave moved, the states are known for good unless they can move on.
            last[g] = np.inf if risk.censored[inside][-1].sum() == 0.0 else risk.time[inside][-1]
    return AalenJohansen(
        groups=groups.labels,
        states=states,
        start=start,
        group_index=stratum,
        time=risk.time[moved],
        n_risk=n,
        moves=d,
        initial=first,
        occupation=probability[:, 0],
        occupation_std_err=std_err[:, 0],
        transition=probability[:, 1:],
        transition_std_err=std_err[:, 1:],
        last=last,
        variance=variance,
        ci=ci,
        level=level,
    )
