"""Rule applications as formulas: what is shown, and the claim that is checked in balls by itself.

A rule used in the case z > 0 is checked as

    Piecewise((before, z > 0), (0, True))  ==  Piecewise((after, z > 0), (0, True))

and one used inside a sum over m with m as an index in its range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count

import sympy as sp

from lossproof.errors import CallerError
from lossproof.notation import from_sympy
from lossproof.notation.assumptions import Assumptions, IndexRange
from lossproof.notation.tree import Cases, Comparison, Condition, Junction, Node, Number, Order, Truth
from lossproof.referee.facts.facts import Facts
from lossproof.referee.field.record import Application, Proof
from lossproof.referee.sums.expressions import renamed
from lossproof.referee.verdict import Rule
from lossproof.words.codes import RuleName

_ZERO = Fraction(0)
_LETTERS = "ijklmnrs"
_ORDERS: dict[str, Order] = {">": ">", ">=": ">=", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """``before == after`` under ``assumptions``: what must agree in balls for a rule to count.

    ``bare`` are the two sides without the condition of the case.
    """

    name: RuleName
    before: Node
    after: Node
    assumptions: Assumptions
    bare: tuple[Node, Node]


def spot_checks(proof: Proof) -> tuple[SpotCheck | None, ...]:
    """What must agree in balls for each rule of a proof to count, None where the grammar has no words for it."""
    return tuple(spot_check(application) for application in proof.applications)


def rules_of(checks: Iterable[SpotCheck | None]) -> tuple[Rule, ...]:
    """The rules of a proof as formulas of the grammar; what differs only inside SymPy is left out."""
    rules = (Rule(check.name, *check.bare) for check in checks if check)
    return tuple(rule for rule in rules if rule.before != rule.after)


def spoken(expr: sp.Expr) -> Node | str:
    """``expr`` as a formula of the grammar; as SymPy writes it where the grammar has no words for it."""
    try:
        return from_sympy(expr)
    except (CallerError, ArithmeticError):
        return str(expr).replace("**", "^")


def spot_check(application: Application) -> SpotCheck | None:
    """The application as a claim of its own; None where the grammar has no words for it.

    SymPy puts terms in order by evaluating them, and divides by zero or overflows over numbers such as
    1/(1 - exp(-10^20)).
    """
    try:
        return _spot_check(with_readable_indices(application))
    except (CallerError, ArithmeticError):
        return None


def _spot_check(application: Application) -> SpotCheck:
    before, after = bare = from_sympy(application.before), from_sympy(application.after)
    guard = _guard(application.facts)
    if guard is not None:
        before, after = (Cases(((side, guard), (Number(_ZERO), Truth()))) for side in (before, after))
    return SpotCheck(application.name, before, after, _assumptions(application.facts), bare)


def with_readable_indices(application: Application) -> Application:
    """The application with names of the grammar for the indices that the index algebra numbers ``_1``, ``_2``."""
    facts = application.facts
    said = [application.before, application.after, *facts.ranges, *(inside for inside, _ in facts.conditions)]
    said += [end for ends in facts.ranges.values() for end in ends]
    symbols = {symbol for expr in said for symbol in expr.atoms(sp.Symbol)}
    numbered = sorted((symbol for symbol in symbols if symbol.name.startswith("_")), key=lambda symbol: symbol.name)
    if not numbered:
        return application
    taken = {symbol.name for symbol in symbols} | {*facts.assumptions.scalars, *facts.assumptions.arrays}
    free = (name for name in index_names() if name not in taken)
    names = {symbol: _named_as(next(free), symbol) for symbol in numbered}
    return Application(
        application.name, renamed(application.before, names), renamed(application.after, names), facts.renamed(names)
    )


def _named_as(name: str, symbol: sp.Symbol) -> sp.Symbol:
    """An index, or the real number that an integral runs through."""
    return sp.Symbol(name, integer=True) if symbol.is_integer else sp.Symbol(name, real=True)


def index_names() -> Iterator[str]:
    """Names for indices, the usual letters first."""
    yield from _LETTERS
    yield from (f"{letter}{number}" for number in count(1) for letter in _LETTERS)


def _assumptions(facts: Facts) -> Assumptions:
    ranges = {index.name: IndexRange(from_sympy(low), from_sympy(high)) for index, (low, high) in facts.ranges.items()}
    return replace(facts.assumptions, scalars={**facts.assumptions.scalars, **ranges})


def _guard(facts: Facts) -> Condition | None:
    """The conditions of the case, with what the case fixes put in; None where nothing is left to say."""
    fixed: dict[sp.Expr, sp.Expr] = {}
    for atom, value in reversed(facts.fixed):
        fixed[atom] = value.xreplace(fixed)
    said = [
        (inside.xreplace(fixed), comparison)
        for inside, comparison in facts.conditions
        if comparison != "==" or not any(inside == atom - value for atom, value in facts.fixed)
    ]
    for atom in fixed:
        said += [(inside.xreplace(fixed), ">" if strict else ">=") for inside, strict in facts.constraints(atom)]
    comparisons = tuple(
        Comparison(_ORDERS[comparison], from_sympy(inside), Number(_ZERO))
        for inside, comparison in dict.fromkeys(said)
        if not inside.is_number
    )
    return (comparisons[0] if len(comparisons) == 1 else Junction("and", comparisons)) if comparisons else None
