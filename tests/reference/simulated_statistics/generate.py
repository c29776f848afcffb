"""Play every setting and record moments of z and crossings. Run with PYTHONPATH=tests, about ten minutes."""

from __future__ import annotations

import csv
from itertools import combinations
from pathlib import Path

import numba
import numpy as np

from independent.many_played_statistics import NAMES, play
from independent.simulated_courses import SETTINGS

HERE = Path(__file__).parent
TRIALS, SEED = 100_000, 20261122
EFFICACY = {1: (2.0,), 2: (2.6, 2.0), 3: (3.0, 2.4, 2.0)}
FUTILITY = {2: (0.0,), 3: (-0.3, 0.5)}
COMBO = (0, 1, 2)
COMBO_EFFICACY = {2: (2.8, 2.2), 3: (3.2, 2.6, 2.2)}


def crossed(z: np.ndarray, high: tuple[float, ...], low: tuple[float, ...]) -> np.ndarray:
    """Share that stops for efficacy at each look, futility obeyed."""
    going, shares = np.ones(len(z), dtype=bool), []
    for k, bound in enumerate(high):
        shares.append(np.mean(going & (z[:, k] >= bound)))
        going &= z[:, k] < bound
        if k < len(low):
            going &= z[:, k] >= low[k]
    return np.array(shares)


def write(name: str, rows: list[dict[str, object]]) -> None:
    with (HERE / name).open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def main() -> None:
    moments, correlations, combos = [], [], []
    for i, setting in enumerate(SETTINGS):
        z = play(setting, TRIALS, SEED + i)
        looks = z.shape[1]
        for j, name in enumerate(NAMES):
            stopped = crossed(z[:, :, j], EFFICACY[looks], FUTILITY[looks])
            for k in range(looks):
                along = np.corrcoef(z[:, k, j], z[:, k + 1, j])[0, 1] if k + 1 < looks else np.nan
                values = {"mean": z[:, k, j].mean(), "sd": z[:, k, j].std(), "correlation": along}
                values |= {"efficacy": stopped[k]}
                row = {"setting": setting.name, "statistic": name, "look": k + 1, "trials": len(z)}
                moments.append(row | {n: f"{v:.6f}" for n, v in values.items()})
        for k in range(looks):
            for a, b in combinations(range(6), 2):
                r = np.corrcoef(z[:, k, a], z[:, k, b])[0, 1]
                row = {"setting": setting.name, "look": k + 1, "first": NAMES[a], "second": NAMES[b]}
                correlations.append(row | {"correlation": f"{r:.6f}"})
        best = z[:, :, COMBO].max(axis=2)
        for low in ((), FUTILITY[looks]):
            stopped = crossed(best, COMBO_EFFICACY[looks], low)
            for k in range(looks):
                row = {"setting": setting.name, "futility": bool(low), "look": k + 1}
                combos.append(row | {"efficacy": f"{stopped[k]:.6f}"})
    write("moments.csv", moments)
    write("correlations.csv", correlations)
    write("maxcombo.csv", combos)
    versions = f"numpy {np.__version__}\nnumba {numba.__version__}\ntrials {TRIALS}\nseed {SEED}\n"
    (HERE / "versions.txt").write_text(versions)


if __name__ == "__main__":
    main()
