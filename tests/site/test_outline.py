"""How a chapter is read: parts, checks beside their lines; and where its steps stand on the map."""

from __future__ import annotations

from lossproof import Derivation
from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Relation
from lossproof.referee.steps.report import Report, StepVerdict
from lossproof.referee.verdict import Evidence, Status, Verdict
from lossproof.site.map_layout import layout
from lossproof.site.outline import below, sections
from lossproof.site.pages import chapter_page
from lossproof.site.words import ENGLISH


def chapter_with(main: str) -> Chapter:
    derivation = Derivation("sample", where="a > 0", main=main)
    a = derivation.symbols("a")
    derivation.part("The beginning")
    derivation.record("first", None, relation=Relation.GIVEN, claim="f = a^2")
    derivation.record("check", a**2, uses=["first"], relation=Relation.EQUAL, of="first", claim="a*a")
    derivation.part("The end")
    derivation.record("second", 2 * a, uses=["first"], relation=Relation.DERIVATIVE, claim="diff(f, a) = 2*a")
    derivation.record("bound", 2 * a, uses=["second"], relation=Relation.AT_LEAST, claim="2*a > 0")
    relations = {step.name: step.relation for step in derivation.steps}
    proved = StepVerdict(Verdict(Status.PROVED, (), Evidence(points=64)))
    return Chapter(derivation, Report("sample", dict.fromkeys(relations, proved), relations))


def test_a_check_stands_beside_its_line_and_a_result_for_itself() -> None:
    found = sections(chapter_with("first second"))
    assert [section.heading for section in found] == ["The beginning", "The end"]
    assert [(line.step.name, [each.name for each in line.checks]) for line in found[0].lines] == [("first", ["check"])]
    assert [line.step.name for line in found[1].lines] == ["second", "bound"]


def test_without_a_main_line_nothing_is_set_aside() -> None:
    lines = [line for section in sections(chapter_with("")) for line in section.lines]
    assert [line.step.name for line in lines] == ["first", "check", "second", "bound"]


def test_the_chapter_opens_with_its_main_line_and_shows_the_rest_in_parts() -> None:
    text = chapter_page(chapter_with("first second"))
    places = [text.index(f"## {heading}") for heading in (ENGLISH.main_line, ENGLISH.map, "The beginning", "The end")]
    assert places == sorted(places)
    assert ENGLISH.checks.format(titles="Check") in text
    assert text.index("<details", places[2]) < text.index("{: #check }")


def test_the_map_links_to_every_step_and_its_main_line_is_thick() -> None:
    text = chapter_page(chapter_with("first second"))
    drawing = text.partition("<svg")[2].partition("</svg>")[0]
    for name in ("first", "check", "second", "bound"):
        assert f'href="{name}.html"' in drawing
    assert drawing.count('class="lp-edge lp-main"') == 1
    assert 'data-from="second" data-to="bound"' in drawing


def test_what_is_used_stands_above_what_uses_it_and_the_main_line_down_the_middle() -> None:
    graph = {"a": [], "b": ["a"], "c": ["a"], "d": ["a"], "e": ["b", "c"], "f": ["a"], "g": ["e"]}
    found = layout(graph, ["a", "c", "e"], 3)
    rows = {name: place[0] for name, place in found.places.items()}
    assert all(rows[used] < rows[name] for name, uses in graph.items() for used in uses)
    assert len({found.places[name][1] for name in ("a", "c", "e")}) == 1
    assert len(set(found.places.values())) == len(graph)
    assert max(list(rows.values()).count(row) for row in rows.values()) <= 3


def test_what_a_step_rests_on_goes_all_the_way_down() -> None:
    steps = list(chapter_with("first").steps.values())
    assert below("bound", steps) == {"second", "first"}
