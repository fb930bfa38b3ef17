"""The house rules that a machine can hold: imports run one way, the public face is what is said, import is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import lossproof

SOURCE = Path(lossproof.__file__).parent
LEFT_TO_RIGHT = [
    "errors",
    "store",
    "functions",
    "notation",
    "moves",
    "derivation",
    "referee",
    "models",
    "lowering",
    "training",
    "chapters",
    "export",
]
READERS = {"site", "cli"}
# The doors: methods of the public objects that hand themselves to a room on the right, inside the method.
DOORS = {("derivation", "referee"), ("derivation", "lowering"), ("lowering", "export")}


def imports_of(path: Path) -> set[tuple[str, bool]]:
    """The rooms that a module imports from, each with whether the import stands inside a function.

    What is imported for type hints alone does not run and does not count.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    inside = {
        id(node) for function in ast.walk(tree) if isinstance(function, ast.FunctionDef) for node in ast.walk(function)
    }
    return {
        (name.split(".")[1], id(node) in inside)
        for node in ast.walk(tree)
        for name in _imported(node)
        if name.startswith("lossproof.") and id(node) not in for_types
    }


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module] if node.module != "lossproof" else [f"lossproof.{alias.name}" for alias in node.names]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def allowed(room: str, imported: str, lazy: bool) -> bool:
    """Whether a module of ``room`` may import from the room ``imported``."""
    if room == imported or room in READERS:
        return True
    if imported in READERS or imported not in LEFT_TO_RIGHT:
        return False
    return LEFT_TO_RIGHT.index(imported) < LEFT_TO_RIGHT.index(room) or (lazy and (room, imported) in DOORS)


MODULES = sorted(path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(SOURCE)) for path in MODULES])
def test_imports_run_one_way(path: Path) -> None:
    room = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    wrong = [imported for imported, lazy in imports_of(path) if not allowed(room, imported, lazy)]
    assert not wrong, f"{room} stands left of {wrong}"


def test_an_import_against_the_grain_is_seen(tmp_path: Path) -> None:
    module = tmp_path / "planted.py"
    module.write_text("from lossproof.referee import equal\n\ndef late():\n    import lossproof.site.plugin\n")
    found = imports_of(module)
    assert found == {("referee", False), ("site", True)}
    assert not allowed("notation", "referee", lazy=False)
    assert not allowed("lowering", "site", lazy=True)
    assert allowed("derivation", "referee", lazy=True)
    assert not allowed("derivation", "referee", lazy=False)


@pytest.mark.parametrize("name", lossproof.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(lossproof, name) is not None


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        lossproof.nonsense  # noqa: B018


def test_the_version_is_the_one_of_the_package() -> None:
    from importlib.metadata import version

    assert version("lossproof") == lossproof.__version__


def test_importing_lossproof_loads_no_heavy_library() -> None:
    code = "import sys, lossproof; print(sorted({'sympy','numpy','scipy','numba','flint','rich'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


RUNS_TEXT = {"eval", "exec", "sympify", "parse_expr", "S"}


def calls_that_run_text(source: str) -> list[str]:
    """Calls in ``source`` that may run text as code; SymPy's sympify refuses text where ``strict=True``."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and (node.func.id if isinstance(node.func, ast.Name) else _of_sympy(node.func)) in RUNS_TEXT
        and not any(word.arg == "strict" and ast.unparse(word.value) == "True" for word in node.keywords)
    ]


def _of_sympy(function: ast.expr) -> str:
    """``sympify`` out of ``sp.sympify``; a method of something else is nothing that runs text."""
    module, _, name = ast.unparse(function).rpartition(".")
    return name if module in ("sp", "sympy", "builtins") else ""


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_text_is_run_as_code(path: Path) -> None:
    assert calls_that_run_text(path.read_text(encoding="utf-8")) == []


def test_a_call_that_runs_text_is_seen() -> None:
    planted = "sp.sympify(x); sympy.S(x); eval(x); sp.sympify(x, strict=True); pattern.S(x)"
    assert calls_that_run_text(planted) == ["sp.sympify(x)", "sympy.S(x)", "eval(x)"]
