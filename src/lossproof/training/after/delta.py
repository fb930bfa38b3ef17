"""Functions of the parameters with their uncertainty, by the delta method.

    g(w)      V[g] = G V G',  G = dg/dw      ends: g -+ quantile sqrt(V[g])

The derivatives are those of the formula, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp

from lossproof.errors import CallerError, DataError
from lossproof.lowering.code.formula_code import numpy_function
from lossproof.notation import parse
from lossproof.training.arrays import Matrix, Vector

if TYPE_CHECKING:
    from lossproof.training.result import Fit


@dataclass(frozen=True, eq=False)
class Derived:
    """``values`` (k,) of ``formulas``, their ``covariance`` (k, k), and the ``intervals`` (k, 2) at a level."""

    formulas: tuple[str, ...]
    values: Vector
    covariance: Matrix
    intervals: Matrix

    @property
    def standard_errors(self) -> Vector:
        """sqrt diag(covariance) (k,)."""
        return np.sqrt(np.diag(self.covariance))

    def __str__(self) -> str:
        width = max(map(len, self.formulas))
        head = f"{'':<{width}} {'value':>12} {'std err':>12} {'from':>12} {'to':>12}"
        rows = zip(self.formulas, self.values, self.standard_errors, *self.intervals.T, strict=True)
        lines = (" ".join([f"{name:<{width}}", *(f"{each:>12.6g}" for each in numbers)]) for name, *numbers in rows)
        return "\n".join([head, *lines])


def delta(fit: Fit, formulas: str | Sequence[str], letters: Mapping[str, str], level: float) -> Derived:
    """The ``formulas`` at the fit, in letters that stand for parameters. Raises CallerError and DataError."""
    if not 0 < level < 1:
        raise DataError(f"level: {level!r} was given; a number between 0 and 1 is needed, such as 0.95.")
    texts = (formulas,) if isinstance(formulas, str) else tuple(formulas)
    if not texts:
        raise CallerError("formulas: none was given.")
    rows = [_at(fit, parse(text), letters) for text in texts]
    values, slopes = np.array([value for value, _ in rows]), np.array([slope for _, slope in rows])
    covariance = slopes @ fit.covariance() @ slopes.T
    reach = fit.quantile(level) * np.sqrt(np.diag(covariance))
    return Derived(texts, values, covariance, np.column_stack([values - reach, values + reach]))


def _at(fit: Fit, formula: sp.Expr, letters: Mapping[str, str]) -> tuple[float, Vector]:
    """The value of a formula and its derivatives by the parameters (p,)."""
    symbols = sorted(formula.free_symbols, key=str)
    places = [_place(fit, letters.get(symbol.name, symbol.name), symbol.name) for symbol in symbols]
    at = [np.array([each]) for each in fit.params[places]]
    slope = np.zeros(len(fit.params))
    with np.errstate(all="ignore"):
        value = float(np.squeeze(numpy_function(tuple(symbols), formula)(*at)))
        for symbol, place in zip(symbols, places, strict=True):
            slope[place] += float(np.squeeze(numpy_function(tuple(symbols), sp.diff(formula, symbol))(*at)))
    if not (np.isfinite(value) and np.isfinite(slope).all()):
        raise DataError(f"formulas: {formula} has no finite value and slope at the fit.")
    return value, slope


def _place(fit: Fit, name: str, letter: str) -> int:
    if name not in fit.names:
        hint = "" if name != letter else f"; a letter stands for a name that is no word: {letter}={fit.names[0]!r}"
        raise DataError(f"{name!r} is no parameter; there are {', '.join(fit.names)}{hint}.")
    return fit.names.index(name)
