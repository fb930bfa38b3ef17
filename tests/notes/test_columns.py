"""Equations side by side in one alignment: each is a statement of its own, and each line goes on with its column."""

from __future__ import annotations

import pytest

from lossproof.notes import check_note, note_of


def found(lines: str, environment: str = "align") -> list[tuple[int, list[str]]]:
    note = note_of(f"\\begin{{{environment}}}\n{lines}\n\\end{{{environment}}}", "n", ".md")
    rows = check_note(note).findings
    return [(row.line, [str(link.status) for link in row.links]) for row in rows if row.links]


TWO = r"""(a+1)^2 &= a^2 + 2a + 1 & (d+1)^2 &= d^2 + 2d + 1 \\[2pt]
        &= a(a+2) + 1           &         &= d(d+2) + %s \tag{2}"""


def test_each_line_continues_its_own_column() -> None:
    assert found(TWO % 1) == [(2, ["proved", "proved"]), (3, ["proved", "proved"])]
    assert found(TWO % 2) == [(2, ["proved", "proved"]), (3, ["proved", "refuted"])]


ONE = {
    "eqnarray": r"(a+1)^2 &=& a^2 + 2a + 1 \\ &=& a(a+2) + 1",
    "align": r"(a+1)^2 &= a^2 + 2a + 1 & \text{(by hand)} \\ &= a(a+2) + 1 && \text{(again)}",
    "align*": r"(a+1)^2 &= a^2 + 2a + 1 & \\ &= a(a+2) & + 1 \nonumber",
    "aligned": r"(a+1)^2 &= a^2 + 2a + 1 &= a(a+2) + 1",
}


@pytest.mark.parametrize("environment", ONE)
def test_marks_within_one_equation_part_nothing(environment: str) -> None:
    assert [status for _, links in found(ONE[environment], environment) for status in links] == ["proved"] * 2


def test_two_marks_side_by_side_part_columns_too() -> None:
    assert found(r"(x+1)^2 &= x^2+2x+1 && (y+1)^2 &= y^2 + y + 1") == [(2, ["proved", "refuted"])]
