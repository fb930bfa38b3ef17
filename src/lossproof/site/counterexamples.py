"""Counterexamples as formulas in HTML: where two formulas differ, and what they give there."""

from __future__ import annotations

import html
import re

from lossproof.errors import RejectedText
from lossproof.notation import parse_tree, to_latex
from lossproof.notation.tree import Indexed, Name
from lossproof.referee.verdict import Witness

_DIGITS = 4


def formula(tex: str) -> str:
    """A formula in a piece of HTML, as Markdown would leave it."""
    return rf'<span class="arithmatex">\({html.escape(tex, quote=False)}\)</span>'


def point(witness: Witness) -> str:
    """``yt = 0``, ``x = (0, 1)`` as formulas in HTML; a list that begins at another index than 0 says at which."""
    return ", ".join(
        formula(_coordinate(name, value, witness.firsts.get(name))) for name, value in witness.point.items()
    )


def _coordinate(name: str, value: object, first: object) -> str:
    begins = rf"\ ({to_latex(_element(name, first))}, \dots)" if first is not None else ""
    return f"{to_latex(Name(name))}{begins} = {_value(value)}"


def _element(name: str, first: object) -> Indexed:
    """The element of a list, or of a table, that stands first in it; a name such as ``z_2`` has a subscript already."""
    return Indexed(name, tuple(parse_tree(str(index)) for index in (first if isinstance(first, list) else [first])))


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"({', '.join(map(_value, value))})"
    text = str(value)
    if re.fullmatch(r"-?\d+(/\d+)?", text):
        return re.sub(r"^(-?)(\d+)/(\d+)$", r"\1\\tfrac{\2}{\3}", text)
    return _irrational(text)


def _irrational(text: str) -> str:
    """A number that is no fraction: a formula where it is one."""
    try:
        return to_latex(parse_tree(text))
    except RejectedText:
        return rf"\text{{{text}}}"


def shortened(number: str) -> str:
    r"""A decimal as TeX, to four digits: ``1.386\ldots``; a whole or short one as it is; powers of ten as such."""
    match = re.fullmatch(r"(-?\d+)(?:\.(\d+))?(?:e([+-]?\d+))?", number)
    if match is None:
        return rf"\text{{{number}}}"
    whole, fraction, power = match[1], match[2] or "", match[3]
    kept = fraction[:_DIGITS] if whole.lstrip("-") != "0" else fraction[: _leading(fraction) + _DIGITS]
    shown = f"{whole}.{kept}" if kept else whole
    dots = r"\ldots" if len(kept) < len(fraction) else ""
    return f"{shown}{dots}" + (rf" \cdot 10^{{{int(power)}}}" if power else "")


def _leading(fraction: str) -> int:
    return len(fraction) - len(fraction.lstrip("0"))
