"""Claims over sums and products of symbolic size: the true ones become 0 = 0, the wrong ones never do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LINES = (Path(__file__).parent / "claims_over_sums.jsonl").read_text(encoding="utf-8").splitlines()
CLAIMS = [tuple(json.loads(line)[key] for key in ("name", "lhs", "rhs", "where", "truth")) for line in LINES]
NAMES = [claim[0] for claim in CLAIMS]
TRUE = [claim for claim in CLAIMS if claim[-1]]


def difference(statement: Callable[[str], Any], left: str, right: str, where: str) -> Any:
    """The normal form of left - right."""
    given = statement(where)
    return given.normal(given.expr(left) - given.expr(right))


@pytest.mark.parametrize(("name", "left", "right", "where", "truth"), CLAIMS, ids=NAMES)
def test_a_claim_becomes_zero_exactly_when_it_is_true(
    name: str, left: str, right: str, where: str, truth: bool, statement: Callable[[str], Any]
) -> None:
    assert (difference(statement, left, right, where) == 0) is truth


@pytest.mark.parametrize(("name", "left", "right", "where", "truth"), CLAIMS, ids=NAMES)
def test_the_normal_form_is_its_own_normal_form(
    name: str, left: str, right: str, where: str, truth: bool, statement: Callable[[str], Any]
) -> None:
    given = statement(where)
    for side in (left, right):
        once = given.normal(given.expr(side))
        assert given.normal(once) == once


@pytest.mark.parametrize(("name", "left", "right", "where", "truth"), TRUE[::3], ids=[claim[0] for claim in TRUE[::3]])
def test_renamed_symbols_change_nothing(
    name: str, left: str, right: str, where: str, truth: bool, statement: Callable[[str], Any]
) -> None:
    """No rule may look at how a quantity is called."""
    renamed = (_renamed(text) for text in (left, right, where))
    assert difference(statement, *renamed) == 0


_WORDS = {"pi", "in", "integer", "real", "one", "hot", "over", "simplex"}


def _renamed(text: str) -> str:
    """Every name that is not a function's exchanged for another one, in an order that turns the alphabet round."""
    return re.sub(r"\b[A-Za-z]+\d*\b(?!\()", lambda m: m[0] if m[0] in _WORDS else _other_name(m[0]), text)


def _other_name(name: str) -> str:
    return "".join(map(_other_letter, name)) + "0"


def _other_letter(letter: str) -> str:
    if letter.isdigit():
        return letter
    first, last = ("a", "z") if letter.islower() else ("A", "Z")
    return chr(ord(first) + ord(last) - ord(letter))
