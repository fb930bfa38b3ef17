"""A loss written by hand: numbers are numbers, and what is no mathematics is named in one sentence."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

from lossproof.errors import CallerError
from lossproof.lowering import Loss
from lossproof.lowering.code.formula_code import numpy_function
from lossproof.lowering.loss_arguments import MOST_TERMS
from lossproof.training import fit

U, Y = sp.symbols("u y", real=True)
SQUARES: dict[str, Any] = {
    "name": "squares",
    "predictors": (U,),
    "target": Y,
    "target_domain": "y real",
    "value": (U - Y) ** 2 / 2,
    "slope": U - Y,
    "curvature": sp.Integer(1),
}
OTHER = sp.Symbol("u", positive=True)


@pytest.mark.parametrize("one", [1, 1.0, np.int64(1), np.float32(1), Fraction(1)])
def test_a_number_of_python_is_one_of_sympy(one: Any) -> None:
    plain, symbolic = Loss(**{**SQUARES, "curvature": one}), Loss(**SQUARES)
    assert plain == symbolic
    assert plain.digest == symbolic.digest
    assert plain.curvature is sp.S.One


def test_a_fraction_keeps_all_its_digits() -> None:
    loss = Loss(**{**SQUARES, "slope": 0, "curvature": 0.1})
    assert (loss.slope, loss.curvature) == (sp.S.Zero, sp.Rational(3602879701896397, 2**55))


def test_a_loss_with_a_plain_number_is_fitted_as_the_other_whichever_comes_first() -> None:
    X, y = np.arange(6.0).reshape(-1, 1), np.array([1.0, 3.0, 2.0, 5.0, 4.0, 6.0])
    for wrong in ("1", True, None):
        with pytest.raises(CallerError, match="curvature"):
            fit(Loss(**{**SQUARES, "name": "anew", "curvature": wrong}), X, y)
    slope, intercept = np.polyfit(X[:, 0], y, 1)
    for curvature in (1, sp.Integer(1)):
        found = fit(Loss(**{**SQUARES, "name": "anew", "curvature": curvature}), X, y)
        np.testing.assert_allclose(found.params, [slope, intercept], rtol=1e-12)


@pytest.mark.parametrize(
    ("argument", "given", "sentence"),
    [
        ("value", "u**2", r"value: 'u\*\*2' \(str\) was given; a SymPy expression or a number is needed"),
        ("value", sp.Function("f")(U), r"value: f\(u\) .* it does not say what f is"),
        ("value", float("nan"), "value: nan .* finite"),
        ("value", sp.oo, "value: oo"),
        ("value", sp.I * U, "value: I"),
        ("value", sp.Matrix([U]), "value: Matrix"),
        ("value", sp.Eq(U, Y), "value: Eq"),
        ("value", (U - Y) ** 2 * sp.Symbol("k"), "k is neither a predictor nor the target or a column; known are u"),
        ("slope", OTHER - Y, "slope: its u is another symbol"),
        ("slope", None, r"slope: None \(NoneType\) was given"),
        ("slope", [U - Y], r"slope: \[u - y\] \(list\) was given"),
        ("slope", (U - Y, U), "slope: .* a tuple of 1 expressions is needed"),
        ("curvature", True, r"curvature: True \(bool\) was given"),
        ("curvature", (1, 2), "curvature: .* a tuple of 1 tuples is needed"),
        ("curvature", (1,), r"curvature\[0\]: 1 \(int\) was given"),
        ("predictors", U, r"predictors: u \(Symbol\) was given; a tuple of symbols is needed, as in \(u,\)"),
        ("predictors", ("u",), r"predictors: \('u',\) \(tuple\) was given; a tuple of symbols"),
        ("predictors", (), "predictors: none was given"),
        ("predictors", (U, U), "predictors, columns and target: u stands twice"),
        ("predictors", None, "predictors: None"),
        ("target", "y", r"target: 'y' \(str\) was given; a symbol is needed"),
        ("target", U, "predictors, columns and target: u stands twice"),
        ("target_domain", None, r"target_domain: None \(NoneType\) was given; text is needed"),
        ("unchecked", "no", "unchecked: 'no'"),
    ],
)
def test_what_is_no_mathematics_is_named_in_one_sentence(argument: str, given: Any, sentence: str) -> None:
    with pytest.raises(CallerError, match=sentence) as refusal:
        Loss(**{**SQUARES, argument: given})
    assert "\n" not in str(refusal.value)


def test_a_sum_of_few_terms_is_their_sum_and_one_without_a_number_for_its_end_is_refused() -> None:
    j, n = sp.Symbol("j", integer=True), sp.Symbol("n", positive=True)
    powers = sp.Sum(U**j / 3, (j, 1, 3))
    assert Loss(**{**SQUARES, "value": powers}).value == U / 3 + U**2 / 3 + U**3 / 3
    assert Loss(**{**SQUARES, "value": sp.Product(U - j, (j, 1, 2))}).value == (U - 1) * (U - 2)
    for ends in ((j, 0, n), (j, 0, MOST_TERMS), (j, 0, sp.oo)):
        with pytest.raises(CallerError, match=r"value: its sum over j from 0 to .* has no code"):
            Loss(**{**SQUARES, "value": sp.Sum(U**j, ends), "columns": (n,)})


def test_a_whole_number_that_is_no_float_has_code() -> None:
    value = sp.log(U**2 + sp.factorial(30))
    assert numpy_function((U,), value)(np.array([1.0])) == pytest.approx(np.log(float(sp.factorial(30))), rel=1e-15)
