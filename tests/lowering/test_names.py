"""A name is text wherever it stands: in a header, in a file's name, beside an argument."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest
import sympy as sp

from lossproof import Derivation, Loss
from lossproof.errors import CallerError, DerivationError
from lossproof.lowering.code.modules import numpy_module

u, yt = sp.symbols("u yt", real=True)
SQUARE = Loss("square", (u,), yt, "yt real", (u - yt) ** 2, 2 * (u - yt), sp.Integer(2))

PAYLOADS = [
    '"""\nimport os\n"""',
    "'''",
    '"""',
    'a"',
    "\\",
    "a\\",
    "\\N{DIGIT ONE}",
    "\\x41",
    "../../up",
    "Student's t",
    "100 %",
    "{0}",
    "\u202e",
    "from __future__ import annotations\n",
    "\x00",
    "\r",
]


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_name_stays_text_in_generated_source(name: str) -> None:
    computed = replace(SQUARE.computed, name=name, digest=name)
    tree = ast.parse(numpy_module(computed))
    plain = ast.parse(numpy_module(SQUARE.computed))
    assert f"Derivation: {name}\nDigest: {name}" in (ast.get_docstring(tree, clean=False) or "")
    assert [ast.dump(node) for node in tree.body[1:]] == [ast.dump(node) for node in plain.body[1:]]


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_loss_of_any_name_runs_or_is_refused_in_a_sentence(name: str) -> None:
    if not name.isprintable():
        with pytest.raises(CallerError, match=r"^name: .* printable characters"):
            replace(SQUARE, name=name)
        return
    assert replace(SQUARE, name=name).compile("numpy").value(3.0, 1.0) == 4.0


@pytest.mark.parametrize("name", ["", 3, None, "x" * 201])
def test_what_is_no_name_is_refused(name: object) -> None:
    with pytest.raises(CallerError, match=r"^name: "):
        replace(SQUARE, name=name)


@pytest.mark.parametrize("name", ['u"""\nimport os', "u v", "__import__('os')", "2u", "u_{1}", "import", "np"])
def test_a_symbol_of_any_name_is_an_argument_of_a_usable_one(name: str) -> None:
    strange = sp.Symbol(name, real=True)
    loss = Loss("square", (strange,), yt, "yt real", (strange - yt) ** 2, 2 * (strange - yt), sp.Integer(2))
    assert loss.compile("numpy").value(3.0, 1.0) == 4.0
    head, *rest = ast.parse(loss.export("python")).body
    assert isinstance(head, ast.Expr)
    functions = [node for node in rest if isinstance(node, ast.FunctionDef)]
    assert [function.name for function in functions[-3:]] == ["value", "slope", "curvature"]
    assert all(function.args.args[0].arg.isidentifier() for function in functions)


@pytest.mark.parametrize("name", ["a/b", "../up", "a b", "", ".", "a\\", 'a"', "a\n", "1a", 3])
def test_a_derivation_has_a_name_that_a_file_can_have(name: object) -> None:
    with pytest.raises(DerivationError, match="A derivation is called by letters"):
        Derivation(name)  # type: ignore[arg-type]
    assert Derivation("größe-2").name == "größe-2"
