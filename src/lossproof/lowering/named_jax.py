"""The named functions of stable formulas for JAX; imported only when the back end is asked for."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array
from jax.numpy import absolute, exp, expm1, heaviside, log, log1p, maximum, minimum, sign, sqrt, where

__all__ = [
    "absolute",
    "exp",
    "expit",
    "expm1",
    "heaviside",
    "log",
    "log1p",
    "logit",
    "maximum",
    "minimum",
    "sign",
    "softplus",
    "sqrt",
    "where",
    "xlogy",
]


def softplus(x: Array) -> Array:
    """log(1 + e^x), for every x."""
    return jnp.maximum(x, 0) + jnp.log1p(jnp.exp(-jnp.abs(x)))


def expit(x: Array) -> Array:
    """1 / (1 + e^-x), for every x; the small tail keeps its relative accuracy."""
    e = jnp.exp(-jnp.abs(x))
    return jnp.where(x >= 0, 1, e) / (1 + e)


def logit(p: Array) -> Array:
    """log(p / (1 - p)), accurate near p = 1/2 too, where it vanishes."""
    middle = jnp.log1p((2 * p - 1) / (1 - p))
    return jnp.where(jnp.abs(p - 0.5) <= 0.25, middle, jnp.log(p) - jnp.log1p(-p))


def xlogy(x: Array, y: Array) -> Array:
    """x log y, and 0 for x = 0 whatever y is."""
    return jnp.where(x == 0, 0, x * jnp.log(jnp.where(x == 0, 1, y)))
