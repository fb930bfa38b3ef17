"""What a fit is asked for, by names: columns of a frame, a formula, or the arrays themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lossproof.errors import CallerError, DataError
from lossproof.lowering import Loss
from lossproof.training.rows.formulas import FormulaDesign, column_of, design_of, table_of


@dataclass(frozen=True, eq=False)
class Asked:
    """The arguments of a fit with every name replaced by what it stands for; ``formulas`` by predictor."""

    X: Any
    y: Any
    weights: Any
    offset: Any
    names: Sequence[str] | None
    intercept: bool
    formulas: Mapping[str, FormulaDesign]


def asked(loss: Loss, X: Any, y: Any, weights: Any, offset: Any, names: Any, intercept: bool, formula: Any) -> Asked:
    """Names looked up, formulas read. Raises CallerError, DataError and MissingExtra."""
    if formula is not None:
        return _by_formula(loss, X, y, weights, offset, formula)
    if isinstance(y, Mapping) and not loss.columns and set(y) == {loss.target.name}:
        y = y[loss.target.name]
    if y is None:
        return _by_name(loss, X, weights, offset, intercept)
    return Asked(X, y, weights, offset, names, intercept, {})


def _by_name(loss: Loss, X: Any, weights: Any, offset: Any, intercept: bool) -> Asked:
    """``X`` is a frame that holds all that is observed; every predictor is a constant."""
    featured = [symbol.name for symbol in loss.predictors if symbol.name not in loss.parameters]
    if featured:
        raise DataError(f"y: none was given; it is needed where {', '.join(featured)} may have features.")
    observed = {symbol.name: column_of(X, symbol.name) for symbol in (*loss.columns, loss.target)}
    return Asked(None, observed, column_of(X, weights), column_of(X, offset), None, intercept, {})


def _by_formula(loss: Loss, X: Any, y: Any, weights: Any, offset: Any, formula: Any) -> Asked:
    predictors = [symbol.name for symbol in loss.predictors]
    if isinstance(formula, str):
        formula = {name: formula for name in predictors if name not in loss.parameters}
    if not isinstance(formula, Mapping) or not formula or not set(formula) <= set(predictors):
        raise CallerError(f"formula: {formula!r} was given; text, or a text for some of {', '.join(predictors)}.")
    frame = table_of(X)
    found = {name: design_of(text, frame) for name, text in formula.items()}
    target = next((each.target for each in found.values() if each.target is not None), None)
    observed = _observed(loss, frame, y, target)
    weights, offset = column_of(frame, weights), column_of(frame, offset)
    if len(predictors) == 1 and not loss.columns and not loss.parameters:
        only = found[predictors[0]]
        return Asked(only.values, observed[loss.target.name], weights, offset, only.names, only.intercept, found)
    designs = {name: found.get(name) for name in predictors}
    return Asked(designs, observed, weights, offset, None, True, found)


def _observed(loss: Loss, frame: Any, y: Any, target: Any) -> Mapping[str, Any]:
    """All that is observed by the loss's own names: as ``y`` says, else by the left side and columns of that name."""
    if isinstance(y, Mapping):
        return {name: column_of(frame, values) for name, values in y.items()}
    if y is not None:
        target = column_of(frame, y)
    if target is None:
        raise DataError(f"y: none was given, and the formula has no left side; it is needed for {loss.target.name}.")
    return {**{symbol.name: column_of(frame, symbol.name) for symbol in loss.columns}, loss.target.name: target}
