"""Why a text was not read is said in the reader's language: every sentence of the reader has its Japanese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import lossproof
from lossproof.errors import RejectedText
from lossproof.notation import parse_assumptions, parse_tree
from lossproof.notation.tex import parse_latex
from lossproof.site.try_it.refused_in_words import HOLE, in_language, refusal
from lossproof.site.words import ENGLISH, JAPANESE

NOTATION = Path(lossproof.__file__).parent / "notation"
SENTENCE = re.compile(r"\S.* .* .*[.?]")
KANA = re.compile("[ぁ-んァ-ヴ]")


def texts(tree: ast.Module) -> Iterator[str]:
    """The texts in the code, what is filled in as {0}, {1}; docstrings are none of them."""
    unread = {id(part) for node in ast.walk(tree) if isinstance(node, ast.Expr) for part in ast.walk(node.value)}
    unread &= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            unread |= {id(part) for part in ast.walk(node) if part is not node}
            yield "".join(each.value if isinstance(each, ast.Constant) else "{}" for each in node.values)  # type: ignore[misc]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unread:
            yield node.value


def bare(sentence: str) -> str:
    return HOLE.sub("{}", sentence).strip()


def test_every_sentence_of_the_reader_has_its_japanese() -> None:
    known = {bare(each) for each in JAPANESE.refused}
    found = {
        bare(text)
        for path in NOTATION.rglob("*.py")
        for text in texts(ast.parse(path.read_text(encoding="utf-8")))
        if SENTENCE.fullmatch(text.strip())
    }
    assert len(found) > 200
    assert found - known == set()


def test_nothing_that_is_filled_in_is_lost() -> None:
    holes = {each: (set(HOLE.findall(each)), set(HOLE.findall(said))) for each, said in JAPANESE.refused.items()}
    assert [each for each, (ours, theirs) in holes.items() if len(ours) != len(theirs)] == []


@pytest.mark.parametrize(
    "text",
    [
        "x.__class__",
        "sin x",
        "sinn(x)",
        "1_000",
        "for + 1",
        "(x",
        "p[m, n] + p[m]",
        "exp(x, y)",
        "x == 1",
        "ｘ + 1",
        "oo",
        "",
    ],
)
def test_a_refused_formula_is_told_in_japanese_with_its_place(text: str) -> None:
    with pytest.raises(RejectedText) as refused:
        parse_tree(text)
    told = refusal(refused.value, JAPANESE).splitlines()
    assert KANA.search(told[0])
    assert told[1:] == str(refused.value).splitlines()[1:]
    assert refusal(refused.value, ENGLISH) == str(refused.value)


@pytest.mark.parametrize("text", [r"\frac{1}{x", r"\int f", r"\mathbb{E}[x]", r"\argmax_x f", r"x \sim y"])
def test_refused_latex_is_told_in_japanese(text: str) -> None:
    with pytest.raises(RejectedText) as refused:
        parse_latex(text)
    assert KANA.search(refusal(refused.value, JAPANESE))


@pytest.mark.parametrize("where", ["x > 0 y > 0", "pi > 0", "x in {}", "x is real"])
def test_a_refused_assumption_is_told_in_japanese(where: str) -> None:
    with pytest.raises(RejectedText) as refused:
        parse_assumptions(where)
    assert KANA.search(refusal(refused.value, JAPANESE))


def test_what_is_filled_in_is_told_in_its_turn_and_an_unknown_sentence_stays() -> None:
    table = {"There is no {0}; {1}": "{0} はありません。{1}", "did you mean {0}?": "{0} のことでしょうか。"}
    assert in_language("There is no f; did you mean 'g'?", table) == "f はありません。'g' のことでしょうか。"
    assert in_language("No such thing.", table) == "No such thing."
