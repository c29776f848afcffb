"""Normal draws with the canonical covariance through bounds and decision rule, against exact probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.design import (
    Exit,
    FutilityP,
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    group_sequential,
)
from equipoise.simulation import canonical_exit_rates
from simulation.bands import band

TRIALS = 400_000
DESIGNS = {
    "O'Brien-Fleming": {"efficacy": LanDeMetsOBrienFleming(), "sides": 1, "alpha": 0.025},
    "Pocock, two-sided": {"efficacy": LanDeMetsPocock(), "sides": 2, "alpha": 0.05},
    "alpha t^2 and futility at P": {
        "efficacy": KimDeMets(rho=2.0),
        "futility": FutilityP((0.7664, 0.7664, 0.7664, 1.0)),
        "sides": 1,
        "alpha": 0.025,
    },
    "binding beta spending": {
        "efficacy": HwangShihDeCani(gamma=-4.0),
        "futility": HwangShihDeCani(gamma=-2.0),
        "binding": True,
        "sides": 1,
        "alpha": 0.05,
    },
}


@pytest.mark.parametrize("rules", DESIGNS.values(), ids=DESIGNS)
@pytest.mark.parametrize("truth", ["null", "drift"])
def test_exits_of_normal_draws_meet_the_exact_crossing_probabilities(
    rules: dict[str, object], truth: str
) -> None:
    design = group_sequential((0.3, 0.5, 0.8, 1.0), beta=0.1, **rules)
    drift = design.drift if truth == "drift" else 0.0
    exact = design.crossing(drift)
    looks = canonical_exit_rates(design, trials=TRIALS, seed=12, drift=drift)
    outside = band(3 * 4)
    # At the last look nothing is left to stop: what does not reject ends.
    ended = 1.0 - exact.efficacy.sum() - exact.harm.sum() - exact.futility[:3].sum()
    for k, found in enumerate(looks):
        assert sum(e.value for e in found.values()) <= 1.0
        for kind, p in (
            (Exit.EFFICACY, exact.efficacy[k]),
            (Exit.FUTILITY if k < 3 else Exit.END, exact.futility[k] if k < 3 else ended),
            (Exit.HARM, exact.harm[k]),
        ):
            error = np.sqrt(p * (1.0 - p) / TRIALS)
            assert abs(found[kind].value - p) <= outside * error + 1e-12


def test_the_type_one_error_of_normal_draws_is_nominal() -> None:
    design = group_sequential(
        (0.5, 0.75, 1.0), alpha=0.025, beta=0.1, sides=1, efficacy=LanDeMetsOBrienFleming()
    )
    looks = canonical_exit_rates(design, trials=1_000_000, seed=1)
    rejected = sum(k[Exit.EFFICACY].value for k in looks)
    assert abs(rejected - 0.025) < band(1) * np.sqrt(0.025 * 0.975 / 1_000_000)
    ended = sum(e.value for k in looks for e in k.values())
    assert ended == pytest.approx(1.0, abs=1e-12)


def test_the_draws_depend_on_the_seed_alone() -> None:
    design = group_sequential((0.5, 1.0), alpha=0.025, beta=0.1, sides=1, efficacy=LanDeMetsPocock())
    one, again, other = (canonical_exit_rates(design, trials=2000, seed=s) for s in (1, 1, 2))
    assert one == again
    assert one != other
