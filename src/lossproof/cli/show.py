"""`lossproof show`: a derivation as one reads it, in a terminal, or as LaTeX or Markdown for a paper."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from collections.abc import Iterator
from itertools import accumulate

import click

from lossproof.chapters import Derivation, load
from lossproof.cli.output import COLOURS, echo, shown
from lossproof.cli.shell_names import chapter_names, step_names
from lossproof.derivation import Step
from lossproof.derivation.step import UNCHECKED
from lossproof.errors import RejectedText
from lossproof.notation import to_text
from lossproof.notation.boxes import Box, text
from lossproof.notation.drawn import draw, spelled
from lossproof.notation.tex import parse_latex_chain
from lossproof.notation.tree import Node
from lossproof.referee.steps.report import StepVerdict
from lossproof.words import ENGLISH

NARROW, WIDE = 40, 100
_ORDERS = {">=": "≥", "<=": "≤"}


@click.command()
@click.argument("name", shell_complete=chapter_names)
@click.argument("step", required=False, shell_complete=step_names)
@click.option("--latex", is_flag=True, help="The formulas as LaTeX.")
@click.option("--markdown", is_flag=True, help="Headings, formulas and reasons as Markdown.")
@click.option("--no-verdicts", is_flag=True, help="Do not judge: only what is written.")
def show(name: str, step: str | None, latex: bool, markdown: bool, no_verdicts: bool) -> None:
    """Show the derivation NAME, or one STEP of it, in the terminal: formulas in two dimensions, reasons, verdicts."""
    if latex and markdown:
        raise click.UsageError("--latex and --markdown are two forms; ask for one of them.")
    derivation = load(name)
    steps = derivation.steps if step is None else (derivation.step(step),)
    if latex:
        click.echo("\n".join(step.latex for step in steps))
    elif markdown:
        echo(_as_markdown(derivation, steps, judge=not no_verdicts))
    else:
        _print(derivation, steps, judge=not no_verdicts)


def _as_markdown(derivation: Derivation, steps: tuple[Step, ...], *, judge: bool) -> str:
    """Headings, formulas between dollar signs, reasons, verdicts: nothing that one program alone understands."""
    verdicts = _verdicts(derivation, steps, judge=judge)
    title = [f"# {derivation.title}"] if len(steps) > 1 else []
    return "\n\n".join([*title, *(part for step in steps for part in _paragraphs(step, verdicts.get(step.name)))])


def _paragraphs(step: Step, verdict: StepVerdict | None) -> Iterator[str]:
    yield f"## {step.title or step.name}"
    yield f"$$\n{step.latex}\n$$"
    if step.reason:
        yield step.reason
    yield f"*{step.name}: {step.relation}{_uses(step)}*"
    if verdict is not None:
        yield f"**{verdict.verdict.status}**: {ENGLISH.all_of(verdict.verdict.ways)}"


def _verdicts(derivation: Derivation, steps: tuple[Step, ...], *, judge: bool) -> dict[str, StepVerdict]:
    """The verdicts on those of ``steps`` that claim something."""
    asked = {step.name for step in steps if step.relation not in UNCHECKED}
    found = derivation.check(jobs=os.cpu_count() or 1).verdicts if judge and asked else {}
    return {name: verdict for name, verdict in found.items() if name in asked}


def _print(derivation: Derivation, steps: tuple[Step, ...], *, judge: bool) -> None:
    width = max(NARROW, min(WIDE, shutil.get_terminal_size().columns))
    verdicts = _verdicts(derivation, steps, judge=judge)
    if len(steps) > 1:
        for line in _bold(derivation.title, width):
            echo(line)
    for step in steps:
        echo("")
        for line in _lines(step, verdicts.get(step.name), width):
            echo(line)


def _lines(step: Step, verdict: StepVerdict | None, width: int) -> Iterator[str]:
    yield from _bold(step.title or step.name, width)
    yield from _dim(f"{step.name}, {step.relation}{_uses(step)}", width)
    yield ""
    yield from (f"    {line}".rstrip() for line in formula_lines(step, width - 4))
    yield ""
    yield from _reason(step.reason, width)
    if verdict is not None:
        status, how = verdict.verdict.status, ENGLISH.all_of(verdict.verdict.ways)
        first, *others = textwrap.wrap(f"{status} {shown(how)}", width)
        yield first.replace(status, click.style(str(status), fg=COLOURS[status]), 1)
        yield from others


def _bold(words: str, width: int) -> Iterator[str]:
    yield from (click.style(line, bold=True) for line in textwrap.wrap(shown(words), width))


def _dim(words: str, width: int) -> Iterator[str]:
    yield from (click.style(line, dim=True) for line in textwrap.wrap(words, width))


def _uses(step: Step) -> str:
    return f" (from {', '.join(step.uses)})" if step.uses else ""


def formula_lines(step: Step, width: int) -> Iterator[str]:
    """The line of a step in two dimensions; a chain goes on below, each of its lines with its few words."""
    first, *others = (*step.between, step.formula) if step.operator == "=" else (step.claim or step.formula,)
    words = tuple(map(_with_formulas_in_words, step.because)) or ("",) * (len(others) + 1)
    order = _ORDERS.get(step.operator, step.operator)
    if step.left is None:
        yield from _fitting("", first, words[0], width)
        return
    left = draw(step.left)
    yield from _fitting(f"{order} ", first, words[0], width, left, to_text(step.left))
    for line, why in zip(others, words[1:], strict=True):
        yield from _fitting("= ", line, why, width, text(" " * min(left.width, 8)))


def _fitting(sign: str, line: Node, why: str, width: int, left: Box | None = None, written: str = "") -> Iterator[str]:
    """One line of the formula as boxes where it fits, as text of the grammar where it does not."""
    box = text(sign).beside(draw(line))
    box = box if left is None else left.beside(text(" ")).beside(box)
    if box.width <= width:
        yield from _beside_words(box, f"   ({why})" if why else "", width)
        return
    yield from broken(f"{written} {sign}{to_text(line)}".strip(), width)
    yield from textwrap.wrap(f"({why})" if why else "", width, initial_indent="    ", subsequent_indent="    ")


def broken(formula: str, width: int) -> Iterator[str]:
    """Text of the grammar in lines, broken where the fewest brackets are open: before an operator or behind a comma."""
    indent = ""
    while len(indent) + len(formula) > width:
        place = _best_break(formula, width - len(indent))
        yield indent + formula[:place].rstrip()
        indent, formula = INDENT, formula[place:].lstrip()
    yield indent + formula


INDENT = "    "


def _best_break(formula: str, room: int) -> int:
    """Where to go to the next line: in the second half of the room, with the fewest brackets open, as late as can be.

    In the middle of a word only where there is no other place.
    """
    depths = accumulate({"(": 1, "[": 1, ")": -1, "]": -1}.get(each, 0) for each in formula)
    places = [
        (depth, -place)
        for place, (each, depth) in enumerate(zip(formula, depths, strict=True))
        if room // 3 < place <= room and each == " " and not formula[:place].endswith(_OPERATORS)
    ]
    return -min(places)[1] if places else _behind_an_operator(formula, room)


def _behind_an_operator(formula: str, room: int) -> int:
    return max((place for place in range(1, room + 1) if formula[place - 1] in "*/^,(= "), default=room)


_OPERATORS = ("+", "-", "=", "<", ">", "≥", "≤", "==", "!=")


def _beside_words(box: Box, words: str, width: int) -> Iterator[str]:
    if box.width + len(words) <= width:
        yield from box.beside(text(words)).lines
    else:
        yield from box.lines
        yield from textwrap.wrap(words.strip(), width, initial_indent="    ", subsequent_indent="    ")


def _reason(reason: str, width: int) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", reason):
        if words := " ".join(_with_formulas_in_words(paragraph).split()):
            yield from textwrap.wrap(shown(words), width)


def _with_formulas_in_words(text: str) -> str:
    return re.sub(r"\$([^$]*)\$", _formula_in_words, text)


def _formula_in_words(found: re.Match[str]) -> str:
    r"""``$\mathit{yt} = 1$`` as a terminal can show it: ``yt = 1``."""
    try:
        return " = ".join(to_text(side) for side in parse_latex_chain(found[1]))
    except RejectedText:
        plain = re.sub(r"\\(?:mathit|mathrm|operatorname)\{([^}]*)\}", r"\1", found[1])
        return re.sub(r"\\([A-Za-z]+)", lambda word: spelled(word[1]), plain).replace("{", "").replace("}", "")
