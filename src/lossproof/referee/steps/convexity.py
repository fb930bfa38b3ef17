"""Why a function has one valley: convexity by the rules that keep it, down to a second derivative of one variable.

f(t), f'' >= 0                     convex
f(affine in w)                     convex where f is
sum of convex functions            convex
c f, c >= 0 free of w              convex where f is; c <= 0 where f is concave
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import sympy as sp

from lossproof.notation import (
    Scope,
    complete_assumptions,
    data_names,
    free_names,
    from_sympy,
    substitute_tree,
    to_sympy,
    walk,
)
from lossproof.notation.assumptions import Assumptions, IndexRange
from lossproof.notation.evaluated import evaluated
from lossproof.notation.traverse import Part, children, fresh_name, rebuild
from lossproof.notation.tree import Binary, Derivative, Indexed, Name, Negative, Node, Number, Reduction
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.judge import judge_claim
from lossproof.referee.steps.relations import at_least
from lossproof.referee.verdict import Evidence, Rule, Status, Verdict
from lossproof.words.codes import Said, Way

ZERO, TWO = Number(Fraction(0)), Number(Fraction(2))
Variable = Name | Indexed


@dataclass(frozen=True, slots=True)
class Leaf:
    """A function of the one variable ``t``, which stands for something affine, and what is assumed where it stands."""

    body: Node
    t: Name
    affine: Node
    assumptions: Assumptions


@dataclass(frozen=True, slots=True)
class Setting:
    """In what a function is to be convex, under which assumptions; ``sign`` is -1 where it has to be concave."""

    variables: frozenset[str]
    assumptions: Assumptions
    sign: int = 1

    def turned(self) -> Setting:
        """The same question for the function times -1."""
        return replace(self, sign=-self.sign)

    def inside(self, node: Reduction) -> Setting:
        """The same question for one term of a sum: its index lies in its range."""
        scalars = {**self.assumptions.scalars, node.index: IndexRange(node.low, node.high)}
        return replace(self, assumptions=replace(self.assumptions, scalars=scalars))

    def moves(self, part: Part) -> bool:
        """Whether ``part`` depends on the variables."""
        return bool(self.variables & (free_names(part) | data_names(part)))


class NotShown(Exception):
    """No rule leads further down."""

    def __init__(self, why: Said) -> None:
        super().__init__(why.code)
        self.why = why


def convex(node: Node, variables: frozenset[str], assumptions: Assumptions) -> Verdict:
    """``node`` is a convex function of ``variables`` together, at every point that satisfies the assumptions."""
    assumptions = complete_assumptions(assumptions, node)
    above, below, doubled = _chord(node, variables, assumptions)
    chord = agree_or_refute(above, below, doubled, comparison=">=")
    if chord.witness is not None:
        return Verdict(Status.REFUTED, (Way.CHORD_BELOW(),), witness=chord.witness)
    if chord.out_of_domain is not None:
        return Verdict(Status.UNDECIDED, (chord.out_of_domain,))
    above_all = Way.CHORDS_ABOVE(points=chord.points)
    try:
        leaves = _leaves(node, Setting(variables, assumptions))
    except NotShown as reason:
        return Verdict(Status.CORROBORATED, (above_all, reason.why))
    verdicts = [_bends_up(leaf) for leaf in leaves]
    inside = tuple(Rule("affine inside", leaf.affine, leaf.t) for leaf in leaves)
    rules = inside + tuple(rule for each in verdicts for rule in each.evidence.rules)
    clauses = tuple(dict.fromkeys(clause for each in verdicts for clause in each.evidence.assumptions))
    failure = "; ".join(dict.fromkeys(each.evidence.failure for each in verdicts if each.evidence.failure))
    evidence = Evidence(rules, chord.points, chord.radius, clauses, failure)
    weak = next((each for each in verdicts if each.status is not Status.PROVED), None)
    if weak is not None:
        return Verdict(Status.CORROBORATED, (above_all, *weak.ways), evidence)
    return Verdict(Status.PROVED, (Way.CONVEX_BY_SECOND_DERIVATIVE(),), evidence)


def _chord(node: Node, variables: frozenset[str], assumptions: Assumptions) -> tuple[Node, Node, Assumptions]:
    """(f(a) + f(b))/2, f((a + b)/2), and the assumptions that hold for both copies of the variables."""
    taken = free_names(node) | data_names(node)
    second = {name: fresh_name(f"{name}_b", taken) for name in variables}
    there = _replaced(node, second, lambda here, other: other)
    middle = _replaced(node, second, lambda here, other: Binary("/", Binary("+", here, other), TWO))
    scalars = {second[name]: domain for name, domain in assumptions.scalars.items() if name in second}
    arrays = {second[name]: domain for name, domain in assumptions.arrays.items() if name in second}
    doubled = replace(
        assumptions,
        scalars={**assumptions.scalars, **scalars},
        arrays={**assumptions.arrays, **arrays},
    )
    return Binary("/", Binary("+", node, there), TWO), middle, doubled


def _replaced(node: Node, second: dict[str, str], point: Callable[[Variable, Variable], Node]) -> Node:
    """``node`` at another point: each variable replaced by ``point`` of it and of its second copy."""
    found: dict[Name | Indexed | str, Node] = {}
    for part in walk(node):
        if isinstance(part, Name) and part.name in second:
            found[part] = point(part, Name(second[part.name]))
        if isinstance(part, Indexed) and part.name in second:
            letters = tuple(Name(f"place{i}") for i in range(len(part.indices)))
            found[Indexed(part.name, letters)] = point(Indexed(part.name, letters), Indexed(second[part.name], letters))
    return substitute_tree(node, found)


def _leaves(node: Node, setting: Setting) -> list[Leaf]:
    """The functions of one variable that have to bend up for ``node`` to be convex."""
    if _is_affine(node, setting):
        return []
    inner = set(_affine_parts(node, setting, frozenset()))
    only = inner.pop() if len(inner) == 1 else None
    if only is not None:
        return [_leaf(node, only, setting)]
    rule = RULES.get(type(node))
    if rule is None:
        raise NotShown(Way.NO_RULE_FOR_CONVEX(formula=node))
    return rule(node, setting)


def _leaf(node: Node, affine: Node, setting: Setting) -> Leaf:
    t = Name(fresh_name("t", free_names(node)))
    body = _with(node, affine, t)
    return Leaf(body if setting.sign > 0 else Negative(body), t, affine, setting.assumptions)


def _affine_parts(part: Part, setting: Setting, bound: frozenset[str]) -> Iterator[Node | None]:
    """The largest affine parts of ``part`` that move; None for one that a sum around it gives many values."""
    if not setting.moves(part):
        return
    if isinstance(part, Node) and _is_affine(part, setting):
        yield None if bound & free_names(part) else part
        return
    below = bound | {part.index} if isinstance(part, Reduction) else bound
    for child in children(part):
        yield from _affine_parts(child, setting, below)


def _is_affine(node: Node, setting: Setting) -> bool:
    """Whether ``node`` is a constant plus multiples of the variables."""
    if not setting.moves(node):
        return True
    match node:
        case Name() | Indexed():
            return True
        case Negative(operand):
            return _is_affine(operand, setting)
        case Binary("+" | "-", left, right):
            return _is_affine(left, setting) and _is_affine(right, setting)
        case Binary("*", left, right) if not setting.moves(left) or not setting.moves(right):
            return _is_affine(left, setting) and _is_affine(right, setting)
        case Binary("/", left, right) if not setting.moves(right):
            return _is_affine(left, setting)
        case Reduction("sum", body, _, low, high) if not setting.moves(low) and not setting.moves(high):
            return _is_affine(body, setting)
    return False


def _of_negative(node: Negative, setting: Setting) -> list[Leaf]:
    return _leaves(node.operand, setting.turned())


def _of_sum(node: Reduction, setting: Setting) -> list[Leaf]:
    if node.kind != "sum" or setting.moves(node.low) or setting.moves(node.high):
        raise NotShown(Way.NO_RULE_FOR_CONVEX(formula=node))
    return _leaves(node.body, setting.inside(node))


def _of_binary(node: Binary, setting: Setting) -> list[Leaf]:
    left, right = node.left, node.right
    match node.operator:
        case "+":
            return _leaves(left, setting) + _leaves(right, setting)
        case "-":
            return _leaves(left, setting) + _leaves(right, setting.turned())
        case "*" if not setting.moves(left):
            return _leaves(right, _scaled(left, setting))
        case "*" | "/" if not setting.moves(right):
            return _leaves(left, _scaled(right, setting))
    raise NotShown(Way.NO_RULE_FOR_CONVEX(formula=node))


def _scaled(factor: Node, setting: Setting) -> Setting:
    """The question for f where the formula is ``factor`` times f: turned round where the factor is negative."""
    for candidate, high, low in ((setting, factor, ZERO), (setting.turned(), ZERO, factor)):
        if at_least(high, low, setting.assumptions).status is Status.PROVED:
            return candidate
    raise NotShown(Way.SIGN_NOT_KNOWN(formula=factor))


RULES: dict[type[Node], Callable[..., list[Leaf]]] = {
    Negative: _of_negative,
    Reduction: _of_sum,
    Binary: _of_binary,
}


def _bends_up(leaf: Leaf) -> Verdict:
    """The second derivative is what SymPy says, by the referee's own judgement, and never negative where t runs."""
    scope = Scope(leaf.assumptions)
    body = evaluated(to_sympy(leaf.body, scope))
    second = from_sympy(sp.factor_terms(sp.diff(body, scope.symbol(leaf.t.name), 2)))
    derived = judge_claim(Derivative(Derivative(leaf.body, leaf.t), leaf.t), second, leaf.assumptions)
    if derived.status is not Status.PROVED:
        return derived
    sign = at_least(substitute_tree(second, {leaf.t: leaf.affine}), ZERO, leaf.assumptions)
    rule = Rule("second derivative", leaf.body, second)
    return replace(sign, evidence=replace(sign.evidence, rules=(rule, *sign.evidence.rules)))


def _with(part: Any, old: Node, new: Node) -> Any:
    """``part`` with ``new`` wherever ``old`` stands."""
    return new if part == old else rebuild(part, [_with(child, old, new) for child in children(part)])
