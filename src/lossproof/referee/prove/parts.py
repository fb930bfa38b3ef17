"""The sign of a formula from the signs of its parts, each of which the facts may know by itself.

-k/p^2 - (n-k)/(1-p)^2        k > 0, n-k > 0: both terms negative, so is their sum
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import product

import sympy as sp

from lossproof.notation.evaluated import evaluated
from lossproof.referee.facts.facts import Facts
from lossproof.referee.field.record import Record
from lossproof.referee.prove import Proof
from lossproof.words.codes import Way

Signs = frozenset[int]
ANY: Signs = frozenset({-1, 0, 1})
NOT_NEGATIVE: Signs = frozenset({0, 1})
NOT_POSITIVE: Signs = frozenset({-1, 0})


def sign_of_parts(expr: sp.Expr, facts: Facts, strict: bool) -> Proof | None:
    """A proof that ``expr >= 0`` (``> 0`` where ``strict``) because its terms and factors are, or None.

    Terms are left as they are written: over one denominator their signs would be lost.
    """
    form = sp.factor_terms(evaluated(expr))
    if not possible_signs(form, facts) <= ({1} if strict else {0, 1}):
        return None
    record = Record()
    record.add("terms in order", expr, form, facts)
    record.say(Way.SIGNS_OF_PARTS())
    return record.proof()


def possible_signs(expr: sp.Expr, facts: Facts) -> Signs:
    """Which of -1, 0, 1 the sign of ``expr`` can be under ``facts``."""
    if not facts.is_real(expr):
        return ANY
    own = facts.signs(expr)
    rule = next((rule for kind, rule in RULES if isinstance(expr, kind)), None)
    return own if rule is None or len(own) == 1 else own & rule(expr, facts)


def _of_terms(expr: sp.Add, facts: Facts) -> Signs:
    """Terms that are all on one side of zero stay there; one that never is zero keeps the sum away from it."""
    terms = [possible_signs(term, facts) for term in expr.args]
    for side, sign in ((NOT_NEGATIVE, 1), (NOT_POSITIVE, -1)):
        if all(term <= side for term in terms):
            return frozenset({sign}) if frozenset({sign}) in terms else side
    return ANY


def _of_factors(expr: sp.Mul, facts: Facts) -> Signs:
    return reduce(_times, (possible_signs(factor, facts) for factor in expr.args))


def _times(first: Signs, second: Signs) -> Signs:
    return frozenset(a * b for a, b in product(first, second))


def _of_power(expr: sp.Pow, facts: Facts) -> Signs:
    """An even power is never negative, and zero only where its base is; an odd one has the sign of its base."""
    if not expr.exp.is_Integer:
        return ANY
    base = possible_signs(expr.base, facts) - ({0} if expr.exp < 0 else set())
    return frozenset(sign ** abs(int(expr.exp)) for sign in base) if expr.exp != 0 else frozenset({1})


def _of_sum(expr: sp.Sum, facts: Facts) -> Signs:
    """A sum over one index of terms on one side of zero; it may have no terms."""
    if len(expr.limits) != 1:
        return ANY
    index, low, high = expr.limits[0]
    inside = facts.with_range(index, low, high)
    term = possible_signs(expr.function, inside)
    empty = set() if facts.is_nonnegative(high - low) else {0}
    for side in (NOT_NEGATIVE, NOT_POSITIVE):
        if term <= side:
            return term | empty
    return ANY


RULES: tuple[tuple[type, Callable[..., Signs]], ...] = (
    (sp.Add, _of_terms),
    (sp.Mul, _of_factors),
    (sp.Pow, _of_power),
    (sp.Sum, _of_sum),
)
