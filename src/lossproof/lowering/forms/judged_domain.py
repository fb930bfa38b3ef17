"""Where a loss was judged: outside of its predictors' domains no function of it gives a number.

u > 0    ->    value(-1, yt) = slope(-1, yt) = curvature(-1, yt) = nan

A search that steps there turns back, as it does where a formula has no value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr, Symbol
from sympy.logic.boolalg import Boolean

from lossproof.errors import CallerError
from lossproof.lowering import validation
from lossproof.lowering.forms.code_functions import drawn_from, guarded, outside
from lossproof.notation.assumptions import Domain, Interval

Array = NDArray[np.float64]


def refuse_unlike_numbers(predictors: Sequence[Symbol], domains: Sequence[Domain]) -> None:
    """CallerError where a predictor is said to be whole or one of a few values: a fit moves it along the line."""
    for predictor, domain in zip(predictors, domains, strict=True):
        if not isinstance(domain, Interval) or domain.integer:
            raise CallerError(
                f"target_domain: it says that the predictor {predictor} is {validation.describe(domain)}; a predictor"
                f" is a real number, so at most its ends can be given, as in '{predictor} > 0'"
            )


def guarded_by_domains(expr: Expr, predictors: Sequence[Symbol], domains: Sequence[Domain]) -> Expr:
    """``expr`` where every predictor lies in its domain, elsewhere not a number."""
    conditions = [each for pair in zip(predictors, domains, strict=True) for each in _conditions(*pair)]
    return guarded(expr, outside(expr), sympy.And(*conditions)) if conditions else expr


def domains_in_words(predictors: Sequence[Symbol], domains: Sequence[Domain]) -> tuple[str, ...]:
    """A line for each predictor that has a domain, for readers of the code."""
    narrow = (pair for pair in zip(predictors, domains, strict=True) if pair[1] != validation.ANY)
    return tuple(
        f"Judged where {predictor} is {validation.describe(domain)}; not a number elsewhere."
        for predictor, domain in narrow
    )


def outside_of_domains(u: Array, domains: Sequence[Domain]) -> NDArray[np.bool_] | None:
    """Which of M rows, u (q, M), leave a domain; None where no domain has an end."""
    narrow = [place for place, domain in enumerate(domains) if domain != validation.ANY]
    if not narrow:
        return None
    return np.logical_or.reduce([validation.outside(domains[place], u[place]) for place in narrow])


def _conditions(predictor: Symbol, domain: Domain) -> Iterator[Boolean]:
    if not isinstance(domain, Interval):
        return
    u = drawn_from(predictor)
    low, high = map(validation.number, (domain.low, domain.high))
    if low is not None:
        yield u > sympy.Float(low) if domain.low_open else u >= sympy.Float(low)
    if high is not None:
        yield u < sympy.Float(high) if domain.high_open else u <= sympy.Float(high)
    for value in map(validation.number, domain.excluded):
        if value is not None:
            yield sympy.Ne(u, sympy.Float(value))
