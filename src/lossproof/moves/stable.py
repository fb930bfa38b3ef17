"""Formulas that overflow as code, written with named functions that do not."""

from __future__ import annotations

import sympy as sp

from lossproof.errors import MoveError
from lossproof.notation.functions import expit, softplus

X = sp.Wild("x")
NAMES: tuple[tuple[sp.Expr, sp.Expr], ...] = (
    (1 / (1 + sp.exp(-X)), expit(X)),
    (sp.log(1 + sp.exp(X)), softplus(X)),
    (sp.log(expit(X)), X - softplus(X)),
    (sp.log(1 - expit(X)), -softplus(X)),
    (1 - expit(X), expit(-X)),
)


def in_stable_names(expr: sp.Expr) -> sp.Expr:
    """expr with softplus and expit where it spells them out, the logarithms of expit first.

        log(expit(u)) -> u - softplus(u)      log(1 - expit(u)) -> -softplus(u)      1 - expit(u) -> expit(-u)

    MoveError when there is nothing to rename.
    """
    result = expr
    for pattern, name in NAMES:
        result = result.replace(pattern, name)
    if result == expr:
        raise MoveError(f"{expr} spells out no function that has a stable name.")
    return result
