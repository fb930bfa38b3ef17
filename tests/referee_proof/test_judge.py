"""One claim judged: both halves are needed, and neither covers for the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy as sp

from lossproof.errors import CallerError, InternalError, RejectedText
from lossproof.notation import Scope, complete_assumptions, from_sympy, parse_assumptions, parse_tree, to_text
from lossproof.notation.functions import xlogy
from lossproof.referee import equal, judge
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.facts.facts import Facts
from lossproof.referee.facts.work import OutOfWork
from lossproof.referee.field import named
from lossproof.referee.field.exp_log import exponential, logarithm
from lossproof.referee.field.normal import Normaliser
from lossproof.referee.field.record import Application
from lossproof.referee.field.rules import RULES
from lossproof.referee.judge import difference, unchecked_rules
from lossproof.referee.prove import Proof, prove_zero
from lossproof.referee.prove.rule_text import rules_of, spot_check, spot_checks
from lossproof.referee.steps import relations
from lossproof.referee.verdict import Status
from lossproof.words.codes import Way


def proof_of(lhs: str, rhs: str, where: str) -> Proof | None:
    left, right = parse_tree(lhs), parse_tree(rhs)
    assumptions = complete_assumptions(parse_assumptions(where), left, right)
    scope = Scope(assumptions)
    return prove_zero(difference(left, right, scope), assumptions, scope)


def test_text_trees_and_sympy_are_judged_alike() -> None:
    x = sp.Symbol("x", positive=True)
    verdicts = [
        equal("log(x^2)", "2*log(x)", "x > 0"),
        equal(parse_tree("log(x^2)"), parse_tree("2*log(x)"), "x > 0"),
        equal(sp.log(x**2, evaluate=False), 2 * sp.log(x), "x > 0"),
    ]
    assert [verdict.status for verdict in verdicts] == [Status.PROVED] * 3


def test_text_outside_the_grammar_is_rejected() -> None:
    with pytest.raises(RejectedText):
        equal("__import__('os')", "1")


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("log(x^2)", "2*log(x)", "x real"),
        ("sqrt(x^2)", "x", "x real"),
        ("(x^a)^b", "x^(a*b)", "x != 0; a in {2}; b in {1/2}"),
        ("log(x*y)", "log(x) + log(y)", "x != 0; y != 0"),
        ("sqrt(x*y)", "sqrt(x)*sqrt(y)", "x != 0; y != 0"),
        ("Abs(x)", "x", "x real"),
        ("x^2", "x", "x in {0, 1, 2}"),
        ("t*log(p) + (1 - t)*log(1 - p)", "log(t*p + (1 - t)*(1 - p))", "0 < p < 1; 0 < t < 1"),
        ("1/(1 + exp(-z)) - t", "-(2*t - 1)/(1 + exp((2*t - 1)*z))", "z real; t in {0, 1, 1/2}"),
        ("p1 + p2", "1", "(p1, p2, p3) simplex"),
        ("t1 + t2", "1", "0 <= t1 <= 1; 0 <= t2 <= 1"),
        ("Piecewise((x, x < 0), (x^2, True))", "Min(x, x^2)", "x real"),
        ("sign(x)*Abs(x)", "Abs(x)", "x real"),
        ("exp(log(x^2)/2)", "x", "x != 0"),
        ("1/sqrt(1 - r^2)", "sqrt(-r^2)/((1 - r)*(1 + r))", "-1 < r < 1"),
        ("Piecewise((sqrt(x)^2, x > 0), (Abs(x), True))", "x", "x real"),
    ],
)
def test_a_step_without_the_assumption_it_needs_is_refuted_and_has_no_proof(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.REFUTED
    assert proof_of(lhs, rhs, where) is None


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("log(s^2)/2", "log(Abs(s))", "s real"),
        ("sqrt(x^2)", "Abs(x)", "x real"),
        ("sqrt(x^2)", "-x", "x < 0"),
        ("log((-x)*(-y))", "log(-x) + log(-y)", "x < 0; y < 0"),
        ("(x^2)^(3/2)", "Abs(x)^3", "x real"),
        ("exp(2*log(x))", "x^2", "x > 0"),
        ("x^y*x^(-y)", "1", "x > 0; y real"),
        ("(-1)^2", "1", ""),
        ("sign(0)", "0", ""),
        ("Heaviside(0)", "1/2", ""),
        ("xlogy(0, x)", "0", "x > 0"),
    ],
)
def test_what_sympy_gets_wrong_or_leaves_alone_is_proved(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.PROVED


def test_a_claim_that_is_defined_nowhere_is_undecided_and_says_why() -> None:
    verdict = equal("log(-x)", "log(-x)", "x > 0")
    assert verdict.status is not Status.PROVED
    verdict = equal("y*log(y)", "0", "y in {0}")
    assert verdict.status is Status.UNDECIDED
    assert "log" in verdict.method


def test_a_side_that_is_mostly_undefined_is_named_and_never_proved() -> None:
    verdict = equal("loggamma(y + 1)", "loggamma(2 - y)", "y integer >= 1")
    assert verdict.status is Status.UNDECIDED
    assert "right side has no value" in verdict.method
    kink = equal("diff(Abs(x), x)", "sign(x)", "x real")
    assert kink.status is Status.PROVED
    assert "where both sides are defined" in kink.method


def test_an_identity_beyond_the_rules_is_corroborated_and_never_proved() -> None:
    thirds = "gamma(x)*gamma(x + 1/3)*gamma(x + 2/3)"
    verdict = equal(thirds, "2*pi*3^(1/2 - 3*x)*gamma(3*x)", "x > 0")
    assert verdict.status is Status.CORROBORATED
    assert verdict.evidence.points >= judge.ENOUGH_POINTS


def test_the_verdict_names_its_evidence() -> None:
    verdict = equal("-(yt*log(yp)+(1-yt)*log(1-yp))", "-log(yt*yp+(1-yt)*(1-yp))", "0 < yp < 1; yt in {0, 1}")
    assert verdict.status is Status.PROVED
    assert "yt = 0, 1" in verdict.method
    assert verdict.evidence.points > 0
    assert "yt in {0, 1}" in verdict.evidence.assumptions
    for rule in verdict.evidence.rules:
        assert parse_tree(to_text(rule.before)) == rule.before
        assert parse_tree(to_text(rule.after)) == rule.after


def test_a_wrong_rule_of_logarithms_cannot_prove_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """log(f*g) = log(f) - log(g) planted: what it proves is refuted, and what it spoils is not called proved."""

    def planted(n: Normaliser, expr: sp.Expr) -> object:
        argument = n.ratio(expr.args[0])
        wrong = logarithm(n, argument) + n.table.number(1)
        return n.note("logarithm of a product", lambda: sp.log(argument.to_expr(), evaluate=False), wrong)

    monkeypatch.setitem(RULES, "log", planted)
    assert equal("log(x)", "log(x) + 1", "x > 0").status is Status.REFUTED
    verdict = equal("exp(x)*(log(x) - log(y))", "exp(x)*log(x/y) + exp(x)*log(1)*0", "x > 0; y > 0")
    assert verdict.status is not Status.PROVED
    proof = proof_of("log(x) - log(y)", "log(x) - log(y)", "x > 0; y > 0")
    assert proof is not None
    assert [rule.name for rule in unchecked_rules(proof, spot_checks(proof))]


def test_a_planted_rule_of_the_gamma_family_is_found_by_its_spot_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(named.CALLS, "gamma", lambda n, argument: exponential(n, argument))
    proof = proof_of("factorial(n)*2", "2*factorial(n)", "n integer >= 0")
    assert proof is not None
    assert {rule.name for rule in unchecked_rules(proof, spot_checks(proof))} >= {"definition of a named function"}
    assert equal("factorial(n)*2", "2*factorial(n)", "n integer >= 0").status is Status.CORROBORATED


def test_a_rule_in_a_case_is_checked_in_that_case_only() -> None:
    scope = Scope(assumptions := parse_assumptions("x real"))
    x = scope.symbol("x")
    inside = Facts(assumptions, scope).with_condition(x, ">=")
    right = spot_check(Application("absolute value", sp.Abs(x), x, inside))
    assert to_text(right.before) == "Piecewise((Abs(x), x >= 0), (0, True))"
    fine = Proof((Application("absolute value", sp.Abs(x), x, inside),), "")
    wrong = Proof((Application("absolute value", sp.Abs(x), x, Facts(assumptions, scope)),), "")
    assert not list(unchecked_rules(fine, spot_checks(fine)))
    assert list(unchecked_rules(wrong, spot_checks(wrong)))


def test_a_rule_that_loses_values_or_has_no_words_is_not_confirmed() -> None:
    """xlogy(x, y) = x*log(y) has no value at x = y = 0 any more; an infinity cannot be written at all."""
    assumptions = parse_assumptions("x in {0, 1}; y in {0, 1}")
    facts = Facts(assumptions, scope := Scope(assumptions))
    x, y = scope.symbol("x"), scope.symbol("y")
    narrowing = Application("xlogy", xlogy(x, y), x * sp.log(y), facts)
    widening = Application("xlogy", x * sp.log(y), xlogy(x, y), facts)
    wordless = Application("pole", 1 / x, sp.zoo, facts)
    proof = Proof((narrowing, widening, wordless), "")
    assert [rule.name for rule in unchecked_rules(proof, spot_checks(proof))] == ["xlogy", "pole"]
    assert len(rules_of(spot_checks(Proof((narrowing, wordless), "")))) == 1


def test_a_rule_is_looked_at_once_and_again_where_something_else_is_assumed(monkeypatch: pytest.MonkeyPatch) -> None:
    """|a| = a is confirmed for positive a, and that says nothing of an a that may be negative."""
    asked = []
    monkeypatch.setattr(judge, "agree_or_refute", lambda *a, **n: asked.append(a) or agree_or_refute(*a, **n))
    judge._is_confirmed.cache_clear()

    def confirmed(where: str) -> bool:
        scope = Scope(assumptions := parse_assumptions(where))
        a = scope.symbol("a")
        return judge.is_confirmed(spot_check(Application("absolute value", sp.Abs(a), a, Facts(assumptions, scope))))

    assert [confirmed("a > 0"), confirmed("a > 0"), confirmed("a > 0; b real; j integer")] == [True] * 3
    assert len(asked) == 1
    assert not confirmed("a real")
    assert len(asked) == 2


def test_a_claim_is_judged_once_under_whatever_names_and_again_where_something_else_is_assumed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged: list[object] = []
    monkeypatch.setattr(judge, "prove_zero", lambda *args: judged.append(args) or prove_zero(*args))
    with judge.judged_once():
        first, again = (
            equal("log(a*b)", "log(a) + log(b)", "a > 0; b > 0"),
            equal("log(x*y)", "log(x) + log(y)", "x > 0; y > 0"),
        )
        assert len(judged) == 1
        assert (first.status, first.evidence.points) == (again.status, again.evidence.points)
        assert again.evidence.assumptions == ("x > 0", "y > 0")
        assert equal("log(a*b)", "log(a) + log(b)", "a > 1; b > 0").status is Status.PROVED
        assert len(judged) == 2
    equal("log(a*b)", "log(a) + log(b)", "a > 0; b > 0")
    assert len(judged) == 3


def test_no_agreeing_point_means_no_proof_however_symbolic() -> None:
    """The symbolic half alone is never enough."""
    empty = judge.agree_or_refute(parse_tree("x"), parse_tree("x"), parse_assumptions("x in {0}"), points=0)
    proof = proof_of("x", "x", "x in {0}")
    assert proof is not None
    verdict = judge.combined(empty, judge.Attempt(), parse_assumptions("x in {0}"))
    assert verdict.status is Status.UNDECIDED


def test_trees_from_sympy_survive_the_way_back() -> None:
    x = sp.Symbol("x", real=True)
    assert to_text(from_sympy(sp.exp(-x) / (1 + sp.exp(-x)))) != ""


@pytest.mark.parametrize("formula", [None, [], 3.5, True, object()])
def test_what_is_no_formula_is_refused_by_its_type(formula: object) -> None:
    with pytest.raises(CallerError, match=f"{type(formula).__name__} was given"):
        equal("x", formula)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("atan(x)+atan(1/x)", "pi/2", "x > -1/10^500"),
        ("atan(1-x*exp(-40))+atan(1/(1-x*exp(-40)))", "pi/2", "x real"),
        ("Abs(x)", "x", "x >= erf(100)-1"),
        ("Piecewise((1, atan(1/2)+atan(1/3)-pi/4 > 0), (2, True))", "1", ""),
    ],
)
def test_what_fails_where_no_point_reaches_is_not_proved(lhs: str, rhs: str, where: str) -> None:
    """A slope of zero on a domain in two pieces; a number whose sign no evaluation can tell."""
    assert equal(lhs, rhs, where=where).status in (Status.CORROBORATED, Status.UNDECIDED)


@pytest.mark.parametrize("kind", ["one-hot", "simplex"])
def test_a_group_over_a_range_has_a_member(kind: str) -> None:
    assert equal("sum(t[i], i, 1, K)", "1", where=f"t {kind} over 1..K").status != Status.REFUTED
    assert equal("sum(t[i], i, 1, K)", "2", where=f"t {kind} over 1..K").status == Status.REFUTED


def test_a_clause_on_a_member_of_a_group_holds_at_every_witness() -> None:
    assert equal("Max(x, y)", "x", where="x >= y; (x, y) simplex").status == Status.PROVED


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        (
            "Piecewise((sum(T[m,1], m, 1, M)*sum(T[m,2], m, 1, M), M > 20), (0, True))",
            "0",
            "K integer >= 2; M integer >= 1; T one-hot over 1..K",
        ),
        (
            "Piecewise((log(sum(T[1,k]*a[k], k, 1, K)), x > exp(40)), (0, True))",
            "Piecewise((sum(T[2,k]*log(a[k]), k, 1, K), x > exp(40)), (0, True))",
            "K integer >= 2; T one-hot over 1..K; a[k] > 0",
        ),
    ],
)
def test_two_rows_of_one_hot_data_have_classes_of_their_own(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where=where).status != Status.PROVED


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [("Abs(y)", "y", "0 < x < y"), ("Abs(n)", "n", "0 <= k <= n"), ("Abs(b)", "b", "a > 5; a < b")],
)
def test_a_name_that_the_claim_does_not_use_may_bound_one_that_it_uses(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where=where).status == Status.PROVED


def planted(error: BaseException) -> Callable[..., None]:
    """A step of the proof half that breaks down."""

    def breaks(*arguments: object, **named: object) -> None:
        raise error

    return breaks


@pytest.mark.parametrize("error", [RuntimeError("factorisation failed"), OverflowError(), CallerError("no words")])
@pytest.mark.parametrize("place", ["prove_zero", "unchecked_rules", "difference"])
def test_a_proof_half_that_breaks_down_has_no_proof_and_says_so(
    place: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, place, planted(error))
    verdict = equal("(a + b)^2", "a^2 + 2*a*b + b^2")
    assert verdict.status is Status.CORROBORATED
    assert verdict.evidence.failure.startswith(type(error).__name__)
    assert str(error) in verdict.evidence.failure
    assert verdict.evidence.failure in verdict.method
    assert equal("(a + b)^2", "a^2 + b^2").status is Status.REFUTED
    few = equal("n^2", "n*n", "n in {1, 2}")
    assert few.status is Status.UNDECIDED
    assert few.evidence.failure in few.method


def test_an_inequality_whose_proof_breaks_down_keeps_what_the_points_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relations, "difference", planted(RuntimeError("factorisation failed")))
    square, zero, known = parse_tree("x^2"), parse_tree("0"), parse_assumptions("x real")
    verdict = relations.at_least(square, zero, known)
    assert verdict.status is Status.CORROBORATED
    assert "factorisation failed" in verdict.evidence.failure
    assert relations.at_least(square, zero, known, strict=True).status is not Status.PROVED
    assert relations.at_least(zero, square, known).status is Status.REFUTED


def test_a_search_that_ends_with_its_work_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "prove_zero", planted(OutOfWork()))
    verdict = equal("(x + 1)^2", "x^2 + 2*x + 1")
    assert verdict.status is Status.CORROBORATED
    assert verdict.ways[0] == Way.OUT_OF_WORK()


@pytest.mark.parametrize("error", [MemoryError(), KeyboardInterrupt()])
def test_an_end_of_memory_or_of_patience_is_no_verdict(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "prove_zero", planted(error))
    with pytest.raises((InternalError, KeyboardInterrupt)):
        equal("x", "x + 0")
