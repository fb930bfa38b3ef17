"""What was found in a formula, in lines for people: the counterexample, the nearest right form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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
    text = " ".join(unescaped(latex).split())
    return text if len(text) <= 100 else f"{text[:97]}..."


def unescaped(latex: str) -> str:
    """The formula as it is meant where a page of HTML writes ``a &lt; b``."""
    return _ESCAPED.sub(lambda found: unescape(found.group()), latex)


def details(
    finding: Finding, formula: Callable[[str], str] | None = None, words: Callable[[str], str] = str
) -> list[str]:
    """The counterexample in the letters of the note, the nearest right form, and what there is to say.

    ``formula`` and ``words`` say how LaTeX and text are shown; as text on a line where nothing is said.
    """
    side = formula or one_line
    lines: list[str] = []
    for link in finding.links:
        if link.witness is not None:
            lines.append(f"{side(link.lhs)}  is not  {side(link.rhs)}")
            point = ", ".join(ENGLISH.shown(each) for each in point_of(link.witness))
            lines.append(words(f"at {point}: {link.witness.lhs} and {link.witness.rhs}"))
        if link.nearest is not None:
            lines.append(f"right would be: {(formula or str)(link.nearest)}")
    return lines + [words(line) for line in finding.message.splitlines()]


def failures(checked: Checked, name: str) -> Iterator[str]:
    """What fails a page that asks to be checked: ``name``, the line, the verdict and its details."""
    for finding in checked.findings:
        if finding.status in {Status.REFUTED, Status.UNDECIDED}:
            head = f"{name}, line {finding.line}: {MARKS[finding.status]}  {one_line(finding.latex)}"
            yield "\n".join([head, *(f"    {line}" for line in details(finding))])
