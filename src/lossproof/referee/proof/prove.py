"""Is an expression zero under the assumptions? From cheap to dear, until one way succeeds.

1. definitions put in, derivatives carried out, sums in normal form;
2. the normal form as a rational function of independent kernels: zero if its numerator is;
3. sums over the same range joined, and their summand proved zero for an index in the range;
4. probabilities that sum to one; cases of signs, of finite sets, of one-hot vectors, each proved by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from lossproof.notation import Scope, to_sympy
from lossproof.notation.assumptions import Assumptions
from lossproof.referee.algebra.ratios import Ratio, TooLarge
from lossproof.referee.facts import Facts
from lossproof.referee.indices import Recorder, differentiate, normalise_sums
from lossproof.referee.indices.expressions import binds
from lossproof.referee.proof import elementary, special, switches  # noqa: F401
from lossproof.referee.proof.cases import Case, split_cases, value_cases, without_last_probability
from lossproof.referee.proof.deadline import Deadline, OutOfTime
from lossproof.referee.proof.normal import Fineness, Normaliser, Refined
from lossproof.referee.proof.record import NotProved, Proof, Record, Undefined
from lossproof.referee.proof.sums import joined_summands
from lossproof.referee.proof.vanish import vanishes

_SECONDS = 6.0
_DEEPEST = 8


@dataclass(slots=True)
class Search:
    """What all branches of one proof share."""

    deadline: Deadline
    record: Record = field(default_factory=Record)
    fineness: Fineness = field(default_factory=Fineness)


def prove_zero(difference: sp.Expr, assumptions: Assumptions, scope: Scope, seconds: float = _SECONDS) -> Proof | None:
    """A proof that ``difference = 0`` wherever the assumptions hold and it is defined, or None."""
    search = Search(Deadline.after(seconds))
    facts = Facts(assumptions, scope)
    try:
        expr = with_definitions(difference, assumptions, scope, search, facts)
        expr = prepared(expr, facts, search)
        return search.record.proof() if is_zero(expr, facts, search) else None
    except (NotProved, OutOfTime, TooLarge, ZeroDivisionError):
        return None


def with_definitions(expr: sp.Expr, assumptions: Assumptions, scope: Scope, search: Search, facts: Facts) -> sp.Expr:
    """Definitions of the assumptions put in, the later ones in terms of the earlier."""
    known: dict[sp.Symbol, sp.Expr] = {}
    for name, node in assumptions.definitions:
        known[scope.symbol(name)] = to_sympy(node, scope).xreplace(known)
    after = expr.xreplace(known)
    search.record.add("definitions put in", expr, after, facts)
    return after


def prepared(expr: sp.Expr, facts: Facts, search: Search) -> sp.Expr:
    """Derivatives carried out and sums in normal form."""
    derived = carried_out(expr, facts, search)
    if derived != expr:
        search.record.say("derivatives carried out")
    if not binds(derived):
        return derived
    search.record.say("sums in normal form")
    while True:
        try:
            return _with_normal_sums(derived, facts, search)
        except Refined:
            search.deadline.check()


def carried_out(expr: sp.Expr, facts: Facts, search: Search) -> sp.Expr:
    """Every derivative that is not inside a sum or a product, from the inside out."""
    if not expr.has(sp.Derivative) or isinstance(expr, sp.Sum | sp.Product):
        return expr
    if not isinstance(expr, sp.Derivative):
        return expr.func(*(carried_out(argument, facts, search) for argument in expr.args))
    body = carried_out(expr.expr, facts, search)
    for variable, times in expr.variable_count:
        for _ in range(int(times)):
            before, body = sp.Derivative(body, variable), differentiate(body, variable, facts)
            search.record.add("derivative", before, body, facts)
    return body


def _with_normal_sums(expr: sp.Expr, facts: Facts, search: Search) -> sp.Expr:
    recorder = Recorder()
    normalisers: list[Normaliser] = []

    def normalise(part: sp.Expr, within: Facts) -> sp.Expr:
        normaliser = Normaliser(within, search.fineness, search.deadline)
        try:
            found = normaliser.expr(part)
        except (NotProved, TooLarge, ZeroDivisionError):
            return part
        normalisers.append(normaliser)
        return found

    found = normalise_sums(expr, facts, normalise, recorder)
    for normaliser in normalisers:
        _record_notes(normaliser, search)
    for application in recorder.applications:
        within = facts
        for r in application.ranges:
            within = within.with_range(r.index, r.low, r.high)
        search.record.add(application.name, application.before, application.after, within)
    return found


def is_zero(expr: sp.Expr, facts: Facts, search: Search, depth: int = 0) -> bool:
    """Is ``expr`` zero under ``facts``? Rules that were used go on record when the answer is yes."""
    search.deadline.check()
    if depth > _DEEPEST:
        return False
    try:
        normaliser, value = normalised(expr, facts, search)
    except Undefined:
        return True  # outside the domain: nothing is claimed here
    if vanishes(value):
        return _recorded(normaliser, expr, facts, search)
    return _by_summands(value, facts, search, depth) or _by_cases(normaliser, expr, facts, search, depth)


def normalised(expr: sp.Expr, facts: Facts, search: Search) -> tuple[Normaliser, Ratio]:
    """The normal form, begun again with finer kernels as often as it asks for them."""
    while True:
        search.deadline.check()
        normaliser = Normaliser(facts, search.fineness, search.deadline)
        try:
            return normaliser, normaliser.ratio(expr)
        except Refined:
            continue


def _record_notes(normaliser: Normaliser, search: Search) -> None:
    for note in normaliser.notes:
        search.record.add(note.name, note.before(), note.after.to_expr(), normaliser.facts)


def _recorded(normaliser: Normaliser, expr: sp.Expr, facts: Facts, search: Search) -> bool:
    _record_notes(normaliser, search)
    search.record.add("rational identity", expr, sp.S.Zero, facts)
    kinds = {kernel.kind for kernel in normaliser.table.kernels}
    search.record.say("rational identity" + (" in exponentials" if "exp" in kinds else ""))
    return True


def _by_summands(value: Ratio, facts: Facts, search: Search, depth: int) -> bool:
    joined = joined_summands(value)
    if not joined:
        return False
    if all(is_zero(part.summand, part.facts(facts), search, depth + 1) for part in joined):
        search.record.say("summand by summand")
        return True
    return False


def _by_cases(normaliser: Normaliser, expr: sp.Expr, facts: Facts, search: Search, depth: int) -> bool:
    eliminated = without_last_probability(expr, facts)
    if eliminated != expr:
        return is_zero(eliminated, facts, search, depth + 1)
    cases = _next_cases(normaliser, expr, facts)
    if not cases:
        return False
    for case in cases:
        if not is_zero(case.expr, case.facts, search, depth + 1):
            return False
    search.record.say("cases " + ", ".join(case.label for case in cases))
    return True


def _next_cases(normaliser: Normaliser, expr: sp.Expr, facts: Facts) -> list[Case]:
    for split in normaliser.splits:
        return split_cases(split, expr, facts)
    return value_cases(expr, facts)
