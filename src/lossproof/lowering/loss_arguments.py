"""What a loss may be made of: the sentence about an argument that is none of it names the argument and what would do.

Numbers of Python become those of SymPy, with every digit; nothing is read from text but the domain of the target.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Rational, Real
from typing import Any

import sympy
from sympy import Expr, Symbol
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.function import AppliedUndef

from lossproof.errors import CallerError
from lossproof.notation.assumptions import Assumptions

MOST_TERMS = 64
_NOT_REAL = (sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.I)


def check_letters(predictors: Any, target: Any, columns: Any = ()) -> None:
    """CallerError unless all are different symbols, ``predictors`` and ``columns`` in tuples."""
    one = isinstance(predictors, Symbol)
    if not isinstance(predictors, tuple) or not all(isinstance(each, Symbol) for each in predictors):
        instead = f"({predictors},)" if one else "(u,) with u = sympy.Symbol('u', real=True)"
        raise CallerError(f"predictors: {_shown(predictors)} was given; a tuple of symbols is needed, as in {instead}")
    if not predictors:
        raise CallerError("predictors: none was given; name at least one, as in (u,)")
    if not isinstance(target, Symbol):
        raise CallerError(
            f"target: {_shown(target)} was given; a symbol is needed, as in sympy.Symbol('yt', real=True)"
        )
    if not isinstance(columns, tuple) or not all(isinstance(each, Symbol) for each in columns):
        raise CallerError(f"columns: {_shown(columns)} was given; a tuple of symbols is needed, as in (tau, d)")
    names = [symbol.name for symbol in (*predictors, *columns, target)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CallerError(f"predictors, columns and target: {twice[0]} stands twice; each needs a name of its own")


def check_parameters(parameters: Any, predictors: tuple[Symbol, ...]) -> None:
    """CallerError unless ``parameters`` is a tuple of names of predictors."""
    known = [symbol.name for symbol in predictors]
    if not isinstance(parameters, tuple) or not all(isinstance(each, str) for each in parameters):
        raise CallerError(f"parameters: {_shown(parameters)} was given; a tuple of names is needed, as in ('theta',)")
    for name in parameters:
        if name not in known or parameters.count(name) > 1:
            raise CallerError(f"parameters: {name!r} was given; each is one of the predictors {', '.join(known)}, once")


def check_domain(domain: Any) -> None:
    """CallerError for what is neither text nor `Assumptions`."""
    if not isinstance(domain, (str, Assumptions)):
        raise CallerError(f"target_domain: {_shown(domain)} was given; text is needed, as in '0 <= yt <= 1'")


def expression(argument: str, given: Any, letters: Iterable[Symbol]) -> Expr:
    """``given`` as an expression in the ``letters``. Raises CallerError, which names the ``argument``."""
    found = _in_terms(argument, given) if isinstance(given, Expr) else _number(argument, given)
    if found.has(*_NOT_REAL) or not found.is_commutative:
        raise CallerError(f"{argument}: {_shown(given)} was given; a formula that is a real number is needed")
    unknown = sorted({str(call.func) for call in found.atoms(AppliedUndef)})
    if unknown:
        raise CallerError(f"{argument}: {_shown(given)} was given; it does not say what {', '.join(unknown)} is")
    known = {symbol.name: symbol for symbol in letters}
    for free in sorted(found.free_symbols - set(known.values()), key=str):
        if str(free) in known:
            raise CallerError(
                f"{argument}: its {free} is another symbol than the {free} of the loss, with other assumptions; use "
                "the same in all of them"
            )
        names = ", ".join(known)
        raise CallerError(f"{argument}: {free} is neither a predictor nor the target or a column; known are {names}")
    return found


def _in_terms(argument: str, formula: Expr) -> Expr:
    """``formula`` with its sums and products term by term: code has one formula for all rows."""
    if not formula.has(ExprWithLimits):
        return formula

    def terms(part: Expr) -> Expr:
        inner, (index, low, high) = part.function, part.limits[0]
        if len(part.limits) > 1 or not (low.is_Integer and high.is_Integer and high - low < MOST_TERMS):
            raise CallerError(
                f"{argument}: its {type(part).__name__.lower()} over {index} from {low} to {high} has no code; with"
                f" numbers for both ends, and at most {MOST_TERMS} terms, it has; or write it in functions, as"
                " loggamma(y + a) - loggamma(a) is the sum of log(a + k) over k from 0 to y - 1"
            )
        each = [inner.xreplace({index: sympy.Integer(k)}) for k in range(int(low), int(high) + 1)]
        return sympy.Mul(*each) if isinstance(part, sympy.Product) else sympy.Add(*each)

    return formula.replace(lambda part: isinstance(part, sympy.Sum | sympy.Product), terms)


def row(argument: str, given: Any, length: int, letters: Iterable[Symbol]) -> tuple[Expr, ...]:
    """``given`` as a tuple of so many expressions. Raises CallerError."""
    if not isinstance(given, tuple) or len(given) != length:
        raise CallerError(
            f"{argument}: {_shown(given)} was given; with {length} predictors a tuple of {length} expressions is needed"
        )
    return tuple(expression(f"{argument}[{k}]", entry, letters) for k, entry in enumerate(given))


def square(argument: str, given: Any, length: int, letters: Iterable[Symbol]) -> tuple[tuple[Expr, ...], ...]:
    """``given`` as a tuple of so many such tuples. Raises CallerError."""
    if not isinstance(given, tuple) or len(given) != length:
        raise CallerError(
            f"{argument}: {_shown(given)} was given; with {length} predictors a tuple of {length} tuples is needed"
        )
    return tuple(row(f"{argument}[{k}]", entries, length, letters) for k, entries in enumerate(given))


def _number(argument: str, given: Any) -> Expr:
    if isinstance(given, bool) or not isinstance(given, Real):
        raise CallerError(f"{argument}: {_shown(given)} was given; a SymPy expression or a number is needed")
    if isinstance(given, Rational):
        return sympy.Rational(int(given.numerator), int(given.denominator))
    if not math.isfinite(given):
        raise CallerError(f"{argument}: {_shown(given)} was given; a finite number or an expression is needed")
    return sympy.Rational(*float(given).as_integer_ratio())


def _shown(given: Any) -> str:
    return f"{repr(given)[:60]} ({type(given).__name__})"
