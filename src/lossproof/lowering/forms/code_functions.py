"""Functions that only generated code knows: what a formula of named functions cannot say without losing places.

    normhazard(x)       phi(x)/Phi(x) = exp(-x^2/2 - lognormcdf(x))/sqrt(2 pi)
    normhazard_fall(x)  normhazard(x) (x + normhazard(x)), minus the second derivative of lognormcdf
    softmax(a, b, ..)   exp(a)/(exp(a) + exp(b) + ..) = exp(a - logsumexp(a, b, ..))
    surprisal(a, b, ..) -log softmax(a, b, ..) = logsumexp(a, b, ..) - a
    times_exp(c, x)     c exp(x), where exp(x) alone may overflow
    cauchycdf(x)        1/2 + atan(x)/pi
    log_gamma(x)        log(gamma(x)) for a whole x as well
    logcauchycdf(x)     log(1/2 + atan(x)/pi)
    bose(x)             x/(exp(x) - 1)
    bose_fall(x)        (x - 1 + bose(x))/x
    relative_log1p(x)   log(1 + x)/x
    relative_log1p_fall(x)  (relative_log1p(x) - 1/(1 + x))/x
    loggamma_growth(x, n)  loggamma(x + n) - loggamma(x), and likewise digamma_growth, trigamma_growth
    extended(x)         x, computed in wide numbers
    exact(x)            x, computed in balls that keep apart what is exact (`numbers.split_balls`)
    outside(x)          not a number: x where nobody judged it
    drawn_from(u)       u, of which a condition is asked though its symbol says that it holds

They never stand in a published formula: a certificate compares them with balls of the formula they stand for.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Expr
from sympy.logic.boolalg import Boolean

from lossproof.notation.functions import lognormcdf, logsumexp


class normhazard(sympy.Function):
    """phi(x)/Phi(x). Derivative ``-normhazard_fall(x)``."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return -normhazard_fall(self.args[0])

    def definition(self) -> Expr:
        x = self.args[0]
        return sympy.exp(-(x**2) / 2 - lognormcdf(x)) / sympy.sqrt(2 * sympy.pi)


class normhazard_fall(sympy.Function):
    """normhazard(x) (x + normhazard(x)), between 0 and 1."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        x, fall = self.args[0], self
        return normhazard(x) * (1 - fall) - fall * (x + normhazard(x))

    def definition(self) -> Expr:
        hazard = normhazard(self.args[0]).definition()
        return hazard * (self.args[0] + hazard)


class softmax(sympy.Function):
    """The share of the first argument: exp(a)/(exp(a) + exp(b) + ...)."""

    def fdiff(self, argindex: int = 1) -> Expr:
        if argindex == 1:
            return self * self.others()
        return -self * self.share_of(argindex - 1)

    def others(self) -> Expr:
        """1 less the share, as the sum of the other shares."""
        return sympy.Add(*(self.share_of(place) for place in range(1, len(self.args))))

    def share_of(self, place: int) -> Expr:
        """The share of another argument among the same ones."""
        rest = [argument for other, argument in enumerate(self.args) if other != place]
        return softmax(self.args[place], *rest)

    def definition(self) -> Expr:
        return sympy.exp(self.args[0] - logsumexp(*self.args))


class surprisal(sympy.Function):
    """-log of the share of the first argument."""

    def fdiff(self, argindex: int = 1) -> Expr:
        mine = softmax(*self.args)
        return mine.share_of(argindex - 1) if argindex > 1 else -mine.others()

    def definition(self) -> Expr:
        return logsumexp(*self.args) - self.args[0]


class times_exp(sympy.Function):
    """c exp(x)."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.exp(self.args[1]) if argindex == 1 else self

    def definition(self) -> Expr:
        return self.args[0] * sympy.exp(self.args[1])


class cauchycdf(sympy.Function):
    """1/2 + atan(x)/pi."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return 1 / (sympy.pi * (1 + self.args[0] ** 2))

    def definition(self) -> Expr:
        return sympy.Rational(1, 2) + sympy.atan(self.args[0]) / sympy.pi


class log_gamma(sympy.Function):
    """log(gamma(x)) for x > 0, which SymPy's loggamma turns back into wherever x is a whole number."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.polygamma(0, self.args[0])

    def definition(self) -> Expr:
        return sympy.log(sympy.gamma(self.args[0]))


class logcauchycdf(sympy.Function):
    """log(1/2 + atan(x)/pi)."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        x = self.args[0]
        return 1 / (sympy.pi * (1 + x**2) * cauchycdf(x))

    def definition(self) -> Expr:
        return sympy.log(cauchycdf(self.args[0]).definition())


class Growth(sympy.Function):
    """f(x + n) - f(x) for a derivative f of loggamma, at positive arguments."""

    nargs = 2
    order: int  # of the derivative; -1 for loggamma itself

    def fdiff(self, argindex: int = 1) -> Expr:
        x, n = self.args
        return GROWTHS[self.order + 1](x, n) if argindex == 1 else sympy.polygamma(self.order + 1, x + n)

    def definition(self) -> Expr:
        x, n = self.args
        if self.order < 0:
            return sympy.loggamma(x + n) - sympy.loggamma(x)
        return sympy.polygamma(self.order, x + n) - sympy.polygamma(self.order, x)


class loggamma_growth(Growth):
    """loggamma(x + n) - loggamma(x)."""

    order = -1


class digamma_growth(Growth):
    """digamma(x + n) - digamma(x)."""

    order = 0


class trigamma_growth(Growth):
    """trigamma(x + n) - trigamma(x)."""

    order = 1


GROWTHS: dict[int, type[Growth]] = {-1: loggamma_growth, 0: digamma_growth, 1: trigamma_growth}


class bose(sympy.Function):
    """x/(exp(x) - 1), and 1 at 0."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return -self * bose_fall(self.args[0])

    def definition(self) -> Expr:
        return self.args[0] / (sympy.exp(self.args[0]) - 1)


class bose_fall(sympy.Function):
    """(x - 1 + bose(x))/x, and 1/2 at 0."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        x = self.args[0]
        return (1 - bose(x) * self - self) / x

    def definition(self) -> Expr:
        return 1 - (1 - bose(self.args[0]).definition()) / self.args[0]


class relative_log1p(sympy.Function):
    """log(1 + x)/x, and 1 at 0."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return -relative_log1p_fall(self.args[0])

    def definition(self) -> Expr:
        return sympy.log(1 + self.args[0]) / self.args[0]


class relative_log1p_fall(sympy.Function):
    """(log(1 + x)/x - 1/(1 + x))/x, and 1/2 at 0."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        x = self.args[0]
        return (1 / (1 + x) ** 2 - 2 * self) / x

    def definition(self) -> Expr:
        x = self.args[0]
        return (relative_log1p(x).definition() - 1 / (1 + x)) / x


class extended(sympy.Function):
    """The argument itself, computed in wide numbers and rounded once."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.S.One

    def definition(self) -> Expr:
        return self.args[0]


class exact(extended):
    """The argument itself, computed in balls and rounded once: right wherever the formula has a value."""


class outside(extended):
    """Not a number, in place of a formula where its arguments leave the domain in which it was judged."""


class drawn_from(sympy.Function):
    """The argument itself, as a number that may be anything: u > 0 would be true at once for a positive symbol."""

    nargs = 1

    def definition(self) -> Expr:
        return self.args[0]


def guarded(near: Expr, far: extended, inside: Boolean) -> Expr:
    """``near`` where ``inside`` holds, elsewhere ``far``, which is in wide numbers, in balls or `outside`."""
    return sympy.Piecewise((near, inside), (far, True), evaluate=False)


@dataclass(frozen=True, slots=True)
class Parts:
    """The two ways to compute a formula (the far one is an ``extended``), and where the near one is right."""

    near: Expr
    far: extended
    inside: Boolean


def parts(expr: Expr) -> Parts | None:
    """What `guarded` was made of; None for any other formula."""
    if isinstance(expr, sympy.Piecewise) and isinstance(expr.args[-1][0], extended):
        (near, inside), (far, _) = expr.args
        return Parts(near, far, inside)
    return None


def without_balls(expr: Expr) -> Boolean:
    """Where ``expr`` is computed in floats alone: everywhere, as a rule."""
    found = parts(expr)
    if found is None:
        return sympy.false if expr.has(exact) else sympy.true
    near, far = without_balls(found.near), without_balls(found.far)
    if near == far == sympy.true:
        return sympy.true
    return sympy.Or(sympy.And(found.inside, near), sympy.And(sympy.Not(found.inside), far))


def formula(expr: Expr) -> Expr:
    """The formula behind ``extended(...)`` and `guarded`: the nearest one, where one guards another."""
    found = parts(expr)
    if found is not None:
        return formula(found.near)
    return expr.args[0] if isinstance(expr, extended) else expr
