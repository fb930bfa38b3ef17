"""How notes of other people are read and judged: every labelled link of the collection, and the whole notes with keys.

    python benchmarks/notes.py

Reads ``notes_given.jsonl`` and ``notes/`` of the reference data (tests/conftest.py says where they are looked for),
each formula behind its context as a note would have it, and writes benchmarks/results/notes.md. Times are of the
processor. Exit code 1 when a claim is answered wrongly or a planted mistake is missed.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lossproof.notation.tex.conventions import conventions_of
from lossproof.notation.tex.grammar import Grammar
from lossproof.notation.tex.readings import NotUnderstood
from lossproof.notes import Finding, Kind, check_note, note_of, read_note
from lossproof.notes.statements import statements_of
from lossproof.referee.verdict import Status

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("LOSSPROOF_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
RESULT = ROOT / "benchmarks" / "results" / "notes.md"
GOOD = {Status.PROVED, Status.CORROBORATED}


def cases() -> Iterator[dict[str, Any]]:
    """The cases ``{"id", "kind", "latex", "context", "links"}``."""
    lines = (DATA / "notes_given.jsonl").read_text(encoding="utf-8").splitlines()
    yield from (json.loads(line) for line in lines if line.strip())


def found_in(case: dict[str, Any]) -> list[Finding]:
    """What is found in the formula of a case, its context before it."""
    wrapped = [text if "$$" in text else f"$${text}$$" for text in (*case["context"], case["latex"])]
    start = len("\n\n".join(wrapped[:-1]))
    return [row for row in check_note(note_of("\n\n".join(wrapped), case["id"], ".md")).findings if row.start >= start]


def reading_time(latex: str) -> float:
    """Seconds of the processor to read one formula: tokens, brackets, statements, conventions, trees."""
    start = time.process_time()
    rows = [side for statement in statements_of(latex, {}).statements for side in statement.sides if side]
    conventions = conventions_of(rows)
    for row in rows:
        try:
            Grammar(conventions, component="c").read(row)
        except NotUnderstood:
            continue
    return time.process_time() - start


def answer(case: dict[str, Any]) -> dict[str, Any]:
    """What was said of one case beside what is true."""
    rows = found_in(case)
    statuses = [link.status for row in rows for link in row.links]
    holds = all(link["truth"] for link in case["links"])
    return {
        "id": case["id"],
        "kind": case["kind"],
        "holds": holds,
        "statuses": statuses,
        "kinds": {row.kind for row in rows},
        "reading": reading_time(case["latex"]),
        "good": _good(case["kind"], holds, statuses),
    }


def _good(kind: str, holds: bool, statuses: list[Status]) -> bool:
    """Whether a claim is answered, and rightly; what is no claim must only not be accused if it holds."""
    if kind == "claim":
        return bool(statuses) and (set(statuses) <= GOOD if holds else Status.REFUTED in statuses)
    return Status.REFUTED not in statuses or not holds


def whole_notes() -> Iterator[tuple[str, int, int, int, int]]:
    """Each whole note: planted mistakes, those found, right lines, right lines accused or not judged."""
    keys = json.loads((DATA / "notes" / "keys.json").read_text(encoding="utf-8"))
    for name in sorted(path.name for path in (DATA / "notes").glob("*.md")):
        words: dict[str, set[int]] = {"wrong": set(), "right": set()}
        for row in keys[name]["formulas"]:
            words.setdefault(row["verdict"], set()).add(row["line"])
        findings = check_note(read_note(DATA / "notes" / name)).findings
        accused = {row.line for row in findings if row.is_wrong}
        judged = {row.line for row in findings if row.status in GOOD}
        right = words["right"]
        missed = len(right - judged) + len(accused - words["wrong"])
        yield name, len(words["wrong"]), len(words["wrong"] & accused), len(right), missed


def table(rows: list[dict[str, Any]], notes: list[tuple[str, int, int, int, int]]) -> str:
    """The table for people."""
    claims = [row for row in rows if row["kind"] == "claim"]
    links = Counter(status for row in claims for status in row["statuses"])
    right, wrong = ([row for row in claims if row["holds"] is holds] for holds in (True, False))
    unread = [row["id"] for row in claims if not row["statuses"] or Kind.NOT_UNDERSTOOD in row["kinds"]]
    beyond = [row for row in rows if row["kind"] == "beyond"]
    silent = [row["id"] for row in beyond if row["kinds"] != {Kind.BEYOND}]
    times = sorted(row["reading"] for row in rows)
    good = links[Status.PROVED] + links[Status.CORROBORATED]
    versions = f"Python {platform.python_version()}, lossproof {version('lossproof')}, SymPy {version('sympy')}"
    lines = [
        "# Notes of other people",
        "",
        f"`python benchmarks/notes.py`, {versions}. The cases are those of `notes_given.jsonl` and `notes/`.",
        "",
        "| what | figure |",
        "| --- | --- |",
        f"| claims that hold, every link accepted | {sum(row['good'] for row in right)} of {len(right)} |",
        f"| claims with a wrong link, refuted | {sum(row['good'] for row in wrong)} of {len(wrong)} |",
        f"| claims answered wrongly | {len(wrongly(rows))} |",
        f"| links proved, corroborated only, refuted, undecided | {links[Status.PROVED]}, {links[Status.CORROBORATED]} "
        f"({links[Status.CORROBORATED] / good:.1%}), {links[Status.REFUTED]}, {links[Status.UNDECIDED]} |",
        f"| claims not, or not wholly, understood | {len(unread)} ({len(unread) / len(claims):.1%}): {_ids(unread)} |",
        f"| beyond, and said to be | {len(beyond) - len(silent)} of {len(beyond)}; otherwise {_ids(silent)} |",
        f"| reading a formula: median, 99 %, slowest | {statistics.median(times) * 1e3:.2f} ms, "
        f"{times[int(0.99 * len(times))] * 1e3:.2f} ms, {times[-1] * 1e3:.2f} ms |",
        "",
        "| whole note | planted mistakes found at their line | right lines | accused or not judged |",
        "| --- | --- | --- | --- |",
        *(f"| {name} | {found} of {planted} | {right_} | {missed} |" for name, planted, found, right_, missed in notes),
    ]
    return "\n".join(lines) + "\n"


def _ids(found: list[str]) -> str:
    return ", ".join(found) or "none"


def wrongly(rows: list[dict[str, Any]]) -> list[str]:
    """The claims that got an answer, and a wrong one."""
    return [row["id"] for row in rows if row["kind"] == "claim" and row["statuses"] and not row["good"]]


def main() -> int:
    """Judge, print and write the table."""
    reading_time("x = 1")
    rows, notes = [answer(case) for case in cases()], list(whole_notes())
    text = table(rows, notes)
    print(text)
    RESULT.write_text(text, encoding="utf-8")
    missed = [name for name, planted, found, _, accused in notes if found < planted or accused]
    return 1 if wrongly(rows) or missed else 0


if __name__ == "__main__":
    sys.exit(main())
