"""The text of the functions that are steps: their source, their reason, the arguments they name."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any


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
    """The docstring, without its indentation: the "why" that the page shows."""
    return inspect.getdoc(function) or ""


def arguments_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the arguments: the steps that are used."""
    return tuple(inspect.signature(function).parameters)


def title_of(name: str) -> str:
    """``slope_in_u`` -> ``Slope in u``: the title of a step that was given none."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
