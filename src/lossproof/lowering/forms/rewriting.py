"""Rewriting into forms that neither overflow nor cancel: a table of rules, walked until nothing changes.

    stabilise(log(1 + exp(u)) - u)  ->  softplus(-u)

A rule is an equation in the project's grammar, so that the referee can prove it and a page can print it; its
letters match anything. A product matches inside a longer product, a sum inside a longer sum also when all its
terms share a factor (``c - c*expit(x)``). Which parts were rewritten is recorded, each with its before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations

import sympy
from sympy import Add, Expr, Mul, Pow, Symbol

from lossproof.functions.identities import RULES, Rule
from lossproof.lowering.forms.code_functions import (
    GROWTHS,
    bose,
    cauchycdf,
    log_gamma,
    logcauchycdf,
    normhazard,
    relative_log1p,
    softmax,
    surprisal,
    times_exp,
)
from lossproof.notation import parse
from lossproof.notation.functions import expit, expm1, log1p, logsumexp, softplus

Bindings = dict[Symbol, Expr]
MOST_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Shortcut:
    """``before -> factor * function(x)`` for a function that only code knows; true by its definition."""

    name: str
    before: str
    function: type[sympy.Function]
    factor: str = "1"
    where: str = "x real; y real"


Rewrite = Callable[[Expr], Expr]


@dataclass(frozen=True, slots=True)
class Table:
    """Rules that are patterns, and rules with the function that applies them to any number of parts."""

    patterns: tuple[Rule | Shortcut, ...]
    special: tuple[tuple[Rule | Shortcut, Rewrite], ...] = ()

    @property
    def rules(self) -> tuple[Rule | Shortcut, ...]:
        """All rules of the table."""
        return (*self.patterns, *(rule for rule, _ in self.special))


@dataclass(frozen=True, slots=True)
class Applied:
    """One place where a rule was used: the part that stood there and what replaced it."""

    rule: Rule | Shortcut
    before: Expr
    after: Expr


@dataclass(frozen=True, slots=True)
class Stabilised:
    """The rewritten expression and the rules that led to it, in order."""

    expr: Expr
    applied: tuple[Applied, ...]


COMPACT_RULES = (
    Rule(
        "logistic density",
        "expit(x)*expit(-x)",
        "exp(-Abs(x))/(1 + exp(-Abs(x))*(2 + exp(-Abs(x))))",
        "x real",
    ),
    Shortcut("Bose", "x/expm1(x)", bose),
    Shortcut("normal hazard", "exp(-x^2/2 - lognormcdf(x))", normhazard, "sqrt(2*pi)"),
    Shortcut("normal density over distribution", "exp(-x^2/2)/normcdf(x)", normhazard, "sqrt(2*pi)"),
)

LOGSUMEXP = Rule("logsumexp", "log(exp(x) + exp(y))", "logsumexp(x, y)", "x real; y real")
"""Applies to any number of exponentials; 1 counts as exp(0)."""

AFFINE = Rule("between the ends of the target", "a + b*yt", "(1 - yt)*a + yt*(a + b)", "a real; b real; yt real")
"""What is linear in the target, written as a mixture of what it is at yt = 0 and at yt = 1."""


SOFTMAX = Shortcut("softmax", "exp(x - logsumexp(x, y))", softmax)
SURPRISAL = Shortcut("surprisal", "logsumexp(x, y) - x", surprisal)
"""Both apply to any number of arguments."""

LOG_GAMMA = Shortcut("log of the gamma function of a whole number", "log(gamma(x))", log_gamma, where="x > 0")
"""Where x is known to be positive."""

CAUCHY = Shortcut("Cauchy distribution", "1/2 + atan(x)/pi", cauchycdf)
"""Applies to 1/2 - atan(x)/pi as well."""

GROWTH = Shortcut("growth of loggamma", "loggamma(x + y) - loggamma(x)", GROWTHS[-1], where="x > 0; y > 0")
"""Applies to digamma and trigamma as well."""

LOG_OF_PRODUCT = Rule("log of a product", "log(x*y)", "log(x) + log(y)", "x > 0; y > 0")
"""Applies to any number of factors that are known to be positive, and to their powers."""

SMALL_LOG = Rule("log of nearly 1", "exp(x)*log(1 + y*exp(-x))", "y*(log(1 + y*exp(-x))/(y*exp(-x)))", "x real; y > 0")
"""The quotient is a function of its own, 1 at 0."""

HARMONIC = Rule("exponential times a share", "exp(x)*expit(y - x)", "1/(exp(-x) + exp(-y))", "x real; y real")
"""A sum of reciprocals knows y where y - x does not."""

TIMES_EXP = Shortcut("product with an exponential", "y*exp(x)", times_exp)
"""Applies to any factors."""


def stabilise(expr: Expr) -> Expr:
    """The expression in forms that neither overflow nor cancel."""
    return stabilised(expr).expr


def stabilised(expr: Expr) -> Stabilised:
    """As `stabilise`, with the rules that were applied."""
    return rewritten(expr.doit(), STABLE)  # rules meet expressions in SymPy's own order


def rewritten(expr: Expr, table: Table) -> Stabilised:
    """The rules of a table applied until nothing changes."""
    applied: list[Applied] = []
    for _ in range(MOST_ROUNDS):
        changed = _bottom_up(expr, table, applied)
        if changed == expr:
            break
        expr = changed
    return Stabilised(expr, tuple(applied))


def between_the_ends(expr: Expr, target: Symbol) -> Stabilised | None:
    """(1 - yt) expr(0) + yt expr(1), both stabilised, where expr is linear in the target; None elsewhere."""
    rate = sympy.diff(expr, target)
    if target not in expr.free_symbols or target in rate.free_symbols:
        return None
    at_zero, at_one = stabilised(expr.subs(target, 0)), stabilised(expr.subs(target, 1))
    mixed = (1 - target) * at_zero.expr + target * at_one.expr
    return Stabilised(mixed, (Applied(AFFINE, expr, mixed), *at_zero.applied, *at_one.applied))


def _bottom_up(expr: Expr, table: Table, applied: list[Applied]) -> Expr:
    """One walk from the leaves to the root, every node rewritten by the first rule that fits."""
    if not expr.args:
        return expr
    arguments = [_bottom_up(argument, table, applied) for argument in expr.args]
    node = expr if tuple(arguments) == expr.args else expr.func(*arguments)
    for rule in table.patterns:
        after = apply(rule, node)
        if after is not None and after != node:
            applied.append(Applied(rule, node, after))
            return after
    for special, rewrite in table.special:
        if (after := rewrite(node)) != node:
            applied.append(Applied(special, node, after))
            return after
    return node


def _log_of_exponentials(node: Expr) -> Expr:
    """log(exp(a) + exp(b) + ...) -> logsumexp(a, b, ...)."""
    if not isinstance(node, sympy.log) or not isinstance(node.args[0], Add):
        return node
    terms = [sympy.Integer(0) if term == 1 else term for term in Add.make_args(node.args[0])]
    if not all(term == 0 or isinstance(term, sympy.exp) for term in terms):
        return node
    return logsumexp(*(term if term == 0 else term.args[0] for term in terms))


def _share_of_exponentials(node: Expr) -> Expr:
    """exp(a - logsumexp(a, b, ...)) -> softmax(a, b, ...), also where a surprisal was found before."""
    if isinstance(node, (sympy.exp, expm1)) and isinstance(-node.args[0], surprisal):
        share = softmax(*(-node.args[0]).args)
        return share if isinstance(node, sympy.exp) else -share.others()
    for term in Add.make_args(node.args[0]) if isinstance(node, sympy.exp) else ():
        whole = Add.make_args(node.args[0] - term) if isinstance(-term, logsumexp) else ()
        for first in whole:
            if first in (-term).args:
                return softmax(*_first(first, (-term).args)) * sympy.exp(node.args[0] - term - first)
    return node


def _less_one_of_its_terms(node: Expr) -> Expr:
    """c logsumexp(a, b, ...) - c a -> c surprisal(a, b, ...)."""
    for term in node.args if isinstance(node, Add) else ():
        for sums in term.atoms(logsumexp):
            factor = term / sums
            for first in sums.args if not factor.has(sums) else ():
                rest = _without(node, term, -factor * first)
                if rest is not None and first != 0:
                    return rest + factor * surprisal(*_first(first, sums.args))
    return node


def _product_with_exponential(node: Expr) -> Expr:
    """c exp(x) -> times_exp(c, x)."""
    if isinstance(node, Mul):
        for place, factor in enumerate(node.args):
            rest = Mul(*_but(node.args, place))  # node/factor may hold more exponentials than before
            if isinstance(factor, sympy.exp) and rest.free_symbols:
                return times_exp(rest, factor.args[0])
    return node


def _log_of_product(node: Expr) -> Expr:
    """log(a b^n ...) -> log(a) + n log(b) + ... where all are known to be positive."""
    if not isinstance(node, sympy.log) or not isinstance(node.args[0], (Mul, Pow)):
        return node
    factors = [factor.as_base_exp() for factor in Mul.make_args(node.args[0])]
    if not all(base.is_positive and exponent.is_real for base, exponent in factors):
        return node
    return Add(*(exponent * sympy.log(base) for base, exponent in factors))


def _log_gamma(node: Expr) -> Expr:
    """log(gamma(x)) -> log_gamma(x) for x > 0."""
    if isinstance(node, sympy.log) and isinstance(node.args[0], sympy.gamma) and node.args[0].args[0].is_positive:
        return log_gamma(node.args[0].args[0])
    return node


def _cauchy(node: Expr) -> Expr:
    """1/2 + atan(x)/pi -> cauchycdf(x), and its logarithm."""
    if isinstance(node, sympy.log) and isinstance(node.args[0], cauchycdf):
        return logcauchycdf(node.args[0].args[0])
    if isinstance(node, Add) and len(node.args) == 2 and sympy.Rational(1, 2) in node.args:
        rest = (node - sympy.Rational(1, 2)) * sympy.pi
        number, angle = rest.as_coeff_Mul()
        if abs(number) == 1 and isinstance(angle, sympy.atan):
            return cauchycdf(number * angle.args[0])
    return node


def _growth(node: Expr) -> Expr:
    """c loggamma(x + n) - c loggamma(x) -> c loggamma_growth(x, n), and for its derivatives."""
    for term in node.args if isinstance(node, Add) else ():
        for function in term.atoms(sympy.loggamma, sympy.polygamma):
            *order, whole = function.args
            factor = term / function
            for part in whole.args if isinstance(whole, Add) and not factor.has(function) else ():
                rest = _without(node, term, -factor * function.func(*order, part))
                if rest is not None and (not order or order[0] in (0, 1)):
                    kind = GROWTHS[int(order[0]) if order else -1]
                    return rest + factor * kind(part, whole - part)
    return node


def _small_log(node: Expr) -> Expr:
    """exp(a) log(1 + c exp(b)) -> c exp(a + b) relative_log1p(c exp(b)) where a + b is simpler than b."""
    for factor, power in _with_exponential(node):
        odds = _odds(factor)
        joined = None if odds is None else sympy.powsimp(power * odds)
        if joined is not None and _simpler(joined, odds):
            return node / factor / power * joined * relative_log1p(odds)
    return node


def _odds(function: Expr) -> Expr | None:
    """What stands beside 1 in the logarithm: exp(x) for softplus(x)."""
    if isinstance(function, softplus):
        return sympy.exp(function.args[0])
    if isinstance(function, surprisal) and len(function.args) == 2:
        return sympy.exp(function.args[1] - function.args[0])
    return function.args[0] if isinstance(function, log1p) else None


def _harmonic(node: Expr) -> Expr:
    """exp(x) softmax(y, x) -> 1/(exp(-x) + exp(-y)), also where the share is an expit."""
    for factor, power in _with_exponential(node):
        if isinstance(factor, (softmax, expit)) and len(factor.args) <= 2:
            gap = factor.args[0] - (factor.args[1] if len(factor.args) == 2 else 0)
            joined = sympy.powsimp(sympy.exp(gap) * power)
            if _simpler(joined, sympy.exp(gap)):
                return node / factor / power / (1 / power + 1 / joined)
    return node


def _with_exponential(node: Expr) -> Iterator[tuple[Expr, Expr]]:
    """A factor of the product, and an exponential beside it."""
    for power in node.args if isinstance(node, Mul) else ():
        if isinstance(power, sympy.exp):
            yield from ((factor, power) for factor in node.args if factor is not power)


def _simpler(product: Expr, factor: Expr) -> bool:
    """Whether fewer letters stand in the exponents of the product than in those of the factor."""
    return _in_exponents(product) < _in_exponents(factor)


def _in_exponents(expr: Expr) -> set[Expr]:
    return set().union(*(power.free_symbols for power in expr.atoms(sympy.exp)))


def _first(chosen: Expr, arguments: Sequence[Expr]) -> list[Expr]:
    """The arguments with the chosen one in front."""
    return [chosen, *_but(arguments, list(arguments).index(chosen))]


STABLE = Table(RULES, ((LOGSUMEXP, _log_of_exponentials),))
"""Forms that neither overflow nor cancel, to be published."""

COMPACT = Table(
    COMPACT_RULES,
    (
        (SOFTMAX, _share_of_exponentials),
        (SURPRISAL, _less_one_of_its_terms),
        (LOG_GAMMA, _log_gamma),
        (CAUCHY, _cauchy),
        (GROWTH, _growth),
    ),
)
"""Forms that are worse to read and may be better to compute: only ever tried as candidates."""

OPENED = Table((), ((LOG_OF_PRODUCT, _log_of_product),))
"""Logarithms of products as sums: a candidate, because the sum may cancel where the product does not overflow."""

ASYMPTOTIC = Table((), ((SMALL_LOG, _small_log), (HARMONIC, _harmonic)))
"""For where a sum in an exponent forgets its smaller term: candidates."""

SCALED = Table((), ((TIMES_EXP, _product_with_exponential),))
"""For where an exponential overflows before its product does: tried as candidates as well."""


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
                rest = _without(node, term, common * (before - main).xreplace(found))
                if rest is not None:
                    return rest + common * after.xreplace(found)
    return None


def _without(node: Add, term: Expr, others: Expr) -> Expr | None:
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
        yield from _all_match(_but(patterns, place), _but(nodes, place), first)


def _but(items: Sequence[Expr], place: int) -> list[Expr]:
    return [item for other, item in enumerate(items) if other != place]
