"""The JAX back end: functions of JAX's arrays that may be compiled, mapped and differentiated further.

    value  ->  slope  ->  curvature        each the derivative of the one before, by `jax.custom_jvp`

What is differentiated is the mathematics, not the code that computes it: the derivative of the value is the slope as
it stands, exact at kinks of the code as everywhere. The near forms are traced by JAX; samples where they do not hold,
or give no number, are computed by the NumPy reference on the host, which a program without such samples never calls.
float32 is computed in float64 and rounded where JAX has float64 on; else in float32 by the forms that are right in
it, and by the reference for the others. The derivatives by the target and other columns are 0.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from lossproof.errors import MissingExtra
from lossproof.lowering.code.folder import load_module
from lossproof.lowering.code.loss_formulas import KINDS, Formulas
from lossproof.lowering.code.modules import jax_module

Function = Callable[..., Any]


def jax_functions(loss: Formulas, reference: dict[str, Function]) -> tuple[Function, Function, Function, str]:
    """value, slope and curvature, and their text; ``reference`` has the same of NumPy's arrays.

    Raises MissingExtra where JAX is not installed.
    """
    try:
        jax = importlib.import_module("jax")
    except ImportError as missing:
        raise MissingExtra("the back end 'jax' needs JAX: pip install 'lossproof[jax]'") from missing
    source = jax_module(loss)
    chain = _Chain(jax, load_module(source, "jax"), loss, reference)
    value, slope, curvature = chain.functions()
    return value, slope, curvature, source


class _Chain:
    """Value, slope and curvature of one loss, each with the next one as its derivative."""

    def __init__(self, jax: ModuleType, module: ModuleType, loss: Formulas, reference: dict[str, Function]) -> None:
        self.jax = jax
        self.np = importlib.import_module("jax.numpy")
        self.module = module
        self.q = len(loss.predictors)
        self.observed = len(loss.columns) + 1
        self.reference = reference
        self.right_in_single = loss.right_in_single
        self.in_single: dict[str, bool] = {}

    def functions(self) -> tuple[Function, Function, Function]:
        """The three, compiled by ``jit``."""
        curvature = self._with_derivative("curvature", self._third)
        slope = self._with_derivative("slope", lambda t, u, *observed: self._along(curvature(u, *observed), t, 1))
        value = self._with_derivative("value", lambda t, u, *observed: self._along(slope(u, *observed), t, 0))
        return self._jitted(value), self._jitted(slope), self._jitted(curvature)

    def _jitted(self, function: Function) -> Function:
        def call(u: Any, *observed: Any) -> Any:
            return function(*self._floats(u, *observed))

        return self.jax.jit(call)

    def _floats(self, u: Any, *observed: Any) -> tuple[Any, ...]:
        """All of one float type, the predictors as wide as the target."""
        u, given = self.np.asarray(u), [self.np.asarray(each) for each in observed]
        kind = self.np.result_type(u, *given, self.np.float16)
        kind = kind if kind.itemsize > 2 or u.dtype == kind else self.np.result_type(float)
        shape = self.np.broadcast_shapes(u.shape[:-1] if self.q > 1 else u.shape, *(each.shape for each in given))
        u = self.np.broadcast_to(u, (*shape, self.q) if self.q > 1 else shape)
        return u.astype(kind), *(self.np.broadcast_to(each, shape).astype(kind) for each in given)

    def _with_derivative(self, name: str, rule: Callable[..., Any]) -> Function:
        """``name`` as `_right`, with ``rule(tangent of u, u, yt)`` as its derivative."""
        function = self.jax.custom_jvp(lambda u, *observed: self._right(name, u, *observed))
        function.defjvps(lambda t, _, u, *observed: rule(t, u, *observed), *([None] * self.observed))
        return function

    def _along(self, derivative: Any, tangent: Any, axes: int) -> Any:
        """The derivative in the direction of a tangent: a product, or a sum of products over the predictors."""
        if self.q == 1:
            return derivative * tangent
        return (derivative * (tangent[..., None, :] if axes else tangent)).sum(axis=-1)

    def _third(self, tangent: Any, u: Any, *observed: Any) -> Any:
        """The third derivative is that of the near form."""
        return self.jax.jvp(lambda at: self._near("curvature", at, *observed), (u,), (tangent,))[1]

    def _near(self, name: str, u: Any, *observed: Any) -> Any:
        shape = observed[-1].shape + (self.q,) * (KINDS.index(name) if self.q > 1 else 0)
        return self.np.broadcast_to(getattr(self.module, name)(u, *observed), shape).astype(u.dtype)

    def _right(self, name: str, u: Any, *observed: Any) -> Any:
        """The near form; where it does not hold, or is no number, the reference."""
        kind = u.dtype
        if kind.itemsize < 8 and self.jax.config.jax_enable_x64:
            wide = (each.astype("float64") for each in (u, *observed))
            return self._right(name, *wide).astype(kind)
        near = self._near(name, u, *observed)
        inside = self._holds(name, u, *observed) & (kind.itemsize >= 8 or self._is_right_in_single(name))
        bad = ~(inside.reshape(inside.shape + (1,) * (near.ndim - inside.ndim)) & self.np.isfinite(near))

        def corrected() -> Any:
            answer = self.jax.ShapeDtypeStruct(near.shape, kind)
            host = self._host(name, kind)
            right = self.jax.pure_callback(host, answer, u, *observed, vmap_method="broadcast_all")
            return self.np.where(bad, right, near)

        return self.jax.lax.cond(bad.any(), corrected, lambda: near)

    def _is_right_in_single(self, name: str) -> bool:
        """Measured when it is asked first, with the code as JAX compiles it here."""
        if name not in self.in_single:
            near = self.jax.jit(lambda u, *observed: self._near(name, u, *observed))
            with self.jax.ensure_compile_time_eval():
                self.in_single[name] = self.right_in_single(name, near)
        return self.in_single[name]

    def _holds(self, name: str, u: Any, *observed: Any) -> Any:
        return self.np.broadcast_to(getattr(self.module, f"{name}_holds")(u, *observed), observed[-1].shape)

    def _host(self, name: str, kind: Any) -> Function:
        function = self.reference[name]
        return lambda *given: np.asarray(function(*map(np.asarray, given)), dtype=kind)
