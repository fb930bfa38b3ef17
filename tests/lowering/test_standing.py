"""What the referee has refuted is not run, whoever put it together; what it leaves open is said."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

import lossproof
from lossproof import Loss, RefutedLoss
from lossproof.lowering import standing
from lossproof.referee.steps import examine
from lossproof.referee.verdict import Status

u, v, yt = sp.symbols("u v yt", real=True)


def logistic(**changed: Any) -> Loss:
    p = 1 / (1 + sp.exp(-u))
    formulas = {"value": sp.log(1 + sp.exp(u)) - yt * u, "slope": p - yt, "curvature": p * (1 - p)}
    return Loss("mine", (u,), yt, "0 <= yt <= 1", **{**formulas, **changed})


WRONG = {
    "a slope of the wrong sign": logistic(slope=yt - 1 / (1 + sp.exp(-u))),
    "a curvature twice too large": logistic(curvature=2 * sp.exp(u) / (1 + sp.exp(u)) ** 2),
    "a slope that is a ten-thousandth off": logistic(slope=1 / (1 + sp.exp(-u)) - yt + u / 10_000),
    "a mixed derivative of the wrong sign": Loss(
        "two", (u, v), yt, "yt real", sp.exp(u + v) - yt * u, (sp.exp(u + v) - yt, sp.exp(u + v)),
        ((sp.exp(u + v), -sp.exp(u + v)), (sp.exp(u + v), sp.exp(u + v))),
    ),
}  # fmt: skip


@pytest.mark.parametrize("loss", WRONG.values(), ids=WRONG)
def test_a_loss_by_hand_with_a_wrong_derivative_is_not_run(loss: Loss) -> None:
    with pytest.raises(
        RefutedLoss, match=r"'(mine|two)' is not run: `published (slope|curvature).* is refuted \(left "
    ):
        loss.compile("numpy")
    with pytest.raises(RefutedLoss):
        loss.export("python")
    with pytest.raises(RefutedLoss):
        loss.accuracy(points=10)


def test_neither_a_fit_nor_an_estimator_runs_it() -> None:
    pytest.importorskip("sklearn")
    X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0.0, 1.0, 0.0, 1.0])
    for loss in WRONG.values():
        with pytest.raises(RefutedLoss):
            lossproof.fit(loss, X, y)
    with pytest.raises(RefutedLoss):
        lossproof.LossClassifier(WRONG["a slope of the wrong sign"]).fit(X, y)


def test_a_right_one_is_judged_once_and_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOSSPROOF_CACHE_DIR", str(tmp_path))
    loss = logistic()
    assert {found.verdict.status for found in loss.verdicts.values()} == {Status.PROVED}
    assert list(loss.verdicts) == ["published slope", "published curvature"]
    assert loss.doubts == ()

    def never(question: object) -> None:
        raise AssertionError("judged again")

    monkeypatch.setattr(examine, "judge_obligations", never)
    assert logistic().verdicts == loss.verdicts
    assert pickle.loads(pickle.dumps(logistic())).verdicts == loss.verdicts


def test_unchecked_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "judged", lambda ground: pytest.fail("asked"))
    loss = replace(WRONG["a curvature twice too large"], unchecked=True)
    assert loss.compile("numpy").curvature(0.0, 0.0) == 0.5
    assert loss.doubts == ()


def test_what_the_referee_cannot_decide_runs_and_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(ground: object) -> None:
        raise ZeroDivisionError("a fault of the referee")

    monkeypatch.setattr(standing, "judged", broken)
    loss = logistic()
    why = "is undecided (no proof found (the proof half failed: ZeroDivisionError: a fault of the referee))"
    assert loss.doubts == (f"`published slope` {why}", f"`published curvature` {why}")
    fitted = lossproof.fit(loss, np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0.0, 1.0, 0.0, 1.0]))
    assert "`published slope` is undecided" in fitted.summary()


def test_formulas_that_the_grammar_has_no_word_for_are_not_judged() -> None:
    loss = Loss("airy", (u,), yt, "yt real", sp.airyai(u) - yt * u, sp.airyaiprime(u) - yt, u * sp.airyai(u))
    (doubt,) = loss.doubts
    assert doubt.startswith("`formulas` is undecided")


CHAPTER = """
from lossproof import Derivation
from lossproof.moves import differentiate

chapter = Derivation("counts", where="yt integer >= 0; u real")
u, yt = chapter.symbols("u yt")

@chapter.definition(claim="ce = exp(u) - yt*u")
def ce(): "The loss."

@chapter.step(claim="SLOPE", relation="derivative of", variable="u")
def slope(ce):
    return differentiate(ce, u)

@chapter.step(claim="exp(u)", relation="derivative of", variable="u")
def curvature(slope):
    return differentiate(slope, u)

chapter.publish_loss(value="ce", slope="slope", curvature="curvature", target_domain="yt >= 0")
"""


def test_a_changed_copy_of_a_chapters_loss_is_judged_as_it_stands() -> None:
    loss = lossproof.load("logistic_regression").loss
    assert {"ce", "published slope"} <= loss.verdicts.keys()
    with pytest.raises(RefutedLoss, match="`published slope` is refuted"):
        replace(loss, slope=loss.slope + loss.predictors[0] / 2000).compile("numpy")


@pytest.mark.parametrize(("slope", "fallen"), [("exp(u) - yt", False), ("exp(u) - yt + 1/10000", True)])
def test_a_chapter_with_a_refuted_step_is_not_run_by_anyone(tmp_path: Path, slope: str, fallen: bool) -> None:
    script = tmp_path / "counts.py"
    script.write_text(CHAPTER.replace("SLOPE", slope))
    loss = lossproof.load(script).loss
    X, y = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 1.0, 4.0])
    if not fallen:
        assert lossproof.fit(loss, X, y).converged
        return
    with pytest.raises(RefutedLoss, match="`slope` is refuted"):
        lossproof.fit(loss, X, y)
    with pytest.raises(RefutedLoss):
        loss.export("python")
    unchecked = lossproof.fit(loss, X, y, unchecked=True)
    assert "unchecked" in unchecked.summary()


def test_a_copy_without_the_steps_below_it_does_not_stand_for_the_refuted_loss(tmp_path: Path) -> None:
    script = tmp_path / "counts.py"
    text = CHAPTER.replace("SLOPE", "exp(u) - yt").replace("chapter.publish", FALLEN + "chapter.publish")
    script.write_text(text.replace('slope="slope"', 'slope="slope_again"'))
    loss = lossproof.load(script).loss
    X, y = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 1.0, 4.0])
    assert lossproof.fit(replace(loss, grounds=()), X, y).converged
    with pytest.raises(RefutedLoss, match="`again` is refuted"):
        lossproof.fit(loss, X, y)


FALLEN = """
@chapter.step(claim="exp(u) - yt*u + 1/100", of="ce")
def again(ce):
    return ce

@chapter.step(claim="exp(u) - yt", relation="derivative of", variable="u", of="ce")
def slope_again(again, ce):
    return differentiate(ce, u)

"""


def test_a_script_that_is_edited_or_removed_after_it_was_loaded_changes_nothing(tmp_path: Path) -> None:
    script = tmp_path / "counts.py"
    script.write_text(CHAPTER.replace("SLOPE", "exp(u) - yt"))
    chapter = lossproof.load(script)
    digest, loss = chapter.digest, chapter.loss
    script.write_text(CHAPTER.replace("SLOPE", "exp(u) + yt"))
    assert (chapter.digest, chapter.loss) == (digest, loss)
    script.unlink()
    assert (chapter.digest, chapter.loss, chapter.introduction) == (digest, loss, "")


def test_code_that_nobody_judged_says_so_at_its_head() -> None:
    unchecked = replace(WRONG["a curvature twice too large"], unchecked=True)
    for text in (unchecked.compile("numpy").source, unchecked.export("python"), unchecked.export("c")):
        assert "\nUnchecked: the referee was not asked" in text.replace("\n   Unchecked", "\nUnchecked")
    assert "nchecked" not in logistic().export("python")


def test_a_network_with_a_refuted_step_below_it_is_not_run(tmp_path: Path) -> None:
    right = Path(lossproof.load("neural_network").path or "").read_text(encoding="utf-8")
    assert "= (1/M)*(yp[n, q] - yt[n, q])" in right
    script = tmp_path / "neural_network.py"
    script.write_text(right.replace("= (1/M)*(yp[n, q] - yt[n, q])", "= (1/M)*(yp[n, q] + yt[n, q])"))
    with pytest.raises(RefutedLoss, match="'neural_network' is not run: `slope_in_u` is refuted"):
        _ = lossproof.load(script).network.source
