"""What may be a name: a Latin or Greek letter, then letters, digits and ``_``; nothing that Python owns.

The same rules hold for the symbols of formulas, for bound indices and for the columns of a data file.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from lossproof.errors import RejectedText
from lossproof.notation.vocabulary import BUILTINS, CONSTANTS, KEYWORDS, NOT_NUMBERS

MAX_NAME = 64
LETTERS = "A-Za-zΑ-ΡΣ-Ωα-ω"
"""The letters as a character class: plain Latin and Greek, each of which Unicode normalisation keeps."""

PI = "π"
"""Another spelling of the constant; it could not be told from ``pi`` in print."""

_NAME = re.compile(rf"[{LETTERS}][{LETTERS}0-9_]*", re.ASCII)
_FOREIGN = re.compile(rf"[^{LETTERS}0-9_]", re.ASCII)


def check_name(name: str) -> str:
    """``name`` itself if it may be a quantity's name; `RejectedText` with the reason otherwise."""
    if not isinstance(name, str):
        raise RejectedText(f"A name is text; this is {type(name).__name__}.")
    if reason := why_not(name):
        place, sentence = reason
        raise RejectedText(sentence, printable(name[: MAX_NAME + 1]), place)
    return name


def why_not(name: str) -> tuple[int, str] | None:
    """The place and the sentence that say why ``name`` is refused; None where it is a good name."""
    if not name:
        return 0, "A name is missing here."
    if len(name) > MAX_NAME:
        return MAX_NAME, f"This name is longer than {MAX_NAME} characters."
    return _judged(name)


@lru_cache(maxsize=512)
def _judged(name: str) -> tuple[int, str] | None:
    if foreign := _FOREIGN.search(name):
        return foreign.start(), describe(foreign.group())
    if not _NAME.fullmatch(name):
        return 0, f"A name begins with a Latin or Greek letter; {name!r} begins with {name[0]!r}."
    return _reserved(name)


def _reserved(name: str) -> tuple[int, str] | None:
    if name in _INSTEAD:
        return 0, f"{name!r} is a word of the Python language: {_INSTEAD[name]}"
    if name in KEYWORDS:
        return 0, f"{name!r} is a word of the Python language and cannot be a name; {name + '_'!r} can."
    if name in BUILTINS:
        return 0, f"{name!r} belongs to Python and is not mathematics here; choose another name."
    if name == PI:
        return 0, "'π' is the constant pi and cannot be a name."
    if name in NOT_NUMBERS:
        return 0, f"{name!r} stands for an infinity or for no number at all; formulas here hold real numbers."
    return None


def check_variable(name: str) -> str:
    """`check_name`, and not one of the constants ``pi`` and ``e`` either."""
    if name in CONSTANTS:
        raise RejectedText(f"{name!r} is a constant and cannot be used as a variable or index.", name, 0)
    return check_name(name)


_INSTEAD = {
    "for": "a range is written sum(f, m, 1, M), and a clause on x[m] holds for every m.",
    "if": "cases are written Piecewise((value, condition), (other value, True)).",
    "is": "a clause does without it, as x real or M integer >= 1.",
}
_REPLACEMENTS = {
    "'": "Text in quotes is not part of a formula.",
    '"': "Text in quotes is not part of a formula.",
    "`": "Text in quotes is not part of a formula.",
    ".": "A dot stands only inside a number such as 0.5; there are no attributes or methods in formulas.",
    ":": "A colon has no meaning in formulas; ranges are written low..high in assumptions.",
    "@": "'@' has no meaning in formulas; a product is written with *.",
    "!": "'!' has no meaning in formulas; write factorial(n).",
    "%": "'%' has no meaning in formulas.",
    "&": "Conditions are joined by the word and.",
    "|": "Write Abs(x) for an absolute value, and the word or between conditions.",
    "~": "'~' has no meaning here: a distribution is written by its density, as exp(-mu)*mu^y/factorial(y).",
    "\\": "A backslash has no meaning here; formulas are written in the text form, not in LaTeX.",
    "#": "Comments have no place in a formula.",
    "$": "'$' has no meaning here; formulas are written in the text form, not in LaTeX.",
    "?": "'?' has no meaning in formulas.",
    "−": "Write the minus sign as '-'.",
    "–": "Write the minus sign as '-'.",
    "×": "Write a product with '*'.",
    "·": "Write a product with '*'.",
    "⋅": "Write a product with '*'.",
    "÷": "Write a quotient with '/'.",
    "≤": "Write '<='.",
    "≥": "Write '>='.",
    "≠": "Write '!='.",
    "∈": "Write the word in.",
    "∞": "Formulas here hold real numbers; there is no infinity.",
    "√": "Write sqrt(x).",
    "∑": "Write sum(expr, index, low, high).",
    "∏": "Write prod(expr, index, low, high).",
    "∂": "Write diff(expr, x).",
    "…": "Write a range with two dots, low..high.",
}


def describe(character: str) -> str:
    """A sentence that says why one character cannot stand in a formula, and what would do."""
    if character in _REPLACEMENTS:
        return _REPLACEMENTS[character]
    label = f"U+{ord(character):04X}"
    kind = unicodedata.category(character)
    if kind == "Mn" or not character.isprintable():
        return f"There is a character here that cannot be seen by itself ({label}); take it out."
    plain = unicodedata.normalize("NFKC", character)
    if plain.isdigit() and "SUPERSCRIPT" in unicodedata.name(character, ""):
        return f"Write the power as ^{plain}."
    if plain != character and plain.isprintable():
        return f"{character!r} ({label}) is another form of {plain!r}; write {plain!r}."
    if kind.startswith("L"):
        return f"{character!r} ({label}) is not a letter of the Latin (a to z) or Greek alphabet."
    return f"{character!r} ({label}) has no meaning in formulas."


def printable(text: str) -> str:
    """``text`` with every character that cannot be shown replaced, one for one."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
