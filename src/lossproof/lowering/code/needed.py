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

import numpy as np
from scipy import special

from lossproof.functions.table import FUNCTIONS
from lossproof.lowering.forms import code_functions
from lossproof.lowering.numbers import basics_numba, named_numpy, pairs_of_floats, series, wide, wide_gamma

LONG_MODULES = (pairs_of_floats, wide, wide_gamma)
LONG = tuple(module.__name__ for module in LONG_MODULES)
OWN = (named_numpy.__name__, series.__name__, *LONG)
LIBRARIES = {"numpy": np, "scipy.special": special}
_CODE = {row.name: row.code or row.name for row in FUNCTIONS.values()}
_FOREIGN = {
    name: getattr(library, name)
    for library in reversed(LIBRARIES.values())
    for name in _CODE.values()
    if hasattr(library, name)
}
EVERYTHING: dict[str, Any] = {
    **_FOREIGN,
    **vars(wide_gamma),
    **vars(wide),
    **vars(pairs_of_floats),
    **vars(named_numpy),
}
"""All that formulas and functions may call, under its name in generated code; what runs is NumPy."""


def _is_ours(member: Any) -> bool:
    return isinstance(member, FunctionType) and member.__module__ in OWN


CODE_NAMES = {
    **{name: code for name, code in _CODE.items() if code in EVERYTHING},
    **{name: name for name in vars(code_functions) if _is_ours(EVERYTHING.get(name))},
    "log_gamma": "loggamma",
}
"""SymPy's name of a function -> its name in generated code."""
LONG_NAMES = tuple(name for module in LONG_MODULES for name in vars(module))
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
    lines = ["import numpy as np", *_imports(names, "numpy", "numpy")]
    lines += ["from numpy import log1p as log1p_of_unit"] * (ALIAS in names)
    lines += ["from numpy import ndarray as Array"]
    return "\n".join([*lines, *_imports(names, "scipy.special", "scipy.special")]) + "\n"


def jax_imports(names: Iterable[str]) -> str:
    """The same names from JAX."""
    names = list(names)
    lines = ["import jax.numpy as jnp", "from jax import Array", *_imports(names, "numpy", "jax.numpy")]
    lines += ["from jax.numpy import log1p as log1p_of_unit"] * (ALIAS in names)
    return "\n".join([*lines, *_imports(names, "scipy.special", "jax.scipy.special")]) + "\n"


def numba_imports(names: Iterable[str]) -> str:
    """The same names as scalar functions of `basics_numba`."""
    chosen = sorted(name for name in set(names) if name == ALIAS or any(_is_of(name, each) for each in LIBRARIES))
    return f"from {basics_numba.__name__} import {', '.join(chosen)}\n" if chosen else "\n"


def _imports(names: Iterable[str], library: str, module: str) -> list[str]:
    chosen = sorted(name for name in set(names) if _is_of(name, library))
    return [f"from {module} import {', '.join(chosen)}"] if chosen else []


def _is_of(name: str, library: str) -> bool:
    return EVERYTHING[name] is getattr(LIBRARIES[library], name, None)
