"""What a generated text needs besides itself: named functions and what they are made of, found by name.

value(u, yt) calls softplus  ->  the text of softplus  ->  imports of absolute, exp, log1p_of_unit, maximum
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any

from lossproof.lowering.numbers import named_numpy, series, wide, wide_gamma
from lossproof.lowering.numbers.named_numpy import INNER, NUMPY, SCIPY

OWN = (named_numpy.__name__, series.__name__, wide.__name__, wide_gamma.__name__)
LONG = (wide.__name__, wide_gamma.__name__)
EVERYTHING: dict[str, Any] = {**vars(wide_gamma), **vars(wide), **vars(named_numpy)}
"""All that formulas and functions may call, under its name in generated code; what runs is NumPy."""
LONG_NAMES = tuple(name for module in (wide, wide_gamma) for name in vars(module))
EITHER = "either"  # the kernels have loops in its place
WIDE_TYPES = "Pair = tuple[Array, Array]\nWide = tuple[Array, Array, Array]\n"
ALIAS = "log1p_of_unit"  # Numba has a faster logarithm for arguments from 0 to 1


def needed(texts: Iterable[str]) -> list[str]:
    """Every name of `named_numpy` that the texts call, directly or not; what is called comes first."""
    found: dict[str, None] = {}
    for text in texts:
        for name in re.findall(r"\b([a-z0-9_]+)\(", text):
            _collect(name, found)
    return list(found)


def _collect(name: str, found: dict[str, None]) -> None:
    if name in found or name not in EVERYTHING or name.startswith("__"):
        return
    if _is_ours(member := EVERYTHING[name]):
        for used in member.__code__.co_names:
            _collect(used, found)
    found[name] = None


def _is_ours(member: Any) -> bool:
    return isinstance(member, FunctionType) and member.__module__ in OWN


def definitions(names: Iterable[str], decorator: str = "", for_long: str = "") -> Iterator[str]:
    """The text of our own functions and numbers among the names."""
    names = list(names)
    if "wide" in names and not decorator:  # what Numba compiles needs no types
        yield WIDE_TYPES
    for name in names:
        member = EVERYTHING[name]
        if _is_ours(member):
            yield (for_long if member.__module__ in LONG else decorator) + inspect.getsource(member)
        elif isinstance(member, (int, float)):
            yield f"{name} = {member!r}\n" if math.isfinite(member) else f'{name} = float("{member}")\n'


def numpy_imports(names: Iterable[str]) -> str:
    """The imports of a module that stands alone; SciPy only where a function of its own is needed."""
    names = list(names)
    lines = ["import numpy as np", *_imports(names, (*NUMPY, *INNER), "numpy")]
    lines += ["from numpy import log1p as log1p_of_unit"] * (ALIAS in names)
    lines += ["from numpy import ndarray as Array"]
    return "\n".join([*lines, *_imports(names, SCIPY, "scipy.special")]) + "\n"


def jax_imports(names: Iterable[str]) -> str:
    """The same names from JAX."""
    names = list(names)
    lines = ["import jax.numpy as jnp", "from jax import Array", *_imports(names, (*NUMPY, *INNER), "jax.numpy")]
    lines += ["from jax.numpy import log1p as log1p_of_unit"] * (ALIAS in names)
    return "\n".join([*lines, *_imports(names, SCIPY, "jax.scipy.special")]) + "\n"


def numba_imports(names: Iterable[str]) -> str:
    """The same names as scalar functions of `basics_numba`."""
    known = (*NUMPY, *INNER, *SCIPY, ALIAS)
    return "\n".join(_imports(names, known, "lossproof.lowering.numbers.basics_numba")) + "\n"


def _imports(names: Iterable[str], members: Iterable[str], module: str) -> list[str]:
    chosen = sorted(set(names) & set(members))
    return [f"from {module} import {', '.join(chosen)}"] if chosen else []
