"""Texts that belong together are read in one language: beside LaTeX all of them as LaTeX."""

from __future__ import annotations

import pytest

from lossproof.notation.tex.tex_or_text import are_latex, where_beside_latex
from lossproof.referee import Status, equal

LATEX = [(r"\frac{2y_i}{2}", "y_i"), ("x_{ij}", "x_{ij}"), ("|x|", "x"), ("b a", r"a \cdot b"), ("{y_i}", "log(p)")]
TEXT = [("y_i", "y_i"), ("yp*2", "2*yp"), (r"\frac{a}{b}", "Sum(x[i], (i, 1, n))"), (r"\frac{a}{b}", "a**2")]


@pytest.mark.parametrize("pair", LATEX)
def test_marks_of_latex_decide(pair: tuple[str, str]) -> None:
    assert are_latex(pair)


@pytest.mark.parametrize("pair", TEXT)
def test_what_only_the_text_grammar_has_decides_too(pair: tuple[str, str]) -> None:
    assert not are_latex(pair)


@pytest.mark.parametrize("clause", ["p_i > 0", "p_i in (0,1)", "p_i in {1, 2}"])
def test_a_clause_beside_latex_speaks_of_elements(clause: str) -> None:
    assert "p[i]" in where_beside_latex(clause)
    assert equal(r"\log\prod_{i=1}^n p_i", r"\sum_{i=1}^n \log p_i", where=clause).status is Status.PROVED


def test_a_clause_that_is_no_latex_stays() -> None:
    assert where_beside_latex("yp_1 integer >= 1; p > 0") == "yp_1 integer >= 1; p > 0"


def test_an_element_is_the_same_on_both_sides() -> None:
    assert equal(r"\frac{2y_i}{2}", "y_i").status is Status.PROVED
    assert equal(r"\frac{2y_i}{2}", "2y_i").status is Status.REFUTED
    assert equal("|x|", "x", where="x > 0").status is Status.PROVED
    assert equal("|x|", "x").status is Status.REFUTED


MIXED = [
    (r"\log\prod_{i=1}^n p_i", "sum(log(p[i]), i, 1, n)"),
    (r"\log\prod_{i=1}^n p_i", "sum(log(p_i), i, 1, n)"),
    ("log(prod(p[i], i, 1, n))", "sum(log(p[i]), i, 1, n)"),
]


@pytest.mark.parametrize("pair", MIXED)
def test_an_element_is_one_in_the_other_language_and_in_the_clauses(pair: tuple[str, str]) -> None:
    assert equal(*pair, where="p_i > 0").status is Status.PROVED
    assert equal(*pair).status is Status.REFUTED


def test_a_name_that_a_formula_holds_is_no_element() -> None:
    assert equal("Abs(p_i) + p[1]", "p_i + p[1]", where="p_i > 0").status is Status.PROVED


def test_clauses_in_latex_may_be_parted_by_commas() -> None:
    assert equal(r"\sqrt{p_i^2}", "p_i", where=r"0 < p_i < 1, i = 1, \dots, n").status is Status.PROVED
    assert equal(r"y^2 |a|", "y a", where=r"y \in \{0, 1\}, a, b > 0").status is Status.PROVED
