"""Steps of an iteration and equations at the solution: what a parameter is set to was computed with it."""

from __future__ import annotations

import pytest

from lossproof.notes import check_note, note_of

RIGHT, WRONG = ("claim", "proved"), ("claim", "refuted")
WEIGHTS = r"r_n = \frac{a e^{-x_n}}{a e^{-x_n}+1-a}"
CASES: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "a maximization step": ((WEIGHTS, r"a = \frac1N\sum_{n=1}^N r_n"), ("condition", "given")),
    "one of a square": ((r"r_n = e^{-x_n^2/s^2}", r"s^2 = \frac1N\sum_{n=1}^N r_n x_n^2"), ("condition", "given")),
    "an inverse stays a claim": ((r"z = \log\frac{p}{1-p}", r"p = \frac1{1+e^{-z}}"), RIGHT),
    "and its wrong twin": ((r"z = \log\frac{p}{1-p}", r"p = \frac1{1+e^{z}}"), WRONG),
    "a wrong inverse of data": (
        (r"p_k = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}", r"z_k = \log p_k"),
        WRONG,
    ),
    "a word above is no power": ((WEIGHTS, r"a^{\text{new}} = \frac1N\sum_{n=1}^N r_n"), ("definition", "given")),
    "in brackets": ((WEIGHTS, r"a^{(new)} = \frac1N\sum_{n=1}^N r_n"), ("definition", "given")),
    "a new value is used": ((r"m^{\text{new}} = a b", r"2 m^{\text{new}} = 2 a b"), RIGHT),
    "its wrong twin": ((r"m^{\text{new}} = a b", r"2 m^{\text{new}} = a b"), WRONG),
    "below and above are one name": ((r"m^{\text{new}} = a b", r"2 m_{new} = 2 a b"), RIGHT),
    "another rule": ((r"w^{\text{new}} = a b", r"w^{\text{new}} = a - b"), ("update", "given")),
    "the same rule": ((r"w^{\text{new}} = (a - b) a", r"w^{\text{new}} = a^2 - a b"), RIGHT),
    "a label above is a power": ((r"f = p^{\text{label}}", r"\log f = \text{label}\,\log p"), RIGHT),
    "a factor lost": ((r"f = p^{\text{label}}", r"\log f = \log p"), WRONG),
}


@pytest.mark.parametrize("name", CASES)
def test_a_step_is_no_claim_and_a_claim_no_step(name: str) -> None:
    formulas, wanted = CASES[name]
    text = "\n\n".join(f"$${formula}$$" for formula in formulas)
    row = check_note(note_of(text, "n.md", ".md")).findings[-1]
    assert (str(row.kind), str(row.status)) == wanted
