"""Claims of several lines, ranges said once, and what a line is of the one above it."""

from __future__ import annotations

import pytest
import sympy as sp

from lossproof import Derivation
from lossproof.derivation import Relation, Step
from lossproof.errors import DerivationError
from lossproof.moves import average_over, differentiate, together
from lossproof.notation import parse_tree, to_text
from lossproof.referee.steps.examine import check
from lossproof.referee.steps.report import StepVerdict
from lossproof.referee.verdict import Status

WHERE = "0 <= yt <= 1; 0 < yp < 1; 0 < p < 1; n integer >= 2; k integer; 0 < k < n; M integer >= 1"
RIGHT = "diff(ce, yp) = -yt/yp + (1-yt)/(1-yp) = (yp*(1-yt) - yt*(1-yp))/(yp*(1-yp)) = (yp - yt)/(yp*(1-yp))"
WORDS = "term by term; one denominator; what stands twice cancels"


def chapter() -> Derivation:
    found = Derivation("chains", where=WHERE, indices="m in 0..M-1; k2 in 1..n")
    found.record("ce", None, claim="ce = -(yt*log(yp) + (1-yt)*log(1-yp))", relation=Relation.DEFINITION)
    found.record("heads", None, claim="ll = k*log(p) + (n-k)*log(1-p)", relation=Relation.GIVEN)
    return found


def slope(claim: str, **options: str) -> tuple[Step, StepVerdict]:
    found = chapter()
    yp = found.symbols("yp")
    derived = together(differentiate(found.expression("-(yt*log(yp) + (1-yt)*log(1-yp))"), yp))
    step = found.record("slope", derived, uses=["ce"], claim=claim, **options)
    return step, check(found, use_cache=False).verdicts["slope"]


def judged(claim: str, result: sp.Expr | None = None, of: str = "heads", **options: object) -> StepVerdict:
    found = chapter()
    found.record("last", result, uses=[of], claim=claim, **options)
    return check(found, use_cache=False).verdicts["last"]


def test_every_line_of_a_chain_is_judged_and_every_one_has_wrong_versions() -> None:
    step, found = slope(RIGHT, because=WORDS)
    assert [to_text(line) for line in step.between] == [
        "-yt/yp + (1 - yt)/(1 - yp)",
        "(yp*(1 - yt) - yt*(1 - yp))/(yp*(1 - yp))",
    ]
    assert step.because == ("term by term", "one denominator", "what stands twice cancels")
    assert found.verdict.status is Status.PROVED
    assert len(found.parts) == 5  # the result, three links, and the derivative of the line above
    assert found.mutants.survived == ()
    assert found.mutants.refuted > slope(RIGHT.split(" = ")[0] + " = " + RIGHT.split(" = ")[-1])[1].mutants.refuted


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("-yt/yp + (1-yt)/(1-yp)", "-yt/yp - (1-yt)/(1-yp)"), ("(yp*(1-yt) - yt*(1-yp))", "(yp*(1-yt) + yt*(1-yp))")],
)
def test_a_wrong_line_between_falls_though_the_end_is_right(right: str, wrong: str) -> None:
    _, found = slope(RIGHT.replace(right, wrong))
    assert found.verdict.status is Status.REFUTED
    assert [part.verdict.status for part in found.parts].count(Status.REFUTED) >= 2


def test_words_for_another_number_of_lines_are_refused() -> None:
    with pytest.raises(DerivationError, match=r"because= for 2 lines, and its claim has 3"):
        slope(RIGHT, because="one; two")


def test_a_derivative_on_the_left_says_whose_it_is() -> None:
    step, _ = slope("diff(ce, yp) = (yp - yt)/(yp*(1-yp))")
    assert (step.relation, step.of) == (Relation.DERIVATIVE, "ce")


def test_a_special_case_puts_values_in() -> None:
    right = judged("2*log(p) + log(1-p)", relation=Relation.SPECIAL, values="n = 3; k = 2", of="heads")
    wrong = judged("2*log(p) + 2*log(1-p)", relation=Relation.SPECIAL, values="n = 3; k = 2", of="heads")
    assert (right.verdict.status, wrong.verdict.status) == (Status.PROVED, Status.REFUTED)
    with pytest.raises(DerivationError, match="say what is put in"):
        judged("2*log(p)", relation=Relation.SPECIAL)


def test_an_optimum_has_slope_0_and_no_other_place_is_as_good() -> None:
    right = judged("p_best = k/n", relation=Relation.OPTIMUM, variable="p")
    wrong = judged("p_best = (k+1)/(n+1)", relation=Relation.OPTIMUM, variable="p")
    assert (right.verdict.status, wrong.verdict.status) == (Status.PROVED, Status.REFUTED)
    assert len(right.parts) == 6  # inside 0 < p < 1, slope, zero there, curvature, one way
    with pytest.raises(DerivationError, match="in which quantity"):
        judged("p_best = k/n", relation=Relation.OPTIMUM)


def test_a_place_of_slope_0_that_bends_both_ways_is_no_optimum() -> None:
    found = Derivation("saddle", where="x real")
    found.record("cubic", None, claim="f = x^3", relation=Relation.GIVEN)
    found.record("best", None, uses=["cubic"], claim="x_best = 0", relation=Relation.OPTIMUM, variable="x")
    assert check(found, use_cache=False).verdicts["best"].verdict.status is Status.REFUTED


def test_a_zero_is_put_in() -> None:
    found = Derivation("zero", where="a > 0")
    found.record("line", None, claim="f = a*x - 3", relation=Relation.GIVEN)
    found.record("root", None, uses=["line"], claim="x_0 = 3/a", relation=Relation.ZERO, variable="x")
    found.record("wrong", None, uses=["line"], claim="x_1 = a/3", relation=Relation.ZERO, variable="x")
    verdicts = check(found, use_cache=False).verdicts
    assert verdicts["root"].verdict.status is Status.PROVED
    assert verdicts["wrong"].verdict.status is Status.REFUTED


def test_a_range_is_said_once() -> None:
    found = chapter()
    x = found.data("x")
    m, low, high = found.over("m")
    assert (low, to_text(parse_tree(str(high)))) == (0, "M - 1")
    step = found.record("mean", average_over(x[m], m, high + 1), claim="x_mean = mean(x[m], m)")
    assert to_text(step.claim) == "1/M*sum(x[m], m, 0, M - 1)"
    assert check(found, use_cache=False).verdicts["mean"].verdict.status is Status.PROVED
    with pytest.raises(DerivationError, match="no range of 'j'"):
        found.over("j")


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("mean(x[m], m, 1, K)", "1/K*sum(x[m], m, 1, K)"),
        ("mean(x[m], m, 0, M-1)", "1/M*sum(x[m], m, 0, M - 1)"),
        ("mean(x[m], m, 2, N)", "1/(N - 2 + 1)*sum(x[m], m, 2, N)"),
    ],
)
def test_a_mean_is_a_sum_over_the_number_of_its_terms(short: str, long: str) -> None:
    assert parse_tree(short) == parse_tree(long)


OUTSIDE = [
    ("x > 3", "f = (x-2)^2", "x_best = 2", {"relation": Relation.OPTIMUM, "variable": "x"}),
    ("0 < x < 1", "f = (x-2)^2", "x_best = 2", {"relation": Relation.OPTIMUM, "variable": "x"}),
    ("x > 0; a real", "f = (x-a)^2", "x_best = a", {"relation": Relation.OPTIMUM, "variable": "x"}),
    ("x > 3", "f = x^2-4", "x_0 = 2", {"relation": Relation.ZERO, "variable": "x"}),
    ("x > 0; a > 0", "f = x^2-a", "x_0 = -sqrt(a)", {"relation": Relation.ZERO, "variable": "x"}),
    ("n integer; n > 3; x > 0", "f = x^n", "x^2", {"relation": Relation.SPECIAL, "values": "n = 2"}),
    ("n integer >= 1; x > 0", "f = x^n", "sqrt(x)", {"relation": Relation.SPECIAL, "values": "n = 1/2"}),
    ("y in {0, 1}", "f = y^2", "4", {"relation": Relation.SPECIAL, "values": "y = 2"}),
]


@pytest.mark.parametrize(("where", "given", "claim", "options"), OUTSIDE)
def test_a_value_outside_of_the_clauses_is_refuted(
    where: str, given: str, claim: str, options: dict[str, object]
) -> None:
    found = Derivation("outside", where=where)
    found.record("line", None, claim=given, relation=Relation.GIVEN)
    found.record("there", None, uses=["line"], of="line", claim=claim, **options)
    assert check(found, use_cache=False).verdicts["there"].verdict.status is Status.REFUTED


def test_a_value_inside_of_the_clauses_is_proved() -> None:
    found = Derivation("inside", where="x > 0; a > 0; y in {0, 1}; n integer >= 1")
    found.record("square", None, claim="f = x^2 - a", relation=Relation.GIVEN)
    found.record("power", None, claim="g = (x + y)^n", relation=Relation.GIVEN)
    found.record("root", None, of="square", claim="x_0 = sqrt(a)", relation=Relation.ZERO, variable="x")
    found.record("case", None, of="power", claim="(x + 1)^2", relation=Relation.SPECIAL, values="n = 2; y = 1")
    verdicts = check(found, use_cache=False).verdicts
    assert {verdicts[name].verdict.status for name in ("root", "case")} == {Status.PROVED}
