"""A formula as a JavaScript expression, from the author's tree: quantities are fields of ``q``, functions of ``f``.

(yp - yt)/(yp*(1 - yp))          ((q.yp-q.yt)/(q.yp*(1-q.yp)))
sum(log(P[m]), m, 0, M-1)        f.sum(0,(q.M-1),_m=>f.log(q.P(_m)))
"""

from __future__ import annotations

import re
from functools import singledispatch
from pathlib import Path

from lossproof.errors import CallerError
from lossproof.functions.table import FUNCTIONS
from lossproof.notation.tree import (
    Binary,
    Call,
    Cases,
    Comparison,
    Condition,
    Constant,
    Indexed,
    Indicator,
    Junction,
    Name,
    Negative,
    Node,
    Number,
    Reduction,
    Truth,
)

Bound = frozenset[str]

ASSETS = Path(__file__).resolve().parents[1] / "assets"
_TABLE = re.compile(r"const f = \{(.*?)\n  \}\n", re.DOTALL)


def _functions() -> frozenset[str]:
    """The names in the table of `pictures.js`, which is where they are computed."""
    table = _TABLE.search((ASSETS / "pictures.js").read_text(encoding="utf-8"))
    return frozenset(re.findall(r"\b(\w+): ", table[1] if table else "")) & FUNCTIONS.keys()


DRAWN = _functions()
"""The functions that `pictures.js` computes; a test holds them to NumPy and SciPy."""

_COMPARED = {"==": "===", "!=": "!=="}
_REDUCED = {"sum": "sum", "prod": "prod", "logsumexp": "logsumexpOver"}


def javascript(tree: Node, bound: Bound = frozenset()) -> str:
    """The expression; ``bound`` are the indices that are counted around it. CallerError for what has no picture."""
    return _js(tree, bound)


@singledispatch
def _js(tree: Node | Condition, bound: Bound) -> str:
    raise CallerError(f"no picture can be drawn of {type(tree).__name__.lower()}")


@_js.register
def _(tree: Number, bound: Bound) -> str:
    value = tree.value
    return f"{value.numerator}" if value.denominator == 1 else f"({value.numerator}/{value.denominator})"


@_js.register
def _(tree: Constant, bound: Bound) -> str:
    return {"pi": "Math.PI", "e": "Math.E"}[tree.name]


@_js.register
def _(tree: Name, bound: Bound) -> str:
    return f"_{tree.name}" if tree.name in bound else f"q.{tree.name}"


@_js.register
def _(tree: Indexed, bound: Bound) -> str:
    return f"q.{tree.name}({','.join(_js(index, bound) for index in tree.indices)})"


@_js.register
def _(tree: Negative, bound: Bound) -> str:
    return f"(-{_js(tree.operand, bound)})"


@_js.register
def _(tree: Binary, bound: Bound) -> str:
    left, right = _js(tree.left, bound), _js(tree.right, bound)
    return f"f.pow({left},{right})" if tree.operator == "^" else f"({left}{tree.operator}{right})"


@_js.register
def _(tree: Call, bound: Bound) -> str:
    if tree.function not in DRAWN:
        raise CallerError(f"no picture can be drawn with the function {tree.function}")
    return f"f.{tree.function}({','.join(_js(each, bound) for each in tree.arguments)})"


@_js.register
def _(tree: Reduction, bound: Bound) -> str:
    low, high = _js(tree.low, bound), _js(tree.high, bound)
    return f"f.{_REDUCED[tree.kind]}({low},{high},_{tree.index}=>{_js(tree.body, bound | {tree.index})})"


@_js.register
def _(tree: Cases, bound: Bound) -> str:
    pieces = "".join(f"{_js(condition, bound)}?{_js(value, bound)}:" for value, condition in tree.pieces)
    return f"({pieces}NaN)"


@_js.register
def _(tree: Indicator, bound: Bound) -> str:
    return f"({_js(tree.condition, bound)}?1:0)"


@_js.register
def _(tree: Truth, bound: Bound) -> str:
    return "true"


@_js.register
def _(tree: Comparison, bound: Bound) -> str:
    operator = _COMPARED.get(tree.operator, tree.operator)
    return f"({_js(tree.left, bound)}{operator}{_js(tree.right, bound)})"


@_js.register
def _(tree: Junction, bound: Bound) -> str:
    joined = {"and": "&&", "or": "||"}[tree.operator].join(_js(part, bound) for part in tree.parts)
    return f"({joined})"
