"""Each code has a sentence in each language with the arguments that it takes; nobody takes a sentence apart."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

import lossproof
from lossproof.derivation import Relation
from lossproof.notation import parse_tree, to_latex
from lossproof.notation.tree import Comparison
from lossproof.referee.verdict import Status, Verdict
from lossproof.words import ENGLISH, LANGUAGES, Catalogue
from lossproof.words.codes import Code, Duty, Mistake, ReasonName, Remark, RuleName, StepName, Way

SOURCE = Path(lossproof.__file__).parent
CODES = [code for kind in Code.__subclasses__() for code in kind]
language = pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)


def wrong_sentences(words: Catalogue) -> list[str]:
    """The codes without a sentence or with another's arguments, and the sentences without a code."""
    wrong = [str(code) for code in words.sentences if code not in CODES]
    for code in CODES:
        sentence = words.sentences.get(code)
        named = {name for _, name, _, _ in Formatter().parse(sentence or "") if name is not None}
        if sentence is None or named != set(code.takes):
            wrong.append(repr(code))
    return wrong


@language
def test_every_code_has_a_sentence_with_its_arguments(words: Catalogue) -> None:
    assert wrong_sentences(words) == []
    assert words.rules.keys() == set(get_args(RuleName))
    assert words.reasons.keys() == set(get_args(ReasonName))
    assert words.between.keys() <= words.rules.keys()
    assert words.mistakes.keys() == set(Mistake)
    assert words.statuses.keys() == set(Status)
    assert words.relations.keys() == set(Relation)


@pytest.mark.parametrize("sentence", [None, "least at {variable}", "least at {variable} = {start}"])
def test_a_missing_sentence_or_argument_is_seen(sentence: str | None) -> None:
    planted = {code: text for code, text in ENGLISH.sentences.items() if code is not Way.LEAST_AT}
    if sentence is not None:
        planted[Way.LEAST_AT] = sentence
    planted_words = Catalogue("xx", planted, {}, {}, {}, {}, {}, {})
    assert wrong_sentences(planted_words) == [repr(Way.LEAST_AT)]


def test_a_code_takes_its_own_arguments_and_no_others() -> None:
    said = Way.LEAST_AT(value="0", variable="x")
    assert said.arguments == {"variable": "x", "value": "0"}
    with pytest.raises(TypeError, match="takes variable, value"):
        Way.LEAST_AT(variable="x")


def test_formulas_and_steps_are_written_by_who_shows_them() -> None:
    said = Way.CASES(conditions=(Comparison("==", parse_tree("y"), parse_tree("1")), "z > 0"))
    assert ENGLISH.say(said) == "cases y = 1, z > 0"
    assert ENGLISH.say(said, lambda each: f"${to_latex(each)}$", str.upper) == "CASES $y$ = $1$, Z > 0"
    duty = Duty.EQUAL_TO(of=StepName("below"))
    assert ENGLISH.say(duty, lambda each: f"[{each.name}]") == "equal to [below]"


def test_a_verdict_reads_as_a_phrase_in_english() -> None:
    ways = (Way.CASES_OF_VALUES(name=parse_tree("yt"), values=("0", "1")), Way.RATIONAL_IDENTITY())
    assert Verdict(Status.PROVED, ways).method == "cases yt = 0, 1; rational identity"
    assert str(Verdict(Status.PROVED, ways)) == "proved: cases yt = 0, 1; rational identity"


APART = {"partition", "rpartition", "split", "rsplit", "startswith", "endswith", "removeprefix", "removesuffix", "find"}
SENTENCES = {"method", "obligation", "label", "say", "all_of", "ways", "note", "out_of_domain", "one_sided"}


def taken_apart(source: str) -> list[str]:
    """Places that look into a sentence: ``x in proof.method``, ``part.obligation.partition(..)``, ``re`` on one."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Compare(_, [ast.In() | ast.NotIn()], [right]) if _is_sentence(right, {"method"}):
                found.append(ast.unparse(node))
            case ast.Call(ast.Attribute(of, name)) if name in APART and _is_sentence(of, SENTENCES):
                found.append(ast.unparse(node))
            case ast.Call(ast.Attribute(ast.Name("re"), _), arguments):
                found += [ast.unparse(node) for each in arguments if _is_sentence(each, SENTENCES)]
    return found


def _is_sentence(node: ast.expr, names: set[str]) -> bool:
    return any(isinstance(part, ast.Attribute) and part.attr in names for part in ast.walk(node))


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_sentence_is_taken_apart(path: Path) -> None:
    assert taken_apart(path.read_text(encoding="utf-8")) == []


def test_a_sentence_taken_apart_is_seen() -> None:
    planted = (
        "DEFINED in proof.method; part.obligation.partition(of); verdict.method.split('; '); "
        "re.sub('x', f, part.obligation); words.say(each).startswith('x'); way in proof.ways; text.split()"
    )
    assert len(taken_apart(planted)) == 5


def test_one_is_said_as_one() -> None:
    assert ENGLISH.say(Way.POINTS_AGREE(points=1)) == "1 point agrees"
    assert ENGLISH.say(Way.POINTS_AGREE(points=20)) == "20 points agree"
    assert ENGLISH.say(Remark.STEPS(steps=1, statuses="1 given", kept=0)) == "1 step: 1 given; 0 from the cache"
    for words in LANGUAGES.values():
        assert "7" in words.say(Way.POINTS_AGREE(points=7))
