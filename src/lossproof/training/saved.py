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
from pathlib import Path
from typing import Any

import numpy as np

from lossproof.errors import CallerError, DataError
from lossproof.lowering import Loss
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
from lossproof.store import write_whole
from lossproof.training.certainty.inference import Certainty
from lossproof.training.existence.separation import Separation
from lossproof.training.minimise.solution import Outcome
from lossproof.training.result import Fit

_FORMAT = "lossproof fit 3"
_LARGEST_FILE = 1 << 28
_MOST_ROWS = 1 << 28
_INFINITE = ("inf", "-inf")


@dataclass(frozen=True, slots=True)
class Field:
    """How one field of `Fit` is written and read; ``read`` raises ValueError or TypeError for anything else."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def save(fit: Fit, path: str | Path) -> None:
    """Write ``fit`` to ``path``, whole or not at all. Raises CallerError where that cannot be."""
    data = {"format": _FORMAT, **{name: field.write(getattr(fit, name)) for name, field in FIELDS.items()}}
    write_whole(path, json.dumps(data, allow_nan=False, indent=1) + "\n")


def load_fit(path: str | Path) -> Fit:
    """Read a fit that `Fit.save` wrote. Raises DataError for any other file; nothing in it is ever run."""
    try:
        if Path(path).stat().st_size > _LARGEST_FILE:
            raise DataError(f"{path}: larger than any fit that lossproof saves ({_LARGEST_FILE >> 20} MiB).")
        data = json.loads(Path(path).read_text(encoding="utf-8"), parse_constant=_refuse_constant)
        return _fit(data)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}).") from error
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{path}: this is not a fit saved by lossproof ({_first_line(error)}).") from error


def _fit(data: Any) -> Fit:
    if not isinstance(data, dict) or data.get("format") != _FORMAT:
        raise ValueError(f'"format": "{_FORMAT}" is missing')
    if set(data) != {"format", *FIELDS}:
        raise ValueError("its fields are others")
    read = {name: field.read(data[name]) for name, field in FIELDS.items()}
    known = Certainty(**{name: read.pop(name) for name in _OF_CERTAINTY})
    fit = Fit(**read, known=known)
    p, width = len(fit.names), len(fit.features) + fit.intercept
    shapes = (fit.params.shape, fit.covariance.shape, fit.coefficients.shape)
    if shapes != ((p,), (p, p), (len(fit.model.predictors), width)):
        raise ValueError("its sizes contradict each other")
    if fit.separation is not None and not len(fit.separation.rows) == fit.rows >= 0:
        raise ValueError("its rows contradict each other")
    return fit


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


def _loss_out(loss: Loss) -> dict[str, Any]:
    domain = loss.target_domain
    return {
        "name": loss.name,
        "dispersion": loss.dispersion,
        "predictors": [symbol.name for symbol in loss.predictors],
        "target": loss.target.name,
        "where": domain if isinstance(domain, str) else "; ".join(assumptions_text(domain)),
        "value": _formula_out(loss.value),
        "slopes": [_formula_out(slope) for slope in loss.slopes],
        "curvatures": [[_formula_out(entry) for entry in row] for row in loss.curvatures],
    }


def _formula_out(expr: Any) -> str:
    return to_text(from_sympy(expr))


def _loss(x: Any) -> Loss:
    where = _exactly(str)(x["where"])
    scope = Scope(parse_assumptions(where))
    predictors, target = _texts(x["predictors"]), _exactly(str)(x["target"])
    for name in (*predictors, target):
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
    )


_NUMBER = Field(_number_out, _number)
_WHOLE = Field(int, _exactly(int))
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
    "method": _TEXT,
    "iterations": _WHOLE,
    "history": Field(_history_out, _history),
    "gradient": _NUMBER,
    "covariance": Field(_known_out, _known(2)),
    "standard_errors": Field(_known_out, _known(1)),
    "rank": _WHOLE,
    "rows": _WHOLE,
    "total_weight": _NUMBER,
    "ridge": _NUMBER,
    "offset": Field(bool, _exactly(bool)),
    "dispersion": _NUMBER,
    "dispersion_from": _TEXT,
    "saturated_loss": _NUMBER,
    "deviance": _NUMBER,
    "separation": Field(_separation_out, _separation),
}
"""Every field of `Fit` and of its certainty, in the order of the file."""

_OF_CERTAINTY = tuple(field.name for field in fields(Certainty))
