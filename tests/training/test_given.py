"""A loss may be given as itself, as the derivation that publishes it, or by the name of a chapter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lossproof
from lossproof.chapters import scripts
from lossproof.errors import CallerError, UnknownChapter
from lossproof.training import LossClassifier, fit, which_loss

SMALL = '''
from lossproof import Derivation
from lossproof.moves import differentiate

small = Derivation("small", where="u real; y real")
u, y = small.symbols("u y")


@small.given("l = {weight}*(u - y)^2")
def loss():
    """Squares."""
    return {weight} * (u - y) ** 2


@small.step(claim="diff(l, u) = {weight}*2*(u - y)", relation="derivative of")
def slope(loss):
    """By u."""
    return differentiate(loss, u)


@small.step(claim="diff(diff(l, u), u) = {weight}*2", relation="derivative of")
def curvature(slope):
    """By u again."""
    return differentiate(slope, u)


small.publish_loss(value="loss", slope="slope", curvature="curvature", target="y", target_domain="y real")
'''


def test_a_name_and_a_derivation_are_taken(logistic: Any, clicks: Any) -> None:
    by_loss = fit(logistic, *clicks).params
    np.testing.assert_array_equal(fit("logistic_regression", *clicks).params, by_loss)
    np.testing.assert_array_equal(fit(lossproof.load("logistic_regression"), *clicks).params, by_loss)


def test_what_is_no_loss_is_refused_in_a_sentence(clicks: Any) -> None:
    with pytest.raises(CallerError, match=r"loss: 5 \(int\) was given; a Loss is needed"):
        fit(5, *clicks)  # type: ignore[arg-type]
    with pytest.raises(UnknownChapter, match="did you mean logistic_regression"):
        fit("logistic_regresion", *clicks)


def test_a_chapter_is_read_once_for_what_its_script_holds(monkeypatch: pytest.MonkeyPatch, clicks: Any) -> None:
    which_loss._published.cache_clear()
    read: list[Any] = []
    load = scripts.load
    monkeypatch.setattr(scripts, "load", lambda path: read.append(path) or load(path))
    for _ in range(3):
        LossClassifier("logistic_regression").fit(*clicks).predict_proba(clicks[0])
    assert len(read) == 1


def test_a_script_that_was_changed_is_read_again(tmp_path: Any) -> None:
    X, y = np.arange(6.0).reshape(-1, 1), np.array([1.0, 3.0, 2.0, 5.0, 4.0, 6.0])
    script = tmp_path / "small.py"
    script.write_text(SMALL.replace("{weight}", "1"))
    once = fit(script, X, y).loss
    script.write_text(SMALL.replace("{weight}", "3"))
    assert fit(script, X, y).loss == pytest.approx(3 * once, rel=1e-12)
