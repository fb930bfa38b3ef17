"""Is an expression never negative (or always positive) under the facts? From cheap to dear.

1. the signs of the factors of the normal form, read through exp and log where that is simpler;
2. sums whose summands have the sign; cases, each by itself;
3. a smooth function that falls before a point and rises after it, and has the sign there;
4. a sum of terms that are never negative is at least any one of them;
5. c*log(S) + r >= 0 for positive c and S where S >= exp(-r/c);
6. a sum as it was written, whose terms have the sign, or have it with the difference of two simplexes in each.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from lossproof.referee.algebra.ratios import Ratio
from lossproof.referee.facts.facts import Facts
from lossproof.referee.field.normal import Normaliser, Refined
from lossproof.referee.field.record import Proof, Undefined
from lossproof.referee.prove.case_split import (
    free_atoms,
    split_cases,
    value_cases,
    with_equations,
    without_last_probability,
)
from lossproof.referee.prove.pairs import in_pairs
from lossproof.referee.prove.rule_text import spoken
from lossproof.referee.prove.search import Search, normalised, prepared, record_notes, with_definitions
from lossproof.referee.prove.smoothness import is_allowed, starting_points, variables_of_smooth
from lossproof.referee.prove.summands import Joined, joined_summands
from lossproof.referee.prove.termwise import (
    balanced,
    one_sum,
    opened,
    with_data_as_numbers,
    without_positive_factors,
)
from lossproof.referee.prove.unevaluated import put_in
from lossproof.referee.prove.zero import ALLOWED, NO_PROOF
from lossproof.referee.sums.expressions import binds, replace_free
from lossproof.words.codes import Said, Way

Signs = frozenset[int]
NONNEGATIVE: Signs = frozenset({0, 1})
POSITIVE: Signs = frozenset({1})
_DEEPEST = 5


def prove_nonnegative(expr: sp.Expr, facts: Facts, allowed: int = ALLOWED) -> Proof | None:
    """A proof that ``expr >= 0`` wherever the facts hold and it is defined, or None."""
    return prove_sign(expr, facts, NONNEGATIVE, allowed)


def prove_positive(expr: sp.Expr, facts: Facts, allowed: int = ALLOWED) -> Proof | None:
    """A proof that ``expr > 0`` wherever the facts hold and it is defined, or None."""
    return prove_sign(expr, facts, POSITIVE, allowed)


def prove_sign(expr: sp.Expr, facts: Facts, wanted: Signs, allowed: int = ALLOWED) -> Proof | None:
    """A proof that the sign of ``expr`` is always among ``wanted``, or None."""
    search, facts = Search(), facts.with_work(allowed)
    try:
        whole = with_definitions(expr, facts, search)
        return search.record.proof() if has_sign(whole, facts, wanted, search) else None
    except NO_PROOF:
        return None


def has_sign(expr: sp.Expr, facts: Facts, wanted: Signs, search: Search, depth: int = 0) -> bool:
    """Is the sign of ``expr`` among ``wanted``? What was used is on record when the answer is yes."""
    facts.work.spend()
    if depth > _DEEPEST:
        return False
    written = expr
    try:
        expr = prepared(expr, facts, search)
        normaliser, value = normalised(expr, facts, search)
    except Undefined:
        return depth > 0
    try:
        shown = _sign_shown(normaliser, value, expr, facts, wanted, search, depth)
    except Refined:
        shown = has_sign(expr, facts, wanted, search, depth)
    return shown or (depth == 0 and _by_terms(written, facts, wanted, search))


def _sign_shown(
    normaliser: Normaliser, value: Ratio, expr: sp.Expr, facts: Facts, wanted: Signs, search: Search, depth: int
) -> bool:
    if normaliser.ratio_signs(value) <= wanted:
        return _recorded(normaliser, expr, value, search, Way.SIGNS_OF_FACTORS())
    return (
        _by_summands(normaliser, value, facts, wanted, search, depth)
        or _by_pairs(normaliser, value, facts, wanted, search, depth)
        or _by_one_term(value, facts, wanted, search, depth)
        or _by_exponentials(value, facts, wanted, search, depth)
        or _by_cases(normaliser, expr, facts, wanted, search, depth)
        or _by_minimum(expr, facts, wanted, search, depth)
    )


def _recorded(normaliser: Normaliser, expr: sp.Expr, value: Ratio, search: Search, way: Said) -> bool:
    record_notes(normaliser, search)
    search.record.add("normal form", expr, factored_expr(value), normaliser.facts)
    search.record.say(way)
    return True


def factored_expr(value: Ratio) -> sp.Expr:
    """The ratio as a product of its irreducible factors."""
    if value.is_zero:
        return sp.S.Zero
    content, factors = value.factors()
    number = sp.Rational(content.numerator, content.denominator)
    return sp.Mul(number, *(value.table.to_expr(factor) ** power for factor, power in factors))


def _by_summands(n: Normaliser, value: Ratio, facts: Facts, wanted: Signs, search: Search, depth: int) -> bool:
    joined = joined_summands(value, facts)
    below = n.ratio_signs(Ratio(value.table, value.den, value.table.one))
    if not joined or len(below) != 1:
        return False
    sign = next(iter(below))
    parts = [Joined(part.summand * sign, part.limits) for part in joined]
    return _term_by_term(parts, facts, wanted, search, depth)


def _by_one_term(value: Ratio, facts: Facts, wanted: Signs, search: Search, depth: int) -> bool:
    """Sum(f(j), (j, a, b)) + r has the sign of f(k) + r where no f(j) is negative and k is in the range."""
    joined = joined_summands(value, facts) if value.den.is_constant() else []
    total = next((part for part in joined if len(part.limits) == 1), None)
    rest = next((part for part in joined if not part.limits), None)
    if total is None or rest is None or len(joined) != 2 or depth > 1:
        return False
    (index, low, high) = total.limits[0]
    sign = 1 if value.table.to_expr(value.den) > 0 else -1
    for place in sorted(_indices_of(rest.summand, facts), key=sp.default_sort_key):
        if not (facts.is_nonnegative(place - low) and facts.is_nonnegative(high - place)):
            continue
        chosen = replace_free(total.summand, {index: place})
        if not has_sign(sign * (chosen + rest.summand), facts, wanted, search, depth + 1):
            continue
        if has_sign(sign * total.summand, total.facts(facts), NONNEGATIVE, search, depth + 1):
            others = sp.Sum((1 - sp.KroneckerDelta(index, place)) * total.summand, *total.limits)
            search.record.add("range cut", sp.Sum(total.summand, *total.limits), chosen + others, facts)
            search.record.say(Way.SUMMAND_BY_SUMMAND())
            return True
    return False


def _indices_of(expr: sp.Expr, facts: Facts) -> set[sp.Expr]:
    """The single quantities that stand as an index in ``expr``."""
    elements = (atom for atom in free_atoms(expr) if isinstance(atom, sp.Indexed))
    return {place for element in elements for place in element.indices if facts.is_integer(place)}


def _by_exponentials(value: Ratio, facts: Facts, wanted: Signs, search: Search, depth: int) -> bool:
    """c*log(S) + r >= 0 where S >= exp(-r/c), for positive c and S: exp rises."""
    if depth > 1 or not value.den.is_constant():
        return False
    whole = sp.expand(factored_expr(value))
    logarithms = {log for log in whole.atoms(sp.log) if log.has(sp.Sum) and facts.is_positive(log.args[0])}
    for log in sorted(logarithms, key=sp.default_sort_key):
        factor = whole.coeff(log)
        rest = whole - sp.expand(factor * log)
        if rest.has(log) or not facts.is_positive(factor) or not facts.is_real(rest):
            continue
        if has_sign(log.args[0] - sp.exp(sp.expand(-rest / factor)), facts, wanted, search, depth + 1):
            search.record.say(Way.EXP_INCREASES())
            return True
    return False


def _by_pairs(n: Normaliser, value: Ratio, facts: Facts, wanted: Signs, search: Search, depth: int) -> bool:
    """Two sums multiplied, term by term with the mirror image of each: 0 on the diagonal, so never more than >= 0."""
    if 0 not in wanted or depth > 1 or not n.ratio_signs(Ratio(value.table, value.den, value.table.one)) <= {0, 1}:
        return False
    for pairs in in_pairs(value, facts):
        if has_sign(pairs.joined.summand, pairs.joined.facts(facts), wanted, search, depth + 1):
            search.record.add("sums in pairs", value.table.to_expr(value.num), pairs.whole, facts)
            search.record.say(Way.SUMMAND_BY_SUMMAND())
            return True
    return False


def _term_by_term(parts: list[Joined], facts: Facts, wanted: Signs, search: Search, depth: int) -> bool:
    """Terms that are never negative add up to what is not; to more than 0 where one of them is positive."""
    if not all(has_sign(part.summand, part.facts(facts), NONNEGATIVE, search, depth + 1) for part in parts):
        return False
    strict = 0 in wanted or any(
        _is_nonempty(part, facts) and has_sign(part.summand, part.facts(facts), POSITIVE, search, depth + 1)
        for part in parts
    )
    if strict:
        search.record.say(Way.SUMMAND_BY_SUMMAND())
    return strict


def _by_terms(expr: sp.Expr, facts: Facts, wanted: Signs, search: Search) -> bool:
    """The sum as it was written, before its parts were taken apart; then with what is 0 in all put into each term."""
    expr = without_positive_factors(expr, facts)
    whole = one_sum(expr)
    for same in (whole, *balanced(whole, facts)) if whole is not None else ():
        if _term_by_term([opened(same)], facts, wanted, search, 0):
            search.record.add("constants out", expr, whole, facts)
            search.record.add("group total", whole, same, facts)
            return True
    return False


def _is_nonempty(part: Joined, facts: Facts) -> bool:
    return all(facts.is_nonnegative(high - low) for _, low, high in part.limits)


def _by_cases(n: Normaliser, expr: sp.Expr, facts: Facts, wanted: Signs, search: Search, depth: int) -> bool:
    equated = with_equations(expr, facts)
    if equated != expr:
        search.record.add("equations put in", expr, equated, facts)
        return has_sign(equated, facts, wanted, search, depth + 1)
    eliminated = without_last_probability(expr, facts)
    if eliminated != expr:
        search.record.add("probabilities sum to one", expr, eliminated, facts)
        return has_sign(eliminated, facts, wanted, search, depth + 1)
    first = next(iter(n.splits), None)
    cases = split_cases(first, expr, facts) if first else value_cases(expr, facts)
    if not cases.parts or not all(has_sign(c.expr, c.facts, wanted, search, depth + 1) for c in cases.parts):
        return False
    search.record.say(cases.said, first=True)
    return True


def _by_minimum(expr: sp.Expr, facts: Facts, wanted: Signs, search: Search, depth: int) -> bool:
    """f(x) >= f(s) because (x - s)*f'(x) >= 0 on an interval that holds s."""
    if depth > 1 or binds(expr):
        return False
    expr, facts = with_data_as_numbers(expr, facts)
    for variable in variables_of_smooth(expr, facts):
        for start in _possible_minima(variable, expr, facts):
            slope = (variable - start) * sp.Derivative(expr, variable)
            if not has_sign(slope, facts, NONNEGATIVE, search, _DEEPEST - 1):
                continue
            if has_sign(put_in(expr, {variable: start}), facts, wanted, search, depth + 1):
                search.record.say(Way.LEAST_AT(variable=spoken(variable), value=spoken(start)), first=True)
                return True
    return False


def _possible_minima(variable: sp.Symbol, expr: sp.Expr, facts: Facts) -> Iterator[sp.Expr]:
    """Simple numbers and other quantities that lie in the interval of ``variable``."""
    yield from starting_points(variable, facts)
    for other in sorted(free_atoms(expr) - {variable}, key=sp.default_sort_key):
        if is_allowed(variable, other, facts):
            yield other
