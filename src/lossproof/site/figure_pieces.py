"""Pieces that count: steps and mutants of all chapters, the benchmarks' results, the versions they were made with."""

from __future__ import annotations

import re

from lossproof.referee.verdict import Status
from lossproof.site import figures
from lossproof.site.pages.markup import code, plain, table
from lossproof.site.piece_context import Context


def checked(context: Context) -> str:
    """Steps by status and mutants, a row a chapter and the total."""
    words = context.words
    rows = [figures.chapter_figures(chapter) for chapter in context.chapters]
    shown = [status for status in Status if any(row.statuses[status] for row in rows)]
    head = (words.chapter, *(words.status[status] for status in shown), words.tried, words.dropped, words.refuted)
    body = [
        (
            f"[{plain(row.title)}]({context.address(row.name)})",
            *(str(row.statuses[status]) for status in shown),
            str(row.tried),
            str(row.dropped),
            str(row.refuted),
        )
        for row in rows
    ]
    total = tuple(f"**{sum(int(line[column]) for line in body)}**" for column in range(1, len(head)))
    return table(head, [*body, (f"**{words.together}**", *total)])


def claims(context: Context) -> str:
    """The benchmark's figures; a sentence that says how to get them where it has not been run."""
    words = context.words
    found = figures.claim_figures(context.root / "benchmarks" / "results" / "claims.json")
    if found is None:
        return plain(words.claims_missing) + " " + code("python benchmarks/claims.py")
    shown = [*filter({**found.right, **found.wrong}.__contains__, Status)]
    others = sorted({*found.right, *found.wrong} - {*Status})
    rows = [
        (label, str(sum(counted.values())), *(str(counted.get(status, 0)) for status in [*shown, *others]))
        for label, counted in ((words.claims_right, found.right), (words.claims_wrong, found.wrong))
    ]
    head = (words.claims, words.number, *(words.status[status] for status in shown), *others)
    seconds = words.claims_seconds.format(median=found.median_seconds, slowest=found.slowest_seconds)
    named = words.claims_corroborated.format(names=", ".join(map(code, found.corroborated)) or words.none)
    failed = words.claims_not_good.format(names=", ".join(map(code, found.not_good)) or words.none)
    counted_claims = table(head, rows)
    return "\n\n".join([counted_claims, f"{seconds} {_versions_text(found.versions)}", named, failed])


def results(context: Context, name: str) -> str:
    """A result file of the benchmarks under the page's own headings; how to get it where it is not there."""
    path = context.root / "benchmarks" / "results" / f"{name}.md"
    if not path.is_file():
        missing = f"{plain(context.words.results_missing)} {code(f'python benchmarks/{name}.py')}."
        return f"## {plain(name.capitalize())}\n\n{missing}"
    text = path.read_text(encoding="utf-8").strip()
    return re.sub(r"^#", "##", text, flags=re.MULTILINE)


def versions(context: Context) -> str:
    return _versions_text(figures.versions())


def _versions_text(versions: dict[str, str]) -> str:
    return ", ".join(f"{plain(name)} {plain(number)}" for name, number in versions.items()) + "."
