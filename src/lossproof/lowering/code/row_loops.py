"""The loops of a generated module over many samples, as `row_functions` compiles and calls them.

    losses, slopes, curvatures    fill v; v and r; v, r and h: the near way of everything, so that the loop vectorises
    <name>_correct                finds the samples at which the near way of <name> does not hold, if any
    <name>_again                  computes those, in the far way

Arrays come by the addresses of their first entries: ``u`` (q, width), ``yt`` (c + 1, width) with the target last,
``v`` (width,), ``r`` (q, width), ``h`` (q, q, width); n of the columns are samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import sympy

from lossproof.lowering.code.loss_formulas import KINDS, Component, Formulas
from lossproof.lowering.forms.code_functions import exact, extended
from lossproof.lowering.forms.code_functions import parts as two_ways

CALLED = "@called\n"
LOOPS = ("losses", "slopes", "curvatures")
TOGETHER = ("losses_of", "slopes_of", "curvatures_of")
SELDOM = 6  # one sample alone takes as long as so many at once


class _Guard(NamedTuple):
    """A function that has two ways, and whether the far one is run by Python."""

    name: str
    in_python: bool

    @property
    def far(self) -> str:
        """What corrects a row: a function to compile, or a program that stays in Python."""
        return f"{self.name}_{'far' if self.in_python else 'again'}"


@dataclass(frozen=True)
class _Filled:
    """What one component fills: the row ``v``, ``r[p]`` or ``h[p, s]``, by a function of one sample.

    ``guards`` are the functions that have two ways where the component is computed in two, in their order.
    """

    order: int
    row: str
    call: str
    guards: tuple[_Guard, ...]

    @property
    def entry(self) -> str:
        return self.row.replace("]", ", i]") if "[" in self.row else f"{self.row}[i]"


def row_loops(loss: Formulas) -> list[str]:
    """The texts of all loops; AGAIN lists what corrects rows, as the table of addresses has it after the loops."""
    numbers = f"PREDICTORS = {len(loss.predictors)}\nOBSERVED = {len(loss.columns) + 1}\nSELDOM = {SELDOM}\n"
    again = [f"{guard.far}," for one in _filled(loss) for guard in one.guards]
    return [numbers, *_corrections(loss), *_loops(loss), f"AGAIN = ({' '.join(again)})\n"]


def code_name(loss: Formulas, part: Component) -> str:
    """The name of the function of one sample; with several predictors the plain names are those of arrays."""
    return "value_of" if part.kind == "value" and len(loss.predictors) > 1 else part.name


def _filled(loss: Formulas) -> list[_Filled]:
    rows, found = ("v", "r[{}]", "h[{}, {}]"), []
    for part in loss.components():
        order, guards = KINDS.index(part.kind), tuple(_guards(code_name(loss, part), part.expr))
        row = rows[order].format(*(part.place or (0,) * order))
        name = f"{guards[0].name}_near" if guards else code_name(loss, part)
        found.append(_Filled(order, row, _call(name, loss), guards))
    return found


def _guards(name: str, expr: sympy.Expr) -> Iterator[_Guard]:
    """The two ways of a function, those of its near way first."""
    if (ways := two_ways(expr)) is not None:
        yield from _guards(f"{name}_near", ways.near)
        yield _Guard(name, isinstance(ways.far, exact))


def _points(loss: Formulas) -> list[str]:
    """The arguments of a function of sample i; the target is the last row of ``yt``."""
    observed = range(len(loss.columns) + 1)
    return [*(f"u[{p}, i]" for p in range(len(loss.predictors))), *(f"yt[{k}, i]" for k in observed)]


def _call(name: str, loss: Formulas) -> str:
    return f"{name}({', '.join(_points(loss))})"


def _loops(loss: Formulas) -> list[str]:
    filled, several = _filled(loss), is_together(loss)
    return [
        _loop(
            name, order, [one for one in filled if one.order <= order], _call(TOGETHER[order], loss) if several else ""
        )
        for order, name in enumerate(LOOPS)
    ]


def is_together(loss: Formulas) -> bool:
    """Whether a loop computes everything by one function of a sample, so that what is shared is computed once.

    The compiler does not see by itself what several functions of several predictors share, and vectorises nothing
    then. One function is not for what has two ways.
    """
    several = len(loss.predictors) > 1 or bool(loss.columns)
    return several and not any(part.expr.has(extended) for part in loss.components())


_LOOP = """
def {name}(places, u_at, yt_at, v_at, r_at, h_at, width, n):
    wide_vectors()
    u, yt = carray(u_at, (PREDICTORS, width)), carray(yt_at, (OBSERVED, width))
    {arrays}
    for i in range(n):
        {lines}
"""
_ARRAYS = (
    "v = carray(v_at, (width,))",
    "r = carray(r_at, (PREDICTORS, width))",
    "h = carray(h_at, (PREDICTORS, PREDICTORS, width))",
)


def _loop(name: str, order: int, filled: list[_Filled], together: str) -> str:
    """Everything is computed before anything is stored: a store would hide from the compiler what is shared.

    What has two ways is computed in the near one for every sample, and corrected; the near one may have two ways
    itself. ``together`` is the call that computes all of it, where there is one.
    """
    names = [f"a{number}" for number in range(len(filled))]
    lines = [f"{name} = {one.call}" for name, one in zip(names, filled, strict=True)]
    lines = [f"({', '.join(names)},) = {together}"] if together else lines
    lines += [f"{one.entry} = {name}" for name, one in zip(names, filled, strict=True)]
    loop = _LOOP.format(name=name, arrays="\n    ".join(_ARRAYS[: order + 1]), lines="\n        ".join(lines)).lstrip()
    guards = [(guard.name, one.row) for one in filled for guard in one.guards]
    return loop + "".join(
        f"    {guard}_correct(places[{place}], u, yt, n, {row})\n"
        for place, (guard, row) in enumerate(guards, len(LOOPS))
    )


_CORRECT = """
def {name}_correct(again, u, yt, n, row):
    wide_vectors()
    outside = 0
    for i in range(n):
        outside += 0 if {inside} else 1
    if outside:
        found = np.empty(n, np.int64)
        outside = 0
        for i in range(n):
            if not {inside}:
                found[outside] = i
                outside += 1
        call_again(again, u, yt, row, found, u.shape[1], n, outside)
"""
_AGAIN = """
def {name}_alone({points}):
    kept_apart()
    return {name}_far({points})


def {name}_again(u_at, yt_at, row_at, found_at, width, n, outside):
    wide_vectors()
    u, yt = carray(u_at, (PREDICTORS, width)), carray(yt_at, (OBSERVED, width))
    row, found = carray(row_at, (width,)), carray(found_at, (n,))
    if outside * SELDOM > n:
        for i in range(n):
            far = {far}
            row[i] = row[i] if {inside} else far
    else:
        for k in range(outside):
            i = found[k]
            row[i] = {alone}
"""
"""Corrects a row where the near way does not hold: all samples at once, or the few one by one."""


def _corrections(loss: Formulas) -> Iterator[str]:
    """The functions for everything that is computed in two ways."""
    for guard in (guard for one in _filled(loss) for guard in one.guards):
        calls = {way: _call(f"{guard.name}_{way}", loss) for way in ("inside", "far", "alone")}
        points = [*(f"u{p}" for p in range(len(loss.predictors))), *(f"y{k}" for k in range(len(loss.columns) + 1))]
        given = {"name": guard.name, "points": ", ".join(points), **calls}
        yield CALLED + _CORRECT.format(**given).lstrip()
        if not guard.in_python:
            alone, again = _AGAIN.format(**given).strip().split("\n\n\n")
            yield f"{CALLED}{alone}\n"
            yield f"{again}\n"
