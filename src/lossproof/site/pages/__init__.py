"""Pages as pure functions: derivation and verdicts in, Markdown out.

    step_page(chapter, step)   one step: reason, before and after, verdict with evidence, source
    chapter_page(chapter)      the whole derivation on one page, with its map
    code_page(chapter)         what runs, where the chapter publishes a loss
    chapter_files(chapter)     all of them, each with the name of its file

A page refers to others by relative links between Markdown files, so that a folder of them can be read anywhere.
"""

from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType

from lossproof.chapters.chapter import Chapter
from lossproof.site.pages.chapter_page import chapter_page
from lossproof.site.pages.code_page import code_page
from lossproof.site.pages.markup import CODE_FILE, step_file
from lossproof.site.pages.step_page import step_page
from lossproof.site.shared_lines import Elsewhere
from lossproof.site.words import ENGLISH, Words
from lossproof.store import write_whole

__all__ = ["CODE_FILE", "chapter_files", "chapter_page", "code_page", "step_file", "step_page", "write_pages"]


def chapter_files(
    chapter: Chapter, words: Words = ENGLISH, elsewhere: Elsewhere = MappingProxyType({})
) -> dict[str, str]:
    """The pages of a chapter in reading order: file name -> Markdown; ``elsewhere`` are its lines in other chapters."""
    steps = {
        step_file(step.name): step_page(chapter, step, words, elsewhere.get(step.name, ()))
        for step in chapter.steps.values()
    }
    code = {CODE_FILE: code_page(chapter, chapter.running, words)} if chapter.running else {}
    return {"index.md": chapter_page(chapter, words), **steps, **code}


def write_pages(chapters: Iterable[Chapter], folder: Path, words: Words = ENGLISH) -> list[Path]:
    """Write every page below ``folder``, a subfolder a chapter, for any generator of sites; the paths written."""
    written = []
    for chapter in chapters:
        for name, text in chapter_files(chapter, words).items():
            path = folder / chapter.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text)
            written.append(path)
    return written
