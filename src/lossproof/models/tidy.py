"""How a derived formula is written down: the shortest of a few ways that a textbook would take.

-theta*(y - mu)/(mu*(mu + theta))   ->   theta*(mu - y)/(mu*(mu + theta))
log(gamma(y + 1))                   ->   loggamma(y + 1)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits

from lossproof.functions.table import ARGUMENTS, FUNCTIONS
from lossproof.moves import together
from lossproof.notation import from_sympy, parse_tree, substitute_tree, walk
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import Binary, Call, Name, Node, Number

MOST_PARTS = 120  # a longer formula is not brought over one denominator
Shares = frozenset[sp.Symbol]
NO_SHARES: Shares = frozenset()


def spelled_out(tree: Node) -> Node:
    """``tree`` with the functions that are products of exponentials and gammas, such as factorials, written out.

    Their logarithm is taken through that.
    """
    parts = [spelled_out(part) if isinstance(part, Node) else part for part in children(tree)]
    tree = rebuild(tree, parts)
    if isinstance(tree, Call) and _is_product(tree.function):
        letters = [Name(letter) for letter in ARGUMENTS]
        definition = parse_tree(FUNCTIONS[tree.function].definition)
        return substitute_tree(definition, dict(zip(letters, tree.arguments, strict=False)))
    return tree


@cache
def _is_product(function: str) -> bool:
    """Whether the definition of ``function`` begins with an exponential or a gamma: gamma(x + 1), exp(..)/sqrt(..)."""
    row = FUNCTIONS[function]
    first = parse_tree(row.definition) if row.definition else None
    while isinstance(first, Binary) and first.operator in "*/":
        first = first.left
    return isinstance(first, Call) and FUNCTIONS[first.function].canonical in ("exp", "gamma")


def with_log_gamma(expr: sp.Expr) -> sp.Expr:
    """``loggamma(z)`` for ``log(gamma(z))``: what code can compute of large counts."""
    return expr.replace(
        lambda part: isinstance(part, sp.log) and isinstance(part.args[0], sp.gamma),
        lambda part: sp.loggamma(part.args[0].args[0], evaluate=False),
    )


def rebuilt(expr: sp.Expr, table: dict[sp.Expr, sp.Expr]) -> sp.Expr:
    """`xreplace` that leaves ``loggamma`` of a whole number as it is."""
    if expr in table:
        return table[expr]
    if not expr.args or isinstance(expr, sp.IndexedBase):
        return expr
    parts = [rebuilt(part, table) for part in expr.args]
    return sp.loggamma(*parts, evaluate=False) if isinstance(expr, sp.loggamma) else expr.func(*parts)


def tidy(*ways: sp.Expr, below_one: Shares = NO_SHARES) -> sp.Expr:
    """The shortest way to write an expression, given some ways to write it.

    ``below_one`` are the quantities between 0 and 1: of these a complement is written, ``1 - p``.
    """
    candidates = [candidate for way in ways for candidate in _candidates(folded(way), below_one)]
    return min(candidates, key=length)


def length(expr: sp.Expr) -> int:
    """How much there is to read: the parts of the formula as it is printed."""
    return sum(2 if isinstance(part, Call) else not _is_one(part) for part in walk(from_sympy(expr)))


def _is_one(part: object) -> bool:
    return isinstance(part, Number) and part.value == 1


def folded(expr: sp.Expr) -> sp.Expr:
    """A formula that distinguishes the same cases in several places, as one distinction with whole formulas in it."""
    cases = expr.atoms(sp.Piecewise)
    conditions = {tuple(condition for _, condition in each.args) for each in cases}
    if len(conditions) != 1 or isinstance(expr, sp.Piecewise):
        return expr
    (shared,) = conditions
    values = (rebuilt(expr, {each: each.args[place][0] for each in cases}) for place in range(len(shared)))
    return sp.Piecewise(*zip(values, shared, strict=True))


def _candidates(expr: sp.Expr, below_one: Shares) -> Iterator[sp.Expr]:
    if isinstance(expr, sp.Piecewise):
        yield sp.Piecewise(*((tidy(value, below_one=below_one), condition) for value, condition in expr.args))
        return
    yield turned(expr, below_one)
    if length(expr) <= MOST_PARTS and not expr.has(sp.Piecewise):
        terms, back = _in_atoms(expr)
        collected = _collected(terms)
        for way in (collected, sp.factor_terms(collected)):
            yield turned(_with_one_log(rebuilt(way, back)), below_one)


def _in_atoms(expr: sp.Expr) -> tuple[sp.Expr, dict[sp.Expr, sp.Expr]]:
    """The formula with a letter for what is not to be multiplied out, and what the letters stand for.

    (y - u)^2 stays a square, (t/s)^k a power, exp(-exp(u)) one number, sum(j^2*s^j, j, 0, 40) a number as a whole: a
    letter for s^j would not know of j.
    """
    ranges = {part: sp.Dummy(real=True) for part in dict.fromkeys(_outermost_ranges(expr))}
    expr, inside = expr.xreplace(ranges), {letter: part for part, letter in ranges.items()}
    back: dict[sp.Expr, sp.Expr] = {}
    for part in sorted(expr.atoms(sp.Pow, sp.exp), key=sp.count_ops, reverse=True):
        if isinstance(part, sp.exp) and not part.args[0].has(sp.exp):
            continue
        if isinstance(part, sp.Pow) and not part.exp.free_symbols:
            if isinstance(part.base, sp.Add) and part.exp.is_Integer and part.exp > 1 and _is_difference(part.base):
                letter = sp.Dummy(real=True)
                back[letter] = part.base
                expr = expr.xreplace({part.base: letter, -part.base: -letter})
            continue
        letter = sp.Dummy(positive=True)
        back[letter] = part
        expr = expr.xreplace({part: letter})
    return expr, {letter: rebuilt(part, inside) for letter, part in back.items()} | inside


def _outermost_ranges(expr: sp.Basic) -> Iterator[sp.Expr]:
    """The sums and products over a range that stand in no other."""
    if isinstance(expr, ExprWithLimits):
        yield expr
    else:
        for part in expr.args:
            yield from _outermost_ranges(part)


def _collected(expr: sp.Expr) -> sp.Expr:
    """The terms with the same logarithms and gammas together, what they are multiplied by over one denominator."""
    coefficients: dict[sp.Expr, sp.Expr] = defaultdict(lambda: sp.S.Zero)
    for term in sp.Add.make_args(sp.expand_mul(expr)):
        special, rest = _split(term)
        coefficients[special] += rest
    return sp.Add(*(special * together(rest) for special, rest in coefficients.items()))


def _split(term: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """The factors that no quotient of polynomials and exponentials is made of, and the others."""
    factors = sp.Mul.make_args(term)
    special = [factor for factor in factors if not _is_algebraic(factor)]
    return sp.Mul(*special), sp.Mul(*(factor for factor in factors if factor not in special))


def _is_algebraic(factor: sp.Expr) -> bool:
    return all(isinstance(part, sp.exp) for part in factor.atoms(sp.Function))


def _with_one_log(expr: sp.Expr) -> sp.Expr:
    """log(2)/2 + log(pi)/2 -> log(2*pi)/2"""
    logs: dict[sp.Expr, sp.Expr] = defaultdict(lambda: sp.S.One)
    others = []
    for term in sp.Add.make_args(expr):
        factor, number = term.as_coeff_Mul()
        if isinstance(number, sp.log) and number.is_number:
            logs[factor] *= number.args[0]
        else:
            others.append(term)
    return sp.Add(*others, *(factor * sp.log(number) for factor, number in logs.items()))


def turned(expr: sp.Expr, below_one: Shares = NO_SHARES) -> sp.Expr:
    """Signs where a textbook has them: ``1 - p`` rather than ``p - 1``, and a minus drawn into a difference."""
    if isinstance(expr, sp.Add):
        return sp.Add(*(turned(term, below_one) for term in expr.args))
    sign, factors = sp.S.One, []
    for factor in sp.Mul.make_args(expr):
        base, exponent = factor.as_base_exp()
        if isinstance(base, sp.Add) and exponent.is_Integer and _is_turned_round(base, below_one):
            sign, factor = sign * (-1) ** exponent, (-base) ** exponent
        factors.append(factor)
    if sign * sp.Mul(*(factor for factor in factors if factor.is_Rational)) < 0:
        for place, factor in enumerate(factors):
            if isinstance(factor, sp.Add) and _is_difference(factor) and factor.args[0] != 1:
                factors[place], sign = -factor, -sign
                break
    return sp.Mul(sign, *factors)


def _is_turned_round(base: sp.Expr, below_one: Shares) -> bool:
    """p - 1, or a sum of negative terms alone"""
    return base + 1 in below_one or all(term.could_extract_minus_sign() for term in base.args)


def _is_difference(factor: sp.Expr) -> bool:
    """Terms of both signs: to turn it round adds no sign."""
    return len({term.could_extract_minus_sign() for term in factor.args}) == 2
