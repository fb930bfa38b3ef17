"""Which strictly monotone function may lead from one line to another: candidates, each to be judged.

affine   after = a*before + b
log      after = a*log(s*(before - d)) + b          s = 1 or -1
exp      before = a*log(s*(after - d)) + b          the same read backwards: after is an exponential of before

``a`` has a proved sign, ``s*(...)`` is proved positive, and ``a``, ``b``, ``d`` are free of what varies.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import NamedTuple

import sympy as sp

from lossproof.notation import Scope, from_sympy, to_sympy
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.evaluated import evaluated
from lossproof.notation.tree import Binary, Call, Negative, Node
from lossproof.referee.facts.facts import Facts
from lossproof.referee.prove.parts import possible_signs
from lossproof.referee.prove.unevaluated import put_in
from lossproof.words.codes import Said, Way

MOST_SCALES = 4
MOST_TERMS = 500  # beyond, a line is not multiplied out: no textbook line is so long
Terms = dict[sp.Expr, sp.Expr]


class Link(NamedTuple):
    """``line = formula`` is what remains to be proved; ``ways`` say why it keeps the place of the optimum.

    ``open`` is a factor whose sign is not known: then the link shows nothing, but it would if that were said.
    """

    line: Node
    formula: Node
    ways: tuple[Said, ...]
    open: Node | None = None


class Line(NamedTuple):
    """A formula as a tree and as an expression."""

    tree: Node
    expr: sp.Expr


def links(before: Node, after: Node, assumptions: Assumptions, varying: frozenset[str]) -> Iterator[Link]:
    """Every candidate that leads from ``before`` to ``after``, the plainest first."""
    scope = Scope(assumptions)
    facts = Facts(assumptions, scope)
    first, second = (Line(node, _spelled_out(node, facts)) for node in (before, after))
    yield from _affine(first, second, first.expr, facts, varying, ())
    both = ((first, second, Way.LOG_INCREASES(), False), (second, first, Way.EXP_INCREASES(), True))
    for line, other, increases, inverse in both:
        for inside, turned in _positive(line, facts, varying):
            logarithm = Line(Call("log", (inside.tree,)), _log(inside.expr, facts))
            yield from _affine(logarithm, other, logarithm.expr, facts, varying, (increases, *turned), inverse=inverse)


def _spelled_out(node: Node, facts: Facts) -> sp.Expr:
    """``node`` with what the assumptions define put in."""
    expr = to_sympy(node, facts.scope)
    for name, body in facts.assumptions.definitions:
        expr = put_in(expr, {facts.scope.symbol(name): to_sympy(body, facts.scope)})
    return evaluated(expr)


def _affine(
    inner: Line,
    outer: Line,
    form: sp.Expr,
    facts: Facts,
    varying: frozenset[str],
    said: tuple[Said, ...],
    *,
    inverse: bool = False,
) -> Iterator[Link]:
    """``outer = a*inner + b``; ``form`` is ``inner`` with its terms apart."""
    for scale in _scales(form, outer.expr, varying):
        factor, constant = (from_sympy(part) for part in scale)
        formula = Binary("+", Binary("*", factor, inner.tree), constant)
        turned = _turn(facts, 1 / scale[0] if inverse else scale[0])
        if turned is None:
            yield Link(outer.tree, formula, (), factor)
        else:
            yield Link(outer.tree, formula, (*said, *turned) or (Way.SHIFTED(),))


def _positive(line: Line, facts: Facts, varying: frozenset[str]) -> Iterator[tuple[Line, tuple[Said, ...]]]:
    """The line, or what varies in it, or that times -1: each that is proved positive, and what was done to it."""
    constant, rest = line.expr.as_independent(*_moving(line.expr, varying), as_Add=True)
    without = Binary("-", line.tree, from_sympy(constant))
    turned = (Way.TIMES_NEGATIVE(factor=from_sympy(sp.S.NegativeOne)),)
    candidates = [(line, ()), (Line(without, rest), ()), (Line(Negative(without), -rest), turned)]
    for candidate, ways in candidates if constant != 0 else [candidates[0], candidates[2]]:
        if possible_signs(sp.factor_terms(candidate.expr), facts) == {1}:
            yield candidate, ways


def _turn(facts: Facts, factor: sp.Expr) -> tuple[Said, ...] | None:
    """What multiplying by ``factor`` does to an optimum; None where its sign is not known."""
    if factor == 1:
        return ()
    way = {frozenset({1}): Way.TIMES_POSITIVE, frozenset({-1}): Way.TIMES_NEGATIVE}.get(possible_signs(factor, facts))
    return None if way is None else (way(factor=from_sympy(factor)),)


def _scales(first: sp.Expr, second: sp.Expr, varying: frozenset[str]) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    """(a, b) of ``second = a*first + b``, read off the terms that vary in both; candidates only.

    Where no term is met in both, they may still be equal as they stand, or opposite.
    """
    own, other = (_terms(_with_logs_apart(expr), varying) for expr in (first, second))
    shared = [core for core in own if core != 1 and own[core] != 0 and core in other]
    found: dict[tuple[sp.Expr, sp.Expr], None] = {}
    for core in shared:
        ratio = other[core] / own[core]
        factor = sp.cancel(ratio) if _is_plain(own[core], other[core]) else ratio
        constant = other.get(sp.S.One, sp.S.Zero) - factor * own.get(sp.S.One, sp.S.Zero)
        if factor.is_finite is not False and constant.is_finite is not False:
            found[factor, constant] = None
    plain = [(sp.S.One, sp.S.Zero), (sp.S.NegativeOne, sp.S.Zero)]
    yield from islice(found or plain, MOST_SCALES)


def _with_logs_apart(expr: sp.Expr) -> sp.Expr:
    """log(2*pi*v) as log(2*pi) + log(v), whatever the signs: the terms are only read off it."""
    logs = expr.replace(sp.loggamma, lambda argument: sp.log(sp.gamma(argument)))
    return sp.expand_log(logs, force=True)


def _is_plain(*exprs: sp.Expr) -> bool:
    return all(expr.is_rational_function() and not expr.has(sp.Sum, sp.Product) for expr in exprs)


def _terms(expr: sp.Expr, varying: frozenset[str], depth: int = 0) -> Terms:
    """``expr`` as coefficient times what varies, term by term; what does not vary stands at 1."""
    found: Terms = {}
    for term in sp.Add.make_args(sp.expand(expr) if _most_terms(expr) <= MOST_TERMS else expr):
        factor, core = term.as_independent(*_moving(term, varying), as_Add=False)
        core = _with_factors_inside(core)
        inside = _terms_of_sum(core, varying, depth) if isinstance(core, sp.Sum) else {core: sp.S.One}
        for part, coefficient in inside.items():
            found[part] = found.get(part, sp.S.Zero) + factor * coefficient
    return found


def _with_factors_inside(core: sp.Expr) -> sp.Expr:
    """``g*Sum(f)`` as ``Sum(g*f)``, where one factor is a sum over one index."""
    sums = [factor for factor in core.args if isinstance(factor, sp.Sum)] if isinstance(core, sp.Mul) else []
    if len(sums) != 1 or len(sums[0].limits) != 1:
        return core
    return sp.Sum(sums[0].function * core / sums[0], *sums[0].limits)


def _most_terms(expr: sp.Expr) -> int:
    """How many terms ``expr`` or something in it can have when it is multiplied out."""
    parts = [_most_terms(part) for part in expr.args]
    if isinstance(expr, sp.Add):
        return sum(parts)
    if isinstance(expr, sp.Mul):
        return math.prod(parts)
    if isinstance(expr, sp.Pow) and expr.exp.is_Integer and parts[0] > 1:
        return int(parts[0] ** min(abs(int(expr.exp)), MOST_TERMS))
    return max(parts, default=1)


def _terms_of_sum(expr: sp.Sum, varying: frozenset[str], depth: int) -> Terms:
    """The terms of a sum as sums of their own, with one letter for the index and what is free of it in front."""
    if len(expr.limits) != 1:
        return {expr: sp.S.One}
    (old, low, high), letter = expr.limits[0], _letter(expr, depth)
    found: Terms = {}
    for core, coefficient in _terms(expr.function.xreplace({old: letter}), varying, depth + 1).items():
        outside, inside = coefficient.as_independent(letter, as_Add=False)
        if letter in (inside * core).free_symbols:
            total = sp.Sum(inside * core, (letter, low, high))
            part, factor = (sp.S.One, outside * total) if core == 1 else (total, outside)
        else:
            part, factor = core, outside * inside * (high - low + 1)
        found[part] = found.get(part, sp.S.Zero) + factor
    return found


def _letter(expr: sp.Expr, depth: int) -> sp.Symbol:
    taken = {str(symbol) for symbol in expr.free_symbols}
    name = next(name for i in count(depth) if (name := f"term{i}") not in taken)
    return sp.Symbol(name, integer=True)


def _moving(expr: sp.Expr, varying: frozenset[str]) -> list[sp.Symbol]:
    return [symbol for symbol in expr.free_symbols if symbol.is_Symbol and symbol.name in varying]


def _log(expr: sp.Expr, facts: Facts) -> sp.Expr:
    """log of a positive expression with products, powers and exponentials taken apart where the facts allow."""
    rule = next((rule for kind, rule in LOGARITHMS if isinstance(expr, kind)), None)
    return sp.log(expr) if rule is None else rule(expr, facts)


def _log_of_factors(expr: sp.Mul, facts: Facts) -> sp.Expr:
    known = [factor for factor in expr.args if facts.is_positive(factor)]
    other = sp.Mul(*(factor for factor in expr.args if factor not in known))
    return sp.Add(*(_log(factor, facts) for factor in known), sp.log(other))


def _log_of_power(expr: sp.Pow, facts: Facts) -> sp.Expr:
    return expr.exp * _log(expr.base, facts) if facts.is_positive(expr.base) else sp.log(expr)


def _log_of_product(expr: sp.Product, facts: Facts) -> sp.Expr:
    inside = facts
    for index, low, high in expr.limits:
        inside = inside.with_range(index, low, high)
    body = expr.function
    return sp.Sum(_log(body, inside), *expr.limits) if inside.is_positive(body) else sp.log(expr)


LOGARITHMS: tuple[tuple[type, Callable[..., sp.Expr]], ...] = (
    (sp.exp, lambda expr, facts: expr.args[0]),
    (sp.Mul, _log_of_factors),
    (sp.Pow, _log_of_power),
    (sp.Product, _log_of_product),
)
