"""Words of a text without spaces, for the search: 最尤推定 is found under 最尤推定, 最尤 and 推定.

The search cuts a text, and what is typed, where the script changes (a setting, ``separator`` in ``mkdocs.ja.yml``), so
that 交差エントロピー is two words. A run of Chinese characters is cut here: where such a run stands by itself somewhere
on the site it counts as a word, and longer runs are cut into such words, with an invisible space between them. What is
typed the theme's search cuts by the words of the index.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

SPACE = "\u200b"
_RUN = re.compile(r"[\u4e00-\u9fff々]+")
_LONGEST = 3  # characters of a word that is looked for in a longer one
_UNKNOWN = 2.5  # what a character costs that belongs to no word; a word costs one


def segmented(index: dict[str, Any]) -> dict[str, Any]:
    """The search index with its runs of Chinese characters cut into words; as it is where it has none."""
    texts = [entry[name] for entry in index["docs"] for name in ("title", "text")]
    cut = cutter(texts)
    return {**index, "docs": [_cut_entry(entry, cut) for entry in index["docs"]]}


def cutter(texts: Iterable[str]) -> Any:
    """A function that puts spaces into a text, by the words of ``texts``."""
    counted = Counter(run for text in texts for run in _RUN.findall(text))
    words = frozenset(run for run in counted if 1 < len(run) <= _LONGEST)

    @cache
    def cut_run(run: str) -> str:
        return SPACE.join(_words_in(run, words))

    return lambda text: _RUN.sub(lambda match: cut_run(match[0]), text)


def _words_in(run: str, words: frozenset[str]) -> list[str]:
    """The run in the fewest words, characters outside of them dear; a run of up to three is a word as it stands."""
    if len(run) <= 2:
        return [run]
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(run) + 1):
        ways = []
        for length in range(1, min(_LONGEST, end) + 1):
            piece = run[end - length : end]
            if length == 1 or (piece in words and piece != run):
                cost, before = best[end - length]
                ways.append((cost + (1.0 if length > 1 else _UNKNOWN), [*before, piece]))
        best.append(min(ways, key=lambda way: way[0]))
    return _joined_singles(best[-1][1])


def _joined_singles(pieces: list[str]) -> list[str]:
    """Characters that belong to no word, side by side, as one."""
    joined: list[str] = []
    alone = False
    for piece in pieces:
        if len(piece) == 1 and alone:
            joined[-1] += piece
        else:
            joined.append(piece)
        alone = len(piece) == 1
    return joined


def _cut_entry(entry: dict[str, Any], cut: Any) -> dict[str, Any]:
    tags = {"tags": [cut(tag) for tag in entry["tags"]]} if "tags" in entry else {}
    return {**entry, "title": cut(entry["title"]), "text": cut(entry["text"]), **tags}
