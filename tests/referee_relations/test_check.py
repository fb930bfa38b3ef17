"""A whole derivation judged: the weakest obligation decides, weakness travels, nothing is judged twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from lossproof.chapters import Derivation, chapters, load
from lossproof.derivation import Relation
from lossproof.notation import parse_tree, to_text
from lossproof.referee.judge import judge_claim
from lossproof.referee.steps import examine as module
from lossproof.referee.steps.examine import check, check_all
from lossproof.referee.steps.mutants import Mutant
from lossproof.referee.steps.notices import notices
from lossproof.referee.steps.report import MutantCount, Report, StepVerdict
from lossproof.referee.steps.report_text import point_of, table
from lossproof.referee.verdict import Status, Verdict, Witness
from lossproof.words import ENGLISH
from lossproof.words.codes import Mistake, Note, Notice, Said, StepName, Way


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a cache of its own."""
    monkeypatch.setenv("LOSSPROOF_CACHE_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept"


def chain(claim: str = "yp - yt", relation: Relation = Relation.DERIVATIVE) -> Derivation:
    """ce, yp = sigmoid(u), d ce/d u: with a claim that may be wrong."""
    made = Derivation("chain", where="yt in {0, 1}; 0 < yp < 1; u real")
    yt, yp = made.symbols("yt yp")
    loss = -(yt * sp.log(yp) + (1 - yt) * sp.log(1 - yp))
    made.record("ce", loss, claim="ce = -(yt*log(yp) + (1-yt)*log(1-yp))")
    made.record("model", None, relation=Relation.GIVEN, claim="yp = sigmoid(u)")
    made.record("slope", yp - yt, uses=["ce", "model"], relation=relation, claim=f"diff(ce, u) = {claim}")
    return made


def test_a_right_chain_stands_and_all_its_mutants_fall() -> None:
    report = check(chain())
    assert report.ok
    assert [each.verdict.status for each in report.verdicts.values()] == [Status.PROVED, Status.GIVEN, Status.PROVED]
    assert report.mutants.tried == report.mutants.refuted + report.mutants.dropped
    assert report.mutants.tried >= 10


@pytest.mark.parametrize("claim", ["yt - yp", "yp - yt + 1/1000000000", "yp", "(yp - yt)/M", "(1 - yp) - yt"])
def test_a_wrong_claim_falls_with_a_counterexample(claim: str) -> None:
    report = check(chain(claim))
    verdict = report.verdicts["slope"].verdict
    assert not report.ok
    assert verdict.status is Status.REFUTED
    assert verdict.witness is not None
    assert verdict.witness.lhs != verdict.witness.rhs


def test_body_and_claim_wrong_in_the_same_way_are_still_caught_by_the_relation() -> None:
    made = chain()
    yt, yp = made.symbols("yt yp")
    made.record("both", yt - yp, uses=["ce", "model"], relation=Relation.DERIVATIVE, claim="diff(ce, u) = yt - yp")
    parts = check(made).verdicts["both"].parts
    assert [part.verdict.status for part in parts] == [Status.PROVED, Status.REFUTED]


def test_the_weakest_obligation_decides() -> None:
    made = chain("yp - yt")
    made.record("twice", 2 * made.symbols("u"), uses=["slope"], claim="u + u", of="slope")
    verdict = check(made).verdicts["twice"]
    assert verdict.verdict.status is Status.REFUTED
    assert {part.verdict.status for part in verdict.parts} == {Status.PROVED, Status.REFUTED}


def test_a_step_without_a_claim_is_no_tick() -> None:
    made = Derivation("silent", where="x real")
    made.record("line", made.symbols("x"))
    found = check(made).verdicts["line"]
    assert found.verdict.status is Status.GIVEN
    assert "only as good as the move" in found.verdict.method
    assert found.mutants.tried == 0
    assert found.mutants.note


def test_weakness_travels_through_the_graph_and_names_do_not_count() -> None:
    made = chain()
    made.record("name", None, relation=Relation.DEFINITION, claim="z = 2*u")
    made.record("later", 2 * made.symbols("u"), uses=["slope", "name"], claim="z + 0")
    report = check(made)
    assert report.verdicts["later"].rests_on == ("model",)
    assert report.verdicts["ce"].rests_on == ()


def test_a_corroborated_step_below_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = module.judge_step

    def weaker(question: module.Question) -> StepVerdict:
        found = judged(question)
        return StepVerdict(Verdict(Status.CORROBORATED, (Way.POINTS_AGREE(points=64),)), found.parts, found.mutants)

    monkeypatch.setattr(module, "judge_step", weaker)
    report = check(chain())
    assert report.verdicts["slope"].rests_on == ("ce", "model")
    assert report.ok


def test_a_second_check_judges_nothing(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    first = check(chain())
    assert first.from_cache == 0
    assert len(list((folder / "verdicts").iterdir())) == 3

    def never(question: module.Question) -> StepVerdict:
        raise AssertionError("judged again")

    monkeypatch.setattr(module, "judge_step", never)
    second = check(chain())
    assert second.from_cache == 3
    assert second.verdicts == first.verdicts


def test_another_claim_is_another_question() -> None:
    check(chain())
    assert check(chain("yt - yp")).from_cache == 2


def test_without_the_cache_nothing_is_read_or_written(folder: Path) -> None:
    assert check(chain(), use_cache=False).from_cache == 0
    assert not folder.exists()


def test_two_processes_that_judge_several_derivations_give_the_same_reports() -> None:
    asked = [chain(), chain("yt - yp")]
    alone = [check(each, use_cache=False) for each in asked]
    assert check_all(asked, use_cache=False, jobs=2) == alone


def test_what_was_judged_before_a_check_is_broken_off_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    judged, asked = module.judge_step, iter(range(2))

    def broken_off(question: module.Question) -> StepVerdict:
        if next(asked, None) is None:
            raise KeyboardInterrupt
        return judged(question)

    monkeypatch.setattr(module, "judge_step", broken_off)
    with pytest.raises(KeyboardInterrupt):
        check(chain())
    monkeypatch.setattr(module, "judge_step", judged)
    assert check(chain()).from_cache == 2


def test_a_surviving_mutant_or_an_undecided_step_is_not_ok() -> None:
    good = StepVerdict(Verdict(Status.PROVED, ()))
    relations = {"a": Relation.EQUAL}
    assert Report("r", {"a": good}, relations).ok
    survivor = StepVerdict(
        Verdict(Status.PROVED, ()), mutants=MutantCount(1, survived=(Mutant(Mistake.SIGN, parse_tree("x")),))
    )
    assert not Report("r", {"a": survivor}, relations).ok
    undecided = StepVerdict(Verdict(Status.UNDECIDED, ()))
    assert not Report("r", {"a": undecided}, relations).ok


def test_a_mutant_that_is_only_corroborated_has_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "agree_or_refute", lambda *args, **options: _Silent())
    monkeypatch.setattr(
        module, "judge_claim", lambda *args: Verdict(Status.CORROBORATED, (Way.POINTS_AGREE(points=64),))
    )
    assert len(check(chain(), use_cache=False).mutants.survived) > 10


class _Silent:
    witness = None
    out_of_domain = None
    points, lhs_undefined, rhs_undefined = 24, 0, 0


def test_a_mutant_equal_to_the_claim_is_dropped_only_by_proof() -> None:
    """In ``2*x/y`` at y = 1 or -1 the fraction turned over is the same: proved, dropped, not counted as refuted."""
    made = Derivation("turned", where="x real; y in {-1, 1}")
    x, y = made.symbols("x y")
    made.record("line", 2 * x / y, claim="2*x/y")
    mutants = check(made).mutants
    assert mutants.dropped >= 1
    assert mutants.survived == ()


def test_a_short_claim_says_why_it_has_few_mutants() -> None:
    made = Derivation("short", where="x real")
    made.record("zero", sp.S.Zero, claim="x - x")
    made.record("none", sp.S.Zero, claim="0")
    notes = {name: each.mutants.note for name, each in check(made).verdicts.items()}
    assert notes["zero"] is None
    assert notes["none"] == Note.SHORT_CLAIM(tried=check(made).verdicts["none"].mutants.tried)


def test_the_table_shows_the_counterexample_and_the_sums() -> None:
    lines = table(check(chain("yt - yp")))
    assert "refuted" in lines
    assert ", at yt = " in lines
    assert "3 steps: 1 proved, 1 refuted, 1 given" in lines


def test_inequalities_and_their_left_sides_are_both_judged() -> None:
    made = Derivation("bound", where="x real")
    x = made.symbols("x")
    made.record("right", x**2, claim="x^2 >= 0", relation=Relation.AT_LEAST)
    made.record("turned", x**2, claim="0 <= x^2", relation=Relation.AT_LEAST)
    made.record("wrong", x**2, claim="x^2 <= 0", relation=Relation.AT_LEAST)
    made.record("other", x**2, claim="x^4 >= 0", relation=Relation.AT_LEAST)
    statuses = {name: each.verdict.status for name, each in check(made).verdicts.items()}
    assert statuses["right"] is Status.PROVED
    assert statuses["wrong"] is Status.REFUTED
    assert statuses["other"] is Status.REFUTED
    assert statuses["turned"] is Status.REFUTED


def test_a_fallen_row_says_which_obligation_fails_with_both_sides() -> None:
    made = Derivation("halves", where="x[m] real; M integer >= 1")
    made.record("total", made.expression("sum(x[m], m, 0, M-1)"), claim="2*sum(x[m], m, 0, M-1)")
    shown = table(check(made))
    assert "the claim is what the script derives: claim " in shown
    assert ", script " in shown
    assert "the script derives sum(x[m], m, 0, M - 1)" in shown
    assert "M = 1, x = (1)" in shown


def test_a_row_that_falls_with_one_below_it_names_that_one() -> None:
    made = Derivation("below", where="x real")
    x = made.symbols("x")
    made.record("first", x**2, claim="x^2 + 1")
    made.record("second", x * x, claim="x*x", uses=["first"], of="first")
    report = check(made)
    assert report.verdicts["second"].verdict.status is Status.REFUTED
    lines = table(report).splitlines()
    second = next(place for place, line in enumerate(lines) if "  second  " in line)
    assert lines[second + 1].strip().startswith("equal to first: first 1, claim 0")
    assert lines[second + 2].strip() == "rests on first, which is refuted"


@pytest.mark.parametrize(
    ("point", "text"),
    [
        ({"yt": "1", "x": ["0", "1/2"]}, "yt = 1, x = (0, 1/2)"),
        ({"q": [["0", "1"], ["2", "3"]], "firsts": {"q": ["1", "1"]}}, "q = ((0, 1), (2, 3))"),
        ({"x": ["0"], "firsts": {"x": "3"}}, "x = (0), first index of x = 3"),
        ({}, "every point"),
    ],
)
def test_a_counterexample_reads_like_mathematics(point: dict[str, Any], text: str) -> None:
    values = {name: value for name, value in point.items() if name != "firsts"}
    witness = Witness(values, "0", "1", "-1", point.get("firsts", {}))
    assert ENGLISH.shown(point_of(witness)) == text


def rates(claim: str, where: str = "y[m] > 0; u[m] > 0; mu[m] > 0") -> Verdict:
    """The Hessian of a loss that is defined only where the clauses on the defined names u[m] and mu[m] hold."""
    made = Derivation("rates", where=f"{where}; M integer >= 1; N integer >= 0; i in 0..N; j in 0..N")
    w, x, y = made.data("w x y")
    m, k, i, j = made.index("m k i j")
    M, N = made.symbols("M N")
    line = sp.Sum(w[k] * x[m, k], (k, 0, N))
    made.record("line", None, relation=Relation.GIVEN, claim="u[m] = sum(w[k]*x[m,k], k, 0, N)")
    made.record("mean", None, relation=Relation.GIVEN, uses=["line"], claim="mu[m] = 1/u[m]")
    loss = sp.Sum(y[m] * line - sp.log(line), (m, 0, M - 1)) / M
    made.record("loss", loss, uses=["mean"], claim="L = (1/M)*sum(y[m]/mu[m] + log(mu[m]), m, 0, M-1)")
    hessian = sp.Sum(x[m, i] * x[m, j] / line**2, (m, 0, M - 1)) / M
    made.record("hessian", hessian, uses=["loss"], claim=f"diff(diff(L, w[i]), w[j]) = {claim}")
    return check(made).verdicts["hessian"].verdict


def test_a_clause_on_a_name_stays_a_condition_on_the_formula_that_defines_it() -> None:
    assert rates("(1/M)*sum(x[m,i]*x[m,j]*mu[m]^2, m, 0, M-1)").status is Status.PROVED
    assert rates("(1/M)*sum(x[m,i]*x[m,j]*mu[m], m, 0, M-1)").status is Status.REFUTED


def test_without_the_clauses_the_sides_are_defined_at_different_points() -> None:
    verdict = rates("(1/M)*sum(x[m,i]*x[m,j]*mu[m]^2, m, 0, M-1)", where="y[m] > 0; M integer >= 3")
    assert verdict.status is Status.UNDECIDED
    assert "not defined at the same points" in verdict.method


def test_what_cannot_be_asked_is_undecided_and_hides_no_other_step() -> None:
    """A derivative by a name that the step's own clauses define."""
    made = chain()
    made.record("late", made.symbols("u"), uses=["ce"], claim="diff(ce, u) = 0", where="u = 0", line=12)
    report = check(made)
    verdict = report.verdicts["late"].verdict
    assert verdict.status is Status.UNDECIDED
    assert "No derivative by 'u': it is defined by a formula." in verdict.method
    assert report.verdicts["slope"].verdict.status is Status.PROVED
    assert "at derivation `chain`, line 12" in table(report)


def counting(claim: str, relation: Relation = Relation.EQUAL, **options: Any) -> Report:
    """mu = exp(u), L = mu - y*log(mu), and a line below them."""
    made = Derivation("counting", where="y >= 0; mu > 0; u real")
    y, mu = made.symbols("y mu")
    made.record("mean", None, relation=Relation.GIVEN, claim="mu = exp(u)")
    made.record("loss", mu - y * sp.log(mu), uses=["mean"], claim="L = mu - y*log(mu)")
    options = {"uses": ["loss", "mean"], **options}
    made.record("line", mu - y, relation=relation, claim=claim, **options)
    return check(made, use_cache=False)


@pytest.mark.parametrize(
    ("claim", "relation", "options", "said"),
    [
        ("diff(Loss, u) = mu - y", Relation.DERIVATIVE, {}, Way.UNKNOWN_NAME_NEAR(name="Loss", near="L")),
        ("diff(loss, u) = mu - y", Relation.DERIVATIVE, {}, Way.UNKNOWN_NAME_NEAR(name="loss", near="L")),
        ("L = mu - y", Relation.EQUAL, {"uses": ["mean"]}, Way.NAME_OF_A_STEP_APART(name="L", step=StepName("loss"))),
    ],
)
def test_a_left_side_of_unknown_names_refutes_nothing_and_says_which(
    claim: str, relation: Relation, options: dict[str, Any], said: Said
) -> None:
    report = counting(claim, relation, **options)
    verdict = report.verdicts["line"].verdict
    assert verdict.status is Status.UNDECIDED
    assert said in verdict.ways
    assert table(report).count(ENGLISH.say(said)) == 2


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("mu - yt", Way.UNKNOWN_NAME_NEAR(name="yt", near="y")),
        ("mu - x[k]", Way.UNKNOWN_NAME(name="k")),
        ("mu - q", Way.UNKNOWN_NAME(name="q")),
    ],
)
def test_a_name_that_nothing_introduces_is_named_beside_the_counterexample(claim: str, said: Said) -> None:
    report = counting(claim)
    verdict = report.verdicts["line"].verdict
    assert verdict.status is Status.REFUTED
    assert said in verdict.ways
    assert ENGLISH.say(said) in table(report)


def test_names_of_lines_below_of_clauses_and_of_the_script_are_known() -> None:
    assert counting("mu - y").verdicts["line"].verdict.status is Status.PROVED
    wrong = counting("mu - y + c", where="c > 0").verdicts["line"].verdict
    assert wrong.ways == (Way.COUNTEREXAMPLE(),)


def test_what_an_author_may_have_overlooked_is_said_and_is_no_fault() -> None:
    made = Derivation("slips", where="y >= 0; yy integer; typo > 0; m in 0..M-1", parameters="uu")
    made.record("loss", made.expression("y + sum(x[m], m, 0, M-1)"), claim="y + sum(x[m], m, 0, M-1)", source="def")
    report = check(made, use_cache=False)
    assert report.notices == (
        Notice.IDLE_CLAUSE(name="typo"),
        Notice.IDLE_CLAUSE_NEAR(name="yy", near="y"),
        Notice.IDLE_PARAMETER(name="uu"),
        Notice.NO_REASON(steps=(StepName("loss"),)),
    )
    assert report.ok
    assert "did you mean `y`?" in table(report)


def test_an_assumption_that_nothing_rests_on_is_said() -> None:
    made = Derivation("idle", where="y >= 0")
    for name, claim in (("used", "u = 3*y"), ("unused", "z = 2*y")):
        made.record(name, None, claim=claim, relation=Relation.GIVEN, reason="why", source="def")
    assert notices(made) == ()  # nothing rests on anything yet
    made.record("line", made.expression("3*y + 1"), claim="u + 1", uses=("used",), reason="why", source="def")
    assert notices(made) == (Notice.IDLE_GIVEN(steps=(StepName("unused"),)),)


def test_no_chapter_has_overlooked_anything() -> None:
    for name in chapters():
        assert notices(load(name)) == ()


MEAN = "-(1/M)*sum(log(P[m]), m, 0, M-1)"


@pytest.mark.parametrize(
    "slip",
    [
        "-sum(log(P[m]), m, 0, M-1)",
        "(1/M)*sum(log(P[m]), m, 0, M-1)",
        "-(1/M)*sum(log(P[m]), m, 1, M-1)",
        "-(1/M)*sum(P[m], m, 0, M-1)",
        "-(1/M)*sum(log(P[m+1]), m, 0, M-1)",
        "-(2/M)*sum(log(P[m]), m, 0, M-1)",
    ],
)
def test_a_claim_one_slip_from_the_right_one_is_told_so(slip: str) -> None:
    made = Derivation("slip", where="P[m] > 0; M integer >= 1")
    made.record("average", made.expression(MEAN), claim=slip)
    report = check(made, use_cache=False)
    nearest = report.verdicts["average"].nearest
    assert nearest is not None
    right = judge_claim(nearest.tree, parse_tree(MEAN), made.assumptions)
    assert right.status is Status.PROVED
    assert f"with {to_text(nearest.tree)} it is proved" in table(report)


@pytest.mark.parametrize(
    "slip",
    [
        "sum((u[m] - y[m])*x[m], m, 0, M-1)",
        "1/M*sum((u[m] + y[m])*x[m], m, 0, M-1)",
        "1/M*sum((u[m] - y[m])*x[m], m, 1, M)",
    ],
)
def test_a_slip_in_a_line_that_only_the_referee_derives_is_told_too(slip: str) -> None:
    made = Derivation("stated", where="M integer >= 1; u[m] real")
    made.record("loss", None, claim="L = 1/M*sum((w*x[m] - y[m])^2/2, m, 0, M-1)", relation=Relation.DEFINITION)
    claim = f"diff(L, w) = {slip.replace('u[m]', 'w*x[m]')}"
    made.record("slope", None, claim=claim, relation=Relation.DERIVATIVE, of="loss")
    report = check(made, use_cache=False)
    nearest = report.verdicts["slope"].nearest
    assert nearest is not None
    right = judge_claim(nearest.tree, parse_tree("1/M*sum((w*x[m] - y[m])*x[m], m, 0, M-1)"), made.assumptions)
    assert right.status is Status.PROVED
