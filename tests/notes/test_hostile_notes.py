"""Text that nobody writes in good faith, 50,000 characters of it: read in counted work, and never an exception."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from random import Random

import pytest

import lossproof
from lossproof.errors import RejectedText
from lossproof.notes import Checked, check_note, note_of
from lossproof.notes.meaning import Book

LENGTH = 50_000
MOST_CALLS = 9_000_000
"""Calls of functions for a whole text: about as many as a second holds."""
PIECES = [
    "\\frac",
    "{",
    "}",
    "^",
    "_",
    "x",
    "1",
    "+",
    "=",
    "&",
    "\\\\",
    "\\left",
    "(",
    "]",
    "\\sum",
    "|",
    "\\text",
    "\n",
    "'",
]


def filled(piece: str) -> str:
    return (piece * (LENGTH // len(piece) + 1))[:LENGTH]


def bomb() -> str:
    """Each abbreviation is ten of the one before."""
    chain = "".join(
        f"\\newcommand{{\\{chr(98 + n)}}}{{{chr(92) + chr(97 + n)}{(chr(92) + chr(97 + n)) * 9}}}" for n in range(20)
    )
    return "\\newcommand{\\a}{xxxxxxxxxx}" + chain + "\\u = 1"


TEXTS = {
    "open braces": filled("{"),
    "brackets that nothing closes": filled("\\left("),
    "carets": filled("^"),
    "fractions without parts": filled("\\frac"),
    "roots in roots": filled("\\sqrt{"),
    "environments that nothing closes": filled("\\begin{cases}a&b\\\\"),
    "one chain": filled("x="),
    "bars": filled("|"),
    "abbreviations of abbreviations": bomb(),
    "an abbreviation of itself": "\\def\\a{\\a\\a} \\a = 1",
    "any characters": "".join(chr(Random(1).randrange(32, 0x3000)) for _ in range(LENGTH)),
    "any commands": "".join(Random(2).choices(PIECES, k=LENGTH // 3))[:LENGTH],
    "combining marks": filled("a\u0302"),
    "zeros": filled("\x00"),
}


def calls(work: Callable[[], object]) -> int:
    """How many functions ``work`` calls."""
    count = 0

    def seen(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def parsed(text: str) -> None:
    with contextlib.suppress(RejectedText):
        lossproof.parse(f"${text}$")


@pytest.mark.parametrize("name", TEXTS)
def test_a_formula_is_read_or_refused_in_counted_work(name: str) -> None:
    for length in (LENGTH, 7_900, 1_000):
        assert calls(lambda: parsed(TEXTS[name][:length])) < MOST_CALLS  # noqa: B023


@pytest.mark.parametrize("name", TEXTS)
def test_a_note_of_such_formulas_is_read_in_counted_work(name: str) -> None:
    text = TEXTS[name].replace("$", "")
    pieces = [text[start : start + 2_000] for start in range(0, len(text), 2_000)]
    note = note_of("\n\n".join(f"$${piece}$$" for piece in pieces), "n", ".md")
    assert calls(lambda: Book(note, "")) < MOST_CALLS


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("form", ["$$%s$$", "%s", "\\[%s\\]", "<p>\\(%s\\)</p>"])
def test_any_text_is_checked_without_an_exception(name: str, form: str) -> None:
    suffix = ".html" if form.startswith("<") else ".tex" if form.startswith("\\") else ".md"
    assert isinstance(check_note(note_of(form.replace("%s", TEXTS[name]), "n", suffix)), Checked)


def test_a_formula_without_abbreviations_is_not_said_to_have_them() -> None:
    (finding,) = check_note(note_of(f"$${filled('+')}$$", "n", ".md")).findings
    assert "abbreviations" not in finding.message


CIRCLES = [
    r"\newcommand{\a}{\b}\newcommand{\b}{\a}\a = 1",
    r"\def\a{x\a}\a = 1",
    r"\newcommand{\a}{\a + \a} y = \a",
]


@pytest.mark.parametrize("text", CIRCLES)
def test_an_abbreviation_of_itself_is_said_to_be_one(text: str) -> None:
    (finding,) = check_note(note_of(f"$${text}$$", "n", ".md")).findings
    assert r"The abbreviation \a stands for itself" in finding.message


PIECES_LEFT_OUT = [
    "$=$",
    "$<$",
    "$x' =$",
    "$= \\sigma(z)$",
    r"$\psi(z) =$",
    r"$\implies a = b$",
    r"$x \in$",
    "${=}$",
    "$$=\n=$$",
]


@pytest.mark.parametrize("text", PIECES_LEFT_OUT)
@pytest.mark.parametrize("suffix", [".md", ".tex"])
def test_a_side_that_is_left_out_is_no_exception(text: str, suffix: str) -> None:
    assert check_note(note_of(text, "n", suffix)).findings
