"""What stands around a formula: blanks, quotes, marks that never close, code; none is lost and none is made up."""

from __future__ import annotations

import pytest

from lossproof.notes import Finding, check_note, note_of
from lossproof.notes.evident import is_evident
from lossproof.notes.quoted import unquoted


def found(text: str, suffix: str = ".md") -> list[str]:
    return [told(finding) for finding in check_note(note_of(text, "n", suffix)).findings]


def told(finding: Finding) -> str:
    return str(finding.status if finding.links else finding.kind)


@pytest.mark.parametrize("suffix", [".md", ".tex", ".html"])
@pytest.mark.parametrize("text", ["$ 1 = 2 $", "$ 1 = 2$", "$1 = 2 $"])
def test_blanks_inside_dollars_lose_no_formula(text: str, suffix: str) -> None:
    assert found(text, suffix) == ["refuted"]
    assert found(text.replace("2", "1"), suffix) == ["proved"]


PRICES = ["costs $5 and $6", "costs $ 5 and $ 6", "US$ 5 = A$ 3", "from $5 - $6", "$ x$ and $y $", "$5 or = 6 $"]


@pytest.mark.parametrize("text", PRICES)
@pytest.mark.parametrize("suffix", [".md", ".html"])
def test_prices_are_no_formulas(text: str, suffix: str) -> None:
    assert found(text, suffix) == []


@pytest.mark.parametrize("inside", [r" \alpha ", " a_1", " a < b ", r" L = \text{the loss of it} "])
def test_what_is_evident(inside: str) -> None:
    assert is_evident(inside)


def test_the_marks_of_a_quote_are_no_relations() -> None:
    assert found("> $$\n> S = a\n> + b\n> $$\n> and $$ S = a $$") == ["definition", "refuted"]
    assert found("> $$\n> S = a\n> + b\n> $$\n> and $$ S = a + b $$") == ["definition", "proved"]
    assert found("> > $$\n> > (a+b)^2 = a^2 + b^2\n> > + 2ab\n> > $$") == ["proved"]


@pytest.mark.parametrize("text", ["$$\nx\n> 0\n$$", "\\begin{align}\n3\n> 2\n\\end{align}", "\\[\nx\n> 0\n\\]"])
def test_a_relation_that_begins_a_line_of_a_formula_is_kept(text: str) -> None:
    assert unquoted(text) == text


UNCLOSED = [("$$ 1 = 2\n\nmore", ".md"), ("$1=2", ".tex"), (r"\(1=2", ".md"), (r"\(1=2", ".html"), (r"\[1=2", ".md")]


@pytest.mark.parametrize(("text", "suffix"), UNCLOSED)
def test_what_is_never_closed_has_a_row(text: str, suffix: str) -> None:
    assert found(text, suffix) == ["not understood"]


def test_openings_of_environments_alone_have_rows() -> None:
    assert found("\\begin{align}" * 3) == ["not understood"] * 3


@pytest.mark.parametrize("text", ["$=$", "$==$", "$a=$ $=b$"])
def test_a_relation_of_nothing_is_not_understood(text: str) -> None:
    assert set(found(text)) == {"not understood"}


def test_a_formula_behind_an_abbreviation_in_its_line_is_read() -> None:
    assert found(r"\newcommand{\b}{\c}\newcommand{\c}{\b} $\b = 2$", ".tex") == ["not understood"]
    assert found(r"\newcommand{\b}{a_{1}} \def\c{2} $\b + \c = \c + \b$ $\c = 3$", ".tex") == ["proved", "refuted"]


def test_what_tex_never_sets_is_no_formula() -> None:
    assert found(r"\verb|$1=4$| \begin{comment}$1=2$\end{comment} \verb+$1=2$+ $1=1$", ".tex") == ["proved"]
    assert found(r"\iffalse $1=3$ \ifx a \fi $1=5$ \fi $1=1$", ".tex") == ["proved"]
    assert found(r"\iffalse $1=3$ \else $1=1$ \fi", ".tex") == ["proved"]


def test_indented_code_is_no_formula_and_what_a_list_holds_is() -> None:
    assert found("Words\n\n    $1=2$ and\n\n    $1=3$\n\nmore $1=1$") == ["proved"]
    assert found("- item\n\n    $1=2$") == ["refuted"]
    assert found("Words\n\n    $$1=2$$") == ["refuted"]
