"""The chapters stand, say what the book says, and fall with a true counterexample when a claim is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest

from lossproof.chapters import Derivation, load
from lossproof.derivation import Relation, script
from lossproof.derivation.dependence import depends
from lossproof.derivation.source import title_of
from lossproof.derivation.step import UNCHECKED
from lossproof.notation import parse_equation, parse_tree, to_text
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
from lossproof.referee.steps.examine import check
from lossproof.referee.steps.obligations import Kind, Obligation, obligations
from lossproof.referee.steps.report import Report
from lossproof.referee.verdict import Status, Witness
from lossproof.words.codes import Duty

FOLDER = Path(__file__).resolve().parents[2] / "derivations"
CHAPTERS = tuple(sorted(path.stem for path in FOLDER.glob("*.py")))


@pytest.fixture(scope="module", params=CHAPTERS)
def judged(request: pytest.FixtureRequest) -> tuple[Derivation, Report]:
    derivation = load(FOLDER / f"{request.param}.py")
    return derivation, check(derivation)  # what is kept is found by the question and the text of the referee


def test_every_derived_step_is_proved_and_only_assumptions_and_names_are_given(
    judged: tuple[Derivation, Report],
) -> None:
    derivation, report = judged
    for step in derivation.steps:
        stated = step.relation in (Relation.GIVEN, Relation.DEFINITION)
        expected = Status.GIVEN if stated else Status.PROVED
        assert report.verdicts[step.name].verdict.status is expected, (step.name, report.verdicts[step.name])
        assert stated or step.claim is not None


def test_every_mutant_is_refuted(judged: tuple[Derivation, Report]) -> None:
    derivation, report = judged
    assert report.ok
    assert report.mutants.survived == ()
    assert report.mutants.tried == report.mutants.refuted + report.mutants.dropped
    for step in derivation.steps:
        count = report.verdicts[step.name].mutants
        assert count.note or count.refuted >= 5


def test_every_step_says_why(judged: tuple[Derivation, Report]) -> None:
    derivation, _ = judged
    for step in derivation.steps:
        assert len(step.reason) > 30, step.name
        assert step.title[0].isupper()
        assert step.title != title_of(step.name), f"{step.name}: a title made of the function's name"
        assert not step.title.endswith(".")
        assert not step.source or step.source.startswith("@"), step.name  # none where chapters share the line


def test_no_step_is_left_alone(judged: tuple[Derivation, Report]) -> None:
    """Every step but the starting points uses another; the graph has no loose end but the last lines."""
    derivation, _ = judged
    used = {name for uses in derivation.graph.values() for name in uses}
    loose = [step.name for step in derivation.steps if not step.uses and step.name not in used]
    assert loose == []


MISSION = {
    "coin": {
        "S2": "Lk = p^k * (1 - p)^(n - k)",
        "S2, the maximum": "p_best = k/n",
    },
    "sigmoid": {
        "odds": "odds = yp/(1 - yp)",
        "sigmoid": "sigma = 1/(1 + exp(-u))",
        "its slope": "diff(sigma, u) = sigma*(1 - sigma)",
    },
    "linear_regression": {
        "the half": "se = (yp - yt)^2/2",
        "loss": "L = (1/M) * sum((yp[m] - yt[m])^2/2, m, 0, M-1)",
        "gradient": "diff(L, w[i]) = (1/M) * sum(x[m, i]*(yp[m] - yt[m]), m, 0, M-1)",
    },
    "entropy": {
        "entropy": "H = -sum(p[k]*log(p[k]), k, 1, K)",
        "cross entropy": "CE = -sum(p[k]*log(q[k]), k, 1, K)",
        "Kullback-Leibler": "CE - H = sum(p[k]*log(p[k]/q[k]), k, 1, K)",
        "the best": "yp_best = yt",
    },
    "priors": {
        "ridge": "L = (1/M) * sum((yp[m] - yt[m])^2/2, m, 0, M-1) + lam/2*sum(w[k]^2, k, 0, N)",
    },
    "relu_network": {
        "the kink": "diff(z, a) = indicator(a > 0)",
        "the errors": "e2[m, h] = indicator(a2[m, h] > 0)*sum(e3[m, k]*w3[k, h], k, 0, K-1)",
        "the first layer": "diff(L, w1[f, d]) = (1/M)*sum(e1[m, f]*x[m, d], m, 0, M-1)",
    },
    "logistic_regression": {
        "S1": "P_hit = yp",
        "S1, the other class": "P_miss = 1 - yp",
        "S2, one flower": "P = yp^yt * (1 - yp)^(1 - yt)",
        "S3, five samples": "Lk_5 = P[0]*P[1]*P[2]*P[3]*P[4]",
        "S3": "Lk = prod(P[m], m, 0, M-1)",
        "S4": "log(Lk) = sum(log(P[m]), m, 0, M-1)",
        "S5": "L = -(1/M) * sum(log(P[m]), m, 0, M-1)",
        "S6": "log(P) = yt*log(yp) + (1 - yt)*log(1 - yp)",
        "S7": "L = -(1/M) * sum(yt[m]*log(yp[m]) + (1 - yt[m])*log(1 - yp[m]), m, 0, M-1)",
        "S8": "ce = -(yt*log(yp) + (1 - yt)*log(1 - yp))",
        "S9": "diff(ce, yp) = (yp - yt)/(yp*(1 - yp))",
        "sigmoid": "yp = sigmoid(u)",
        "predictor": "u = w0 + w1*x1 + w2*x2",
        "sigmoid's derivative": "diff(yp, u) = yp*(1 - yp)",
        "chain rule": "diff(ce, u) = yp - yt",
        "gradient, w0": "diff(L, w0) = (1/M) * sum(yp[m] - yt[m], m, 0, M-1)",
        "gradient, w1": "diff(L, w1) = (1/M) * sum(x1[m]*(yp[m] - yt[m]), m, 0, M-1)",
        "gradient, w2": "diff(L, w2) = (1/M) * sum(x2[m]*(yp[m] - yt[m]), m, 0, M-1)",
        "any number": "diff(L, w[i]) = (1/M) * sum(x[m, i]*(yp[m] - yt[m]), m, 0, M-1)",
        "overflow-free": "ce = softplus(u) - yt*u",
        "its slope": "diff(ce, u) = expit(u) - yt",
        "its curvature": "diff(diff(ce, u), u) = expit(u)*expit(-u)",
    },
}


def test_the_main_line_of_the_book_is_in_its_order() -> None:
    main = [(step.left, step.claim) for step in load(FOLDER / "logistic_regression.py").main_line]
    rows = [parse_equation(text) for row, text in MISSION["logistic_regression"].items() if row.startswith("S")]
    assert [line for line in main if line in rows] == rows


def test_no_step_ignores_all_its_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each function that derives something gives another result where one of its arguments is another."""
    derive, idle = script.run, []
    left_out = UNCHECKED | {
        Relation.ZERO,
        Relation.OPTIMUM,
    }  # stretched and lifted, a line has its optimum where it had it

    def looked_at(function: Any, used: Any, letters: Any, place: str) -> Any:
        arguments, result = derive(function, used, letters, place)
        if result is not None and arguments and not depends(function, arguments, result):
            idle.append(place)
        return arguments, result

    monkeypatch.setattr(script, "run", looked_at)
    for chapter in CHAPTERS:
        derivation = load(FOLDER / f"{chapter}.py")
        left = [step.name for step in derivation.steps if step.relation in left_out]
        others = {f"step `{name}` of derivation `{derivation.name}`" for name in left}
        idle = [each for each in idle if each not in others]
    assert sorted(idle) == []


@pytest.mark.parametrize(("chapter", "row"), [(chapter, row) for chapter, rows in MISSION.items() for row in rows])
def test_the_rows_of_the_book_are_there(chapter: str, row: str) -> None:
    wanted = parse_equation(MISSION[chapter][row])
    found = [(step.left, step.claim) for step in load(FOLDER / f"{chapter}.py").steps]
    assert wanted in found, [to_text(claim) for _, claim in found if claim is not None]


def test_softmax_regression_is_as_short_as_the_board() -> None:
    assert len((FOLDER / "softmax_regression.py").read_text(encoding="utf-8").splitlines()) < 120


def test_five_samples_come_before_the_general_likelihood() -> None:
    names = list(load(FOLDER / "logistic_regression.py").graph)
    assert names.index("five_samples") < names.index("likelihood")


def test_the_published_loss_is_overflow_free_as_it_stands() -> None:
    loss = load(FOLDER / "logistic_regression.py").loss
    assert str(loss.slope) == "-yt + expit(u)"
    assert str(loss.curvature) == "expit(-u)*expit(u)"
    assert "exp(" not in f"{loss.value} {loss.slope} {loss.curvature}"


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
