"""A reading aid: how long functions and modules are. It never fails; long is not wrong where it reads well whole."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONG_FUNCTION, LONG_MODULE = 60, 400


def functions(path: Path) -> list[tuple[str, int]]:
    """Every function of a module with its length in lines, the docstring not counted."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", _length(node)) for node in found]


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    docstring = ast.get_docstring(node, clean=False)
    return node.end_lineno - node.lineno + 1 - (len(docstring.splitlines()) if docstring else 0)


def main() -> None:
    """Print the median function, and what is longer than the house likes."""
    modules = sorted((ROOT / "src").rglob("*.py"))
    lengths = [found for module in modules for found in functions(module)]
    print(f"{len(modules)} modules, {len(lengths)} functions, median {statistics.median(n for _, n in lengths)} lines")
    for place, length in lengths:
        if length > LONG_FUNCTION:
            print(f"  {place}: {length} lines")
    for module in modules:
        count = len(module.read_text(encoding="utf-8").splitlines())
        if count > LONG_MODULE:
            print(f"  {module.relative_to(ROOT)}: {count} lines in one module")


if __name__ == "__main__":
    main()
