"""A wrong claim in a chapter falls, with a counterexample that is one by another arithmetic than the balls'."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest

from lossproof.chapters import load
from lossproof.notation import parse_tree
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tree import (
    Binary,
    Call,
    Cases,
    Comparison,
    Derivative,
    Indexed,
    Name,
    Negative,
    Node,
    Number,
    Reduction,
    Truth,
)
from lossproof.referee.steps.answers import answer
from lossproof.referee.steps.obligations import Kind, Obligation, obligations
from lossproof.referee.verdict import Status, Witness
from lossproof.words.codes import Duty

FOLDER = Path(__file__).resolve().parents[2] / "derivations"

PLANTED = {
    "coin": [
        ("likelihood", "(1 - p)^(n - k)", "(1 + p)^(n - k)"),
        ("log_likelihood", "+ (n - k)", "- (n - k)"),
        ("slope", "k/p - (n - k)", "k/p + (n - k)"),
        ("no_hit", "(1 - p)", "(1 + p)"),
        ("below_one_again", "< 1", "> 1"),
        ("best", "k/n", "n/k"),
        ("curvature", "p^2 + (n", "p^2 - (n"),
        ("bends_down", "< 0", "> 0"),
    ],
    "logistic_regression": [
        ("miss", "1 - yp", "1 + yp"),
        ("one_try", "yp^yt * (1 - yp)^(1 - yt)", "yp^(1 - yt) * (1 - yp)^yt"),
        ("five_samples", "P[4]", "P[3]"),
        ("likelihood", "P[m], m)", "P[m], m, 1, M)"),
        ("log_likelihood", "sum(log(P[m])", "sum(P[m]"),
        ("average_loss", "-(1/M)", "(1/M)"),
        ("average_loss", "(1/M) * ", ""),
        ("one_log", "yt*log(yp) + (1 - yt)*log(1 - yp)", "(1 - yt)*log(yp) + yt*log(1 - yp)"),
        ("loss", "(1 - yt[m])*", "yt[m]*"),
        ("loss", "yp[m]), m)", "yp[m]), m, 0, M)"),
        ("ce", "yt*log(yp) + (1 - yt)*log(1 - yp)", "yp*log(yt) + (1 - yp)*log(1 - yt)"),
        ("ce", "-(", "("),
        ("slope_in_yp", "(yp - yt)/", "(yt - yp)/"),
        ("slope_in_yp", "yp*(1 - yt) - yt", "yp*(1 - yt) + yt"),
        ("sigmoid_slope", "(1 - yp)", "(yp - 1)"),
        ("slope_in_u", "yp - yt", "(yp - yt)*yp*(1 - yp)"),
        ("slope_in_w1", "x1*", "x2*"),
        ("ce_in_u", "softplus(u)", "softplus(-u)"),
        ("slope", "- yt", "- yt*u"),
        ("curvature", "= expit", "= 1.0005*expit"),
    ],
}
OVER_SUMS = [
    ("gradient_w0", "mean(", "sum("),
    ("gradient_w1", "yp[m] - yt[m]", "yt[m] - yp[m]"),
    ("gradient", "x[m, i]", "x[i, m]"),
    ("hessian", "x[m, j]", "x[m, i]"),
    ("convexity", "^2", ""),
    ("convexity", ">= 0", "<= 0"),
    ("hessian_as_arrays", "delta(m, k)*", ""),
]
OF_HINGES = [
    ("right", "= 1", "= 1/2"),
    ("slope_of_the_hinge", "a > 0", "a < 0"),
    ("lines_below", "c*t", "2*c*t"),
    ("subgradient", "(c - a)", "(c + a)"),
    ("two_hinges", "- Max", "+ Max"),
    ("slope_in_a2", "a2[n, g] > 0", "a2[n, g] < 0"),
    ("slope_in_a1", "indicator(a1[n, f] > 0)*", ""),
    ("gradient_w2", "z1[m, f]", "a1[m, f]"),
    ("gradient_w1", "mean(", "sum("),
    ("dead", "-s[m] > 0", "s[m] > 0"),
    ("half", "a^2/2", "a^2"),
]


@pytest.mark.parametrize(
    ("chapter", "step", "right", "wrong"),
    [(chapter, *planted) for chapter, rows in PLANTED.items() for planted in rows],
)
def test_a_planted_error_falls_with_a_counterexample_that_is_one(
    chapter: str, step: str, right: str, wrong: str, tmp_path: Path
) -> None:
    asked = obligations_with(chapter, step, right, wrong, tmp_path)
    fallen = [(each, verdict) for each in asked if (verdict := answer(each)).status is Status.REFUTED]
    assert fallen
    for obligation, verdict in fallen:
        assert verdict.witness is not None
        assert is_counterexample(obligation, verdict.witness), (obligation.label, verdict.witness)


@pytest.mark.parametrize(
    ("chapter", "step", "right", "wrong"),
    [*(("logistic_regression", *each) for each in OVER_SUMS), *(("relu_network", *each) for each in OF_HINGES)],
)
def test_a_planted_error_over_sums_is_refuted(chapter: str, step: str, right: str, wrong: str, tmp_path: Path) -> None:
    asked = obligations_with(chapter, step, right, wrong, tmp_path)
    assert Status.REFUTED in {answer(each).status for each in asked}


def obligations_with(chapter: str, step: str, right: str, wrong: str, folder: Path) -> tuple[Obligation, ...]:
    """What has to hold for ``step`` in a copy of the chapter with ``wrong`` in the place of ``right`` in its claim."""
    text = (FOLDER / f"{chapter}.py").read_text()
    end = text.index(f"\ndef {step}(")
    start = text.index("claim=", text.rindex("\n@", 0, end))
    written = re.compile(r'claim=\(?(\s*"[^"]*")+').match(text, start)
    assert written
    claim, end = written[0], written.end()
    assert claim.count(right) == 1, claim
    script = folder / f"{chapter}.py"
    script.write_text(text[:start] + claim.replace(right, wrong) + text[end:])
    derivation = load(script)
    of = derivation.step(step).of
    return obligations(derivation.step(step), derivation.step(of) if of else None)


def is_counterexample(obligation: Obligation, witness: Witness) -> bool:
    """Whether the two sides differ (or stand the wrong way round) at the witness, by another arithmetic."""
    with mpmath.workdps(60):
        left, right = (evaluate(side, witness.entries) for side in (obligation.lhs, obligation.rhs))
        if obligation.kind in ("at least", "more than"):
            return bool(left < right)
        return bool(abs(left - right) > mpmath.mpf(10) ** -30)


def evaluate(node: Node, point: dict[str, Any]) -> Any:
    """A tree in mpmath at 60 digits: small, and without a line in common with the balls."""
    return EVALUATE[type(node)](node, point)


def _number(text: Any) -> Any:
    fraction = Fraction(str(text))
    return mpmath.mpf(fraction.numerator) / fraction.denominator


def _element(node: Indexed, point: dict[str, Any]) -> Any:
    values = point[node.name if isinstance(point[node.name], list) else f"{node.name}[]"]
    firsts = point.get(f"first index of {node.name}", "0")
    firsts = firsts if isinstance(firsts, list) else [firsts] * len(node.indices)
    for index, first in zip(node.indices, firsts, strict=True):
        values = values[int(evaluate(index, point)) - int(first)]
    return _number(values)


def _reduction(node: Reduction, point: dict[str, Any]) -> Any:
    low, high = (int(evaluate(end, point)) for end in (node.low, node.high))
    terms = [evaluate(node.body, {**point, node.index: str(i)}) for i in range(low, high + 1)]
    return mpmath.fsum(terms) if node.kind == "sum" else mpmath.fprod(terms)


def _derivative(node: Derivative, point: dict[str, Any]) -> Any:
    name = node.variable.name

    def along(value: Any) -> Any:
        return evaluate(node.body, {**point, name: _Exact(value)})

    return mpmath.diff(along, _name(Name(name), point))


class _Exact(str):
    """An mpmath number in a point, which otherwise holds text."""

    value: Any

    def __new__(cls, value: Any) -> _Exact:
        made = super().__new__(cls, "")
        made.value = value
        return made


def _name(node: Name, point: dict[str, Any]) -> Any:
    found = point[node.name]
    return found.value if isinstance(found, _Exact) else _number(found)


def _cases(node: Cases, point: dict[str, Any]) -> Any:
    for value, condition in node.pieces:
        if isinstance(condition, Truth):
            return evaluate(value, point)
        assert isinstance(condition, Comparison)
        assert condition.operator == "=="
        if evaluate(condition.left, point) == evaluate(condition.right, point):
            return evaluate(value, point)
    raise AssertionError("no case holds")


def _power(base: Any, exponent: Any) -> Any:
    return base ** (int(exponent) if exponent == int(exponent) else exponent)


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": _power,
}
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "log": mpmath.log,
    "expit": lambda u: 1 / (1 + mpmath.exp(-u)),
    "sigmoid": lambda u: 1 / (1 + mpmath.exp(-u)),
    "softplus": lambda u: mpmath.log1p(mpmath.exp(u)),
}
EVALUATE: dict[type[Node], Callable[..., Any]] = {
    Number: lambda node, point: _number(node.value),
    Name: _name,
    Indexed: _element,
    Negative: lambda node, point: -evaluate(node.operand, point),
    Binary: lambda node, point: OPERATORS[node.operator](evaluate(node.left, point), evaluate(node.right, point)),
    Call: lambda node, point: FUNCTIONS[node.function](*(evaluate(each, point) for each in node.arguments)),
    Reduction: _reduction,
    Derivative: _derivative,
    Cases: _cases,
}


def test_the_witness_test_itself_can_fail() -> None:
    """A point at which both sides agree is no counterexample."""
    obligation = Obligation(Duty.INEQUALITY(), Kind.EQUAL, parse_tree("x^2"), parse_tree("x"), Assumptions())
    assert not is_counterexample(obligation, Witness({"x": "1"}, "1", "1", "0"))
    assert is_counterexample(obligation, Witness({"x": "1/2"}, "0.25", "0.5", "0.25"))
