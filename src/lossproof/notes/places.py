"""Where things of one formula stand in the note, and the findings of one line as one row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lossproof.errors import RejectedText
from lossproof.notation.tex.atoms import Row
from lossproof.notation.tex.readings import Beyond, NotUnderstood
from lossproof.notes.documents import Formula, Lines, Note
from lossproof.notes.findings import Finding, Kind
from lossproof.notes.statements import Statement


class Place:
    """Where things of one formula stand in the note."""

    def __init__(self, note: Note, formula: Formula) -> None:
        self.formula = formula
        self.lines = Lines.of(formula.latex)
        lead = len(formula.latex) - len(formula.latex.lstrip())
        self.first = formula.line - self.lines.at(lead)

    def line(self, place: int) -> int:
        return self.first + self.lines.at(place)

    def place(self, row: Row) -> tuple[str, int, int, int]:
        """The LaTeX of a row, its line, and its places in the note."""
        if not row:
            return "", self.formula.line, self.formula.start, self.formula.start
        start, end = row[0].start, max(atom.end for atom in row)
        latex = self.formula.latex[start:end].strip()
        return latex, self.line(start), self.formula.start + start, self.formula.start + end

    def finding(self, statement: Statement, kind: Kind, message: str = "") -> Finding:
        row = tuple(atom for side in statement.sides for atom in side)
        latex, line, start, end = self.place(tuple(sorted(row, key=lambda atom: atom.start)))
        if not all(statement.sides):
            start, end = (self.formula.start + place for place in statement.span)
            latex, line = self.formula.latex[slice(*statement.span)].strip(), self.line(statement.span[0])
        return Finding(line, latex, kind, start, end, (), message, self.formula.cell)

    def told(self, error: NotUnderstood) -> str:
        """The sentence, with a caret under the place where there is one."""
        if error.place is None:
            return error.sentence
        return str(RejectedText(error.sentence, self.formula.latex, error.place))


def by_line(findings: Iterable[Finding], formula: Formula) -> Iterator[Finding]:
    """The findings of one formula that stand in one line as one row: the gravest kind, all links.

    What is not judged stays a row of its own beside what is.
    """
    held: list[Finding] = []
    for finding in findings:
        if held and held[-1].line == finding.line and (held[-1].kind in _UNJUDGED) == (finding.kind in _UNJUDGED):
            held[-1] = _merged(held[-1], finding, formula)
        else:
            held.append(finding)
    yield from held


_UNJUDGED = frozenset({Kind.BEYOND, Kind.NOT_UNDERSTOOD})
_GRAVITY = [Kind.CONDITION, Kind.UPDATE, Kind.ASSUMPTION, Kind.DEFINITION, Kind.BEYOND, Kind.NOT_UNDERSTOOD, Kind.CLAIM]


def _merged(one: Finding, other: Finding, formula: Formula) -> Finding:
    kind = max((one.kind, other.kind), key=_GRAVITY.index)
    message = " ".join(dict.fromkeys(text for text in (one.message, other.message) if text))
    start, end = min(one.start, other.start), max(one.end, other.end)
    return replace(
        one,
        kind=kind,
        latex=formula.latex[start - formula.start : end - formula.start].strip(),
        start=start,
        end=end,
        links=one.links + other.links,
        message=message,
    )


def kind_of(error: NotUnderstood) -> Kind:
    return Kind.BEYOND if isinstance(error, Beyond) else Kind.NOT_UNDERSTOOD
