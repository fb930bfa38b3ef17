"""Nonlinear least squares by free parameters: NIST's problems from both of their published starts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy

import lossproof
from lossproof.lowering import Loss
from lossproof.training.result import Fit

PARAMETERS, DEVIATIONS = 10.0, 9.0  # digits asked for
LONG = ("start1", "MGH10")  # a valley of 5,000 short steps: it arrives, and takes its seconds
EXACT_DATA = {"Lanczos1": 2.0}  # its residuals are rounding, 1e-13 of the data: so are its deviations


def cases(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "nist_nonlinear_given.json").read_text())
    return found


def problem(case: dict[str, Any]) -> tuple[Loss, dict[str, np.ndarray]]:
    """(y - m)^2/2 with the model's parameters as predictors, and the frame of its columns."""
    data = np.array(case["data"], dtype=float)
    y, *rest = data.T
    names = [f"b{k + 1}" for k in range(case["p"])]
    columns = ["x"] if len(rest) == 1 else [f"x{k + 1}" for k in range(len(rest))]
    where = "; ".join(f"{name} real" for name in (*names, *columns))
    model = lossproof.parse(case["model_sympy"], where).doit()
    letters = {symbol.name: symbol for symbol in model.free_symbols}
    by = tuple(letters[name] for name in names)
    target = sympy.Symbol("y", real=True)
    value = (target - model) ** 2 / 2
    slopes: Any = tuple(sympy.diff(value, each) for each in by)
    curvatures: Any = tuple(tuple(sympy.diff(slope, each) for each in by) for slope in slopes)
    loss = Loss(
        case["name"], by, target, "y real", value, slopes, curvatures, dispersion="pearson", unchecked=True,
        columns=tuple(letters[name] for name in columns), parameters=tuple(names),
    )  # fmt: skip
    response = np.log(y) if case["response"] == "log(y)" else y
    return loss, {"y": response, **dict(zip(columns, rest, strict=True))}


def digits(computed: np.ndarray, exact: list[str]) -> float:
    true = np.array(exact, dtype=np.longdouble)
    return float(-np.log10(np.max(np.abs((computed - true) / true)) + 1e-18))


def started(case: dict[str, Any], which: str) -> Fit:
    loss, frame = problem(case)
    start = {symbol.name: float(text) for symbol, text in zip(loss.predictors, case[which], strict=True)}
    return lossproof.fit(loss, frame, start=start)


@pytest.mark.parametrize("which", ["start1", "start2"])
def test_nist_problems_from_both_starts(which: str, reference_data: Path) -> None:
    missed = {}
    for case in cases(reference_data):
        if (which, case["name"]) == LONG:
            continue
        fit = started(case, which)
        here = digits(fit.params, case["recomputed_30d"]), digits(fit.standard_errors, case["recomputed_sd_30d"])
        asked = PARAMETERS, EXACT_DATA.get(case["name"], DEVIATIONS)
        if not fit.converged or here < asked or here[1] < asked[1]:
            missed[case["name"]] = (fit.reason, here)
    assert not missed


def test_the_residual_standard_deviation_is_the_dispersion(reference_data: Path) -> None:
    case = next(each for each in cases(reference_data) if each["name"] == "Misra1a")
    fit = started(case, "start2")
    assert np.sqrt(fit.dispersion) == pytest.approx(float(case["certified_rsd"]), rel=1e-10)
    assert fit.dispersion_from == "pearson"
    assert fit.names == ("b1", "b2")
    assert "RSS" in fit.summary() or "Pearson / (n - p)" in fit.summary()


def test_a_model_that_the_data_do_not_reach_is_not_said_to_have_converged() -> None:
    b, x, y = sympy.symbols("b x y", real=True)
    value = (y - sympy.exp(-sympy.exp(b) * x)) ** 2 / 2
    slope = sympy.diff(value, b)
    loss = Loss("gone", (b,), y, "y real", value, slope, sympy.diff(slope, b), columns=(x,), parameters=("b",))
    fit = lossproof.fit(loss, {"y": np.zeros(5), "x": np.ones(5)}, start={"b": 0.0}, unchecked=True)
    assert not fit.converged
