"""Every function of the table as generated code computes it, in NumPy and in Numba, against its row in balls."""

from __future__ import annotations

import math
import re
from functools import cache
from itertools import product
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import sympy
from numba import njit

from lossproof.functions.table import ARGUMENTS, FUNCTIONS, Function
from lossproof.lowering.code.folder import load_module
from lossproof.lowering.code.formula_code import function_text, numpy_function
from lossproof.lowering.code.needed import CODE_NAMES, EVERYTHING, definitions, needed, numba_imports
from lossproof.lowering.measure.truth import true_ball
from lossproof.lowering.numbers.rounding import rounded
from lossproof.notation.functions import CONSTRUCTORS, demands, written_out
from lossproof.notation.into_sympy import parse

# Counted and compared in whole numbers: in code a sum over data has taken their place.
WITHOUT_CODE = {"delta", "binomial"}
ROWS = [
    pytest.param(row, id=row.name) for row in FUNCTIONS.values() if not row.same_as and row.name not in WITHOUT_CODE
]
LETTERS = tuple(map(parse, ARGUMENTS))
PLACES = [-30.0, -2.5, -1.0, -0.75, -0.125, 0.0, 1e-3, 0.25, 0.5, 1.0, 1.5, 3.0, 12.0, 30.0]
TOLERANCE = 2e-14


def points(row: Function) -> list[tuple[float, ...]]:
    """Points inside the domain, its ends left out."""
    found = product(PLACES if row.most == 1 else PLACES[::2], repeat=row.most or 2)
    return [point for point in found if all(demand > 0 for demand, _ in demands(row.name, [*map(sympy.Float, point)]))]


def node(row: Function) -> sympy.Expr:
    return CONSTRUCTORS[row.name](*LETTERS[: row.most or 2])


def truth(expr: sympy.Expr, point: tuple[float, ...]) -> float:
    return rounded(true_ball(expr, LETTERS[: len(point)], point))


@pytest.mark.parametrize("row", ROWS)
def test_numpy_computes_what_the_row_says(row: Function) -> None:
    symbols = LETTERS[: row.most or 2]
    found = numpy_function(symbols, node(row))(*np.array(points(row)).T)
    expected = [truth(node(row), point) for point in points(row)]
    np.testing.assert_allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE)


@cache
def compiled() -> ModuleType:
    """All that formulas may call, as Numba has it in a generated module."""
    names = needed(f"{name}(" for name in CODE_NAMES.values())
    head = "from numpy import ndarray as Array\nfrom lossproof.lowering.numbers.elementary import inlined\n"
    return load_module(head + numba_imports(names) + "\n".join(definitions(names, "@inlined\n")), "functions")


def is_called(row: Function) -> bool:
    """Whether the code of a function is a call by its own name: a factorial is printed as ``gamma(x + 1)``."""
    text = function_text("value", LETTERS[: row.most or 2], node(row))
    return re.search(rf"return {CODE_NAMES.get(row.name)}\(x(, [a-z0-9/]+)*\)", text) is not None


CALLED = [param for param in ROWS if is_called(param.values[0])]


@pytest.mark.parametrize("row", CALLED)
def test_numba_computes_what_the_row_says(row: Function) -> None:
    function: Any = getattr(compiled(), CODE_NAMES[row.name])
    at_zero = (0.5,) if row.name == "Heaviside" else ()
    loops = {
        1: njit(lambda x: function(x)),
        2: njit(lambda x, y: function(x, y)),
        3: njit(lambda x, y, z: function(x, y, z)),
    }
    for point in points(row):
        found = loops[len(point + at_zero)](*point, *at_zero)
        assert found == pytest.approx(truth(node(row), point), rel=TOLERANCE, abs=TOLERANCE)


def test_few_functions_are_printed_as_something_else() -> None:
    assert {param.values[0].name for param in ROWS} - {param.values[0].name for param in CALLED} == {"factorial"}


@pytest.mark.parametrize("row", [param for param in ROWS if written_out(node(param.values[0])) is not None])
def test_the_truth_in_balls_is_the_definition_of_the_row(row: Function) -> None:
    written = written_out(node(row))
    assert written is not None
    for point in points(row):
        if not math.isnan(expected := truth(written, point)):
            assert truth(node(row), point) == pytest.approx(expected, rel=1e-15, abs=0)


def test_a_function_without_code_is_named_above() -> None:
    missing = {row.name for row in FUNCTIONS.values() if not row.same_as and (row.code or row.name) not in EVERYTHING}
    assert missing == WITHOUT_CODE
