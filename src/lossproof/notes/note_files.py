"""A note read from its file: front matter, comments with assumptions, cells of notebooks."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from lossproof.errors import CallerError
from lossproof.notes.documents import Formula, Note, Stated
from lossproof.notes.scanning import CLAUSES, scan

MAX_NOTE, MAX_NOTEBOOK = 5_000_000, 100_000_000
"""The bytes of a file; most of a notebook's are the pictures that its cells have drawn, which are passed over."""


SUFFIXES = frozenset({".md", ".markdown", ".ipynb", ".tex", ".html", ".htm"})


_ASKS = re.compile(r"\A---\n(?P<front>.*?)\n---\s*\n", re.DOTALL)


_LISTED = re.compile(r"\s*-\s|\s+\S")


_KEY = re.compile(r"\s*(?:-\s+)?(?:(?:where|assume)\s*:)?")


_ONLY_CHECK = re.compile(r"(?:check)?(?:\s*:)?\s*(?:true|yes|on)?")


def read_note(path: Path) -> Note:
    """The note at ``path``; CallerError where it cannot be read."""
    if not path.is_file():
        what = "is a directory: name the notes in it" if path.is_dir() else "does not exist"
        raise CallerError(f"NOTE: {path} {what}.")
    most = MAX_NOTEBOOK if path.suffix.lower() == ".ipynb" else MAX_NOTE
    try:
        if path.stat().st_size > most:
            raise CallerError(f"NOTE: {path} is larger than {most // 1_000_000} MB.")
        content = path.read_bytes()
    except OSError as error:
        raise CallerError(f"NOTE: {path} cannot be read ({error.strerror or error.__class__.__name__}).") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = f"byte {error.start + 1}"
        raise CallerError(f"NOTE: {path} is no text in UTF-8 ({place}): save it in that encoding.") from error
    return note_of(text.replace("\r\n", "\n").replace("\r", "\n"), str(path), path.suffix.lower())


def note_of(text: str, name: str, suffix: str) -> Note:
    """The note that ``text`` is, read as the kind of file that ``suffix`` says."""
    if suffix == ".ipynb":
        return _notebook(text, name)
    kind = {".tex": "tex", ".html": "html", ".htm": "html"}.get(suffix, "md")
    front = _ASKS.match(text) if kind == "md" else None
    clauses, asks = _front_matter(front.group("front")) if front else ((), False)
    formulas, rest = _attached(scan(text, kind, front.end() if front else 0))
    return Note(name, text, formulas, clauses, asks, rest)


def _front_matter(front: str) -> tuple[tuple[Stated, ...], bool]:
    """``lossproof: check`` asks for a check of the page; other words, a list below or ``where:`` are assumptions."""
    lines = front.splitlines()
    for number, line in enumerate(lines):
        if found := CLAUSES.match(line):
            values = [(number, found.group("clauses"))]
            for below, item in enumerate(itertools.takewhile(_LISTED.match, lines[number + 1 :]), number + 1):
                values.append((below, _KEY.sub("", item, count=1)))
            said = [(place, value.strip().strip("\"'")) for place, value in values]
            return tuple(_front_clauses(said)), any(value for _, value in said)
    return (), False


def _front_clauses(values: Iterable[tuple[int, str]]) -> Iterator[Stated]:
    for number, value in values:
        if _ONLY_CHECK.fullmatch(value) is None:
            yield Stated(value.removeprefix("check").lstrip(" ;"), f"line {number + 2}")


def _attached(found: Iterable[Formula | Stated]) -> tuple[tuple[Formula, ...], tuple[Stated, ...]]:
    """Each formula with the clauses that stand before it, and the clauses behind the last one."""
    formulas: list[Formula] = []
    waiting: tuple[Stated, ...] = ()
    for each in found:
        if isinstance(each, Stated):
            waiting = (*waiting, each)
        else:
            formulas.append(replace(each, clauses=waiting))
            waiting = ()
    return tuple(formulas), waiting


def _notebook(text: str, name: str) -> Note:
    """The Markdown cells of a notebook; places are counted cell by cell."""
    try:
        cells = json.loads(text)["cells"]
        sources = [(number, cell) for number, cell in enumerate(cells, 1) if cell.get("cell_type") == "markdown"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CallerError(f"NOTE: {name} is no notebook (JSON with a list of cells).") from error
    if sum(len(_source(cell)) for _, cell in sources) > MAX_NOTE:
        raise CallerError(f"NOTE: {name} has more than {MAX_NOTE // 1_000_000} MB of text.")
    whole, found = "", list[Formula | Stated]()
    for number, cell in sources:
        source = _source(cell)
        found += [Stated(clauses, f"tag of cell {number}") for clauses in _tags(cell)]
        found += [_in_cell(each, number, len(whole)) for each in scan(source, "ipynb", 0)]
        whole += source + "\n\n"
    formulas, rest = _attached(found)
    return Note(name, whole, formulas, rest=rest)


def _in_cell(each: Formula | Stated, cell: int, before: int) -> Formula | Stated:
    """What was found in a cell with ``before`` characters in the cells above it."""
    if isinstance(each, Stated):
        return replace(each, place=f"cell {cell}, {each.place}")
    return replace(each, start=each.start + before, end=each.end + before, cell=cell)


def _source(cell: Any) -> str:
    source = cell.get("source", "")
    parts = source if isinstance(source, list) else [source]
    return "".join(part for part in parts if isinstance(part, str))


def _tags(cell: Any) -> tuple[str, ...]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    said = (CLAUSES.match(tag) for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    return tuple(found.group("clauses").strip() for found in said if found)
