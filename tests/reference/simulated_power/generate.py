"""Play 100 000 trials in each of some forty settings and record how often, and at which look, they stop.

Run from the repository: python tests/reference/simulated_power/generate.py (about ten minutes on one core).
"""

# ruff: noqa: ANN001, ANN003, ANN201 - a script that writes a table
from __future__ import annotations

import csv
import math
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from independent.many_played_trials import Setting, play_many

TRIALS = 100_000
SEED = 20_250_711
OUT = Path(__file__).with_name("simulated_power.csv")
# Lan-DeMets O'Brien-Fleming, one-sided 0.025, at K equal steps, to five digits; any bounds would do.
EFFICACY = {
    1: (1.95996,),
    2: (2.96259, 1.96857),
    3: (3.71030, 2.51142, 1.99302),
    4: (4.33263, 2.96311, 2.35902, 2.01409),
}
FUTILITY = {2: (0.4,), 3: (-0.3, 0.9), 4: (-0.6, 0.4, 1.1)}
NONE = -99.0


def looks(events: int, k: int) -> tuple[int, ...]:
    return tuple(math.ceil(events * (j + 1) / k) for j in range(k))


def schoenfeld(ratio: float, allocation: int) -> int:
    """Events for a power of about 0.9."""
    return math.ceil((3.2415 * 1.01 / math.log(ratio)) ** 2 * (1 + allocation) ** 2 / allocation)


def setting(name, k, events, *, futility=False, **given) -> Setting:
    usual = {
        "patients": round(events / 0.6 / 4) * 4,
        "accrual_end": (24.0,),
        "accrual_rate": (1.0,),
        "prevalence": (1.0,),
        "hazard_from": (0.0,),
        "hazard": ((0.03,),),
        "hazard_ratio": ((0.6,),),
        "dropout": (0.003, 0.003),
        "allocation": 1,
    }
    low = (*FUTILITY[k], NONE) if futility else (NONE,) * k
    return Setting(
        name=name, look_events=looks(events, k), efficacy_z=EFFICACY[k], futility_z=low, **(usual | given)
    )


def proportional():
    for ratio in (0.5, 0.6, 0.7, 0.8):
        for allocation in (1, 2):
            for k in (1, 3) if allocation == 1 else (1, 4):
                events = schoenfeld(ratio, allocation)
                yield setting(
                    f"proportional {ratio} {allocation}:1",
                    k,
                    events,
                    hazard_ratio=((ratio,),),
                    allocation=allocation,
                )


# Children's leukaemia: two risk groups, about nine in ten without an event, hardly any after five years.
CURE = {
    "accrual_end": (6.0, 12.0, 60.0),
    "accrual_rate": (0.35, 0.8, 1.1),
    "prevalence": (0.58, 0.42),
    "hazard_from": (0.0, 12.0, 36.0, 60.0),
    "hazard": ((0.0022, 0.0036, 0.0010, 0.0), (0.0034, 0.0061, 0.0018, 0.0)),
    "dropout": (0.0015, 0.0015),
}


def cured():
    for ratio, patients, events in ((0.5, 1440, 90), (0.6, 1440, 96), (0.65, 1440, 90), (0.5, 900, 60)):
        for k, futility in ((2, False), (3, False), (4, True)):
            yield setting(
                f"cure {ratio} of {patients}", k, events, futility=futility, patients=patients,
                hazard_ratio=((ratio,) * 4,) * 2, **CURE,
            )  # fmt: skip
    late = ((1.0, 0.45, 0.45, 1.0), (0.9, 0.4, 0.4, 1.0))
    for k in (1, 3):
        yield setting("cure, late effect", k, 105, patients=1440, hazard_ratio=late, **CURE)
    yield setting("cure, 2:1", 3, 80, patients=1440, hazard_ratio=((0.5,) * 4,) * 2, allocation=2, **CURE)


def delayed():
    for after, k in ((0.5, 1), (0.5, 2), (0.5, 3), (0.6, 3)):
        events = 150 if after == 0.5 else 260
        yield setting(
            f"delayed to {after}", k, events, futility=k == 2, hazard_from=(0.0, 6.0), hazard=((0.03, 0.03),),
            hazard_ratio=((1.0, after),),
        )  # fmt: skip
    two = {
        "prevalence": (0.6, 0.4),
        "hazard_from": (0.0, 6.0),
        "hazard": ((0.02, 0.015), (0.05, 0.03)),
        "accrual_end": (12.0, 30.0),
        "accrual_rate": (1.0, 2.0),
        "dropout": (0.003, 0.006),
    }
    for allocation, k in ((1, 3), (2, 2), (2, 4)):
        yield setting(
            "delayed, two strata", k, 200, hazard_ratio=((1.0, 0.4), (1.0, 0.5)), allocation=allocation, **two
        )
    yield setting(
        "fading effect", 3, 150, hazard_from=(0.0, 9.0), hazard=((0.03, 0.03),), hazard_ratio=((0.4, 0.9),)
    )
    yield setting(
        "crossing", 2, 200, hazard_from=(0.0, 5.0), hazard=((0.03, 0.03),), hazard_ratio=((1.3, 0.4),)
    )


def strata():
    for ratios, k, futility in (
        ((0.5, 0.8), 2, False),
        ((0.5, 0.8), 4, True),
        ((0.8, 0.5), 3, False),
        ((0.6, 0.6), 3, True),
    ):
        yield setting(
            f"strata {ratios[0]} and {ratios[1]}", k, 190, futility=futility, prevalence=(0.65, 0.35),
            hazard=((0.012,), (0.05,)), hazard_ratio=((ratios[0],), (ratios[1],)),
        )  # fmt: skip
    yield setting("unequal dropout", 2, 130, hazard_ratio=((0.57,),), dropout=(0.002, 0.02), patients=320)
    yield setting("small", 2, 40, hazard_ratio=((0.35,),), patients=70)


def unreached():
    """With what probability the last events come: about 0.97, 0.8, 0.5."""
    for patients, k in ((660, 2), (600, 3), (560, 2)):
        yield setting(
            f"events may never come, {patients}",
            k,
            60,
            patients=patients,
            hazard_ratio=((0.5,) * 4,) * 2,
            **CURE,
        )


def listed(values) -> str:
    return ";".join(repr(float(v)) if isinstance(v, float | np.floating) else str(v) for v in values)


def nested(values) -> str:
    return "|".join(listed(v) for v in values)


def row(number: int, one: Setting) -> dict[str, object]:
    z, exits = play_many(one, TRIALS, SEED + number)
    there = [~np.isnan(z[:, k]) for k in range(z.shape[1])]
    pairs = [there[k] & there[k + 1] for k in range(z.shape[1] - 1)]
    written = {
        name: nested(v) if name in ("hazard", "hazard_ratio") else listed(v) if isinstance(v, tuple) else v
        for name, v in one._asdict().items()
    }
    return {
        "id": number,
        **written,
        "trials": TRIALS,
        "seed": SEED + number,
        "efficacy": listed((exits[0] / TRIALS).round(5)),
        "futility": listed((exits[1] / TRIALS).round(5)),
        "unreached": listed((exits[2] / TRIALS).round(5)),
        "reached": listed(np.array([t.mean() for t in there]).round(5)),
        "mean_z": listed(np.array([z[t, k].mean() for k, t in enumerate(there)]).round(5)),
        "sd_z": listed(np.array([z[t, k].std() for k, t in enumerate(there)]).round(5)),
        "correlation": listed(
            np.array([np.corrcoef(z[p, k], z[p, k + 1])[0, 1] for k, p in enumerate(pairs)]).round(5)
        ),
    }


def main() -> None:
    settings = [*proportional(), *cured(), *delayed(), *strata(), *unreached()]
    with OUT.open("w", newline="") as file:
        writer = None
        for number, one in enumerate(settings):
            found = row(number, one)
            writer = writer or csv.DictWriter(file, list(found), lineterminator="\n")
            if number == 0:
                writer.writeheader()
            writer.writerow(found)
            file.flush()
    Path(__file__).with_name("versions.txt").write_text(
        f"numpy {np.__version__}, Python {sys.version.split()[0]}\n"
    )


if __name__ == "__main__":
    main()
