"""A case distinction over a quantity that is 0 or 1, written as one expression."""

from __future__ import annotations

import sympy as sp

from lossproof.errors import MoveError


def one_expression(cases: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """``yt*a + (1-yt)*b``, where ``cases`` is a for yt = 1 and b for yt = 0.

    MoveError where ``cases`` does not depend on the variable or is still a case distinction at 0 or 1.
    """
    if variable not in cases.free_symbols:
        raise MoveError(f"{cases} does not depend on {variable}: there are no cases to join.")
    at_one, at_zero = (cases.subs(variable, value) for value in (1, 0))
    if any(each.has(sp.Piecewise) for each in (at_one, at_zero)):
        raise MoveError(f"{variable} = 0 and {variable} = 1 do not decide every case of {cases}.")
    return variable * at_one + (1 - variable) * at_zero
