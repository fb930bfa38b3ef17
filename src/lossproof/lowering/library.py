"""What a generated text needs besides itself: named functions and what they are made of, found by name.

value(u, yt) calls softplus  ->  the text of softplus  ->  imports of absolute, exp, log1p_of_unit, maximum
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any

from lossproof.lowering import named_numpy, series
from lossproof.lowering.named_numpy import NUMPY, SCIPY

OWN = (named_numpy.__name__, series.__name__)
ALIAS = "log1p_of_unit"  # Numba has a faster logarithm for arguments from 0 to 1


def needed(texts: Iterable[str]) -> list[str]:
    """Every name of `named_numpy` that the texts call, directly or not; what is called comes first."""
    found: dict[str, None] = {}
    for text in texts:
        for name in re.findall(r"\b([a-z0-9_]+)\(", text):
            _collect(name, found)
    return list(found)


def _collect(name: str, found: dict[str, None]) -> None:
    if name in found or not hasattr(named_numpy, name):
        return
    if _is_ours(member := getattr(named_numpy, name)):
        for used in member.__code__.co_names:
            _collect(used, found)
    found[name] = None


def _is_ours(member: Any) -> bool:
    return isinstance(member, FunctionType) and member.__module__ in OWN


def definitions(names: Iterable[str], decorator: str = "") -> Iterator[str]:
    """The text of our own functions and numbers among the names."""
    for name in names:
        member = getattr(named_numpy, name)
        if _is_ours(member):
            yield decorator + inspect.getsource(member)
        elif isinstance(member, float):
            yield f"{name} = {member!r}\n"


def numpy_imports(names: Iterable[str]) -> str:
    """The imports of a module that stands alone; SciPy only where a function of its own is needed."""
    names = list(names)
    lines = ["import numpy as np", *_imports(names, NUMPY, "numpy")]
    lines += ["from numpy import log1p as log1p_of_unit"] * (ALIAS in names)
    lines += ["from numpy import ndarray as Array"]
    return "\n".join([*lines, *_imports(names, SCIPY, "scipy.special")]) + "\n"


def jax_imports(names: Iterable[str]) -> str:
    """The same names from JAX."""
    names = list(names)
    lines = ["import jax.numpy as jnp", "from jax import Array", *_imports(names, NUMPY, "jax.numpy")]
    lines += ["from jax.numpy import log1p as log1p_of_unit"] * (ALIAS in names)
    return "\n".join([*lines, *_imports(names, SCIPY, "jax.scipy.special")]) + "\n"


def numba_imports(names: Iterable[str]) -> str:
    """The same names as scalar functions of `basics_numba`."""
    return "\n".join(_imports(names, (*NUMPY, *SCIPY, ALIAS), "lossproof.lowering.basics_numba")) + "\n"


def _imports(names: Iterable[str], members: Iterable[str], module: str) -> list[str]:
    chosen = sorted(set(names) & set(members))
    return [f"from {module} import {', '.join(chosen)}"] if chosen else []
