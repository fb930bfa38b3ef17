"""Walking, free names, and substitution that captures nothing."""

from __future__ import annotations

import pytest

from lossproof.notation import data_names, free_names, parse_tree, substitute_tree, to_text, walk
from lossproof.notation.traverse import children, fresh_name, rebuild
from lossproof.notation.tree import Indexed, Name, Node

EVERYTHING = (
    "-sum(p[m]*x^2, m, 0, M - 1) + prod(q[i, k], i, 1, n)/diff(f, w[k]) + logsumexp(u[l], l, 1, K) "
    "+ Piecewise((a, b > 0 and c < 1), (indicator(d == 0 or g != 1), True)) - Max(h, pi)"
)


def test_walking_visits_parents_first_and_everything_once() -> None:
    tree = parse_tree("a*b + c")
    assert [to_text(part) for part in walk(tree)] == ["a*b + c", "a*b", "a", "b", "c"]


@pytest.mark.parametrize("text", [EVERYTHING, "x", "3"])
def test_taking_apart_and_putting_together_changes_nothing(text: str) -> None:
    for part in walk(parse_tree(text)):
        assert rebuild(part, children(part)) == part


def test_free_names_are_those_that_no_sum_binds() -> None:
    assert free_names(parse_tree(EVERYTHING)) == {"x", "M", "k", "n", "f", "K", "a", "b", "c", "d", "g", "h"}
    assert data_names(parse_tree(EVERYTHING)) == {"p", "q", "w", "u"}
    assert free_names(parse_tree("sum(m, m, 0, 2) + m")) == {"m"}
    assert free_names(parse_tree("sum(sum(q[i, j], j, 0, i), i, 0, N)")) == {"N"}


SUBSTITUTIONS: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {
    ("x + y", (("x", "y"), ("y", "x"))): "y + x",
    ("sum(p[m]*x, m, 1, M)", (("x", "m"),)): "sum(p[m1]*m, m1, 1, M)",
    ("sum(p[m]*x, m, 1, M)", (("m", "z"),)): "sum(p[m]*x, m, 1, M)",
    ("sum(p[m], m, 1, x)", (("x", "m"),)): "sum(p[m1], m1, 1, m)",
    ("sum(p[m] + m1*x, m, 1, M)", (("x", "m"), ("m1", "y"))): "sum(p[m2] + y*m, m2, 1, M)",
    ("sum(sum(q[m, k]*x, k, 1, K), m, 1, M)", (("x", "m*k"),)): "sum(sum(q[m1, k1]*(m*k), k1, 1, K), m1, 1, M)",
    ("p[i] + p[m-1]", (("p[m]", "m*x"),)): "i*x + (m - 1)*x",
    ("sum(p[m], m, 0, M)", (("p[k]", "y[k]^m"),)): "sum(y[m1]^m, m1, 0, M)",
    ("q[a, b]", (("q[i, j]", "r[j]*i"),)): "r[b]*a",
    ("q[j, i]", (("q[i, j]", "r[i]/r[j]"),)): "r[j]/r[i]",
    ("p[k]", (("p[m]", "p[m]*c"), ("k", "c"))): "p[c]*c",
    ("x[0] + x[1] + x[m]", (("x[0]", "a"),)): "a + x[1] + x[m]",
    ("diff(f*x, x)", (("f", "x^2"),)): "diff(x^2*x, x)",
    ("diff(f, x)", (("x", "t"),)): "diff(f, t)",
    ("indicator(x > y)", (("x", "2"),)): "indicator(2 > y)",
    ("Piecewise((x, y > 0), (x, True))", (("x", "z"),)): "Piecewise((z, y > 0), (z, True))",
}


def key(text: str) -> Name | Indexed:
    found = parse_tree(text)
    assert isinstance(found, Name | Indexed)
    return found


@pytest.mark.parametrize("case", SUBSTITUTIONS, ids=lambda case: case[0])
def test_substitution_replaces_at_once_and_captures_nothing(case: tuple[str, tuple[tuple[str, str], ...]]) -> None:
    text, replacements = case
    mapping: dict[Name | Indexed | str, Node] = {key(old): parse_tree(new) for old, new in replacements}
    found = substitute_tree(parse_tree(text), mapping)
    assert to_text(found) == SUBSTITUTIONS[case]
    assert found == parse_tree(SUBSTITUTIONS[case])


def test_what_a_derivative_is_taken_by_is_not_replaced_by_a_formula() -> None:
    with pytest.raises(ValueError, match="derivative"):
        substitute_tree(parse_tree("diff(f, x)"), {"x": parse_tree("2*t")})


def test_fresh_names_count_up() -> None:
    assert fresh_name("m", frozenset()) == "m"
    assert fresh_name("m", frozenset({"m"})) == "m1"
    assert fresh_name("m1", frozenset({"m", "m1"})) == "m2"


def test_data_of_one_and_of_two_indices_are_replaced_apart() -> None:
    table = {Indexed("u", (Name("k"),)): parse_tree("2*v[k]"), Indexed("u", (Name("m"), Name("k"))): parse_tree("x[k]")}
    assert to_text(substitute_tree(parse_tree("sum(u[j], j, 1, K)"), table)) == "sum(2*v[j], j, 1, K)"
    assert to_text(substitute_tree(parse_tree("u[3, j]"), table)) == "x[j]"
