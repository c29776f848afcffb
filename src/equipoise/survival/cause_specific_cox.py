"""Cox's model of one cause's hazard: the other competing causes end observation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from equipoise.errors import DataError
from equipoise.survival import _arrays
from equipoise.survival._formula import of_table
from equipoise.survival.cox import cox
from equipoise.survival.gray_test import kinds_of

if TYPE_CHECKING:
    from equipoise.survival._cox_penalised import Firth
    from equipoise.survival._cox_subjects import Ties
    from equipoise.survival.cox_fit import CoxFit


def cause_specific_cox(
    time: object,
    cause: object,
    covariates: object,
    *,
    of: object = 1,
    censored: object = 0,
    data: Any = None,
    strata: object | None = None,
    entry: object | None = None,
    weights: object | None = None,
    cluster: object | None = None,
    ties: Ties = "efron",
    penalty: Firth | Literal["firth"] | None = None,
    level: float = 0.95,
    timefix: bool = True,
) -> CoxFit:
    """Fit `cox` to the hazard of one cause, exp(x'b) h0(t), subjects with another cause censored at it.

    The hazard ratio compares those still free of every event. It says how fast the cause strikes, not how
    many it reaches in the end: for the incidence see `fine_gray`.

    Parameters
    ----------
    time, cause : shape (n,); `cause` names what happened, or that nothing did.
    covariates, data, strata, entry, weights, cluster, ties, penalty, level, timefix : as in `cox`.
    of : the cause to model; censored : the label of those to whom nothing happened.

    Raises
    ------
    DataError : nobody had the cause; and as in `cox`.

    Reference: Prentice et al. (1978), Biometrics 34:541-554.
    """
    columns = of_table(data, time=time, cause=cause)
    t = _arrays.times("time", columns["time"])
    what = _arrays.levels("cause", columns["cause"], t)
    event = kinds_of(what, of, censored) == 1
    if not np.any(event):
        raise DataError(f"cause: nobody had the cause {of!r}, so its hazard ratio cannot be estimated.")
    return cox(
        t,
        event,
        covariates,
        data=data,
        strata=strata,
        entry=entry,
        weights=weights,
        cluster=cluster,
        ties=ties,
        penalty=penalty,
        level=level,
        timefix=timefix,
    )
