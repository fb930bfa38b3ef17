"""Where things end in a TeX file that are no formulas: an abbreviation's definition, and what is never typeset."""

from __future__ import annotations

import re

_IF = re.compile(r"\\(?:if(?!f(?![A-Za-z]))[A-Za-z]*|else|fi)(?![A-Za-z])")
_HEAD = re.compile(r"\s*(?:\{\s*\\(?:[A-Za-z]+|.)\s*\}|\\(?:[A-Za-z]+|.))(?:\s*\[[^\]\n]{0,80}\]|#\d)*\s*")
FAR = 4_000
"""The characters that the body of an abbreviation may have."""


def abbreviation_end(text: str, start: int) -> int:
    """The place behind ``{\\name}[2]{body}`` at ``start``; the end of the line where no body is closed."""
    head = _HEAD.match(text, start)
    place = head.end() if head else start
    depth = 0
    for end in range(place, min(len(text), place + FAR)):
        is_escaped = text[end - 1] == "\\" and text[end - 2] != "\\"
        depth += 0 if is_escaped else {"{": 1, "}": -1}.get(text[end], 0)
        if depth <= 0:
            if text[end] == "}":
                return end + 1
            break
    line_end = text.find("\n", start)
    return len(text) if line_end < 0 else line_end


def dead_end(text: str, start: int) -> int:
    """The place behind the ``\\fi`` or ``\\else`` that ends what stands behind ``\\iffalse``."""
    depth = 0
    for mark in _IF.finditer(text, start):
        word = mark.group()
        if word.startswith("\\if"):
            depth += 1
        elif depth == 0:
            return mark.end()
        elif word == "\\fi":
            depth -= 1
    return len(text)


def is_lone_mark(text: str, start: int, closer: int) -> bool:
    """Whether nothing but another opening mark stands behind an environment that is closed nowhere."""
    return closer == len(text) and not text[start : start + FAR].split("\\begin{", 1)[0].strip()
