"""Point estimates after stopping that undo the bias of the maximum-likelihood estimate."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from equipoise.errors import ArgumentError
from equipoise.numerics import normal
from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    from equipoise.design.inference_look import InterimLook
    from equipoise.design.stopping_regions import StoppingRegions
    from equipoise.numerics.recursion import Continuation


def expected_estimate(at: InterimLook, theta: float, *, futility: bool | None = None) -> float:
    """Mean of the maximum-likelihood estimate at stopping, z / sqrt(I), if the effect is theta.

    Parameters
    ----------
    at
        A look of the trial (`interim_look`); its z is not read.
    theta
        True effect, z per square root of information.
    futility
        Whether stops for futility are obeyed; as the design has it (`binding`) unless given.

    """
    unit = math.sqrt(at.planned)
    return _mean(at.regions(futility=futility), theta * unit) / unit


def bias_adjusted_estimate(at: InterimLook, *, futility: bool | None = None) -> float:
    """The theta under which the maximum-likelihood estimate is expected to be what it was.

    Parameters
    ----------
    at
        The look at which the trial stopped (`interim_look`).
    futility
        Whether stops for futility would have been obeyed; as the design has it (`binding`) unless given.

    References
    ----------
    Whitehead (1986), Biometrika 73:573-581.

    """
    regions = at.regions(futility=futility)
    unit = math.sqrt(at.planned)
    observed = at.estimate * unit
    return (
        increasing_root(
            lambda drift: _mean(regions, drift) - observed,
            observed,
            1.0,
            tolerance=1e-11,
            what="the bias-adjusted estimate",
        )
        / unit
    )


def rao_blackwell_estimate(at: InterimLook, *, futility: bool | None = None) -> float:
    """Mean of the first look's estimate given the look and z at stopping: unbiased whatever theta is.

    (look, z) are sufficient, so that no theta enters.

    Parameters
    ----------
    at
        The look at which the trial stopped (`interim_look`).
    futility
        Whether stops for futility would have been obeyed; as the design has it (`binding`) unless given.

    References
    ----------
    Emerson, Fleming (1990), Biometrika 77:875-892; Liu, Hall (1999), Biometrika 86:71-78.

    """
    if at.look == 1:
        return at.estimate
    regions = at.regions(futility=futility)
    held, k = regions.information, at.look - 1
    score = at.z * math.sqrt(held[k])
    # The conditional mean is the same under any drift; under this one the outcome is likely.
    walk = regions.paths(score / held[k])
    next(walk)
    _, _, first = next(walk)
    weighted = replace(first, mass=first.mass * first.score / held[0])
    for j in range(1, k):
        first = first.advance(held[j], regions.going_on(j), held[j + 1])
        weighted = weighted.advance(held[j], regions.going_on(j), held[j + 1])
    likely = _density(first, held[k], score)
    if likely <= 0.0:
        raise ArgumentError("z", at.z, f"cannot be reached at look {at.look}: all paths stop before")
    return _density(weighted, held[k], score) / likely / math.sqrt(at.planned)


def _density(going: Continuation, information: float, score: float) -> float:
    """Sub-density of the score at a look, without its constant."""
    added = information - going.information
    gap = score - going.score - going.drift * added
    return float(going.mass @ np.exp(-0.5 * gap * gap / added))


def _mean(regions: StoppingRegions, drift: float) -> float:
    """Expected estimate of the drift, S / t at stopping."""
    total, last = 0.0, len(regions.information) - 1
    for k, t, going in regions.paths(drift):
        if k == last:
            total += _part(going, t, drift, -math.inf, math.inf)
            break
        total += _part(going, t, drift, regions.efficacy[k], math.inf)
        total += _part(going, t, drift, *regions.idle(k))
        total += _part(going, t, drift, -math.inf, regions.harm[k])
    return total


def _part(going: Continuation, t: float, drift: float, low: float, high: float) -> float:
    """E(S / t, z in (low, high)) over the paths still going."""
    if not low < high:
        return 0.0
    added, root = t - going.information, math.sqrt(t)
    sd = math.sqrt(added)
    centre = going.score + drift * added
    u, v = (low * root - centre) / sd, (high * root - centre) / sd
    partial = centre * (ndtr(v) - ndtr(u)) + sd * (normal.density(u) - normal.density(v))
    return float(going.mass @ partial) / t
