"""Components of a vector by number, powers beside element indices, and quantities that a derivative holds fixed."""

from __future__ import annotations

import pytest

from lossproof.notes import check_note, note_of

RIGHT, WRONG = ("claim", "proved"), ("claim", "refuted")
POLYNOMIAL = (r"y(x, w) = \sum_{j=0}^M w_j x^j", r"E = \frac12\sum_{n=1}^N (y(x_n,w)-t_n)^2")
NORMALISED = (
    r"\mu = \frac1N\sum_{i=1}^N x_i",
    r"s^2 = \frac1N\sum_{i=1}^N (x_i-\mu)^2",
    r"\hat x_i = \frac{x_i-\mu}{s}",
)
CASES: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "components beside an inner product": ((r"x^\top y = k", r"(x_1+y_2)^2 = x_1^2+2x_1y_2+y_2^2"), RIGHT),
    "a term lost": ((r"x^\top y = k", r"(x_1+y_2)^2 = x_1^2+y_2^2"), WRONG),
    "an inner product in two dimensions": ((r"w^\top x = w_1x_1+w_2x_2",), RIGHT),
    "a sign in it": ((r"w^\top x = w_1x_1-w_2x_2",), WRONG),
    "through a name": ((r"z = w^\top x", r"z = w_1x_1+w_2x_2"), RIGHT),
    "a norm": ((r"\|w\|^2 = w_1^2+w_2^2+w_3^2",), RIGHT),
    "a square lost in it": ((r"\|w\|^2 = w_1^2+w_2",), WRONG),
    "vectors that are numbered": (
        (r"x^\top y = k", r"\|x_1-x_2\|^2 = \|x_1\|^2-2x_1^\top x_2+\|x_2\|^2"),
        RIGHT,
    ),
    "a power beside an index": (
        (*POLYNOMIAL, r"\frac{\partial E}{\partial w_j} = \sum_{n=1}^N (y(x_n,w)-t_n)x_n^j"),
        RIGHT,
    ),
    "a power too many": (
        (*POLYNOMIAL, r"\frac{\partial E}{\partial w_j} = \sum_{n=1}^N (y(x_n,w)-t_n)x_n^{j+1}"),
        WRONG,
    ),
    "a component above beside an index": ((r"a = \sum_{j=0}^M x_n^j", r"2a = \sum_{j=0}^M 2x_n^j"), RIGHT),
    "a scale that is held fixed": (
        (*NORMALISED, r"\frac{\partial L}{\partial\mu} = -\sum_{i=1}^N\frac{\partial L}{\partial\hat x_i}\frac1s"),
        RIGHT,
    ),
    "its sign": (
        (*NORMALISED, r"\frac{\partial L}{\partial\mu} = \sum_{i=1}^N\frac{\partial L}{\partial\hat x_i}\frac1s"),
        WRONG,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_components_and_powers_are_read_as_they_are_meant(name: str) -> None:
    formulas, wanted = CASES[name]
    text = "\n\n".join(f"$${formula}$$" for formula in formulas)
    row = check_note(note_of(text, "n.md", ".md")).findings[-1]
    assert (str(row.kind), str(row.status)) == wanted
