"""`lossproof list`, `export`: the chapters, and their code written out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lossproof.chapters import Derivation, chapters, load, load_all
from lossproof.chapters.scripts import script
from lossproof.cli.output import keep_apart, print_json, shown
from lossproof.cli.shell_names import chapter_names, target_names
from lossproof.errors import CallerError, counted
from lossproof.store import write_whole


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def list_chapters(as_json: bool) -> None:
    """List the chapters."""
    loaded, errors = load_all(chapters())
    broken = {path.stem: str(error) for path, error in errors.items()}
    if as_json:
        print_json({"chapters": [_chapter_as_data(chapter) for chapter in loaded], "broken": broken})
        return
    for sentence in broken.values():
        click.echo(f"lossproof: {sentence}", err=True)
    for chapter in loaded:
        steps = counted(len(chapter.steps), "step")
        click.echo(f"{chapter.name:<24} {steps:>9}  {shown(chapter.title)}")


def _chapter_as_data(chapter: Derivation) -> dict[str, Any]:
    return {"name": chapter.name, "title": chapter.title, "steps": [step.name for step in chapter.steps]}


@click.command()
@click.argument("name", shell_complete=chapter_names)
@click.option(
    "--to",
    "target",
    required=True,
    metavar="TARGET",
    shell_complete=target_names,
    help="python, c, jax, torch, pymc, xgboost, lightgbm, sklearn or coq",
)
@click.option("--classes", type=int, metavar="K", help="How many classes, where the derivation leaves that open.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write (default: standard output).")
def export(name: str, target: str, classes: int | None, output: Path | None) -> None:
    """Write the loss of the derivation NAME out as code, or its steps as lemmas for Coq."""
    if output is not None:
        keep_apart("--output", output, [script(name)])
    text = _exported(name, target, classes)
    if output is None:
        click.echo(text, nl=False)
        return
    write_whole(output, text)
    click.echo(f"wrote {output}")


def _exported(name: str, target: str, classes: int | None) -> str:
    if target == "coq":
        from lossproof.export.coq import coq_source
        from lossproof.export.coq.accepted import not_accepted

        derivation = load(name)
        return coq_source(derivation, not_accepted(derivation))
    from lossproof.export import export_text

    loss = _of_classes(load(name).loss, classes)
    loss.warn_where_inexact()
    return export_text(loss, target)


def _of_classes(loss: Any, classes: int | None) -> Any:
    """The loss of so many classes, where it is one of any number."""
    from lossproof.lowering import ClassLoss

    if isinstance(loss, ClassLoss):
        if classes is None:
            raise CallerError(
                f"--classes: {loss.name} is a loss of any number of classes; say how many, as in --classes 3."
            )
        return loss.of(classes)
    if classes is not None:
        raise CallerError(f"--classes: {loss.name} is no loss of classes whose number is open; leave it out.")
    return loss
