"""How a compiled loss is called: predictors, target, further columns by name; anything else is said to the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lossproof.errors import CallerError
from lossproof.lowering.code.backends import Function


def called_by_name(function: Function, predictors: Sequence[str], columns: Sequence[str], target: str) -> Function:
    """``function(u, *columns, target)`` as ``call(u, target, column=..., ...)``.

    Both may be given by name, too (``call(u=u, y=y)``), where no column has that name.
    """

    def call(*given: Any, **named: Any) -> Any:
        by_name = [name for name in ("u", target)[len(given) :] if name in named and name not in columns]
        given += tuple(named.pop(name) for name in by_name)
        if len(given) != 2:
            raise CallerError(_other_arguments(len(given), predictors, target))
        if named.keys() != set(columns):
            raise CallerError(_other_columns(columns, named))
        row = (given[0], *(named[name] for name in columns), given[1])
        for name, value in zip(("u", *columns, target), row, strict=True):
            _refuse_other_than_numbers(name, value)
        return function(*row)

    return call


def _refuse_other_than_numbers(name: str, value: Any) -> None:
    kind = getattr(getattr(value, "dtype", None), "kind", None) or np.asarray(value).dtype.kind
    if kind in "USOMmc":
        raise CallerError(f"{name}: numbers are wanted, and {value!r:.60} was given")


def _other_arguments(count: int, predictors: Sequence[str], target: str) -> str:
    arguments = "1 argument was given" if count == 1 else f"{count} arguments were given"
    said = f"{arguments}; a compiled loss takes the predictors and {target}"
    if not predictors[1:]:
        return said
    together = f"np.column_stack([{', '.join(predictors)}])"
    return f"{said}; its {len(predictors)} predictors are one array (M, {len(predictors)}): {together}"


def _other_columns(names: Sequence[str], given: Mapping[str, Any]) -> str:
    needed = f"needed are {', '.join(f'{name}=...' for name in names)}" if names else "there are none"
    return f"columns: {', '.join(given) or 'none'} was given besides predictors and target; {needed}"
