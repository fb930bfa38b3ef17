"""Calls by address: how code that is compiled once and code that is compiled for one loss reach each other.

    places[k]   the address of a function            fill(places, u, yt, v, r, h, width, n)
                                                     again(u, yt, row, found, width, n, outside)

Everything is passed as C passes it: an array as the address of its first entry, a number as 64 bits.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_INT = ir.IntType(64)
_FLOATS = types.CPointer(types.float64)
_INTS = types.CPointer(types.int64)
FILL = types.void(_INTS, _FLOATS, _FLOATS, _FLOATS, _FLOATS, _FLOATS, types.int64, types.int64)
"""Fills ``v``, ``r`` and ``h`` for n samples, whose rows in memory are ``width`` entries apart."""
AGAIN = types.void(_FLOATS, _FLOATS, _FLOATS, _INTS, types.int64, types.int64, types.int64)
"""Computes ``row`` once more at the ``outside`` samples that ``found`` lists."""


def _called(wanted: Any) -> Any:
    """An intrinsic that calls the function of type ``wanted`` at an address."""

    def call(typing_context: Any, address: Any, *arguments: Any) -> Any:

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            function, *given = values
            typed = zip(signature.args[1:], given, wanted.args, strict=True)
            passed = [_as_c(context, builder, *each) for each in typed]
            form = ir.FunctionType(ir.VoidType(), [each.type for each in passed])
            builder.call(builder.inttoptr(function, form.as_pointer()), passed)
            return context.get_dummy_value()

        return types.void(types.int64, *arguments), generate

    return call


def _as_c(context: Any, builder: Any, kind: Any, value: Any, wanted: Any) -> Any:
    if isinstance(kind, types.Array):
        return context.make_array(kind)(context, builder, value).data
    return value if isinstance(kind, types.CPointer) else context.cast(builder, value, kind, wanted)


@intrinsic
def _call_fill(
    typing_context: Any, address: Any, places: Any, u: Any, yt: Any, v: Any, r: Any, h: Any, width: Any, n: Any
) -> Any:
    return _called(FILL)(typing_context, address, places, u, yt, v, r, h, width, n)


@intrinsic
def _call_again(
    typing_context: Any, address: Any, u: Any, yt: Any, row: Any, found: Any, width: Any, n: Any, outside: Any
) -> Any:
    return _called(AGAIN)(typing_context, address, u, yt, row, found, width, n, outside)


call_fill: Any = _call_fill
"""Calls the function of type `FILL` at an address."""
call_again: Any = _call_again
"""Calls the function of type `AGAIN` at an address."""
