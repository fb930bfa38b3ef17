"""Least absolute deviations and regression quantiles, exactly: the minimum is a corner, and a linear program finds it.

    min over t of  sum_m a_m (above r_m^+ + below r_m^-),    r = y - o - Z t

At a corner some rows fit exactly, as many as there are coefficients. The dual numbers are the certificate, whatever
found them:  Z'd = 0,  d_m = above a_m where r_m > 0,  -below a_m where r_m < 0,  between them where r_m = 0
(Koenker, Quantile Regression, 2005, section 2.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy  # its optimize is read when it is first used: a kink alone asks for a linear program
import sympy
from scipy import linalg

from lossproof.lowering import Loss
from lossproof.training.arrays import Matrix, Vector

_CLOSE = 1e-9
_FITS = 1e-7  # of the size of the residuals: a row that the linear program fits


@dataclass(frozen=True)
class Corner:
    """Coefficients ``t`` (p,) and dual numbers ``d`` (M,); ``exact`` says how many rows fit exactly."""

    t: Vector
    d: Vector
    exact: int


@lru_cache(maxsize=64)
def weights_of(loss: Loss) -> tuple[float, float] | None:
    """(above, below), up to a factor, of a loss ``c*(above*(y - u)^+ + below*(u - y)^+) + b`` of its first predictor;
    c and b hold neither u nor y. None for any other loss."""
    u, y = loss.predictors[0], loss.target
    if not loss.value.has(sympy.Abs, sympy.Max, sympy.Min):
        return None
    r = sympy.Symbol("r", positive=True)
    others = {u, y, r}
    rates = []
    for sign in (1, -1):
        side = sympy.expand(sympy.simplify(loss.value.subs(u, y - sign * r)))
        rate = sympy.simplify(sympy.diff(side, r))
        rest = sympy.simplify(side - rate * r)
        if (rate.free_symbols | rest.free_symbols) & others or rate.is_negative or rate == 0:
            return None
        rates.append((rate, rest))
    (above, one), (below, other) = rates
    share = sympy.simplify(below / above)
    if not share.is_Number or not share.is_positive or sympy.simplify(one - other) != 0:
        return None
    return 1.0, float(share)


def corner(Z: Matrix, y: Vector, a: Vector, above: float, below: float) -> Corner | None:
    """A minimum with its certificate; None where the program finds none that is a corner."""
    found = scipy.optimize.linprog(
        -y, A_eq=Z.T, b_eq=np.zeros(Z.shape[1]), bounds=np.column_stack([-below * a, above * a]), method="highs-ds"
    )
    if not found.success:
        return None
    r = y + Z @ np.asarray(found.eqlin.marginals)
    near = np.flatnonzero(
        np.abs(r) <= _FITS * max(float(np.abs(r).max(initial=0.0)), float(np.abs(y).max(initial=0.0)))
    )
    if len(near) < Z.shape[1]:
        return None
    _, upper, order = linalg.qr(Z[near].T, mode="economic", pivoting=True)
    diagonal = np.abs(np.diag(upper))
    if not diagonal[-1] > _CLOSE * diagonal[0]:
        return None
    chosen = near[order[: Z.shape[1]]]
    t = linalg.solve(Z[chosen], y[chosen])
    return Corner(t, np.asarray(found.x), len(near))


def certified(Z: Matrix, y: Vector, a: Vector, above: float, below: float, found: Corner) -> float:
    """How far the certificate is from being one, as a share of the sizes in it: 0 but for rounding at a minimum."""
    r = y - Z @ found.t
    zero = np.abs(r) <= _CLOSE * _size(y, r)
    wanted = np.where(r > 0, above * a, -below * a)
    apart = np.where(zero, np.maximum(found.d - above * a, -below * a - found.d), np.abs(found.d - wanted))
    balance = np.abs(Z.T @ found.d) / np.maximum(np.abs(Z).T @ a, 1.0)
    return float(max(apart.max(initial=0.0) / max(float(a.max(initial=0.0)), 1.0), balance.max(initial=0.0), 0.0))


def _size(*columns: Vector) -> float:
    return max(float(np.abs(column).max(initial=0.0)) for column in columns)
