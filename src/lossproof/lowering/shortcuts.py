"""Functions that only generated code knows: what a formula of named functions cannot say without losing places.

    normhazard(x)       phi(x)/Phi(x) = exp(-x^2/2 - lognormcdf(x))/sqrt(2 pi)
    normhazard_fall(x)  normhazard(x) (x + normhazard(x)), minus the second derivative of lognormcdf
    softmax(a, b, ..)   exp(a)/(exp(a) + exp(b) + ..) = exp(a - logsumexp(a, b, ..))
    surprisal(a, b, ..) -log softmax(a, b, ..) = logsumexp(a, b, ..) - a
    times_exp(c, x)     c exp(x), where exp(x) alone may overflow

They never stand in a published formula: a certificate compares them with balls of the formula they stand for.
"""

from __future__ import annotations

import sympy
from sympy import Expr

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
