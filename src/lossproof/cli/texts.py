"""`lossproof texts`: the words of the chapters in another language, and which of them are missing or too old."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from lossproof import store
from lossproof.chapters.chapter_texts import digest_of, faults, read_texts, texts_of
from lossproof.chapters.derivation import Derivation
from lossproof.chapters.scripts import load
from lossproof.derivation.step import Step

_DIGEST = re.compile(r"^digest:.*\n?", re.MULTILINE)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("names", nargs=-1)
@click.option("--accept", is_flag=True, help="These texts answer the scripts as they are now: write their digests.")
@click.option("--template", is_flag=True, help="Print what is missing, with the script's words, to be translated.")
def texts(folder: Path, names: tuple[str, ...], accept: bool, template: bool) -> None:
    """Compare the texts in FOLDER (as derivations/ja) with the scripts beside it; all of them, or those named.

    A line for each text that is missing or older than its script's words; exit code 1 where there is one.
    """
    found = []
    for path in sorted(folder.parent.glob("[a-z]*.py")):
        if names and path.stem not in names:
            continue
        derivation = load(path)
        if accept:
            _accept(folder / f"{derivation.name}.md", derivation)
        if template:
            click.echo(_template(folder, derivation), nl=False)
        found += list(faults(derivation, texts_of(folder, derivation.name)))
    for line in found:
        click.echo(line, err=template)
    sys.exit(1 if found else 0)


def _accept(path: Path, derivation: Derivation) -> None:
    """Each text of the file with the digest of what it answers; a text without a step stays as it is."""
    if not path.is_file():
        return
    steps = {step.name: step for step in derivation.steps}
    text = path.read_text(encoding="utf-8")
    for name in read_texts(path):
        if name in steps or name == derivation.name:
            text = _with_digest(text, name, digest_of(steps[name], steps) if name in steps else digest_of(derivation))
    store.write_whole(path, text)


def _with_digest(text: str, name: str, digest: str) -> str:
    """The file's text with that digest in the fields of one section."""

    def renewed(match: re.Match[str]) -> str:
        return f"{match[1]}digest: {digest}\n{_DIGEST.sub('', match[2], count=1)}"

    section = rf"^(##? {re.escape(name)} *\n)((?:(?!^#).*\n)*)"
    return re.sub(section, renewed, text, count=1, flags=re.MULTILINE)


def _template(folder: Path, derivation: Derivation) -> str:
    steps = {step.name: step for step in derivation.steps}
    known = texts_of(folder, derivation.name)
    parts = dict.fromkeys(step.shown.part for step in derivation.steps if step.shown.part)
    written = []
    if derivation.name not in known.own:
        fields = [f"digest: {digest_of(derivation)}", f"title: {derivation.title}", f"source: {derivation.source}"]
        fields += [f"part {part}: {part}" for part in parts]
        written.append("\n".join([f"# {derivation.name}", *fields, "", derivation.introduction, ""]))
    written += [_of_step(step, steps) for step in steps.values() if known.of(step, steps) is None]
    return "".join(f"{each}\n" for each in written)


def _of_step(step: Step, steps: dict[str, Step]) -> str:
    because = [f"because: {'; '.join(step.because)}"] if step.because else []
    return "\n".join(
        [f"## {step.name}", f"digest: {digest_of(step, steps)}", f"title: {step.title}", *because, "", step.reason, ""]
    )
