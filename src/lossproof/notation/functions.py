"""The named functions of likelihoods as SymPy functions: each with its derivative, LaTeX and definition.

    expit(x)      1/(1 + exp(-x))                  softplus(x)    log(1 + exp(x))
    logit(x)      log(x/(1 - x))                   logsumexp(..)  log(exp(a) + exp(b) + ...)
    log1p(x)      log(1 + x)                       expm1(x)       exp(x) - 1
    log1mexp(x)   log(1 - exp(-x)), x > 0          xlogy(x, y)    x log y, and 0 where x = 0
    normcdf(x)    erfc(-x/sqrt(2))/2               lognormcdf(x)  log(normcdf(x))

Nothing is evaluated when one is built. ``f(x).definition()`` rewrites one node into elementary functions,
`definition` every node of an expression. Derivatives are written with named functions again, in forms that
neither overflow nor cancel: the derivative of ``softplus`` is ``expit``, not ``exp(x)/(1 + exp(x))``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy import Expr, Rational, S

from lossproof.notation.vocabulary import FUNCTIONS, Function

__all__ = [
    "CONSTRUCTORS",
    "FUNCTIONS",
    "NAMED",
    "Function",
    "definition",
    "expit",
    "expm1",
    "log1mexp",
    "log1p",
    "logit",
    "lognormcdf",
    "logsumexp",
    "normcdf",
    "softplus",
    "xlogy",
]


class Named(sympy.Function):
    """A function of the grammar's table that SymPy lacks; real for real arguments."""

    def definition(self) -> Expr:
        """The same value in elementary functions."""
        raise NotImplementedError

    def _eval_is_real(self) -> bool | None:
        return None

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        head = FUNCTIONS[type(self).__name__].latex
        arguments = ", ".join(printer._print(argument) for argument in self.args)
        raised = f"^{{{exp}}}" if exp else ""
        return rf"{head}{raised}\left({arguments}\right)"


def _all_real(expression: Expr) -> bool | None:
    return True if all(argument.is_real for argument in expression.args) else None


class expit(Named):
    """``1/(1 + exp(-x))``, between 0 and 1; also called sigmoid. Derivative ``expit(x) expit(-x)``."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        x = self.args[0]
        return expit(x) * expit(-x)

    def definition(self) -> Expr:
        return 1 / (1 + sympy.exp(-self.args[0]))

    def _eval_is_positive(self) -> bool | None:
        return _all_real(self)

    def _eval_is_real(self) -> bool | None:
        return _all_real(self)


class softplus(Named):
    """``log(1 + exp(x))``, positive. Derivative ``expit(x)``."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return expit(self.args[0])

    def definition(self) -> Expr:
        return sympy.log(1 + sympy.exp(self.args[0]))

    def _eval_is_positive(self) -> bool | None:
        return _all_real(self)

    def _eval_is_real(self) -> bool | None:
        return _all_real(self)


class logit(Named):
    """``log(x/(1 - x))`` for 0 < x < 1. Derivative ``1/(x (1 - x))``."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        x = self.args[0]
        return 1 / (x * (1 - x))

    def definition(self) -> Expr:
        x = self.args[0]
        return sympy.log(x / (1 - x))


class log1p(Named):
    """``log(1 + x)`` for x > -1. Derivative ``1/(1 + x)``."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return 1 / (1 + self.args[0])

    def definition(self) -> Expr:
        return sympy.log(1 + self.args[0])

    def _eval_is_real(self) -> bool | None:
        return True if (1 + self.args[0]).is_positive else None


class expm1(Named):
    """``exp(x) - 1``. Derivative ``exp(x)``."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.exp(self.args[0])

    def definition(self) -> Expr:
        return sympy.exp(self.args[0]) - 1

    def _eval_is_real(self) -> bool | None:
        return _all_real(self)


class log1mexp(Named):
    """``log(1 - exp(-x))`` for x > 0 (Mächler 2012). Derivative ``1/expm1(x)``."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return 1 / expm1(self.args[0])

    def definition(self) -> Expr:
        return sympy.log(1 - sympy.exp(-self.args[0]))

    def _eval_is_negative(self) -> bool | None:
        return True if self.args[0].is_positive else None

    def _eval_is_real(self) -> bool | None:
        return True if self.args[0].is_positive else None


class xlogy(Named):
    """``x log y`` for y > 0, and 0 where x = 0 whatever y >= 0. Derivatives ``log y`` (x != 0) and ``x/y``."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> Expr:
        x, y = self.args
        return sympy.log(y) if argindex == 1 else x / y

    def definition(self) -> Expr:
        x, y = self.args
        return sympy.Piecewise((S.Zero, sympy.Eq(x, 0)), (x * sympy.log(y), True))

    def _eval_is_real(self) -> bool | None:
        return True if self.args[0].is_real and self.args[1].is_nonnegative else None


class logsumexp(Named):
    """``log(exp(a) + exp(b) + ...)``. Derivative by ``a``: ``exp(a - logsumexp(a, b, ...))``."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.exp(self.args[argindex - 1] - self)

    def definition(self) -> Expr:
        return sympy.log(sympy.Add(*map(sympy.exp, self.args)))

    def _eval_is_real(self) -> bool | None:
        return _all_real(self)


class normcdf(Named):
    """``P(Z <= x)`` for a standard normal ``Z``: ``erfc(-x/sqrt(2))/2``. Derivative ``exp(-x^2/2)/sqrt(2 pi)``."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.exp(-(self.args[0] ** 2) / 2) / sympy.sqrt(2 * sympy.pi)

    def definition(self) -> Expr:
        return sympy.erfc(-self.args[0] / sympy.sqrt(2)) / 2

    def _eval_is_positive(self) -> bool | None:
        return _all_real(self)

    def _eval_is_real(self) -> bool | None:
        return _all_real(self)


class lognormcdf(Named):
    """``log(normcdf(x))``. Derivative ``exp(-x^2/2 - lognormcdf(x))/sqrt(2 pi)``, finite where normcdf is 0."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        x = self.args[0]
        return sympy.exp(-(x**2) / 2 - lognormcdf(x)) / sympy.sqrt(2 * sympy.pi)

    def definition(self) -> Expr:
        return sympy.log(normcdf(self.args[0]).definition())

    def _eval_is_negative(self) -> bool | None:
        return _all_real(self)

    def _eval_is_real(self) -> bool | None:
        return _all_real(self)


NAMED: tuple[type[Named], ...] = (
    expit,
    softplus,
    logit,
    log1p,
    expm1,
    log1mexp,
    xlogy,
    logsumexp,
    normcdf,
    lognormcdf,
)


def definition(expression: Expr) -> Expr:
    """``expression`` with every named function rewritten into elementary ones, inside out."""
    return expression.replace(lambda node: isinstance(node, Named), lambda node: node.definition())


def _unevaluated(function: Any) -> Callable[..., Expr]:
    return lambda *arguments: function(*arguments, evaluate=False)


def _sqrt(x: Expr) -> Expr:
    return sympy.Pow(x, Rational(1, 2), evaluate=False)


def _delta(i: Expr, j: Expr) -> Expr:
    """Two literals are compared at once: left alone, SymPy cannot compare their delta with anything."""
    return sympy.KroneckerDelta(i, j, evaluate=bool(i.is_Rational and j.is_Rational))


CONSTRUCTORS: dict[str, Callable[..., Expr]] = {
    "exp": _unevaluated(sympy.exp),
    "log": _unevaluated(sympy.log),
    "sqrt": _sqrt,
    "sin": _unevaluated(sympy.sin),
    "cos": _unevaluated(sympy.cos),
    "tanh": _unevaluated(sympy.tanh),
    "sinh": _unevaluated(sympy.sinh),
    "cosh": _unevaluated(sympy.cosh),
    "atan": _unevaluated(sympy.atan),
    "erf": _unevaluated(sympy.erf),
    "erfc": _unevaluated(sympy.erfc),
    "gamma": _unevaluated(sympy.gamma),
    "loggamma": _unevaluated(sympy.loggamma),
    "digamma": lambda x: sympy.polygamma(S.Zero, x, evaluate=False),
    "trigamma": lambda x: sympy.polygamma(S.One, x, evaluate=False),
    "factorial": _unevaluated(sympy.factorial),
    "binomial": _unevaluated(sympy.binomial),
    "Abs": _unevaluated(sympy.Abs),
    "sign": _unevaluated(sympy.sign),
    "Min": _unevaluated(sympy.Min),
    "Max": _unevaluated(sympy.Max),
    "Heaviside": lambda x: sympy.Heaviside(x, Rational(1, 2), evaluate=False),
    "delta": _delta,
    **{function.__name__: _unevaluated(function) for function in NAMED},
}
"""From a function's canonical name to what builds it in SymPy, unevaluated; every value at 0 is the grammar's."""
