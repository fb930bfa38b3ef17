"""Generated modules: readable, importable, alone where they are exported, named safely, written safely."""

from __future__ import annotations

import ast
import os
import pickle
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sympy

from lossproof.errors import CallerError, MissingExtra, MoveError
from lossproof.lowering import Loss
from lossproof.lowering.called_by_name import called_by_name
from lossproof.lowering.code import folder
from lossproof.lowering.code.formula_code import function_of, function_text, safe_names
from lossproof.lowering.code.modules import numba_module
from lossproof.notation.functions import softplus

YT = sympy.Symbol("yt", real=True)


def squared(predictor: str, target: str = "yt") -> Loss:
    u, yt = sympy.Symbol(predictor, real=True), sympy.Symbol(target, real=True)
    return Loss(
        "squared",
        (u,),
        yt,
        f"{target} real" if target.isidentifier() else "yt real",
        (u - yt) ** 2 / 2,
        u - yt,
        sympy.Integer(1),
    )


def test_the_exported_module_runs_with_numpy_alone(logistic: Loss, tmp_path: Path) -> None:
    (tmp_path / "my_loss.py").write_text(logistic.export("python"))
    code = (
        "import sys; sys.modules['lossproof'] = None; import pickle, numpy as np, my_loss as m;"
        "u = np.array([-1e308, -1.0, 0.0, 1.0, 1e308]);"
        "print([f(u, 1.0).tolist() for f in (m.value, m.slope, m.curvature)]);"
        "assert pickle.loads(pickle.dumps(m.value)) is m.value; print(m.__doc__)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    first, header = done.stdout.split("\n", 1)
    u, f = np.array([-1e308, -1.0, 0.0, 1.0, 1e308]), logistic.compile("numpy")
    assert ast.literal_eval(first) == [g(u, 1.0).tolist() for g in (f.value, f.slope, f.curvature)]
    assert f"Derivation: {logistic.name}" in header
    assert f"Digest: {logistic.digest}" in header
    assert "softplus(u)" in header


def test_the_module_of_several_predictors_runs_alone(two_predictors: Loss, tmp_path: Path) -> None:
    (tmp_path / "two.py").write_text(two_predictors.export("python"))
    code = "import two; print(two.curvature(__import__('numpy').ones((3, 2)), 1.0).shape, two.value.__module__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.strip() == "(3, 2, 2) two", done.stderr


def test_an_unknown_target_or_back_end_is_the_callers_mistake(logistic: Loss) -> None:
    with pytest.raises(CallerError, match="'fortran' was given; known are 'c', 'jax', 'lightgbm', 'pymc', 'python'"):
        logistic.export("fortran")
    with pytest.raises(CallerError, match="'torch' was given; known are 'numpy', 'numba', 'jax'"):
        logistic.compile("torch")


def test_a_back_end_that_is_not_installed_names_the_command(logistic: Loss, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(MissingExtra, match=r"pip install 'lossproof\[jax\]'"):
        logistic.compile("jax")


CLASHES = ["lambda", "np", "exp", "value", "softplus", "print", "i", "n", "W", "λ", "x0", "class"]


@pytest.mark.parametrize(
    ("name", "backend"), [*((name, "numpy") for name in CLASHES), ("lambda", "numba"), ("i", "numba")]
)
def test_names_that_clash_are_renamed(name: str, backend: str) -> None:
    f = squared(name).compile(backend)
    assert f.value(np.array([3.0]), 1.0).tolist() == [2.0]


def test_renamed_symbols_stay_different() -> None:
    symbols = sympy.symbols("lambda lambda_ lambda__ np np_")
    names = [symbol.name for symbol in safe_names(symbols).values()]
    assert len(set(names)) == 5
    assert {"lambda_", "lambda__", "np_"} <= set(names)
    assert all(name.isidentifier() for name in names)


def test_the_text_of_a_function_is_one_readable_definition() -> None:
    u, lam = sympy.symbols("u lambda", real=True)
    assert (
        function_text("value", (u, lam), lam * softplus(-u))
        == "def value(u, lambda_):\n    return lambda_*softplus(-u)\n"
    )


FORMS = {
    "Piecewise((x, x > 1), (x**2, x > -1), (3, True))": ([2.0, 0.5, -2.0], [2.0, 0.25, 3.0]),
    "Max(x, 0, 1/2)": ([2.0, 0.25, -2.0], [2.0, 0.5, 0.5]),
    "Min(x, 1)": ([2.0, 0.5], [1.0, 0.5]),
    "Abs(x) + sign(x)": ([-2.0, 0.0, 2.0], [1.0, 0.0, 3.0]),
    "Heaviside(x)": ([-1.0, 0.0, 1.0], [0.0, 0.5, 1.0]),
    "sqrt(x) + x^(3/2) + 1/sqrt(x)": ([4.0], [10.5]),
    "pi*x + e": ([0.0], [float(sympy.E)]),
    "xlogy(x, x)": ([0.0, 1.0], [0.0, 0.0]),
    "expm1(x)/log1p(x)": ([1.0], [(np.e - 1) / np.log(2)]),
}


def one_form(expr: str) -> Loss:
    from lossproof.notation import parse

    x = sympy.Symbol("x", real=True)
    return Loss(
        "form", (x,), YT, "yt real", parse(expr, "x real").doit(), sympy.Integer(0), sympy.Integer(0), unchecked=True
    )


@pytest.mark.filterwarnings("ignore:the loss 'form'")  # nothing confirms expm1(x)/log1p(x) at -1, a limit
@pytest.mark.parametrize("expr", FORMS)
def test_every_form_of_the_grammar_has_code(expr: str) -> None:
    x, expected = FORMS[expr]
    np.testing.assert_allclose(one_form(expr).compile("numpy").value(np.array(x), 0.0), expected, rtol=1e-15)


def test_the_compiled_forms_are_those_of_the_reference() -> None:
    loss, x = one_form(" + ".join(f"({form})" for form in FORMS)), np.array([0.125, 0.5, 1.0, 2.0, 7.0])
    np.testing.assert_allclose(loss.compile("numba").value(x, 0.0), loss.compile("numpy").value(x, 0.0), rtol=4e-16)


def test_a_function_without_code_is_named() -> None:
    u = sympy.Symbol("u", real=True)
    with pytest.raises(MoveError, match=r"besseli\(\.\.\.\) has no numeric code"):
        function_of((u,), sympy.besseli(0, u), {})
    with pytest.raises(MoveError, match="depends on M, which is neither"):
        function_of((u,), u / sympy.Symbol("M"), {})


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_compiled_losses_and_losses_pickle(logistic: Loss, backend: str) -> None:
    compiled = pickle.loads(pickle.dumps(logistic.compile(backend)))
    assert compiled.loss == logistic
    assert compiled.value(2.0, 1.0) == logistic.compile(backend).value(2.0, 1.0)
    assert compiled.source == logistic.compile(backend).source


def test_the_numba_module_holds_the_formulas_and_their_loops_and_nothing_that_others_share(logistic: Loss) -> None:
    text = numba_module(logistic.computed)
    compile(text, "generated", "exec")
    assert "def slopes(places, " in text
    assert "def gradient_rows" not in text
    assert "expit" in logistic.compile().source


def test_a_module_is_written_once_and_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOSSPROOF_CACHE_DIR", str(tmp_path))
    module = folder.load_module("ANSWER = 42\n", "test")
    assert module.ANSWER == 42
    assert folder.load_module("ANSWER = 42\n", "test") is module
    assert folder.load_module("ANSWER = 43\n", "test").ANSWER == 43
    assert [path.suffix for path in (tmp_path / "generated").glob("*/*.*")] == [".py", ".py"]


def test_a_file_that_was_tampered_with_is_written_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOSSPROOF_CACHE_DIR", str(tmp_path))
    module = folder.load_module("ANSWER = 'right'\n", "tampered")
    Path(str(module.__file__)).write_text("ANSWER = 'wrong'\n")
    del sys.modules[module.__name__]
    assert folder.load_module("ANSWER = 'right'\n", "tampered").ANSWER == "right"


def test_a_folder_that_cannot_be_written_is_no_obstacle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("LOSSPROOF_CACHE_DIR", str(blocked))
    f = squared("u_elsewhere").compile()
    assert f.value(3.0, 1.0) == 2.0
    assert blocked.read_text() == "not a folder"


COUNTED = """
import numpy as np, sympy
from numba.core import event
from lossproof.lowering import Loss, objective

compiled = []
event.register("numba:compile", type("Counter", (event.Listener,), {
    "on_start": lambda self, event: compiled.append(event.data["dispatcher"].__name__),
    "on_end": lambda self, event: None,
})())
u, yt = sympy.symbols("u yt", real=True)
for power in (2, 4):
    loss = Loss(f"to the {power}th", (u,), yt, "yt real", (u - yt)**power, power*(u - yt)**(power - 1),
                sympy.diff((u - yt)**power, u, 2), unchecked=True)
    objective(loss, np.ones((5, 2)), np.ones(5)).value_and_gradient([1.0, 2.0])
    print(len(compiled), compiled.count("gradient_rows"))
"""


def test_compiled_code_is_found_by_other_processes_and_loops_over_data_by_the_next_loss(tmp_path: Path) -> None:
    """Workers of a test suite, or a script beside a notebook: the first has not ended when the second begins."""
    environment = {**os.environ, "LOSSPROOF_CACHE_DIR": str(tmp_path)}
    waiting = f"{COUNTED}\nprint('ready', flush=True)\ninput()\n"

    def another() -> list[str]:
        done = subprocess.run([sys.executable, "-c", COUNTED], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    with subprocess.Popen(
        [sys.executable, "-c", waiting], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        until_ready = list(iter(first.stdout.readline, "ready\n"))
        second = another()
        assert first.poll() is None
        first.communicate("\n")
    (one, loops), (two, still) = (map(int, line.split()) for line in until_ready)
    assert (loops, still) == (1, 1)
    assert one < two
    assert second == another() == ["0 0", "0 0"]


KEPT = (
    "import sympy, numpy as np; from lossproof.lowering import Loss;"
    "u, yt = sympy.symbols('u yt', real=True);"
    "loss = Loss('kept', (u,), yt, 'yt real', (u - yt)**2, 2*(u - yt), sympy.Integer(2), unchecked=True);"
    "print(loss.compile().value(np.array([3.0]), 1.0))"
)
DAMAGE = {
    "emptied": lambda kept: b"",
    "cut off": lambda kept: kept[: len(kept) // 2],
    "a bit flipped": lambda kept: kept[:40] + bytes([kept[40] ^ 255]) + kept[41:],
    "text": lambda kept: b"\xff\xfe not code",
}


def test_kept_code_that_is_damaged_is_made_anew(tmp_path: Path) -> None:
    """Each damage to what the run before has kept."""
    environment = {**os.environ, "LOSSPROOF_CACHE_DIR": str(tmp_path)}

    def run() -> str:
        done = subprocess.run([sys.executable, "-c", KEPT], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    assert run() == "[4.]"
    for damaged in DAMAGE.values():
        kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.suffix in (".nbi", ".nbc")}
        assert len(kept) >= 2
        for path, content in kept.items():
            path.write_bytes(damaged(content))
        assert run() == "[4.]"
        assert all(path.read_bytes() != damaged(content) for path, content in kept.items())


def test_code_is_kept_under_all_that_is_compiled_into_it(logistic: Loss) -> None:
    sources = folder.compiled_in(numba_module(logistic.computed))
    for room in ("kernels.vectors", "kernels.calls_by_address", "numbers.elementary", "numbers.basics_numba"):
        assert f"lossproof.lowering.{room}" in sources


def test_compiling_that_takes_long_says_so_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from lossproof.lowering.code import announce

    monkeypatch.setattr(announce, "SECONDS", 0.01)
    with announce.announced(False, "never seen"):
        time.sleep(0.2)
    captured = capsys.readouterr()
    assert "compiling the loss of never seen" in captured.err
    assert captured.out == ""
    with announce.announced(True, "another"):
        time.sleep(0.1)
    assert capsys.readouterr().err == ""


def test_code_that_is_kept_is_read_and_nothing_is_said_of_compiling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from lossproof.lowering.code import announce, backends
    from lossproof.lowering.kernels.row_functions import RowFunctions

    monkeypatch.setenv("LOSSPROOF_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(announce, "SECONDS", 0.0)
    monkeypatch.setattr(announce, "_SAID", set())
    formulas = replace(squared("u"), name="kept").formulas("numba")
    assert backends.numba_functions(formulas).value(1.0, 3.0) == 2.0
    assert "compiling the loss of kept" in capsys.readouterr().err
    monkeypatch.setattr(announce, "_SAID", set())
    monkeypatch.setattr(backends, "row_functions", lambda text: RowFunctions(folder.load_module(text, "numba")))
    assert backends.numba_functions(formulas).value(1.0, 3.0) == 2.0
    assert capsys.readouterr().err == ""


def test_a_loss_is_announced_once_however_many_kernels_compile_at_the_same_time(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from lossproof.lowering.code import announce

    def compiles() -> None:
        for _ in range(2):
            with announce.announced(False, "many kernels"):
                time.sleep(0.1)

    monkeypatch.setattr(announce, "SECONDS", 0.01)
    threads = [threading.Thread(target=compiles) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert capsys.readouterr().err.count("compiling the loss of many kernels") == 1


def test_a_negative_power_is_infinite_at_zero() -> None:
    """A processor divides by 0; a power with a whole negative exponent would end the kernel."""
    u, y = sympy.Symbol("u", real=True), sympy.Symbol("y", positive=True)
    f = Loss("inverse", (u,), y, "y > 0", u * y - sympy.log(u), y - 1 / u, u**-2).compile("numba")
    assert f.curvature(np.array([0.0, 2.0]), np.ones(2)).tolist() == [np.inf, 0.25]


def test_predictors_given_one_by_one_are_refused_with_what_to_do(two_predictors: Loss, logistic: Loss) -> None:
    f, one = two_predictors.compile("numpy"), np.ones(3)
    with pytest.raises(CallerError, match=r"one array \(M, 2\): np.column_stack\(\[u, s\]\)"):
        f.value(one, one, one)
    with pytest.raises(CallerError, match=r"3 arguments were given; a compiled loss takes the predictors and yt$"):
        logistic.compile("numpy").slope(one, one, one)


@pytest.mark.parametrize(
    ("given", "named", "words"),
    [
        ((1.0,), {}, r"^1 argument was given; a compiled loss takes the predictors and yt$"),
        ((), {}, r"^0 arguments were given;"),
        (("a", 1.0), {}, r"^u: numbers are wanted, and 'a' was given"),
        ((1.0, ["no"]), {}, r"^yt: numbers are wanted, and \['no'\] was given"),
        ((None, 1.0), {}, r"^u: numbers are wanted, and None was given"),
        ((1.0, 1.0), {"trials": 2}, r"^columns: trials was given besides predictors and target; there are none"),
    ],
)
def test_what_a_compiled_loss_cannot_take_is_named(given: tuple, named: dict, words: str, logistic: Loss) -> None:
    with pytest.raises(CallerError, match=words):
        logistic.compile("numpy").value(*given, **named)


def test_target_and_predictor_may_be_given_by_name(logistic: Loss) -> None:
    f = logistic.compile("numpy")
    assert f.value(u=2.0, yt=1.0) == f.value(2.0, yt=1.0) == f.value(2.0, 1.0)


def test_a_column_may_have_the_name_of_an_argument() -> None:
    """A column u beside a predictor of another name: only the target is then also given by name."""
    call = called_by_name(lambda *row: row, ["v"], ["u"], "y")
    assert call(1.0, 2.0, u=3.0) == call(1.0, y=2.0, u=3.0) == (1.0, 3.0, 2.0)
    with pytest.raises(CallerError, match=r"^1 argument was given; a compiled loss takes the predictors and y$"):
        call(y=2.0, u=3.0)
