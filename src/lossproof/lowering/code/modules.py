"""The text of whole generated modules, one builder a back end.

    header (derivation, digest, formulas)  +  imports or definitions  +  value, slope, curvature  [+  kernels]

With q predictors ``slope`` is written as ``slope_0 .. slope_{q-1}`` and ``curvature`` as ``curvature_0_0 ..``
(a <= b), and gathered by functions of the plain names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import sympy

from lossproof.lowering.code.formula_code import EXACTLY, function_texts, together_text
from lossproof.lowering.code.loss_formulas import KINDS, Formulas
from lossproof.lowering.code.needed import (
    EITHER,
    definitions,
    jax_imports,
    needed,
    numba_imports,
    numpy_imports,
)
from lossproof.lowering.code.row_loops import TOGETHER, code_name, is_together, row_loops
from lossproof.lowering.forms.code_functions import formula
from lossproof.lowering.forms.code_functions import parts as two_ways

FUTURE = "from __future__ import annotations\n"
INLINED = "@inlined\n"
AS_WRITTEN = "@as_written\n"
IMPORT_CALLED = (
    "import numpy as np\n"
    "from numba import carray\n\n"
    "from lossproof.lowering.kernels.calls_by_address import call_again\n"
    "from lossproof.lowering.kernels.vectors import kept_apart, wide_vectors\n"
    "from lossproof.lowering.numbers.elementary import as_written, called, inlined\n"
)
IMPORT_EXACTLY = f"from lossproof.lowering.numbers.split_balls import {EXACTLY}\n"
WITHOUT_LOSSPROOF = f"""
def {EXACTLY}(program):
    \"\"\"What only lossproof computes, where no formula in floats is right: not a number here.\"\"\"
    return lambda *columns: np.full(np.broadcast_shapes(*map(np.shape, columns)), np.nan)
"""


def numpy_module(loss: Formulas, alone: bool = False) -> str:
    """value, slope and curvature of u (..., q) and yt (...) over NumPy's names.

    ``alone``: the module needs NumPy and nothing else (and SciPy where a loss has the error or gamma function); what
    only `split_balls` computes is not a number there.
    """
    parts = [*_functions(loss), *_gathered(loss)]
    names = needed(parts)
    imports = numpy_imports(names)
    if _has_exact(parts):
        parts, imports = ([WITHOUT_LOSSPROOF, *parts], imports) if alone else (parts, imports + IMPORT_EXACTLY)
    return _joined([_header(loss) + FUTURE, imports, *definitions(names), *parts])


def _has_exact(parts: list[str]) -> bool:
    return any(f"= {EXACTLY}(" in part for part in parts)


def jax_module(loss: Formulas) -> str:
    """The near forms over JAX's NumPy, and for each kind where they hold: ``value_holds(u, yt)``.

    Wide numbers are left out, because XLA takes minutes to compile them.
    """
    gathered = [part.replace("np.", "jnp.") for part in _gathered(loss)]
    parts = [*_functions(_in_floats(loss)), *gathered, *(_holds(loss, kind) for kind in KINDS)]
    names = needed(parts)
    return _joined([_header(loss) + FUTURE, jax_imports(names), *definitions(names), *parts])


def numba_module(loss: Formulas) -> str:
    """What `row_functions` compiles: functions of many samples, with one loss compiled into their loops."""
    parts = _together(loss) if is_together(loss) else _functions(loss)
    ways = [part for part in parts if f" {EITHER}(" not in part]
    programs = [part for part in ways if _has_exact([part])]
    plain = [INLINED + part for part in ways if "narrow(" not in part and part not in programs]
    long = [AS_WRITTEN + part for part in ways if "narrow(" in part]
    parts = [*programs, *plain, *long, *row_loops(loss)]
    names = needed(parts)
    imports = IMPORT_CALLED + numba_imports(names) + (IMPORT_EXACTLY if programs else "")
    own = definitions(names, INLINED, AS_WRITTEN)
    return _joined([_header(loss) + FUTURE, imports, *own, *parts])


def _holds(loss: Formulas, kind: str) -> str:
    """Where every near form of one kind holds."""
    conditions = []
    for part in loss.components():
        expr = part.expr if part.kind == kind else sympy.S.Zero
        while (ways := two_ways(expr)) is not None:
            conditions.append(ways.inside)
            expr = ways.near
    text = function_texts(f"{kind}_holds", loss.arguments, sympy.And(*conditions))[0]
    if len(loss.predictors) == 1:
        return text
    named = text.replace(f"def {kind}_holds(", f"def {kind}_holds_at(", 1)
    return f"{named}\n\ndef {kind}_holds(u, {_observed(loss)}):\n    return {kind}_holds_at({_split(loss)})\n"


def _observed(loss: Formulas) -> str:
    """What a row holds besides its predictors, as arguments: ``z0, z1, yt``."""
    return ", ".join([*(f"z{k}" for k in range(len(loss.columns))), "yt"])


def _split(loss: Formulas) -> str:
    """The arguments of a scalar function where the predictors are one array: ``u[..., 0], u[..., 1], z0, yt``."""
    return ", ".join([*(f"u[..., {p}]" for p in range(len(loss.predictors))), _observed(loss)])


def _in_floats(loss: Formulas) -> Formulas:
    """The formulas without wide numbers: the near form everywhere."""
    slopes, curvatures = tuple(map(formula, loss.slopes)), tuple(tuple(map(formula, row)) for row in loss.curvatures)
    return replace(loss, value=formula(loss.value), slopes=slopes, curvatures=curvatures)


def _header(loss: Formulas) -> str:
    observed = f"the columns {', '.join(map(str, loss.columns))} and " if loss.columns else "and "
    given = f"u = {_listed(loss.predictors)}{', ' if loss.columns else ' '}{observed}the target {loss.target}"
    lines = [f"Loss of {given}; generated by lossproof.\n"]
    lines += [f"    {part.name} = {part.expr}" for part in loss.components()]
    lines += ["\nPublished as\n", *(f"    {part.name} = {part.expr}" for part in loss.published)]
    lines += [f"\nDerivation: {loss.name}", f"Digest: {loss.digest}", *loss.notes]
    return docstring(lines)


def docstring(lines: Iterable[str]) -> str:
    """The lines as the docstring of a module, which nothing in them can end."""
    return '''"""''' + _in_quotes("\n".join(lines)) + '''\n"""\n'''


def _in_quotes(text: str) -> str:
    """``text`` as it has to be written between three quotes to stay text, whatever it is."""
    kept = (each if each == "\n" or each.isprintable() else repr(each)[1:-1] for each in text.replace("\\", "\\\\"))
    return "".join(kept).replace('"', '\\"')


def _listed(symbols: tuple[sympy.Symbol, ...]) -> str:
    return str(symbols[0]) if len(symbols) == 1 else f"({', '.join(map(str, symbols))})"


def _functions(loss: Formulas) -> list[str]:
    """With several predictors the value is written as ``value_of``, because `_gathered` takes the plain name."""
    names = [(code_name(loss, part), part.expr) for part in loss.components()]
    return [text for name, expr in names for text in function_texts(name, loss.arguments, expr)]


def _together(loss: Formulas) -> list[str]:
    """``losses_of``, ``slopes_of`` and ``curvatures_of``: everything up to that derivative, of one sample."""
    components = loss.components()
    return [
        together_text(name, loss.arguments, [part.expr for part in components if KINDS.index(part.kind) <= order])
        for order, name in enumerate(TOGETHER)
    ]


def _gathered(loss: Formulas) -> list[str]:
    """For q > 1: value(u, yt), slope(u, yt) and curvature(u, yt) of arrays u (..., q)."""
    q = len(loss.predictors)
    if q == 1:
        return []
    given, observed = _split(loss), _observed(loss)
    slopes = ", ".join(f"slope_{p}({given})" for p in range(q))
    rows = [", ".join(f"curvature_{min(p, s)}_{max(p, s)}({given})" for s in range(q)) for p in range(q)]
    stacked = ", ".join(f"np.stack(np.broadcast_arrays({row}), axis=-1)" for row in rows)
    return [
        f"def value(u, {observed}):\n    return value_of({given})\n",
        f"def slope(u, {observed}):\n    return np.stack(np.broadcast_arrays({slopes}), axis=-1)\n",
        f"def curvature(u, {observed}):\n    return np.stack([{stacked}], axis=-2)\n",
    ]


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part.strip("\n") + "\n" for part in parts if part)
