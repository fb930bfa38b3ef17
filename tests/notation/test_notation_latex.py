"""Formulas look as a textbook sets them, and no name can inject LaTeX."""

from __future__ import annotations

import pytest

from lossproof.notation import parse_tree, to_latex
from lossproof.notation.tree import Indexed, Name, Number

YT, YP = r"\mathit{yt}", r"\mathit{yp}"

PRINTED = {
    "x": "x",
    "yt": YT,
    "w0": "w_{0}",
    "w_0": "w_{0}",
    "theta": r"\theta",
    "theta1": r"\theta_{1}",
    "sigma_x": r"\sigma_{x}",
    "x_max": r"x_{\mathrm{max}}",
    "yp1": rf"{YP}_{{1}}",
    "lambda_": r"\lambda",
    "x_": r"x\_",
    "β": r"{\beta}",
    "Ω": r"{\Omega}",
    "Α": r"{\mathrm{A}}",
    "αx": r"\mathit{{\alpha}x}",
    "pi": r"\pi",
    "e": "e",
    "p[m]": "p_{m}",
    "yp[m]": rf"{YP}_{{m}}",
    "x1[m-1]": "x_{1;m - 1}",
    "q[i, j]": "q_{i,j}",
    "3": "3",
    "0.5": "0.5",
    "1e-9": "10^{-9}",
    "2.5e3": r"2.5 \cdot 10^{3}",
    "2e3^x": r"(2 \cdot 10^{3})^{x}",
    "a + b - c": "a + b - c",
    "a - (b - c)": "a - (b - c)",
    "a - (-b)": "a - (-b)",
    "-a + b": "-a + b",
    "-(a + b)": "-(a + b)",
    "2*x": "2 x",
    "2*3": r"2 \cdot 3",
    "x*2": r"x \cdot 2",
    "a*(b + c)": "a (b + c)",
    "(-a)*b": "(-a) b",
    "a*(b*c)": "a (b c)",
    "yt*yp": rf"{YT} \, {YP}",
    "yt*log(yp)": rf"{YT} \log({YP})",
    "yp*(1 - yp)": rf"{YP} \, (1 - {YP})",
    "a/b": r"\frac{a}{b}",
    "-a/b": r"-\frac{a}{b}",
    "(-a)/b": r"\frac{-a}{b}",
    "a*b/c": r"\frac{a b}{c}",
    "a/b*c": r"\frac{a}{b} c",
    "(yp - yt)/(yp*(1 - yp))": rf"\frac{{{YP} - {YT}}}{{{YP} \, (1 - {YP})}}",
    "x^2": "x^{2}",
    "x^(1/2)": "x^{1/2}",
    "x^(a/(b*c))": "x^{a/(b c)}",
    "x^((a/b)*c)": "x^{(a/b) c}",
    "(a + b)^2": "(a + b)^{2}",
    "(a/b)^2": r"\left(\frac{a}{b}\right)^{2}",
    "-x^2": "-x^{2}",
    "x^y^z": "x^{y^{z}}",
    "(x^y)^z": "(x^{y})^{z}",
    "0.5^n": "(0.5)^{n}",
    "log(x)^2": r"\bigl(\log(x)\bigr)^{2}",
    "x*(a - log(b))": r"x \bigl(a - \log(b)\bigr)",
    "2^(x*(a - (b + c)))": "2^{x (a - (b + c))}",
    "tanh(u)*(1 - u)": r"\tanh(u) \, (1 - u)",
    "indicator(a/b > 0)": r"\mathbf{1}\left[\frac{a}{b} > 0\right]",
    "log(a/b)": r"\log\left(\frac{a}{b}\right)",
    "ln(x)": r"\ln(x)",
    "exp(-z)": "e^{-z}",
    "exp(-z/2)": "e^{-z/2}",
    "exp(sum(x[i], i, 1, n))": r"\exp\left(\sum_{i=1}^{n} x_{i}\right)",
    "e^x": "e^{x}",
    "sqrt(2*pi)": r"\sqrt{2 \pi}",
    "Abs(x)": r"\left|x\right|",
    "factorial(n)": "n!",
    "factorial(n - k)": "(n - k)!",
    "binomial(n, k)": r"\binom{n}{k}",
    "delta(i, j)": r"\delta_{i,j}",
    "gamma(x) + loggamma(y)": r"\Gamma(x) + \log\Gamma(y)",
    "digamma(x) + trigamma(x)": r"\psi(x) + \psi_{1}(x)",
    "normcdf(u)*lognormcdf(u)": r"\Phi(u) \log\Phi(u)",
    "Max(a, b) - Min(a, b)": r"\max(a, b) - \min(a, b)",
    "softplus(u)": r"\operatorname{softplus}(u)",
    "sum(p[m], m, 0, M - 1)": r"\sum_{m=0}^{M - 1} p_{m}",
    "sum(a + b, m, 1, M)": r"\sum_{m=1}^{M} (a + b)",
    "sum(-a, m, 1, M)": r"\sum_{m=1}^{M} (-a)",
    "sum(a, m, 1, M)*b": r"\left(\sum_{m=1}^{M} a\right) b",
    "b*sum(a, m, 1, M)": r"b \sum_{m=1}^{M} a",
    "sum(a, m, 1, M)^2": r"\left(\sum_{m=1}^{M} a\right)^{2}",
    "-(1/M)*sum(p[m], m, 1, M)": r"-\frac{1}{M} \sum_{m=1}^{M} p_{m}",
    "prod(p[m], m, 1, M)": r"\prod_{m=1}^{M} p_{m}",
    "logsumexp(u[l], l, 1, K)": r"\operatorname*{logsumexp}_{l=1}^{K} (u_{l})",
    "diff(ce, yp)": rf"\frac{{\partial \mathit{{ce}}}}{{\partial {YP}}}",
    "diff(a*x, x)": r"\frac{\partial}{\partial x} a x",
    "diff(a + x, x)": r"\frac{\partial}{\partial x} (a + x)",
    "diff(diff(f, x), x)": r"\frac{\partial^{2} f}{\partial x^{2}}",
    "diff(diff(f, x), y)": r"\frac{\partial^{2} f}{\partial y\,\partial x}",
    "diff(L, w[k])": r"\frac{\partial L}{\partial w_{k}}",
    "diff(L, w)*c": r"\left(\frac{\partial L}{\partial w}\right) c",
    "Piecewise((a, x > 0), (b, True))": r"\begin{cases} a & \text{if } x > 0 \\ b & \text{otherwise} \end{cases}",
    "indicator(x >= 0 and (y != 1 or z == 2))": r"\mathbf{1}[x \ge 0 \land (y \ne 1 \lor z = 2)]",
}


@pytest.mark.parametrize("text", PRINTED)
def test_a_formula_is_set_as_in_a_textbook(text: str) -> None:
    assert to_latex(parse_tree(text)) == PRINTED[text]


def test_changed_nodes_are_marked_where_they_stand() -> None:
    tree = parse_tree("a + b*c - d/b")
    marked = to_latex(tree, changed=frozenset({parse_tree("b*c"), parse_tree("a + b*c"), parse_tree("b")}))
    b = r"\htmlClass{chg}{b}"
    assert marked == rf"\htmlClass{{chg}}{{a + \htmlClass{{chg}}{{{b} c}}}} - \frac{{d}}{{{b}}}"
    assert to_latex(tree, changed=frozenset({tree})).startswith(r"\htmlClass{chg}{a + b c")


def test_a_marked_derivative_keeps_its_mark_inside_another() -> None:
    inner = parse_tree("diff(f, x)")
    assert r"\htmlClass{chg}{\frac{\partial f}{\partial x}}" in to_latex(
        parse_tree("diff(diff(f, x), x)"), changed=frozenset({inner})
    )


@pytest.mark.parametrize(
    "name", [r"\input{/etc/passwd}", "x}^{2", "a%b", "a&b", "$x$", r"\href{javascript:alert(1)}{x}", "x y", "名", "<b>"]
)
def test_no_name_can_inject_latex(name: str) -> None:
    for latex in (to_latex(Name(name)), to_latex(Indexed(name, (Name(name),)))):
        assert not set("%&$<>/:") & set(latex)
        assert latex.count("{") == latex.count("}")
        assert r"\input" not in latex
        assert r"\href" not in latex


def test_computed_numbers_are_written_in_their_shortest_form() -> None:
    from fractions import Fraction

    assert to_latex(Number(Fraction(-3, 4))) == r"-\frac{3}{4}"
    assert to_latex(Number(Fraction(7))) == "7"


@pytest.mark.parametrize(("column", "table"), [("x1[m]", "x[1, m]"), ("x_i[m]", "x[i, m]"), ("w12[k]", "w[12, k]")])
def test_a_number_in_a_name_is_no_index(column: str, table: str) -> None:
    assert to_latex(parse_tree(column)) != to_latex(parse_tree(table))
