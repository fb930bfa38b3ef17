"""The named functions: one text, measured as NumPy runs it and as Numba compiles it, against balls."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache
from types import ModuleType

import numpy as np
import pytest
import sympy
from numba import njit

from lossproof.lowering.code.folder import load_module
from lossproof.lowering.code.needed import CODE_NAMES, definitions, jax_imports, needed, numba_imports, numpy_imports
from lossproof.lowering.forms.code_functions import normhazard, normhazard_fall, softmax, surprisal, times_exp
from lossproof.lowering.measure.truth import error_in_ulp, true_ball
from lossproof.lowering.numbers import named_numpy
from lossproof.lowering.numbers.rounding import rounded
from lossproof.notation.functions import (
    definition,
    expit,
    log1mexp,
    logit,
    lognormcdf,
    logsumexp,
    normcdf,
    softplus,
    xlogy,
)

X, Y, Z = sympy.symbols("x y z", real=True)
BOTH, POSITIVE, UNIT = "both signs", "positive", "between 0 and 1"

# name -> (the formula it stands for, where it is measured, ulp of the result that are allowed)
ONE = {
    "softplus": (softplus(X), BOTH, 2.0),
    "expit": (expit(X), BOTH, 3.0),
    "logit": (logit(X), UNIT, 3.0),
    "log1mexp": (log1mexp(X), POSITIVE, 2.0),
    "normcdf": (normcdf(X), BOTH, 4.0),
    "lognormcdf": (lognormcdf(X), BOTH, 4.0),
    "normhazard": (normhazard(X), BOTH, 4.5),
    "normhazard_fall": (normhazard_fall(X), BOTH, 5.0),
    "erfc": (sympy.erfc(X), BOTH, 4.0),
    "loggamma": (sympy.loggamma(X), POSITIVE, 4.5),
    "digamma": (sympy.polygamma(0, X), POSITIVE, 4.0),
    "trigamma": (sympy.polygamma(1, X), POSITIVE, 4.0),
}
SEVERAL = {
    "logsumexp": (logsumexp(X, Y, Z), 4.0),
    "softmax": (softmax(X, Y, Z), 4.0),
    "surprisal": (surprisal(X, Y, Z), 4.0),
}


def elementary(expr: sympy.Expr) -> sympy.Expr:
    """Named functions and shortcuts written out, so that the truth shares no name with what is measured."""
    shortcuts = (normhazard, normhazard_fall, softmax, surprisal, times_exp)
    return definition(expr.replace(lambda node: isinstance(node, shortcuts), lambda node: node.definition()))


def places(kind: str) -> np.ndarray:
    random = np.random.default_rng(4_711)
    sizes = np.exp2(np.concatenate([random.uniform(-1000, 1000, 300), random.uniform(-30, 12, 500)]))
    if kind == UNIT:
        return np.concatenate([random.uniform(0, 1, 500), np.exp2(random.uniform(-1000, -1, 300))])
    zeros = [around + random.uniform(-1, 1, 60) * 2.0**-k for around in (1, 1.4616, 2) for k in (3, 12, 40)]
    near = np.concatenate([random.uniform(0.01, 6, 600), *zeros, [0.75, 1.0, 2.0, 3.0, 4.0]])
    if kind == POSITIVE:
        return np.concatenate([sizes, near])
    return np.concatenate([sizes, -sizes, near, -near, random.uniform(-45, 12, 600), [0.0]])


@cache
def compiled() -> ModuleType:
    """Every named function as Numba has it in a generated module."""
    names = needed(f"{name}(" for name in CODE_NAMES.values() if hasattr(named_numpy, name))
    head = "from numpy import ndarray as Array\nfrom lossproof.lowering.numbers.elementary import inlined\n"
    return load_module(head + numba_imports(names) + "\n".join(definitions(names, "@inlined\n")), "named")


def by_numba(name: str) -> Callable[..., np.ndarray]:
    function = getattr(compiled(), name)
    loops: dict[int, Callable[..., float]] = {
        1: njit(lambda x: function(x)),
        3: njit(lambda x, y, z: function(x, y, z)),
    }

    def call(*arrays: np.ndarray) -> np.ndarray:
        return np.array([loops[len(arrays)](*point) for point in zip(*arrays, strict=True)])

    return call


def by_numpy(name: str) -> Callable[..., np.ndarray]:
    def call(*arrays: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return getattr(named_numpy, name)(*arrays)

    return call


BACKENDS = {"numpy": by_numpy, "numba": by_numba}


def worst(
    expr: sympy.Expr, symbols: tuple[sympy.Symbol, ...], arrays: tuple[np.ndarray, ...], computed: np.ndarray
) -> float:
    errors = []
    for point, result in zip(zip(*(a.tolist() for a in arrays), strict=True), computed.tolist(), strict=True):
        ball = true_ball(expr, symbols, point)
        true = rounded(ball)
        if math.isfinite(true):
            errors.append((error_in_ulp(result, ball, true), point))
    assert len(errors) > 400
    error, point = max(errors)
    return error


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", ONE)
def test_a_function_of_one_number_is_right_everywhere(name: str, backend: str) -> None:
    expr, kind, allowed = ONE[name]
    x = places(kind)
    assert worst(elementary(expr), (X,), (x,), BACKENDS[backend](name)(x)) <= allowed


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", SEVERAL)
def test_a_function_of_several_numbers_is_right_everywhere(name: str, backend: str) -> None:
    """logsumexp may vanish where its terms are negative: it is measured where the largest is at least 0."""
    expr, allowed = SEVERAL[name]
    random = np.random.default_rng(5)
    arrays = [np.exp2(random.uniform(-40, 9.5, 700)) * random.choice((-1, 1), 700) for _ in range(3)]
    arrays[0][:100], arrays[1][:50] = 0.0, 0.0
    if name == "logsumexp":
        arrays[2] = np.abs(arrays[2])
    assert worst(elementary(expr), (X, Y, Z), tuple(arrays), BACKENDS[backend](name)(*arrays)) <= allowed


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_product_with_an_exponential_does_not_overflow_on_the_way(backend: str) -> None:
    function = compiled().times_exp if backend == "numba" else by_numpy("times_exp")
    for factor, x in ((1e-300, 1000.0), (1e300, -1000.0), (3.0, -745.0), (0.0, 1000.0), (-2.5, 1.0), (1e-310, 700.0)):
        ball = true_ball(X * sympy.exp(Y), (X, Y), (factor, x))
        assert error_in_ulp(float(function(np.float64(factor), np.float64(x))), ball, rounded(ball)) <= 4


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("softplus", -1e308, 0.0),
        ("softplus", 1e308, 1e308),
        ("expit", -1e308, 0.0),
        ("expit", 1e308, 1.0),
        ("logit", 0.5, 0.0),
        ("logit", 0.0, -math.inf),
        ("logit", 1.0, math.inf),
        ("normcdf", -1e308, 0.0),
        ("normcdf", 1e308, 1.0),
        ("normcdf", 0.0, 0.5),
        ("lognormcdf", -1e308, -math.inf),
        ("lognormcdf", -1.5e154, -1.125e308),
        ("lognormcdf", 1e308, 0.0),
        ("normhazard", -1e308, 1e308),
        ("normhazard", 1e308, 0.0),
        ("normhazard_fall", -1e200, 1.0),
        ("normhazard_fall", 1e308, 0.0),
        ("erfc", 1e308, 0.0),
        ("erfc", -1e308, 2.0),
        ("loggamma", 1.0, 0.0),
        ("loggamma", 2.0, 0.0),
    ],
)
@pytest.mark.parametrize("backend", BACKENDS)
def test_the_edges_are_right(backend: str, name: str, x: float, expected: float) -> None:
    np.testing.assert_allclose(BACKENDS[backend](name)(np.array([x]))[0], expected, rtol=2e-16)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", ONE)
def test_nan_stays_nan(name: str, backend: str) -> None:
    assert math.isnan(BACKENDS[backend](name)(np.array([math.nan]))[0])


def test_xlogy_is_zero_at_zero_whatever_y_is() -> None:
    x, y = np.array([0.0, 0.0, 2.0, 0.5]), np.array([0.0, 3.0, 1.0, math.e])
    np.testing.assert_allclose(by_numpy("xlogy")(x, y), [0.0, 0.0, 0.0, 0.5])
    np.testing.assert_allclose([compiled().xlogy(*pair) for pair in zip(x, y, strict=True)], [0.0, 0.0, 0.0, 0.5])
    assert true_ball(xlogy(X, Y), (X, Y), (0.0, 3.0)).is_zero()


@pytest.mark.parametrize("name", ["softplus", "expit", "normcdf", "loggamma", "digamma"])
def test_a_loop_becomes_vector_instructions(name: str) -> None:
    function = getattr(compiled(), name)

    @njit(error_model="numpy")
    def loop(x, out):
        for i in range(x.size):
            out[i] = function(x[i])

    loop(np.ones(8), np.ones(8))
    (code,) = loop.inspect_llvm().values()
    assert re.search(r"fmul (contract )?<\d+ x double>", code), "the loop was not vectorised"


@pytest.mark.parametrize(
    "shortcut", [normhazard(X), normhazard_fall(X), softmax(X, Y, Z), surprisal(X, Y, Z), times_exp(Y, X)]
)
def test_the_derivative_of_a_shortcut_is_that_of_its_definition(shortcut: sympy.Expr) -> None:
    values = {X: 0.3, Y: -0.7, Z: 1.1}
    for by in sorted(shortcut.free_symbols, key=str):
        derived = elementary(elementary(sympy.diff(shortcut, by))).xreplace(values)
        expected = sympy.diff(elementary(elementary(shortcut)), by).xreplace(values)
        assert float(sympy.N(derived, 30)) == pytest.approx(float(sympy.N(expected, 30)), rel=1e-13)


def test_what_a_text_needs_is_found_with_what_that_needs() -> None:
    names = needed(["return normcdf(u) + 2"])
    assert names.index("normal_excess_series") < names.index("normal_excess") < names.index("normcdf")
    assert {"SQRT_2_PI", "where", "exp"} <= set(names)
    assert "loggamma" not in names
    assert needed(["return u + unknown(3)"]) == []


def test_imports_name_only_what_is_used() -> None:
    names = needed(["softplus(u)", "gamma(u)"])
    assert "from scipy.special import gamma" in numpy_imports(names)
    assert "scipy" not in numpy_imports(needed(["softplus(u)"]))
    assert "from jax.numpy import log1p as log1p_of_unit" in jax_imports(names)
    assert "softplus" not in numba_imports(names)
    assert "log1p_of_unit" in numba_imports(names)
