r"""LaTeX as MathML, which a browser sets by itself; what cannot be set is None and is shown as it is written.

The text of a note is somebody else's: of what comes back only elements and attributes of `MathML` are let through,
so that neither ``\text{<script>}`` nor ``\href`` becomes a part of the page.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

LONGEST = 4_000  # characters of a formula; what is longer is shown as it is written
_ELEMENTS = """
math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup
mtable mtd mtext mtr munder munderover
"""
_ATTRIBUTES = """
accent columnalign columnlines columnspacing display displaystyle fence form height largeop linebreak linethickness
lspace mathsize mathvariant maxsize minsize movablelimits notation rowlines rowspacing rspace scriptlevel separator
stretchy symmetric width
"""
ELEMENTS, ATTRIBUTES = frozenset(_ELEMENTS.split()), frozenset(_ATTRIBUTES.split())
_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'  # a page of HTML knows it by itself
_NUMBERED = re.compile(r"\\(?:label|eqref|ref)\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")
_ALIGNED = re.compile(r"(?<!\\)&")


def as_mathml(latex: str, *, display: bool) -> str | None:
    """The ``<math>`` element for a formula; None where it has a command or a sign that is not known."""
    text = _NUMBERED.sub("", latex).strip()
    if not text or len(text) > LONGEST:
        return None
    if r"\begin" not in text:  # a row of an aligned block; in a matrix the sign parts its entries
        text = _ALIGNED.sub("", text)
    found = _converted(text, "block" if display else "inline")
    return found if found is not None and _is_clean(found) else None


def _converted(text: str, display: str) -> str | None:
    from latex2mathml.converter import convert

    try:
        return str(convert(text, display=display)).replace(_NAMESPACE, "", 1)
    except Exception:  # whatever it meets in a stranger's formula: that one is not set
        return None


def _is_clean(markup: str) -> bool:
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.clean


class _Reader(HTMLParser):
    """Looks for anything that is no MathML, or text that holds a command which was not understood."""

    def __init__(self) -> None:
        super().__init__()
        self.clean = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.clean &= tag in ELEMENTS and all(name in ATTRIBUTES for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.clean &= not any(sign in data for sign in "\\&<>") or data in "<>\\"

    def handle_comment(self, data: str) -> None:
        self.clean = False

    def handle_decl(self, decl: str) -> None:
        self.clean = False

    def handle_pi(self, data: str) -> None:
        self.clean = False
