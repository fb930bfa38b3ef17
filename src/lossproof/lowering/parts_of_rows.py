"""What of a row's formulas need not be computed for every row each time.

    loggamma(y + 1)         of columns alone: once for all evaluations of the same rows
    loggamma(y + theta)     where theta is one number for all rows: once for each different y, and put into the rows

Such parts become columns of the formulas that are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray
from scipy import special
from sympy import Expr, Symbol
from sympy.logic.boolalg import Boolean

from lossproof.lowering.code.formula_code import numpy_together
from lossproof.lowering.code.loss_formulas import Formulas
from lossproof.lowering.code.needed import EVERYTHING
from lossproof.lowering.loss import Loss

Array = NDArray[np.float64]
FEW = 4  # rows for each different value from which a table of values pays
MOST_STEPS = 1 << 9  # terms of a growth
LOOKED_AT = 1 << 9  # rows that tell whether there may be few
_OWN = "part"  # how the letters of parts are called


@dataclass(frozen=True, eq=False)
class Parts:
    """``rest`` has the parts as its first columns; ``of_columns`` come before ``of_values``, which hold ``places``."""

    loss: Loss
    rest: Formulas
    of_columns: tuple[Expr, ...]
    of_values: tuple[Expr, ...]
    constant: tuple[int, ...]
    """Which predictors are one number for all rows."""

    @property
    def count(self) -> int:
        """How many columns they add."""
        return len(self.of_columns) + len(self.of_values)

    @cached_property
    def places(self) -> list[int]:
        """The observed columns in the parts that hang on values."""
        letters = {letter for part in self.of_values for letter in part.free_symbols}
        return [k for k, letter in enumerate(self.observed) if letter in letters]

    @property
    def observed(self) -> tuple[Symbol, ...]:
        return (*self.loss.columns, self.loss.target)

    @cached_property
    def columns_function(self) -> Callable[..., Any]:
        """Of the observed columns."""
        return numpy_together(self.observed, self.of_columns)

    @cached_property
    def values_function(self) -> Callable[..., Any]:
        """Of the constant predictors and the columns of `places`."""
        letters = [self.loss.predictors[p] for p in self.constant]
        letters += [self.observed[k] for k in self.places]
        return numpy_together(letters, self.of_values, {**EVERYTHING, **OF_FEW_VALUES})


def _grown(term: Callable[[Array], Array], function: Callable[[Array], Array]) -> Callable[[Any, Any], Array]:
    """f(x + n) - f(x) as term(x) + term(x + 1) + ... + term(x + n - 1) for whole n, as the referee proves it."""

    def growth(x: Any, n: Any) -> Array:
        most = float(np.max(n))
        if np.ndim(x) or not (np.ndim(n) and np.min(n) >= 0 and most <= MOST_STEPS and (n == np.floor(n)).all()):
            return np.asarray(function(x + n) - function(x))
        sums = np.zeros(int(most) + 1)
        np.cumsum(term(x + np.arange(most)), out=sums[1:])
        return sums[n.astype(np.intp)]

    return growth


TRIGAMMA = partial(special.zeta, 2.0)
OF_FEW_VALUES = {
    "loggamma": special.gammaln,
    "digamma": special.digamma,
    "trigamma": TRIGAMMA,
    "loggamma_growth": _grown(np.log, special.gammaln),
    "digamma_growth": _grown(np.reciprocal, special.digamma),
    "trigamma_growth": _grown(lambda x: -1.0 / np.square(x), TRIGAMMA),
}
"""What is quickest for few values, whose calls cost more than what they compute."""


@lru_cache(maxsize=64)
def parts_of(loss: Loss, constant: tuple[int, ...]) -> Parts:
    """The parts of the plain forms of ``loss`` where the predictors ``constant`` are the same for all rows."""
    plain = loss.plain
    observed = frozenset((*plain.columns, plain.target))
    still = observed.union(plain.predictors[p] for p in constant)
    found = dict.fromkeys(part for each in plain.components() for part in _worth_it(each.expr, still))
    of_columns = tuple(part for part in found if part.free_symbols <= observed)
    of_values = tuple(part for part in found if not part.free_symbols <= observed)
    own = _OWN
    while any(letter.name.startswith(own) for letter in plain.arguments):
        own += "_"
    table = {part: Symbol(f"{own}{k}", real=True) for k, part in enumerate((*of_columns, *of_values))}
    return Parts(loss, _with_letters(plain, table), of_columns, of_values, constant)


def _worth_it(expr: sympy.Basic, still: frozenset[Symbol]) -> Iterator[Expr]:
    """The largest calls and powers in ``expr`` that hold no other letters than ``still``."""
    letters = expr.free_symbols
    if not letters or isinstance(expr, Boolean):
        return
    if letters <= still and isinstance(expr, Expr) and _is_dear(expr):
        yield expr
        return
    for part in expr.args:
        yield from _worth_it(part, still)


def _is_dear(expr: Expr) -> bool:
    """A call or a power that takes more than a few multiplications."""
    if isinstance(expr, sympy.Pow):
        return not expr.exp.is_Integer
    return isinstance(expr, sympy.Function) and not isinstance(
        expr, sympy.Piecewise | sympy.Abs | sympy.sign | sympy.Heaviside | sympy.Max | sympy.Min
    )


def _with_letters(plain: Formulas, table: dict[Expr, Symbol]) -> Formulas:
    """The formulas with the letters of ``table`` as their first columns."""
    if not table:
        return plain
    value, slopes = plain.value.xreplace(table), tuple(each.xreplace(table) for each in plain.slopes)
    curvatures = tuple(tuple(each.xreplace(table) for each in row) for row in plain.curvatures)
    columns = (*table.values(), *plain.columns)
    return replace(plain, value=value, slopes=slopes, curvatures=curvatures, columns=columns)


def split(loss: Loss, observed: Array, constant: tuple[int, ...]) -> Parts:
    """The parts that pay for the rows ``observed`` (M, c + 1): values only where few of them differ."""
    found = parts_of(loss, constant)
    if not found.of_values or _are_few(observed, found.places):
        return found
    return parts_of(loss, ())


def _are_few(observed: Array, places: list[int]) -> bool:
    if len(places) > 1:
        return False
    some = observed[:: max(1, len(observed) // LOOKED_AT), places]
    return len(np.unique(some)) * FEW <= len(some)


class Table:
    """The parts that hang on values, for each different value in the rows ``observed`` (M, c + 1)."""

    def __init__(self, parts: Parts, observed: Array) -> None:
        self._parts = parts
        self._different: tuple[Array, ...] = ()
        self.where = np.zeros(len(observed), np.intp)
        if parts.places:
            different, self.where = np.unique(observed[:, parts.places[0]], return_inverse=True)
            self._different = (different,)
        self._known: tuple[list[float], Any] = ([], ())

    def at(self, constants: list[float]) -> Sequence[Any]:
        """An array of each part, or a number; what was asked last is known."""
        if self._known[0] != constants:
            with np.errstate(all="ignore"):
                self._known = constants, self._parts.values_function(*constants, *self._different)
        return self._known[1]


class Columns:
    """The columns of `Parts.rest` for the ``rows`` of those in ``table``, again and again."""

    def __init__(self, parts: Parts, table: Table, observed: Array, rows: slice) -> None:
        observed = observed[rows]
        self._parts, self._table, self._where = parts, table, table.where[rows]
        self.wide = np.empty((parts.count + observed.shape[1], len(observed)))
        self.wide[parts.count :] = observed.T
        if parts.of_columns:
            with np.errstate(all="ignore"):
                for row, values in zip(self.wide, parts.columns_function(*observed.T), strict=False):
                    row[:] = values

    def at(self, u: Array) -> Array:
        """(parts + c + 1, M) for the predictors u (q, M)."""
        parts = self._parts
        if parts.of_values:
            found = self._table.at([float(u[p, 0]) for p in parts.constant])
            for k, values in enumerate(found, len(parts.of_columns)):
                if np.ndim(values):
                    np.take(values, self._where, out=self.wide[k])
                else:
                    self.wide[k] = values
        return self.wide
