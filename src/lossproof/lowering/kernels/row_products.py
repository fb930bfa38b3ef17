"""Products of a block of rows with a vector, in whole vectors of the processor.

    row_products      u_i = sum_j X[i, j] w_j      (X w, row by row)
    column_products   g_j = sum_i r_i X[i, j]      (X^T r, eight columns at a time)

Both walk through X in the order of memory and ask for the block that comes next while they compute: with plain
loops the processor waits for memory in one half of the work and lets it idle in the other. They are written in
the compiler's own language because the sums over a row are short: eight rows give eight sums, which are folded
together in three steps, and what is left of a row after whole vectors is loaded under a mask.

``X`` is passed flat, in C order; ``first`` is the row at which the block begins, ``d`` the number of columns,
``ahead`` the place in X of what will be needed next (it may lie behind the end: asking is not reading).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 8
ROWS_TOGETHER = LANES
"""`row_products` take a multiple of so many rows."""
UNROLLED = 4
"""`column_products` take a multiple of so many rows."""
GROUP = 4  # vectors of columns that keep their sums in registers at the same time
SECOND_LEVEL = 2  # of cache: where a block waits for its turn

_FLOAT, _INT, _INT32, _BYTE = ir.DoubleType(), ir.IntType(64), ir.IntType(32), ir.IntType(8)
_VECTOR = ir.VectorType(_FLOAT, LANES)
_ZERO = ir.Constant(_VECTOR, [0.0] * LANES)

# How eight vectors of partial sums become one vector of eight sums: each step adds neighbours of two vectors.
_FOLDS = (
    ((0, 8, 2, 10, 4, 12, 6, 14), (1, 9, 3, 11, 5, 13, 7, 15)),
    ((0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15)),
    ((0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15)),
)

Value = Any  # a value of the compiler's language


@dataclass(frozen=True)
class _Writer:
    """Writes vector code at the place where ``b``, the builder, stands."""

    b: Any

    def plus(self, *terms: Value | int) -> Value:
        total = self._value(terms[0])
        for term in terms[1:]:
            total = self.b.add(total, self._value(term))
        return total

    def times(self, a: Value | int, b: Value | int) -> Value:
        return self.b.mul(self._value(a), self._value(b))

    def half(self, a: Value) -> Value:
        return self.b.lshr(a, _INT(1))

    def _value(self, a: Value | int) -> Value:
        return _INT(a) if isinstance(a, int) else a

    def whole(self, n: Value, of: int) -> Value:
        """The largest multiple of ``of``, a power of two, up to n."""
        return self.b.and_(n, _INT(-of))

    def loop(self, start: Value | int, stop: Value, step: int) -> Any:
        return cgutils.for_range_slice(self.b, self._value(start), stop, _INT(step), intp=_INT)

    def variable(self, value: Value = _ZERO) -> Value:
        return cgutils.alloca_once_value(self.b, value)

    def variables(self, count: int) -> list[Value]:
        return [cgutils.alloca_once(self.b, _VECTOR) for _ in range(count)]

    def fill(self, variables: Sequence[Value]) -> None:
        for variable in variables:
            self.b.store(_ZERO, variable)

    def _place(self, array: Value, index: Value, kind: Any = _VECTOR) -> Value:
        return self.b.bitcast(self.b.gep(array, [index]), ir.PointerType(kind))

    def number_at(self, array: Value, index: Value) -> Value:
        return self.b.load(self.b.gep(array, [index]))

    def load(self, array: Value, index: Value, mask: Value | None = None) -> Value:
        """Eight numbers from ``index``, 0 where the mask, if any, is off."""
        place = self._place(array, index)
        if mask is None:
            return self.b.load(place, align=8)
        kind = ir.FunctionType(_VECTOR, [place.type, _INT32, mask.type, _VECTOR])
        return self._call("llvm.masked.load.v8f64.p0", kind, place, _INT32(8), mask, _ZERO)

    def store(self, value: Value, array: Value, index: Value, mask: Value | None = None) -> None:
        place = self._place(array, index)
        if mask is None:
            self.b.store(value, place, align=8)
            return
        kind = ir.FunctionType(ir.VoidType(), [_VECTOR, place.type, _INT32, mask.type])
        self._call("llvm.masked.store.v8f64.p0", kind, value, place, _INT32(8), mask)

    def ask_for(self, array: Value, index: Value) -> None:
        """Begins to bring the cache line of array[index], without waiting for it."""
        place = self._place(array, index, _BYTE)
        kind = ir.FunctionType(ir.VoidType(), [place.type, _INT32, _INT32, _INT32])
        self._call("llvm.prefetch.p0", kind, place, _INT32(0), _INT32(SECOND_LEVEL), _INT32(1))

    def ask_for_stretch(self, array: Value, first: Value, count: Value) -> None:
        with self.loop(0, count, LANES) as (k, _):
            self.ask_for(array, self.plus(first, k))

    def _call(self, name: str, kind: Any, *arguments: Value) -> Value:
        return self.b.call(cgutils.get_or_insert_function(self.b.module, kind, name), arguments)

    def add_product(self, total: Value, x: Value, y: Value) -> None:
        """total += x y, fused where the processor can."""
        kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
        self.b.store(self._call("llvm.fmuladd.v8f64", kind, x, y, self.b.load(total)), total)

    def sum(self, variables: Sequence[Value]) -> Value:
        """The sum of vectors, in pairs."""
        values = [self.b.load(variable) for variable in variables]
        while len(values) > 1:
            values = [self.b.fadd(a, b) for a, b in zip(values[::2], values[1::2], strict=True)]
        return values[0]

    def fold(self, vectors: Sequence[Value]) -> Value:
        """The sums of eight vectors as one vector."""
        for low, high in _FOLDS:
            pairs = zip(vectors[::2], vectors[1::2], strict=True)
            vectors = [self.b.fadd(self._chosen(x, y, low), self._chosen(x, y, high)) for x, y in pairs]
        return vectors[0]

    def _chosen(self, x: Value, y: Value, lanes: Sequence[int]) -> Value:
        return self.b.shuffle_vector(x, y, ir.Constant(ir.VectorType(_INT32, LANES), list(lanes)))

    def everywhere(self, number: Value) -> Value:
        """A vector of equal numbers."""
        nothing = ir.Constant(ir.VectorType(number.type, LANES), ir.Undefined)
        one = self.b.insert_element(nothing, number, _INT32(0))
        return self._chosen(one, nothing, [0] * LANES)

    def first_lanes(self, count: Value) -> Value:
        """The mask that is on in the first ``count`` lanes."""
        lanes = ir.Constant(ir.VectorType(_INT, LANES), list(range(LANES)))
        return self.b.icmp_signed("<", lanes, self.everywhere(count))

    def if_any(self, count: Value) -> Any:
        return self.b.if_then(self.b.icmp_signed(">", count, _INT(0)))


def _row_products(rows: int, vectors: int) -> Any:
    """The generator with ``rows`` rows at a time and ``vectors`` partial sums for each."""

    def generate(
        w: _Writer, X: Value, first: Value, n: Value, d: Value, weights: Value, u: Value, ahead: Value
    ) -> None:
        whole, wide = w.whole(d, LANES), w.whole(d, vectors * LANES)
        rest = w.b.sub(d, whole)
        mask, last = w.first_lanes(rest), w.variable()
        with w.if_any(rest):
            w.b.store(w.load(weights, whole, mask), last)
        sums = [w.variables(vectors) for _ in range(rows)]
        finished = cgutils.alloca_once(w.b, _VECTOR, size=_INT(LANES))

        def add(of: int, column: Value, factor: Value, only: Value | None = None) -> None:
            for row, total in zip(starts, sums, strict=True):
                w.add_product(total[of], w.load(X, w.plus(row, column), only), factor)

        with w.loop(0, n, LANES) as (i, _):
            with w.loop(0, _INT(LANES), rows) as (k, _):
                done = w.plus(i, k)
                starts = [w.times(w.plus(first, done, q), d) for q in range(rows)]
                w.ask_for_stretch(X, w.plus(ahead, w.half(w.times(done, d))), w.half(w.times(rows, d)))
                for total in sums:
                    w.fill(total)
                with w.loop(0, wide, vectors * LANES) as (j, _):
                    for of in range(vectors):
                        column = w.plus(j, of * LANES)
                        add(of, column, w.load(weights, column))
                with w.loop(wide, whole, LANES) as (j, _):
                    add(0, j, w.load(weights, j))
                with w.if_any(rest):
                    add(vectors - 1, whole, w.b.load(last), mask)
                for q, total in enumerate(sums):
                    w.b.store(w.sum(total), w.b.gep(finished, [w.plus(k, q)]))
            folded = w.fold([w.b.load(w.b.gep(finished, [_INT(k)])) for k in range(LANES)])
            w.store(folded, u, i)

    return generate


def _column_products(w: _Writer, X: Value, first: Value, n: Value, d: Value, r: Value, g: Value, ahead: Value) -> None:
    def columns(start: Value, vectors: int, mask: Value | None = None) -> None:
        sums = [w.variables(UNROLLED) for _ in range(vectors)]
        for total in sums:
            w.fill(total)
        with w.loop(0, n, UNROLLED) as (i, _):
            for q in range(UNROLLED // 2):
                place = w.plus(ahead, w.times(w.plus(w.half(i), q), d), start)
                for of in range(vectors):
                    w.ask_for(X, w.plus(place, of * LANES))
            for k in range(UNROLLED):
                row = w.plus(w.times(w.plus(first, i, k), d), start)
                factor = w.everywhere(w.number_at(r, w.plus(i, k)))
                for of, total in enumerate(sums):
                    w.add_product(total[k], w.load(X, w.plus(row, of * LANES), mask), factor)
        for of, total in enumerate(sums):
            w.store(w.sum(total), g, w.plus(start, of * LANES), mask)

    wide, whole = w.whole(d, GROUP * LANES), w.whole(d, LANES)
    with w.loop(0, wide, GROUP * LANES) as (j, _):
        columns(j, GROUP)
    with w.loop(wide, whole, LANES) as (j, _):
        columns(j, 1)
    rest = w.b.sub(d, whole)
    with w.if_any(rest):
        columns(whole, 1, w.first_lanes(rest))


def _intrinsic(generate: Callable[..., None]) -> Any:
    """The function (X, first, n, d, vector in, vector out, ahead) that kernels call, from its generator."""

    @intrinsic
    def function(typing_context: Any, X: Any, first: Any, n: Any, d: Any, given: Any, result: Any, ahead: Any) -> Any:
        def write(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            def address(place: int) -> Value:
                return context.make_array(signature.args[place])(context, builder, arguments[place]).data

            plain = arguments[1:4]
            generate(_Writer(builder), address(0), *plain, address(4), address(5), arguments[6])
            return context.get_dummy_value()

        return types.void(X, types.int64, types.int64, types.int64, given, result, types.int64), write

    return function


row_products: Any = _intrinsic(_row_products(LANES, 1))
"""u[i] = sum_j X[first + i, j] w[j] for i < n, a multiple of `ROWS_TOGETHER`; eight rows side by side."""

long_row_products: Any = _intrinsic(_row_products(1, 4))
"""The same, one row after the other, for rows so long that eight of them would be eight places in memory."""

column_products: Any = _intrinsic(_column_products)
"""g[j] = sum_i r[i] X[first + i, j] over i < n, a multiple of `UNROLLED`, for all d columns."""
