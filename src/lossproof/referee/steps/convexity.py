"""Why a function has one valley: along every line it curves up.

    d^2/ds^2 f(w + s*v) = c(w + s*v)       c is the curvature of f in the direction v; that c >= 0 is asked beside it
    (f(a) + f(b))/2 >= f((a + b)/2)        where f has kinks: no chord lies below it; by its parts, or as a whole

Both are ordinary questions, to `judge_claim` and to `at_least`. Chords are tried in any case: where the domain of f
falls into pieces, curvature says nothing of what lies between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product

from lossproof.functions.table import FUNCTIONS
from lossproof.notation import Scope, complete_assumptions, data_names, free_names, substitute_tree, to_sympy, walk
from lossproof.notation.assumptions import REAL, Assumptions, Domain, Interval
from lossproof.notation.traverse import fresh_name
from lossproof.notation.tree import Binary, Call, Cases, Derivative, Indexed, Indicator, Name, Node, Number
from lossproof.referee.balls import Given, agree_or_refute
from lossproof.referee.facts.facts import Facts
from lossproof.referee.judge import attempted, combined, judge_claim
from lossproof.referee.prove import Proof
from lossproof.referee.steps.convex_parts import is_convex_by_parts
from lossproof.referee.steps.relations import at_least
from lossproof.referee.verdict import Status, Verdict
from lossproof.words.codes import Way

ONE, TWO = Number(Fraction(1)), Number(Fraction(2))
MOST_DIRECTIONS = 24
STRENGTH = (Status.PROVED, Status.CORROBORATED, Status.UNDECIDED, Status.REFUTED)
Variable = Name | Indexed
Point = Callable[[Variable, str], Node]
"""A variable and the name of its companion (the other end of a chord, a direction) to what is put in for it."""


def convex(
    node: Node, curvature: Node, variables: frozenset[str], assumptions: Assumptions, given: Sequence[Given] = ()
) -> Verdict:
    """``node`` is a convex function of ``variables`` together, and ``curvature`` is what it bends by along a line."""
    varying = _variables(node, variables)
    if (cut := next((each for each in varying if not _is_one_piece(each, assumptions)), None)) is not None:
        return Verdict(Status.UNDECIDED, (Way.NO_LINES(name=cut.name),))
    chord = _chord(node, varying, assumptions, given)
    found = agree_or_refute(chord.above, chord.below, chord.assumptions, comparison=">=", given=chord.given)
    if found.witness is not None:
        return Verdict(Status.REFUTED, (Way.CHORD_BELOW(),), witness=found.witness)
    if found.out_of_domain is not None:
        return Verdict(Status.UNDECIDED, (found.out_of_domain,))
    if has_kinks(node, assumptions):
        if is_convex_by_parts(node, variables, assumptions):
            by_parts = attempted(lambda: Proof((), (Way.CONVEX_PARTS(),)))
            return combined(found, by_parts, chord.assumptions)
        return at_least(chord.above, chord.below, chord.assumptions, given=chord.given)
    return _along_lines(node, curvature, varying, assumptions, given)


def _variables(node: Node, names: frozenset[str]) -> tuple[Variable, ...]:
    """Each quantity of ``node`` that varies, once: the scalar, or the data with letters of its own as indices."""
    met = (part for part in walk(node) if isinstance(part, Name | Indexed) and part.name in names)
    return tuple(_quantity(name, arity) for name, arity in dict.fromkeys((part.name, _arity(part)) for part in met))


def _quantity(name: str, arity: int) -> Variable:
    return Indexed(name, tuple(Name(f"place{i}") for i in range(arity))) if arity else Name(name)


def _domain(variable: Variable, assumptions: Assumptions) -> Domain:
    return assumptions.array(variable.name) if isinstance(variable, Indexed) else assumptions.scalar(variable.name)


def _is_one_piece(variable: Variable, assumptions: Assumptions) -> bool:
    """Whether the values of ``variable`` are an interval, so that a line between two of them stays inside."""
    domain = _domain(variable, assumptions)
    grouped = any(variable.name in group.members and group.kind == "one-hot" for group in assumptions.groups)
    sides = [side for tie in assumptions.ties for side in (tie.left, tie.right)]
    tied = any(variable.name in free_names(side) | data_names(side) for side in sides)
    return isinstance(domain, Interval) and not (domain.integer or domain.excluded or grouped or tied)


@dataclass(frozen=True, slots=True)
class _Chord:
    """The middle of a chord, the function below it, and what holds at both ends."""

    above: Node
    below: Node
    assumptions: Assumptions
    given: tuple[Given, ...]


def _chord(node: Node, varying: Sequence[Variable], assumptions: Assumptions, given: Sequence[Given]) -> _Chord:
    taken = free_names(node) | data_names(node)
    second = {each.name: fresh_name(f"{each.name}_b", taken) for each in varying}
    other = _moving(varying, lambda here, there: _called(here, there), second)
    middle = _moving(varying, lambda here, there: Binary("/", Binary("+", here, _called(here, there)), TWO), second)
    scalars = {second[name]: domain for name, domain in assumptions.scalars.items() if name in second}
    arrays = {second[name]: domain for name, domain in assumptions.arrays.items() if name in second}
    doubled = replace(assumptions, scalars={**assumptions.scalars, **scalars}, arrays={**assumptions.arrays, **arrays})
    return _Chord(
        Binary("/", Binary("+", node, other(node)), TWO),
        middle(node),
        doubled,
        (*given, *(replace(each, body=other(each.body)) for each in given)),
    )


def _moving(varying: Sequence[Variable], point: Point, companions: dict[str, str]) -> Callable[[Node], Node]:
    """What puts ``point`` of it and of its companion in the place of every variable."""
    table: dict[Name | Indexed | str, Node] = {each: point(each, companions[each.name]) for each in varying}
    return lambda node: substitute_tree(node, table)


def _called(variable: Variable, name: str) -> Variable:
    return replace(variable, name=name)


def has_kinks(node: Node, assumptions: Assumptions) -> bool:
    """May ``node`` be defined at a point at which it has no second derivative?"""
    assumptions = complete_assumptions(assumptions, node)
    facts = Facts(assumptions, Scope(assumptions))
    return any(_may_break(part, facts) for part in walk(node))


def _may_break(part: object, facts: Facts) -> bool:
    match part:
        case Cases() | Indicator():
            return True
        case Call("sqrt", (base,)):
            return not _is_positive(base, facts)
        case Call(function):
            return not FUNCTIONS[function].smooth
        case Binary("^", base, exponent):
            whole = isinstance(exponent, Number) and exponent.value.denominator == 1
            return not whole and not _is_positive(base, facts)
    return False


def _is_positive(base: Node, facts: Facts) -> bool:
    return facts.is_positive(to_sympy(base, facts.scope)) is True


def _along_lines(
    node: Node, curvature: Node, varying: Sequence[Variable], assumptions: Assumptions, given: Sequence[Given]
) -> Verdict:
    """Is ``curvature`` the second derivative of ``node`` in some direction that it names?"""
    verdicts = []
    for directions in islice(_directions(node, curvature, varying, assumptions), MOST_DIRECTIONS):
        verdicts.append(_along(directions, node, curvature, varying, assumptions, given))
        if verdicts[-1].status is Status.PROVED:
            break
    return min(verdicts, key=lambda verdict: STRENGTH.index(verdict.status))


def _directions(
    node: Node, curvature: Node, varying: Sequence[Variable], assumptions: Assumptions
) -> Iterator[dict[str, str | None]]:
    """For each variable a name that only ``curvature`` has, or a new one; None for 1, where one scalar varies alone.

    A direction is any real number: a name that a clause holds back does not speak for all of them.
    """
    own = {(part.name, _arity(part)) for part in walk(node) if isinstance(part, Name | Indexed)}
    free = free_names(curvature) | data_names(curvature)
    taken = free_names(node) | data_names(node) | free
    met = dict.fromkeys((part.name, _arity(part)) for part in walk(curvature) if isinstance(part, Name | Indexed))
    used = [each for each in met if each not in own]
    choices: list[list[str | None]] = []
    for each in varying:
        named: list[str | None] = [
            name
            for name, arity in used
            if arity == _arity(each) and name in free and _is_any_number(_called(each, name), assumptions)
        ]
        alone = [None] if varying == (each,) and isinstance(each, Name) else []
        choices.append([*named, *alone, fresh_name(f"{each.name}_v", taken)])
    for chosen in product(*choices):
        if len(set(chosen)) == len(chosen):
            yield {each.name: name for each, name in zip(varying, chosen, strict=True)}


def _is_any_number(variable: Variable, assumptions: Assumptions) -> bool:
    grouped = any(variable.name in group.members for group in assumptions.groups)
    return _domain(variable, assumptions) == REAL and not grouped


def _arity(variable: Variable) -> int:
    return len(variable.indices) if isinstance(variable, Indexed) else 0


def _along(
    directions: dict[str, str | None],
    node: Node,
    curvature: Node,
    varying: Sequence[Variable],
    assumptions: Assumptions,
    given: Sequence[Given],
) -> Verdict:
    """d^2/ds^2 node(w + s*v) = curvature(w + s*v), where w + s*v satisfies the clauses on w."""
    names = [node, curvature, *(each.body for each in given)]
    taken = frozenset().union(
        *(free_names(each) | data_names(each) for each in names), filter(None, directions.values())
    )
    step = Name(fresh_name("s", taken | assumptions.scalars.keys()))
    table: dict[Name | Indexed | str, Node] = {}
    for each in varying:
        name = directions[each.name]
        table[each] = Binary("+", each, step if name is None else Binary("*", step, _called(each, name)))
    inside = [replace(each, body=substitute_tree(each.body, table)) for each in given]
    inside += [
        Given(table[each], tuple(f"place{i}" for i in range(_arity(each))), domain)
        for each in varying
        if (domain := _domain(each, assumptions)) != REAL
    ]
    bent = Derivative(Derivative(substitute_tree(node, table), step), step)
    return judge_claim(bent, substitute_tree(curvature, table), assumptions, inside)
