"""How names and numbers look in print: ``yt`` is an italic word, ``w0`` has a subscript, ``theta`` is Greek.

Only letters, digits and what this module itself writes reach the LaTeX: a name cannot inject a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lossproof.notation.tree import Number
from lossproof.notation.vocabulary import KEYWORDS

_WORDS = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega
Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
"""
GREEK = {word: rf"\{word}" for word in _WORDS.split()} | {"epsilon": r"\varepsilon"}
_LETTERS = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", GREEK.values(), strict=True)) | {
    "ο": "o",
    "ς": r"\varsigma",
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", (rf"\mathrm{{{c}}}" for c in "ABEZHIKMNOPTX"), strict=True)),
}


def symbol(name: str, indices: Iterable[str] = ()) -> str:
    """The LaTeX of a name with its subscripts: those spelled in it (``w0``, ``sigma_x``), then ``indices``.

    A semicolon stands between the two: ``x1[m]`` is the column x1 of one index, ``x[1, m]`` a table of two.
    """
    stem, *parts = _without_keyword_mark(name).split("_")
    head, digits = re.fullmatch(r"(.*?)([0-9]*)", stem, re.DOTALL).groups()  # type: ignore[union-attr]
    marks = "".join(r"\_" for part in parts if not part)
    spelled = ",".join([*([digits] if digits else []), *(_subscript(part) for part in parts if part)])
    below = ";".join(part for part in (spelled, ",".join(indices)) if part)
    return f"{_stem(head)}{marks}" + (f"_{{{below}}}" if below else "")


def _without_keyword_mark(name: str) -> str:
    """``lambda_`` is how Python lets lambda be written."""
    return name[:-1] if name.endswith("_") and name[:-1] in KEYWORDS else name


def _stem(head: str) -> str:
    if head in GREEK:
        return GREEK[head]
    if len(head) == 1:
        return _letter(head)
    return rf"\mathit{{{''.join(map(_letter, head))}}}"


def _subscript(part: str) -> str:
    if part.isdecimal() or part in GREEK or len(part) == 1:
        return GREEK.get(part, _letter(part) if len(part) == 1 else part)
    return rf"\mathrm{{{''.join(map(_letter, part))}}}"


def _letter(character: str) -> str:
    """One character of a name; whatever is no letter or digit of a name is shown as a box."""
    if character.isascii() and character.isalnum():
        return character
    found = _LETTERS.get(character)
    return f"{{{found}}}" if found and found.startswith("\\") else found or r"\square"


def is_word(name: str) -> bool:
    """Whether a name prints as several letters side by side, which needs a thin space next to another."""
    head = re.split(r"[0-9_]", name, maxsplit=1)[0]
    return len(head) > 1 and head not in GREEK


def number(node: Number, inline: bool) -> str:
    """``3``, ``0.5``, ``10^{-9}``, ``2.5 \\cdot 10^{-9}``; a computed fraction is a ``\\frac`` unless inline."""
    if node.text is not None:
        return _literal(node.text)
    value = node.value
    if value.denominator == 1 or inline:
        return str(value)
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def _literal(text: str) -> str:
    mantissa, _, exponent = text.lower().partition("e")
    if not exponent:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else rf"{mantissa} \cdot {power}"
