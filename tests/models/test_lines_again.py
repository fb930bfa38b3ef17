"""A derivation that was derived before comes from the disk line by line, and never where anything is another."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossproof import Model, store
from lossproof.models import lines_again, model

FAMILIES = ("poisson", "student_t", "multinomial")


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSPROOF_CACHE_DIR", str(tmp_path))


def refuse(*args: object) -> None:
    raise AssertionError("derived anew")


@pytest.mark.parametrize("name", FAMILIES)
def test_what_was_derived_is_read_back_line_by_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Model.named(name).derive()
    monkeypatch.setattr(model, "_recorded", refuse)
    again = Model.named(name).derive()
    assert again.steps == first.steps
    assert again.digest == first.digest
    assert again.loss == first.loss


def test_another_model_or_another_library_is_derived_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    Model.named("poisson").derive()
    monkeypatch.setattr(model, "_recorded", refuse)
    with pytest.raises(AssertionError):
        Model("mu^y*exp(-mu)/factorial(y)", predictors={"mu": "exp(u)"}, where="y integer >= 1").derive()
    monkeypatch.setattr(lines_again, "_environment", lambda: "another version")
    with pytest.raises(AssertionError):
        Model.named("poisson").derive()


@pytest.mark.parametrize("text", [b"", b"{}", b'{"where": "y >", "lines": [], "published": {}}', b"[1]"])
def test_what_cannot_be_read_is_derived_anew(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = [step.claim_text for step in Model.named("poisson").derive().steps]
    monkeypatch.setattr(store, "recall", lambda kind, key: text)
    assert [step.claim_text for step in Model.named("poisson").derive().steps] == claims
