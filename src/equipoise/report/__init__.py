"""Values become a results table, figures and pages."""

from __future__ import annotations

from equipoise.report.figures.figure import Figure, write_figure
from equipoise.report.hypotheses_text import hypotheses_text, monitored_text, simulated_hypotheses_text
from equipoise.report.plot import plot
from equipoise.report.protocol_text import protocol_text
from equipoise.report.results_table import ResultRow, ResultsTable
from equipoise.report.tabulate import tabulate
from equipoise.report.terminal import terminal_table, terminal_tables
from equipoise.report.text import (
    analysis_text,
    design_text,
    interim_text,
    reconstruction_text,
    simulation_text,
)
from equipoise.report.trial_report import TrialReport, render

__all__ = [
    "Figure",
    "ResultRow",
    "ResultsTable",
    "TrialReport",
    "analysis_text",
    "design_text",
    "hypotheses_text",
    "interim_text",
    "monitored_text",
    "plot",
    "protocol_text",
    "reconstruction_text",
    "render",
    "simulated_hypotheses_text",
    "simulation_text",
    "tabulate",
    "terminal_table",
    "terminal_tables",
    "write_figure",
]
