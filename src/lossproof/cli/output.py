"""How commands write: JSON documents for programs, coloured words for people."""

from __future__ import annotations

import json
from typing import Any

import click

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
    click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))


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
            "point": witness.point,
            "lhs": witness.lhs,
            "rhs": witness.rhs,
            "difference": witness.difference,
        },
        "evidence": {
            "rules": [{"name": rule.name, "before": rule.before, "after": rule.after} for rule in evidence.rules],
            "points": evidence.points,
            "radius": evidence.radius,
            "assumptions": list(evidence.assumptions),
        },
    }
