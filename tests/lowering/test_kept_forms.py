"""The choice of forms is kept: the same in the next process, made anew where it is damaged, and nothing but data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sympy

from lossproof.lowering.forms import kept
from lossproof.lowering.forms.as_data import from_data, to_data
from lossproof.lowering.forms.choice import Chosen, choose
from lossproof.lowering.forms.code_functions import bose, exact, extended, guarded
from lossproof.lowering.forms.sample import Question
from lossproof.notation import parse, parse_assumptions

U, YT = sympy.symbols("u yt", real=True)


def question(text: str) -> Question:
    return Question(parse(text, "u real; yt real").doit(), (U, YT), parse_assumptions("0 <= yt <= 1").scalar("yt"))


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("LOSSPROOF_CACHE_DIR", str(tmp_path))
    kept.chosen.cache_clear()
    return tmp_path


def not_chosen_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(question: Question) -> Chosen:
        raise AssertionError("chosen again")

    monkeypatch.setattr(kept, "choose", refuses)
    kept.chosen.cache_clear()


@pytest.mark.parametrize("text", ["log(1 + exp(u)) - yt*u", "-log(expit(1-u) - expit(-u))"])
def test_a_choice_is_the_same_when_it_comes_from_the_disk(
    text: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kept.chosen(question(text))
    not_chosen_again(monkeypatch)
    assert kept.chosen(question(text)) == first
    assert first == choose(question(text))


@pytest.mark.parametrize("damage", [b"", b"{}", b"not JSON", b'{"forms": [], "weakness": null}'])
def test_a_choice_that_is_damaged_is_made_anew(damage: bytes, cache: Path) -> None:
    asked = question("log(1 + exp(u)) - yt*u")
    first = kept.chosen(asked)
    kept.store.keep(kept.KIND, kept._key(asked), damage)
    kept.chosen.cache_clear()
    assert kept.chosen(asked) == first


FORMS = [
    sympy.Float(0.1) * U + sympy.Rational(1, 3) - sympy.pi * sympy.exp(1),
    guarded(bose(U) * YT, extended(sympy.exp(U)), sympy.And(sympy.Float(30.0) >= U, sympy.Float(-1.0) <= U)),
    guarded(U, exact(sympy.log(sympy.cosh(U - YT))), sympy.Float(-1e308) > U),
    sympy.Piecewise((sympy.polygamma(1, U), sympy.Or(U > YT, sympy.Eq(U, 0))), (sympy.Max(U, 0), True)),
]


@pytest.mark.parametrize("expr", FORMS, ids=str)
def test_a_formula_is_the_same_as_data_and_back(expr: sympy.Expr) -> None:
    data = json.loads(json.dumps(to_data(expr, (U, YT))))
    assert from_data(data, (U, YT)) == expr


@pytest.mark.parametrize(
    "data", [["__import__", ["symbol", 0]], ["lambdify", ["symbol", 0]], ["symbol", 7], ["Symbol", "x"], []]
)
def test_what_is_no_formula_is_not_read(data: list[object]) -> None:
    with pytest.raises((KeyError, IndexError, ValueError)):
        from_data(data, (U, YT))
