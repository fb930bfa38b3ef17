"""A fit as a JSON file: numbers, names, and formulas in the project's grammar. Reading one runs nothing.

Numbers keep all their digits; nan is written as null, what is infinite as text. A file is read field by field
through `FIELDS`; what is not of the expected shape refuses the whole file. The loss of a file is known by its formulas:
no name or digest in it can make it another's.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from sympy import Symbol

from lossproof.errors import CallerError, DataError
from lossproof.lowering import Loss
from lossproof.lowering.loss import DISPERSIONS
from lossproof.notation import (
    Scope,
    assumptions_text,
    check_name,
    from_sympy,
    parse_assumptions,
    parse_tree,
    to_sympy,
    to_text,
)
from lossproof.notation.assumptions import Assumptions
from lossproof.store import write_whole
from lossproof.training.certainty.inference import UNKNOWN, Certainty
from lossproof.training.existence.separation import Separation
from lossproof.training.minimise.choose import METHODS
from lossproof.training.minimise.solution import Outcome
from lossproof.training.result import Fit, Shape

_FORMAT = "lossproof fit 4"
_LARGEST_FILE = 1 << 28
_MOST_ROWS = 1 << 28
_MOST = 1 << 53  # counts beyond are no longer exact as floats
_SAME = 1e-9
_INFINITE = ("inf", "-inf")


@dataclass(frozen=True, slots=True)
class Field:
    """How one field of `Fit` is written and read; ``read`` raises ValueError or TypeError for anything else."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def save(fit: Fit, path: str | Path) -> None:
    """Write ``fit`` to ``path``, whole or not at all. Raises CallerError where that cannot be."""
    place = _file(path)
    data = {"format": _FORMAT, **{name: field.write(_of(fit, name)) for name, field in FIELDS.items()}}
    write_whole(place, json.dumps(data, allow_nan=False, indent=1) + "\n")


def _of(fit: Fit, name: str) -> Any:
    return fit.covariance() if name == "covariance" else getattr(fit, name)


def load_fit(path: str | Path) -> Fit:
    """Read a fit that `Fit.save` wrote. Raises DataError for any other file; nothing in it is ever run."""
    path = _file(path)
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise DataError(f"{path}: larger than any fit that lossproof saves ({_LARGEST_FILE >> 20} MiB).")
        data = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_once)
        return _fit(data)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}).") from error
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{path}: this is not a fit saved by lossproof ({_first_line(error)}).") from error


def _file(path: Any) -> Path:
    if not isinstance(path, (str, PathLike)) or not str(path):
        raise CallerError(f"path: {path!r} was given; the path of a file is needed, as in 'fit.json'.")
    return Path(path)


def _fit(data: Any) -> Fit:
    if not isinstance(data, dict) or data.get("format") != _FORMAT:
        raise ValueError(f'"format": "{_FORMAT}" is missing')
    data = {"lasso": 0.0, **data}  # which earlier files do not have
    if set(data) != {"format", *FIELDS}:
        raise ValueError("its fields are others")
    read = {name: field.read(data[name]) for name, field in FIELDS.items()}
    known = Certainty(**{name: read.pop(name) for name in _OF_CERTAINTY})
    fit = Fit(**read, known=known)
    for kind, agree in _LAWS.items():
        if not agree(fit):
            raise ValueError(f"its {kind} contradict each other")
    return fit


def _sizes(fit: Fit) -> bool:
    p, width = len(fit.names), len(fit.features) + fit.intercept
    shapes = (fit.params.shape, fit.standard_errors.shape, fit.covariance().shape, fit.coefficients.shape)
    return shapes == ((p,), (p,), (p, p), (len(fit.model.predictors), width)) and fit.rank <= p


def _rows(fit: Fit) -> bool:
    return fit.separation is None or len(fit.separation.rows) == fit.rows


def _same_parameters(fit: Fit) -> bool:
    """The parameters are the coefficients, of all predictors or of all but one, whose own are 0."""
    table = fit.coefficients
    if fit.designs:
        rows = zip(fit.designs, table, strict=True)
        places = [([fit.features.index(name) for name in each.features], each.intercept, row) for each, row in rows]
        held = [part for own, constant, row in places for part in (row[own], row[-1:] if constant else row[:0])]
        return np.array_equal(fit.params, np.concatenate(held), equal_nan=True)
    without = [np.delete(table, k, axis=0) for k in np.flatnonzero((table == 0).all(axis=1))]
    return any(np.array_equal(fit.params, free.ravel(), equal_nan=True) for free in (table, *without))


def _same_certainty(fit: Fit) -> bool:
    """The covariance is symmetric, and its diagonal the squares of the standard errors, where these are floats."""
    errors, variances = fit.standard_errors, np.diag(fit.covariance())
    held = ~np.isnan(variances)
    with np.errstate(over="ignore"):
        same = np.allclose(variances[held], errors[held] ** 2, rtol=_SAME, atol=0.0)
    covariance = fit.covariance()
    mirrored = np.allclose(covariance, covariance.T, rtol=_SAME, atol=0.0, equal_nan=True)
    return bool(same and mirrored and not (errors < 0).any())


_LAWS: dict[str, Callable[[Fit], bool]] = {
    "sizes": _sizes,
    "rows": _rows,
    "parameters": _same_parameters,
    "standard errors": _same_certainty,
}
"""What the fields of a fit say of each other."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field stands twice")
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _number_out(x: float) -> float | str | None:
    if math.isinf(x):
        return _INFINITE[0] if x > 0 else _INFINITE[1]
    return None if math.isnan(x) else float(x)


def _number(x: Any) -> float:
    if x is None:
        return math.nan
    if x in _INFINITE:
        return float(x)
    if isinstance(x, bool) or not isinstance(x, (int, float)):
        raise TypeError("a number is missing")
    return float(x)


def _at_least_zero(x: Any) -> float:
    found = _number(x)
    if found < 0:
        raise ValueError(f"{found:g} is below 0")
    return found


def _size(x: Any) -> float:
    """A finite number from 0."""
    found = _at_least_zero(x)
    if not math.isfinite(found):
        raise ValueError("a finite number is missing")
    return found


def _count(x: Any) -> int:
    if not 0 <= _exactly(int)(x) <= _MOST:
        raise ValueError("no such count")
    return int(x)


def _one_of(*known: str) -> Callable[[Any], str]:
    def read(x: Any) -> str:
        if _exactly(str)(x) not in known:
            raise ValueError(f"{x[:60]!r} is none of {', '.join(known)}")
        return str(x)

    return read


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(x: Any) -> Any:
        if type(x) is not kind:
            raise TypeError(f"{kind.__name__} expected")
        return x

    return read


def _array_out(a: Any) -> Any:
    return _number_out(a) if np.ndim(a) == 0 else [_array_out(part) for part in a]


def _array(axes: int) -> Callable[[Any], Any]:
    def numbers(x: Any, left: int) -> Any:
        if left == 0:
            return _number(x)
        return [numbers(part, left - 1) for part in _exactly(list)(x)]

    return lambda x: np.array(numbers(x, axes), dtype=np.float64)


def _known_out(a: Any) -> Any:
    return None if np.isnan(a).all() else _array_out(a)


def _known(axes: int) -> Callable[[Any], Any]:
    return lambda x: None if x is None else _array(axes)(x)


def _texts(x: Any) -> tuple[str, ...]:
    return tuple(_exactly(str)(text) for text in _exactly(list)(x))


def _history(x: Any) -> tuple[Any, ...]:
    entries = [_exactly(dict)(entry) for entry in _exactly(list)(x)]
    return tuple({_exactly(str)(key): _number(value) for key, value in entry.items()} for entry in entries)


def _history_out(history: Any) -> list[dict[str, Any]]:
    return [{key: value if key == "iteration" else _number_out(value) for key, value in e.items()} for e in history]


def _outcome(name: Any) -> Outcome:
    return Outcome[_exactly(str)(name)]


def _separation_out(found: Separation | None) -> Any:
    if found is None:
        return None
    rows = np.flatnonzero(found.rows).tolist()
    return {
        "kind": found.kind,
        "features": list(found.features),
        "rows": rows,
        "of": len(found.rows),
        "direction": _array_out(found.direction),
    }


def _separation(x: Any) -> Separation | None:
    if x is None:
        return None
    count, separated = _exactly(int)(x["of"]), [_exactly(int)(row) for row in _exactly(list)(x["rows"])]
    if not 0 <= count <= _MOST_ROWS or not all(0 <= row < count for row in separated):
        raise ValueError("no such rows")
    rows = np.zeros(count, dtype=bool)
    rows[separated] = True
    kind = _exactly(str)(x["kind"])
    if kind not in ("quasi", "complete"):
        raise ValueError("no such kind of separation")
    return Separation(kind, _texts(x["features"]), rows, _array(1)(x["direction"]))


def _designs_out(designs: tuple[Shape, ...]) -> Any:
    return [[each.predictor, list(each.features), each.intercept] for each in designs]


def _designs(x: Any) -> tuple[Shape, ...]:
    return tuple(
        Shape(_exactly(str)(predictor), _texts(features), _exactly(bool)(intercept))
        for predictor, features, intercept in _exactly(list)(x)
    )


def _loss_out(loss: Loss) -> dict[str, Any]:
    domain = loss.target_domain
    positive = [f"{symbol.name} > 0" for symbol in loss.predictors if symbol.is_positive and not _says(domain, symbol)]
    return {
        "name": loss.name,
        "dispersion": loss.dispersion,
        "predictors": [symbol.name for symbol in loss.predictors],
        "target": loss.target.name,
        "columns": [symbol.name for symbol in loss.columns],
        "parameters": list(loss.parameters),
        "where": "; ".join([*positive, domain if isinstance(domain, str) else "; ".join(assumptions_text(domain))]),
        "value": _formula_out(loss.value),
        "slopes": [_formula_out(slope) for slope in loss.slopes],
        "curvatures": [[_formula_out(entry) for entry in row] for row in loss.curvatures],
    }


def _says(domain: Assumptions | str, symbol: Symbol) -> bool:
    """Whether the domain of what is observed speaks of a predictor already."""
    return symbol.name in (parse_assumptions(domain) if isinstance(domain, str) else domain).scalars


def _formula_out(expr: Any) -> str:
    return to_text(from_sympy(expr))


def _loss(x: Any) -> Loss:
    where = _exactly(str)(x["where"])
    scope = Scope(parse_assumptions(where))
    predictors, columns, target = _texts(x["predictors"]), _texts(x["columns"]), _exactly(str)(x["target"])
    for name in (*predictors, *columns, target):
        check_name(name)

    def formula(text: Any) -> Any:
        return to_sympy(parse_tree(_exactly(str)(text)), scope)

    slopes = tuple(formula(text) for text in _exactly(list)(x["slopes"]))
    curvatures = tuple(tuple(formula(text) for text in _exactly(list)(row)) for row in _exactly(list)(x["curvatures"]))
    if not len(predictors) == len(slopes) == len(curvatures) or not predictors:
        raise CallerError("the loss has another number of slopes than of predictors")
    one = len(predictors) == 1
    return Loss(
        name=_exactly(str)(x["name"]),
        predictors=tuple(scope.symbol(name) for name in predictors),
        target=scope.symbol(target),
        target_domain=where,
        value=formula(x["value"]),
        slope=slopes[0] if one else slopes,
        curvature=curvatures[0][0] if one else curvatures,
        dispersion=_exactly(str)(x["dispersion"]),
        columns=tuple(scope.symbol(name) for name in columns),
        parameters=_texts(x["parameters"]),
    )


_NUMBER = Field(_number_out, _number)
_COUNT = Field(int, _count)
_TEXT = Field(str, _exactly(str))
_NAMES = Field(list, _texts)

FIELDS: dict[str, Field] = {
    "model": Field(_loss_out, _loss),
    "params": Field(_array_out, _array(1)),
    "coefficients": Field(_array_out, _array(2)),
    "names": _NAMES,
    "features": _NAMES,
    "intercept": Field(bool, _exactly(bool)),
    "loss": _NUMBER,
    "outcome": Field(lambda outcome: outcome.name, _outcome),
    "detail": _TEXT,
    "method": Field(str, _one_of(*METHODS)),
    "iterations": _COUNT,
    "history": Field(_history_out, _history),
    "gradient": _NUMBER,
    "covariance": Field(_known_out, _known(2)),
    "standard_errors": Field(_known_out, _known(1)),
    "rank": _COUNT,
    "rows": _COUNT,
    "total_weight": Field(_number_out, _size),
    "ridge": Field(_number_out, _size),
    "offset": Field(bool, _exactly(bool)),
    "dispersion": Field(_number_out, _at_least_zero),
    "dispersion_from": Field(str, _one_of(*DISPERSIONS, UNKNOWN)),
    "saturated_loss": _NUMBER,
    "deviance": _NUMBER,
    "separation": Field(_separation_out, _separation),
    "designs": Field(_designs_out, _designs),
    "lasso": Field(_number_out, _size),
}
"""Every field of `Fit` and of its certainty, in the order of the file."""

_OF_CERTAINTY = tuple(field.name for field in fields(Certainty))
