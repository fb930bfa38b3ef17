"""`lossproof check`: run derivation scripts, judge every step and every mutant."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from lossproof.chapters import Derivation, chapters, load_all
from lossproof.cli.output import COLOURS, print_json, verdict_as_data
from lossproof.errors import CallerError, LossproofError
from lossproof.referee.steps.report import MutantCount, Report
from lossproof.referee.steps.report_text import table
from lossproof.referee.verdict import Status


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--no-cache", is_flag=True, help="Judge everything again.")
@click.option("--jobs", type=click.IntRange(min=1), default=None, help="Processes to use (default: the cores).")
@click.option("--watch", is_flag=True, help="Check again whenever a script changes; Ctrl-C ends it.")
def check(paths: tuple[Path, ...], as_json: bool, no_cache: bool, jobs: int | None, watch: bool) -> None:
    """Check the derivation scripts at PATHS (default: derivations/).

    A row a step: derivation, step, relation, status, how. Exit code 1 when a step is refuted or undecided,
    or when a mutant of a claim survives.
    """
    if watch and as_json:
        raise click.UsageError("--watch is for people; --json prints one document: use one of them.")
    if watch:
        _watch(paths, jobs)
        return
    checked = _check_all(paths, use_cache=not no_cache, jobs=jobs)
    print_json(as_document(checked)) if as_json else _print_tables(checked)
    sys.exit(0 if checked.ok else 1)


@dataclass(frozen=True, slots=True)
class Checked:
    """Each derivation with its report, and script to sentence for the scripts that do not run."""

    judged: tuple[tuple[Derivation, Report], ...]
    broken: dict[str, str]

    @property
    def ok(self) -> bool:
        """Whether every script runs and every report is good."""
        return not self.broken and all(report.ok for _, report in self.judged)


def _check_all(paths: tuple[Path, ...], *, use_cache: bool, jobs: int | None) -> Checked:
    derivations, errors = load_all(scripts(paths), partly=True)
    jobs = jobs or os.cpu_count() or 1
    judged = ((derivation, derivation.check(use_cache=use_cache, jobs=jobs)) for derivation in derivations)
    return Checked(tuple(judged), {path.stem: str(error) for path, error in errors.items()})


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
        "derivations": [_derivation_as_data(derivation, report) for derivation, report in checked.judged],
        "broken": checked.broken,
        "from_cache": sum(report.from_cache for _, report in checked.judged),
        "ok": checked.ok,
    }


def _derivation_as_data(derivation: Derivation, report: Report) -> dict[str, Any]:
    return {
        "name": derivation.name,
        "steps": [_row_as_data(report, name) for name in report.verdicts],
        "published": [_row_as_data(report, name) for name in report.published],
        "mutants": _mutants_as_data(report.mutants),
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
    reports = [report for _, report in checked.judged]
    for report in reports:
        click.echo(table(report, paint=lambda status, text: click.style(text, fg=COLOURS[status])))
        click.echo()
    click.echo(_summary(reports))
    for sentence in checked.broken.values():
        click.echo(f"lossproof: {sentence}", err=True)


def _summary(reports: list[Report]) -> str:
    counts = Counter(found.verdict.status for report in reports for found in report.rows.values())
    statuses = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
    steps = _several(sum(len(report.verdicts) for report in reports), "step")
    published = _several(sum(len(report.published) for report in reports), "published derivative")
    mutants = sum((report.mutants for report in reports), MutantCount())
    cached = sum(report.from_cache for report in reports)
    return (
        f"{_several(len(reports), 'derivation')}, {steps} and {published}: {statuses or 'none'}. "
        f"Mutants: {mutants.tried} tried, {mutants.dropped} proved equal and dropped, {mutants.refuted} refuted. "
        f"{cached} of the {counts.total()} verdicts came from the cache."
    )


def _several(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _watch(paths: tuple[Path, ...], jobs: int | None) -> None:
    seen: dict[Path, float] = {}
    try:
        while True:
            now = {path: path.stat().st_mtime for path in scripts(paths) if path.exists()}
            if now != seen:
                seen = now
                click.clear()
                _check_once(paths, jobs)
                click.echo("watching for changes; Ctrl-C ends it")
            time.sleep(0.5)
    except KeyboardInterrupt:
        click.echo()


def _check_once(paths: tuple[Path, ...], jobs: int | None) -> None:
    try:
        _print_tables(_check_all(paths, use_cache=True, jobs=jobs))
    except LossproofError as error:
        click.echo(f"lossproof: {error}", err=True)
