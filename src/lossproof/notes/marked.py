"""A copy of a note as one page, each judged formula marked with its verdict; nothing in it comes from elsewhere."""

from __future__ import annotations

from html import escape

from lossproof.notes.findings import Checked, Finding, Kind
from lossproof.notes.told import MARKS, details
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
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; font-family: ui-monospace, monospace }}
mark {{ color: inherit; border-radius: 0.2em; padding: 0 0.15em; -webkit-box-decoration-break: clone;
  box-decoration-break: clone }}
.right {{ background: var(--right) }} .probable {{ background: var(--probable) }}
.wrong {{ background: var(--wrong); outline: 2px solid var(--edge) }} .open {{ background: var(--open) }}
.given {{ background: var(--given) }} .unjudged {{ background: var(--unjudged) }}
.told {{ display: block; border-left: 0.3em solid var(--edge); padding-left: 0.6em; margin: 0.3em 0 }}
</style></head><body><h1>{title}</h1><p>{tally}</p><p>{legend}</p><pre>{body}</pre></body></html>
"""


def marked_html(checked: Checked) -> str:
    """The text of the note with a coloured mark at each formula; what was found stands in its title."""
    body, place = "", 0
    for finding in sorted(checked.findings, key=lambda found: found.start):
        start, end = max(finding.start, place), finding.end
        if start >= end:
            continue
        body += escape(checked.text[place:start]) + _mark(checked.text[start:end], finding)
        place = end
    body += escape(checked.text[place:])
    tally = ", ".join(f"{count} {word}" for word, count in checked.tally.items())
    words = {"names something": CLASSES[Status.GIVEN], "not judged": UNJUDGED}
    words |= {MARKS[status]: name for status, name in CLASSES.items() if status in MARKS}
    legend = " ".join(f'<mark class="{name}">{word}</mark>' for word, name in words.items())
    return _PAGE.format(title=escape(checked.name), tally=escape(tally or "no formulas"), legend=legend, body=body)


def _mark(text: str, finding: Finding) -> str:
    name = CLASSES.get(finding.status, UNJUDGED) if finding.status is not None else UNJUDGED
    word = MARKS.get(finding.status, "") if finding.links and finding.status is not None else str(finding.kind)
    told = [word, *details(finding)]
    title = escape("\n".join(told), quote=True)
    marked = f'<mark class="{name}" title="{title}">{escape(text)}</mark>'
    is_open = finding.status in {Status.REFUTED, Status.UNDECIDED} or finding.kind is Kind.NOT_UNDERSTOOD
    return f'{marked}<span class="told">{escape(chr(10).join(told))}</span>' if is_open else marked
