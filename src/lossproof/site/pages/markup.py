"""Small pieces of Markdown that several pages share.

A block with a class is ``<div class="..." markdown>`` (the extension ``md_in_html``): Markdown inside it stays
Markdown, so links between pages are checked by MkDocs.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Relation, Step
from lossproof.notation import to_latex
from lossproof.notation.tree import Derivative, Node
from lossproof.referee.verdict import Status
from lossproof.site.words import Words
from lossproof.words.codes import Said, StepName

CODE_FILE = "code.md"
_OPERATORS = {">=": r"\ge", "<=": r"\le"}
SIGNS = {
    Status.PROVED: "✓",
    Status.CORROBORATED: "≈",
    Status.REFUTED: "✗",
    Status.UNDECIDED: "?",
    Status.GIVEN: "·",
}
_BAR = re.compile(r"(?<!\\)\|")
_SPECIAL = re.compile(r"([\\`*_{}\[\]$|])")


def front_matter(**entries: Any) -> str:
    """The YAML head of a page; JSON is YAML, so every value is quoted safely."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entries.items()]
    return "\n".join(["---", *lines, "---"])


def plain(text: str) -> str:
    """Text that must be shown as it is, with nothing in it read as Markdown or HTML."""
    return _SPECIAL.sub(r"\\\1", html.escape(text, quote=False))


def phrase(text: str) -> str:
    """A few words as text, with the formulas between dollars set."""
    parts = re.split(r"(\$[^$]+\$)", text)
    return "".join(part if place % 2 else plain(part) for place, part in enumerate(parts))


def filled(phrase: str, values: Mapping[str, str]) -> str:
    """A phrase as text, with Markdown in the place of each ``{name}``."""
    parts = re.split(r"\{(\w+)\}", phrase)
    return "".join(values[part] if place % 2 else plain(part) for place, part in enumerate(parts))


def code(text: str) -> str:
    """Text of the grammar as an inline code span."""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}{text}{fence}" if "`" not in text else f"{fence} {text} {fence}"


def block(name: str, *parts: str, searched: bool = True) -> str:
    """A block with a class, Markdown inside; empty parts are left out, and the search does so where it is told to."""
    hidden = "" if searched else " data-search-exclude"
    return f'<div class="{name}" markdown{hidden}>\n\n{_joined(parts)}\n\n</div>'


def folded(summary: str, *parts: str) -> str:
    """A block that opens when its summary is pressed; the search does not look into it."""
    return opening(html.escape(summary), *parts)


def opening(summary: str, *parts: str, name: str = "lp-folded", is_open: bool = False) -> str:
    """The same with a summary in HTML, under a class of its own."""
    attributes = f'class="{name}" markdown data-search-exclude' + (" open" if is_open else "")
    return f"<details {attributes}>\n<summary>{summary}</summary>\n\n{_joined(parts)}\n\n</details>"


def _joined(parts: tuple[str, ...]) -> str:
    return "\n\n".join(part for part in parts if part)


def badge(status: Status, words: Words) -> str:
    """The status as a small coloured word."""
    return f'<span class="lp-badge lp-{status.value}">{html.escape(words.status[status])}</span>'


def tick(status: Status, words: Words) -> str:
    """The status as a single sign, with its word for those who do not see it."""
    word = html.escape(words.status[status])
    return (
        f'<span class="lp-tick lp-{status.value}" role="img" aria-label="{word}" title="{word}">{SIGNS[status]}</span>'
    )


def number(shown: str, text: str, status: Status | None = None) -> str:
    """One figure of a row: large, with what it counts below it."""
    colour = f" lp-{status.value}" if status else ""
    return f'<div class="lp-figure-of{colour}"><b>{shown}</b> {html.escape(text)}</div>'


def numbers(items: list[str]) -> str:
    """A row of figures."""
    return f'<div class="lp-figures">{"".join(items)}</div>' if items else ""


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the bars of a formula in a cell do not divide it, and no space ends the formula."""
    lines = [head, ["---"] * len(head), *([_BAR.sub(r"\\vert{}", cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def displayed(tex: str) -> str:
    """A formula on lines of its own."""
    return f"$$\n{tex}\n$$"


def inline(tex: str) -> str:
    """A formula inside a line of text."""
    return f"${tex}$"


def equation(step: Step, steps: Mapping[str, Step], changed: frozenset[Node] = frozenset()) -> str:
    """The step's line as LaTeX, ``left = right``, printed from the author's tree, new terms marked.

    Where the author writes no left side it is that of the line that this one is equal to, or the derivative of. A bound
    begins with what is bounded, where a line above says what that is: ``d2L/dw2 = e^u > 0``.
    """
    right = to_latex(step.result_tree if step.claim is None else step.claim, changed=changed)
    left = _left(step, steps)
    if left is None:
        return right
    bounded = _bounded(step, steps)
    first = "" if bounded is None else f"{to_latex(bounded)} = "
    return f"{first}{to_latex(left)} {_OPERATORS.get(step.operator, step.operator)} {right}"


def _bounded(step: Step, steps: Mapping[str, Step]) -> Node | None:
    """What has the value that a bound is of, by a line that it uses."""
    if step.operator == "=":
        return None
    above = (steps[name] for name in step.uses if name in steps)
    named = (_left(each, steps) for each in above if each.operator == "=" and each.formula == step.left)
    return next((left for left in named if left is not None), None)


def _left(step: Step, steps: Mapping[str, Step]) -> Node | None:
    if step.left is not None or step.of is None or step.of not in steps:
        return step.left
    above = _left(steps[step.of], steps) if steps[step.of].operator == "=" else None
    match step.relation:
        case Relation.EQUAL | Relation.EQUAL_ON:
            return above
        case Relation.DERIVATIVE if above is not None and step.variable is not None:
            return Derivative(above, step.variable)
    return None


def said(phrases: Iterable[Said], chapter: Chapter, words: Words) -> str:
    """What the referee says of a step of ``chapter``, with its formulas set and its steps as links."""

    def show(value: Node | StepName) -> str:
        if isinstance(value, StepName):
            return step_link(chapter.steps[value.name], chapter.numbers[value.name])
        return inline(to_latex(value))

    return words.said.all_of(phrases, show, plain)


def short_title(title: str) -> str:
    """A chapter's title as other titles carry it: as far as its colon."""
    return re.split("[:：]", title, maxsplit=1)[0]


def introduction(chapter: Chapter) -> str:
    """What a script says of itself, to stand below its title: without that title before its colon."""
    text = chapter.introduction
    said = text.removeprefix(f"{short_title(chapter.title)}:").lstrip()
    return text if said == text else said[:1].upper() + said[1:]


def page_title(title: str, chapter: str) -> str:
    """A page's title with its chapter, so that no two pages of a site have the same."""
    return f"{title} · {short_title(chapter)}"


def step_file(name: str) -> str:
    """The Markdown file of a step, beside its chapter's ``index.md`` and ``code.md``, whose names are taken."""
    return f"{name}_step.md" if name.lower() in ("index", "readme", "code") else f"{name}.md"


def page_file(file: str) -> str:
    """The HTML file that a Markdown file becomes, for links that Markdown does not see."""
    return file.removesuffix(".md") + ".html"


def step_link(step: Step, number: int) -> str:
    """A link to the step's page from another page of its chapter."""
    return f"[{number} · {plain(step.title)}]({step_file(step.name)})"
