"""A loss per sample: the formulas of value, slope and curvature, and the ways from them to code.

value l(u, yt)     slope dl/du     curvature d2l/du2      u: the linear predictors of one sample
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sympy

from lossproof.errors import CallerError
from lossproof.lowering import backends
from lossproof.lowering.modules import Formulas, Matrix, numpy_module
from lossproof.lowering.validation import target_interval
from lossproof.notation.assumptions import Assumptions, Domain


@dataclass(frozen=True)
class Loss:
    """The loss of one sample as expressions in the predictors and the target.

    With one predictor ``slope`` and ``curvature`` are expressions; with q they are a tuple and a tuple of
    tuples. ``target_domain`` says which targets are allowed, as assumptions or as their text
    (``"0 <= yt <= 1"``). ``digest`` identifies the derivation that the formulas come from.
    """

    name: str
    predictors: tuple[sympy.Symbol, ...]
    target: sympy.Symbol
    target_domain: Assumptions | str
    value: sympy.Expr
    slope: sympy.Expr | tuple[sympy.Expr, ...]
    curvature: sympy.Expr | Matrix
    digest: str = field(default="")

    def __post_init__(self) -> None:
        if not self.predictors:
            raise CallerError(f"the loss {self.name!r} has no predictors; name at least one")
        if not self.digest:
            parts = (self.name, self.predictors, self.target, self.value, self.slope, self.curvature)
            text = "\n".join(map(str, parts))
            object.__setattr__(self, "digest", hashlib.sha256(text.encode()).hexdigest()[:16])

    @property
    def slopes(self) -> tuple[sympy.Expr, ...]:
        """The slope by each predictor, also where there is one."""
        return self.slope if isinstance(self.slope, tuple) else (self.slope,)

    @property
    def curvatures(self) -> Matrix:
        """The matrix of second derivatives, also where it is 1 by 1."""
        return self.curvature if isinstance(self.curvature, tuple) else ((self.curvature,),)

    @property
    def domain(self) -> Domain:
        """The domain of the target."""
        if isinstance(self.target_domain, str):
            from lossproof.notation import parse_assumptions

            return target_interval(parse_assumptions(self.target_domain), self.target.name)
        return target_interval(self.target_domain, self.target.name)

    def compile(self, backend: str = "numba") -> CompiledLoss:
        """Functions of arrays: "numba" (default), "numpy" (readable reference) or "jax" (optional extra)."""
        return CompiledLoss(self, backend)

    def export(self, target: str) -> str:
        """Source text in another form: "python" is a module that needs NumPy and nothing else."""
        if target not in EXPORTS:
            raise CallerError(f"target: {target!r} was given; known are {', '.join(map(repr, EXPORTS))}")
        return EXPORTS[target](self)


EXPORTS: dict[str, Callable[[Formulas], str]] = {"python": numpy_module}


class CompiledLoss:
    """value(u, y), slope(u, y), curvature(u, y) on arrays that broadcast; ``source`` is the generated text.

    u (M,) and y (M,) give (M,); with q predictors u is (M, q), the slope (M, q), the curvature (M, q, q).
    """

    def __init__(self, loss: Loss, backend: str = "numba") -> None:
        self.loss = loss
        self.backend = backend
        self.value, self.slope, self.curvature, self.source = backends.build(loss, backend)

    def __reduce__(self) -> tuple[Any, ...]:
        return CompiledLoss, (self.loss, self.backend)

    def __repr__(self) -> str:
        return f"CompiledLoss({self.loss.name!r}, backend={self.backend!r})"
