"""A group-sequential design: bounds, errors spent, drift, and the probabilities that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

from equipoise.design.crossing import Crossing, crossing_probabilities
from equipoise.design.notebook_table import notebook_table

if TYPE_CHECKING:
    import polars as pl

    from equipoise._check import FloatArray
    from equipoise.design.rules import At, Rule


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GroupSequentialDesign:
    """Looks 1..K at rising information fractions; z above 0 is benefit of the experimental arm.

    Parameters
    ----------
    alpha
        Total type I error.
    beta
        Type II error under `drift`.
    sides
        1 or 2; with 2 the efficacy spending is applied to alpha/2 on each side.
    efficacy, futility, harm
        The rules that the bounds follow; None where there is none.
    harm_alpha
        Probability under the null of stopping for harm, with sides=1 and a harm rule that spends it.
    binding
        Whether efficacy and harm bounds count on futility stops being obeyed.
    information_fraction
        t_k = I_k / I_max, shape (K,).
    efficacy_z
        Reject for benefit at z above it, shape (K,); inf at a look without bound.
    futility_z
        Stop for futility at z below it (with `inner`: |z| below it), shape (K,); the last is the last
        efficacy bound. -inf, or the harm bound, at a look without bound (with `inner`: 0). None: no rule.
    harm_z
        Stop for harm at z below it, shape (K,); with two sides the mirrored efficacy bound unless another
        rule is given. None without one.
    nominal_p
        p that the efficacy bound asks for, shape (K,): one-sided with sides=1, two-sided with sides=2.
    alpha_spent
        Probability under the null of having rejected by each look, shape (K,): for efficacy with sides=1, on
        both sides with sides=2; without futility stops unless binding.
    beta_spent
        Probability under `drift` of having stopped without rejecting for benefit by each look, shape (K,).
    drift
        Expected z at information fraction 1 for which the power is 1 - beta.
    inflation
        I_max over the information of the fixed design, drift^2 / (z_{1-alpha/sides} + z_{1-beta})^2.
    inner
        Two-sided: futility stops where |z| is below its bound, between the two rejection bounds.
    spending_fraction
        Spending time of each look where it is not the information fraction, shape (K,).

    References
    ----------
    Jennison, Turnbull (2000), Group Sequential Methods with Applications to Clinical Trials.
    """

    alpha: float
    beta: float
    sides: int
    efficacy: Rule | At
    futility: Rule | At | None
    harm: Rule | At | None
    harm_alpha: float | None
    binding: bool
    information_fraction: FloatArray
    efficacy_z: FloatArray
    futility_z: FloatArray | None
    harm_z: FloatArray | None
    nominal_p: FloatArray
    alpha_spent: FloatArray
    beta_spent: FloatArray
    drift: float
    inflation: float
    inner: bool = False
    spending_fraction: FloatArray | None = None

    @property
    def looks(self) -> int:
        """Number of looks K."""
        return len(self.information_fraction)

    def crossing(self, drift: float | FloatArray, *, futility: bool = True) -> Crossing:
        """Probability of each exit at each look.

        Parameters
        ----------
        drift
            Expected z at information fraction 1, a number or shape (D,). With hazard ratio HR and
            information I_max: -log(HR) sqrt(I_max).
        futility
            Whether futility stops are obeyed.
        """
        k = self.looks
        obeyed = futility and self.futility_z is not None
        idle = self.futility_z if obeyed else np.full(k, 0.0 if self.inner else -np.inf)
        harm = self.harm_z if self.harm_z is not None else np.full(k, -np.inf)
        return crossing_probabilities(
            self.information_fraction.tolist(),
            self.efficacy_z.tolist(),
            np.asarray(idle).tolist(),
            harm.tolist(),
            drift,
            inner=self.inner and obeyed,
        )

    @overload
    def power(self, drift: float, *, futility: bool = True) -> float: ...
    @overload
    def power(self, drift: FloatArray, *, futility: bool = True) -> FloatArray: ...
    def power(self, drift: float | FloatArray, *, futility: bool = True) -> float | FloatArray:
        """Probability of rejecting for benefit; drift and futility as in `crossing`."""
        total = self.crossing(drift, futility=futility).efficacy.sum(axis=-1)
        return float(total) if np.ndim(total) == 0 else total

    @overload
    def expected_information(self, drift: float, *, futility: bool = True) -> float: ...
    @overload
    def expected_information(self, drift: FloatArray, *, futility: bool = True) -> FloatArray: ...
    def expected_information(self, drift: float | FloatArray, *, futility: bool = True) -> float | FloatArray:
        """Expected information fraction at stopping; times `inflation`, relative to the fixed design."""
        stop = self.crossing(drift, futility=futility).stop
        mean = stop[..., :-1] @ self.information_fraction[:-1]
        rest = (1.0 - stop[..., :-1].sum(axis=-1)) * self.information_fraction[-1]
        return float(mean + rest) if np.ndim(mean) == 0 else mean + rest

    def to_frame(self) -> pl.DataFrame:
        """One row a look: bounds, nominal p, errors spent, probability of stopping under null and drift."""
        import polars as pl

        null, planned = self.crossing(0.0), self.crossing(self.drift)
        k = self.looks
        return pl.DataFrame(
            {
                "look": np.arange(1, k + 1),
                "information_fraction": self.information_fraction,
                "efficacy_z": self.efficacy_z,
                "futility_z": pl.Series(
                    self.futility_z if self.futility_z is not None else [None] * k, dtype=pl.Float64
                ),
                "harm_z": pl.Series(self.harm_z if self.harm_z is not None else [None] * k, dtype=pl.Float64),
                "nominal_p": self.nominal_p,
                "sides": np.full(k, self.sides),
                "alpha_spent": self.alpha_spent,
                "beta_spent": self.beta_spent,
                "efficacy_null": null.efficacy,
                "futility_null": null.futility,
                "harm_null": null.harm,
                "efficacy_drift": planned.efficacy,
                "futility_drift": planned.futility,
                "harm_drift": planned.harm,
            }
        )

    def __repr__(self) -> str:
        """The table that a statistician reads first."""
        columns = self._columns()
        lines = [*self._headlines(), "look" + "".join(f"{name:>13}" for name, _ in columns)]
        lines.extend(
            f"{k + 1:>4}" + "".join(f"{cells[k]:>13}" for _, cells in columns) for k in range(self.looks)
        )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        columns = self._columns()
        rows = ([str(k + 1), *(cells[k] for _, cells in columns)] for k in range(self.looks))
        return notebook_table(self._headlines(), ["look", *(name for name, _ in columns)], rows)

    def _headlines(self) -> list[str]:
        """What the design is, in a few lines."""
        count = "1 look" if self.looks == 1 else f"{self.looks} looks"
        lines = [
            f"Group-sequential design: {count}, {self._side} alpha {self.alpha:g}, power {1.0 - self.beta:g}",
            f"efficacy: {self.efficacy!r}",
        ]
        if self.futility is not None:
            where = "|z|" if self.inner else "z"
            lines.append(f"futility on {where}: {self.futility!r}, {'' if self.binding else 'not '}binding")
        if self.harm is not None:
            lines.append(f"harm: {self.harm!r}")
        return [*lines, f"drift {self.drift:.6f}, inflation {self.inflation:.6f}"]

    def _columns(self) -> list[tuple[str, list[str]]]:
        """Names and written cells, K each."""
        columns: list[tuple[str, FloatArray | None, int]] = [
            ("fraction", self.information_fraction, 4),
            ("efficacy z", self.efficacy_z, 5),
            (f"{self._side} p", self.nominal_p, 6),
            ("alpha spent", self.alpha_spent, 6),
            ("futility z", self.futility_z, 5),
            ("harm z", self.harm_z, 5),
            ("beta spent", self.beta_spent, 6),
        ]
        return [
            (name, [f"{x:.{digits}f}" for x in values.tolist()])
            for name, values, digits in columns
            if values is not None
        ]

    @property
    def _side(self) -> str:
        return "one-sided" if self.sides == 1 else "two-sided"
