"""What was found in a formula, in lines for people: the counterexample, the nearest right form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from lossproof.notes.findings import Checked, Finding
from lossproof.referee.steps.report_text import point_of
from lossproof.referee.verdict import Status
from lossproof.words.english import ENGLISH

_ESCAPED = re.compile(r"&(?:lt|gt|amp);")
MARKS = {
    Status.PROVED: "right",
    Status.CORROBORATED: "probably right",
    Status.REFUTED: "WRONG",
    Status.UNDECIDED: "undecided",
}


def one_line(latex: str) -> str:
    """A formula in one line that is not too long."""
    text = " ".join(_ESCAPED.sub(lambda found: unescape(found.group()), latex).split())
    return text if len(text) <= 100 else f"{text[:97]}..."


def details(finding: Finding) -> list[str]:
    """The counterexample in the letters of the note, the nearest right form, and what there is to say."""
    lines: list[str] = []
    for link in finding.links:
        if link.witness is not None:
            lines.append(f"{one_line(link.lhs)}  is not  {one_line(link.rhs)}")
            point = ", ".join(ENGLISH.shown(each) for each in point_of(link.witness))
            lines.append(f"at {point}: {link.witness.lhs} and {link.witness.rhs}")
        if link.nearest is not None:
            lines.append(f"right would be: {link.nearest}")
    return lines + (finding.message.splitlines() if finding.message else [])


def failures(checked: Checked, name: str) -> Iterator[str]:
    """What fails a page that asks to be checked: ``name``, the line, the verdict and its details."""
    for finding in checked.findings:
        if finding.status in {Status.REFUTED, Status.UNDECIDED}:
            head = f"{name}, line {finding.line}: {MARKS[finding.status]}  {one_line(finding.latex)}"
            yield "\n".join([head, *(f"    {line}" for line in details(finding))])
