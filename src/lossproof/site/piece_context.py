"""What a piece of a hand-written page may draw on."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path

from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Step
from lossproof.errors import CallerError
from lossproof.site.book import chapter_uri
from lossproof.site.words import Words


@dataclass(frozen=True, slots=True)
class Context:
    """What a piece may draw on, and the page it stands on (its Markdown file, relative to the docs)."""

    chapters: tuple[Chapter, ...]
    words: Words
    page: str
    root: Path

    def chapter(self, name: str) -> Chapter:
        """The chapter of that name."""
        for chapter in self.chapters:
            if chapter.name == name:
                return chapter
        raise CallerError(f"{self.page}: there is no chapter `{name}`; there are {self._names()}.")

    def step(self, chapter: str, name: str) -> Step:
        """The step of that name."""
        found = self.chapter(chapter).steps.get(name)
        if found is None:
            raise CallerError(f"{self.page}: the chapter `{chapter}` has no step `{name}`.")
        return found

    def address(self, chapter: str, file: str = "index.md") -> str:
        """The relative link from this page to a generated one."""
        return posixpath.relpath(chapter_uri(chapter, file), posixpath.dirname(self.page) or ".")

    def _names(self) -> str:
        return ", ".join(f"`{chapter.name}`" for chapter in self.chapters)
