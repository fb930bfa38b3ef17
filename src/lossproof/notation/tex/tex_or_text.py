"""In which of the two languages texts that belong together are written: LaTeX, or the text grammar.

`y_i` is an element in the one and a name in the other; beside a formula in LaTeX it is the element.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lossproof.errors import RejectedText
from lossproof.notation.tex import is_latex, latex_where
from lossproof.notation.tex.characters import SPELLED
from lossproof.notation.traverse import data_names, free_names
from lossproof.notation.tree import Node

_TEX_ONLY = re.compile(r"[{}|]")
_TEXT_ONLY = re.compile(r"\*\*|(?<=\w)\[")
_WORD = re.compile(r"(?<![A-Za-z_\\])[A-Za-z][A-Za-z0-9]+")
_IN = re.compile(r"(?<![\\\w])in(?!\w)")
_SET = re.compile(r"(?<![\\\w])in\s*\{([^{}]*)\}")
_SCRIPT = re.compile(r"[_^]\{[^{}]*\}")
_ELEMENT = re.compile(r"(?<![\w\\])(?P<data>[A-Za-z]\w*)_(?P<index>[a-z])(?![\w\[])")
_BELOW = re.compile(r"[A-Za-z]_[A-Za-z0-9{]")


def are_latex(texts: Sequence[object]) -> bool:
    """Whether the formulas are LaTeX: one has its marks, and none has what only the text grammar has."""
    given = [text for text in texts if isinstance(text, str)]
    if len(given) < len(texts) or not any(is_latex(text) or _TEX_ONLY.search(text) for text in given):
        return False
    return not any(_is_text(text) for text in given if not is_latex(text))


def _is_text(text: str) -> bool:
    words = {word for word in _WORD.findall(_SCRIPT.sub(" ", text)) if word not in SPELLED}
    return bool(words) or _TEXT_ONLY.search(text) is not None


def where_meant(where: str, sides: Sequence[object], nodes: Sequence[Node]) -> str:
    """The clauses on a claim whose ``sides`` were read as ``nodes``: beside LaTeX, ``p_i`` is an element of p."""
    if not isinstance(where, str):
        return where
    clauses = (where_beside_latex(where) if are_latex(sides) else where).split(";")
    return ";".join(clause if is_latex(clause) else elements_meant(clause, nodes) for clause in clauses)


def where_beside_latex(where: str) -> str:
    """Clauses beside formulas in LaTeX: ``p_i > 0`` speaks of the elements of p there."""
    return ";".join(_clause(clause) for clause in where.split(";"))


def elements_meant(text: str, nodes: Sequence[Node]) -> str:
    """``x_i`` as ``x[i]`` where the formulas ``nodes`` hold data x and no name x_i: nothing else can be meant."""
    data = frozenset[str]().union(*map(data_names, nodes))
    names = frozenset[str]().union(*map(free_names, nodes))

    def element(found: re.Match[str]) -> str:
        is_meant = found["data"] in data and found.group() not in names
        return f"{found['data']}[{found['index']}]" if is_meant else found.group()

    return _ELEMENT.sub(element, text)


def _clause(clause: str) -> str:
    if is_latex(clause) or not _BELOW.search(clause):
        return clause
    written = _SET.sub(r"\\in \\{\1\\}", clause)
    written = _IN.sub(r"\\in", written)
    try:
        return latex_where(f"${written}$")
    except RejectedText:
        return clause
