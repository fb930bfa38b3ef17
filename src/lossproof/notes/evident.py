"""Whether what stands between dollar signs is mathematics though it begins or ends with a blank; a price is none."""

from __future__ import annotations

import re

_NOT_WORDS = re.compile(
    r"\\(?:text\w*|math\w+|operatorname\*?|mbox|intertext)\s*\{[^{}\n]{0,200}\}|\\[A-Za-z]+|(?<=[_^])\{[^{}\n]{0,200}\}"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_PROSE = re.compile(r"[^\W\d_]{2,}[,.;:]?\s+[^\W_]|\b(?:and|or|to|for|is|the|of|per|each|but|at)\b", re.IGNORECASE)
_RELATED = re.compile(r"[\w)}\]|!'%]\s*(?:=|<|>|\+|-|/|\*|≤|≥|≠|≈|∈)\s*[\w(\[{\\|+-]|\\[A-Za-z]|[_^]")


def is_evident(inside: str) -> bool:
    """It has a command, a script, or a relation between things, and no two words side by side."""
    bare = _NOT_WORDS.sub(" \\\\x", inside)
    return _RELATED.search(inside) is not None and _PROSE.search(bare.replace("\\x", " ")) is None


def is_wordless(inside: str) -> bool:
    """It has no words at all, or is evidently mathematics."""
    return is_evident(inside) or _WORD.search(_NOT_WORDS.sub(" ", inside)) is None
