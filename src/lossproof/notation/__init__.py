"""Formulas and assumptions: text of the grammar, the author's tree, LaTeX, and SymPy.

What needs SymPy is imported on first use, so that reading and printing formulas stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lossproof.notation.assumption_text import parse_assumptions
from lossproof.notation.completion import apply_definitions, complete_assumptions, put_in_formulas
from lossproof.notation.latex import to_latex
from lossproof.notation.names import check_name
from lossproof.notation.parser import parse_chain, parse_equation, parse_relation, parse_tree
from lossproof.notation.text import assumptions_text, to_text
from lossproof.notation.traverse import data_names, free_names, substitute_tree, walk

if TYPE_CHECKING:
    from lossproof.notation.into_sympy import parse, read_formula, read_pair, to_sympy
    from lossproof.notation.out_of_sympy import from_sympy
    from lossproof.notation.scope import Scope

__all__ = [
    "Scope",
    "apply_definitions",
    "assumptions_text",
    "check_name",
    "complete_assumptions",
    "data_names",
    "free_names",
    "from_sympy",
    "parse",
    "parse_assumptions",
    "parse_chain",
    "parse_equation",
    "parse_relation",
    "parse_tree",
    "put_in_formulas",
    "read_formula",
    "read_pair",
    "substitute_tree",
    "to_latex",
    "to_sympy",
    "to_text",
    "walk",
]

_WITH_SYMPY = {
    "Scope": "scope",
    "from_sympy": "out_of_sympy",
    "parse": "into_sympy",
    "read_formula": "into_sympy",
    "read_pair": "into_sympy",
    "to_sympy": "into_sympy",
}


def __getattr__(name: str) -> Any:
    if name not in _WITH_SYMPY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WITH_SYMPY[name]}"), name)
