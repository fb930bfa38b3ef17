"""Sums and integrals without end in closed form: the families that the moments of named densities need.

    sum z^k/k! * k^n = e^z * (...)                        Poisson
    sum gamma(k+r)/k! * z^k * k^n, |z| < 1                geometric, negative binomial
    integral x^n * exp(-a*x^2 + b*x) over all x, a > 0    normal
    integral x^n * exp(-r*x) from 0, r > 0, n > -1        exponential, gamma; also exp(-a*x^2), exp(-r/x)
    integral x^n * (1-x)^m from 0 to 1, n, m > -1         beta; with log(x) and log(1-x)
    integral of a power or an exponential between two ends

A body is multiplied out, and each of its terms has to belong to one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain

import sympy as sp
from sympy.functions.combinatorial.numbers import stirling

from lossproof.notation.endless import HIDDEN, Endless, InfiniteSum
from lossproof.notation.evaluated import evaluated
from lossproof.notation.functions import written_out
from lossproof.referee.facts.facts import Facts
from lossproof.referee.field.record import Record
from lossproof.referee.prove.rule_text import spoken
from lossproof.words.codes import Said, Way

_MOST_TERMS = 60
_HIGHEST = 8
_MOST_LEFT_OUT = 12


class NoClosedForm(Exception):
    """There is no rule for a sum or integral without end; ``said`` names it."""

    def __init__(self, total: Endless) -> None:
        super().__init__(str(total))
        name = sp.Symbol(total.index.name.removeprefix(HIDDEN), integer=total.index.is_integer)
        shown = total.func(total.body.xreplace({total.index: name}), name, total.low, total.high)
        self.said: Said = Way.NO_CLOSED_FORM(formula=spoken(shown))


def closed(expr: sp.Basic, facts: Facts, record: Record) -> sp.Basic:
    """``expr`` with every sum and integral without end in closed form; raises NoClosedForm."""
    if not expr.has(Endless):
        return expr
    args = tuple(closed(argument, facts, record) for argument in expr.args)
    expr = expr if args == expr.args else expr.func(*args, evaluate=False)
    if not isinstance(expr, Endless):
        return expr
    found = _closed_form(expr, facts)
    if found is None:
        raise NoClosedForm(expr)
    record.add("closed form of a total", expr, found, facts)
    return found


def _closed_form(total: Endless, facts: Facts) -> sp.Expr | None:
    form = _series if isinstance(total, InfiniteSum) else _integral
    terms = sp.Add.make_args(_multiplied_out(total.body, total.index))
    if len(terms) > _MOST_TERMS:
        return None
    found = [form(term, total, facts) for term in terms]
    return None if None in found else sp.Add(*(each for each in found if each is not None))


def _multiplied_out(body: sp.Expr, index: sp.Symbol) -> sp.Expr:
    """The body as a sum of products of powers, exponentials, logarithms and gammas."""

    def plain(node: sp.Expr) -> sp.Expr:
        if not node.args:
            return node
        node = node.func(*map(plain, node.args))
        if isinstance(node, sp.factorial):
            return sp.gamma(node.args[0] + 1)
        if isinstance(node, sp.binomial):
            above, below = node.args
            return sp.gamma(above + 1) / sp.gamma(below + 1) / sp.gamma(above - below + 1)
        if isinstance(node, sp.gamma | sp.loggamma | sp.log | sp.exp) or index not in node.free_symbols:
            return node
        written = written_out(node) if isinstance(node, sp.Function) else None
        return node if written is None or written.has(sp.Piecewise) else plain(written)

    opened = sp.expand(plain(evaluated(body)), log=False, force=False)
    return sp.expand(opened.replace(sp.exp, lambda power: _exponential(power, index)), log=False)


def _exponential(power: sp.Expr, index: sp.Symbol) -> sp.Expr:
    """``exp(k*log(m) - m - loggamma(k+1))`` as ``m^k*exp(-m)/gamma(k+1)``."""
    factors = []
    for term in sp.Add.make_args(sp.expand(power, log=False)):
        coefficient, rest = term.as_independent(sp.log, sp.loggamma, as_Add=False)
        if isinstance(rest, sp.loggamma) and coefficient.is_Integer:
            factors.append(sp.gamma(rest.args[0]) ** coefficient)
        elif isinstance(rest, sp.log) and coefficient.has(index):
            factors.append(rest.args[0] ** coefficient)
        else:
            factors.append(sp.exp(term, evaluate=False))
    return sp.Mul(*factors)


@dataclass
class _Term:
    """A product, taken apart: constant * index^power * (1-index)^other * exp(exponent) * base^... * gammas * log."""

    index: sp.Symbol
    constant: sp.Expr = sp.S.One
    power: sp.Expr = sp.S.Zero
    other: sp.Expr = sp.S.Zero
    exponent: sp.Expr = sp.S.Zero
    ratio: sp.Expr = sp.S.One
    gammas: list[tuple[sp.Expr, int]] = field(default_factory=list)
    logs: list[sp.Expr] = field(default_factory=list)

    @classmethod
    def of(cls, term: sp.Expr, index: sp.Symbol, facts: Facts) -> _Term | None:
        """The parts of ``term``; None where a factor is none of them."""
        found = cls(index)
        return found if all(found._take(factor, facts) for factor in sp.Mul.make_args(term)) else None

    def _take(self, factor: sp.Expr, facts: Facts) -> bool:
        x = self.index
        if x not in factor.free_symbols:
            self.constant *= factor
            return True
        if isinstance(factor, sp.exp):
            self.exponent += sp.expand(factor.args[0])
            return True
        base, power = factor.as_base_exp()
        if isinstance(base, sp.gamma) and power in (1, -1):
            self.gammas.append((sp.expand(base.args[0] - x), int(power)))
            return x not in self.gammas[-1][0].free_symbols
        if isinstance(base, sp.log) and power == 1:
            self.logs.append(base.args[0])
            return base.args[0] in (x, 1 - x)
        if x not in base.free_symbols:
            slope = sp.expand(power).coeff(x)
            rest = sp.expand(power - slope * x)
            if x in rest.free_symbols or not (slope.is_Integer or facts.is_positive(base)):
                return False
            self.ratio *= base**slope
            self.constant *= base**rest
            return True
        if base == x and x not in power.free_symbols:
            self.power += power
            return True
        if sp.expand(base) == 1 - x and x not in power.free_symbols:
            self.other += power
            return True
        return False

    def coefficient(self, degree: int) -> sp.Expr:
        """That of x^degree in the exponent."""
        return sp.expand(self.exponent).coeff(self.index, degree)

    def exponent_is_of(self, *degrees: int) -> bool:
        rest = self.exponent - sum(self.coefficient(n) * self.index**n for n in (0, *degrees))
        return bool(sp.expand(rest) == 0)


def _positive(expr: sp.Expr, facts: Facts) -> bool:
    return any(facts.is_positive(form) is True for form in (expr, sp.factor(expr)))


def _series(term: sp.Expr, total: Endless, facts: Facts) -> sp.Expr | None:
    t = _Term.of(term, total.index, facts)
    if t is None or t.logs or t.other != 0 or not t.exponent_is_of(1) or not total.low.is_Integer:
        return None
    below = [shift for shift, power in t.gammas if power == -1]
    above = [shift for shift, power in t.gammas if power == 1]
    if len(below) > 1 or len(above) > 1 or not (t.power.is_Integer and 0 <= t.power <= _HIGHEST):
        return None
    if not below:
        below = [sp.S.One]
        above = [*above, sp.S.One]
    if len(above) > 1 or not below[0].is_Integer:
        return None
    shift = below[0] - 1  # the index j = k + shift has 1/gamma(j + 1)
    rise = above[0] - shift if above else None
    z = t.ratio * sp.exp(t.coefficient(1))
    first, j = total.low + shift, t.index
    if not 0 <= first <= _MOST_LEFT_OUT or not facts.is_real(z):
        return None
    if rise is not None and not (_positive(rise, facts) and _positive(1 - z, facts) and _positive(1 + z, facts)):
        return None
    outside = t.constant * sp.exp(t.coefficient(0)) * z ** (-shift)
    moments = sp.Poly((j - shift) ** t.power, j)
    whole = sum(
        coefficient * stirling(n, i) * _falling(i, z, rise)
        for (n,), coefficient in moments.terms()
        for i in range(n + 1)
    )
    missing = sum(
        (place - shift) ** t.power * z**place / sp.factorial(place) * (1 if rise is None else sp.gamma(place + rise))
        for place in range(int(first))
    )
    return outside * (whole - missing)


def _falling(i: int, z: sp.Expr, rise: sp.Expr | None) -> sp.Expr:
    """The sum of j*(j-1)*...*(j-i+1) * z^j/j!, with gamma(j + rise) in it or not."""
    if rise is None:
        return z**i * sp.exp(z)
    return sp.gamma(rise + i) * z**i * (1 - z) ** (-rise - i)


def _integral(term: sp.Expr, total: Endless, facts: Facts) -> sp.Expr | None:
    t = _Term.of(term, total.index, facts)
    if t is None or t.gammas or t.ratio != 1 or len(t.logs) > 1:
        return None
    ends = (total.low, total.high)
    rules = _RULES.get(ends, ()) if ends in _RULES else (_from_a_point,) if total.high is sp.oo else (_between,)
    found = (rule(t, ends, facts) for rule in chain(rules))
    inside = next((each for each in found if each is not None), None)
    return None if inside is None else t.constant * sp.exp(t.coefficient(0)) * inside


_Ends = tuple[sp.Expr, sp.Expr]


def _normal(t: _Term, ends: _Ends, facts: Facts) -> sp.Expr | None:
    a, b = -t.coefficient(2), t.coefficient(1)
    plain = t.exponent_is_of(1, 2) and t.other == 0 and not t.logs
    if not (plain and t.power.is_Integer and 0 <= t.power <= _HIGHEST and _positive(a, facts)):
        return None
    mean, variance, n = b / (2 * a), 1 / (2 * a), int(t.power)
    even = range(0, n + 1, 2)
    moment = sum(sp.binomial(n, j) * mean ** (n - j) * variance ** (j // 2) * sp.factorial2(j - 1) for j in even)
    return sp.sqrt(sp.pi) / sp.sqrt(a) * sp.exp(b**2 / (4 * a)) * moment


def _gamma(t: _Term, ends: _Ends, facts: Facts) -> sp.Expr | None:
    rate, shape = -t.coefficient(1), t.power + 1
    if not (t.exponent_is_of(1) and t.other == 0 and _positive(rate, facts) and _positive(shape, facts)):
        return None
    whole = sp.gamma(shape) / rate**shape
    if t.logs:
        return whole * (sp.digamma(shape) - sp.log(rate)) if t.logs == [t.index] else None
    return whole


def _half_normal(t: _Term, ends: _Ends, facts: Facts) -> sp.Expr | None:
    a, shape = -t.coefficient(2), t.power + 1
    plain = t.exponent_is_of(2) and t.other == 0 and not t.logs
    if not (plain and _positive(a, facts) and _positive(shape, facts)):
        return None
    return sp.gamma(shape / 2) / (2 * a ** (shape / 2))


def _inverse_gamma(t: _Term, ends: _Ends, facts: Facts) -> sp.Expr | None:
    scale, shape = -t.coefficient(-1), -t.power - 1
    plain = t.exponent_is_of(-1) and t.other == 0 and not t.logs
    if not (plain and _positive(scale, facts) and _positive(shape, facts)):
        return None
    return sp.gamma(shape) / scale**shape


def _beta(t: _Term, ends: _Ends, facts: Facts) -> sp.Expr | None:
    a, b = t.power + 1, t.other + 1
    if t.exponent != 0 or not (_positive(a, facts) and _positive(b, facts)):
        return None
    whole = sp.gamma(a) * sp.gamma(b) / sp.gamma(a + b)
    if t.logs:
        return whole * (sp.digamma(a if t.logs == [t.index] else b) - sp.digamma(a + b))
    return whole


def _from_a_point(t: _Term, ends: _Ends, facts: Facts) -> sp.Expr | None:
    rate = -t.coefficient(1)
    plain = t.exponent_is_of(1) and t.other == 0 and t.power == 0 and not t.logs
    return sp.exp(-rate * ends[0]) / rate if plain and _positive(rate, facts) else None


def _between(t: _Term, ends: _Ends, facts: Facts) -> sp.Expr | None:
    low, high = ends
    if t.logs or t.other != 0 or low is -sp.oo:
        return None
    if t.exponent == 0 and t.power.is_Integer and t.power >= 0:
        return (high ** (t.power + 1) - low ** (t.power + 1)) / (t.power + 1)
    rate = t.coefficient(1)
    if t.exponent_is_of(1) and t.power == 0 and facts.is_nonzero(rate) is True:
        return (sp.exp(rate * high) - sp.exp(rate * low)) / rate
    return None


_Rule = Callable[[_Term, _Ends, Facts], "sp.Expr | None"]
_RULES: dict[_Ends, tuple[_Rule, ...]] = {
    (-sp.oo, sp.oo): (_normal,),
    (sp.S.Zero, sp.oo): (_gamma, _half_normal, _inverse_gamma),
    (sp.S.Zero, sp.S.One): (_between, _beta),
}
