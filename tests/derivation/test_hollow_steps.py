"""A step that returns nothing follows from what it looks back at, is stated, or is refused; no chapter has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

from lossproof.chapters import Derivation, load
from lossproof.chapters.scripts import chapters
from lossproof.derivation import Relation
from lossproof.derivation.step import Origin
from lossproof.errors import DerivationError
from lossproof.referee.verdict import Status
from lossproof.words.codes import Duty, Way


def hollow(body: Callable[..., Any], **options: Any) -> Derivation:
    """A line below another, by ``body``: the loss of a count with its mean, 3*mu for mu."""
    made = Derivation("hollow", where="y >= 0; mu > 0; u real")
    y, mu = made.symbols("y mu")
    made.record("mean", None, relation=Relation.GIVEN, claim="mu = exp(u)")
    made.record("loss", mu - y * sp.log(mu), claim="L = mu - y*log(mu)", uses=["mean"])

    def line(loss: sp.Expr) -> Any:
        return body(loss, y, mu)

    made.step(**options)(line)
    return made


def nothing(loss: sp.Expr, y: sp.Expr, mu: sp.Expr) -> None:
    """A forgotten return."""


def typed(loss: sp.Expr, y: sp.Expr, mu: sp.Expr) -> sp.Expr:
    return 3 * mu - y * sp.log(mu)


def doubled(loss: sp.Expr, y: sp.Expr, mu: sp.Expr) -> sp.Expr:
    return 2 * loss


WRONG = "3*mu - y*log(mu)"


@pytest.mark.parametrize("claim", [f"Q = {WRONG}", WRONG, None])
def test_a_step_that_returns_nothing_and_follows_from_nothing_is_refused(claim: str | None) -> None:
    with pytest.raises(DerivationError, match="`line` returns nothing"):
        hollow(nothing, claim=claim)


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"claim": WRONG, "of": "loss"}, Status.REFUTED),
        ({"claim": "mu - y*log(mu)", "of": "loss"}, Status.PROVED),
        ({"claim": f"L = {WRONG}"}, Status.REFUTED),
        ({"claim": "L = mu - y*log(mu)"}, Status.PROVED),
        ({"claim": "diff(L, u) = mu - y", "relation": "derivative of"}, Status.PROVED),
        ({"claim": "diff(L, u) = mu + y", "relation": "derivative of"}, Status.REFUTED),
        ({"claim": "mu^2 >= 1/4 - 1", "relation": "at least"}, Status.PROVED),
        ({"claim": "mu^2 >= 1/4", "relation": "at least"}, Status.REFUTED),
    ],
)
def test_without_a_return_the_referee_derives_the_line_from_what_it_looks_back_at(
    options: dict[str, Any], status: Status
) -> None:
    made = hollow(nothing, **options)
    found = made.check(use_cache=False).verdicts["line"]
    assert made.step("line").origin is Origin.STATED
    assert found.verdict.status is status
    assert Duty.CLAIM_IS_RESULT() not in [part.obligation for part in found.parts]


@pytest.mark.parametrize(
    ("body", "options", "status"),
    [
        (typed, {"claim": f"Q = {WRONG}"}, Status.GIVEN),
        (typed, {"claim": WRONG}, Status.GIVEN),
        (typed, {"claim": f"L = {WRONG}"}, Status.REFUTED),
        (typed, {"claim": WRONG, "of": "loss"}, Status.REFUTED),
        (doubled, {"claim": "Q = 2*mu - 2*y*log(mu)"}, Status.PROVED),
        (doubled, {"claim": f"Q = 2*({WRONG})"}, Status.REFUTED),
        (lambda loss, y, mu: sp.diff(loss, mu), {"claim": "Q = 1 - y/mu"}, Status.PROVED),
    ],
)
def test_what_a_function_writes_down_without_a_line_above_is_stated_and_never_proved(
    body: Callable[..., Any], options: dict[str, Any], status: Status
) -> None:
    verdict = hollow(body, **options).check(use_cache=False).verdicts["line"].verdict
    assert verdict.status is status
    assert (Way.NOT_DERIVED() in verdict.ways) == (status is Status.GIVEN)


def test_no_step_of_a_chapter_is_hollow() -> None:
    for name in chapters():
        assert [step.name for step in load(name).steps if step.origin is Origin.TYPED] == []
