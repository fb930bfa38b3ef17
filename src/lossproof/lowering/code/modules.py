"""The text of whole generated modules, one builder a back end.

    header (derivation, digest, formulas)  +  imports or definitions  +  value, slope, curvature  [+  kernels]

With q predictors ``slope`` is written as ``slope_0 .. slope_{q-1}`` and ``curvature`` as ``curvature_0_0 ..``
(a <= b), and gathered by functions of the plain names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import sympy

from lossproof.lowering.code.formula_code import EXACTLY, function_texts, together_text
from lossproof.lowering.code.needed import (
    EITHER,
    definitions,
    jax_imports,
    needed,
    numba_imports,
    numpy_imports,
)
from lossproof.lowering.forms.code_functions import exact, extended, formula
from lossproof.lowering.forms.code_functions import parts as two_ways

FUTURE = "from __future__ import annotations\n"
INLINED = "@inlined\n"
AS_WRITTEN = "@as_written\n"
CALLED = "@called\n"
SELDOM = 6  # one sample alone takes as long as so many at once
IMPORT_CALLED = (
    "from lossproof.lowering.kernels.vectors import kept_apart\n"
    "from lossproof.lowering.numbers.elementary import as_written, called, inlined\n"
)
IMPORT_EXACTLY = f"from lossproof.lowering.numbers.split_balls import {EXACTLY}\n"
IMPORT_OBJECT_MODE = "from numba import objmode\n"
WITHOUT_LOSSPROOF = f"""
def {EXACTLY}(program):
    \"\"\"What only lossproof computes, where no formula in floats is right: not a number here.\"\"\"
    return lambda *columns: np.full(np.broadcast_shapes(*map(np.shape, columns)), np.nan)
"""
STAND_IN = "from lossproof.lowering.kernels.loss_template import PREDICTORS, curvatures, losses, slopes\n"
KINDS = ("value", "slope", "curvature")
TOGETHER = ("losses_of", "slopes_of", "curvatures_of")
Matrix = tuple[tuple[sympy.Expr, ...], ...]


@dataclass(frozen=True)
class Component:
    """One scalar function: its kind, its place among several predictors (else empty), its formula."""

    kind: str  # one of KINDS: the place there is the order of the derivative
    place: tuple[int, ...]
    expr: sympy.Expr

    @property
    def name(self) -> str:
        """``slope``, or ``slope_1`` with several predictors."""
        return "_".join([self.kind, *map(str, self.place)])


def never(kind: str, call: Callable[..., Any]) -> bool:
    """Where nobody was asked, nothing is taken to be right in float32."""
    return False


@dataclass(frozen=True)
class Formulas:
    """What a module is written from: the forms that are computed, and those that were published.

    ``slopes`` has one entry a predictor, ``curvatures`` is the symmetric matrix; ``published`` holds
    the same components as the derivation has them.
    """

    name: str
    digest: str
    predictors: tuple[sympy.Symbol, ...]
    target: sympy.Symbol
    value: sympy.Expr
    slopes: tuple[sympy.Expr, ...]
    curvatures: Matrix
    published: tuple[Component, ...] = ()
    right_in_single: Callable[[str, Callable[..., Any]], bool] = never
    """Whether a function that computes one of `KINDS` in float32 itself is right."""
    columns: tuple[sympy.Symbol, ...] = ()

    @property
    def arguments(self) -> tuple[sympy.Symbol, ...]:
        """What every function here takes: the predictors, the other observed columns, the target."""
        return (*self.predictors, *self.columns, self.target)

    def components(self) -> list[Component]:
        """value, slopes, and curvatures for p <= s."""
        return components(self.value, self.slopes, self.curvatures)


def components(value: sympy.Expr, slopes: tuple[sympy.Expr, ...], curvatures: Matrix) -> list[Component]:
    """Everything scalar in its order: the value, the slopes, the curvatures for p <= s."""
    q = len(slopes)
    listed = [Component("value", (), value)]
    listed += [Component("slope", (p,) if q > 1 else (), slopes[p]) for p in range(q)]
    pairs = [(p, s) for p in range(q) for s in range(p, q)]
    return listed + [Component("curvature", pair if q > 1 else (), curvatures[pair[0]][pair[1]]) for pair in pairs]


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
    """The kernels with one loss compiled into their loops."""
    parts = _together(loss) if _is_together(loss) else _functions(loss)
    ways = [part for part in parts if f" {EITHER}(" not in part]
    programs = [part for part in ways if _has_exact([part])]
    plain = [INLINED + part for part in ways if "narrow(" not in part and part not in programs]
    long = [AS_WRITTEN + part for part in ways if "narrow(" in part]
    parts = [
        *programs,
        *plain,
        *long,
        *(CALLED + part for part in _corrections(loss)),
        *(INLINED + part for part in _loops(loss)),
    ]
    names = needed(parts)
    numbers = f"PREDICTORS = {len(loss.predictors)}\nSELDOM = {SELDOM}\n"
    own = [numbers, *definitions(names, INLINED, AS_WRITTEN), *parts]
    imports = IMPORT_OBJECT_MODE + IMPORT_CALLED + numba_imports(names) + (IMPORT_EXACTLY if programs else "")
    stand_in = _joined([imports, *own])
    text = (Path(__file__).parents[1] / "kernels" / "block_sums.py").read_text(encoding="utf-8")
    _, code = text.split(FUTURE, 1)
    return _header(loss) + FUTURE + code.replace(STAND_IN, stand_in)


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
    lines += [f"\nDerivation: {loss.name}", f"Digest: {loss.digest}"]
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
    names = [(_code_name(loss, part), part.expr) for part in loss.components()]
    return [text for name, expr in names for text in function_texts(name, loss.arguments, expr)]


def _is_together(loss: Formulas) -> bool:
    """Whether a loop computes everything by one function of a sample, so that what is shared is computed once.

    The compiler does not see by itself what several functions of several predictors share, and vectorises nothing
    then. One function is not for what has two ways.
    """
    several = len(loss.predictors) > 1 or bool(loss.columns)
    return several and not any(part.expr.has(extended) for part in loss.components())


def _together(loss: Formulas) -> list[str]:
    """``losses_of``, ``slopes_of`` and ``curvatures_of``: everything up to that derivative, of one sample."""
    components = loss.components()
    return [
        together_text(name, loss.arguments, [part.expr for part in components if KINDS.index(part.kind) <= order])
        for order, name in enumerate(TOGETHER)
    ]


def _code_name(loss: Formulas, part: Component) -> str:
    return "value_of" if part.kind == "value" and len(loss.predictors) > 1 else part.name


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


@dataclass(frozen=True)
class _Filled:
    """What one component fills: the row ``v``, ``r[p]`` or ``h[p, s]``, by a function of one sample.

    ``again`` are the functions that correct the row where the component is computed in two ways, in their order.
    """

    order: int
    row: str
    call: str
    again: tuple[str, ...]

    @property
    def entry(self) -> str:
        return self.row.replace("]", ", i]") if "[" in self.row else f"{self.row}[i]"


def _filled(loss: Formulas) -> list[_Filled]:
    rows, found = ("v", "r[{}]", "h[{}, {}]"), []
    for part in loss.components():
        order, guards = KINDS.index(part.kind), list(_guards(_code_name(loss, part), part.expr))
        row = rows[order].format(*(part.place or (0,) * order))
        name = f"{guards[0].name}_near" if guards else _code_name(loss, part)
        again = tuple(f"{guard.name}_again" for guard in guards)
        found.append(_Filled(order, row, _call(name, loss), again))
    return found


class _Guard(NamedTuple):
    """A function that has two ways, and whether the far one is run by Python."""

    name: str
    in_python: bool


def _guards(name: str, expr: sympy.Expr) -> Iterator[_Guard]:
    """The two ways of a function, those of its near way first."""
    if (ways := two_ways(expr)) is not None:
        yield from _guards(f"{name}_near", ways.near)
        yield _Guard(name, isinstance(ways.far, exact))


def _call(name: str, loss: Formulas) -> str:
    """A scalar function at sample i. Where there are other columns, a row of ``yt`` holds them, the target last."""
    observed = [f"yt[i, {k}]" for k in range(len(loss.columns) + 1)] if loss.columns else ["yt[i]"]
    return f"{name}({', '.join([*(f'u[{p}, i]' for p in range(len(loss.predictors))), *observed])})"


def _loops(loss: Formulas) -> list[str]:
    """``losses``, ``slopes`` and ``curvatures`` as `loss_template` describes them."""
    signatures = ("losses(u, yt, n, v)", "slopes(u, yt, n, v, r)", "curvatures(u, yt, n, v, r, h)")
    filled = _filled(loss)
    together = [_call(name, loss) if _is_together(loss) else "" for name in TOGETHER]
    return [
        _loop(signature, [one for one in filled if one.order <= highest], together[highest])
        for highest, signature in enumerate(signatures)
    ]


def _loop(signature: str, filled: list[_Filled], together: str) -> str:
    """Everything is computed before anything is stored: a store would hide from the compiler what is shared.

    What has two ways is computed in the near one for every sample, so that the loop vectorises, and corrected; the
    near one may have two ways itself. ``together`` is the call that computes all of it, where there is one.
    """
    names = [f"a{number}" for number in range(len(filled))]
    lines = [f"{name} = {one.call}" for name, one in zip(names, filled, strict=True)]
    lines = [f"({', '.join(names)},) = {together}"] if together else lines
    lines += [f"{one.entry} = {name}" for name, one in zip(names, filled, strict=True)]
    loop = [f"def {signature}:", "    wide_vectors()", "    for i in range(n):", *(f"        {line}" for line in lines)]
    return "\n".join([*loop, *(f"    {again}(u, yt, n, {one.row})" for one in filled for again in one.again)]) + "\n"


_AGAIN = """
def {name}_alone({points}):
    kept_apart()
    return {name}_far({points})


def {name}_again(u, yt, n, row):
    wide_vectors()
    outside = 0
    for i in range(n):
        outside += 0 if {inside} else 1
    if outside * SELDOM > n:
        for i in range(n):
            far = {far}
            row[i] = row[i] if {inside} else far
    elif outside:
        for i in range(n):
            if not {inside}:
                row[i] = {alone}
"""
"""Corrects a row where the near way does not hold: all samples at once, or the few one by one."""

_AGAIN_IN_BALLS = """
def {name}_again(u, yt, n, row):
    places = np.empty(n, np.int64)
    outside = 0
    for i in range(n):
        if not {inside}:
            places[outside] = i
            outside += 1
    if outside:
        found = places[:outside]
        with objmode():
            {name}_far.correct(u, yt, found, row)
"""
"""The same where the far way is no compiled code: the few samples are handed to Python."""


def _corrections(loss: Formulas) -> list[str]:
    """The functions of `_AGAIN` for everything that is computed in two ways."""
    q = len(loss.predictors)
    found = []
    for name, in_python in (g for part in loss.components() for g in _guards(_code_name(loss, part), part.expr)):
        template = _AGAIN_IN_BALLS if in_python else _AGAIN
        calls = {way: _call(f"{name}_{way}", loss) for way in ("inside", "far", "alone")}
        points = ", ".join([*(f"u{p}" for p in range(q)), _observed(loss)])
        found += template.format(name=name, points=points, **calls).strip().split("\n\n\n")
    return [f"{text}\n" for text in found]


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part.strip("\n") + "\n" for part in parts if part)
