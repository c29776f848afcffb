"""Other trials than the worked example: simulated, printed, reconstructed."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.reconstruction import Published, reconstruct
from unit.reconstruction.simulated_trials import simulated_facts


@pytest.mark.parametrize("seed", [0, 1, 6, 9, 11, 12, 14, 16, 21, 23])
def test_a_trial_with_some_dozens_of_events_prints_as_it_was_printed(seed: int) -> None:
    found = reconstruct(Published.model_validate(simulated_facts(seed)), seed=1)
    assert found.agrees, [(f.name, f.printed, f.reached) for f in found.unmet]


@pytest.mark.parametrize("seed", [22, 30])
def test_in_small_strata_sizes_numbers_at_risk_and_totals_are_exact_and_the_rest_shown(seed: int) -> None:
    found = reconstruct(Published.model_validate(simulated_facts(seed)), seed=1)
    assert all(f.met for f in found.facts if f.exact)
    for fact in found.unmet:
        assert fact.miss is not None
        assert fact.miss != 0.0
        assert fact.half_widths is not None
    missed = np.array([abs(f.half_widths or 0.0) for f in found.facts])
    assert np.median(missed) == 0.0


def test_two_to_one_allocation_and_months_are_kept() -> None:
    facts = {
        "schema_version": 1,
        "trial": {
            "status": "published",
            "name": "TWO",
            "title": "2:1",
            "time_unit": "months",
            "endpoint": "OS2",
            "endpoint_label": "Survival",
        },
        "arm": [
            {"status": "published", "id": "c", "label": "Standard", "control": True},
            {"status": "published", "id": "e", "label": "New"},
        ],
        "stratum": [{"status": "published", "id": "all", "subjects": {"c": 134, "e": 271}}],
        "randomization": {"status": "published", "ratio": {"c": 1, "e": 2}},
        "accrual": {"status": "published", "first": "2020-01-01", "last": "2021-12-31"},
        "cutoff": {"status": "published", "date": "2022-12-31"},
        "prior": [
            {"status": "assumed", "arm": "c", "hazards": [0.06]},
            {"status": "assumed", "arm": "e", "hazards": [0.045]},
        ],
        "at_risk": [
            {
                "status": "published",
                "times": [0, 6, 12, 18],
                "by_arm": {"c": [134, 92, 61, 30], "e": [271, 203, 148, 80]},
            }
        ],
        "hazard_ratio": [{"status": "published", "value": "0.71", "limits": "0.55 to 0.93"}],
    }
    found = reconstruct(Published.model_validate(facts), seed=1)
    assert found.agrees, [(f.name, f.printed, f.reached) for f in found.unmet]
    arms = found.subjects["TRT01PN"].to_numpy()
    assert (arms[: len(arms) // 6 * 6].reshape(-1, 6).sum(axis=1) == 4).all()
