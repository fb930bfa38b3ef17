"""The words of a derivation in another language than its script's, in a file of their own beside the scripts.

    # coin                           the chapter: what its script says of itself
    digest: 5b0c94f1
    title: 当たりと外れ
    part The likelihood: 尤度

    The introduction.

    ## hit                           a step
    digest: 0c77e1a9
    title: 当たる確率
    keywords: 最尤推定; 尤度
    because: a few words for each line; of a chain

    The reason.

Formulas, claims and code stand in the script alone. ``digest`` is that of the script's words which the text answers
(`digest_of`), so that a text whose other language has changed since is found out. Texts that fit steps of many
chapters stand in ``shared.md``: they are found by the digest, and ``{title}`` in them is the title of the step that is
said of each sample.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from lossproof.derivation.script import Script
from lossproof.derivation.shown import words_of
from lossproof.derivation.step import Step
from lossproof.errors import CallerError, DerivationError

SHARED = "shared"
_OF_SAMPLE = "_of_sample"
_SECTION = re.compile(r"^##? (\S+) *\n", re.MULTILINE)
_FIELD = re.compile(r"^(digest|title|source|keywords|because|part [^:]+): *(.*)$")
_EAST = "\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e"  # scripts that put no space between words, and their punctuation
_BROKEN = re.compile(rf"(?<=[{_EAST}])\n(?!\n)|(?<!\n)\n(?=[{_EAST}])")

Told = TypeVar("Told", bound=Script)


@dataclass(frozen=True, slots=True)
class Text:
    """What a file says of one step, or of the chapter: the digest that it answers, its fields, its running text."""

    name: str
    digest: str
    fields: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


def digest_of(said: Step | Script, steps: Mapping[str, Step] | None = None) -> str:
    """Eight hexadecimal digits of what a script says in words of a step (``steps``: all of them), or of itself.

    A step that says of each sample what another says of one has the title of that one in its own, which is left out.
    """
    if isinstance(said, Script):
        words = [said.title, said.source, said.introduction, *said.shown.keywords]
    else:
        title = (
            said.title if (one := _one(said.name, steps or {})) is None else said.title.replace(one.title, "{title}")
        )
        words = [title, said.reason, *said.because, *said.shown.keywords]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:8]


def _one(name: str, steps: Mapping[str, Step]) -> Step | None:
    """The step that says of one sample what ``name`` says of each."""
    return steps.get(name.removesuffix(_OF_SAMPLE)) if name.endswith(_OF_SAMPLE) else None


def read_texts(path: Path) -> dict[str, Text]:
    """The texts in a file by the names of their steps; that of the chapter by its own name. Empty without a file.

    CallerError for two texts of one name, or a line above a text that is no field.
    """
    if not path.is_file():
        return {}
    pieces = _SECTION.split(path.read_text(encoding="utf-8"))[1:]
    found: dict[str, Text] = {}
    for name, said in zip(pieces[::2], pieces[1::2], strict=True):
        if name in found:
            raise CallerError(f"{path} has two texts for `{name}`.")
        found[name] = _text(path, name, said)
    return found


def _text(path: Path, name: str, said: str) -> Text:
    head, _, body = said.partition("\n\n")
    fields = {}
    for line in head.strip().splitlines():
        match = _FIELD.match(line)
        if match is None:
            raise CallerError(f"{path}, `{name}`: {line!r} is no field; an empty line ends the fields.")
        fields[match[1]] = match[2].strip()
    return Text(name, fields.pop("digest", ""), fields, unbroken(body.strip()))


def unbroken(text: str) -> str:
    """The text without the ends of lines that would show as spaces where the script has none between words."""
    return _BROKEN.sub("", text)


@dataclass(frozen=True)
class Texts:
    """The texts of one language: those of a chapter, and those that fit steps of many, by their digest."""

    own: Mapping[str, Text]
    shared: Mapping[str, Text]

    def of(self, step: Step, steps: Mapping[str, Step]) -> Text | None:
        """The text of a step, or one that many chapters share; None where there is none."""
        return self.own.get(step.name) or self.shared.get(digest_of(step, steps))


def texts_of(folder: Path, chapter: str) -> Texts:
    """The texts in ``folder`` for the chapter of that name."""
    shared = read_texts(folder / f"{SHARED}.md").values()
    return Texts(read_texts(folder / f"{chapter}.md"), {text.digest: text for text in shared})


def faults(script: Script, texts: Texts) -> Iterator[str]:
    """A line for each step, and for the chapter, whose text is missing, incomplete, or older than the script's words;
    and for each text whose step is gone.
    """
    steps = {step.name: step for step in script.steps}
    text = texts.own.get(script.name)
    yield from _faults(script.name, text, digest_of(script), ("title",))
    for part in dict.fromkeys(step.shown.part for step in script.steps if step.shown.part):
        if text is not None and f"part {part}" not in text.fields:
            yield f"{script.name}: the part {part!r} has no heading (`part {part}: ...`)"
    for step in script.steps:
        wanted = ("title", "because") if step.because else ("title",)
        yield from _faults(f"{script.name}/{step.name}", texts.of(step, steps), digest_of(step, steps), wanted)
        if (found := texts.own.get(step.name)) and len(words_of(found.fields.get("because", ""))) != len(step.because):
            yield f"{script.name}/{step.name}: `because` has to say something of {len(step.because)} lines"
    for name in texts.own.keys() - steps.keys() - {script.name}:
        yield f"{script.name}/{name}: there is a text and no such step"


def _faults(name: str, text: Text | None, digest: str, wanted: tuple[str, ...]) -> Iterator[str]:
    if text is None:
        yield f"{name} has no text"
        return
    if text.digest != digest:
        yield f"{name}: its text is older than the script's words ({text.digest or 'no digest'}, now {digest})"
    yield from (f"{name}: its text has no `{each}`" for each in wanted if not text.fields.get(each))


def retold(script: Told, texts: Texts) -> Told:
    """The same derivation in the words of ``texts``; what has none keeps its own. Nothing that is judged changes."""
    steps = {step.name: step for step in script.steps}
    chapter = texts.own.get(script.name, Text(script.name, ""))
    parts = {name.removeprefix("part "): title for name, title in chapter.fields.items()}
    told = (_retold(step, texts.of(step, steps), _titled(step, steps, texts), parts) for step in steps.values())
    keywords = (*words_of(chapter.fields.get("keywords", "")), *script.shown.keywords)
    return script.in_words(
        told,
        title=chapter.fields.get("title", script.title),
        source=chapter.fields.get("source", script.source),
        introduction=chapter.body or script.introduction,
        shown=replace(script.shown, keywords=keywords),
    )


def _titled(step: Step, steps: Mapping[str, Step], texts: Texts) -> str:
    """What ``{title}`` stands for in the text of a step that says of each sample what another says of one."""
    one = _one(step.name, steps)
    text = texts.of(one, steps) if one is not None else None
    return text.fields.get("title", "") if text is not None else (one.title if one is not None else "")


def _retold(step: Step, text: Text | None, of: str, parts: Mapping[str, str]) -> Step:
    said = text or Text(step.name, "")
    keywords = (*words_of(said.fields.get("keywords", "")), *step.shown.keywords)
    because = words_of(said.fields.get("because", ""))
    return replace(
        step,
        title=said.fields.get("title", step.title).replace("{title}", of),
        reason=said.body or step.reason,
        because=because if len(because) == len(step.because) else step.because,
        shown=replace(step.shown, part=parts.get(step.shown.part, step.shown.part), keywords=keywords),
    )


def refuse(scripts: Iterable[tuple[Script, Texts]]) -> None:
    """DerivationError that names every text which is missing or older than the script's words."""
    lines = [line for script, texts in scripts for line in faults(script, texts)]
    if lines:
        raise DerivationError("Texts are missing or older than their other language:\n  " + "\n  ".join(lines))
