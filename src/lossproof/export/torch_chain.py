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
Pulled = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]


def chained(value: Computed, slope: Computed, curvature: Computed, q: int) -> Computed:
    """loss(u, y) with u (...) or (..., q) and y (...): autograd meets ``slope`` and ``curvature``, never a graph.

    Differentiable twice by u and not by y; works under ``torch.func`` (grad, vmap, jacrev; for Hessians
    ``jacrev(jacrev(f))``). Computed in float64 and rounded once to the type of u.
    """

    def by_curvature(gradient: torch.Tensor, u: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        h = second(u, y)
        return gradient * h if q == 1 else (gradient[..., None, :] @ h)[..., 0, :]

    def by_slope(gradient: torch.Tensor, u: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return (gradient if q == 1 else gradient[..., None]) * first(u, y)

    second = linked(curvature, no_third)
    first = linked(slope, by_curvature)
    return linked(value, by_slope)


def no_third(*given: torch.Tensor) -> torch.Tensor:
    raise RuntimeError("this loss was derived to the second order; it has no third derivative")


def linked(function: Computed, pull: Pulled) -> Computed:
    """``function`` for autograd; ``pull(gradient, u, y)`` takes a gradient back to u, before u's broadcasting."""

    class Link(Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(u: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return function(u.to(torch.float64), y.to(torch.float64)).to(u.dtype)

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx: Any, *gradients: torch.Tensor) -> Any:
            u, y = ctx.saved_tensors
            return pull(gradients[0], u, y).sum_to_size(u.shape), None

    def apply(u: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return Link.apply(u, y)

    return apply
