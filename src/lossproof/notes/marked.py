"""A copy of a note as one page, each judged formula marked with its verdict; nothing in it comes from elsewhere.

The words stand as they are written, the formulas are set; one that cannot be set stands as it is written too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from lossproof.notes.documents import Formula
from lossproof.notes.findings import Checked, Finding, Kind
from lossproof.notes.mathml import as_mathml
from lossproof.notes.note_files import note_of
from lossproof.notes.told import MARKS, details, unescaped
from lossproof.referee.verdict import Status

CLASSES = {
    Status.PROVED: "right",
    Status.CORROBORATED: "probable",
    Status.REFUTED: "wrong",
    Status.UNDECIDED: "open",
    Status.GIVEN: "given",
}
UNJUDGED = "unjudged"
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --page: #fff; --ink: #1b1b1b; --edge: #b3261e;
  --right: #c9efd0; --probable: #f3eaa9; --wrong: #ffc9c9; --open: #e6cff0; --given: #cfe2fa; --unjudged: #e4e4e4 }}
@media (prefers-color-scheme: dark) {{ :root {{ --page: #16181c; --ink: #e8e6e3; --edge: #ff8a80;
  --right: #1f4d2b; --probable: #565018; --wrong: #6b2226; --open: #4c2f59; --given: #223f63; --unjudged: #3a3d42 }} }}
body {{ font-family: system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.5;
  background: var(--page); color: var(--ink) }}
h1 {{ overflow-wrap: anywhere }}
.note {{ white-space: pre-wrap; overflow-wrap: anywhere }}
code {{ font-family: ui-monospace, monospace; font-size: 0.9em }}
math {{ font-size: 1.1em }}
.shown {{ display: block; overflow-x: auto; padding: 0.2em 0 }}
.shown math {{ display: inline math; math-style: normal }}
.row {{ display: block; margin: 0.35em 0 }}
mark {{ color: inherit; border-radius: 0.2em; padding: 0 0.15em; -webkit-box-decoration-break: clone;
  box-decoration-break: clone }}
.right {{ background: var(--right) }} .probable {{ background: var(--probable) }}
.wrong {{ background: var(--wrong); outline: 2px solid var(--edge) }} .open {{ background: var(--open) }}
.given {{ background: var(--given) }} .unjudged {{ background: var(--unjudged) }}
.told {{ display: block; border-left: 0.3em solid var(--edge); padding-left: 0.6em; margin: 0.3em 0 }}
</style></head><body><h1>{title}</h1><p>{tally}</p><p>{legend}</p><div class="note">{body}</div></body></html>
"""


_OPENS = re.compile(r"(?:\$\$|\$`|\$|\\{1,2}[\[(]|\\begin\{[a-z]+\*?\}(?:\{[^{}]*\})?)\s*\Z")
_CLOSES = re.compile(r"\s*(?:\$\$|`\$|\$|\\{1,2}[\])]|\\end\{[a-z]+\*?\})")
_ROW_END = re.compile(
    r"\\\\(?:\[[^\]]*\])?|\\(?:nonumber|notag)(?![A-Za-z])|\\(?:label|tag|begin|end)\*?\s*\{[^{}]*\}|(?<!\\)&"
)


def marked_html(checked: Checked) -> str:
    """The text of the note with a coloured mark at each formula; what was found stands in its title."""
    tally = ", ".join(f"{count} {word}" for word, count in checked.tally.items())
    words = {"names something": CLASSES[Status.GIVEN], "not judged": UNJUDGED}
    words |= {MARKS[status]: name for status, name in CLASSES.items() if status in MARKS}
    legend = " ".join(f'<mark class="{name}">{word}</mark>' for word, name in words.items())
    return _PAGE.format(
        title=escape(checked.name), tally=escape(tally or "no formulas"), legend=legend, body="".join(_body(checked))
    )


def _body(checked: Checked) -> Iterator[str]:
    """The words between the formulas, and the formulas without the marks that open and close them."""
    text, place = checked.text, 0
    findings = sorted(checked.findings, key=lambda found: found.start)
    suffix = Path(checked.name).suffix.lower()
    for formula in note_of(text, checked.name, ".md" if suffix == ".ipynb" else suffix).formulas:
        if formula.start < place:
            continue
        opens, closes = _OPENS.search(text, place, formula.start), _CLOSES.match(text, formula.end)
        yield escape(text[place : opens.start() if opens else formula.start])
        inside = [each for each in findings if formula.start <= each.start < formula.end]
        shown = "".join(_formula(text, formula, inside))
        yield f'<span class="shown">{shown}</span>' if formula.display else shown
        place = closes.end() if closes else formula.end
    yield escape(text[place:])


def _formula(text: str, formula: Formula, findings: list[Finding]) -> Iterator[str]:
    """Its judged lines with their marks; where none is judged, the whole of it."""
    if not findings:
        yield _set(text[formula.start : formula.end], display=formula.display)
        return
    place = formula.start
    for finding in findings:
        start, end = max(finding.start, place), finding.end
        if start >= end:
            continue
        yield _between(text[place:start])
        row = _mark(text[start:end], finding, display=formula.display)
        yield f'<span class="row">{row}</span>' if formula.display else row
        place = end
    yield _between(text[place : formula.end])


def _between(text: str) -> str:
    """What stands between two lines of a formula: nothing where it only parts and numbers them."""
    left = _ROW_END.sub("", text).strip()
    return _set(left, display=False) if left else ""


def _set(latex: str, *, display: bool) -> str:
    """The formula as the browser sets it; as it is written where it cannot be set."""
    found = as_mathml(unescaped(latex), display=display)
    return f"<code>{escape(latex.strip())}</code>" if found is None else found


def _mark(text: str, finding: Finding, *, display: bool) -> str:
    name = CLASSES.get(finding.status, UNJUDGED) if finding.status is not None else UNJUDGED
    word = MARKS.get(finding.status, "") if finding.links and finding.status is not None else str(finding.kind)
    told = [word, *details(finding)]
    title = escape("\n".join([*told, text.strip()]), quote=True)
    marked = f'<mark class="{name}" title="{title}">{_set(text, display=display)}</mark>'
    is_open = finding.status in {Status.REFUTED, Status.UNDECIDED} or finding.kind is Kind.NOT_UNDERSTOOD
    if not is_open:
        return marked
    lines = [escape(word), *details(finding, lambda latex: _set(latex, display=False), escape)]
    return f'{marked}<span class="told">{chr(10).join(lines)}</span>'
