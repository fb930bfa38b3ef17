"""A row of the report quotes the note: its own relation, its own signs."""

from __future__ import annotations

import pytest

from lossproof.notes import Finding, check_note, note_of
from lossproof.notes.told import one_line


def rows(text: str, suffix: str = ".md") -> list[Finding]:
    return list(check_note(note_of(text, "n", suffix)).findings)


ROWS = {
    r"$$X \sim Y$$": r"X \sim Y",
    r"$$w \leftarrow w - g$$": r"w \leftarrow w - g",
    r"$$x \mapsto x^2$$": r"x \mapsto x^2",
    r"\begin{align}a + 1 &= b\end{align}": "a + 1 = b",
    "$1 + 1 = 2$": "1 + 1 = 2",
    "$=$": "=",
    r"$\in$": r"\in",
    "$x <$": "x <",
}


@pytest.mark.parametrize("text", ROWS)
def test_a_row_is_quoted_as_it_stands(text: str) -> None:
    (finding,) = rows(text)
    assert finding.latex == ROWS[text]


def test_signs_that_html_escapes_are_shown_as_signs() -> None:
    (finding,) = rows(r"<p>\(x &lt; 2\)</p>", ".html")
    assert one_line(finding.latex) == "x < 2"
