"""A loss that was judged on a part of the line gives no number beyond it, whichever way it runs."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
from sympy import Symbol

from lossproof import Loss, fit
from lossproof.errors import CallerError
from lossproof.lowering.code.backends import BACKENDS
from lossproof.lowering.each_row import each_row, values

U, V, Y = (Symbol(name, real=True) for name in ("u", "v", "y"))
PLACES = np.array([-1.0, 0.0, 1.0])


def one_sided(predictor: Symbol, domain: str) -> Loss:
    """|u| + (u - y)^2/2 with the slope that it has for u > 0 alone."""
    value = sympy.Abs(predictor) + (predictor - Y) ** 2 / 2
    slope, curvature = 1 + predictor - Y, sympy.Integer(1)
    return Loss("one_sided", (predictor,), Y, domain, value, slope, curvature)


LOSSES = {
    "by a clause": one_sided(U, "y > 0; u > 0"),
    "by its symbol": one_sided(Symbol("u", positive=True), "y > 0"),
    "by a symbol that needs another name": one_sided(Symbol("lambda", positive=True), "y > 0"),
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_compiled_code_has_no_number_there(loss: Loss, backend: str) -> None:
    code = loss.compile(backend)
    for function in (code.value, code.slope, code.curvature):
        np.testing.assert_array_equal(np.isnan(function(PLACES, np.ones(3))), [True, True, False])
    assert code.slope(2.0, 1.0) == 2


def test_python_text_has_none_and_says_where() -> None:
    text = LOSSES["by a clause"].export("python")
    module: dict[str, Any] = {}
    exec(text, module)
    for name in ("value", "slope", "curvature"):
        np.testing.assert_array_equal(np.isnan(module[name](PLACES, np.ones(3))), [True, True, False])
    assert "Judged where u is a number above 0; not a number elsewhere." in text


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler here")
def test_c_has_none(tmp_path: Path) -> None:
    (tmp_path / "loss.c").write_text(LOSSES["by a clause"].export("c"))
    options = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-shared", "-fPIC"]
    subprocess.run(["cc", *options, "-o", "loss.so", "loss.c", "-lm"], cwd=tmp_path, check=True)
    slope = ctypes.CDLL(str(tmp_path / "loss.so")).one_sided_slope
    slope.restype, slope.argtypes = ctypes.c_double, [ctypes.c_double, ctypes.c_double]
    assert np.isnan(slope(-1.0, 1.0))
    assert slope(2.0, 1.0) == 2


def test_torch_has_none() -> None:
    torch = pytest.importorskip("torch")
    answer = LOSSES["by a clause"].export("torch")(torch.tensor(PLACES), torch.ones(3))
    np.testing.assert_array_equal(torch.isnan(answer).numpy(), [True, True, False])


def test_a_fit_does_not_stand_beyond_it() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 2)), rng.exponential(size=30)
    found = fit(LOSSES["by a clause"], X, y)
    assert (np.column_stack([X, np.ones(30)]) @ found.params > 0).all()


def wide_bell() -> Loss:
    """A bell curve of variance v > 0, in a form that has a value for v < 0 as well."""
    value = (Y - U) ** 2 / (2 * V) + sympy.log(V**2) / 4
    slopes = tuple(sympy.diff(value, by) for by in (U, V))
    curvatures = tuple(tuple(sympy.diff(slope, by) for by in (U, V)) for slope in slopes)
    return Loss("wide_bell", (U, V), Y, "y real; v > 0", value, slopes, curvatures)


def test_several_predictors_have_none_where_one_is_outside() -> None:
    u, y = np.array([[1.0, -1.0], [1.0, 2.0]]), np.array([1.0, 2.0])
    np.testing.assert_array_equal(np.isnan(wide_bell().compile("numpy").value(u, y)), [True, False])
    for found in each_row(wide_bell(), 2)(u.T, y[:, None]):
        np.testing.assert_array_equal(np.isnan(found).reshape(-1, 2).all(axis=0), [True, False])
    np.testing.assert_array_equal(np.isnan(values(wide_bell(), u.T, y[:, None])), [True, False])


@pytest.mark.parametrize("clause", ["u integer", "u in {0, 1}"])
def test_a_predictor_is_a_real_number(clause: str) -> None:
    with pytest.raises(CallerError, match=r"target_domain: it says that the predictor u is .*a predictor is a real"):
        one_sided(U, f"y > 0; {clause}")
