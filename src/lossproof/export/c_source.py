"""C99 source of a loss: three functions of doubles, a header that declares them, nothing but libm needed.

The text is recorded from the NumPy functions (`traced`), so that it computes the same operations in the same order.
Compile it as ISO C (``-std=c99``): contraction into fused operations would break the numbers in two parts.
"""

from __future__ import annotations

import math
import re

from lossproof.export.text_alone import notes
from lossproof.export.traced import Language, Piece, Trace, Way, pieces
from lossproof.lowering import Loss
from lossproof.lowering.code.loss_formulas import KINDS


def _number(value: float) -> str:
    if math.isnan(value):
        return "NAN"
    if math.isinf(value):
        return "INFINITY" if value > 0 else "(-INFINITY)"
    return repr(value) if math.copysign(1.0, value) > 0 else f"({value!r})"


_BINARY = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "true_divide": "/"}
_BINARY |= {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "==", "not_equal": "!="}
_BINARY |= {"bitwise_and": "&&", "bitwise_or": "||", "logical_and": "&&", "logical_or": "||"}
_LIBM = ("exp", "expm1", "log", "log1p", "sqrt", "floor", "sin", "cos", "sinh", "cosh", "tanh", "erf", "isnan")
C = Language(
    operations={
        **{name: f"{{0}} {sign} {{1}}" for name, sign in _BINARY.items()},
        **{name: f"{name}({{0}})" for name in _LIBM},
        "negative": "-{0}",
        "absolute": "fabs({0})",
        "arctan": "atan({0})",
        "arcsin": "asin({0})",
        "arccos": "acos({0})",
        "arcsinh": "asinh({0})",
        "arctanh": "atanh({0})",
        "gamma": "tgamma({0})",
        "power": "pow({0}, {1})",
        "square": "{0} * {0}",
        "sign": "({0} > 0.0) - ({0} < 0.0)",
        "heaviside": "{0} > 0.0 ? 1.0 : ({0} == 0.0 ? {1} : 0.0)",
        "maximum": "{0} >= {1} || {0} != {0} ? {0} : {1}",
        "minimum": "{0} <= {1} || {0} != {0} ? {0} : {1}",
        "invert": "!{0}",
        "logical_not": "!{0}",
        "isfinite": "isfinite({0})",
        "isinf": "isinf({0})",
        "where": "{0} ? {1} : {2}",
    },
    number=_number,
    line="    const double {} = {};",
    truth_line="    const int {} = {};",
)


def c_source(loss: Loss) -> str:
    """The loss as C99: ``NAME_value``, ``NAME_slope``, ``NAME_curvature`` of predictors, other columns and target.

    With q predictors the slope fills ``out[q]`` and the curvature ``out[q * q]``, symmetric, row by row.
    What stands between ``#ifndef`` and ``#endif`` may be moved into a header file.
    """
    name, arguments, q = _identifier(loss.name), _arguments(loss), len(loss.predictors)
    found = pieces(loss, arguments)
    given = ", ".join(f"double {each}" for each in arguments)
    signatures = [_signature(name, kind, given, q) for kind in KINDS]
    private = [
        text
        for piece in found
        for text in _functions(
            f"{name}_{piece.component.name}", piece.way, given, "static " if piece.component.place else ""
        )
    ]
    public = [_filling(signatures[order], name, (order, q), found, arguments) for order in (1, 2)] if q > 1 else []
    return "\n".join([_comment(loss), _header(name, signatures), "#include <math.h>\n", *private, *public])


def _functions(name: str, way: Way, given: str, static: str = "static ") -> list[str]:
    """The function ``name``; where it branches, the two ways and who decides come first."""
    if isinstance(way, Trace):
        return [_function(f"{static}double {name}", given, way)]
    call = ", ".join(way.inside.arguments)
    chosen = f"{name}_inside({call}) ? {name}_near({call}) : {name}_far({call})"
    return [
        _function(f"static int {name}_inside", given, way.inside),
        *_functions(f"{name}_near", way.near, given),
        *_functions(f"{name}_far", way.far, given),
        f"{static}double {name}({given})\n{{\n    return {chosen};\n}}\n",
    ]


def _function(head: str, given: str, traced: Trace) -> str:
    lines, result = C.body(traced)
    used = {node.name for node in traced.nodes}
    unused = [f"    (void){name};" for name in traced.arguments if name not in used]
    return "\n".join([f"{head}({given})", "{", *unused, *lines, f"    return {result};", "}", ""])


def _filling(signature: str, name: str, what: tuple[int, int], found: list[Piece], arguments: list[str]) -> str:
    """The function that fills ``out`` with the slopes, or with the symmetric matrix of curvatures."""
    (order, q), call = what, ", ".join(arguments)
    places = [(p,) for p in range(q)] if order == 1 else [(p, s) for p in range(q) for s in range(q)]
    names = {piece.component.place: f"{name}_{piece.component.name}" for piece in found}
    calls = [f"    out[{number}] = {names[tuple(sorted(place))]}({call});" for number, place in enumerate(places)]
    return "\n".join([signature, "{", *calls, "}", ""])


def _arguments(loss: Loss) -> list[str]:
    """Names that C may use for all that a row holds, none of them that of an intermediate result."""
    return [f"{_identifier(symbol.name)}_" for symbol in loss.arguments]


def _identifier(text: str) -> str:
    """Letters, digits and ``_`` of ASCII; any other character as its number, and no digit in front."""
    plain = "".join(each if re.match(r"\w", each, re.ASCII) else f"_{ord(each):x}_" for each in text)
    return plain if re.match(r"[A-Za-z]", plain) else f"loss_{plain}"


def _signature(name: str, kind: str, given: str, q: int) -> str:
    if kind == "value" or q == 1:
        return f"double {name}_{kind}({given})"
    return f"void {name}_{kind}({given}, double out[{q if kind == 'slope' else q * q}])"


def _header(name: str, signatures: list[str]) -> str:
    guard, declared = f"{name.upper()}_H", ";\n".join(signatures)
    return f"#ifndef {guard}\n#define {guard}\n\n{declared};\n\n#endif\n"


def _comment(loss: Loss) -> str:
    """What the code computes and where it comes from, as a comment that no formula can end."""
    lines = [f"The loss of {loss.name!r}; generated by lossproof. Compile as ISO C: -std=c99 (no contraction)."]
    lines += ["", "Published as", *(f"    {part.name} = {part.expr}" for part in loss.computed.published)]
    lines += ["", f"Digest: {loss.digest}", *notes(loss)]
    return "/* " + "\n   ".join(lines).replace("*/", "* /") + " */\n"
