"""Rules that no pattern says: those that apply to any number of parts, or where the result is simpler.

Each takes a node and gives it back as it is where the rule does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy
from sympy import Add, Expr, Mul, Pow

from lossproof.lowering.forms.code_functions import (
    GROWTHS,
    cauchycdf,
    log_gamma,
    logcauchycdf,
    relative_log1p,
    softmax,
    surprisal,
    times_exp,
)
from lossproof.lowering.forms.matching import others_than, without
from lossproof.notation.functions import expit, expm1, log1p, logsumexp, softplus


def log_of_exponentials(node: Expr) -> Expr:
    """log(exp(a) + exp(b) + ...) -> logsumexp(a, b, ...)."""
    if not isinstance(node, sympy.log) or not isinstance(node.args[0], Add):
        return node
    terms = [sympy.Integer(0) if term == 1 else term for term in Add.make_args(node.args[0])]
    if not all(term == 0 or isinstance(term, sympy.exp) for term in terms):
        return node
    return logsumexp(*(term if term == 0 else term.args[0] for term in terms))


def share_of_exponentials(node: Expr) -> Expr:
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


def less_one_of_its_terms(node: Expr) -> Expr:
    """c logsumexp(a, b, ...) - c a -> c surprisal(a, b, ...)."""
    for term in node.args if isinstance(node, Add) else ():
        for sums in term.atoms(logsumexp):
            factor = term / sums
            for first in sums.args if not factor.has(sums) else ():
                rest = without(node, term, -factor * first)
                if rest is not None and first != 0:
                    return rest + factor * surprisal(*_first(first, sums.args))
    return node


def product_with_exponential(node: Expr) -> Expr:
    """c exp(x) -> times_exp(c, x)."""
    if isinstance(node, Mul):
        for place, factor in enumerate(node.args):
            rest = Mul(*others_than(node.args, place))  # node/factor may hold more exponentials than before
            if isinstance(factor, sympy.exp) and rest.free_symbols:
                return times_exp(rest, factor.args[0])
    return node


def log_of_product(node: Expr) -> Expr:
    """log(a b^n ...) -> log(a) + n log(b) + ... where all are known to be positive."""
    if not isinstance(node, sympy.log) or not isinstance(node.args[0], (Mul, Pow)):
        return node
    factors = [factor.as_base_exp() for factor in Mul.make_args(node.args[0])]
    if not all(base.is_positive and exponent.is_real for base, exponent in factors):
        return node
    return Add(*(exponent * sympy.log(base) for base, exponent in factors))


def log_of_gamma(node: Expr) -> Expr:
    """log(gamma(x)) -> log_gamma(x) for x > 0."""
    if isinstance(node, sympy.log) and isinstance(node.args[0], sympy.gamma) and node.args[0].args[0].is_positive:
        return log_gamma(node.args[0].args[0])
    return node


def cauchy(node: Expr) -> Expr:
    """1/2 + atan(x)/pi -> cauchycdf(x), and its logarithm."""
    if isinstance(node, sympy.log) and isinstance(node.args[0], cauchycdf):
        return logcauchycdf(node.args[0].args[0])
    if isinstance(node, Add) and len(node.args) == 2 and sympy.Rational(1, 2) in node.args:
        rest = (node - sympy.Rational(1, 2)) * sympy.pi
        number, angle = rest.as_coeff_Mul()
        if abs(number) == 1 and isinstance(angle, sympy.atan):
            return cauchycdf(number * angle.args[0])
    return node


def growth(node: Expr) -> Expr:
    """c loggamma(x + n) - c loggamma(x) -> c loggamma_growth(x, n), and for its derivatives."""
    for term in node.args if isinstance(node, Add) else ():
        for function in term.atoms(sympy.loggamma, sympy.polygamma):
            *order, whole = function.args
            factor = term / function
            for part in whole.args if isinstance(whole, Add) and not factor.has(function) else ():
                rest = without(node, term, -factor * function.func(*order, part))
                if rest is not None and (not order or order[0] in (0, 1)):
                    kind = GROWTHS[int(order[0]) if order else -1]
                    return rest + factor * kind(part, whole - part)
    return node


def small_log(node: Expr) -> Expr:
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


def harmonic(node: Expr) -> Expr:
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
    return [chosen, *others_than(arguments, list(arguments).index(chosen))]
