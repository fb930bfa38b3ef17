"""LaTeX is read to the tree that was meant: what the printer writes, and what people write."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lossproof
from lossproof.chapters.scripts import chapters, load_all
from lossproof.errors import RejectedText
from lossproof.notation import data_names, parse_assumptions, parse_tree, to_latex, to_text
from lossproof.notation.tex import latex_where, parse_latex, parse_latex_equation, parse_latex_pair
from lossproof.notation.tree import (
    Binary,
    Call,
    Cases,
    Comparison,
    Derivative,
    Indexed,
    Indicator,
    Name,
    Negative,
    Node,
    Number,
    Reduction,
    Truth,
)

READ = {
    # Names: accents, fonts and subscripts of several letters belong to them.
    r"\hat y_{true}": "yhat_true",
    r"\mathbf{w} + \boldsymbol{v}": "w + v",
    r"\mathrm{loss} \cdot \text{lr}": "loss*lr",
    r"\sigma_p^2": "sigma_p^2",
    r"h_\theta": "h_theta",
    r"\lambda\beta": "lambda_*beta",
    r"x1 + w_0": "x1 + w0",
    r"E_{(w, b)}": "E_w_b",
    r"a^{[1]} a^{[2]}": "a1*a2",
    r"batch\_size": "batch_size",
    "ŷ - y": "yhat - y",
    # Indices: below, above in parentheses, both, bare above where a sum runs over the letter.
    r"x_j^{(i)}": "x[i, j]",
    r"x_{ij} + y_{i-1}": "x[i, j] + y[i - 1]",
    r"\sum_{i=1}^m y^i \mathbf{x}^i_j": "sum(y[i]*x[i, j], i, 1, m)",
    r"\sum_{k=0}^n k \lambda^k": "sum(k*lambda_^k, k, 0, n)",
    r"\hat{y_i}^{y_i}": "yhat[i]^y[i]",
    r"\sum_j (y_j - a^L_j)^2": "sum((y[j] - aL[j])^2, j, 1, n)",
    # Products, quotients, powers.
    r"2yt^2": "2*y*t^2",
    r"a \cdot b \times c * d · e": "a*b*c*d*e",
    r"\frac12 r^2 \over 2": "1/2*r^2/2",
    r"{n \choose k} \binom{n}{k}": "binomial(n, k)*binomial(n, k)",
    r"x!": "factorial(x)",
    r"e^-x": "exp(-x)",
    r"\text{exp}^{-\beta}": "exp(-beta)",
    "x²": "x^2",
    r"\sqrt[3]{x}": "x^(1/3)",
    r"a \cdot -1": "a*(-1)",
    # Functions as commands, as letters, with and without parentheses.
    r"\log xy": "log(x*y)",
    r"\log x^2 - 1": "log(x^2) - 1",
    r"y\log\hat y(1-y)": "y*log(yhat)*(1 - y)",
    r"y_ilogp_i": "y[i]*log(p[i])",
    r"n\ln\theta": "n*ln(theta)",
    r"\log{2\pi}": "log(2*pi)",
    r"\log\frac{p}{1-p}": "log(p/(1 - p))",
    r"\tanh^2(s_i)": "tanh(s[i])^2",
    r"\log_2 x": "log(x)/log(2)",
    r"\log \prod_{i=1}^n x_i": "log(prod(x[i], i, 1, n))",
    r"\max(0, 1 - m)": "Max(0, 1 - m)",
    r"\sigma(-x)": "expit(-x)",
    r"\Gamma(a)\psi(a)": "gamma(a)*digamma(a)",
    # Sums reach over products, and over terms that hold their index.
    r"\sum_{i=1}^N y_i \ln p_i + (1-y_i) \ln (1-p_i)": "sum(y[i]*ln(p[i]) + (1 - y[i])*ln(1 - p[i]), i, 1, N)",
    r"\sum_{i=1}^n x_i - n\mu": "sum(x[i], i, 1, n) - n*mu",
    r"\sum_{i=1}^n x_i - \sum_{i=1}^n y_i": "sum(x[i], i, 1, n) - sum(y[i], i, 1, n)",
    r"\frac1n\sum x_i": "1/n*sum(x[i], i, 1, n)",
    r"\sum_i^m x_i": "sum(x[i], i, 1, m)",
    r"\sum_{k \ne i} y_k": "sum(y[k], k, 1, K) - y[i]",
    r"∑_{k=1}^{3} x_k": "sum(x[k], k, 1, 3)",
    r"x_1 + x_2 + \cdots + x_n": "sum(x[l], l, 1, n)",
    r"P^{(0)} \cdot P^{(1)} \cdots P^{(M-1)}": "prod(P[l], l, 0, M - 1)",
    # Powers that can only be powers.
    r"\sin^2 x + \sin(x)^{-1}": "sin(x)^2 + sin(x)^(-1)",
    r"\frac{1}{\sigma^2} + \sigma^2(x + 1)": "1/sigma^2 + sigma^2*(x + 1)",
    # Inner products and norms.
    r"\mathbf{w}^T\mathbf{x}_i + b": "sum(w[l]*x[i, l], l, 1, d) + b",
    # Derivatives.
    r"\frac{d}{dx}(1 + e^{-x})": "diff(1 + exp(-x), x)",
    r"\frac{\partial L}{\partial w_j}": "diff(L, w[j])",
    r"\frac{\partial ce}{\partial yp}": "diff(ce, yp)",
    r"\frac{\mathrm{d}^2 f}{\mathrm{d}x^2}": "diff(diff(f, x), x)",
    r"\frac{\delta P}{\delta y}": "diff(P, y)",
    r"∂L / ∂b": "diff(L, b)",
    r"d/dx log(1+e^x)": "diff(log(1 + exp(x)), x)",
    r"\frac{\partial \ell}{\partial \sigma^2}": "diff(ell, sigma)/(2*sigma)",
    # Brackets, cases, indicators, decoration.
    r"\left\{ a + [b - (c + d)] \right\}": "a + (b - (c + d))",
    r"{1 + a}^2": "(1 + a)^2",
    r"|r| + \left|s\right|": "Abs(r) + Abs(s)",
    r"\begin{cases} r & r \ge 0 \\ -r & \text{otherwise} \end{cases}": "Piecewise((r, r >= 0), (-r, True))",
    r"\mathbb{1}(y = k)": "indicator(y == k)",
    r"p_i(\delta_{ij} - p_j)": "p[i]*(delta(i, j) - p[j])",
    r"\color{red}{a} + \boxed{b} + \underbrace{c}_{why}": "a + b + c",
    r"（1-y）log（1-p）": "(1 - y)*log(1 - p)",
    r"p &lt; 1".replace("&lt; 1", "+ 1"): "p + 1",
    r"\newcommand{\yh}{\hat{y}} \yh - y": "yhat - y",
    r"\newcommand{\f}[1]{x_{#1}} \f{2}^2": "x2^2",
    r"\hat\beta^{\,ridge} - e^{wxabc}": "betahat_ridge - exp(w*x*a*b*c)",
    r"\left\{\begin{matrix} x & i = j \\ 0 & i \ne j\end{matrix}\right.": "Piecewise((x, i == j), (0, True))",
    r"\def\p{\left(1+a\right)} \p^2": "(1 + a)^2",
}


@pytest.mark.parametrize("latex", READ)
def test_what_people_write_is_read_as_meant(latex: str) -> None:
    assert parse_latex(latex) == parse_tree(READ[latex])


def test_two_sides_share_their_conventions() -> None:
    left, right = parse_latex_pair((r"\log\prod_i p_i^{y^i}", r"\sum_i y^i \log p^i"))
    assert to_text(left) == "log(prod(p[i]^y[i], i, 1, n))"
    assert to_text(right) == "sum(y[i]*log(p[i]), i, 1, n)"


def test_a_claim_in_latex_is_judged() -> None:
    ce = r"-y\log p-(1-y)\log(1-p)"
    right = lossproof.equal(rf"\frac{{d}}{{dp}}\bigl({ce}\bigr)", r"\frac{p-y}{p(1-p)}", r"0<p<1; y \in \{0,1\}")
    wrong = lossproof.equal(rf"\frac{{d}}{{dp}}\bigl({ce}\bigr)", r"\frac{y-p}{p(1-p)}", r"0<p<1; y \in \{0,1\}")
    assert (right.status, wrong.status) == ("proved", "refuted")
    assert str(lossproof.parse(r"\frac{x}{2}")) == "x*(1/2)"


def test_a_prime_at_a_function_is_its_derivative() -> None:
    assert lossproof.equal(r"\sin'(x)", r"\cos x").status == "proved"
    assert lossproof.equal(r"\tanh''(z)", r"-2\tanh(z)(1 - \tanh(z)^2)").status == "proved"
    assert lossproof.equal(r"\tanh'(z)", r"1 + \tanh(z)^2").status == "refuted"
    with pytest.raises(RejectedText, match="is not known here"):
        lossproof.equal(r"\sin'(2x)", r"\cos(2x)")


def test_a_claim_of_a_script_may_be_latex() -> None:
    left, right = parse_latex_equation(r"$\frac{\partial ce}{\partial yp} = yp - 2yt + yt$")
    assert left is not None
    assert (to_text(left), to_text(right)) == ("diff(ce, yp)", "yp - 2*yt + yt")


WHERE = {
    r"y \in \{0,1\}": "y in {0, 1}",
    r"y_i \in \{-1, 1\}": "y[i] in {-1, 1}",
    r"0 < p < 1": "0 < p < 1",
    r"\sigma > 0; n integer >= 1": "sigma > 0; n integer >= 1",
    r"\sigma_1, \sigma_2 > 0": "sigma1 > 0; sigma2 > 0",
    r"k \in \{1, \dots, K\}": "k in 1..K",
    r"k \in \{0, 1, 2, \dots\}": "k integer >= 0",
    r"k = 1, 2, \dots": "k integer >= 1",
    r"k \in \{\dots, -1, 0, 1, \dots\}": "k integer",
    r"i = 1, \dots, n": "i in 1..n",
    r"p \in (0, 1)": "0 < p < 1",
    r"x \in \mathbb{R}": "x real",
    r"n \in \mathbb{N}": "n integer >= 0",
}


@pytest.mark.parametrize("where", WHERE)
def test_assumptions_in_latex(where: str) -> None:
    assert parse_assumptions(where if "\\" in where else latex_where(where)) == parse_assumptions(WHERE[where])


REFUSED = {
    r"\frac{x": "not closed",
    r"x + )": "closes nothing",
    r"(x + 1]": "another kind",
    r"\foo x": "\\foo",
    r"f(x) + 1": "'f' is not known",
    r"\int_0^1 x": "integral",
    r"1 + \sin^{-1} x": r"write \arcsin(x) or 1/\sin(x)",
    r"\cos^{-1}(x)": r"write \arccos(x) or 1/\cos(x)",
    r"\tan ^ { -1 } x": r"write \arctan(x) or 1/\tan(x)",
    r"\tanh^{-1} x": r"write \operatorname{artanh}(x) or 1/\tanh(x)",
    r"\exp^{-1}(x)": r"write \log(x) or 1/\exp(x)",
    r"\Phi^{-1}(p)": r"under a name of its own, or 1/\Phi(x)",
    r"\sigma^{-1}(x)": r"write \operatorname{logit}(x) or 1/\sigma(x)",
    r"\sigma^2(x)": r"write \sigma(x)^2 or \sigma^2 \cdot (x)",
    r"\mathbb{E}[X]": "expectation",
    r"\arg\max_w L": "maximum",
    r"\begin{pmatrix} 1 & 2 \end{pmatrix}": "Matrices",
    r"A \odot b": "beyond",
    r"\sum_{i<j} x_i": "condition",
    r"x = y": "not understood",
    r"\log": "missing",
    r"x_{i": "not closed",
    r"\nabla L": "gradient",
    r"\def\f#1/{x} \f 2/": "parameters",
    r"x $ y": "'$'",
    r"3^{3^{99999}}": "digits",
    r"\mathbf{w}^T": "beyond",
    r"\sum_{k=1}^{\infty} x_k": "infinity",
}


@pytest.mark.parametrize("latex", REFUSED)
def test_what_is_not_understood_is_refused_with_a_caret(latex: str) -> None:
    with pytest.raises(RejectedText) as caught:
        parse_latex(latex)
    assert REFUSED[latex].lower() in caught.value.sentence.lower()
    assert caught.value.position is not None
    assert 0 <= caught.value.position <= len(latex)


def test_the_caret_stands_under_the_place() -> None:
    with pytest.raises(RejectedText) as caught:
        parse_latex(r"x + \foo")
    assert caught.value.position == len("x + ")


BOMBS = [
    "{" * 3000,
    "(" * 3000 + "x" + ")" * 3000,
    r"\frac{" * 500,
    r"\sqrt" * 2000 + "x",
    "x^" * 2000 + "x",
    "x" + "_{a" * 500 + "}" * 500,
    r"\def\a{xx}" + "".join(rf"\def\{chr(98 + n)}{{\{chr(97 + n)}\{chr(97 + n)}}}" for n in range(20)) + r"\u",
    r"\def\a{\a\a}\a",
    r"\newcommand{\x}{\x}\x",
    "+".join(["x"] * 3000),
    r"\sum_i " * 500 + "x",
    r"\left(" * 500,
    "|" * 3000,
    r"\begin{cases}" * 300,
    "9" * 5000,
    "9^{9^{9}}",
    r"\hat" * 1500 + "x",
    r"\begin{aligned}" * 200 + "x",
    "'" * 3000,
    "x" + "'" * 2000,
    r"\log " * 1000 + "x",
    r"\text{" + "a" * 5000 + "}",
    "a_1 + a_2 + \\cdots " * 200,
    r"\int x dx \write18{rm -rf /} \input{/etc/passwd}",
    "__import__('os').system('true')",
]


@pytest.mark.parametrize("latex", BOMBS, ids=lambda latex: latex[:20])
def test_hostile_latex_is_refused_or_small(latex: str) -> None:
    found = outcome(latex)
    assert found.sentence.endswith((".", "?")) if isinstance(found, RejectedText) else parse_tree(to_text(found))


def outcome(latex: str) -> Node | RejectedText:
    """The tree or the refusal; nothing else may come out of the reader."""
    try:
        return parse_latex(latex)
    except RejectedText as error:
        return error


PIECES = r"""
\frac{ } { ( ) [ ] \left( \right) \{ \} x y_i ^ _ ^{(i)} \sum_i \log \hat \mathbf \text{a} + - = & \\ \begin{cases}
\end{cases} \partial d/dx 1 . , | \| \cdots \over \def\a \newcommand \sqrt[ \color \nabla ' ! \int \top e^ $ % # ~
"""


def test_no_rubbish_gets_out_of_the_reader_but_as_a_refusal() -> None:
    pieces, chance = [*PIECES.split(), "\\", "漢", "∑", "²"], random.Random(7)
    for _ in range(1500):
        text = " ".join(chance.choice(pieces) for _ in range(chance.randrange(1, 25)))
        found = outcome(text)
        assert not isinstance(found, RejectedText) or 0 <= (found.position or 0) <= len(text)


def test_every_formula_of_the_chapters_is_read_back() -> None:
    derivations, errors = load_all(list(chapters().values()))
    assert not errors
    formulas = [node for d in derivations for step in d.steps for node in (step.left, step.claim) if node is not None]
    assert len(formulas) > 300
    # A name with a number or an index behind a line is printed as Lk5 and Lk[n] are, a factor sigma as the function.
    alike = re.compile(r"_(\d|n)\b|\bsigma\*\(")
    told_apart = [node for node in formulas if not alike.search(to_text(node))]
    assert len(told_apart) > len(formulas) - 15
    for node in told_apart:
        assert parse_latex(to_latex(node), data_names(node)) == node, to_text(node)


class Grower:
    """Random trees in the spelling that a print has only once: ``e^x`` and ``1e-3`` print as others do."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def pick(self, *choices: object) -> object:
        return choices[self.draw(st.integers(0, len(choices) - 1))]

    def tree(self, depth: int) -> Node:
        if depth == 0 or self.draw(st.integers(0, 4)) == 0:
            leaves = (Number(1), Number(2), Name("x"), Name("yt"), Name("w0"), Name("lambda_"))
            return self.pick(*leaves, Indexed("p", (Name("i"),)), Indexed("q", (Name("i"), Name("j"))))
        return self.pick(self.arithmetic, self.power, self.call, self.sum, self.derivative, self.cases)(depth - 1)

    def arithmetic(self, depth: int) -> Node:
        if self.draw(st.integers(0, 3)) == 0:
            return Negative(self.tree(depth))
        return Binary(self.pick("+", "-", "*", "/"), self.tree(depth), self.tree(depth))

    def power(self, depth: int) -> Node:
        return Binary("^", self.tree(depth), self.tree(depth))

    def call(self, depth: int) -> Node:
        names = ("log", "ln", "exp", "sqrt", "tanh", "expit", "gamma", "normcdf", "Abs", "factorial", "Heaviside")
        return Call(self.pick(*names), (self.tree(depth),))

    def sum(self, depth: int) -> Node:
        kind = self.pick("sum", "prod")
        return Reduction(kind, self.tree(depth), self.pick("i", "j"), Number(1), self.pick(Name("M"), Number(3)))

    def derivative(self, depth: int) -> Node:
        return Derivative(self.tree(depth), self.pick(Name("x"), Indexed("p", (Name("k"),))))

    def cases(self, depth: int) -> Node:
        condition = Comparison(self.pick("<", "<=", "==", "!="), self.tree(depth), self.tree(depth))
        if self.draw(st.booleans()):
            return Indicator(condition)
        return Cases(((self.tree(depth), condition), (self.tree(depth), Truth())))


@st.composite
def formulas(draw: st.DrawFn) -> Node:
    return Grower(draw).tree(4)


@given(formulas())
@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
def test_what_the_printer_writes_is_read_back_to_the_same_tree(node: Node) -> None:
    try:
        parse_tree(to_text(node))
    except RejectedText:
        return  # beyond the bounds of every reader
    assert parse_latex(to_latex(node), {"p", "q"}) == node, to_latex(node)


def test_the_sides_of_other_peoples_claims_are_read_back(reference_data: Path) -> None:
    lines = (reference_data / "claims_given.jsonl").read_text(encoding="utf-8").splitlines()
    for claim in map(json.loads, lines):
        for side in ("lhs", "rhs"):
            node = parse_tree(claim[side])
            printed = to_latex(node)
            assert to_latex(parse_latex(printed, data_names(node))) == printed, claim["id"]
