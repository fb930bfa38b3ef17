"""Is an expression zero under the assumptions? From cheap to dear, until one way succeeds.

1. definitions put in, derivatives carried out, sums in normal form;
2. the normal form as a rational function of independent kernels: zero if its numerator is;
3. sums over the same range joined, and their summand proved zero for an index in the range;
4. probabilities that sum to one; cases of signs, of finite sets, of one-hot vectors, each proved by itself;
5. a smooth function with derivative zero everywhere and value zero somewhere;
6. induction on the end of a range;
7. all of this once more with the facts that the expression needs in order to be defined;
8. and again without the points at which a derivative in the claim meets a kink, or with one side of each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import sympy as sp

from lossproof.notation import Scope
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.functions import KINKED, lognormcdf, normcdf
from lossproof.referee.algebra.ratios import Ratio, TooLarge
from lossproof.referee.facts.facts import Facts, Kinks
from lossproof.referee.facts.work import OutOfWork
from lossproof.referee.field.normal import Normaliser, Refined
from lossproof.referee.field.record import NotProved, Proof, Undefined
from lossproof.referee.field.vanish import vanishes
from lossproof.referee.prove.case_split import (
    Case,
    Cases,
    class_case,
    depends_on_values,
    split_cases,
    value_cases,
    with_equations,
    without_last_probability,
)
from lossproof.referee.prove.domain import with_domain
from lossproof.referee.prove.induction import inductions
from lossproof.referee.prove.rule_text import spoken
from lossproof.referee.prove.search import Search, normalised, prepared, record_notes, with_definitions
from lossproof.referee.prove.smoothness import starting_points, variables_of_smooth
from lossproof.referee.prove.summands import Joined, absorbed, joined_summands, symmetric
from lossproof.referee.prove.unevaluated import put_in
from lossproof.referee.sums.expressions import binds
from lossproof.words.codes import Said, Way

ALLOWED = 60_000
# Of several ways to read a kink each may first cost a share of what is allowed: one that fails may take long. Those
# that take one side of every switch find the slopes of large formulas, and soon.
_SHARES = ((60, (0, 1, 2, 3)), (6, (2, 3, 0, 1)), (1, (2, 3, 0, 1)))
_DEEPEST = 8
_WITH_SIMPLER_DERIVATIVE = (sp.atan, sp.erf, sp.erfc, normcdf, lognormcdf)
# SymPy's constructors raise the last five on numbers that they cannot compare and on formulas too deep for them.
_OF_SYMPY = (ValueError, TypeError, NotImplementedError, OverflowError, RecursionError)
NO_PROOF = (NotProved, TooLarge, ZeroDivisionError, *_OF_SYMPY)


def prove_zero(difference: sp.Expr, assumptions: Assumptions, scope: Scope, allowed: int = ALLOWED) -> Proof | None:
    """A proof that ``difference = 0`` wherever the assumptions hold and it is defined, or None.

    Raises OutOfWork where the search was not over when what is ``allowed`` was used up.
    """
    facts = Facts(assumptions, scope)
    if not _may_meet_kinks(difference):
        return _proof(difference, facts.with_work(allowed))
    every, failed = tuple(Kinks), set[Kinks]()
    for share, order in _SHARES:
        for kinks in (every[place] for place in order if every[place] not in failed):
            try:
                if proof := _proof(difference, replace(facts, kinks=kinks).with_work(allowed // share)):
                    return proof
                failed.add(kinks)
            except OutOfWork:
                continue
    if len(failed) < len(every):
        raise OutOfWork
    return None


def _proof(difference: sp.Expr, facts: Facts) -> Proof | None:
    search = Search()
    if facts.kinks is not Kinks.MEAN:
        search.record.say(Way.WHERE_DEFINED() if facts.kinks is Kinks.LEFT_OUT else Way.NOTHING_SWITCHES())
    try:
        expr = with_definitions(difference, facts, search)
        return search.record.proof() if is_zero(expr, facts, search) else None
    except NO_PROOF:
        return None


def _may_meet_kinks(expr: sp.Expr) -> bool:
    return any(derivative.has(sp.Abs, sp.Max, sp.Min, *KINKED) for derivative in expr.atoms(sp.Derivative))


def is_zero(expr: sp.Expr, facts: Facts, search: Search, depth: int = 0) -> bool:
    """Is ``expr`` zero under ``facts``? What was used is on record when the answer is yes."""
    facts.work.spend()
    if depth > _DEEPEST:
        return False
    whole = expr
    try:
        expr = prepared(expr, facts, search)
        normaliser, value, is_nothing = _vanishing(expr, facts, search)
    except Undefined:
        return depth > 0  # a case outside the domain: nothing is claimed there
    except TooLarge:
        return _all_cases(value_cases(expr, facts), expr, search, depth)
    if is_nothing:
        return _recorded(normaliser, expr, facts, search)
    return (
        _by_summands(value, facts, search, depth)
        or _by_cases(normaliser, expr, facts, search, depth)
        or _by_derivative(expr, facts, search, depth)
        or _by_induction(expr, facts, search, depth)
        or _by_domain(expr, whole, facts, search, depth)
    )


def _vanishing(expr: sp.Expr, facts: Facts, search: Search) -> tuple[Normaliser, Ratio, bool]:
    """The normal form and whether it vanishes; begun again where telling so asks for finer kernels."""
    while True:
        normaliser, value = normalised(expr, facts, search)
        try:
            return normaliser, value, vanishes(normaliser, value)
        except Refined:
            facts.work.spend()
        except (NotProved, TooLarge, ZeroDivisionError):
            return normaliser, value, False


def _recorded(normaliser: Normaliser, expr: sp.Expr, facts: Facts, search: Search) -> bool:
    record_notes(normaliser, search)
    search.record.add("rational identity", expr, sp.S.Zero, facts)
    search.record.say(_in_kernels(normaliser))
    return True


def _in_kernels(normaliser: Normaliser, most: int = 2, width: int = 24) -> Said:
    """An identity in the functions that were taken as unknowns, as far as they are short to say."""
    functions = [kernel.expr for kernel in normaliser.table.kernels if kernel.kind != "atom"]
    short = [expr for expr in functions if len(text := str(expr)) <= width and "_" not in text]
    if not short:
        return Way.RATIONAL_IDENTITY()
    way = Way.RATIONAL_IDENTITY_IN_MANY if len(functions) > most else Way.RATIONAL_IDENTITY_IN
    return way(kernels=tuple(map(spoken, short[:most])))


def _by_summands(value: Ratio, facts: Facts, search: Search, depth: int) -> bool:
    joined = joined_summands(value, facts)
    if not joined:
        return False
    whole = absorbed(joined, facts)
    for parts in _unique((joined, whole, symmetric(whole))):
        if all(is_zero(part.summand, part.facts(facts), search, depth + 1) for part in parts):
            search.record.say(Way.SUMMAND_BY_SUMMAND())
            return True
    return False


def _unique(ways: Iterable[list[Joined]]) -> list[list[Joined]]:
    found: list[list[Joined]] = []
    for way in ways:
        if way not in found:
            found.append(way)
    return found


def _by_cases(normaliser: Normaliser, expr: sp.Expr, facts: Facts, search: Search, depth: int) -> bool:
    equated = with_equations(expr, facts)
    if equated != expr:
        search.record.add("equations put in", expr, equated, facts)
        search.record.say(Way.EQUATIONS_PUT_IN())
        return is_zero(equated, facts, search, depth + 1)
    eliminated = without_last_probability(expr, facts)
    if eliminated != expr:
        search.record.add("probabilities sum to one", expr, eliminated, facts)
        search.record.say(Way.PROBABILITIES_SUM_TO_ONE())
        return is_zero(eliminated, facts, search, depth + 1)
    return _all_cases(_next_cases(normaliser, expr, facts), expr, search, depth)


def _all_cases(cases: Cases, expr: sp.Expr, search: Search, depth: int) -> bool:
    if not cases.parts or not all(_case_is_zero(part, expr, search, depth + 1) for part in cases.parts):
        return False
    search.record.say(cases.said, first=True)
    return True


def _case_is_zero(case: Case, whole: sp.Expr, search: Search, depth: int) -> bool:
    if case.said is not None:
        search.record.add("case", whole, case.expr, case.said)
    return is_zero(case.expr, case.facts, search, depth)


def _next_cases(normaliser: Normaliser, expr: sp.Expr, facts: Facts) -> Cases:
    """Finite sets before signs that depend on them, signs before finite sets that stand elsewhere."""
    split = next(iter(normaliser.splits), None)
    found = value_cases(expr, facts)
    if split and not (found.parts and any(depends_on_values(inside, facts) for inside, _ in split)):
        return split_cases(split, expr, facts)
    return found if found.parts else class_case(expr, facts)


def _by_derivative(expr: sp.Expr, facts: Facts, search: Search, depth: int) -> bool:
    """f' = 0 everywhere and f = 0 somewhere, in one variable after the other until one will do."""
    if depth > 1 or binds(expr) or not expr.atoms(*_WITH_SIMPLER_DERIVATIVE):
        return False
    for variable in variables_of_smooth(expr, facts):
        if not is_zero(sp.Derivative(expr, variable), facts, search, _DEEPEST):
            continue
        for start in starting_points(variable, facts):
            if is_zero(put_in(expr, {variable: start}), facts.with_value(variable, start), search, depth + 1):
                way = Way.ZERO_BY_DERIVATIVE(variable=spoken(variable), value=spoken(start))
                search.record.say(way, first=True)
                return True
    return False


def _by_induction(expr: sp.Expr, facts: Facts, search: Search, depth: int) -> bool:
    """E(low) = 0 and E(n + 1) = E(n), for a size n; not within another induction."""
    if depth > 1 or not binds(expr):
        return False
    for way in inductions(expr, facts):
        stays = is_zero(way.step, facts, search, _DEEPEST - 2)
        if stays and is_zero(way.start, facts.with_value(way.name, way.low), search, _DEEPEST - 2):
            search.record.say(Way.BY_INDUCTION(name=spoken(way.name), low=spoken(way.low)), first=True)
            return True
    return False


def _by_domain(expr: sp.Expr, asked: sp.Expr, facts: Facts, search: Search, depth: int) -> bool:
    # Two levels down, where no derivative is asked for: a domain with a pole in it is not one piece, and a
    # function of slope 0 may have another value on each.
    narrowed = with_domain(expr, asked, facts)
    if narrowed.facts is facts or not is_zero(narrowed.expr, narrowed.facts, search, depth + 2):
        return False
    search.record.say(Way.WHERE_DEFINED(), first=True)
    return True
