"""In which of the two languages texts that belong together are written: LaTeX, or the text grammar.

`y_i` is an element in the one and a name in the other; beside a formula in LaTeX it is the element.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lossproof.errors import RejectedText
from lossproof.notation.tex import is_latex, latex_where
from lossproof.notation.tex.characters import SPELLED

_TEX_ONLY = re.compile(r"[{}|]")
_TEXT_ONLY = re.compile(r"\*\*|(?<=\w)\[")
_WORD = re.compile(r"(?<![A-Za-z_\\])[A-Za-z][A-Za-z0-9]+")
_IN = re.compile(r"(?<![\\\w])in(?!\w)")
_SET = re.compile(r"(?<![\\\w])in\s*\{([^{}]*)\}")
_SCRIPT = re.compile(r"[_^]\{[^{}]*\}")
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


def where_beside_latex(where: str) -> str:
    """Clauses beside formulas in LaTeX: ``p_i > 0`` speaks of the elements of p there."""
    return ";".join(_clause(clause) for clause in where.split(";"))


def _clause(clause: str) -> str:
    if is_latex(clause) or not _BELOW.search(clause):
        return clause
    written = _SET.sub(r"\\in \\{\1\\}", clause)
    written = _IN.sub(r"\\in", written)
    try:
        return latex_where(f"${written}$")
    except RejectedText:
        return clause
