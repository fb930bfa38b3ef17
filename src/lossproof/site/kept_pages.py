"""The pages of a chapter, made again only where the chapter, its words or what makes pages has changed.

The key names the sources of lossproof and what they call, the script, the words of the language, the verdicts, the
lines of other chapters that the pages lead to, and what Coq said.
"""

from __future__ import annotations

import json
from hashlib import sha256

from lossproof import store
from lossproof.chapters.chapter import Chapter
from lossproof.chapters.kept_accuracy import measured_by
from lossproof.export.coq.accepted import read as accepted_by_coq
from lossproof.site.pages import chapter_files
from lossproof.site.shared_lines import Elsewhere
from lossproof.site.words import Words

KIND = "pages"
LIBRARIES = ("lossproof", "sympy", "python-flint", "matplotlib")


def kept_chapter_files(chapter: Chapter, words: Words, elsewhere: Elsewhere) -> dict[str, str]:
    """`chapter_files`, from what is kept where the same chapter was written before."""
    kept = store.recall(KIND, key := key_of(chapter, words, elsewhere))
    if kept is not None:
        found: dict[str, str] = json.loads(kept)
        return found
    found = chapter_files(chapter, words, elsewhere)
    store.keep(KIND, key, json.dumps(found, ensure_ascii=False).encode())
    return found


def key_of(chapter: Chapter, words: Words, elsewhere: Elsewhere) -> str:
    """Everything that the pages of a chapter are made of."""
    derivation = chapter.derivation
    made_by = (store.sources(".", libraries=LIBRARIES), measured_by() if chapter.running else "", words.said.language)
    told = (derivation.path, derivation.title, derivation.source, derivation.introduction, derivation.shown)
    steps = [(step.name, step.title, step.reason, step.because, step.shown) for step in derivation.steps]
    judged = [
        (name, found.verdict.status, found.mutants.tried, found.mutants.dropped, found.mutants.refuted)
        for name, found in chapter.report.rows.items()
    ]
    linked = [
        (
            name,
            place.chapter.name,
            place.chapter.title,
            place.step.name,
            place.chapter.judged(place.step.name).verdict.status,
        )
        for name, places in elsewhere.items()
        for place in places
    ]
    parts = (made_by, chapter.digest, chapter.no_code, told, steps, judged, linked, accepted_by_coq(derivation))
    return sha256("\n".join(map(repr, parts)).encode()).hexdigest()
