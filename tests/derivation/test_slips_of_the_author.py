"""What a person gets wrong when a script is written is named, with what to write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from lossproof.chapters import Derivation, load
from lossproof.derivation import Relation
from lossproof.errors import DerivationError


def best(derivation: Derivation) -> None:
    derivation.record("slope", None, claim="s = mu - 1", relation="definition")
    derivation.record("best", None, claim="mu = 1", relation="zero of", of="slope")


@pytest.mark.parametrize(
    ("write", "sentence"),
    [
        (lambda d: d.step(claim="x", off="loss"), r"no option off=; did you mean of=\?"),
        (lambda d: d.given("x = 1", wher="x > 0"), r"did you mean where=\?"),
        (lambda d: d.step(lambda x: x), r"@chapter.step\(\)"),
        (lambda d: d.given(lambda x: x), r'@chapter.given\("L = ..."\)'),
        (
            lambda d: d.record("tops", None, claim="x", relation="at least"),
            "is a formula; this relation claims an ineq",
        ),
        (lambda d: d.record("tops", None, claim="y = x", relation="at least"), "is an equation; this relation claims"),
        (best, "which quantity: pass variable='mu'"),
        (lambda d: d.record("bessel", sp.besselj(0, sp.Symbol("x"))), "step `bessel` .* no word for besselj"),
    ],
)
def test_a_slip_of_the_author_is_named(write: Callable[[Derivation], Any], sentence: str) -> None:
    with pytest.raises(DerivationError, match=sentence):
        write(Derivation("slips"))


@pytest.mark.parametrize("letters", ["theta", "tau", "nu", "nabla", "beta", "rho", "frac{a}{b}", "alpha", "varphi"])
def test_a_backslash_that_python_takes_for_itself_is_refused(letters: str, tmp_path: Path) -> None:
    script = tmp_path / "greek.py"
    head = 'from lossproof import Derivation\n\nd = Derivation("greek")\n\n@d.given("x = 1")\ndef one():\n'
    text = f'{head}    %s"$\\{letters}$"\n'
    script.write_text(text % "")
    with pytest.raises(DerivationError, match=r"greek.py, line 5: .*`one` says \\.*put an r before"):
        load(script)
    script.write_text(text % "r")
    assert load(script).step("one").reason == f"$\\{letters}$"


@pytest.mark.parametrize(
    ("formula", "closes"),
    [
        (r"$\frac{1$", False),
        (r"see $x$ and $$\sum_{m} y_{m$$", False),
        (r"$a}{b$", False),
        (r"$\{0, 1\}$, $\left\{ y_{m} \right.$", True),
        (r"`${`, and in words $x$", True),
    ],
)
def test_a_formula_in_a_reason_closes_its_braces(formula: str, closes: bool, tmp_path: Path) -> None:
    script = tmp_path / "braces.py"
    head = 'from lossproof import Derivation\n\nd = Derivation("braces")\n\n@d.given("x = 1")\ndef one():\n'
    script.write_text(f'{head}    r"{formula}"\n')
    if closes:
        assert load(script).step("one").reason == formula
        return
    with pytest.raises(DerivationError, match=r"braces.py, line 5: .*`one` has the formula .* do not close"):
        load(script)


def test_a_line_end_and_a_doubled_backslash_in_a_reason_stay(tmp_path: Path) -> None:
    script = tmp_path / "ends.py"
    script.write_text(
        'from lossproof import Derivation\n\nd = Derivation("ends")\n\n'
        '@d.given("x = 1")\ndef one():\n    "first\\nsecond, $\\\\theta$"\n'
    )
    assert load(script).step("one").reason == "first\nsecond, $\\theta$"


def test_two_equals_signs_say_what_to_write() -> None:
    with pytest.raises(DerivationError, match="around a single ="):
        Derivation("turned").record("a", sp.S.One, claim="diff(L, w[i]) == 1")


def test_an_equation_where_an_inequality_is_claimed_says_what_to_write() -> None:
    with pytest.raises(DerivationError, match=r"step `a` is an equation; .* write >=, >, <= or <"):
        Derivation("turned").record("a", sp.S.One, claim="x = 1", relation=Relation.AT_LEAST)
