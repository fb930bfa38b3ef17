"""What Markdown puts around a text: the marks of block quotes, which are no part of a formula, and indented code."""

from __future__ import annotations

import re
from collections.abc import Iterator

_QUOTE = re.compile(r" {0,3}>(?: {0,3}>)*")
_MARK = re.compile(r"\$\$|(?<!\\)\\[\[\]]|\\(?:begin|end)\{")
_CLOSES = {"\\]": "\\[", "\\end{": "\\begin{", "$$": "$$"}
_INDENTED = re.compile(r"(?: {4}| {0,3}\t)[ \t]*(?P<first>\S)")
_CONTAINER = re.compile(r"\s*(?:[-*+]\s|\d{1,9}[.)]\s|\[\^|:\s|!!!|\?\?\?|===|:::)")
_DISPLAY = re.compile(r"\s*(?:\$\$|\\\[|\\\\\[|\\begin\{)")


def unquoted(text: str) -> str:
    """``text`` with the ``>`` of block quotes blanked, every place kept; a ``>`` inside a formula is a relation."""
    found: list[str] = []
    opened, in_quote = "", False
    for line in text.split("\n"):
        marks = _QUOTE.match(line)
        is_quote = marks is not None and (not opened or in_quote)
        if marks is not None and is_quote:
            line = " " * marks.end() + line[marks.end() :]
        if not line.strip() or (opened and in_quote and not is_quote):
            opened = ""
        for mark in _MARK.findall(line):
            opened, in_quote = _after(mark, opened, is_quote, in_quote)
        found.append(line)
    return "\n".join(found)


def _after(mark: str, opened: str, is_quote: bool, in_quote: bool) -> tuple[str, bool]:
    """What is open behind ``mark``, and whether that was opened in a quote."""
    if opened:
        return ("" if _CLOSES.get(mark) == opened else opened), in_quote
    return ("" if mark in {"\\]", "\\end{"} else mark), is_quote


def indented_code(text: str) -> Iterator[tuple[int, int]]:
    """The places of code that is indented by four blanks behind an empty line, in no list; a display is no code."""
    place, container, fresh, after_blank, start = 0, False, True, True, -1
    for line in text.split("\n"):
        end = place + len(line)
        indented = _INDENTED.match(line)
        if not line.strip():
            after_blank = fresh = True
        elif indented and (start >= 0 or (after_blank and not container and not _DISPLAY.match(line))):
            start = place if start < 0 else start
            after_blank = False
        else:
            if start >= 0:
                yield start, place
            start = -1
            if not line[0].isspace() or _CONTAINER.match(line):
                container = bool(_CONTAINER.match(line)) or (container and not fresh)
                fresh = False
            after_blank = False
        place = end + 1
    if start >= 0:
        yield start, len(text)
