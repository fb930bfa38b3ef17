"""Where a rule fits a formula: patterns whose letters match anything, in sums and products of any order and length.

A product matches inside a longer product, a sum inside a longer sum also when all its terms share a factor
(``c - c*expit(x)``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations

import sympy
from sympy import Add, Expr, Mul, Pow, Symbol

from lossproof.functions.identities import Rule
from lossproof.notation import parse

Bindings = dict[Symbol, Expr]


@dataclass(frozen=True, slots=True)
class Shortcut:
    """``before -> factor * function(x)`` for a function that only code knows; true by its definition."""

    name: str
    before: str
    function: type[sympy.Function]
    factor: str = "1"
    where: str = "x real; y real"


def apply(rule: Rule | Shortcut, node: Expr) -> Expr | None:
    """The node rewritten by the rule; None where the rule does not fit."""
    before, after = _patterns(rule)
    shape = type(before)
    if shape is Add and isinstance(node, Add):
        return _within_sum(before, after, node)
    if shape is Mul and isinstance(node, Mul):
        return _within_product(before, after, node)
    if shape is Pow and isinstance(node, Pow):
        return _as_power(before, after, node)
    if isinstance(node, shape) and shape not in (Add, Mul, Pow):
        return next((after.xreplace(found) for found in matches(before, node, {}) if _known(rule, found)), None)
    return None


def _known(rule: Rule | Shortcut, found: Bindings) -> bool:
    """Whether everything is known that the rule needs."""
    values = {letter.name: value for letter, value in found.items()}
    needs = rule.needs if isinstance(rule, Rule) else ()
    return all(getattr(values[letter], f"is_{fact}") for letter, fact in needs)


@cache
def _patterns(rule: Rule | Shortcut) -> tuple[Expr, Expr]:
    """Both sides as SymPy, in the form that SymPy gives to the expressions they meet."""
    before = parse(rule.before).doit()
    if isinstance(rule, Shortcut):
        return before, parse(rule.factor).doit() * rule.function(parse("x"))
    return before, parse(rule.after).doit()


def _as_power(before: Pow, after: Expr, node: Pow) -> Expr | None:
    """1/(1 + exp(x)) fits inside 1/(1 + exp(x))^3 three times."""
    exponent = node.exp
    if not (exponent.is_Integer and exponent.is_negative):
        return None
    found = next(matches(before, 1 / node.base, {}), None)
    return None if found is None else after.xreplace(found) ** -exponent


def _within_product(before: Mul, after: Expr, node: Mul) -> Expr | None:
    """Some factors of the node are the factors of the pattern, up to a number."""
    number, product = before.as_coeff_Mul()
    wanted, factors = Mul.make_args(product), _unit_factors(node)
    for chosen in permutations(range(len(factors)), len(wanted)):
        for found in _all_match(wanted, [factors[place] for place in chosen], {}):
            rest = [factor for place, factor in enumerate(factors) if place not in chosen]
            return Mul(after.xreplace(found) / number, *rest)
    return None


def _unit_factors(node: Expr) -> list[Expr]:
    """Factors with whole powers written out: a^2/b^2 as a, a, 1/b, 1/b; exp(2x) as exp(x), exp(x)."""
    return [unit for factor in Mul.make_args(node) for unit in _units(factor)]


def _units(factor: Expr) -> list[Expr]:
    if isinstance(factor, Pow) and factor.exp.is_Integer and abs(factor.exp) <= 4:
        count = abs(int(factor.exp))
        return [factor.base ** (1 if factor.exp > 0 else -1)] * count
    if isinstance(factor, sympy.exp):
        number, rest = factor.args[0].as_coeff_Mul()
        if number.is_Integer and 2 <= abs(number) <= 4:
            return [sympy.exp(rest * (1 if number > 0 else -1))] * abs(int(number))
    return [factor]


def _within_sum(before: Add, after: Expr, node: Add) -> Expr | None:
    """Some terms of the node are the terms of the pattern times one common factor."""
    main = next(term for term in before.args if term.atoms(sympy.Function))
    sign, head = main.as_coeff_Mul()
    for term in node.args:
        for place, factor in enumerate(factors := _unit_factors(term)):
            for found in matches(head, factor, {}):
                common = Mul(*factors[:place], *factors[place + 1 :]) / sign
                rest = without(node, term, common * (before - main).xreplace(found))
                if rest is not None:
                    return rest + common * after.xreplace(found)
    return None


def without(node: Add, term: Expr, others: Expr) -> Expr | None:
    """The node without ``term`` and without the terms of ``others``; None where one of them is not there."""
    left = list(node.args)
    left.remove(term)
    if others in left:
        left.remove(others)
        return Add(*left)
    for other in Add.make_args(sympy.expand(others)):
        if other not in left:
            return None
        left.remove(other)
    return Add(*left)


def matches(pattern: Expr, node: Expr, found: Bindings) -> Iterator[Bindings]:
    """Every way to choose the pattern's letters so that it becomes the node."""
    if pattern.free_symbols <= found.keys():
        if pattern.xreplace(found) == node:
            yield found
        return
    if isinstance(pattern, Symbol):
        yield {**found, pattern: node}
        return
    number, rest = pattern.as_coeff_Mul() if isinstance(pattern, Mul) else (sympy.S.One, pattern)
    if number != 1:
        yield from matches(rest, node / number, found)
    elif isinstance(pattern, (Add, Mul)):
        if isinstance(node, pattern.func) and len(node.args) == len(pattern.args):
            for order in permutations(node.args):
                yield from _all_match(pattern.args, order, found)
    elif node.func == pattern.func and len(node.args) == len(pattern.args):
        yield from _all_match(pattern.args, node.args, found)


def _all_match(patterns: Sequence[Expr], nodes: Sequence[Expr], found: Bindings) -> Iterator[Bindings]:
    """Those with a function first: they say what a letter is, where x^2 leaves its sign open."""
    if not patterns:
        yield found
        return
    place = max(range(len(patterns)), key=lambda k: bool(patterns[k].atoms(sympy.Function)))
    for first in matches(patterns[place], nodes[place], found):
        yield from _all_match(others_than(patterns, place), others_than(nodes, place), first)


def others_than(items: Sequence[Expr], place: int) -> list[Expr]:
    return [item for other, item in enumerate(items) if other != place]
