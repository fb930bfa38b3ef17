"""Source text in C and for PyTorch: compiled, run, and compared with what NumPy and balls say."""

from __future__ import annotations

import ctypes
import math
import os
import re
import runpy
import shutil
import subprocess
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy

import lossproof
from lossproof.errors import CallerError, InexactLoss, InternalError
from lossproof.export import TARGETS, export_text
from lossproof.export.traced import trace
from lossproof.lowering import Loss

CHAPTERS = ("logistic_regression", "poisson_regression", "probit_regression", "cloglog_regression", "gamma_regression")
GAPS = pytest.mark.filterwarnings("ignore:the text of the loss:lossproof.errors.InexactLoss")
STRICT = ["-std=c99", "-O2", "-Wall", "-Wextra", "-pedantic", "-Werror", "-shared", "-fPIC"]
PLACES = 4  # of a double; libm and NumPy differ by one or two


def inputs(name: str) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(7)
    u = np.concatenate([chance.normal(size=400) * 10 ** chance.uniform(-8, 2.5, 400), [0.0, 40.0, -700.0, 340.0]])
    y = chance.poisson(3.0, len(u)) if name == "poisson_regression" else chance.uniform(0.01, 0.99, len(u))
    return u, y.astype(float)


def compiled(text: str, folder: Path) -> ctypes.CDLL:
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    (folder / "loss.c").write_text(text)
    command = ["cc", *STRICT, str(folder / "loss.c"), "-o", str(folder / "loss.so"), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return ctypes.CDLL(str(folder / "loss.so"))


def close(found: np.ndarray, expected: np.ndarray, terms: np.ndarray) -> bool:
    """Within a few places of the result or of what it is the difference of."""
    unit = np.spacing(np.maximum(np.abs(expected), terms))
    return bool(np.all((found == expected) | (np.abs(found - expected) <= PLACES * unit)))


@GAPS
@pytest.mark.parametrize("name", CHAPTERS)
def test_c_computes_what_numpy_computes(name: str, tmp_path: Path) -> None:
    loss = lossproof.load(name).loss
    library, reference = compiled(loss.export("c"), tmp_path), loss.compile("numpy")
    u, y = inputs(name)
    for kind in ("value", "slope", "curvature"):
        function = library[f"{name}_{kind}"]
        function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double] * 2
        found = np.array([function(*point) for point in zip(u, y, strict=True)])
        expected = getattr(reference, kind)(u, y)
        assert close(found, expected, np.abs(y) * (kind == "slope")), kind


def test_c_fills_slopes_and_curvatures_of_several_predictors(softmax: Loss, tmp_path: Path) -> None:
    library = compiled(softmax.export("c"), tmp_path)
    point, y = (0.3, -1.2, 2.0), 1.0
    slope, curvature = (ctypes.c_double * 3)(), (ctypes.c_double * 9)()
    arguments = [ctypes.c_double(each) for each in (*point, y)]
    library.softmax_value.restype = ctypes.c_double
    library.softmax_slope(*arguments, slope)
    library.softmax_curvature(*arguments, curvature)
    p = np.exp(point) / np.exp(point).sum()
    assert library.softmax_value(*arguments) == pytest.approx(-math.log(p[1]), rel=1e-14)
    assert list(slope) == pytest.approx(list(p - [0, 1, 0]), rel=1e-14)
    assert np.reshape(curvature, (3, 3)) == pytest.approx(np.diag(p) - np.outer(p, p), rel=1e-13)


def test_where_only_balls_are_right_the_text_has_no_number(tmp_path: Path) -> None:
    loss = lossproof.load("cloglog_regression").loss
    with pytest.warns(InexactLoss, match=r"its curvature is a number only where .*u <= .*; elsewhere only lossproof"):
        text = loss.export("c")
    assert "Here its curvature is a number only where" in text
    function = compiled(text, tmp_path).cloglog_regression_curvature
    function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double] * 2
    assert math.isnan(function(700.0, 0.5))
    assert loss.compile("numpy").curvature(700.0, 0.5) == pytest.approx(0.5 * math.exp(700.0), rel=1e-13)


@pytest.mark.parametrize("name", ["*/ int main(void) {", '"""; raise SystemExit', "1st", "über\\n"])
def test_a_name_never_becomes_code(name: str, tmp_path: Path) -> None:
    u, y = sympy.symbols("u y", real=True)
    loss = Loss(name, (u,), y, "y real", (u - y) ** 2 / 2, u - y, sympy.Integer(1))
    compiled(loss.export("c"), tmp_path)
    compile(loss.export("python"), "python", "exec")
    compile(export_text(loss, "torch"), "torch", "exec")


def test_what_branches_cannot_be_recorded() -> None:
    with pytest.raises(InternalError, match="branches"):
        trace(lambda x: x if x > 0 else -x, ["x"])


def test_a_record_keeps_what_the_result_rests_on_and_equal_things_once() -> None:
    found = trace(lambda x, y: np.exp(x) * np.exp(x) + 0 * (y is None), ["x", "y"])
    assert [node.operation for node in found.nodes].count("exp") == 1
    assert "y" not in {node.name for node in found.nodes}


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_has_a_text_that_is_python_or_c(target: str) -> None:
    text = export_text(lossproof.load("logistic_regression").loss, target)
    if target != "c":
        compile(text, target, "exec")
    assert "logistic_regression" in text


def test_every_target_is_an_entry_point_and_no_other() -> None:
    assert {each.name for each in entry_points(group="lossproof.targets")} == set(TARGETS)


def test_an_unknown_target_names_those_that_are_known() -> None:
    with pytest.raises(CallerError, match="'fortran' was given; known are 'c', 'jax'"):
        lossproof.load("logistic_regression").loss.export("fortran")


@pytest.fixture(scope="module")
def torch() -> Any:
    """PyTorch; where it is missing the tests say so, and fail in continuous integration."""
    if find_spec("torch") is None:
        message = "PyTorch is not installed: make .venv/torch"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return import_module("torch")


@GAPS
@pytest.mark.parametrize("name", CHAPTERS)
def test_torch_meets_the_derived_slope_and_curvature(name: str, torch: Any) -> None:
    loss = lossproof.load(name).loss
    function, reference = loss.export("torch"), loss.compile("numpy")
    u, y = inputs(name)
    scores, targets = torch.tensor(u, requires_grad=True), torch.tensor(y)
    value = function(scores, targets)
    (slope,) = torch.autograd.grad(value.sum(), scores, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), scores)
    for found, kind in ((value, "value"), (slope, "slope"), (curvature, "curvature")):
        assert close(found.detach().numpy(), getattr(reference, kind)(u, y), np.abs(y) * (kind == "slope")), kind


def test_torch_checks_both_derivatives_and_maps_them(torch: Any) -> None:
    function = lossproof.load("logistic_regression").loss.export("torch")
    u = torch.linspace(-3, 3, 9, dtype=torch.float64, requires_grad=True)
    y = torch.linspace(0, 1, 9, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda scores: function(scores, y), (u,))
    assert torch.autograd.gradgradcheck(lambda scores: function(scores, y), (u,))
    p = torch.sigmoid(u.detach())
    mapped = torch.func.vmap(torch.func.grad(torch.func.grad(function)))(u.detach(), y)
    assert torch.allclose(mapped, p * (1 - p), rtol=1e-14)
    hessian = torch.func.jacrev(torch.func.jacrev(lambda scores: function(scores, y).sum()))(u.detach())
    assert torch.allclose(hessian, torch.diag(p * (1 - p)), rtol=1e-14)


def test_torch_is_right_where_ordinary_formulas_are_not(torch: Any) -> None:
    """`binary_cross_entropy_with_logits` has gradient and Hessian 0 at (40, 1); the truth is -4.2e-18 and 4.2e-18."""
    function = lossproof.load("logistic_regression").loss.export("torch")
    u = torch.tensor(40.0, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(function(u, torch.tensor(1.0)), u, create_graph=True)
    (curvature,) = torch.autograd.grad(slope, u)
    assert slope.item() == pytest.approx(-math.exp(-40.0), rel=1e-15)
    assert curvature.item() == pytest.approx(math.exp(-40.0), rel=1e-15)


def test_torch_has_several_predictors_and_single_precision(softmax: Loss, torch: Any) -> None:
    function = softmax.export("torch")
    u = torch.randn(5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1), requires_grad=True)
    y = torch.tensor([0.0, 1.0, 2.0, 1.0, 0.0], dtype=torch.float64)
    expected = torch.nn.functional.cross_entropy(u.detach(), y.long(), reduction="none")
    assert torch.allclose(function(u, y).detach(), expected, rtol=1e-14)
    assert torch.autograd.gradgradcheck(lambda scores: function(scores, y), (u,))
    assert function(u.detach().float(), y.float()).dtype == torch.float32


def test_torch_broadcasts_and_says_where_derivatives_end(torch: Any) -> None:
    function = lossproof.load("logistic_regression").loss.export("torch")
    u = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(function(u, torch.ones(4)).sum(), u, create_graph=True)
    assert slope.tolist() == [-2.0]
    (curvature,) = torch.autograd.grad(slope.sum(), u, create_graph=True)
    with pytest.raises(RuntimeError, match="no third derivative"):
        torch.autograd.grad(curvature.sum(), u)


def test_the_lines_for_torch_on_the_page_say_what_the_page_says(torch: Any, tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "export.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```` python\n(.*?)^````$", page, re.DOTALL | re.MULTILINE)
    (code,) = (block for block in blocks if "torch" in block)
    (tmp_path / "page.py").write_text(code)
    names = runpy.run_path(str(tmp_path / "page.py"))
    assert [f"{names[what][0].item():.1e}" for what in ("slope", "curvature")] == ["-4.2e-18", "4.2e-18"]
