"""`lossproof list`, `show`, `new`, `export`: look at derivations, start one, write its code out."""

from __future__ import annotations

from keyword import iskeyword
from pathlib import Path
from typing import Any

import click

from lossproof.chapters import Derivation, chapters, load, load_all
from lossproof.chapters.scripts import script
from lossproof.cli.output import keep_apart, print_json
from lossproof.derivation import Step
from lossproof.errors import CallerError
from lossproof.notation import to_latex, to_text
from lossproof.store import write_whole

_TEMPLATE = '''"""{title}: say here in a sentence what is derived, and from which book."""

from lossproof import Derivation
from lossproof.moves import differentiate, take_log

chapter = Derivation(
    "{name}",
    title="{title}",
    where="k integer; 0 <= k <= n; n integer >= 1; 0 < p < 1",
    parameters="p",
)
k, n, p = chapter.symbols("k n p")


@chapter.given(claim="Lk = p^k * (1-p)^(n-k)")
def likelihood():
    """The likelihood: what the model says of the data. Write the reason of every step in its docstring."""
    return p**k * (1 - p) ** (n - k)


@chapter.step(claim="k*log(p) + (n-k)*log(1-p)", relation="same optimum")
def log_likelihood(likelihood):
    """The logarithm is strictly increasing: the largest value stays where it is."""
    return take_log(likelihood, positive=[1 - p])


@chapter.step(claim="k/p - (n-k)/(1-p)", relation="derivative of", variable="p")
def slope(log_likelihood):
    """The slope of the log-likelihood."""
    return differentiate(log_likelihood, p)


if __name__ == "__main__":
    chapter.main()
'''


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
        click.echo(f"{chapter.name:<24} {len(chapter.steps):>3} steps  {chapter.title}")


def _chapter_as_data(chapter: Derivation) -> dict[str, Any]:
    return {"name": chapter.name, "title": chapter.title, "steps": [step.name for step in chapter.steps]}


@click.command()
@click.argument("name")
@click.argument("step", required=False)
@click.option("--latex", is_flag=True, help="The formulas as LaTeX.")
@click.option("--markdown", is_flag=True, help="The pages of the site as Markdown.")
def show(name: str, step: str | None, latex: bool, markdown: bool) -> None:
    """Show the derivation NAME, or one STEP of it, in the terminal."""
    if latex and markdown:
        raise click.UsageError("--latex and --markdown are two forms; ask for one of them.")
    derivation = load(name)
    steps = derivation.steps if step is None else (derivation.step(step),)
    form = _as_latex if latex else _as_markdown if markdown else _as_text
    click.echo(form(derivation, steps))


def _as_text(derivation: Derivation, steps: tuple[Step, ...]) -> str:
    return "\n\n".join(_step_text(step) for step in steps)


def _step_text(step: Step) -> str:
    uses = f"  (from {', '.join(step.uses)})" if step.uses else ""
    lines = [f"{step.name}: {step.title}{uses}", f"  [{step.relation}]  {_chain(step)}"]
    return "\n".join(lines + [f"  {line}".rstrip() for line in step.reason.splitlines()])


def _chain(step: Step) -> str:
    """The line, or the lines of a chain below each other, each with its few words."""
    if not step.between:
        return _equation(step, to_text)
    left = "" if step.left is None else to_text(step.left)
    words = step.because or ("",) * (len(step.between) + 1)
    lines = [f"= {to_text(line)}" for line in (*step.between, step.formula)]
    shown = [f"{line}    ({why})" if why else line for line, why in zip(lines, words, strict=True)]
    return f"{left} {shown[0]}" + "".join(f"\n      {line}" for line in shown[1:])


def _as_latex(derivation: Derivation, steps: tuple[Step, ...]) -> str:
    return "\n".join(_equation(step, to_latex) for step in steps)


def _equation(step: Step, printer: Any) -> str:
    right = printer(step.claim if step.claim is not None else step.result_tree)
    return right if step.left is None else f"{printer(step.left)} {step.operator} {right}"


def _as_markdown(derivation: Derivation, steps: tuple[Step, ...]) -> str:
    from lossproof.chapters.chapter import Chapter
    from lossproof.site.pages import step_page

    chapter = Chapter(derivation, derivation.check())
    return "\n\n".join(step_page(chapter, step) for step in steps)


@click.command()
@click.argument("name")
def new(name: str) -> None:
    """Start a derivation: write derivations/NAME.py, a small one that passes, to be changed."""
    if not name.isidentifier() or not name.isascii() or iskeyword(name):
        raise CallerError(f"NAME: {name!r} cannot name a script; use letters, digits and _ (coin_of_two_sides).")
    path = Path("derivations") / f"{name}.py"
    if path.exists():
        raise CallerError(f"NAME: {path} exists already and was left as it is; choose another name.")
    _make(path.parent)
    write_whole(path, _TEMPLATE.format(name=name, title=name.replace("_", " ").capitalize()))
    click.echo(f"wrote {path}; check it with: lossproof check {path}")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise CallerError(f"the folder {folder} cannot be made in {Path.cwd()} ({error.strerror}).") from error


@click.command()
@click.argument("name")
@click.option("--to", "target", required=True, metavar="TARGET", help="python, c, jax, torch, xgboost or lightgbm")
@click.option("--classes", type=int, metavar="K", help="How many classes, where the derivation leaves that open.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write (default: standard output).")
def export(name: str, target: str, classes: int | None, output: Path | None) -> None:
    """Write the loss of the derivation NAME out as code."""
    from lossproof.export import export_text

    if output is not None:
        keep_apart("--output", output, [script(name)])
    text = export_text(_of_classes(load(name).loss, classes), target)
    if output is None:
        click.echo(text, nl=False)
        return
    write_whole(output, text)
    click.echo(f"wrote {output}")


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
