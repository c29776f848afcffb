"""Rows of a reconstruction: each published number, the cohort's, and how far apart they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report.results_table import ResultRow, ResultsTable, result_row, words_row

if TYPE_CHECKING:
    from equipoise.reconstruction.reconstruct import Reconstruction

RECONSTRUCTION = "published against reproduced"


def reconstruction_table(found: Reconstruction) -> ResultsTable:
    """Printed value, reproduced value, residual, met or not; population says whether input or check."""
    rows: list[ResultRow] = []
    for f in found.facts:
        about = {"population": f.use, "item": f.name}
        source = "; ".join(w for w in (f.status, f.source) if w)
        rows.append(words_row(RECONSTRUCTION, "printed", f.printed, unit=f.unit, note=source, **about))
        reached = float("nan") if f.reached is None else f.reached
        rows.append(result_row(RECONSTRUCTION, "reproduced", reached, unit=f.unit, **about))
        if f.miss is not None:
            method = "distance outside the values that would be printed so; 0 inside"
            rows.append(result_row(RECONSTRUCTION, "residual", f.miss, unit=f.unit, method=method, **about))
        rows.append(words_row(RECONSTRUCTION, "met", "yes" if f.met else "no", **about))
    rows += [
        result_row(
            RECONSTRUCTION,
            "prior_hazard",
            r["hazard"],
            population=r["stratum"] or "",
            group=r["arm"] or "",
            item=prior_item(r["start"]),
            note="; ".join(w for w in (r["status"], r["source"]) if w),
        )
        for r in found.prior.iter_rows(named=True)
    ]
    return ResultsTable(tuple(rows))


def prior_item(start: float) -> str:
    """How a piece of the prior is named in the column `item`."""
    return f"from {start:g}"
