"""Try it: the referee in the reader's browser says what the native one says, in the same words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from lossproof.chapters import load
from lossproof.chapters.chapter import Chapter
from lossproof.derivation.step import UNCHECKED
from lossproof.errors import CallerError
from lossproof.notation import parse_tree
from lossproof.referee import equal
from lossproof.referee.verdict import Evidence, Status, Verdict
from lossproof.site.npm import run_node
from lossproof.site.pages import step_page
from lossproof.site.pages.chapter_page import chapter_page
from lossproof.site.try_it import answer as page
from lossproof.site.try_it import bundle
from lossproof.site.try_it.first_question import asked_of
from lossproof.site.try_it.judged import Judged, judged, read
from lossproof.site.try_it.nearest_bound import is_tight
from lossproof.site.try_it.reader_question import Asked, Asks
from lossproof.site.words import ENGLISH, WORDS
from lossproof.words.codes import Way

ROOT = Path(__file__).resolve().parents[2]
ASKED, RIGHT = 200, 50
ASK = """
import {{ readFileSync, writeFileSync }} from "node:fs"
import {{ started }} from "{folder}/worker.mjs"
const {{ answer }} = await started()
const found = JSON.parse(readFileSync("{folder}/claims.json", "utf8")).map(
  ({{ lhs, rhs, where }}) => JSON.parse(answer.answered(lhs, rhs, where, "en")))
writeFileSync("{folder}/answers.json", JSON.stringify(found))
"""


def told(
    lhs: str, rhs: str, where: str = "", language: str = "en", relation: str = "=", varying: str = ""
) -> tuple[str, str]:
    """The status, and the answer as a reader sees it."""
    found = json.loads(page.answered(lhs, rhs, where, language, relation, varying))
    text = BeautifulSoup(found["html"], "html.parser").get_text(" ")
    return found["status"], " ".join(text.split())


def test_a_refuted_claim_shows_its_counterexample_and_what_would_have_been_right() -> None:
    status, shown = told("(a + b)^2", "a^2 + b^2")
    assert status == "refuted"
    assert r"a = 1" in shown
    assert r"the left side is \(4\) and the right side is \(2\)" in shown
    assert "2 a b" in page.right_version("(a + b)^2", "a^2 + b^2", "", "en")


def test_a_slip_on_the_left_side_is_mended_there() -> None:
    assert "log" in page.right_version("log(a*b)", "log(a) - log(b)", "a > 0; b > 0", "en")
    assert page.right_version("exp(a)*exp(b)", "cos(a*b) + 7", "", "en") == ""


def test_points_alone_are_no_proof_and_it_says_so() -> None:
    weak = Verdict(Status.CORROBORATED, (Way.NO_PROOF(), Way.POINTS_AGREE(points=32)), Evidence(points=32))
    shown = page.shown(Judged(weak), ENGLISH)
    assert ENGLISH.try_it.only_points in shown
    assert ENGLISH.try_it.proof_not_found in shown
    assert "proved" not in shown


def test_what_is_no_mathematics_is_turned_away_with_a_sentence() -> None:
    assert told("x.__class__", "1")[0] == page.REJECTED
    assert "<b>" not in json.loads(page.answered("<b>x</b>", "1", "", "en"))["html"]
    assert told("x" * (page.LONGEST + 1), "1")[0] == page.REJECTED


@pytest.mark.parametrize("language", sorted(WORDS))
def test_text_and_latex_are_answered_in_each_language(language: str) -> None:
    status, shown = told(r"\frac{d}{dp}\log\frac{p}{1-p}", "1/p + 1/(1-p)", "0 < p < 1", language)
    assert status == "proved"
    assert WORDS[language].try_it.proof_found in shown


@pytest.mark.parametrize(
    ("question", "status", "said"),
    [
        (("z - 1 - log(z)", "0", "z > 0", "en", ">="), "proved", "least at"),
        (
            ("p*(1 - p)", "1/8", "0 < p < 1", "en", "<="),
            "refuted",
            r"left side is \(0.25\) and the right side is \(0.125",
        ),
        (("p*(1 - p)", "1/4", "0 < p < 1", "en", "<"), "undecided", "no proof that the two sides never meet"),
        ((r"\frac{1}{1+e^{-u}}", "1", "", "en", "<"), "proved", ""),
        (("log(1 + exp(u)) - y*u", "", "", "en", "convex", "u"), "proved", ""),
        (("x^3", "6*x", "", "en", "convex", "x"), "refuted", "second derivative along the line is"),
        (("Max(0, 1 - w)", "", "", "en", "convex", "w"), "proved", "convex parts"),
        (("p^k", "-k*log(p)", "0 < p < 1; k integer >= 1", "en", "same optimum", "p"), "proved", "increasing"),
        (("x^2", "x", "", "en", "same optimum", "x"), "refuted", "opposite ways"),
    ],
)
def test_other_relations_are_asked_of_the_same_referee(question: tuple[str, ...], status: str, said: str) -> None:
    found, shown = told(*question)
    assert found == status
    assert said in shown


@pytest.mark.parametrize(
    ("question", "right"),
    [
        (("z - 1 - log(z)", "0", "z > 0", "en", "<="), r"\log(z) \ge 0"),
        (("-x^2", "", "", "en", "convex", "x"), r"x^{2}\)</span> is convex"),
        (("log(p)", "p*0", "p > 0", "en", "same optimum", "p"), ""),
        (("p*(1 - p)", "1/8", "0 < p < 1", "en", "<="), r"p (1 - p) \le \frac{1}{4}\)"),
        (("1/8", "p*(1 - p)", "0 < p < 1", "en", ">"), r"\frac{1}{4} \ge p (1 - p)\)"),  # touched at 1/2
        (("x*(10 - x)", "1", "", "en", "<="), r"\le 25\)"),
        (("x^2 + 3", "4", "", "en", ">"), r"x^{2} + 3 \ge 3\)"),
        (("p", "2", "0 < p < 1", "en", ">="), r"p \ge 0\)"),
    ],
)
def test_of_other_relations_too_it_says_what_would_have_been_right(question: tuple[str, ...], right: str) -> None:
    assert right in page.right_version(*question)


def test_a_bound_that_is_far_off_or_is_not_there_is_no_answer() -> None:
    """`p*(1-p) <= 1` is true and no answer to 1/8; nothing is above every square."""
    wrong = read(Asked("p*(1 - p)", "1/8", "0 < p < 1", Asks.AT_MOST))
    assert not is_tight(replace(wrong, right=parse_tree("1")))
    assert is_tight(replace(wrong, right=parse_tree("1/4")))
    assert page.right_version("x^2", "100", "", "en", "<=") == ""


@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("0 < 2*w - a", Status.PROVED),
        ("w^2 > 1", Status.UNDECIDED),  # two pieces
        ("w^2 > 1; 0 < 2*w - a", Status.UNDECIDED),
        ("2*w = a", Status.UNDECIDED),
    ],
)
def test_on_one_side_of_a_plane_a_line_stays_inside(where: str, status: Status) -> None:
    found = judged(read(Asked("-log(2*w - a)", "4*v^2/(2*w - a)^2", where, Asks.CONVEX, "w"))).verdict
    assert found.status is status
    assert status is Status.UNDECIDED or found.evidence.assumptions[-1] == where


@pytest.mark.parametrize("language", sorted(WORDS))
def test_a_question_that_lacks_something_is_told_what(language: str) -> None:
    unclear = WORDS[language].try_it.unclear
    for lhs, varying, what in (("x^2", "", "names_missing"), ("x^2", "w", "name_not_there")):
        asked = told(lhs, "", "", language, "convex", varying)
        assert asked == (page.REJECTED, unclear[what].format(name=varying))
    assert told("sum(w[k]^2, k, 1, 3)", "", "", language, "convex", "w")[1] == unclear["curvature_missing"]


# Of each relation one step; slopes and convexity of a loss are under clauses on yp, which here is a formula.
OF_CHAPTERS = {
    ("logistic_regression", "slope_in_u"): Asks.EQUAL,
    ("logistic_regression", "convexity"): Asks.CONVEX,
    ("logistic_regression", "average_loss"): Asks.SAME_OPTIMUM,
    ("sigmoid", "at_most_a_quarter"): Asks.AT_MOST,
    ("coin", "best"): Asks.EQUAL,
    ("gamma_regression_inverse", "gradient"): Asks.EQUAL,
    ("gamma_regression_inverse", "convexity"): Asks.CONVEX,
}


@pytest.mark.parametrize(("place", "relation"), OF_CHAPTERS.items())
def test_the_box_of_a_step_is_answered_as_the_step_is(place: tuple[str, str], relation: Asks) -> None:
    derivation = load(place[0])
    asked = asked_of(derivation.step(place[1]), derivation)
    assert asked is not None
    assert asked.relation is relation
    assert judged(read(asked)).verdict.status is Status.PROVED


@pytest.mark.parametrize("chapter", sorted(path.stem for path in (ROOT / "derivations").glob("[a-z]*.py")))
def test_every_claim_has_its_question(chapter: str) -> None:
    derivation = load(ROOT / "derivations" / f"{chapter}.py")
    claims = [step for step in derivation.steps if step.relation not in UNCHECKED]
    assert [step.name for step in claims if asked_of(step, derivation) is None] == []


def test_a_clause_on_a_name_is_one_on_the_formula_in_its_place() -> None:
    """And what is so with it is not said again: `1/f > 0` where `f > 0`."""
    derivation = load(ROOT / "derivations" / "gamma_regression_inverse.py")
    question = asked_of(derivation.step("gradient"), derivation)
    assert question is not None
    assert question.where.endswith("y[m] > 0; 0 < sum(w[k]*x[m, k], k, 0, N)")


def test_what_is_only_stated_asks_nothing(make_chapter: Callable[..., Chapter]) -> None:
    chapter = make_chapter()
    assert asked_of(chapter.steps["product"], chapter.derivation) is None


def test_a_claims_page_has_the_question_that_the_referee_was_asked(make_chapter: Callable[..., Chapter]) -> None:
    chapter = make_chapter()
    step = chapter.steps["logarithm"]
    asked = asked_of(step, chapter.derivation)
    assert asked == Asked("log(a*b)", "log(a) + log(b)", "a > 0; b > 0")
    form = BeautifulSoup(step_page(chapter, step), "html.parser").select_one("form.lp-try")
    assert form is not None
    fields = {str(field["name"]): field.get_text() for field in form.select("textarea")}
    assert fields == {"lhs": asked.lhs, "rhs": asked.rhs, "where": asked.where, "varying": ""}
    assert form.select("option[selected]")[0]["value"] == "="
    assert equal(asked.lhs, asked.rhs, asked.where).status == "proved"


def test_a_chapters_page_has_the_questions_of_all_its_claims(make_chapter: Callable[..., Chapter]) -> None:
    chapter = make_chapter()
    form = BeautifulSoup(chapter_page(chapter), "html.parser").select_one("form.lp-try")
    assert form is not None
    options = form.select("select[name=claim] option")
    assert [(each["value"], each["data-lhs"]) for each in options] == [("logarithm", "log(a*b)")]  # no other claim
    assert form.select("textarea[name=lhs]")[0].get_text() == "log(a*b)"


def test_docstrings_are_taken_out_and_nothing_else() -> None:
    text = 'class A:\n    """Said: é."""\n    def f(self):\n        "é"; return "kept"\n\n\ndef g():\n    "alone"\n'
    bare = bundle.without_docstrings(text)
    found: dict[str, Any] = {}
    exec(compile(bare, "bare", "exec"), found)
    assert found["A"]().f() == "kept"
    assert "Said" not in bare
    assert "alone" not in bare


def chosen(folder: Path) -> list[dict[str, str]]:
    """Claims that others collected, most of them wrong (they are answered soonest), spread over all kinds."""
    files = ("claims_given.jsonl", "claims_given2.jsonl")
    lines = [line for name in files for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    claims = [each for each in map(json.loads, lines) if "integral(" not in each["lhs"] + each["rhs"]]
    found = []
    for truth, count in ((True, RIGHT), (False, ASKED - RIGHT)):
        alike = [each for each in claims if each["truth"] is truth]
        found += [alike[place * len(alike) // count] for place in range(count)]
    return [{key: claim.get(key, "") for key in ("lhs", "rhs", "where")} for claim in found]


def without_radius(found: dict[str, str]) -> dict[str, str]:
    return {**found, "html": re.sub(r"within \d[\d.e+-]*\d", "within ...", found["html"])}


@pytest.mark.slow
def test_the_browsers_referee_says_what_the_native_one_says(
    reference_data: Path, packages: Path, tmp_path: Path
) -> None:
    """Status, counterexample, rules, points, words: the whole answer to each of many claims is the same.

    But for the radius of a ball: words of 32 bits round elsewhere than those of 64.
    """
    claims = chosen(reference_data)
    assert len(claims) == ASKED
    for name, content in bundle.files(packages).items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "claims.json").write_text(json.dumps(claims))
    script = tmp_path / "ask.mjs"
    script.write_text(ASK.format(folder=tmp_path.as_posix()))
    with ThreadPoolExecutor(1) as beside:
        in_node = beside.submit(run_node, str(script), stdin="")
        native = [json.loads(page.answered(**claim, language="en")) for claim in claims]
        in_node.result()
    found = json.loads((tmp_path / "answers.json").read_text())
    pairs = zip(claims, map(without_radius, native), map(without_radius, found), strict=True)
    assert [(claim, ours, theirs) for claim, ours, theirs in pairs if ours != theirs] == []
    assert {"proved", "refuted"} <= {each["status"] for each in native}


def test_a_site_without_pyodide_is_told_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match=r"pyodide is not in .* name it in package\.json"):
        bundle.files(tmp_path)
