"""How commands write: JSON documents for programs, coloured words for people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from lossproof.errors import CallerError
from lossproof.notation import to_text
from lossproof.referee.verdict import Verdict

COLOURS = {
    "proved": "green",
    "corroborated": "yellow",
    "refuted": "red",
    "undecided": "magenta",
    "given": "blue",
}


def print_json(document: Any) -> None:
    """One JSON document on standard output, flushed."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    # Some readers take U+2028 inside a text for the end of the line.
    as_is = _can_show(text) and len(text.splitlines()) == 1
    click.echo(text if as_is else json.dumps(document, allow_nan=False))


def keep_apart(option: str, output: Path, inputs: Iterable[Path]) -> None:
    """CallerError where ``output`` is one of the files that are read, by whatever name or link it is reached."""
    if any(_is_same(output, path) for path in inputs):
        raise CallerError(f"{option}: {output} is the file that is read, and was left as it was; name another one.")


def _is_same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):  # one of them is not there, or its name has a NUL in it
        return False


def shown(text: object) -> str:
    """``text`` from outside on one line: what would move the cursor or speak to the terminal is spelled out."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in str(text))


def echo(text: str, err: bool = False) -> None:
    """A line of text; characters that the terminal has not are spelled out."""
    click.echo(text if _can_show(text, err) else text.encode("ascii", "backslashreplace").decode(), err=err)


def _can_show(text: str, err: bool = False) -> bool:
    try:
        text.encode(getattr(sys.stderr if err else sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def coloured(status: str) -> str:
    """The status in its colour, for a terminal."""
    return click.style(status, fg=COLOURS[status], bold=True)


def verdict_as_data(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON-ready data: status, method, witness (or None) and evidence."""
    witness, evidence = verdict.witness, verdict.evidence
    return {
        "status": str(verdict.status),
        "method": verdict.method,
        "witness": None
        if witness is None
        else {
            "point": witness.entries,
            "lhs": witness.lhs,
            "rhs": witness.rhs,
            "difference": witness.difference,
        },
        "evidence": {
            "rules": [
                {"name": rule.name, "before": to_text(rule.before), "after": to_text(rule.after)}
                for rule in evidence.rules
            ],
            "points": evidence.points,
            "radius": evidence.radius,
            "assumptions": list(evidence.assumptions),
        },
    }
