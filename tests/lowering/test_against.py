"""The comparison of two trees' kernels: who begins a round, what is put beside what, and which tree is evaluated."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import against
import pytest

PROBLEM = against.Problem(200, 3, "value")


class Timed(against.Tree):
    """A tree whose turns take known times."""

    def __init__(self, name: str, seconds: list[float], log: list[str]) -> None:
        self._name, self._seconds, self._log = name, seconds, log

    def seconds(self, problem: against.Problem) -> list[float]:
        self._log.append(self._name)
        return self._seconds


def test_each_begins_in_turn_and_both_are_put_beside_the_first() -> None:
    log: list[str] = []
    trees = [
        Timed("other", [0.002, 0.004, 0.009], log),
        Timed("this", [0.003, 0.003, 0.003], log),
        Timed("again", [0.002, 0.005, 0.009], log),
    ]
    row = against.compared(PROBLEM, trees, 3)
    assert log == ["other", "this", "again", "this", "again", "other", "again", "other", "this"]
    assert row[:2] == ["(200, 3)", "value"]
    assert row[2:6] == ["2.0000", "3.0000", "4.0000", "3.0000"]
    assert row[6:] == ["+50.0 %", "-25.0 %", "+0.0 %", "+25.0 %"]
    assert len(row) == len(against.HEAD)


def test_a_folder_without_the_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no checkout of lossproof"):
        against.Tree(tmp_path, "logistic_regression")


def test_a_process_that_imports_another_tree_says_so(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="in the place of"):
        against.evaluate(tmp_path, "logistic_regression")


def test_a_turn_is_so_many_evaluations(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(PROBLEM) + "\n"))
    against.evaluate(against.HERE, "logistic_regression")
    assert len(json.loads(capsys.readouterr().out)) == PROBLEM.calls
