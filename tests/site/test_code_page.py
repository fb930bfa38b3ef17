"""The page of what runs says what the referee and the measurements say; a wrong form stops the build."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

import lossproof
from lossproof import Derivation
from lossproof.chapters import running as room
from lossproof.chapters.chapter import Chapter
from lossproof.chapters.running import Running, running
from lossproof.derivation import Relation
from lossproof.lowering.forms.choice import Measured
from lossproof.lowering.standing import spelled_out
from lossproof.referee.steps.report import Part, Report, StepVerdict
from lossproof.referee.verdict import Status, Verdict, Witness
from lossproof.site.book import failures
from lossproof.site.curve import LEAST, Curve, Place, drawn, error_curve, power_of_ten
from lossproof.site.pages import chapter_files, chapter_page, code_page
from lossproof.site.pages.code_page import formula, ulp, worth_a_line
from lossproof.site.words import ENGLISH
from lossproof.words.codes import Duty, StepName, Way

POINTS = 200
DERIVED = Duty.PUBLISHED_DERIVATIVE(step=StepName("slope"), of=StepName("ce_in_u"), predictor="u")


def report(derivation: Derivation) -> Report:
    judged = {step.name: StepVerdict(Verdict(Status.GIVEN, ())) for step in derivation.steps}
    return Report(derivation.name, judged, {step.name: step.relation for step in derivation.steps})


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    derivation = lossproof.load("logistic_regression")
    return Chapter(derivation, report(derivation), running(derivation, POINTS))


@pytest.fixture(scope="module")
def runs(chapter: Chapter) -> Running:
    assert chapter.running is not None
    return chapter.running


@pytest.fixture(scope="module")
def page(chapter: Chapter, runs: Running) -> str:
    return code_page(chapter, runs)


def test_every_form_that_runs_is_proved_to_be_the_published_one(runs: Running) -> None:
    assert [part.component.name for part in runs.parts] == ["value", "slope", "curvature"]
    assert [part.step.name for part in runs.parts] == ["ce_in_u", "slope", "curvature"]
    assert {part.verdict.status for part in runs.parts} == {Status.PROVED}
    assert "0 <= yt <= 1" in runs.parts[0].verdict.evidence.assumptions


def test_a_form_that_is_another_function_is_refuted_and_stops_the_build(
    monkeypatch: pytest.MonkeyPatch, chapter: Chapter, runs: Running, tmp_path: object
) -> None:
    monkeypatch.setattr(room, "recall", lambda key: None)
    monkeypatch.setattr(room, "keep", lambda key, verdict: None)
    part, u = runs.parts[0], runs.loss.predictors[0]
    assumptions = room._assumptions(chapter.derivation, runs.loss)
    verdict = room._verdict(part.chosen.best.expr + u / 2000, part.step.formula, assumptions)
    assert verdict.status is Status.REFUTED
    wrong = replace(chapter, running=replace(runs, parts=(replace(part, verdict=verdict),)))
    (line,) = failures(wrong)
    assert "the computed value is not the published ce_in_u, refuted: left 1.31" in line
    assert "difference" in line
    assert list(failures(chapter)) == []
    assert ENGLISH.witness in code_page(wrong, replace(runs, parts=(replace(part, verdict=verdict),)))


def test_a_chapter_without_a_loss_has_no_such_page(chapter: Chapter) -> None:
    coin = lossproof.load("coin")
    assert running(coin) is None
    alone = Chapter(coin, report(coin))
    assert "code.md" not in chapter_files(alone)
    assert "code.md" not in chapter_page(alone)
    assert list(chapter_files(chapter))[-1] == "code.md"
    assert "(code.md)" in chapter_page(chapter)


def test_published_and_computed_form_rules_and_errors_are_on_the_page(page: str, runs: Running) -> None:
    for part in runs.parts:
        rewritten = part.chosen.best.expr != part.component.expr
        assert (formula(part.chosen.best.expr) if rewritten else ENGLISH.code.as_published) in page
        assert all(each.rule.name in page for each in part.chosen.best.applied)
        assert all(ulp(form.ulp) in page for form in part.chosen.candidates if worth_a_line(form))
    for row in runs.accuracy.rows:
        assert f"**{ulp(row.ulp)}**" in page
        assert ", ".join(map(repr, row.point)) in page
    assert f"{POINTS} points" in page
    assert runs.source.rstrip() in page
    assert "lossproof export logistic_regression --to python" in page


@pytest.fixture(scope="module")
def curve(chapter: Chapter, runs: Running) -> Curve:
    found = error_curve(runs.loss, chapter.derivation, runs.parts[0].step)
    assert found is not None
    return found


def test_the_printed_formula_fails_where_it_is_known_to_and_what_runs_does_not(curve: Curve) -> None:
    by_u = {place.u: place for place in curve.places}
    assert all(place.computed < 4 for place in by_u.values())
    assert {place.failure for u, place in by_u.items() if u > 40} == {"nan"}
    assert {place.failure for u, place in by_u.items() if u < -750} == {"inf"}
    assert {place.failure for u, place in by_u.items() if -700 < u < 36} == {""}
    assert all(place.printed > 1e10 for u, place in by_u.items() if 30 < u < 36)


def test_the_drawing_marks_failures_and_takes_its_colours_from_the_page() -> None:
    places = tuple(Place(float(u), 0.5, 10.0 if u < 2 else np.inf, "" if u < 2 else "nan") for u in range(-4, 5))
    node = lossproof.load("coin").steps[0].formula
    svg = drawn(Curve(1.0, "u", places, node), ENGLISH.code.curve)
    assert f"{ENGLISH.code.curve.gives} nan" in svg
    assert ENGLISH.code.curve.printed in svg
    assert "var(--lp-series-2)" in svg
    assert "<metadata" not in svg
    without = drawn(Curve(1.0, "u", places, None), ENGLISH.code.curve)
    assert ENGLISH.code.curve.printed not in without


def test_the_drawing_is_the_same_each_time(curve: Curve) -> None:
    assert drawn(curve, ENGLISH.code.curve) == drawn(curve, ENGLISH.code.curve)
    assert LEAST > 0


def test_what_only_code_has_a_word_for_is_spelled_out_for_the_referee() -> None:
    from lossproof.lowering.forms.code_functions import times_exp

    x, y = sp.symbols("x y", real=True)
    nested = times_exp(times_exp(x, y), -y)
    assert spelled_out(nested) == x
    assert formula(nested).startswith("`times_exp(")
    assert formula(x + y).startswith("$$")


@pytest.mark.parametrize(
    ("error", "text"), [(0.5, "0.50"), (97.7, "97.70"), (8.75e15, "8.8 · 10¹⁵"), (float("inf"), "∞")]
)
def test_errors_are_short_enough_to_read(error: float, text: str) -> None:
    assert ulp(error) == text
    assert power_of_ten(-12) == "10⁻¹²"


def test_a_form_that_was_not_chosen_is_not_marked(page: str, runs: Running) -> None:
    rows = [line for line in page.splitlines() if line.startswith(f"| **{ENGLISH.code.chosen}** |")]
    assert len(rows) == sum(len(part.chosen.candidates) > 1 for part in runs.parts)
    assert all(isinstance(form, Measured) for part in runs.parts for form in part.chosen.candidates)


@pytest.mark.parametrize("printed", ["sum(u^k, k, 0, yt)", "diff(u^2, u) + yt"])
def test_a_printed_formula_that_cannot_be_evaluated_is_left_out_of_the_drawing(
    printed: str, chapter: Chapter, runs: Running
) -> None:
    derivation = Derivation("sample", where="u real; yt integer >= 0")
    derivation.record("loss", None, relation=Relation.GIVEN, claim=f"{printed} = log(1 + exp(u)) - yt*u")
    curve = error_curve(runs.loss, derivation, derivation.step("loss"))
    assert curve is not None
    assert not curve.evaluated
    assert ENGLISH.code.curve.printed not in drawn(curve, ENGLISH.code.curve)
    part = replace(runs.parts[0], step=derivation.step("loss"))
    page = code_page(replace(chapter, derivation=derivation), replace(runs, parts=(part,)))
    assert ENGLISH.code.not_evaluated in page


def test_a_slope_of_another_function_is_shown_and_stops_the_build(chapter: Chapter, runs: Running) -> None:
    witness = Witness({"u": "0"}, "1/2", "1", "-1/2")
    broken = StepVerdict(
        Verdict(Status.REFUTED, (Way.COUNTEREXAMPLE(),), witness=witness),
        (Part(DERIVED, Verdict(Status.REFUTED, (Way.COUNTEREXAMPLE(),))),),
    )
    wrong = replace(chapter, report=replace(chapter.report, published={"published slope": broken}))
    text = code_page(wrong, runs)
    assert ENGLISH.code.derivatives in text
    assert "`u = 0`" in text
    assert 'status: "refuted"' in text
    (line,) = failures(wrong)
    assert "at u = 0" in line
    assert line.startswith("logistic_regression/published slope is refuted")
    assert ENGLISH.code.derivatives not in code_page(chapter, runs)
