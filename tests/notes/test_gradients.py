"""Gradients without their variable: of a function that the note defined with one argument."""

from __future__ import annotations

import pytest

from lossproof.notes import check_note, note_of

RIGHT, WRONG = ("claim", "proved"), ("claim", "refuted")
RIDGE = r"J(\mathbf w) = \frac12\|\mathbf w\|^2 + \frac12\sum_{i=1}^n (\mathbf w^\top\mathbf x_i - y_i)^2"
SLOPE = r"\mathbf w + \sum_{i=1}^n (\mathbf w^\top\mathbf x_i - y_i)\mathbf x_i"
CASES: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "a gradient": ((RIDGE, rf"\nabla J = {SLOPE}"), RIGHT),
    "its sign": ((RIDGE, rf"\nabla J = -{SLOPE}"), WRONG),
    "twice": ((RIDGE, r"\nabla\nabla J(\mathbf w) = I + \sum_{i=1}^n \mathbf x_i\mathbf x_i^\top"), RIGHT),
    "its square": ((RIDGE, r"\nabla^2 J = I + \sum_{i=1}^n \mathbf x_i\mathbf x_i^\top"), RIGHT),
    "a term lost": ((RIDGE, r"\nabla^2 J = \sum_{i=1}^n \mathbf x_i\mathbf x_i^\top"), WRONG),
    "by a number": ((r"f(\theta) = \theta^2", r"\nabla f = 2\theta"), RIGHT),
    "by a number, a factor lost": ((r"f(\theta) = \theta^2", r"\nabla f = \theta"), WRONG),
    "of a name that has no argument": (
        (r"J = \|\mathbf w\|^2", r"\nabla J = 2\mathbf w"),
        ("beyond", "None"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_gradient_is_taken_by_the_argument(name: str) -> None:
    formulas, wanted = CASES[name]
    text = "\n\n".join(f"$${formula}$$" for formula in formulas)
    row = check_note(note_of(text, "n.md", ".md")).findings[-1]
    assert (str(row.kind), str(row.status)) == wanted
