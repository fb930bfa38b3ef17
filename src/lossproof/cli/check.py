"""`lossproof check`: run derivation scripts, judge every step and every mutant."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import click

from lossproof.chapters import chapters, load_all
from lossproof.chapters.chapter import Chapter, judge_chapters
from lossproof.chapters.running import RunningPart
from lossproof.cli.notes import annotates, are_notes, check_notes, notes_at
from lossproof.cli.output import COLOURS, print_json, verdict_as_data
from lossproof.errors import CallerError, LossproofError, counted
from lossproof.referee.steps.report import FALLEN, MutantCount, Report
from lossproof.referee.steps.report_text import because, table
from lossproof.referee.verdict import Status
from lossproof.words import ENGLISH


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--no-cache", is_flag=True, help="Judge everything again.")
@click.option("--jobs", type=click.IntRange(min=1), default=None, help="Processes to use (default: the cores).")
@click.option("--watch", is_flag=True, help="Check again whenever a script changes; Ctrl-C ends it.")
@click.option("--where", default="", metavar="TEXT", help='Notes: further assumptions, "0 < p < 1; y in {0,1}".')
@click.option("--html", type=click.Path(path_type=Path), help="Notes: write a copy of the note with marks here.")
@click.option("--github", is_flag=True, help="Notes: also print annotations for GitHub (on by itself in its actions).")
def check(
    paths: tuple[Path, ...],
    as_json: bool,
    no_cache: bool,
    jobs: int | None,
    watch: bool,
    where: str,
    html: Path | None,
    github: bool,
) -> None:
    """Check the derivation scripts, or the notes, at PATHS (default: derivations/).

    A row a step: derivation, step, relation, status, how; then, where a loss is published, whether the code that
    runs is the formula that was published, and its measured error. Exit code 1 when a step or a form is refuted or
    undecided, when a mutant of a claim survives, or when what is published has no code; 2 when a script does not run.

    Files that end in .md, .ipynb, .tex or .html, or a folder of such, are notes: a row a formula, exit code 1 when one
    is wrong or undecided, 2 when a file is no note.
    """
    notes = notes_at(paths)
    if are_notes(notes):
        sys.exit(check_notes(notes, where, as_json, html, github or annotates()))
    if where or html is not None or github:
        raise click.UsageError("--where, --html and --github are for notes (.md, .ipynb, .tex, .html).")
    if watch and as_json:
        raise click.UsageError("--watch is for people; --json prints one document: use one of them.")
    if watch:
        _watch(paths, jobs)
        return
    checked = _check_all(paths, use_cache=not no_cache, jobs=jobs)
    print_json(as_document(checked)) if as_json else _print_tables(checked)
    sys.exit(2 if checked.broken else 0 if checked.ok else 1)


@dataclass(frozen=True, slots=True)
class Checked:
    """Each chapter as it was judged, and script to sentence for the scripts that do not run."""

    chapters: tuple[Chapter, ...]
    broken: dict[str, str]

    @property
    def ok(self) -> bool:
        """Whether every script runs and every chapter is good."""
        return not self.broken and all(chapter.ok for chapter in self.chapters)


def _check_all(paths: tuple[Path, ...], *, use_cache: bool, jobs: int | None) -> Checked:
    with redirect_stdout(sys.stderr):  # what a script prints is not the answer
        derivations, errors = load_all(scripts(paths), partly=True)
    jobs = jobs or os.cpu_count() or 1
    judged = judge_chapters(derivations, use_cache=use_cache, jobs=jobs)
    stems = Counter(path.stem for path in errors)
    broken = {path.stem if stems[path.stem] == 1 else str(path): str(error) for path, error in errors.items()}
    return Checked(judged, broken)


def scripts(paths: tuple[Path, ...]) -> list[Path]:
    """The scripts at ``paths``: files as they are, folders by what is in them.

    Where none is named: those of the folder ``derivations``, or the chapters that come with the package.
    """
    if not paths:
        here = Path("derivations")
        return _scripts_at(here) if here.is_dir() else list(chapters().values())
    return [script for path in paths for script in _scripts_at(path)]


def _scripts_at(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise CallerError(f"PATH: there is no script or folder {path}.")
    found = sorted(path.glob("[a-z]*.py"))
    if not found:
        raise CallerError(f"PATH: the folder {path} holds no derivation scripts (*.py).")
    return found


def as_document(checked: Checked) -> dict[str, Any]:
    """The reports as the document that ``--json`` prints."""
    return {
        "derivations": [_chapter_as_data(chapter) for chapter in checked.chapters],
        "broken": checked.broken,
        "from_cache": sum(chapter.report.from_cache for chapter in checked.chapters),
        "ok": checked.ok,
    }


def _chapter_as_data(chapter: Chapter) -> dict[str, Any]:
    report = chapter.report
    return {
        "name": chapter.name,
        "steps": [_row_as_data(report, name) for name in report.verdicts],
        "published": [_row_as_data(report, name) for name in report.published],
        "computed": [_form_as_data(form) for form in chapter.forms],
        "no_code": chapter.no_code,
        "mutants": _mutants_as_data(report.mutants),
        "notices": [ENGLISH.say(notice) for notice in report.notices],
    }


def _form_as_data(form: RunningPart) -> dict[str, Any]:
    """A form that is computed: the verdict on its being the published one, and its measured error."""
    data = verdict_as_data(form.verdict)
    return {
        "name": form.name,
        "step": form.step.name,
        "status": data["status"],
        "method": data["method"],
        "points": data["evidence"]["points"],
        "witness": data["witness"],
        "ulp": form.error if isfinite(form.error) else None,
        "within_goal": form.within_goal,
    }


def _row_as_data(report: Report, name: str) -> dict[str, Any]:
    found = report.rows[name]
    data = verdict_as_data(found.verdict)
    return {
        "name": name,
        "relation": str(report.relation(name)),
        "status": data["status"],
        "method": data["method"],
        "points": data["evidence"]["points"],
        "witness": data["witness"],
        "rests_on": list(found.rests_on),
        "mutants": _mutants_as_data(found.mutants),
    }


def _mutants_as_data(count: MutantCount) -> dict[str, int]:
    return {"tried": count.tried, "dropped": count.dropped, "refuted": count.refuted}


def _print_tables(checked: Checked) -> None:
    for chapter in checked.chapters:
        click.echo(table(chapter.report, paint=_paint))
        for line in _code(chapter):
            click.echo(f"  {line}")
        click.echo()
    click.echo(_summary(checked.chapters))
    for sentence in checked.broken.values():
        click.echo(f"lossproof: {sentence}", err=True)


def _paint(status: Status, text: str) -> str:
    return click.style(text, fg=COLOURS[status])


def _code(chapter: Chapter) -> Iterator[str]:
    """A line for each form that is computed, and what is wrong with it."""
    if chapter.no_code:
        yield f"what is published has no code: {chapter.no_code}"
    for form in chapter.forms:
        status, how = form.verdict.status, ENGLISH.all_of(form.verdict.ways)
        yield f"computed {form.name} = {form.step.name}: {_paint(status, status)}, {how}"
        if status in FALLEN:
            yield f"  {ENGLISH.shown(because(form.verdict))}"
    yield from chapter.running.loss.cautions.values() if chapter.running else ()


def _summary(judged: Sequence[Chapter]) -> str:
    reports = [chapter.report for chapter in judged]
    verdicts = [found.verdict for report in reports for found in report.rows.values()]
    forms = [form.verdict for chapter in judged for form in chapter.forms]
    counts = Counter(verdict.status for verdict in (*verdicts, *forms))
    statuses = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
    steps = counted(sum(len(report.verdicts) for report in reports), "step")
    published = counted(sum(len(report.published) for report in reports), "published derivative")
    computed = counted(len(forms), "computed form")
    mutants = sum((report.mutants for report in reports), MutantCount())
    cached = sum(report.from_cache for report in reports)
    return (
        f"{counted(len(reports), 'derivation')}, {steps}, {published} and {computed}: {statuses or 'none'}. "
        f"Mutants: {mutants.tried} tried, {mutants.dropped} proved equal and dropped, {mutants.refuted} refuted. "
        f"{cached} of the {len(verdicts)} verdicts on lines came from the cache."
    )


def _watch(paths: tuple[Path, ...], jobs: int | None) -> None:
    """Check what has changed whenever it does: all of it at first, then a script by itself, in this process."""
    seen: dict[Path, float] = {}
    try:
        while True:
            now = {path: path.stat().st_mtime for path in scripts(paths) if path.exists()}
            changed = [path for path in now if now[path] != seen.get(path)]
            if changed:
                click.clear()
                _check_once(tuple(changed), 1 if seen else jobs)
                click.echo("watching for changes; Ctrl-C ends it")
            seen = now
            time.sleep(WATCH)
    except KeyboardInterrupt:
        click.echo()


WATCH = 0.2  # seconds between two looks at the scripts


def _check_once(paths: tuple[Path, ...], jobs: int | None) -> None:
    try:
        _print_tables(_check_all(paths, use_cache=True, jobs=jobs))
    except LossproofError as error:
        click.echo(f"lossproof: {error}", err=True)
