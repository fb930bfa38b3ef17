"""Steps on one term of a sum: finite powers, deltas, one-hot vectors, powers of one base, partial fractions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp

from lossproof.referee.sums.context import Context, GivenUp
from lossproof.referee.sums.expressions import factors_of, undefined
from lossproof.referee.sums.finite import delta_substitutes, finite_power
from lossproof.referee.sums.fractions import compound
from lossproof.referee.sums.geometric import times_ratio
from lossproof.referee.sums.groups import pair_of_one_hot, product_by_members
from lossproof.referee.sums.partial import parted
from lossproof.referee.sums.powers import powers_joined
from lossproof.words.codes import RuleName


@dataclass(frozen=True, slots=True)
class Step:
    """A named rewriting of the factors of one term; ``shows`` is the step in one line."""

    name: RuleName
    shows: str
    apply: Callable[[tuple[sp.Expr, ...], Context], sp.Expr | None]


def _partial_fractions(factors: tuple[sp.Expr, ...], context: Context) -> sp.Expr | None:
    term = sp.Mul(*factors)
    found = parted(term) if compound(term) else term
    return None if found == term else found


STEPS = (
    Step("finite power", "y^2 = y for y in {0, 1}", finite_power),
    Step("one-hot pair", "t[i]*t[j] = delta(i,j)*t[i]", pair_of_one_hot),
    Step("delta substitutes", "delta(i,j)*f(i) = delta(i,j)*f(j)", delta_substitutes),
    Step("one-hot product", "f(t)*g(t) = sum t[j]*f(e_j)*g(e_j)", product_by_members),
    Step("geometric sum times its ratio", "q*sum q^i = sum q^i + q^(n+1) - 1", times_ratio),
    Step("powers of one base", "c*c^M = c^(M+1)", powers_joined),
    Step("partial fractions", "1/(x*(x+1)) = 1/x - 1/(x+1)", _partial_fractions),
)


def tidied(term: sp.Expr, context: Context) -> sp.Expr | None:
    """The first step that applies, carried out; None where none does."""
    factors = factors_of(term)
    for step in STEPS:
        found = step.apply(factors, context)
        if found is not None:
            if undefined(found):
                raise GivenUp("a division by zero")
            context.note(step.name, term, found)
            return found
    return None
