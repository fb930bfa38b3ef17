"""Vectors and matrices: read element by element, for any sizes, and judged as sums."""

from __future__ import annotations

import pytest

from lossproof.notation import to_text
from lossproof.notation.tex.matrices import elements_of
from lossproof.notes import check_note, note_of
from lossproof.notes.meaning import Book

X, W, Y = r"X \in \mathbb{R}^{n\times d}", r"w \in \mathbb{R}^d", r"y \in \mathbb{R}^n"
LEAST = r"L(w) = \|y - Xw\|^2"
DATA = r"p_i = \sigma(w^\top x_i)"
CROSS = r"L(w) = -\sum_{i=1}^n \left[y_i\log p_i + (1-y_i)\log(1-p_i)\right]"

LINKS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "a norm as a product": ((X, W, LEAST), r"L(w) = (y - Xw)^\top (y - Xw)", r"L(w) = (y + Xw)^\top (y + Xw)"),
    "expanded": (
        (LEAST,),
        r"L(w) = y^\top y - 2 w^\top X^\top y + w^\top X^\top X w",
        r"L(w) = y^\top y - w^\top X^\top y + w^\top X^\top X w",
    ),
    "a gradient": ((LEAST,), r"\nabla_w L = -2X^\top(y - Xw)", r"\nabla_w L = 2X^\top(y - Xw)"),
    "its other form": (
        (LEAST,),
        r"\frac{\partial L}{\partial w} = 2X^\top X w - 2X^\top y",
        r"\frac{\partial L}{\partial w} = X^\top X w - 2X^\top y",
    ),
    "second derivatives": ((LEAST,), r"\nabla_w^2 L = 2X^\top X", r"\nabla_w^2 L = X^\top X"),
    "a quadratic form": (
        (r"q = x^\top A x",),
        r"\nabla_x q = (A + A^\top) x",
        r"\nabla_x q = 2 A^\top x",
    ),
    "rows of data": (
        (DATA, CROSS),
        r"\nabla_w L = \sum_{i=1}^n (p_i - y_i) x_i = X^\top (p - y)",
        r"\nabla_w L = \sum_{i=1}^n (p_i - y_i) x_i = X^\top (y - p)",
    ),
    "a diagonal matrix": (
        (DATA, CROSS),
        r"\nabla_w^2 L = \sum_{i=1}^n p_i(1-p_i) x_i x_i^\top = X^\top \mathrm{diag}(p_i(1-p_i)) X",
        r"\nabla_w^2 L = \sum_{i=1}^n p_i(1-p_i) x_i x_i^\top = X^\top \mathrm{diag}(p_i) X",
    ),
    "a penalty": ((r"R = \frac{\lambda}{2}\lVert w\rVert_2^2",), r"\nabla_w R = \lambda w", r"\nabla_w R = 2\lambda w"),
    "a trace": (
        (r"A^\top A = S",),
        r"\mathrm{tr}(A^\top B) = \mathrm{tr}(B^\top A)",
        r"\mathrm{tr}(A^\top B) = 2\mathrm{tr}(B^\top A)",
    ),
}


def last(*formulas: str) -> str:
    note = note_of("\n\n".join(f"$${formula}$$" for formula in formulas), "n.md", ".md")
    return str(check_note(note).findings[-1].status)


@pytest.mark.parametrize("case", LINKS)
def test_links_between_vectors_and_matrices_are_judged(case: str) -> None:
    context, right, wrong = LINKS[case]
    assert last(*context, right) == "proved"
    assert last(*context, wrong) == "refuted"


@pytest.mark.parametrize("beyond", [r"\hat w = (X^\top X)^{-1} X^\top y", r"X^\top y = w + X", r"\nabla_w L = A^2 w"])
def test_what_is_not_read_of_matrices_gets_no_tick(beyond: str) -> None:
    assert last(X, W, Y, LEAST, beyond) == "None"


def test_declared_sizes_are_those_of_the_sums() -> None:
    book = Book(note_of("\n\n".join(f"$${each}$$" for each in (X, W, Y, LEAST)), "n.md", ".md"), "")
    rows = book.parsed[-1].statements[0].sides
    node = book.sizes.filled(3, elements_of(rows, book.conventions)[1])
    assert to_text(node) == "sum((y[l_1] - sum(X[l_1, l_2]*w[l_2], l_2, 1, d))^2, l_1, 1, n)"


def test_many_factors_are_refused() -> None:
    assert last(X, W, "w = " + r"X^\top X " * 300 + "w") == "None"
