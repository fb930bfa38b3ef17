"""Formulas that overflow as code, written with named functions that do not."""

from __future__ import annotations

import sympy as sp

from lossproof.errors import MoveError
from lossproof.notation.functions import expit, log1mexp, lognormcdf, normcdf, softplus

X = sp.Wild("x")
NAMES: tuple[tuple[sp.Expr, sp.Expr], ...] = (
    (1 / (1 + sp.exp(-X)), expit(X)),
    (sp.log(1 + sp.exp(X)), softplus(X)),
    (sp.log(expit(X)), X - softplus(X)),
    (sp.log(1 - expit(X)), -softplus(X)),
    (1 - expit(X), expit(-X)),
    (sp.log(1 - normcdf(X)), lognormcdf(-X)),
    (sp.log(normcdf(X)), lognormcdf(X)),
    (1 - normcdf(X), normcdf(-X)),
    (sp.log(1 - sp.exp(-X)), log1mexp(X)),
)


def in_stable_names(expr: sp.Expr) -> sp.Expr:
    """expr with softplus, expit, lognormcdf and log1mexp where it spells them out, logarithms first.

        log(expit(u)) -> u - softplus(u)      log(1 - expit(u)) -> -softplus(u)      1 - expit(u) -> expit(-u)
        log(1 - normcdf(u)) -> lognormcdf(-u)                                        log(1 - exp(-x)) -> log1mexp(x)

    MoveError when there is nothing to rename.
    """
    result = expr
    for pattern, name in NAMES:
        result = result.replace(pattern, name)
    if result == expr:
        raise MoveError(f"{expr} spells out no function that has a stable name.")
    return result
