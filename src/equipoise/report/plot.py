"""One verb for every figure: `plot(result)` draws a result in the one way that its readers know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from equipoise.errors import ArgumentError
from equipoise.report.figures.adverse_events import plot_adverse_events
from equipoise.report.figures.boundary import plot_interim_boundary
from equipoise.report.figures.cumulative_incidence import plot_cumulative_incidence
from equipoise.report.figures.design import plot_design, plot_group_sequential
from equipoise.report.figures.forecast import plot_forecast
from equipoise.report.figures.forest import plot_forest
from equipoise.report.figures.hypothesis_graph import (
    plot_graphical_design,
    plot_graphical_test,
    plot_hypothesis_graph,
    plot_monitored_hypotheses,
)
from equipoise.report.figures.kaplan_meier import plot_endpoint
from equipoise.report.figures.log_minus_log import plot_curves
from equipoise.report.figures.operating_characteristics import plot_operating_characteristics
from equipoise.report.figures.over_time import plot_over_time
from equipoise.report.figures.schoenfeld import plot_schoenfeld

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.report.figures.figure import Figure

_FIGURES: dict[str, Callable[..., Figure]] = {
    "AdverseEventRates": plot_adverse_events,
    "CumulativeIncidence": plot_cumulative_incidence,
    "Design": plot_design,
    "EndpointAnalysis": plot_endpoint,
    "EventForecast": plot_forecast,
    "GraphicalDesign": plot_graphical_design,
    "GraphicalTest": plot_graphical_test,
    "GroupSequentialDesign": plot_group_sequential,
    "HypothesisGraph": plot_hypothesis_graph,
    "InterimResult": plot_interim_boundary,
    "KaplanMeier": plot_curves,
    "MonitoredHypotheses": plot_monitored_hypotheses,
    "MonitoredOverTime": plot_over_time,
    "OperatingCharacteristics": plot_operating_characteristics,
    "SchoenfeldResiduals": plot_schoenfeld,
    "SubgroupAnalysis": plot_forest,
}
"""By the name of the type, so that drawing a boundary does not load the survival room."""


def plot(result: Any, **options: Any) -> Figure:
    """Draw a result: Kaplan-Meier curves, forest, boundaries, cumulative incidence, adverse events.

    Parameters
    ----------
    result : a KaplanMeier, EndpointAnalysis, SubgroupAnalysis, CumulativeIncidence, AdverseEventRates,
        GroupSequentialDesign, Design, InterimResult, OperatingCharacteristics, HypothesisGraph,
        GraphicalTest, GraphicalDesign, MonitoredHypotheses or SchoenfeldResiduals.
    options : of the figure, for example `unit="years"`, `labels={"a": "Placebo"}`, for a Design
        `what="power"`, for a KaplanMeier `what="log-minus-log"`: see the functions in
        `equipoise.report.figures`.

    Returns
    -------
    Figure
        `.save("figure.pdf")` writes SVG, PDF or PNG; in a notebook it shows itself.

    Raises
    ------
    ArgumentError
        There is no figure for this type.
    MissingPartError
        matplotlib is not installed.
    """
    name = type(result).__name__
    if name not in _FIGURES:
        raise ArgumentError("result", name, f"must be one of {', '.join(sorted(_FIGURES))}")
    return _FIGURES[name](result, **options)
