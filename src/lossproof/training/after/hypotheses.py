"""Tests of parameters and intervals from the likelihood itself.

    Wald   (w - c)' V^-1 (w - c)        likelihood ratio   2 W (L(held) - L)        score   s' I^-1 s at the held fit

Each is chi-squared with as many degrees of freedom as parameters are held (Wilks 1938; Rao 1948).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy
from scipy import linalg, special

from lossproof.errors import CallerError, DataError
from lossproof.training.after.restricted import hold
from lossproof.training.after.rows_again import work_of
from lossproof.training.several.fit_several import Work

if TYPE_CHECKING:
    from lossproof.training.result import Fit

KINDS = ("wald", "lr", "score")
_FARTHEST = 60  # doublings of a standard error until a profile has no end


@dataclass(frozen=True, slots=True)
class Test:
    """``statistic`` is chi-squared with ``df`` degrees of freedom where the parameters are as was asked."""

    kind: str
    statistic: float
    df: int
    p: float

    def __str__(self) -> str:
        return f"{self.kind}: chi2({self.df}) = {self.statistic:.6g}, p = {self.p:.4g}"


def test(fit: Fit, values: str | Sequence[str] | Mapping[str, float], kind: str) -> Test:
    """Whether the named parameters have these ``values`` (0 where names alone are given)."""
    if kind not in KINDS:
        raise CallerError(f"kind: {kind!r} was given; known are {', '.join(map(repr, KINDS))}.")
    names = [values] if isinstance(values, str) else list(values)
    wanted = dict(values) if isinstance(values, Mapping) else dict.fromkeys(names, 0.0)
    if not wanted:
        raise CallerError("values: no parameter was named.")
    work = work_of(fit)
    if kind != "wald":
        _likelihood_needed(fit)
    return chi_squared(kind, _STATISTICS[kind](fit, work, wanted), len(wanted))


def chi_squared(kind: str, statistic: float, df: int) -> Test:
    """The test with its p value."""
    return Test(kind, statistic, df, float(special.chdtrc(df, statistic)))


def _likelihood_needed(fit: Fit) -> None:
    if fit.model.dispersion != "fixed" or fit.ridge:
        raise CallerError(
            "the likelihood is needed: a fit with a free dispersion or a ridge has none; use kind='wald'."
        )


def _wald(fit: Fit, work: Work, wanted: Mapping[str, float]) -> float:
    places = [_place(work, name) for name in wanted]
    apart = fit.params[places] - np.array(list(wanted.values()))
    return float(apart @ linalg.solve(fit.covariance()[np.ix_(places, places)], apart, assume_a="sym"))


def _place(work: Work, name: str) -> int:
    if name not in work.names:
        raise DataError(f"{name!r} is no parameter; there are {', '.join(work.names)}.")
    return work.names.index(name)


def _ratio(fit: Fit, work: Work, wanted: Mapping[str, float]) -> float:
    restricted, start = hold(work, fit.params, wanted)
    return max(0.0, 2 * fit.total_weight * (restricted.minimum(start)[0] - fit.loss))


def _score(fit: Fit, work: Work, wanted: Mapping[str, float]) -> float:
    restricted, start = hold(work, fit.params, wanted)
    there = restricted.minimum(start)[1]
    _, gradient, hessian = work.rows.at(work.inner(there))
    return float(fit.total_weight * gradient @ linalg.solve(hessian, gradient, assume_a="sym"))


_STATISTICS = {"wald": _wald, "lr": _ratio, "score": _score}


def profile(fit: Fit, name: str, level: float) -> tuple[float, float]:
    """The values of a parameter that a likelihood-ratio test at ``level`` does not reject; infinite without an end."""
    if not 0 < level < 1:
        raise DataError(f"level: {level!r} was given; a number between 0 and 1 is needed, such as 0.95.")
    _likelihood_needed(fit)
    work = work_of(fit)
    place = _place(work, name)
    allowed = float(special.chdtri(1, 1 - level))
    low, high = (_end(fit, work, place, name, sign, allowed) for sign in (-1, 1))
    return low, high


def _end(fit: Fit, work: Work, place: int, name: str, sign: int, allowed: float) -> float:
    """The end of the interval on one side, searched on the scale of the parameter."""
    scale, best = work.scales, np.array(fit.params)
    here = scale.inner(best)[place]
    unit = float(fit.standard_errors[place] / abs(scale.outer(scale.inner(best))[1][place]))

    def value_at(v: float) -> float:
        moved = scale.inner(best)
        moved[place] = v
        return float(scale.outer(moved)[0][place])

    def excess(v: float) -> float:
        return _ratio(fit, work, {name: value_at(v)}) - allowed

    step = unit
    for _ in range(_FARTHEST):
        if excess(here + sign * step) > 0:
            return value_at(scipy.optimize.brentq(excess, here, here + sign * step, xtol=1e-12 * unit, rtol=1e-13))
        step *= 2
    return sign * float("inf")
