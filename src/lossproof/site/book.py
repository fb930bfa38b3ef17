"""The chapters of a site in reading order, derived and judged once; what must stop a build."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lossproof.derivation import load, scripts
from lossproof.errors import CallerError
from lossproof.referee.check import Report, check_derivations
from lossproof.referee.verdict import Status, Verdict

_FAILED = frozenset({Status.REFUTED, Status.UNDECIDED})


def read_book(folder: Path, order: Sequence[str] = ()) -> tuple[Report, ...]:
    """The checked derivations of ``folder``: those named in ``order`` first, the others after them by name.

    Verdicts come from the cache where nothing changed. CallerError for a name that is not there.
    """
    reports = check_derivations([load(path) for path in scripts((folder,))])
    names = [report.derivation.name for report in reports]
    missing = [name for name in order if name not in names]
    if missing:
        raise CallerError(f"order: no derivation in {folder} is called {missing[0]!r}; there are {', '.join(names)}.")
    place = {name: number for number, name in enumerate(order)}
    return tuple(sorted(reports, key=lambda each: (place.get(each.derivation.name, len(order)), each.derivation.name)))


def chapter_uri(chapter: str, file: str = "index.md") -> str:
    """The Markdown file of a chapter or of one of its steps, from the root of the docs."""
    return f"chapters/{chapter}/{file}"


def failures(report: Report) -> Iterator[str]:
    """A line for each step that is refuted or undecided, with its counterexample."""
    for name, judged in report.verdicts.items():
        if judged.verdict.status in _FAILED:
            yield f"{report.derivation.name}/{name} is {judged.verdict.status}{_because(judged.verdict)}"


def survivors(report: Report) -> Iterator[str]:
    """A line for each wrong version of a claim that the referee did not refute."""
    for name, judged in report.verdicts.items():
        for text in judged.mutants.survived:
            yield f"{report.derivation.name}/{name}: a wrong version of the claim was not refuted: {text}"


def _because(verdict: Verdict) -> str:
    witness = verdict.witness
    if witness is None:
        return f": {verdict.method}"
    point = ", ".join(f"{name} = {value}" for name, value in witness.point.items())
    return f" at {point}: the derivation gives {witness.lhs}, the claim {witness.rhs} (difference {witness.difference})"
