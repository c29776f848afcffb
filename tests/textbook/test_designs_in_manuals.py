"""Designs whose numbers are printed in other programs' manuals.

SAS/STAT User's Guide, The SEQDESIGN Procedure, Example "Creating Two-Sided Pocock and O'Brien-Fleming Designs",
Output "Pocock Design Information": four equal looks, two-sided 5 %, power 0.9, alternative 0.4.
gsDesign (CRAN), printed summary of gsSurv: three equal looks, one-sided 2.5 %, power 0.9, Hwang-Shih-DeCani
spending with gamma -4 and -2, futility not binding.
"""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.design import HwangShihDeCani, Pocock, group_sequential

# SAS prints six or seven digits of an integration on a grid of its own; seen 8e-5 per cent.
SAS_PERCENT = 1.5e-4
# Four decimals as printed.
FOUR_DECIMALS = 5.1e-5
# gsDesign's futility bounds lie 8e-5 below those of the tanh-sinh rival, which are ours to 1e-12; so do their chances.
GSDESIGN_FUTILITY = 1e-4


def test_the_pocock_design_of_the_sas_manual() -> None:
    d = group_sequential((0.25, 0.5, 0.75, 1.0), alpha=0.05, beta=0.1, sides=2, efficacy=Pocock())
    fixed = 100.0 * d.inflation
    assert fixed == pytest.approx(118.3143, abs=SAS_PERCENT)
    assert fixed * d.expected_information(0.0) == pytest.approx(115.6074, abs=SAS_PERCENT)
    assert fixed * d.expected_information(d.drift) == pytest.approx(69.74805, abs=SAS_PERCENT)
    assert (d.drift / 0.4) ** 2 / d.inflation * 1.183143 == pytest.approx(77.69844, abs=SAS_PERCENT * 2)


def test_the_asymmetric_design_that_gsdesign_prints() -> None:
    d = group_sequential(
        (1 / 3, 2 / 3, 1.0),
        alpha=0.025,
        beta=0.1,
        sides=1,
        efficacy=HwangShihDeCani(-4.0),
        futility=HwangShihDeCani(-2.0),
    )
    assert d.efficacy_z == pytest.approx([3.0107, 2.5465, 1.9992], abs=FOUR_DECIMALS)
    assert d.futility_z == pytest.approx([-0.2388, 0.9410, 1.9992], abs=GSDESIGN_FUTILITY)
    assert d.nominal_p == pytest.approx([0.0013, 0.0054, 0.0228], abs=FOUR_DECIMALS)
    null, planned = d.crossing(0.0), d.crossing(d.drift)
    assert np.cumsum(null.efficacy) == pytest.approx([0.0013, 0.0062, 0.0233], abs=FOUR_DECIMALS)
    assert np.cumsum(null.futility) == pytest.approx([0.4056, 0.8347, 0.9767], abs=GSDESIGN_FUTILITY)
    assert np.cumsum(planned.efficacy) == pytest.approx([0.1412, 0.5815, 0.9], abs=FOUR_DECIMALS)
    assert np.cumsum(planned.futility) == pytest.approx([0.0148, 0.0437, 0.1], abs=GSDESIGN_FUTILITY)
