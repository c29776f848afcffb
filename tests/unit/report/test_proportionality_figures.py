"""Figures by which proportional hazards are judged."""

from __future__ import annotations

import re

import numpy as np
import pytest

from equipoise.errors import ArgumentError, DataError
from equipoise.report import plot
from equipoise.survival import cox, kaplan_meier

RNG = np.random.default_rng(11)
ARM = np.repeat([0, 1], 60)
TIME = np.ceil(RNG.exponential(400.0 * np.exp(0.5 * ARM)))
EVENT = RNG.random(120) < 0.8


def test_log_minus_log_curves_say_where_they_begin_and_end() -> None:
    curves = kaplan_meier([10, 20, 40, 80], [1, 1, 1, 0], group=["a", "a", "b", "b"])
    figure = plot(curves, what="log-minus-log", labels={"a": "Placebo", "b": "Drug"}, since="randomisation")
    # S is 1/2 after one event of two: log(-log 1/2) = -0.37; on arm a it then falls to 0, which has no place
    assert "Placebo: from −0.37 at 10 to −0.37 at 10." in figure.alternative
    assert "Drug: from −0.37 at 40 to −0.37 at 80." in figure.alternative
    words = re.findall(r"<text[^>]*>([^<]*)</text>", figure.svg())
    assert {"Placebo", "Drug", "Days since randomisation (logarithmic)"} <= set(words)


def test_curves_without_an_event_have_no_log_minus_log() -> None:
    with pytest.raises(DataError, match="nothing can be drawn"):
        plot(kaplan_meier([1, 2], [0, 0]), what="log-minus-log")
    with pytest.raises(ArgumentError, match="log-minus-log"):
        plot(kaplan_meier([1, 2], [1, 0]), what="survivall")


@pytest.mark.parametrize("p", [1, 4])
def test_one_panel_a_covariate_with_its_fitted_effect(p: int) -> None:
    x = np.column_stack([ARM, RNG.normal(size=(120, p))])[:, :p].astype(float)
    fit = cox(TIME, EVENT, x)
    names = {f"x{j + 1}": f"Covariate {j + 1}" for j in range(p)}
    figure = plot(fit.schoenfeld(), unit="years", labels=names)
    assert len(figure.drawing.axes) == p
    shown = f"{fit.coef[0]:.2f}".replace("-", "−")
    assert f"Covariate 1: fitted {shown};" in figure.alternative
    assert f"{fit.n_events} events by years" in figure.alternative
