"""The text of the functions that are steps: their source, their reason, the arguments they name."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import Any

from lossproof.errors import DerivationError

_NOT_RAW = re.compile("[^rR]{0,2}[\"']")
_ESCAPE = re.compile(r"(?<!\\)\\(?:[abfrtv][a-zA-Z]+|n(?:u|abla|eq?|eg|ot|i|exists)\b)")  # \n alone is a line's end
_FORMULA = re.compile(r"`[^`]*`|(?<!\\)\$\$?((?:\\\$|[^$])+)\$")
_BRACE = re.compile(r"(?<!\\)[{}]")


def source_of(function: Callable[..., Any]) -> str:
    """The function as it is written in the script; empty where there is no file (an interactive session)."""
    try:
        return textwrap.dedent(inspect.getsource(function)).rstrip()
    except (OSError, TypeError):
        return ""


def path_of(function: Callable[..., Any]) -> Path | None:
    """The file that the function is written in, where there is one."""
    path = Path(function.__code__.co_filename)
    return path.resolve() if path.is_file() else None


def line_of(function: Callable[..., Any]) -> int | None:
    """The line of the script at which the step begins, its decorator included."""
    return function.__code__.co_firstlineno if path_of(function) else None


def reason_of(function: Callable[..., Any]) -> str:
    """The docstring, without its indentation: the "why" that the page shows.

    DerivationError where a backslash in it did not stay one (of "\\theta" Python makes a tab and "heta"), or where
    a formula in it leaves a brace open.
    """
    if lost := _lost_backslash(source_of(function)):
        raise DerivationError(
            f"The docstring of step `{function.__name__}` says {lost}, which Python reads as one character: put an r"
            ' before its quotes, as in r"""...""".'
        )
    reason = inspect.getdoc(function) or ""
    if broken := next(filter(_is_open, _FORMULA.findall(reason)), ""):
        raise DerivationError(
            f"The docstring of step `{function.__name__}` has the formula ${broken}$, whose braces do not close."
        )
    return reason


def _is_open(formula: str) -> bool:
    """Whether the braces of a formula, those that are not printed, do not come in pairs."""
    depths = accumulate({"{": 1, "}": -1}[brace] for brace in _BRACE.findall(formula))
    *_, last = found = [0, *depths]
    return last != 0 or min(found) < 0


def _lost_backslash(source: str) -> str:
    """The first escape followed by a letter in a docstring that is not raw, such as ``\\theta``."""
    try:
        tree = ast.parse(source).body
    except SyntaxError:  # a piece of a longer line: no function with a docstring
        return ""
    body = tree[0].body if tree and isinstance(tree[0], ast.FunctionDef) else []
    if not body or not isinstance(body[0], ast.Expr):
        return ""
    text = ast.get_source_segment(source, body[0].value) or ""
    found = _ESCAPE.search(text) if _NOT_RAW.match(text) else None
    return found[0] if found else ""


def arguments_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the arguments: the steps that are used."""
    return tuple(inspect.signature(function).parameters)


def title_of(name: str) -> str:
    """``slope_in_u`` -> ``Slope in u``: the title of a step that was given none."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
