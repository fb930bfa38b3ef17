"""exp, log, log1p, expm1: errors against mpmath at points of their own, special values, and that they vectorise."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import mpmath
import numpy as np
import pytest
from numba import njit

from lossproof.lowering.numbers import elementary

# (function, truth, low, high, ulp allowed)
CASES = {
    "exp": (elementary.exp, mpmath.exp, -746.0, 709.78, 1.0),
    "expm1": (elementary.expm1, mpmath.expm1, -60.0, 709.78, 2.0),
    "log": (elementary.log, mpmath.log, 5e-324, 1.7e308, 1.0),
    "log1p": (elementary.log1p, mpmath.log1p, -1 + 2**-53, 1.7e308, 1.0),
    "log1p_of_unit": (elementary.log1p_of_unit, mpmath.log1p, 0.0, 1.0, 1.5),
}


def loop_over(function: Callable[[float], float]) -> Callable[[np.ndarray, np.ndarray], None]:
    @njit(error_model="numpy")
    def loop(x, out):
        for i in range(x.size):
            out[i] = function(x[i])

    return loop


def drawn(low: float, high: float, count: int = 1500) -> np.ndarray:
    """Uniform in exponent and uniform in value, both signs, where the interval allows; its ends included."""
    random = np.random.default_rng(811)
    sizes = np.exp2(random.uniform(-1074, 1023, count))
    moderate = np.exp2(random.uniform(-30, 10, count))
    near = random.uniform(max(low, -40.0), min(high, 40.0), count)
    x = np.concatenate([sizes, -sizes, moderate, -moderate, near, [low, high]])
    return x[(x >= low) & (x <= high)]


def in_ulp(computed: float, true: mpmath.mpf) -> float:
    nearest = float(true)
    return float(abs(mpmath.mpf(computed) - true) / mpmath.mpf(math.ulp(nearest)))


@pytest.mark.parametrize("name", CASES)
def test_the_error_is_within_its_certificate(name: str) -> None:
    function, truth, low, high, allowed = CASES[name]
    x = drawn(low, high)
    out = np.empty_like(x)
    loop_over(function)(x, out)
    with mpmath.workdps(50):
        errors = [in_ulp(y, truth(mpmath.mpf(v))) for v, y in zip(x.tolist(), out.tolist(), strict=True)]
    assert max(errors) <= allowed, f"{max(errors)} ulp at {x[int(np.argmax(errors))]!r}"


def test_a_lost_bit_of_the_reduction_is_seen() -> None:
    """The certificate above can fail: the same exponential with log 2 in one piece is off by hundreds of ulp."""

    def crude(x: float) -> float:
        k = round(x * elementary.LOG2_E)
        return math.ldexp(math.exp(x - k * math.log(2)), k)

    x = drawn(-700.0, 700.0)
    with mpmath.workdps(50):
        assert max(in_ulp(crude(v), mpmath.exp(v)) for v in x.tolist()) > 10


@pytest.mark.parametrize(
    ("function", "x", "expected"),
    [
        (elementary.exp, -math.inf, 0.0),
        (elementary.exp, math.inf, math.inf),
        (elementary.exp, 709.79, math.inf),
        (elementary.exp, -745.13, 5e-324),
        (elementary.exp, -745.14, 0.0),
        (elementary.exp, 0.0, 1.0),
        (elementary.expm1, -math.inf, -1.0),
        (elementary.expm1, math.inf, math.inf),
        (elementary.expm1, 5e-324, 5e-324),
        (elementary.expm1, -5e-324, -5e-324),
        (elementary.log, 0.0, -math.inf),
        (elementary.log, -1.0, math.nan),
        (elementary.log, math.inf, math.inf),
        (elementary.log, 1.0, 0.0),
        (elementary.log1p, -1.0, -math.inf),
        (elementary.log1p, -1.5, math.nan),
        (elementary.log1p, math.inf, math.inf),
        (elementary.log1p, 5e-324, 5e-324),
    ],
)
def test_the_edges_are_exact(function: Callable[..., float], x: float, expected: float) -> None:
    np.testing.assert_equal(function(x), expected)


@pytest.mark.parametrize("name", CASES)
def test_nan_stays_nan(name: str) -> None:
    assert math.isnan(CASES[name][0](math.nan))


@pytest.mark.parametrize("name", ["exp", "expm1", "log", "log1p", "log1p_of_unit"])
def test_a_loop_becomes_vector_instructions(name: str) -> None:
    loop = loop_over(CASES[name][0])
    loop(np.zeros(8), np.zeros(8))
    (code,) = loop.inspect_llvm().values()
    assert re.search(r"fmul (contract )?<\d+ x double>", code), "the loop was not vectorised"
    assert not re.search(r"call double @(exp|log|log1p|expm1)\(", code), "a call into libm"
