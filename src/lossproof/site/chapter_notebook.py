"""A chapter to take along: its script, and the same script as a notebook that has been run.

The notebook's code is the script's, cut at its steps; before each stands what its page says, behind each what it
returns. The outputs come from the same derivation as the pages, and are what Jupyter shows when the cells are run.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Step
from lossproof.referee.steps.report_text import table
from lossproof.site.pages.markup import equation, introduction
from lossproof.site.words import Words

Cell = dict[str, Any]


def taken_along(chapter: Chapter, words: Words) -> dict[str, str]:
    """File name -> text: the script and the notebook; nothing of a chapter that has no file."""
    path = chapter.derivation.path
    if path is None or not path.is_file():
        return {}
    script = path.read_text(encoding="utf-8")
    return {f"{chapter.name}.py": script, f"{chapter.name}.ipynb": notebook(chapter, script, words)}


def notebook(chapter: Chapter, script: str, words: Words) -> str:
    """The chapter as the text of an ``.ipynb`` file, executed."""
    cells, run = list[Cell](), 0
    for cell in _cells(chapter, script, words):
        run += cell["cell_type"] == "code"
        counted = _counted(cell, run) if cell["cell_type"] == "code" else cell
        cells.append({"id": f"cell-{len(cells) + 1}", **counted})
    about = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    document = {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _cells(chapter: Chapter, script: str, words: Words) -> Iterator[Cell]:
    name = None
    yield _text(f"# {chapter.title}\n\n{introduction(chapter)}")
    for part in _parts(script, frozenset(chapter.steps)):
        name = name or _derivation_in(part.tree)
        if part.step is None:
            yield _code(part.text)
            continue
        step = chapter.steps[part.step]
        yield _text(f"## {step.title}\n\n{step.reason}\n\n$$\n{equation(step, chapter.steps)}\n$$")
        yield _code(f'{part.text}\n\n\n{name}.step("{step.name}").result', _result(step))
    yield _text(f"## {words.verdict}")
    printed = f"{table(chapter.report)}\n"
    asked = f"from lossproof.referee.steps.report_text import table\n\nprint(table({name}.check()))"
    yield _code(asked, {"output_type": "stream", "name": "stdout", "text": printed})


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the script: a function that is a step, or what stands between two of them."""

    text: str
    tree: list[ast.stmt]
    step: str | None = None


def _parts(script: str, steps: frozenset[str]) -> Iterator[_Part]:
    """The script from its imports on, without its docstring and without the lines for who runs it as a program."""
    lines, waiting = script.splitlines(), list[ast.stmt]()
    for node in ast.parse(script).body:
        is_step = isinstance(node, ast.FunctionDef) and bool(node.decorator_list) and node.name in steps
        if _left_out(node):
            continue
        if not is_step:
            waiting.append(node)
            continue
        if waiting:
            yield _Part(_between(waiting, lines), waiting)
            waiting = []
        assert isinstance(node, ast.FunctionDef)
        yield _Part("\n".join(lines[_first(node) - 1 : node.end_lineno]), [node], node.name)
    if waiting:
        yield _Part(_between(waiting, lines), waiting)


def _left_out(node: ast.stmt) -> bool:
    """A docstring, ``from __future__``, ``if __name__ == "__main__"``."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
    return is_text or is_future or (isinstance(node, ast.If) and "__name__" in ast.unparse(node.test))


def _between(nodes: list[ast.stmt], lines: list[str]) -> str:
    return "\n".join(lines[_first(nodes[0]) - 1 : nodes[-1].end_lineno])


def _first(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    return min([node.lineno, *(each.lineno for each in decorators)])


def _derivation_in(nodes: list[ast.stmt]) -> str | None:
    """The name that the script gives to its derivation."""
    for node in nodes:
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Derivation("):
            return ast.unparse(node.targets[0])
    return None


def _result(step: Step) -> Cell:
    """What Jupyter shows of an expression: its text, and its LaTeX."""
    expression: Any = step.result
    shown = {"text/plain": repr(expression)}
    if hasattr(expression, "_repr_latex_"):
        shown = {"text/latex": expression._repr_latex_(), **shown}
    return {"output_type": "execute_result", "data": shown, "metadata": {}}


def _text(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str, *outputs: Cell) -> Cell:
    return {"cell_type": "code", "metadata": {}, "source": text, "outputs": list(outputs)}


def _counted(cell: Cell, run: int) -> Cell:
    outputs = [
        {**each, "execution_count": run} if each["output_type"] == "execute_result" else each
        for each in cell["outputs"]
    ]
    return {**cell, "execution_count": run, "outputs": outputs}
