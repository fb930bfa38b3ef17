"""The chapters of a site in reading order; what must stop a build."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from lossproof import store
from lossproof.chapters.chapter import Chapter, judge_chapters
from lossproof.chapters.chapter_texts import refuse, retold, texts_of
from lossproof.chapters.scripts import load_chapter
from lossproof.errors import CallerError
from lossproof.notation import to_text
from lossproof.referee.steps.report import FALLEN
from lossproof.referee.steps.report_text import because
from lossproof.referee.verdict import Verdict
from lossproof.words import ENGLISH

WORTH_PROCESSES = 12  # steps: fewer are judged before another process has started
_KIND = "judged"  # sets of scripts whose verdicts are kept


def read_book(
    folder: Path, order: Sequence[str] = (), *, jobs: int | None = None, others: bool = True
) -> tuple[Chapter, ...]:
    """The checked derivations of ``folder``: those named in ``order`` first, the others after them by name
    (``others=False``: none of them).

    Verdicts come from the cache where nothing changed. CallerError for a name that is not there, the error of the
    first script that does not run or has another name than its derivation.
    """
    scripts = {path.stem: path for path in sorted(folder.glob("[a-z]*.py"))}
    missing = [name for name in order if name not in scripts]
    if missing:
        there = ", ".join(scripts) or "none"
        raise CallerError(f"order: no derivation in {folder} is called {missing[0]!r}; there are {there}.")
    chosen = dict.fromkeys([*order, *(scripts if others else ())])
    return _judged([scripts[name] for name in chosen], jobs or os.cpu_count() or 1)


def _judged(scripts: Sequence[Path], jobs: int) -> tuple[Chapter, ...]:
    """The chapters; two builds that judge the same for the first time at the same time do it one after the other."""
    texts = [(str(path), path.read_text(encoding="utf-8")) for path in scripts]
    key = repr((store.sources(".", libraries=("sympy", "python-flint")), texts))
    derivations = [load_chapter(path) for path in scripts]
    few = sum(len(each.steps) for each in derivations) < WORTH_PROCESSES
    with nullcontext() if store.recall(_KIND, key) is not None else store.alone(_KIND):
        found = judge_chapters(derivations, jobs=1 if few else jobs)
    store.keep(_KIND, key, b"")
    return found


def in_words(chapters: Sequence[Chapter], folder: Path) -> tuple[Chapter, ...]:
    """The chapters in the words of the texts in ``folder``.

    DerivationError that names every text which is missing or older than the words of its script.
    """
    texts = [texts_of(folder, chapter.name) for chapter in chapters]
    refuse((chapter.derivation, found) for chapter, found in zip(chapters, texts, strict=True))
    return tuple(
        replace(chapter, derivation=retold(chapter.derivation, found))
        for chapter, found in zip(chapters, texts, strict=True)
    )


def chapter_uri(chapter: str, file: str = "index.md") -> str:
    """The Markdown file of a chapter or of one of its steps, from the root of the docs."""
    return f"chapters/{chapter}/{file}"


def failures(chapter: Chapter) -> Iterator[str]:
    """A line for each step, each derivative published and each form that runs, that is refuted or undecided."""
    for name, judged in chapter.report.rows.items():
        status = judged.verdict.status
        if status in FALLEN:
            broken = [ENGLISH.say(part.obligation) for part in judged.parts if part.verdict.status is status]
            yield f"{chapter.name}/{name} is {status} ({', '.join(broken)}){_because(judged.verdict)}"
    if chapter.no_code:
        yield f"{chapter.name}: what is published has no code: {chapter.no_code}"
    for part in chapter.forms:
        if part.verdict.status in FALLEN:
            line = f"{chapter.name}: the computed {part.name} is not the published {part.step.name}"
            yield f"{line}, {part.verdict.status}{_because(part.verdict)}"


def survivors(chapter: Chapter) -> Iterator[str]:
    """A line for each wrong version of a claim that the referee did not refute."""
    for name, judged in chapter.report.verdicts.items():
        for mutant in judged.mutants.survived:
            wrong = f"{to_text(mutant.tree)} ({ENGLISH.mistakes[mutant.kind]})"
            yield f"{chapter.name}/{name}: a wrong version of the claim was not refuted: {wrong}"


def _because(verdict: Verdict) -> str:
    why = because(verdict)
    return f": {ENGLISH.all_of(why if isinstance(why, tuple) else (why,))}"
