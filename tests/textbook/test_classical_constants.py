"""Jennison and Turnbull (2000), Group Sequential Methods, Tables 2.1, 2.3 and 2.9: two-sided tests at 5 %."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.design import OBrienFleming, Pocock, WangTsiatis, group_sequential

PRINTED = 5e-4
CONSTANTS = [
    (Pocock(), {2: 2.178, 3: 2.289, 4: 2.361, 5: 2.413, 10: 2.555}),
    (OBrienFleming(), {2: 1.977, 3: 2.004, 4: 2.024, 5: 2.040, 10: 2.087}),
    (WangTsiatis(0.1), {2: 1.994, 3: 2.026, 4: 2.050, 5: 2.068, 10: 2.120}),
    (WangTsiatis(0.25), {2: 2.038, 3: 2.083, 4: 2.113, 5: 2.136, 10: 2.199}),
    (WangTsiatis(0.4), {2: 2.111, 3: 2.186, 4: 2.233, 5: 2.267, 10: 2.355}),
]


@pytest.mark.parametrize(("rule", "printed"), CONSTANTS, ids=lambda r: repr(r)[:20])
def test_constants_as_printed(rule: OBrienFleming | Pocock | WangTsiatis, printed: dict[int, float]) -> None:
    for looks, constant in printed.items():
        t = np.arange(1, looks + 1) / looks
        d = group_sequential(t, alpha=0.05, beta=0.1, sides=2, efficacy=rule)
        assert d.efficacy_z[-1] == pytest.approx(constant, abs=PRINTED * 1.001)
