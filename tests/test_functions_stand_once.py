"""A function stands in one row of one table: no second list of functions grows, and a new one needs few places."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import lossproof
from lossproof.functions.table import FUNCTIONS

SOURCE = Path(lossproof.__file__).parent
TABLE = "functions/table.py"
COMPUTED = {
    "referee/balls/function_balls.py",  # in balls
    "lowering/numbers/named_numpy.py",  # in floats: ours
    "lowering/numbers/basics_numba.py",  # in floats: what libm has
    "lowering/numbers/split_balls.py",  # where floats are not enough
    "export/c_source.py",  # by the library of C
    "export/torch_source.py",  # by torch
    "lowering/measure/truth.py",  # as truth for floats, apart from the others
}
"""Where a function is computed, apart from its row on purpose: these witness for each other."""
BALL = "referee/balls/function_balls.py"
SAID = {"functions/identities.py", "words/codes.py", "words/japanese_rules.py"}
"""What may be said of functions besides: as mathematics, and why they have no value somewhere."""
MOST = 7
"""As many functions as rules of one kind speak of, as those of the gamma family; more is a list of functions."""
NAMES = {name for row in FUNCTIONS.values() for name in (row.name, row.code)} - {""}
MODULES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))
# Added when the table was there, each by a row, a ball and a kernel; `clip` too, a word that NumPy has as well.
ADDED = ("acos", "asinh", "atanh", "normpdf", "betaln")


def lists(source: str) -> Iterator[set[str]]:
    """The functions that each collection and each text of a module names; a docstring explains and lists nothing."""
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Dict(keys=keys):
                yield set().union(*(_named(key) for key in keys if key), *map(_starred, node.values))
            case ast.Tuple() | ast.List() | ast.Set():
                yield _named(node)
            case ast.Constant(value=str(text)) if id(node) not in said:
                yield set(re.findall(r"\w+", text)) & NAMES


def _starred(value: ast.expr) -> set[str]:
    """Of ``**dict.fromkeys(names, rule)`` the names."""
    return _named(value.args[0]) if isinstance(value, ast.Call) and value.args else set()


def _named(part: ast.AST) -> set[str]:
    texts = {node.value for node in ast.walk(part) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    sympys = {node.attr for node in ast.walk(part) if isinstance(node, ast.Attribute)}
    return (texts | sympys) & NAMES


def text_of(module: str) -> str:
    return (SOURCE / module).read_text(encoding="utf-8")


@pytest.mark.parametrize("module", sorted({*MODULES} - COMPUTED - {TABLE}))
def test_no_module_lists_the_functions_again(module: str) -> None:
    longest = max(lists(text_of(module)), key=len, default=set())
    assert len(longest) <= MOST, sorted(longest)


@pytest.mark.parametrize("name", ADDED)
def test_a_function_needs_a_row_a_ball_and_a_kernel(name: str) -> None:
    words = {name, FUNCTIONS[name].code or name}
    places = {module for module in MODULES if words & _words(module)} - SAID
    assert {TABLE, BALL} < places <= {TABLE, *COMPUTED}


@cache
def _words(module: str) -> set[str]:
    """The words of a module without its docstrings and comments."""
    tree = ast.parse(text_of(module))
    for node in ast.walk(tree):
        if hasattr(node, "body") and isinstance(node.body, list):
            node.body = [part for part in node.body if not _is_text(part)] or [ast.Pass()]
    return set(re.findall(r"\w+", ast.unparse(tree)))


def _is_text(part: ast.AST) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)


@pytest.mark.parametrize(
    "planted",
    [
        f"ENTIRE = frozenset({sorted(NAMES)[:12]})",
        "WORDS = 'exp log sin cos tanh sinh cosh erf erfc softplus'.split()",
        "RULES = {'exp': 1, **dict.fromkeys(('log', 'sin', 'cos', 'tanh', 'erf', 'erfc', 'logit'), 2)}",
        "SMOOTH = (sp.exp, sp.log, sp.sin, sp.cos, sp.tanh, sp.erf, sp.erfc, sp.gamma)",
    ],
)
def test_a_fourteenth_list_is_seen(planted: str) -> None:
    assert max(map(len, lists(planted))) > MOST
