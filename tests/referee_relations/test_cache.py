"""A verdict is kept by everything that it depends on; what cannot be trusted counts as absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossproof.referee import cache
from lossproof.referee.cache import keep, key_of, recall
from lossproof.referee.steps.report import MutantCount, Part, StepVerdict
from lossproof.referee.verdict import Evidence, Rule, Status, Verdict, Witness

VERDICT = Verdict(
    Status.REFUTED,
    "counterexample",
    Evidence((Rule("cases", "a", "b"),), 64, "1e-40", ("yt in {0, 1}",)),
    Witness({"yt": "1", "x": ["0", "1"]}, "0.5", "0.25", "0.25"),
)
KEPT = StepVerdict(VERDICT, (Part("the claim", VERDICT),), MutantCount(7, 1, 5, ("x + 1",), "few"))


def test_a_verdict_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    keep("k", KEPT, tmp_path)
    assert recall("k", tmp_path) == KEPT
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


def test_nothing_is_recalled_that_was_not_kept(tmp_path: Path) -> None:
    assert recall("k", tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": "k"}', '{"key": "k", "verdict": {"verdict": 3}}', "null"])
def test_a_corrupt_file_is_ignored(tmp_path: Path, text: str) -> None:
    (tmp_path / "k.json").write_text(text)
    assert recall("k", tmp_path) is None


def test_a_file_under_another_name_is_foreign(tmp_path: Path) -> None:
    keep("k", KEPT, tmp_path)
    (tmp_path / "k.json").rename(tmp_path / "other.json")
    assert recall("other", tmp_path) is None


def test_a_status_that_does_not_exist_is_not_believed(tmp_path: Path) -> None:
    keep("k", KEPT, tmp_path)
    path = tmp_path / "k.json"
    path.write_text(path.read_text().replace('"refuted"', '"true"', 1))
    assert recall("k", tmp_path) is None


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keep("k", KEPT, tmp_path / "file")
    assert recall("k", tmp_path / "file") is None


def test_the_key_depends_on_the_question_and_on_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    key = key_of(("x", "y"))
    assert key == key_of(("x", "y"))
    assert key != key_of(("x", "z"))
    monkeypatch.setattr(cache, "environment", lambda: "another referee")
    assert key != key_of(("x", "y"))


def test_the_environment_sees_every_source_and_the_versions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for room in cache.ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "module.py").write_text("one")
    monkeypatch.setattr(cache, "PACKAGE", tmp_path)
    found = {cache.environment.__wrapped__()}
    for room in cache.ROOMS:
        (tmp_path / room / "module.py").write_text("two")
        found.add(cache.environment.__wrapped__())
    monkeypatch.setattr(cache, "version", lambda name: "0")
    found.add(cache.environment.__wrapped__())
    assert len(found) == len(cache.ROOMS) + 2
