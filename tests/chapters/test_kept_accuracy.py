"""A certificate is measured once on a machine, and again where what is measured is another thing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lossproof import store
from lossproof.chapters import kept_accuracy, load
from lossproof.lowering import Accuracy, Loss
from lossproof.lowering.measure.accuracy import Row


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[int]:
    """The numbers of points of each measurement; what comes out is made up."""
    asked: list[int] = []

    def accuracy(loss: Loss, backend: str = "numba", points: int = 0) -> Accuracy:
        asked.append(points)
        row = Row("value", "float64", 0.1 + 0.2, (-0.0, 5e-324), float("inf"), 1.0, 7)
        return Accuracy(loss.name, backend, (row,))

    monkeypatch.setenv("LOSSPROOF_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(Loss, "accuracy", accuracy)
    return asked


@pytest.fixture(scope="module")
def loss() -> Loss:
    found = load("poisson_regression").loss
    assert isinstance(found, Loss)
    return found


def test_what_was_measured_is_what_is_kept(measured: list[int], loss: Loss) -> None:
    first, again = kept_accuracy.kept_accuracy(loss, 50), kept_accuracy.kept_accuracy(loss, 50)
    assert repr(first) == repr(again)
    assert measured == [50]


@pytest.mark.parametrize("what", ["points", "formula", "domain", "sources"])
def test_another_question_is_measured_anew(
    measured: list[int], loss: Loss, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_accuracy.kept_accuracy(loss, 50)
    if what == "sources":
        kept_accuracy.measured_by.cache_clear()
        monkeypatch.setattr(store, "sources", lambda *_, **__: "others")
    other = {
        "formula": lambda: replace(loss, value=2 * loss.value, slope=2 * loss.slope, curvature=2 * loss.curvature),  # type: ignore[operator]
        "domain": lambda: replace(loss, target_domain="y integer; 2 <= y <= 5"),
    }.get(what, lambda: loss)()
    kept_accuracy.kept_accuracy(other, 51 if what == "points" else 50)
    assert len(measured) == 2
    kept_accuracy.measured_by.cache_clear()
