"""The normal form of sums and products over symbolic ranges.

Bottom up: every argument first, then what the node's type asks for. Sums of one monomial go through the table
`RULES`, top to bottom, until none applies; what remains is an irreducible sum with canonical index names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product as combinations
from math import prod

import sympy as sp

from lossproof.notation.into_sympy import piecewise
from lossproof.referee.facts.facts import Facts
from lossproof.referee.sums import binomial, closed, deltas, ends, geometric, groups, naming, powers, ranges
from lossproof.referee.sums.condition_polynomials import as_brackets, before_switch, decided
from lossproof.referee.sums.context import Context, GivenUp, Normalise, Recorder, Session
from lossproof.referee.sums.derivative import differentiate
from lossproof.referee.sums.expressions import Bracket, Range, as_piecewise, replace_free, terms_of, undefined
from lossproof.referee.sums.finite import interpolated
from lossproof.referee.sums.fractions import monomial
from lossproof.referee.sums.functions_of_sums import exponential, power
from lossproof.referee.sums.monomials import tidied
from lossproof.referee.sums.products import product
from lossproof.referee.sums.summation import Outcome, Rule, Summation, as_expr
from lossproof.words.codes import RuleName

_MOST_TERMS = 3000
_MOST_SPLITTING_PASSES = 4
_DEEPEST = 40

RULES = (
    Rule("empty range", "sum over high < low = 0", ranges.empty_range),
    Rule("few terms", "sum over low..low+2 = f(low) + f(low+1) + f(low+2)", ranges.few_terms),
    Rule("constants out", "sum c*f(i) = c*sum f(i)", closed.constants_out),
    Rule("constant exponent out", "sum c^(i+e) = c^e*sum c^i", powers.constant_exponent_out),
    Rule("nested sums", "sum f(i)*(sum g(i,j)) = sum over i, j of f(i)*g(i,j)", closed.nested_into_one),
    Rule("dependent range", "sum for j <= i = sum of [j <= i]", ranges.dependent_range),
    Rule("Kronecker delta", "sum delta(i,k)*f(i) = [low <= k <= high]*f(k)", deltas.delta_picks),
    Rule("decided bracket", "[e >= 0] = 1 or 0 in the ranges", deltas.decided_bracket),
    Rule("range cut", "sum [i >= a]*f(i) = sum from a", ranges.narrowing_bracket),
    Rule("independent sums", "sum f(i)*g(j) = (sum f)*(sum g)", closed.independent_apart),
    Rule("powers of the index", "sum i^p in closed form", closed.powers_of_the_index),
    Rule("binomial theorem", "sum a^i*b^(n-i)/(i!*(n-i)!) = (a + b)^n/n!", binomial.theorem),
    Rule("group total", "sum of a one-hot or simplex group = 1", groups.group_total),
    Rule("shift or reversal", "sum f(i+c) over low..high = sum f(i) over low+c..high+c", ranges.shift_or_reverse),
    Rule("shift by an index", "sum f(i)*g(j-i) = sum over i, j with the range moved by i of f(i)*g(j)", ranges.slanted),
    Rule("start at 0", "sum r^i over low..high = r^low * sum r^i over 0..high-low", ranges.start_at_zero),
    Rule("geometric sum", "sum q^i over 0..n = (q^(n+1) - 1)/(q - 1)", geometric.closed_form),
    Rule("strict order", "[j <= i] = [j < i] + delta(i,j)", deltas.strict_order),
    Rule("square ranges", "sum over j < i, both in low..high", deltas.square_ranges),
    Rule("order of a pair", "[i < j] = 1 - [j < i] - delta(i,j)", naming.order_of_a_pair),
)


END_RULES: tuple[tuple[RuleName, Callable[..., Outcome | None]], ...] = (
    ("common end", ends.moved_end),
    ("split range", ends.split_at),
)


def normalise_sums(expr: sp.Expr, facts: Facts, normalise: Normalise, recorder: Recorder | None = None) -> sp.Expr:
    """The normal form of ``expr``: equal claims over sums become structurally equal, their difference 0.

    ``normalise`` is the scalar normal form for summands and arguments; it must treat Sum and Product as
    unknowns. ``recorder`` collects the rules used. An expression whose normal form is out of reach (too large,
    or a division by zero on the way) is returned as it is.
    """
    session = Session(normalise, normal, recorder)
    context = Context(facts, session)
    found = expr
    for _ in range(_MOST_SPLITTING_PASSES):
        try:
            step = context.argument(found)
        except GivenUp:
            break
        if undefined(step):
            break
        found = step
        if not session.lines.plan():
            break
        session.normal_forms.clear()
    return as_piecewise(found)


def normal(expr: sp.Expr, context: Context) -> sp.Expr:
    """The normal form of ``expr`` at one place, remembered."""
    if not expr.args:
        return expr
    memory, place = context.session.normal_forms, (expr, context.ranges)
    if place not in memory:
        context.outside.work.spend()
        with context.session.deeper(_DEEPEST):
            found = _WALKS.get(type(expr), _function)(expr, context)
        memory[place] = found
        memory.setdefault((found, context.ranges), found)
    return memory[place]


def _add(expr: sp.Add, context: Context) -> sp.Expr:
    return sp.Add(*(normal(term, context) for term in expr.args))


def _mul(expr: sp.Mul, context: Context) -> sp.Expr:
    return multiplied((normal(factor, context) for factor in expr.args), context)


def multiplied(factors: Iterable[sp.Expr], context: Context) -> sp.Expr:
    """The product of normal forms, multiplied out; finite quantities are reduced in every term."""
    lists = [terms_of(factor) for factor in factors]
    if prod(len(terms) for terms in lists) > _MOST_TERMS:
        raise GivenUp("too many terms")
    context.outside.work.spend(prod(len(terms) for terms in lists))
    return sp.Add(*(_term(sp.Mul(*choice), context) for choice in combinations(*lists)))


def _repeated(base: sp.Expr, times: int) -> list[sp.Expr]:
    """The factors of ``base^times``; raises `GivenUp` for the power of a sum that has too many terms."""
    if not base.is_Add:
        return [base**times]
    if times > _MOST_TERMS.bit_length():
        raise GivenUp("too many terms")
    return [base] * times


def _term(term: sp.Expr, context: Context) -> sp.Expr:
    sums = {base: n for base, n in monomial(term).compounds.items() if n > 0} if term.is_Mul or term.is_Pow else {}
    if sums:
        rest = term / sp.Mul(*(base**n for base, n in sums.items()))
        return multiplied([rest, *(factor for base, n in sums.items() for factor in _repeated(base, n))], context)
    if term.is_Add:
        return sp.Add(*(_term(part, context) for part in term.args))
    step = tidied(term, context)
    return term if step is None else normal(step, context)


def _sum(expr: sp.Sum, context: Context) -> sp.Expr:
    opened, body, inside = _opened(expr, context)
    body = inside.argument(body)
    if body != 0 and not all(inside.is_integer(end) for r in opened for end in (r.low, r.high)):
        return _kept(naming.named(Summation(body, opened)).expr, context)
    return settled(Summation(body, opened, True), context)


def _kept(kernel: sp.Expr, context: Context) -> sp.Expr:
    """A sum that no rule touches again."""
    context.session.normal_forms[kernel, context.ranges] = kernel
    return kernel


def _opened(expr: sp.Sum, context: Context) -> tuple[tuple[Range, ...], sp.Expr, Context]:
    """The ranges of a sum under temporary names, its body, and the place inside."""
    opened: tuple[Range, ...] = ()
    names: dict[sp.Basic, sp.Basic] = {}
    for index, low, high in reversed(expr.limits):
        inside = context.open(*opened)
        first, last = (normal(replace_free(end, names), inside) for end in (low, high))
        names[index] = context.fresh(opened)
        opened = (*opened, Range(names[index], first, last))
    return opened, replace_free(expr.function, names), context.open(*opened)


def settled(summation: Summation, context: Context) -> sp.Expr:
    """Walk the table of rules until none applies."""
    if summation.fresh:
        body = normal(summation.body, context.open(*summation.ranges))
        return sp.Add(*(settled(Summation(term, summation.ranges), context) for term in terms_of(body)))
    if not summation.ranges or summation.body == 0:
        return summation.body
    for rule in RULES:
        outcome = rule.apply(summation, context)
        if outcome is not None:
            return _combined(rule.name, summation, outcome, context)
    return _irreducible(summation, context)


def _combined(name: RuleName, summation: Summation, outcome: Outcome, context: Context) -> sp.Expr:
    context.session.spend()
    if context.session.recorder is not None:
        context.note(name, summation.expr, as_expr(outcome))
    with context.session.deeper(_DEEPEST):
        products = [
            multiplied([normal(cofactor, context), *(settled(s, context) for s in sums)], context)
            for cofactor, sums in outcome
        ]
    return sp.Add(*products)


def _irreducible(summation: Summation, context: Context) -> sp.Expr:
    """Name the indices; split where another sum of the same terms begins or ends."""
    canonical = naming.named(summation)
    role = naming.roles(summation)
    points = {r: context.session.lines.meet((canonical.body, role[r]), r) for r in summation.ranges}
    for name, rule in END_RULES:
        for r in summation.ranges:
            outcome = rule(summation, r, points[r], context)
            if outcome is not None:
                return _combined(name, summation, outcome, context)
    return _kept(canonical.expr, context)


def _power(expr: sp.Pow, context: Context) -> sp.Expr:
    found = power(expr, context)
    if found.is_Pow and found.exp.is_Integer and found.exp > 0:
        return multiplied(_repeated(found.base, int(found.exp)), context)
    return _kernel(found, context)


def _exponential(expr: sp.Expr, context: Context) -> sp.Expr:
    found = exponential(expr, context)
    parts = sp.Mul.make_args(found)
    return multiplied(
        (_kernel(part, context) if isinstance(part, sp.exp) else normal(part, context) for part in parts), context
    )


def _logarithm(expr: sp.Expr, context: Context) -> sp.Expr:
    """As the field writes it: ``log(p^n*f) = n*log(p) + log(f)`` for every factor p that is proved positive."""
    argument = sp.log(context.argument(expr.args[0]))
    found = context.session.normalise(argument, context.facts)
    return _kernel(found, context) if found == argument or isinstance(found, sp.log) else normal(found, context)


def _function(expr: sp.Expr, context: Context) -> sp.Expr:
    if isinstance(expr, sp.Indexed):
        return expr.base[tuple(normal(index, context) for index in expr.indices)]
    return _kernel(expr.func(*(context.argument(argument) for argument in expr.args)), context)


def _kernel(found: sp.Expr, context: Context) -> sp.Expr:
    """Finite quantities leave the inside of functions; products are multiplied out."""
    if found.is_Add or found.is_Mul:
        parts = (_kernel(part, context) for part in found.args)
        return sp.Add(*parts) if found.is_Add else multiplied(parts, context)
    if not found.args or isinstance(found, sp.Sum | sp.Indexed):
        return found
    polynomial = interpolated(found, context)
    return found if polynomial is None else normal(context.note("finite values", found, polynomial), context)


def _delta(expr: sp.KroneckerDelta, context: Context) -> sp.Expr:
    first, second = (normal(argument, context) for argument in expr.args)
    return deltas.delta(first, second, context)


def _derivative(expr: sp.Derivative, context: Context) -> sp.Expr:
    body = expr.expr
    for variable, times in expr.variable_count:
        for _ in range(int(times)):
            body = differentiate(body, variable, context.facts)
    if body.has(sp.Derivative):
        return expr
    return normal(context.note("derivative", expr, body), context)


def _piecewise(expr: sp.Piecewise, context: Context) -> sp.Expr:
    combined = as_brackets(expr, context)
    if combined is not None:
        return normal(context.note("cases on indices", expr, combined), context)
    pieces = ((context.argument(value), _condition(condition, context)) for value, condition in expr.args)
    found = piecewise(pieces)
    outside = before_switch(found, context) if isinstance(found, sp.Piecewise) else None
    if outside is not None:
        return normal(context.note("factor of a switch", found, outside), context)
    return _kernel(found, context)


def _condition(condition: sp.Basic, context: Context) -> sp.Basic:
    if isinstance(condition, sp.core.relational.Relational):
        return condition.func(*(context.argument(side) for side in condition.args))
    if not condition.args:
        return condition
    return condition.func(*(_condition(part, context) for part in condition.args))


def _product(expr: sp.Product, context: Context) -> sp.Expr:
    return product(expr, context, multiplied)


_WALKS: dict[type, Callable[..., sp.Expr]] = {
    sp.Add: _add,
    sp.Mul: _mul,
    sp.Pow: _power,
    sp.exp: _exponential,
    sp.log: _logarithm,
    sp.Sum: _sum,
    sp.Product: _product,
    sp.KroneckerDelta: _delta,
    sp.Piecewise: _piecewise,
    Bracket: decided,
    sp.Derivative: _derivative,
}
