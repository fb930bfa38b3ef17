"""The map of all chapters: every step once, with room for a finger, tied where chapters have the same line."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from bs4 import BeautifulSoup

from lossproof import Derivation
from lossproof.chapters.chapter import Chapter
from lossproof.referee.steps.report import Report, StepVerdict
from lossproof.referee.verdict import Status, Verdict
from lossproof.site.pages.atlas import CELL, WIDTH, atlas, placed
from lossproof.site.words import ENGLISH


def chapter(name: str, *, derives: bool) -> Chapter:
    """A chapter that derives the line Q = a*b from another, or assumes it and goes on."""
    derivation = Derivation(name, where="a > 0; b > 0")
    a, b = derivation.symbols("a b")

    @derivation.given("P = a")
    def first():
        """Given."""

    if derives:

        @derivation.step(claim="Q = a*b")
        def product(first):
            """Derived."""
            return first * b

    else:

        @derivation.given("Q = a*b")
        def product():
            """Given."""

    @derivation.step(claim="R = 2*a*b")
    def twice(product):
        """Derived."""
        return 2 * a * b

    verdicts = {
        step.name: StepVerdict(Verdict(Status.GIVEN if step.relation == "given" else Status.PROVED, ()))
        for step in derivation.steps
    }
    return Chapter(derivation, Report(name, verdicts, {step.name: step.relation for step in derivation.steps}))


def address(name: str, file: str) -> str:
    return f"{name}/{file}"


def test_a_line_leads_from_where_it_is_derived_to_where_it_is_assumed() -> None:
    drawn = BeautifulSoup(
        atlas([chapter("later", derives=False), chapter("early", derives=True)], ENGLISH, address), "html.parser"
    )
    across = [(str(each["data-from"]), str(each["data-to"])) for each in drawn.select(".lp-across:not(.lp-order)")]
    assert across == [("early.product", "later.product")]  # not from twice to twice: neither rests on the other
    assert len(drawn.select(".lp-across.lp-order")) == 2


def test_every_step_is_one_link_and_stands_in_the_list_too() -> None:
    chapters = [chapter("one", derives=True), chapter("two", derives=False)]
    text = atlas(chapters, ENGLISH, address)
    drawn = BeautifulSoup(text, "html.parser")
    links = [str(each["href"]) for each in drawn.select("a.lp-node")]
    assert sorted(links) == sorted(f"{each.name}/{step}.html" for each in chapters for step in each.steps)
    assert all(f"({link.removesuffix('.html')}.md)" in text for link in links)
    assert "the same line in [Two](two/product.md)" in text


def test_plots_stand_apart_inside_the_drawing(make_chapter: Callable[..., Chapter]) -> None:
    plots = placed([make_chapter() for _ in range(40)])
    boxes = [(plot.x, plot.y, plot.x + plot.size[0], plot.y + plot.size[1]) for plot in plots]
    assert all(right <= WIDTH for _, _, right, _ in boxes)
    assert not [
        (one, other)
        for one, other in combinations(boxes, 2)
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]
    assert CELL >= 24
