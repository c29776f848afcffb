"""One check of the forecast's intervals at cuts that its making has not seen; run once, printed as it came.

Fixed before the run: all 165 figures, entry dates by the stated model drawn anew, cuts at 40, 60 and 75 % of the
events, the event half way to the last foretold, 80 % intervals, figures as clusters. The curves themselves are those
that the model was made with, so that it is a check at other cuts and dates, not on other trials.
"""

# ruff: noqa: T201 - a script that prints

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from simulation.forecast_trials import figures, forecasts
from simulation.test_forecast_coverage import coverage

CUTS = (0.4, 0.6, 0.75)
SEED = 20_261_123
DRAWS = 400


def main(folder: Path) -> None:
    """Print coverage over all cuts and at each, with the interval score beside one exponential rate's."""
    rng = np.random.default_rng(SEED)
    pairs = [p for name, t, e in figures(folder) for p in forecasts(name, t, e, rng, DRAWS, CUTS)]
    for label, keep in [("all cuts", CUTS), *((f"{cut:g}", (cut,)) for cut in CUTS)]:
        for which, k in (("forecast", 0), ("one rate", 1)):
            found = [p[k] for p in pairs if p[k].cut in keep]
            mean, error = coverage(found)
            score = float(np.median([f.interval_score for f in found]))
            names = len({f.figure for f in found})
            print(
                f"{label:9} {which}: {mean:.4f} +- {error:.4f} of {len(found)}, {names} figures, score {score:.3f}"
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
