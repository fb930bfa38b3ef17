"""What a page marks as new is new, small, and never everything."""

from __future__ import annotations

import pytest

from lossproof.notation import parse_tree, to_text
from lossproof.site.changes import new_terms


def marked(after: str, *before: str) -> set[str]:
    return {to_text(term) for term in new_terms(parse_tree(after), [parse_tree(text) for text in before])}


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ("sum(log(P[m]), m, 0, M-1)", "-(1/M)*sum(log(P[m]), m, 0, M-1)", {"1/M"}),
        ("yt*log(yp) + (1-yt)*log(1-yp)", "-(yt*log(yp) + (1-yt)*log(1-yp))", set()),
        ("log(a)*b", "log(c)*b", {"log(c)"}),
        ("a*b", "a*b", set()),
        ("a*x[m, i]", "a*x[m, i]*x[m, j]", {"x[m, j]"}),
        ("c + a*(p - t)", "c + a*b*p*(1 - p)", {"b", "p", "1 - p"}),
        ("c + log(d)*p", "c + log(d)*(1 - p)", {"1 - p"}),
        ("k*log(p) + (n - k)*log(1 - p)", "k - n*p", {"n*p"}),
    ],
)
def test_the_smallest_new_terms_are_marked(before: str, after: str, new: set[str]) -> None:
    assert marked(after, before) == new


def test_a_formula_that_is_all_new_marks_nothing() -> None:
    assert marked("x/y", "a + b") == set()
    assert marked("(k - n*p)/(p*(1 - p))", "k*log(p) + (n - k)*log(1 - p)") == set()


def test_a_lost_mark_would_be_seen() -> None:
    assert marked("a*b + c", "a*b + d") != set()


def test_conditions_are_looked_into_and_not_marked_themselves() -> None:
    before = "Piecewise((a, x > 0), (b, True))"
    assert marked("Piecewise((a, x > 1), (b, True))", before) == {"1"}
