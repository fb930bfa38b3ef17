"""The list of a proof says each thing once, below the obligation that it proves, and nothing that says nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lossproof.chapters.chapter import Chapter
from lossproof.referee.steps.report import Part, StepVerdict
from lossproof.referee.verdict import Evidence, Rule, Status, Verdict
from lossproof.site.pages.step_page import step_page
from lossproof.site.proofs import Row, rows, sections
from lossproof.site.words import ENGLISH

SPLIT = Rule("logarithm of a product", "log(a*b)", "log(a) + log(b)")
ZERO = Rule("rational identity", "log(a*b) - log(a) - log(b)", "0")
SAME = Rule("rational identity", "a*b - a*b", "0")


def part(obligation: str, *rules: Rule) -> Part:
    return Part(obligation, Verdict(Status.PROVED, "by rules", Evidence(rules=rules)))


def judged(*parts: Part) -> StepVerdict:
    return StepVerdict(parts[0].verdict, parts)


def test_a_rule_that_repeats_stands_once_with_its_count() -> None:
    first, second = sections(judged(part("one", SPLIT, ZERO), part("two", SPLIT, SPLIT)))
    assert first.rows == (Row(SPLIT, 3), Row(ZERO, 1))
    assert second.rows == ()
    assert rows([SPLIT, SPLIT]) == (Row(SPLIT, 2),)


def test_equal_sides_are_said_to_be_so_and_prove_nothing_by_rules() -> None:
    (section,) = sections(judged(part("one", SPLIT, SAME)))
    assert section.same
    assert section.rows == ()


def test_a_difference_of_two_formulas_stays() -> None:
    (section,) = sections(judged(part("one", ZERO)))
    assert not section.same
    assert section.rows == (Row(ZERO),)


def test_nothing_less_nothing_is_left_out() -> None:
    assert rows([Rule("terms in order", "a*b - 0", "a*b"), Rule("in words", "the left side", "0")]) == (
        Row(Rule("in words", "the left side", "0")),
    )
    assert rows([Rule("terms in order", "b*a - 0", "a*b")]) == (Row(Rule("terms in order", "b*a", "a*b")),)


def test_the_page_shows_what_each_rule_is_for(make_chapter: Callable[..., Chapter]) -> None:
    chapter = make_chapter()
    named = Rule("affine inside", "a*b + 1", "t")
    found = judged(part("the claim is what the script derives", SAME), part("another", SPLIT, SPLIT, named))
    verdicts = {**chapter.report.verdicts, "logarithm": found}
    text = step_page(replace(chapter, report=replace(chapter.report, verdicts=verdicts)), chapter.steps["logarithm"])
    proof = text.partition("<details")[2].partition("</details>")[0]
    assert "rule by rule (2)" in proof
    assert proof.index("the claim is what the script derives") < proof.index(ENGLISH.same_formula)
    assert proof.index(ENGLISH.same_formula) < proof.index("another") < proof.index("× 2")
    assert proof.count("lp-arrow") == 1
    assert ENGLISH.no_rewriting["affine inside"] in proof
