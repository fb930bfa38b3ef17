"""What the text of a formula means: which tree it becomes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lossproof.errors import RejectedText
from lossproof.functions.table import FUNCTIONS
from lossproof.notation import parse_equation, parse_relation, parse_tree
from lossproof.notation.tree import (
    Binary,
    Call,
    Cases,
    Comparison,
    Constant,
    Derivative,
    Indexed,
    Indicator,
    Junction,
    Name,
    Negative,
    Number,
    Reduction,
    Truth,
)

x, y, z, m, M = map(Name, ("x", "y", "z", "m", "M"))
ZERO, ONE, TWO = (Number(Fraction(n)) for n in (0, 1, 2))

TREES = {
    "3": Number(Fraction(3)),
    "0.5": Number(Fraction(1, 2), "0.5"),
    ".5": Number(Fraction(1, 2), "0.5"),
    "5.": Number(Fraction(5), "5.0"),
    "1e-9": Number(Fraction(1, 10**9), "1e-9"),
    "2.5E3": Number(Fraction(2500), "2.5E3"),
    "pi": Constant("pi"),
    "π": Constant("pi"),
    "e": Constant("e"),
    "1/2": Binary("/", ONE, TWO),
    "x - y - z": Binary("-", Binary("-", x, y), z),
    "x/y/z": Binary("/", Binary("/", x, y), z),
    "x/y*z": Binary("*", Binary("/", x, y), z),
    "x + y*z": Binary("+", x, Binary("*", y, z)),
    "x^y^z": Binary("^", x, Binary("^", y, z)),
    "x**y": Binary("^", x, y),
    "-x^2": Negative(Binary("^", x, TWO)),
    "(-x)^2": Binary("^", Negative(x), TWO),
    "-x*y": Negative(Binary("*", x, y)),
    "(-x)*y": Binary("*", Negative(x), y),
    "-x + y": Binary("+", Negative(x), y),
    "x*-y": Binary("*", x, Negative(y)),
    "x/-y*z": Binary("*", Binary("/", x, Negative(y)), z),
    "x^-y*z": Binary("*", Binary("^", x, Negative(y)), z),
    "2^-x^y": Binary("^", TWO, Negative(Binary("^", x, y))),
    "x - -y": Binary("-", x, Negative(y)),
    "+x": x,
    "--x": Negative(Negative(x)),
    "((x))": x,
    "p[m]": Indexed("p", (m,)),
    "q[m, m-1]": Indexed("q", (m, Binary("-", m, ONE))),
    "ln(x)": Call("ln", (x,)),
    "gamma*x": Binary("*", Name("gamma"), x),
    "gamma(x)": Call("gamma", (x,)),
    "gamma (x)": Call("gamma", (x,)),
    "log[m]": Indexed("log", (m,)),
    "sum": Name("sum"),
    "E": Name("E"),
    "xlogy(x, y)": Call("xlogy", (x, y)),
    "sum(p[m], m, 0, M-1)": Reduction("sum", Indexed("p", (m,)), "m", ZERO, Binary("-", M, ONE)),
    "prod(x, m, 1, M)": Reduction("prod", x, "m", ONE, M),
    "logsumexp(p[m], m, 1, M)": Reduction("logsumexp", Indexed("p", (m,)), "m", ONE, M),
    "logsumexp(x, y, z, m)": Call("logsumexp", (x, y, z, m)),
    "logsumexp(x, (x), z, m)": Call("logsumexp", (x, x, z, m)),
    "logsumexp(x)": Call("logsumexp", (x,)),
    "logsumexp(x, x, Max(y, z)..m)": Reduction("logsumexp", x, "x", Call("Max", (y, z)), m),
    "sum(p[m], m, 1..M)": Reduction("sum", Indexed("p", (m,)), "m", ONE, M),
    "logsumexp(x, x, z)": Call("logsumexp", (x, x, z)),
    "diff(x*y, x)": Derivative(Binary("*", x, y), x),
    "diff(x, p[m])": Derivative(x, Indexed("p", (m,))),
    "indicator(x > 0)": Indicator(Comparison(">", x, ZERO)),
    "indicator((x + 1) > 0)": Indicator(Comparison(">", Binary("+", x, ONE), ZERO)),
    "indicator(True)": Indicator(Truth()),
    "Piecewise((x, y >= 0), (z, True))": Cases(((x, Comparison(">=", y, ZERO)), (z, Truth()))),
    "indicator(x > 0 and y > 0 or z == 0)": Indicator(
        Junction(
            "or",
            (
                Junction("and", (Comparison(">", x, ZERO), Comparison(">", y, ZERO))),
                Comparison("==", z, ZERO),
            ),
        )
    ),
    "indicator(x > 0 and (y > 0 or (z != 0)))": Indicator(
        Junction(
            "and",
            (
                Comparison(">", x, ZERO),
                Junction("or", (Comparison(">", y, ZERO), Comparison("!=", z, ZERO))),
            ),
        )
    ),
}


@pytest.mark.parametrize("text", TREES)
def test_a_formula_becomes_the_tree_that_it_means(text: str) -> None:
    assert parse_tree(text) == TREES[text]


@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=FUNCTIONS)
def test_every_function_of_the_table_is_read_with_its_arguments(row: object) -> None:
    count = row.least if row.most is not None else 3  # type: ignore[attr-defined]
    name = row.name  # type: ignore[attr-defined]
    arguments = tuple(Name(f"x{i}") for i in range(count))
    assert parse_tree(f"{name}({', '.join(a.name for a in arguments)})") == Call(name, arguments)


def test_the_grammar_has_the_functions_that_the_design_lists() -> None:
    listed = """exp log ln sqrt sigmoid expit logit softplus log1p expm1 xlogy logsumexp sin cos tanh sinh cosh
    atan erf erfc normcdf lognormcdf gamma loggamma digamma trigamma factorial binomial Abs sign Min Max
    Heaviside delta"""
    assert set(listed.split()) <= set(FUNCTIONS)


def test_line_breaks_and_tabs_are_spaces() -> None:
    assert parse_tree("x\n +\t y\r\n") == parse_tree("x + y")


def test_an_equation_has_two_sides_or_one() -> None:
    assert parse_equation("L = x + y") == (Name("L"), Binary("+", x, y))
    assert parse_equation("x + y") == (None, Binary("+", x, y))
    assert parse_equation("diff(z, x) = y") == (Derivative(z, x), y)


@pytest.mark.parametrize("text", ["x <= y", "x == y", "x = y = z", "= x", "x ="])
def test_a_comparison_or_half_an_equation_is_no_equation(text: str) -> None:
    with pytest.raises(RejectedText):
        parse_equation(text)


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "==", "!="])
def test_a_relation_is_one_comparison(operator: str) -> None:
    assert parse_relation(f"x + y {operator} 0") == (Binary("+", x, y), operator, ZERO)


@pytest.mark.parametrize("text", ["x", "x < y < z", "x = y", "< x", "True"])
def test_anything_else_is_no_relation(text: str) -> None:
    with pytest.raises(RejectedText):
        parse_relation(text)


def test_a_bound_index_may_shadow_a_name_and_be_used_again() -> None:
    tree = parse_tree("sum(sum(p[m], m, 0, 2)*m, m, 0, m1) + m")
    assert isinstance(tree, Binary)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("indicator(0 < x < 1)", "indicator(0 < x and x < 1)"),
        ("Piecewise((x, 1 >= x > y >= 0), (0, True))", "Piecewise((x, 1 >= x and x > y and y >= 0), (0, True))"),
        ("log(x, 2)", "log(x)/log(2)"),
        ("sum(a[j], j, 1, N, j != i)", "sum(Piecewise((a[j], j != i), (0, True)), j, 1, N)"),
        ("prod(a[j], j, 1, N, j != i and j > 2)", "prod(Piecewise((a[j], j != i and j > 2), (1, True)), j, 1, N)"),
    ],
)
def test_a_shorter_way_to_write_it_is_read_as_the_longer(written: str, read: str) -> None:
    assert parse_tree(written) == parse_tree(read)
