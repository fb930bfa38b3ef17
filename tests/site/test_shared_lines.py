"""Chapters meet where they have the same line, sign by sign, and each says where else it stands."""

from __future__ import annotations

from pathlib import Path

from lossproof import Derivation
from lossproof.chapters.chapter import Chapter
from lossproof.referee.steps.report import Report, StepVerdict
from lossproof.referee.verdict import Status, Verdict
from lossproof.site.pages import step_page
from lossproof.site.piece_context import Context
from lossproof.site.pieces import with_pieces
from lossproof.site.shared_lines import elsewhere, shared
from lossproof.site.words import ENGLISH
from lossproof.words.codes import Way


def chapter(name: str, claim: str, status: Status) -> Chapter:
    derivation = Derivation(name, title=f"{name.title()}: a chapter", where="a > 0; b > 0")

    @derivation.given(claim, title=f"The line of {name}")
    def line():
        """Assumed."""

    verdict = StepVerdict(Verdict(status, (Way.STATED(),)))
    return Chapter(derivation, Report(name, {"line": verdict}, {"line": derivation.step("line").relation}))


def test_the_same_line_is_found_and_another_is_not() -> None:
    one, two, other = (
        chapter("one", "f = a*b", Status.GIVEN),
        chapter("two", "f = a*b", Status.PROVED),
        chapter("other", "f = b*a", Status.PROVED),
    )
    (places,) = shared([one, two, other])
    assert [(each.chapter.name, each.step.name) for each in places] == [("one", "line"), ("two", "line")]
    assert elsewhere(other, [places]) == {}
    assert [each.chapter.name for each in elsewhere(one, [places])["line"]] == ["two"]


def test_a_steps_page_leads_to_the_same_line_with_its_verdict_there() -> None:
    one, two = chapter("one", "f = a*b", Status.GIVEN), chapter("two", "f = a*b", Status.PROVED)
    found = elsewhere(one, shared([one, two]))
    page = step_page(one, one.steps["line"], ENGLISH, found["line"])
    assert ENGLISH.same_line in page
    assert "[The line of two](../two/line.md) of [Two](../two/index.md)" in page
    assert "lp-proved" in page.partition(ENGLISH.same_line)[2]
    assert ENGLISH.same_line not in step_page(one, one.steps["line"], ENGLISH)


def test_the_page_of_the_map_lists_the_line_and_where_it_stands() -> None:
    one, two = chapter("one", "f = a*b", Status.GIVEN), chapter("two", "f = a*b", Status.PROVED)
    page = with_pieces("{{ across }}", Context((one, two), ENGLISH, "chapters/index.md", Path()))
    assert page.count("f = a b") == 1
    assert "[One](one/line.md)" in page
    assert "[Two](two/line.md)" in page
    assert page.index("lp-given") < page.index("lp-proved")
