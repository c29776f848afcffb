"""Repeated and sequential p-values, and group-sequential graphs, that other programs have printed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from equipoise.design import (
    GraphicalProcedure,
    HeldLooks,
    HypothesisGraph,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    sequential_p_value,
)
from independent.naive_sequential_p import sequential_p
from tolerances import SEQUENTIAL_P


def sequential(p: tuple[float, ...], t: tuple[float, ...], **more: object) -> list[float]:
    """By each look."""
    z = -ndtri(np.array(p))
    spent = more.pop("spending_fraction", None)
    return [
        sequential_p_value(
            HeldLooks(t[:k], z[:k], None if spent is None else spent[:k]),  # type: ignore[index]
            LanDeMetsOBrienFleming(),
        )
        for k in range(1, len(t) + 1)
    ]


def test_graphicalmcp_and_gsdesign_print_the_same() -> None:
    """R graphicalMCP, article on validation against gsDesign::sequentialPValue: six digits printed."""
    assert sequential((0.05, 0.02, 0.01), (1 / 3, 2 / 3, 1.0)) == pytest.approx(
        [0.257809, 0.058193, 0.010554], abs=6e-7
    )
    assert sequential((0.024, 0.01), (0.5, 1.0)) == pytest.approx([0.110482, 0.010094], abs=6e-7)


def test_spending_time_apart_from_information() -> None:
    """R lrstat, tests of repeatedPValue: 529, 700 and 800 of 800 events, spending time of its own."""
    found = sequential(
        (0.2, 0.15, 0.1), (529 / 800, 700 / 800, 1.0), spending_fraction=(0.6271186, 0.8305085, 1.0)
    )
    assert found == pytest.approx([0.3101673, 0.2258992, 0.1232186], rel=1e-6)


# R lrstat, tests of repeatedPValue on Maurer and Bretz's case study at 1/3 and 2/3 of the information.
CASE_STUDY = {
    "H1": ((0.0062, 0.0002), (0.1140577, 0.002393359)),
    "H2": ((0.017, 0.0035), (0.1682137, 0.017160592)),
    "H3": ((0.009, 0.002), (0.1315366, 0.011648306)),
    "H4": ((0.13, 0.06), (0.3820275, 0.128460197)),
}


@pytest.mark.parametrize("name", CASE_STUDY)
def test_the_case_study_of_maurer_and_bretz(name: str) -> None:
    """Lrstat holds these to 1e-5 on the average of all eight; the other quadrature settles the digits beyond."""
    p, printed = CASE_STUDY[name]
    found = sequential(p, (1 / 3, 2 / 3))
    assert found == pytest.approx(printed, rel=3e-5)
    assert np.mean(np.abs(np.array(found) / printed - 1.0)) < 1e-5
    z = (-ndtri(np.array(p))).tolist()
    if found[0] < 0.3:
        assert found[1] == pytest.approx(sequential_p((1 / 3, 2 / 3), z, "OF"), rel=SEQUENTIAL_P)


CASE_GRAPH = HypothesisGraph(
    ("H1", "H2", "H3", "H4"),
    (0.5, 0.5, 0.0, 0.0),
    ((0, 0.5, 0.5, 0), (0.5, 0, 0, 0.5), (0, 1, 0, 0), (1, 0, 0, 0)),
)


def held(p: list[float], t: list[float]) -> HeldLooks:
    return HeldLooks(tuple(t), tuple((-ndtri(np.array(p))).tolist()))


def test_the_rejections_of_maurer_and_bretz() -> None:
    """Nothing at the first look; H1, H2 and H3 at the second, H4 not (R lrstat fseqbon and R graphicalMCP)."""
    procedure = GraphicalProcedure.of(CASE_GRAPH, 0.025, LanDeMetsOBrienFleming())
    first = procedure.test({h: held([p[0]], [1 / 3]) for h, (p, _) in CASE_STUDY.items()})
    assert first.rejected == ()
    second = procedure.test({h: held(list(p), [1 / 3, 2 / 3]) for h, (p, _) in CASE_STUDY.items()})
    assert set(second.rejected) == {"H1", "H2", "H3"}
    assert {h: second.crossed_at(h) for h in CASE_GRAPH.hypotheses} == {"H1": 2, "H2": 2, "H3": 2, "H4": None}


# R lrstat, tests of fseqbon: response, progression-free and overall survival; alpha comes back to the first at the end.
RECYCLED = HypothesisGraph(("ORR", "PFS", "OS"), (0.04, 0.96, 0.0), ((0, 1, 0), (0, 0, 1), (1, 0, 0)))


@pytest.mark.parametrize(
    ("spending", "response", "progression", "survival", "rejected"),
    [
        (LanDeMetsPocock(), 0.006, (0.9, 0.006, 0.003), (0.9, 0.9, 0.03, 0.02, 0.001), (1, 2, 5)),
        (LanDeMetsPocock(), 0.0008, (0.9, 0.006, 0.003), (0.9, 0.9, 0.03, 0.02, 0.001), (1, 2, 5)),
    ],
)
def test_alpha_that_comes_back_reads_a_look_already_passed(
    spending: object,
    response: float,
    progression: tuple[float, ...],
    survival: tuple[float, ...],
    rejected: tuple[int, ...],
) -> None:
    """Five analyses; PFS is read at 2 and 3, OS at 3 to 5. Looking back, response is rejected by its only look.

    A third case there, O'Brien-Fleming, has OS rejected with p = 0.003 at 48 % of its information, where the
    whole of alpha would ask for 0.0012 (2 - 2 Phi(2.2414 / sqrt(0.48))); it is left out.
    """
    procedure = GraphicalProcedure.of(RECYCLED, 0.025, spending)  # type: ignore[arg-type]
    pfs, os = [54 / 120, 1.0], [0.48, 0.72, 1.0]
    first: dict[str, int] = {}
    for analysis in range(1, 6):
        looks = {"ORR": held([response], [1.0])}
        if analysis >= 2:
            looks["PFS"] = held(list(progression[1:analysis]), pfs[: analysis - 1])
        if analysis >= 3:
            looks["OS"] = held(list(survival[2:analysis]), os[: analysis - 2])
        for name in procedure.test(looks).rejected:
            first.setdefault(name, analysis)
    # lrstat gives response the analysis whose p crosses, the first, not the one where alpha came back to it.
    assert (1, first["PFS"], first["OS"]) == rejected
    assert procedure.test(looks).crossed_at("ORR") == rejected[0]
    assert first["ORR"] == (1 if response <= 0.001 else first["OS"])
