"""A loss as a function of PyTorch tensors whose derivatives are the derived ones, to the second order.

    value --backward--> slope --backward--> curvature

This file is also a template: `torch_source` writes its text into every exported module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.autograd import Function

Computed = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def chained(value: Computed, slope: Computed, curvature: Computed, q: int) -> Computed:
    """loss(u, y) with u (...) or (..., q) and y (...): autograd meets ``slope`` and ``curvature``, never a graph.

    Differentiable twice by u and not by y; works under ``torch.func`` (grad, vmap, jacrev; for Hessians
    ``jacrev(jacrev(f))``). Computed in float64 and rounded once to the type of u.
    """

    def computed(function: Computed, u: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return function(u.to(torch.float64), y.to(torch.float64)).to(u.dtype)

    def summed(derivative: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
        """Over the axes along which u was broadcast."""
        return derivative.sum_to_size(like.shape)

    class Curvature(Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(u: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return computed(curvature, u, y)

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            """Nothing is kept: there is no third derivative."""

        @staticmethod
        def backward(ctx: Any, *gradients: torch.Tensor) -> Any:
            raise RuntimeError("this loss was derived to the second order; it has no third derivative")

    class Slope(Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(u: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return computed(slope, u, y)

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx: Any, *gradients: torch.Tensor) -> Any:
            u, y = ctx.saved_tensors
            h = Curvature.apply(u, y)
            return summed(gradients[0] * h if q == 1 else (gradients[0][..., None, :] @ h)[..., 0, :], u), None

    class Value(Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(u: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return computed(value, u, y)

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx: Any, *gradients: torch.Tensor) -> Any:
            u, y = ctx.saved_tensors
            r = Slope.apply(u, y)
            return summed(gradients[0] * r if q == 1 else gradients[0][..., None] * r, u), None

    def loss(u: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return Value.apply(u, y)

    return loss
