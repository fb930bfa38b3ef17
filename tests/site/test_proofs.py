"""The list of a proof says each thing once, below the obligation that it proves, and nothing that says nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lossproof.chapters.chapter import Chapter
from lossproof.notation import parse_tree
from lossproof.referee.steps.report import Part, StepVerdict
from lossproof.referee.verdict import Evidence, Rule, Status, Verdict
from lossproof.site.pages.step_page import step_page
from lossproof.site.proofs import Row, rows, sections
from lossproof.site.words import ENGLISH
from lossproof.words.codes import Duty, RuleName, Said, Way

CLAIM, LEFT = Duty.CLAIM_IS_RESULT(), Duty.LEFT_IS_CLAIM()


def rule(name: RuleName, before: str, after: str) -> Rule:
    return Rule(name, parse_tree(before), parse_tree(after))


SPLIT = rule("logarithm of a product", "log(a*b)", "log(a) + log(b)")
ZERO = rule("rational identity", "log(a*b) - log(a) - log(b)", "0")
SAME = rule("rational identity", "a*b - a*b", "0")


def part(obligation: Said, *rules: Rule) -> Part:
    return Part(obligation, Verdict(Status.PROVED, (Way.RATIONAL_IDENTITY(),), Evidence(rules=rules)))


def judged(*parts: Part) -> StepVerdict:
    return StepVerdict(parts[0].verdict, parts)


def test_a_rule_that_repeats_stands_once_with_its_count() -> None:
    first, second = sections(judged(part(CLAIM, SPLIT, ZERO), part(LEFT, SPLIT, SPLIT)))
    assert first.rows == (Row(SPLIT, 3), Row(ZERO, 1))
    assert second.rows == ()
    assert rows([SPLIT, SPLIT]) == (Row(SPLIT, 2),)


def test_equal_sides_are_said_to_be_so_and_prove_nothing_by_rules() -> None:
    (section,) = sections(judged(part(CLAIM, SPLIT, SAME)))
    assert section.same
    assert section.rows == ()


def test_a_difference_of_two_formulas_stays() -> None:
    (section,) = sections(judged(part(CLAIM, ZERO)))
    assert not section.same
    assert section.rows == (Row(ZERO),)


def test_nothing_less_nothing_is_left_out() -> None:
    assert rows([rule("terms in order", "a*b - 0", "a*b"), ZERO]) == (Row(ZERO),)
    assert rows([rule("terms in order", "b*a - 0", "a*b")]) == (Row(rule("terms in order", "b*a", "a*b")),)


def test_the_page_shows_what_each_rule_is_for(make_chapter: Callable[..., Chapter]) -> None:
    chapter = make_chapter()
    named = rule("strictly monotone", "a*b + 1", "log(a*b)")
    found = judged(part(CLAIM, SAME), part(LEFT, SPLIT, SPLIT, named))
    verdicts = {**chapter.report.verdicts, "logarithm": found}
    text = step_page(replace(chapter, report=replace(chapter.report, verdicts=verdicts)), chapter.steps["logarithm"])
    proof = text.partition(ENGLISH.proof)[2].partition("</details>")[0]
    assert proof.startswith(" (2)")
    assert proof.index("the claim is what the script derives") < proof.index(ENGLISH.same_formula)
    assert proof.index(ENGLISH.same_formula) < proof.index("the left side is the claim") < proof.index("× 2")
    assert proof.count("lp-arrow") == 1
    assert ENGLISH.said.between["strictly monotone"] in proof
