"""What the search finds: an entry a generated page, with its chapter in the title and the words that people search.

The theme's own index has an entry a heading, and TeX as it is typed. Here a step is one entry: its title with the
chapter's, its reason, its line as it is written in scripts, its keywords as tags, which count most.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from typing import Any

from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Step
from lossproof.notation import to_text
from lossproof.site.book import chapter_uri
from lossproof.site.outline import main_line
from lossproof.site.pages.markup import CODE_FILE, page_file, page_title, step_file
from lossproof.site.readable import as_words, without_tex
from lossproof.site.words import Words

Entry = dict[str, Any]
MAIN = 2  # how much more a step of the main line weighs
_GENERATED = "chapters/"


def with_pages(index: dict[str, Any], chapters: Iterable[Chapter], words: Words) -> dict[str, Any]:
    """The index with one entry for each generated page, and no TeX in those of the others."""
    chapters = tuple(chapters)
    folders = tuple(f"{_GENERATED}{chapter.name}/" for chapter in chapters)
    others = [_without_tex(entry) for entry in index["docs"] if not entry["location"].startswith(folders)]
    return {**index, "docs": [*others, *(entry for chapter in chapters for entry in entries(chapter, words))]}


def entries(chapter: Chapter, words: Words) -> Iterator[Entry]:
    """The chapter's page, its steps, and what runs."""
    lines = [to_line(step) for step in main_line(chapter)]
    yield _entry(chapter, "index.md", chapter.title, (chapter.introduction, *lines), chapter.derivation.shown.keywords)
    for step in chapter.steps.values():
        title = page_title(step.title, chapter.title)
        entry = _entry(chapter, step_file(step.name), title, (step.reason, to_line(step)), step.shown.keywords)
        yield {**entry, "boost": MAIN} if step in main_line(chapter) else entry
    if chapter.running:
        title = page_title(words.code.title, chapter.title)
        yield _entry(chapter, CODE_FILE, title, (words.code.lead,), ())


def _entry(chapter: Chapter, file: str, title: str, texts: Iterable[str], keywords: tuple[str, ...]) -> Entry:
    text = " ".join(f"<p>{html.escape(as_words(each), quote=False)}</p>" for each in texts if each)
    tags = {"tags": list(keywords)} if keywords else {}
    return {"location": page_file(chapter_uri(chapter.name, file)), "title": title, "text": text, **tags}


def to_line(step: Step) -> str:
    """``ce = -(yt*log(yp) + ...)``: the line in the text of scripts."""
    right = to_text(step.result_tree if step.claim is None else step.claim)
    return f"{to_text(step.left)} {step.operator} {right}" if step.left is not None else right


def _without_tex(entry: Entry) -> Entry:
    return {**entry, "text": without_tex(entry["text"]), "title": without_tex(entry["title"])}
