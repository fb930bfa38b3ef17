"""Symbols carry what follows from their clause, and nothing is evaluated on the way into SymPy."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest
import sympy
from sympy import Rational

from lossproof.errors import CallerError, RejectedText
from lossproof.notation import (
    Scope,
    from_sympy,
    parse,
    parse_assumptions,
    parse_tree,
    to_sympy,
    to_text,
)
from lossproof.notation import functions as named
from lossproof.notation.tree import Name

FACTS = {
    "x real": {"real": True, "positive": None, "integer": None, "zero": None},
    "x > 0": {"positive": True},
    "x >= 0": {"nonnegative": True, "positive": None},
    "x >= 1": {"positive": True, "integer": None},
    "x > -1": {"nonnegative": None, "real": True},
    "x < 0": {"negative": True},
    "x <= 0": {"nonpositive": True, "negative": None},
    "x <= -1/2": {"negative": True},
    "x != 0": {"nonzero": True, "positive": None},
    "x >= 0; x != 0": {"positive": True},
    "x != 1": {"zero": None},
    "0 < x < 1": {"positive": True, "integer": None},
    "0 <= x <= n": {"nonnegative": True, "positive": None},
    "x <= n": {"real": True, "nonpositive": None},
    "x integer": {"integer": True, "positive": None},
    "x integer >= 1": {"integer": True, "positive": True},
    "x in {0, 1}": {"integer": True, "nonnegative": True, "positive": None, "zero": None},
    "x in {1, 2}": {"integer": True, "positive": True},
    "x in {-1, 1}": {"integer": True, "nonzero": True, "positive": None},
    "x in {1/2, 1}": {"integer": None, "positive": True},
    "x in {0}": {"zero": True},
    "x in 1..K": {"integer": True, "positive": True},
    "x in 0..M-1": {"integer": True, "nonnegative": True},
    "x in a..b": {"integer": True, "nonnegative": None},
    "(x, y) one-hot": {"integer": True, "nonnegative": True, "positive": None},
    "(x, y) simplex": {"positive": True, "integer": None},
}


@pytest.mark.parametrize("where", FACTS)
def test_a_symbol_has_the_assumptions_that_follow_from_its_clause(where: str) -> None:
    symbol = Scope(parse_assumptions(where)).symbol("x")
    for fact, expected in FACTS[where].items():
        assert getattr(symbol, f"is_{fact}") is expected, fact
    assert symbol.is_real


@pytest.mark.parametrize("where", [where for where in FACTS if not where.startswith("(")])
def test_elements_of_data_have_the_same_assumptions(where: str) -> None:
    scope = Scope(parse_assumptions(where.replace("x", "x[m]")))
    for fact, expected in FACTS[where].items():
        assert getattr(scope.data("x")[scope.index("m")], f"is_{fact}") is expected, fact


def test_groups_over_a_range_say_nothing_of_elements_beyond_it() -> None:
    scope = Scope(parse_assumptions("p simplex over 1..K; t one-hot over 1..K; t[m] >= 0"))
    assert scope.data("p")[0].is_positive is None
    assert scope.data("p")[0].is_real
    assert scope.data("t")[0].is_integer is None
    assert scope.data("t")[0].is_nonnegative
    assert scope.symbol("p").is_positive is None


def test_one_name_means_one_symbol() -> None:
    first, second = (Scope(parse_assumptions("x > 0")) for _ in range(2))
    assert first.symbol("x") == second.symbol("x")
    assert first.data("x") == second.data("x")
    assert first.index("m") == second.index("m")


def test_the_scalar_yt_is_not_in_the_data_yt() -> None:
    scope = Scope()
    yt, element = scope.symbol("yt"), scope.data("yt")[scope.index("m")]
    assert (yt * element).subs(yt, 3) == 3 * element
    assert not element.has(yt)


@pytest.mark.parametrize("name", ["e", "pi", "_x", "print", "lambda", "a b"])
def test_scripts_are_held_to_the_same_names(name: str) -> None:
    # With an index, pi[k] and e[m] are data, and no constants.
    of_data = [] if name in {"e", "pi"} else [Scope().data]
    for build in (Scope().symbol, Scope().index, *of_data):
        with pytest.raises(RejectedText):
            build(name)


def test_data_may_have_the_name_of_a_constant() -> None:
    formula = to_sympy(parse_tree("pi[k]*pi + e[m]*e"), Scope())
    assert formula.has(sympy.pi, sympy.E)
    assert len(formula.atoms(sympy.Indexed)) == 2
    assert to_text(from_sympy(formula)) in {"pi*pi[k] + e*e[m]", "e*e[m] + pi*pi[k]"}


UNEVALUATED = [
    "x + x",
    "x - x",
    "x*x",
    "x/x",
    "0*x",
    "1*x + 0",
    "x^0",
    "x^1",
    "1^x",
    "0^0",
    "1/0",
    "log(exp(x))",
    "exp(log(x))",
    "log(1)",
    "exp(0)",
    "sqrt(x^2)",
    "(x^2)^(1/2)",
    "(x*y)^2",
    "x^2*x^3",
    "-(a + b)",
    "2*(a + b)",
    "sin(pi)",
    "Abs(-x)",
    "sign(2*x)",
    "Max(x, x + 1)",
    "Max(1, 2)",
    "Heaviside(2)",
    "factorial(3)",
    "binomial(5, 2)",
    "gamma(5)",
    "loggamma(3)",
    "digamma(1)",
    "trigamma(1)",
    "erf(0)",
    "atan(1)",
    "expit(0)",
    "xlogy(0, 0)",
    "sum(1, m, 1, 3)",
    "sum(x, m, 0, M - 1)",
    "prod(x, m, 1, 2)",
    "diff(x^2, x)",
    "diff(a*w[k], w[k])",
    "Piecewise((x, y > 0), (x, True))",
    "indicator(x + 1 > x)",
]


SETTLED = {"sum(x, m, 0, M - 1)", "Max(x, x + 1)", "sqrt(x^2)", "expit(0)", "xlogy(0, 0)"}
"""Nothing that SymPy would evaluate by itself."""


@pytest.mark.parametrize("text", UNEVALUATED)
def test_nothing_is_evaluated_on_the_way_into_sympy(text: str) -> None:
    expression = to_sympy(parse_tree(text), Scope())
    assert expression != expression.doit() or text in SETTLED


def test_terms_and_factors_keep_the_order_written() -> None:
    scope = Scope()
    b, a = scope.symbol("b"), scope.symbol("a")
    assert to_sympy(parse_tree("b + a - 3"), scope).args == (b, a, sympy.Integer(-3))
    assert to_sympy(parse_tree("b*a/2"), scope).args == (b, a, Rational(1, 2))


def test_literals_are_exact() -> None:
    assert parse("0.1") == Rational(1, 10)
    assert parse("1/3") == Rational(1, 3)
    assert parse("1e-400") == Rational(1, 10**400)
    assert to_sympy(parse_tree("-2"), Scope()) is sympy.Integer(-2)
    assert to_sympy(parse_tree("x^(1/2)"), Scope()).exp is sympy.S.Half


def test_values_at_zero_are_those_of_the_grammar() -> None:
    assert to_sympy(parse_tree("Heaviside(x)"), Scope()).subs(Scope().symbol("x"), 0) == Rational(1, 2)
    assert to_sympy(parse_tree("sign(0)"), Scope()).doit() == 0


def test_an_empty_range_is_an_empty_sum_where_sympy_would_count_backwards() -> None:
    i = sympy.Symbol("i", integer=True)
    assert sympy.Sum(i, (i, 5, 1)).doit() == -9
    assert parse("sum(i, i, 5, 1)") == 0
    assert parse("prod(i, i, 5, 1)") == 1


def test_e_is_the_exponential_function() -> None:
    x = Scope().symbol("x")
    assert to_sympy(parse_tree("e^x"), Scope()) == sympy.exp(x)
    assert parse("e") == sympy.E


def test_an_index_that_is_bound_twice_gets_two_names() -> None:
    expression = to_sympy(parse_tree("sum(x[m] + sum(y[m], m, 1, 3), m, 1, 2)"), Scope())
    names = {limits[0].name for node in expression.atoms(sympy.Sum) for limits in node.limits}
    assert names == {"m", "m1"}


def test_many_cases_do_not_multiply() -> None:
    """SymPy's own constructors expand 2^40 cases for each of these."""
    indicators = " + ".join(f"indicator(x[i] > {k})" for k in range(40))
    for text in (f"sum({indicators}, i, 1, K)", f"indicator({indicators} > 3)"):
        assert to_sympy(parse_tree(text), Scope()).count_ops() < 500


def test_the_deepest_formulas_are_translated_and_printed() -> None:
    depth = 49
    texts = [
        "sin(" * depth + "x" + ")" * depth,
        "-" * 99 + "x",
        "x" + "^x" * 99,
        "x" + " - x" * 99,
        "x" + "/x" * 99,
        "1/(1 + x" * 25 + ")" * 25,
        "sum(" * 48 + "x[i]" + ", i, 0, n)" * 48,
        "diff(" * depth + "x^9" + ", x)" * depth,
        "Max(" * depth + "x" + ", y)" * depth,
        "indicator(" * 20 + "x" + " > 0)" * 20,
    ]
    for text in texts:
        expression = to_sympy(parse_tree(text), Scope())
        assert str(expression)
        assert sympy.latex(expression)
        assert to_text(from_sympy(expression))


def test_parse_puts_definitions_in_and_takes_text_trees_and_expressions() -> None:
    where = "mu = exp(eta); y integer >= 0"
    expected = parse("exp(eta) - y*eta", where)
    assert parse("mu - y*eta", where) == expected
    assert parse(parse_tree("mu - y*eta"), where) == expected
    mu, y, eta = sympy.symbols("mu y eta")
    assert (parse(mu - y * eta, where) - expected).expand() == 0
    assert parse(y, where).is_integer


@pytest.mark.parametrize("value", [None, 3.5, ["x"], b"x"])
def test_parse_takes_nothing_else(value: object) -> None:
    with pytest.raises(CallerError, match="text or a SymPy expression"):
        parse(value)  # type: ignore[arg-type]


x, y, z, n = sympy.symbols("x y z n")
m = sympy.Symbol("m", integer=True)
p = sympy.IndexedBase("p")
WRITTEN = {
    "n - x": n - x,
    "-x - y": -x - y,
    "x/2": x / 2,
    "3*x/2": 3 * x / 2,
    "-(x + y)/2": sympy.Mul(Rational(-1, 2), x + y, evaluate=False),
    "1/x": 1 / x,
    "x/(y*z)": x / (y * z),
    "1/x^2": x**-2,
    "sqrt(x)": sympy.sqrt(x),
    "1/sqrt(x)": 1 / sympy.sqrt(x),
    "x^(2/3)": x ** Rational(2, 3),
    "x^(-y)": x**-y,
    "exp(-x)": sympy.exp(-x),
    "e": sympy.E,
    "pi/4": sympy.pi / 4,
    "-7/3": Rational(-7, 3),
    "1/2": sympy.Float(0.5),
    "sum(p[m], m, 0, n - 1)": sympy.Sum(p[m], (m, 0, n - 1)),
    "sum(sum(x*p[m], m, 0, n), x, 1, 2)": sympy.Sum(p[m] * x, (m, 0, n), (x, 1, 2)),
    "prod(p[m], m, 1, n)": sympy.Product(p[m], (m, 1, n)),
    "diff(diff(x*y, x), x)": sympy.Derivative(x * y, (x, 2)),
    "Piecewise((x, x > 0), (y, True))": sympy.Piecewise((x, x > 0), (y, True)),
    "indicator(y <= 1 and x > 0)": sympy.Piecewise((1, (x > 0) & (y <= 1)), (0, True)),
    "delta(m, n)": sympy.KroneckerDelta(m, n),
    "Max(x, y)": sympy.Max(x, y),
    "Abs(x)": sympy.Abs(x),
    "Heaviside(x)": sympy.Heaviside(x),
    "digamma(x)": sympy.digamma(x),
    "trigamma(x)": sympy.trigamma(x),
    "loggamma(x)": sympy.loggamma(x),
    "erfc(x)": sympy.erfc(x),
    "softplus(x)": named.softplus(x),
    "logsumexp(x, y)": named.logsumexp(x, y),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_result_of_sympy_is_written_as_one_would(text: str) -> None:
    assert to_text(from_sympy(WRITTEN[text])) == text


@pytest.mark.parametrize(
    "expression",
    [
        sympy.oo,
        sympy.nan,
        sympy.zoo,
        sympy.I,
        sympy.LambertW(x),
        sympy.Function("f")(x),
        sympy.Integral(x, x),
        sympy.Piecewise((x, x > 0)),
        sympy.Heaviside(x, 0),
        sympy.polygamma(2, x),
        sympy.Symbol("\\input{/etc/passwd}"),
        sympy.Symbol("lambda"),
        sympy.Float("inf"),
        sympy.Limit(x, x, 0),
        sympy.Piecewise((x, sympy.Contains(x, sympy.Interval(0, 1))), (0, True)),
    ],
    ids=str,
)
def test_what_the_grammar_has_no_word_for_is_refused_by_name(expression: sympy.Expr) -> None:
    with pytest.raises(CallerError):
        from_sympy(expression)


def test_text_is_never_handed_to_sympy() -> None:
    with pytest.raises((CallerError, sympy.SympifyError)):
        from_sympy("__import__('os')")  # type: ignore[arg-type]


def test_reading_and_printing_need_no_sympy() -> None:
    code = (
        "import sys; from lossproof.notation import parse_tree, to_latex, parse_assumptions;"
        "to_latex(parse_tree('sum(x[m], m, 0, M-1)')); parse_assumptions('0 < x < 1');"
        "sys.exit('sympy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_names_bound_by_index_are_whole_numbers_in_sympy() -> None:
    expression = parse("sum(x[m], m, 0, M - 1)/M + y[k]")
    assert all(symbol.is_integer for symbol in expression.free_symbols if symbol.name in {"M", "k"})
    assert parse_tree("k") == Name("k")
    assert Fraction(1, 2) == Fraction(parse("1/2").p, parse("1/2").q)
