"""From an expression to its normal form: definitions, derivatives, sums, then the rational function of kernels."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from lossproof.notation import to_sympy
from lossproof.referee.algebra.ratios import Ratio, TooLarge
from lossproof.referee.facts.facts import Facts
from lossproof.referee.field.normal import Fineness, Normaliser, Refined
from lossproof.referee.field.record import NotProved, Record
from lossproof.referee.field.rules import RULES
from lossproof.referee.prove.case_split import free_atoms
from lossproof.referee.prove.closed_totals import closed
from lossproof.referee.prove.unevaluated import put_in
from lossproof.referee.sums import Recorder, differentiate, normalise_sums
from lossproof.referee.sums.expressions import binds
from lossproof.words.codes import Way


@dataclass(slots=True)
class Search:
    """What all branches of one proof share."""

    record: Record = field(default_factory=Record)
    fineness: Fineness = field(default_factory=Fineness)

    def normaliser(self, facts: Facts) -> Normaliser:
        """A new normaliser under ``facts``."""
        return Normaliser(facts, RULES, self.fineness)


def with_definitions(expr: sp.Expr, facts: Facts, search: Search) -> sp.Expr:
    """Definitions of the assumptions put in, one after the other; sums and integrals without end in closed form."""
    after = expr
    for name, node in facts.assumptions.definitions:
        body = closed(to_sympy(node, facts.scope), facts, search.record)
        after = put_in(after, {facts.scope.symbol(name): body})
    search.record.add("definitions put in", expr, after, facts)
    whole = closed(after, facts, search.record)
    if whole != after:
        search.record.say(Way.TOTALS_IN_CLOSED_FORM())
    return whole


def prepared(expr: sp.Expr, facts: Facts, search: Search) -> sp.Expr:
    """Indices in order, derivatives carried out and sums in normal form."""
    expr = with_indices_in_order(expr, facts, search)
    derived = carried_out(expr, facts, search)
    if _has_open_derivative(derived):
        raise NotProved("a derivative without a rule")
    if derived != expr:
        search.record.say(Way.DERIVATIVES_CARRIED_OUT())
    if not binds(derived) and not _has_two_of_a_row(derived, facts):
        return derived
    search.record.say(Way.SUMS_IN_NORMAL_FORM())
    return _with_normal_sums(derived, facts, search)


def with_indices_in_order(expr: sp.Expr, facts: Facts, search: Search) -> sp.Expr:
    """``x[1 + k]`` and ``x[k + 1]`` as one element: outside of sums, whose normal form sees to the indices in them."""
    scalars = Summands(search)
    elements = (atom for atom in free_atoms(expr) if isinstance(atom, sp.Indexed))
    in_order = {element: element.base[tuple(scalars(i, facts) for i in element.indices)] for element in elements}
    after = put_in(expr, {element: same for element, same in in_order.items() if same != element})
    search.record.add("indices in order", expr, after, facts)
    return after


def _has_two_of_a_row(expr: sp.Expr, facts: Facts) -> bool:
    """Whether two members of one one-hot row over a range stand in ``expr``: t[i]*t[j] = delta(i, j)*t[i]."""
    if not facts.assumptions.groups:
        return False
    members = [e for e in expr.atoms(sp.Indexed) if (group := facts.group(e)) and group.kind == "one-hot"]
    return len({(member.base, *member.indices[:-1]) for member in members}) < len(members)


def _has_open_derivative(expr: sp.Basic) -> bool:
    """A Derivative outside of sums: putting values in would change what is differentiated."""
    if isinstance(expr, sp.Derivative):
        return True
    return not isinstance(expr, sp.Sum | sp.Product) and any(_has_open_derivative(part) for part in expr.args)


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
    found = normal_sums(expr, facts, search, recorder)
    if found.has(sp.Derivative):
        raise NotProved("a derivative without a rule in a sum")
    for application in recorder.applications:
        within = facts
        for r in application.ranges:
            within = within.with_range(r.index, r.low, r.high)
        search.record.add(application.name, application.before, application.after, within)
    search.record.add("sums in normal form", expr, found, facts)
    return found


def normal_sums(expr: sp.Expr, facts: Facts, search: Search, recorder: Recorder | None = None) -> sp.Expr:
    """The normal form of sums and products, begun again with finer kernels as often as it asks for them."""
    while True:
        try:
            return normalise_sums(expr, facts, Summands(search), recorder)
        except Refined:
            facts.work.spend()


@dataclass(frozen=True, slots=True)
class Summands:
    """The scalar normal form as the index algebra calls it on summands and arguments."""

    search: Search

    def __call__(self, expr: sp.Expr, facts: Facts) -> sp.Expr:
        normaliser = self.search.normaliser(facts)
        try:
            found = normaliser.expr(expr)
        except (NotProved, TooLarge, ZeroDivisionError):
            return expr
        record_notes(normaliser, self.search)
        return found


def normalised(expr: sp.Expr, facts: Facts, search: Search) -> tuple[Normaliser, Ratio]:
    """The normal form, begun again with finer kernels as often as it asks for them."""
    while True:
        facts.work.spend()
        normaliser = search.normaliser(facts)
        try:
            return normaliser, normaliser.ratio(expr)
        except Refined:
            continue


def record_notes(normaliser: Normaliser, search: Search) -> None:
    """Put the rules that a normaliser used on record."""
    for note in normaliser.notes:
        search.record.add(note.name, note.before(), note.after.to_expr(), normaliser.facts)
