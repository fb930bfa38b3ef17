"""What has to hold for a step to stand, as plain data.

claim = result                        the author's formula against what the script derives
before -> claim                       the relation to the step that it looks back at
left = line = ... = claim             a chain, and a left side that is a formula: diff(ce, u) = ... = yp - yt
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import partial, reduce
from itertools import pairwise

import sympy as sp

from lossproof.derivation import Relation, Step
from lossproof.derivation.graph import is_new
from lossproof.derivation.step import UNCHECKED, Origin
from lossproof.derivation.unfolding import Quantity, differentiated, quantities, quantity, unfold
from lossproof.notation import Scope, from_sympy, substitute_tree, to_sympy
from lossproof.notation.assumptions import REAL, Assumptions, Domain, FiniteSet, IndexRange
from lossproof.notation.evaluated import evaluated
from lossproof.notation.tree import Binary, Call, Comparison, Constant, Derivative, Indexed, Name, Node, Number
from lossproof.referee.balls import Given
from lossproof.words.codes import Duty, Said, StepName

ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))


class Kind(StrEnum):
    """What an obligation asks; each is a question to the referee."""

    EQUAL = "equal"
    SAME_OPTIMUM = "same optimum"
    AT_LEAST = "at least"
    MORE_THAN = "more than"
    CONVEX = "convex"
    ONE_WAY = "one way"


@dataclass(frozen=True, slots=True)
class Obligation:
    """One question: does ``kind`` hold between the two formulas? ``varying`` says in what an optimum is sought.

    ``given`` are the clauses on names that have been replaced by what they stand for.
    """

    label: Said
    kind: Kind
    lhs: Node
    rhs: Node
    assumptions: Assumptions
    varying: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()


def obligations(step: Step, before: Step | None) -> tuple[Obligation, ...]:
    """Every obligation of ``step``, with the names that are in force replaced by what they stand for.

    What is only stated has one where its function computes it too: both have to say the same.
    """
    found = _claim_is_result(step)
    if step.relation not in UNCHECKED:
        found += _lines(step) + _relation(step, before)
    unfolded = (_unfolded(each, step, before) for each in found)
    return tuple({(each.kind, each.lhs, each.rhs): each for each in unfolded}.values())


def compared(step: Step) -> Node | None:
    """The formula of the claim that has to be what the script derives; None where nothing is claimed."""
    return step.claim if step.operator == "=" else step.left


def stays(step: Step, before: Step | None = None) -> frozenset[Quantity]:
    """What a derivative in ``step`` is taken by: it is not replaced by what it stands for."""
    trees = [step.left, step.claim, step.result_tree, before.formula if before else None]
    variables = [differentiated(tree) for tree in trees if tree is not None]
    own = [frozenset({quantity(step.variable)})] if step.variable else []
    return frozenset().union(*variables, *own)


def _claim_is_result(step: Step) -> list[Obligation]:
    target = compared(step)
    if target is None or step.origin is Origin.STATED:
        return []
    if step.relation is Relation.FOR_EVERY:
        return [_one_more(step, target)]
    return [Obligation(Duty.CLAIM_IS_RESULT(), Kind.EQUAL, target, step.result_tree, step.assumptions)]


def _one_more(step: Step, claim: Node) -> Obligation:
    """What the script derives from the claim for M is the claim for M + 1."""
    size = Name(step.values[0][0])
    more = substitute_tree(claim, {size: Binary("+", size, ONE)})
    return Obligation(Duty.ONE_MORE(variable=size), Kind.EQUAL, more, step.result_tree, step.assumptions)


def _lines(step: Step) -> list[Obligation]:
    """The left side, where it is a formula, and each line of a chain equal the next line, down to the claim."""
    if step.claim is None or step.operator != "=":
        return []
    lines = step.chain[1:] if is_new(step) else step.chain
    label = Duty.NEXT_LINE if step.between else Duty.LEFT_IS_CLAIM
    return [
        Obligation(label(**({"number": number} if step.between else {})), Kind.EQUAL, *pair, step.assumptions)
        for number, pair in enumerate(pairwise(lines), len(step.chain) - len(lines) + 1)
    ]


def _relation(step: Step, before: Step | None) -> list[Obligation]:
    """What the relation asks; a line that looks back at nothing may still be an inequality."""
    if before is None and step.relation is not Relation.AT_LEAST:
        return []
    return RELATIONS[step.relation](step, before.formula if before else step.formula)


def _of(step: Step) -> StepName:
    return StepName(step.of or step.name)


def _equal(step: Step, before: Node) -> list[Obligation]:
    return [Obligation(Duty.EQUAL_TO(of=_of(step)), Kind.EQUAL, before, step.formula, step.assumptions)]


def _same_optimum(step: Step, before: Node) -> list[Obligation]:
    varying = tuple(sorted(step.varying))
    label = Duty.SAME_OPTIMUM(of=_of(step))
    return [Obligation(label, Kind.SAME_OPTIMUM, before, step.formula, step.assumptions, varying)]


def _derivative(step: Step, before: Node) -> list[Obligation]:
    if step.variable is None:
        return []
    slope = Derivative(before, step.variable)
    return [Obligation(Duty.DERIVATIVE_OF(of=_of(step)), Kind.EQUAL, slope, step.formula, step.assumptions)]


def _at_least(step: Step, before: Node) -> list[Obligation]:
    if (sides := _more_and_less(step)) is None:
        return []
    kind = Kind.AT_LEAST if step.operator.endswith("=") else Kind.MORE_THAN
    return [Obligation(Duty.INEQUALITY(), kind, *sides, step.assumptions)]


def _more_and_less(step: Step) -> tuple[Node, Node] | None:
    if step.left is None or step.claim is None:
        return None
    return (step.left, step.claim) if step.operator.startswith(">") else (step.claim, step.left)


def _convex(step: Step, before: Node) -> list[Obligation]:
    if (sides := _more_and_less(step)) is None:
        return []
    varying = tuple(sorted(step.varying))
    label = Duty.CONVEX(of=_of(step), varying=varying)
    return [*_at_least(step, before), Obligation(label, Kind.CONVEX, before, sides[0], step.assumptions, varying)]


def _special(step: Step, before: Node) -> list[Obligation]:
    """The line above with the values put in: "M = 5" where it speaks of M."""
    values: dict[Name | Indexed | str, Node] = {Name(name): value for name, value in step.values}
    shown = tuple(Comparison("==", Name(name), value) for name, value in step.values)
    whole = substitute_tree(
        unfold(before, step.definitions, frozenset((name, False) for name, _ in step.values)), values
    )
    asked = [each for name, value in step.values for each in _inside(step, Name(name), value)]
    inside = [
        replace(each, lhs=substitute_tree(each.lhs, values), rhs=substitute_tree(each.rhs, values)) for each in asked
    ]
    label = Duty.SPECIAL_CASE(of=_of(step), values=shown)
    return [*inside, Obligation(label, Kind.EQUAL, whole, step.formula, step.assumptions)]


def _for_every(step: Step, before: Node) -> list[Obligation]:
    """The claim with the smallest size in it is the line above."""
    values: dict[Name | Indexed | str, Node] = {Name(name): value for name, value in step.values}
    shown = tuple(Comparison("==", Name(name), value) for name, value in step.values)
    label = Duty.START(of=_of(step), values=shown)
    return [Obligation(label, Kind.EQUAL, substitute_tree(step.formula, values), before, step.assumptions)]


def _zero(step: Step, before: Node) -> list[Obligation]:
    """The line above is 0 where its variable is the claim."""
    variable, whole = _in_variable(step, before)
    there = substitute_tree(whole, {variable: step.formula})
    label = Duty.ZERO_THERE(of=_of(step), variable=variable)
    zero = Obligation(label, Kind.EQUAL, there, ZERO, step.assumptions)
    return [*_inside(step, variable, step.formula), zero]


def _optimum(step: Step, before: Node) -> list[Obligation]:
    """Its slope is 0 at the claim, and it bends the same way everywhere: the claim is the one best place."""
    variable, whole = _in_variable(step, before)
    slope = _differentiated(whole, variable, step.assumptions)
    curvature = _differentiated(slope, variable, step.assumptions)
    there = substitute_tree(slope, {variable: step.formula})
    questions = (
        (Duty.SLOPE_OF, Kind.EQUAL, Derivative(whole, variable), slope),
        (Duty.SLOPE_THERE, Kind.EQUAL, there, ZERO),
        (Duty.CURVATURE_OF, Kind.EQUAL, Derivative(slope, variable), curvature),
        (Duty.BENDS_ONE_WAY, Kind.ONE_WAY, curvature, ZERO),
    )
    asked = [
        Obligation(duty(of=_of(step), variable=variable), kind, lhs, rhs, step.assumptions)
        for duty, kind, lhs, rhs in questions
    ]
    return [*_inside(step, variable, step.formula), *asked]


def _inside(step: Step, variable: Name | Indexed, value: Node) -> list[Obligation]:
    """The value lies where the clauses say that the quantity does: a place outside of them is none."""
    indexed = isinstance(variable, Indexed)
    domain = step.assumptions.array(variable.name) if indexed else step.assumptions.scalar(variable.name)
    label = Duty.VALUE_INSIDE(variable=variable)
    return [Obligation(label, kind, lhs, rhs, step.assumptions) for kind, lhs, rhs in _clauses_on(value, domain)]


def _clauses_on(value: Node, domain: Domain) -> Iterator[tuple[Kind, Node, Node]]:
    """What the clauses of a domain ask of a value, as questions."""
    if isinstance(domain, FiniteSet):
        product = reduce(partial(Binary, "*"), (Binary("-", value, Number(each)) for each in domain.values))
        yield Kind.EQUAL, product, ZERO
        return
    if domain.low is not None:
        yield (Kind.MORE_THAN if getattr(domain, "low_open", False) else Kind.AT_LEAST), value, domain.low
    if domain.high is not None:
        yield (Kind.MORE_THAN if getattr(domain, "high_open", False) else Kind.AT_LEAST), domain.high, value
    if isinstance(domain, IndexRange) or domain.integer:
        yield Kind.EQUAL, Call("sin", (Binary("*", Constant("pi"), value),)), ZERO
    for each in getattr(domain, "excluded", ()):
        yield Kind.MORE_THAN, Binary("^", Binary("-", value, each), Number(Fraction(2))), ZERO


def _in_variable(step: Step, before: Node) -> tuple[Name | Indexed, Node]:
    """What the claim is a value of, and the line above with everything else that has a name written out."""
    assert step.variable is not None
    return step.variable, unfold(before, step.definitions, frozenset({quantity(step.variable)}))


def _differentiated(node: Node, variable: Name | Indexed, assumptions: Assumptions) -> Node:
    """The derivative as SymPy takes it; that it is one is asked beside it."""
    scope = Scope(assumptions)
    by = to_sympy(variable, scope)
    return from_sympy(sp.diff(evaluated(to_sympy(node, scope)), by))


RELATIONS: dict[Relation, Callable[[Step, Node], list[Obligation]]] = {
    Relation.DERIVED: _equal,
    Relation.EQUAL: _equal,
    Relation.EQUAL_ON: _equal,
    Relation.SAME_OPTIMUM: _same_optimum,
    Relation.DERIVATIVE: _derivative,
    Relation.AT_LEAST: _at_least,
    Relation.CONVEX: _convex,
    Relation.SPECIAL: _special,
    Relation.ZERO: _zero,
    Relation.OPTIMUM: _optimum,
    Relation.FOR_EVERY: _for_every,
}


def _unfolded(obligation: Obligation, step: Step, before: Step | None) -> Obligation:
    keep = stays(step, before)
    lhs, rhs = (unfold(tree, step.definitions, keep) for tree in (obligation.lhs, obligation.rhs))
    given = tuple(_given((obligation.lhs, obligation.rhs), step, keep))
    return replace(obligation, lhs=lhs, rhs=rhs, given=given)


def _given(sides: tuple[Node, ...], step: Step, keep: frozenset[Quantity]) -> Iterator[Given]:
    """The clauses on the names in ``sides``, and in what these stand for, that are replaced by a formula."""
    replaced = {quantity(each.symbol): each for each in step.definitions if quantity(each.symbol) not in keep}
    used, waiting = set[Quantity](), list(sides)
    while waiting:
        new = (quantities(waiting.pop()) & replaced.keys()) - used
        used |= new
        waiting += [replaced[name].body for name in new]
    for name, count in sorted(used):
        definition = replaced[name, count]
        domain = step.assumptions.array(name) if count else step.assumptions.scalar(name)
        indices = definition.symbol.indices if isinstance(definition.symbol, Indexed) else ()
        letters = tuple(index.name for index in indices if isinstance(index, Name))
        if domain != REAL and len(letters) == len(indices):
            yield Given(unfold(definition.body, step.definitions, keep), letters, domain)
