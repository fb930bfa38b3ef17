"""Pages are written once for a chapter, and again where anything that stands on them has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from lossproof import store
from lossproof.chapters.chapter import Chapter
from lossproof.referee.steps.report import MutantCount
from lossproof.site import kept_pages
from lossproof.site.shared_lines import Place
from lossproof.site.words import ENGLISH, JAPANESE

NOTHING = MappingProxyType({})


def changed(chapter: Chapter, **fields: str) -> Chapter:
    """The chapter with other words for its second step, as a text in another language gives them."""
    derivation = chapter.derivation
    steps = [replace(step, **fields) if step.name == "logarithm" else step for step in derivation.steps]
    told = derivation.in_words(
        steps, title=derivation.title, source=derivation.source, introduction="", shown=derivation.shown
    )
    return replace(chapter, derivation=told)


def test_a_chapter_is_written_once(
    make_chapter: Callable[..., Chapter], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOSSPROOF_CACHE_DIR", str(tmp_path))
    written = kept_pages.kept_chapter_files(make_chapter(), ENGLISH, NOTHING)
    assert set(written) == {"index.md", "product.md", "logarithm.md", "silent.md"}
    monkeypatch.setattr(kept_pages, "chapter_files", None)
    assert kept_pages.kept_chapter_files(make_chapter(), ENGLISH, NOTHING) == written


def test_what_stands_on_a_page_is_in_its_key(
    make_chapter: Callable[..., Chapter], monkeypatch: pytest.MonkeyPatch
) -> None:
    chapter = make_chapter()
    there = {"logarithm": (Place(chapter, chapter.steps["product"]),)}
    asked = {
        "the same": (chapter, ENGLISH, NOTHING),
        "in Japanese": (chapter, JAPANESE, NOTHING),
        "another title": (changed(chapter, title="Another"), ENGLISH, NOTHING),
        "another reason": (changed(chapter, reason="Another."), ENGLISH, NOTHING),
        "another result": (changed(chapter, source="..."), ENGLISH, NOTHING),
        "another verdict": (make_chapter(mutants=MutantCount(tried=1)), ENGLISH, NOTHING),
        "a line elsewhere": (chapter, ENGLISH, there),
    }
    keys = {name: kept_pages.key_of(*each) for name, each in asked.items()}
    monkeypatch.setattr(store, "sources", lambda *_, **__: "others")
    keys["other sources"] = kept_pages.key_of(chapter, ENGLISH, NOTHING)
    assert len(set(keys.values())) == len(keys), keys
