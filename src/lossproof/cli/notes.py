"""`lossproof check NOTE.md ...`: the formulas of notes, a row a formula."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from lossproof.cli.output import COLOURS, echo, keep_apart, print_json
from lossproof.errors import CallerError
from lossproof.notation import parse_assumptions
from lossproof.notes import SUFFIXES, Checked, Finding, Kind, check_note, read_note
from lossproof.notes.marked import marked_html
from lossproof.notes.told import MARKS, details, one_line
from lossproof.referee.verdict import Status, Witness
from lossproof.store import write_whole


def notes_at(paths: Sequence[Path]) -> list[Path]:
    """``paths``, each folder that holds notes and no scripts as the notes in it."""
    return [note for path in paths for note in _notes_in(path)]


def _notes_in(path: Path) -> list[Path]:
    if not path.is_dir() or any(path.glob("[a-z]*.py")):
        return [path]
    inside = (found for found in sorted(path.rglob("*")) if found.suffix.lower() in SUFFIXES and found.is_file())
    return [found for found in inside if not _is_hidden(found.relative_to(path))] or [path]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def are_notes(paths: Sequence[Path]) -> bool:
    """Whether ``paths`` are notes; a call that mixes them with scripts is refused."""
    notes = [path for path in paths if path.suffix.lower() in SUFFIXES]
    if notes and len(notes) < len(paths):
        raise click.UsageError("check notes and derivation scripts in two calls.")
    return bool(notes)


@dataclass(frozen=True, slots=True)
class Refused:
    """A note that could not be checked, and why."""

    name: str
    error: CallerError


def check_notes(paths: Sequence[Path], where: str, as_json: bool, html: Path | None, annotate: bool) -> int:
    """Check the notes and print what was found; 2 where one cannot be read, 1 where a formula is wrong or undecided.

    A note that cannot be read hides nothing of the others.
    """
    if html is not None and len(paths) != 1:
        raise click.UsageError("--html writes the copy of one note: name one.")
    if html is not None:
        keep_apart("--html", html, paths)
    parse_assumptions(where)
    found = [_checked(path, where) for path in paths]
    if len(found) == 1 and isinstance(found[0], Refused):
        raise found[0].error
    checked = [each for each in found if isinstance(each, Checked)]
    if html is not None:
        write_whole(html, marked_html(checked[0]))
    if as_json:
        print_json(as_document(found))
    else:
        _print_all(found, annotate)
    return 2 if len(checked) < len(found) else 0 if all(note.ok for note in checked) else 1


def _checked(path: Path, where: str) -> Checked | Refused:
    try:
        return check_note(read_note(path), where)
    except CallerError as error:
        return Refused(str(path), error)


def _print_all(found: Sequence[Checked | Refused], annotate: bool) -> None:
    for each in found:
        if isinstance(each, Checked):
            _print_note(each)
        else:
            echo(f"{each.name}\n{each.error}\n", err=True)
    for note in found if annotate else ():
        _annotate(note) if isinstance(note, Checked) else echo(_refusal(note))


def _refusal(note: Refused) -> str:
    return f"::error file={_property(note.name)},title=no note::{_data(str(note.error))}"


def as_document(found: Sequence[Checked | Refused]) -> dict[str, Any]:
    """What was found as the document that ``--json`` prints; a note that cannot be read has its ``error``."""
    return {
        "files": [_file(each) for each in found],
        "ok": all(isinstance(each, Checked) and each.ok for each in found),
    }


def _file(note: Checked | Refused) -> dict[str, Any]:
    if isinstance(note, Refused):
        return {"file": note.name, "formulas": [], "error": str(note.error)}
    return {"file": note.name, "formulas": [_as_data(found) for found in note.findings]}


def _as_data(finding: Finding) -> dict[str, Any]:
    place = {} if finding.cell is None else {"cell": finding.cell}
    return {
        "line": finding.line,
        **place,
        "latex": finding.latex,
        "kind": str(finding.kind),
        "status": None if finding.status is None else str(finding.status),
        "links": [
            {
                "lhs": link.lhs,
                "rhs": link.rhs,
                "status": str(link.status),
                "witness": _witness(link.witness),
                "nearest": link.nearest,
            }
            for link in finding.links
        ],
        "assumed": list(finding.assumed),
        "message": finding.message,
    }


def _witness(witness: Witness | None) -> dict[str, Any] | None:
    if witness is None:
        return None
    return {"point": witness.entries, "lhs": witness.lhs, "rhs": witness.rhs, "difference": witness.difference}


def _print_note(note: Checked) -> None:
    echo(note.name)
    for finding in note.findings:
        place = f"{finding.line}" if finding.cell is None else f"cell {finding.cell}, {finding.line}"
        echo(f"  {place:>5}  {_painted(finding)}  {one_line(finding.latex)}")
        for line in details(finding):
            echo(f"         {line}")
    echo(f"{_tally(note)}\n")


def _painted(finding: Finding) -> str:
    if finding.status in MARKS and finding.links:
        return click.style(MARKS[finding.status], fg=COLOURS[finding.status], bold=True)
    return click.style(str(finding.kind), dim=True)


def _tally(note: Checked) -> str:
    counts: Counter[str] = note.tally
    said = ", ".join(f"{count} {word}" for word, count in counts.items())
    total = sum(counts.values())
    return f"{total} formula{'' if total == 1 else 's'}{': ' if said else ''}{said}."


def _annotate(note: Checked) -> None:
    """The lines that GitHub shows beside a changed file."""
    for finding in note.findings:
        if finding.status in {Status.REFUTED, Status.UNDECIDED}:
            level = "error" if finding.is_wrong else "warning"
            echo(_annotation(level, note, finding, MARKS[finding.status], "\n".join(details(finding))))
        elif finding.kind is Kind.NOT_UNDERSTOOD:
            echo(_annotation("notice", note, finding, "not understood", one_line(finding.message)))


def _annotation(level: str, note: Checked, finding: Finding, title: str, message: str) -> str:
    """One workflow command; a line of a notebook counts in its cell, so that the cell stands in the title."""
    place = f"line={finding.line}," if finding.cell is None else ""
    title = title if finding.cell is None else f"{title} (cell {finding.cell}, line {finding.line})"
    return f"::{level} file={_property(note.name)},{place}title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    """Text as GitHub's workflow commands escape it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def annotates() -> bool:
    """Whether the run is one of GitHub's actions, which reads annotations from the output."""
    return os.environ.get("GITHUB_ACTIONS") == "true"
