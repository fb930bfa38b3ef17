"""A second kernel: every recorded chapter is put to Coq again, and Coq refuses what is wrong."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import lossproof
from lossproof.chapters import Derivation, chapters
from lossproof.derivation.step import UNCHECKED
from lossproof.export.coq import acceptance, coq_source, kernel
from lossproof.export.coq.accepted import not_accepted, read
from lossproof.export.coq.coq_text import asked
from lossproof.export.coq.kernel import coqc, refused

FILE = Path(__file__).resolve().parent.parent.parent / "derivations" / "coq.json"
RECORDED = tuple(json.loads(FILE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def coq() -> None:
    """Coq with Coquelicot; without it these tests skip, and fail in continuous integration."""
    if shutil.which("coqc") is None:
        message = "Coq is not installed (apt-get install coq libcoq-coquelicot)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


def _chapter(claim: str) -> Derivation:
    chapter = Derivation("a_chapter", where="0 <= yt <= 1; 0 < yp < 1; M integer >= 1; 0 < P[m] <= 1")

    @chapter.definition(claim="ce = -(yt*log(yp) + (1 - yt)*log(1 - yp))")
    def ce():
        """The loss."""

    @chapter.step(claim=claim, relation="derivative of", of="ce")
    def slope(ce):
        """Its slope."""

    @chapter.step(claim="log(prod(P[m], m, 0, M-1)) = sum(log(P[m]), m, 0, M-1)")
    def logarithm():
        """A product becomes a sum, for any M."""

    return chapter


@pytest.mark.usefixtures("coq")
@pytest.mark.parametrize("name", RECORDED)
def test_coq_accepts_what_is_recorded(name: str) -> None:
    chapter = lossproof.load(name)
    found = coqc(coq_source(chapter, not_accepted(chapter)))
    assert found.accepted, found.complaint
    assert set(found.axioms) <= set(read(chapter)["axioms"])


@pytest.mark.usefixtures("coq")
def test_a_right_slope_is_accepted_and_a_wrong_sign_is_not() -> None:
    assert coqc(coq_source(_chapter("diff(ce, yp) = (yp - yt)/(yp*(1 - yp))"))).accepted
    assert not coqc(coq_source(_chapter("diff(ce, yp) = (yt - yp)/(yp*(1 - yp))"))).accepted


def _asking(name: str) -> dict[str, bool]:
    """Each step of a chapter that claims something and derives it: whether Coq accepted all that it asks."""
    chapter = lossproof.load(name)
    said = acceptance(chapter)
    return {
        step.name: said[step.name].accepted
        for step in chapter.steps
        if step.relation not in UNCHECKED and step.name in said
    }


@pytest.mark.parametrize("name", ["coin", "logistic_regression", "entropy", "sigmoid"])
def test_the_chain_of_the_textbook_is_accepted_as_a_whole(name: str) -> None:
    """A step that fails here has changed since Coq saw it: run `make coq` where Coq is installed."""
    assert [step for step, accepted in _asking(name).items() if not accepted] == []


def test_every_chapter_was_put_to_coq() -> None:
    assert set(RECORDED) == {lossproof.load(name).name for name in chapters()}


@pytest.mark.usefixtures("coq")
def test_coq_refuses_what_its_scripts_for_inequalities_do_not_show() -> None:
    chapter = Derivation("a_chapter", where="p simplex over 1..K; K integer >= 2; n integer >= 1; 0 < q < 1")

    @chapter.step(claim="q*(1 - q) >= 1/4", relation="at least")
    def quarter():
        """The wrong way round."""

    @chapter.step(claim="sum(p[k]*log(p[k]), k, 1, K) >= 0", relation="at least")
    def surprise():
        """A lost sign."""

    @chapter.step(claim="sin(pi*n/2) = 0")
    def sine():
        """A multiple that is not whole. Its name, as that of the first, is taken by the file's own lemmas."""

    questions = [each for each in asked(chapter) if each.lemma is not None]
    assert set(refused(chapter)) == {each.digest for each in questions}


@pytest.mark.usefixtures("coq")
def test_a_script_that_runs_on_is_refused_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    chapter = _chapter("diff(ce, yp) = (yp - yt)/(yp*(1 - yp))")
    slope = next(each for each in asked(chapter) if each.step == "slope" and each.lemma)
    endless = replace(slope, lemma=replace(slope.lemma, script="repeat (assert True by exact I)."))
    monkeypatch.setattr(kernel, "asked", lambda derivation: (endless,))
    assert kernel.refused(chapter, limit=1) == (endless.digest,)


@pytest.mark.parametrize("name", [name for name in RECORDED if name != "gamma_regression_inverse"])
def test_of_every_chapter_three_steps_in_four_are_accepted(name: str) -> None:
    """As above: `make coq` puts what has changed to Coq again.

    Of the inverse link, whose predictors have to be positive, it accepts 8 steps of 11: there is no lemma yet about
    second derivatives on a part of the space.
    """
    found = _asking(name).values()
    assert sum(found) >= 3 / 4 * len(found)


NETWORK = "1/M*sum(sum(w[k]*Max(0, sum(v[k, i]*x[m, i], i, 1, D)), k, 0, K-1) - y[m], m, 0, M-1)"
BY_A_WEIGHT = "1/M*sum(w[q]*indicator(sum(v[q, i]*x[m, i], i, 1, D) > 0)*x[m, d], m, 0, M-1)"


def _network(slope: str) -> Derivation:
    chapter = Derivation("a_network", where="M integer >= 1; D integer >= 1; K integer >= 1; d in 1..D; q in 0..K-1")

    @chapter.definition(claim=f"L = {NETWORK}")
    def average():
        """A hinge for each of K nodes."""

    @chapter.step(claim=f"diff(L, v[q, d]) = {slope}", relation="derivative of", of="average")
    def by_a_weight(average):
        """By one entry of a table: one node moves, and of what comes into it one term."""

    return chapter


@pytest.mark.usefixtures("coq")
def test_a_slope_by_an_entry_of_a_table_through_hinges_is_accepted_away_from_the_kinks_alone() -> None:
    (question,) = [each for each in asked(_network(BY_A_WEIGHT)) if each.step == "by_a_weight"]
    predictor = "total D (fun i : nat => v'' q (i + 1%nat)%nat * x'' m (i + 1%nat)%nat)"
    assert question.lemma is not None
    assert f"(forall m : nat, (m < M)%nat -> {predictor} <> 0) ->" in question.lemma.text.replace("D'_", "D")
    assert not refused(_network(BY_A_WEIGHT))
    for wrong in ("- " + BY_A_WEIGHT, BY_A_WEIGHT.replace("x[m, d]", "x[m, d + 1]"), BY_A_WEIGHT.replace("w[q]*", "")):
        assert refused(_network(wrong))


def test_what_has_no_lemma_yet_says_so() -> None:
    chapter = Derivation("a_chapter", where="x > 0")

    @chapter.step(claim="2*diff(x^2, x) = 4*x")
    def doubled():
        """A derivative inside a formula."""

    text = coq_source(chapter)
    assert "(* doubled: no lemma yet; " in text
    assert "Lemma" not in text.split("Section Chapter.")[1]


def test_a_lemma_that_changed_since_coq_saw_it_counts_as_not_seen() -> None:
    assert any(each.accepted for each in acceptance(lossproof.load("coin")).values())
    assert not acceptance(_chapter("diff(ce, yp) = 0"))
