"""Rewriting into forms that neither overflow nor cancel: a table of rules, walked until nothing changes.

    stabilise(log(1 + exp(u)) - u)  ->  softplus(-u)

A rule is an equation in the project's grammar, so that the referee can prove it and a page can print it; its
letters match anything (`matching`). Which parts were rewritten is recorded, each with its before and after.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import sympy
from sympy import Expr, Symbol

from lossproof.functions.identities import RULES, Rule
from lossproof.lowering.forms import special_rewrites as special
from lossproof.lowering.forms.code_functions import (
    GROWTHS,
    bose,
    cauchycdf,
    log_gamma,
    normhazard,
    softmax,
    surprisal,
    times_exp,
)
from lossproof.lowering.forms.matching import Shortcut, apply

MOST_ROUNDS = 50

Rewrite = Callable[[Expr], Expr]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rules that are patterns, and rules with the function that applies them to any number of parts.

    A table is equal to itself alone, so that what it makes of a formula is found again at once.
    """

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
        changed, fresh = _bottom_up(expr, table)
        applied += fresh
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


@lru_cache(maxsize=1 << 14)
def _bottom_up(expr: Expr, table: Table) -> tuple[Expr, tuple[Applied, ...]]:
    """One walk from the leaves to the root, every node rewritten by the first rule that fits.

    Kept, because the candidates of a loss and of its derivatives share most of their parts.
    """
    if not expr.args:
        return expr, ()
    rewritten_parts = [_bottom_up(argument, table) for argument in expr.args]
    arguments = tuple(argument for argument, _ in rewritten_parts)
    node = expr if arguments == expr.args else expr.func(*arguments)
    after, last = _at_the_root(node, table)
    return after, tuple(each for _, applied in rewritten_parts for each in applied) + last


def _at_the_root(node: Expr, table: Table) -> tuple[Expr, tuple[Applied, ...]]:
    """The node rewritten by the first rule that fits, whatever its parts are."""
    for rule in table.patterns:
        after = apply(rule, node)
        if after is not None and after != node:
            return after, (Applied(rule, node, after),)
    for named, rewrite in table.special:
        if (after := rewrite(node)) != node:
            return after, (Applied(named, node, after),)
    return node, ()


STABLE = Table(RULES, ((LOGSUMEXP, special.log_of_exponentials),))
"""Forms that neither overflow nor cancel, to be published."""

COMPACT = Table(
    COMPACT_RULES,
    (
        (SOFTMAX, special.share_of_exponentials),
        (SURPRISAL, special.less_one_of_its_terms),
        (LOG_GAMMA, special.log_of_gamma),
        (CAUCHY, special.cauchy),
        (GROWTH, special.growth),
    ),
)
"""Forms that are worse to read and may be better to compute: only ever tried as candidates."""

OPENED = Table((), ((LOG_OF_PRODUCT, special.log_of_product),))
"""Logarithms of products as sums: a candidate, because the sum may cancel where the product does not overflow."""

ASYMPTOTIC = Table((), ((SMALL_LOG, special.small_log), (HARMONIC, special.harmonic)))
"""For where a sum in an exponent forgets its smaller term: candidates."""

SCALED = Table((), ((TIMES_EXP, special.product_with_exponential),))
"""For where an exponential overflows before its product does: tried as candidates as well."""
