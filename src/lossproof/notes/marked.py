"""A copy of a note as one page, each judged formula marked with its verdict; nothing in it comes from elsewhere."""

from __future__ import annotations

from html import escape

from lossproof.notes.findings import Checked, Finding, Kind
from lossproof.notes.told import MARKS, details
from lossproof.referee.verdict import Status

COLOURS = {
    Status.PROVED: "#d9f2dd",
    Status.CORROBORATED: "#f6f0c4",
    Status.REFUTED: "#f8d0d0",
    Status.UNDECIDED: "#ecd9f2",
    Status.GIVEN: "#dce8f7",
}
UNJUDGED = "#e6e6e6"
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font-family: system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; line-height: 1.5 }}
pre {{ white-space: pre-wrap; font-family: ui-monospace, monospace }}
.told {{ display: block; border-left: 0.3em solid #b33; padding-left: 0.6em; margin: 0.3em 0 }}
mark {{ color: inherit; border-radius: 0.2em }}
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
    words = {"names something": COLOURS[Status.GIVEN], "not judged": UNJUDGED}
    words |= {MARKS[status]: colour for status, colour in COLOURS.items() if status in MARKS}
    legend = " ".join(f'<mark style="background:{colour}">{word}</mark>' for word, colour in words.items())
    return _PAGE.format(title=escape(checked.name), tally=escape(tally or "no formulas"), legend=legend, body=body)


def _mark(text: str, finding: Finding) -> str:
    colour = COLOURS.get(finding.status, UNJUDGED) if finding.status is not None else UNJUDGED
    word = MARKS.get(finding.status, "") if finding.links and finding.status is not None else str(finding.kind)
    told = [word, *details(finding)]
    title = escape("\n".join(told), quote=True)
    marked = f'<mark style="background:{colour}" title="{title}">{escape(text)}</mark>'
    is_open = finding.status in {Status.REFUTED, Status.UNDECIDED} or finding.kind is Kind.NOT_UNDERSTOOD
    return f'{marked}<span class="told">{escape(chr(10).join(told))}</span>' if is_open else marked
