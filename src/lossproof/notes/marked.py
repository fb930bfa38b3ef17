"""A copy of a note as one page, each judged formula marked with its verdict; nothing in it comes from elsewhere."""

from __future__ import annotations

from html import escape

from lossproof.notes.findings import Checked, Finding
from lossproof.referee.verdict import Status

COLOURS = {
    Status.PROVED: "#d9f2dd",
    Status.CORROBORATED: "#f6f0c4",
    Status.REFUTED: "#f8d0d0",
    Status.UNDECIDED: "#ecd9f2",
    Status.GIVEN: "#dce8f7",
}
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font-family: system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; line-height: 1.5 }}
pre {{ white-space: pre-wrap; font-family: ui-monospace, monospace }}
mark {{ color: inherit; border-radius: 0.2em }}
</style></head><body><h1>{title}</h1><p>{tally}</p><pre>{body}</pre></body></html>
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
    return _PAGE.format(title=escape(checked.name), tally=escape(tally or "no formulas"), body=body)


def _mark(text: str, finding: Finding) -> str:
    colour = COLOURS.get(finding.status, "#e6e6e6") if finding.status is not None else "#e6e6e6"
    told = [str(finding.kind), *([str(finding.status)] if finding.status else []), finding.message]
    told += [f"right would be: {link.nearest}" for link in finding.links if link.nearest]
    title = escape("\n".join(part for part in told if part), quote=True)
    return f'<mark style="background:{colour}" title="{title}">{escape(text)}</mark>'
