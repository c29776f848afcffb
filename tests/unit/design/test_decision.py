"""The decision rule: which bound stops, which look comes first, what the final analysis can be."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.design import Exit, decide, exit_at

INF = np.inf


@pytest.mark.parametrize(
    ("z", "efficacy", "futility", "harm", "expected"),
    [
        (3.0, 2.5, 0.0, -3.0, Exit.EFFICACY),
        (2.5, 2.5, 0.0, -3.0, Exit.EFFICACY),
        (2.4999, 2.5, 0.0, -3.0, Exit.CONTINUE),
        (0.0, 2.5, 0.0, -3.0, Exit.FUTILITY),
        (-3.0, 2.5, 0.0, -3.0, Exit.HARM),
        (9.0, INF, -INF, -INF, Exit.CONTINUE),
        (-9.0, 2.5, -INF, -INF, Exit.CONTINUE),
        (np.nan, 2.5, 0.0, -3.0, Exit.CONTINUE),
        (INF, 2.5, 0.0, -3.0, Exit.CONTINUE),
    ],
)
def test_a_look_is_left_by_the_bound_it_meets(
    z: float, efficacy: float, futility: float, harm: float, expected: Exit
) -> None:
    assert exit_at(z, efficacy, futility, harm) == expected


def test_two_sides_mirror_the_efficacy_bound() -> None:
    assert exit_at(-2.6, 2.5, two_sided=True) == Exit.HARM
    assert exit_at(-2.6, 2.5, two_sided=False) == Exit.CONTINUE


@pytest.mark.parametrize(("z", "expected"), [(2.1, Exit.EFFICACY), (1.9, Exit.END), (-5.0, Exit.END)])
def test_the_final_analysis_ends(z: float, expected: Exit) -> None:
    assert exit_at(z, 2.0, 2.0, final=True) == expected


def test_the_first_bound_met_decides() -> None:
    paths = np.array([[1.0, 3.0, -9.0], [-1.0, 9.0, 9.0], [1.0, 1.0, 1.0], [1.0, 1.0, 5.0]])
    exits = decide(paths, np.array([3.0, 2.5, 2.0]), np.array([0.0, 0.5, 2.0]))
    assert exits.look.tolist() == [1, 0, 2, 2]
    assert [Exit(r) for r in exits.reason] == [Exit.EFFICACY, Exit.FUTILITY, Exit.END, Exit.EFFICACY]


def test_every_exit_says_what_happened() -> None:
    assert len({e.sentence for e in Exit}) == len(Exit)
