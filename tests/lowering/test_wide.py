"""Wide numbers: 80 binary digits or more against mpmath, over exponents that floats do not have."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import numpy as np
import pytest

from lossproof.lowering.numbers import wide, wide_gamma
from lossproof.lowering.numbers.wide import narrow

DIGITS = 80  # binary digits that every function keeps
FEWER = {"loggamma": 70}  # near its zeros, before their series begin
COUNT = 60
mpf = mpmath.mpf


def numbers(kind: str) -> np.ndarray:
    random = np.random.default_rng(31_415)
    whole = np.exp2(random.uniform(-1070, 1020, COUNT))
    bend = np.exp2(random.uniform(-30, 9, COUNT))
    near_one = 1 + random.uniform(-1, 1, COUNT) * np.exp2(random.uniform(-50, -1, COUNT))
    if kind == "positive":
        return np.concatenate([whole, bend, near_one])
    sizes = np.concatenate([whole[whole < 1e6], bend, random.uniform(0, 1e5, COUNT)])
    return sizes * random.choice((-1.0, 1.0), len(sizes))


def value(number: tuple[np.ndarray, np.ndarray, np.ndarray], place: int) -> mpmath.mpf:
    high, low, e = (
        float(np.broadcast_to(part, (10_000,))[place] if np.ndim(part) == 0 else part[place]) for part in number
    )
    return (mpf(high) + mpf(low)) * mpf(2) ** (512 * int(e)) if high else mpf(0)


FUNCTIONS: dict[str, tuple[Callable[..., object], Callable[..., mpmath.mpf], str]] = {
    "exp": (wide.wide_exp, mpmath.exp, "both"),
    "expm1": (wide.wide_expm1, mpmath.expm1, "both"),
    "softplus": (wide.wide_softplus, lambda x: mpmath.log1p(mpmath.exp(x)), "both"),
    "expit": (wide.wide_expit, lambda x: 1 / (1 + mpmath.exp(-x)), "both"),
    "atan": (wide.wide_atan, mpmath.atan, "both"),
    "cauchycdf": (wide.wide_cauchycdf, lambda x: mpf(1) / 2 + mpmath.atan(x) / mpmath.pi, "both"),
    "logcauchycdf": (wide.wide_logcauchycdf, lambda x: mpmath.log(mpf(1) / 2 + mpmath.atan(x) / mpmath.pi), "both"),
    "bose_fall": (wide.wide_bose_fall, lambda x: (x - 1 + x / mpmath.expm1(x)) / x, "both"),
    "log": (wide.wide_log, mpmath.log, "positive"),
    "log1p": (wide.wide_log1p, mpmath.log1p, "positive"),
    "sqrt": (wide.wide_sqrt, mpmath.sqrt, "positive"),
    "log1mexp": (wide.wide_log1mexp, lambda x: mpmath.log(-mpmath.expm1(-x)), "positive"),
    "relative_log1p": (wide.wide_relative_log1p, lambda x: mpmath.log1p(x) / x, "positive"),
    "relative_log1p_fall": (
        wide.wide_relative_log1p_fall,
        lambda x: (mpmath.log1p(x) / x - 1 / (1 + x)) / x,
        "positive",
    ),
    "trigamma": (wide_gamma.wide_trigamma, lambda x: mpmath.psi(1, x), "positive"),
    "loggamma": (wide_gamma.wide_loggamma, mpmath.loggamma, "positive"),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_wide_function_keeps_eighty_digits(name: str) -> None:
    function, exact, kind = FUNCTIONS[name]
    x = numbers(kind)
    x = x[x < 600.0] if name == "log1mexp" else x
    x = x[np.abs(x) > 1e-70] if name in ("bose_fall", "relative_log1p_fall") else x  # what mpmath would cancel
    with np.errstate(all="ignore"):
        results = function(wide.wide(x))
    with mpmath.workdps(900 if name == "log1mexp" else 330):
        for place, point in enumerate(x.tolist()):
            true = exact(mpf(point))
            assert abs(value(results, place) - true) <= abs(true) * mpf(2) ** -FEWER.get(name, DIGITS), point


@pytest.mark.parametrize(
    ("growth", "exact"),
    [
        (wide_gamma.wide_loggamma_growth, mpmath.loggamma),
        (wide_gamma.wide_digamma_growth, mpmath.digamma),
        (wide_gamma.wide_trigamma_growth, lambda x: mpmath.psi(1, x)),
    ],
)
def test_a_growth_is_no_difference_of_two_large_numbers(
    growth: Callable[..., object], exact: Callable[..., mpmath.mpf]
) -> None:
    random = np.random.default_rng(1)
    x, n = np.exp2(random.uniform(-200, 200, COUNT)), np.floor(np.exp2(random.uniform(0, 20, COUNT)))
    with np.errstate(all="ignore"):
        results = growth(wide.wide(x), wide.wide(n))
    with mpmath.workdps(260):
        for place in range(COUNT):
            a, b = mpf(float(x[place])), mpf(float(n[place]))
            true = exact(a + b) - exact(a)
            assert abs(value(results, place) - true) <= abs(true) * mpf(2) ** -60


def test_sums_and_products_of_what_no_float_holds() -> None:
    with np.errstate(all="ignore"):
        a, b = wide.wide_exp(wide.wide(np.float64(1e5))), wide.wide_exp(wide.wide(np.float64(-1e5)))
        assert float(narrow(wide.wide_product(a, b))) == 1.0
        assert float(narrow(wide.wide_difference(wide.wide_sum(a, wide.wide(np.float64(3.0))), a))) == 0.0
        assert float(narrow(a)) == np.inf
        assert float(narrow(b)) == 0.0
        for x in (1e15, -1e18, 3e18, 1e40, -1e300):
            assert float(narrow(wide.wide_log(wide.wide_exp(wide.wide(np.float64(x)))))) == pytest.approx(x, rel=4e-16)


@pytest.mark.parametrize("x", [0.0, 5e-324, -1e-310, 1e-300, 1.0, -3.5, 1e300, 1.7e308])
def test_a_float_comes_back_as_it_went_in(x: float) -> None:
    with np.errstate(all="ignore"):
        assert float(narrow(wide.wide(np.float64(x)))) == x
