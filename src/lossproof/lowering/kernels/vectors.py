"""What the kernels ask of the compiler: vectors as wide as the processor has them, and calls that stay calls.

LLVM uses half of an AVX-512 register unless it is told otherwise, because of processors that slowed down for
full ones. The loops here are long chains of multiply-adds: they gain 1.5 times from the full width.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic

PREFERENCE = '"prefer-vector-width"="512"'


@intrinsic
def _wide_vectors(typing_context: Any) -> Any:

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        attributes = builder.function.attributes
        if isinstance(attributes, set):  # llvmlite's own `add` knows a fixed list of names only
            set.add(attributes, PREFERENCE)
        return context.get_dummy_value()

    return types.void(), generate


wide_vectors: Any = _wide_vectors
"""Called first in a function with loops: asks for 512-bit vectors there.

It must stand in the function that has the loop: Numba optimises each one by itself. Where the processor has no
such vectors, the request changes nothing.
"""


@intrinsic
def _kept_apart(typing_context: Any) -> Any:

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.function.attributes.add("noinline")
        return context.get_dummy_value()

    return types.void(), generate


kept_apart: Any = _kept_apart
"""Called first in a function that is long and seldom needed: it stays a call.

Taken into a loop, the compiler would compute it for every sample and throw most results away.
"""
