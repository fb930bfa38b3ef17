"""A verdict is kept by everything that it depends on; what cannot be trusted counts as absent."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from lossproof import store
from lossproof.errors import InternalError
from lossproof.notation import parse_assumptions, parse_tree
from lossproof.referee import cache
from lossproof.referee.cache import keep, key_of, recall
from lossproof.referee.steps.mutants import Mutant
from lossproof.referee.steps.report import MutantCount, Part, StepVerdict
from lossproof.referee.verdict import Evidence, Rule, Status, Verdict, Witness
from lossproof.words.codes import Duty, Mistake, Note, StepName, Trouble, Way

VERDICT = Verdict(
    Status.REFUTED,
    (Way.COUNTEREXAMPLE(), Way.LEAST_AT(variable=parse_tree("x"), value="0")),
    Evidence((Rule("case", parse_tree("a"), parse_tree("b")),), 64, "1e-40", ("yt in {0, 1}",)),
    Witness({"yt": "1", "x": ["0", "1"], "q": [["0"], ["1"]]}, "0.5", "0.25", "0.25", {"x": "2"}),
)
SURVIVED = Mutant(Mistake.SIGN, parse_tree("x + 1"))
PART = Part(Duty.EQUAL_TO(of=StepName("below")), VERDICT)
KEPT = StepVerdict(VERDICT, (PART,), MutantCount(7, 1, 5, (SURVIVED,), Note.SHORT_CLAIM(tried=7)))


@pytest.fixture(autouse=True)
def own_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOSSPROOF_CACHE_DIR", str(tmp_path))


def test_a_verdict_comes_back_as_it_was_kept() -> None:
    keep("k", KEPT)
    assert recall("k") == KEPT
    assert recall("another") is None


VALUES = [
    Fraction(-1, 3),
    {"a": 1, "b": (True, None, 0.5)},
    [["0"], ("1",)],
    Status.PROVED,
    Trouble.ONE_SIDED(places=(Trouble.NO_POINT(),)),
    Mistake.CASES,
    parse_tree("-(1/M)*sum(yt[m]*log(yp[m]) + p^2, m, 0, M-1) + diff(f, x) + 0.5*pi"),
    parse_assumptions("yt[m] in {0, 1}; 0 < yp < 1; k in 1..K; p simplex over 1..K; mu = exp(eta)"),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_whatever_a_verdict_may_hold_comes_back(value: Any) -> None:
    witness = replace(VERDICT.witness, point={"here": value})
    keep("k", StepVerdict(replace(VERDICT, witness=witness)))
    found = recall("k")
    assert found is not None
    assert found.verdict.witness == witness


def test_what_has_no_form_of_its_own_is_never_kept() -> None:
    @dataclass(frozen=True)
    class Verdict:
        status: str

    with pytest.raises(InternalError, match="not among those that can be kept"):
        keep("k", StepVerdict(Verdict("true")))  # type: ignore[arg-type]


CORRUPT = ["", "{", "[]", "null", '{"is": "StepVerdict", "with": {"no": 1}}', '{"is": "Path", "of": "x"}', '{"of": 1}']


@pytest.mark.parametrize("text", CORRUPT)
def test_what_is_no_verdict_is_not_believed(text: str) -> None:
    store.keep(cache.KIND, "k", text.encode())
    assert recall("k") is None


def test_a_status_that_does_not_exist_is_not_believed() -> None:
    text = json.dumps(cache._data(KEPT)).replace('"refuted"}', '"true"}', 1)
    store.keep(cache.KIND, "k", text.encode())
    assert recall("k") is None


def test_the_key_depends_on_the_question_and_on_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    key = key_of(("x", "y"))
    assert key == key_of(("x", "y"))
    assert key != key_of(("x", "z"))
    monkeypatch.setattr(cache, "environment", lambda: "another referee")
    assert key != key_of(("x", "y"))


def test_the_environment_sees_every_source_and_the_versions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    modules = [tmp_path / (cache.CODES if room == "words" else Path(room) / "module.py") for room in cache.ROOMS]
    for module in modules:
        module.parent.mkdir()
        module.write_text("one")
    monkeypatch.setattr(cache, "PACKAGE", tmp_path)
    found = {cache.environment.__wrapped__()}
    for module in modules:
        module.write_text("two")
        found.add(cache.environment.__wrapped__())
    # a language that is added, or a sentence that is mended, would else cost minutes of judging
    (tmp_path / "words" / "japanese.py").write_text("three")
    found.add(cache.environment.__wrapped__())
    monkeypatch.setattr(cache, "version", lambda name: "0")
    found.add(cache.environment.__wrapped__())
    assert len(found) == len(cache.ROOMS) + 2
