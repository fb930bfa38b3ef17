"""The map of a chapter: its computed graph as a drawing whose steps are links, and the same as a list for a phone.

Each step has the shape and colour of its verdict; the main line is thick. With scripts (`map.js`) what a step rests
on lights up where the step is pointed at or focused.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable
from itertools import pairwise

from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Step
from lossproof.referee.verdict import Status
from lossproof.site.map_layout import Layout, layout
from lossproof.site.outline import main_line
from lossproof.site.pages.markup import CODE_FILE, SIGNS, block, page_file, plain, step_file, step_link
from lossproof.site.words import Words

MOST = 6  # steps side by side
WIDTH, HEIGHT, GAP, ROW = 186, 52, 14, 32
_LETTERS, _LINES, _LINE = 27, 3, 14
_ROUND = {Status.PROVED: 12, Status.CORROBORATED: 23}


Anchor = Callable[[tuple[int, float]], tuple[float, float]]
"""Where a line leaves a place or arrives at it."""


def chapter_map(chapter: Chapter, words: Words) -> str:
    """The drawing, and the list that says the same."""
    return f"## {plain(words.map)}\n\n{plain(words.map_note)}\n\n{_drawing(chapter, words)}\n\n{_list(chapter, words)}"


def _drawing(chapter: Chapter, words: Words) -> str:
    found = layout(chapter.derivation.graph, [step.name for step in main_line(chapter)], MOST)
    width = found.width * (WIDTH + GAP) - GAP + 4
    height = found.rows * (HEIGHT + ROW) - ROW + 4
    lines = _edges(chapter, found, _foot, _head)
    drawn = "".join(_link(chapter, step, words, "", _box(chapter, step, found)) for step in chapter.steps.values())
    drawing = _svg("lp-graph", width, height, lines + drawn, chapter, words)
    return f'<div class="lp-graph-of" markdown="0" tabindex="0" data-search-exclude>{drawing}</div>'


def _svg(name: str, width: float, height: float, inside: str, chapter: Chapter, words: Words) -> str:
    label = html.escape(f"{words.map}: {chapter.title}")
    size = f'viewBox="0 0 {width:g} {height:g}" style="--lp-width: {width:g}px"'
    return f'<svg class="{name}" {size} role="group" aria-label="{label}">{inside}</svg>'


def _corner(place: tuple[int, float]) -> tuple[float, float]:
    row, column = place
    return 2 + column * (WIDTH + GAP), 2 + row * (HEIGHT + ROW)


def _foot(place: tuple[int, float]) -> tuple[float, float]:
    x, y = _corner(place)
    return x + WIDTH / 2, y + HEIGHT


def _head(place: tuple[int, float]) -> tuple[float, float]:
    x, y = _corner(place)
    return x + WIDTH / 2, y


def _edges(chapter: Chapter, found: Layout, foot: Anchor, head: Anchor) -> str:
    main = [step.name for step in main_line(chapter)]
    thin = [(used, name) for name, uses in chapter.derivation.graph.items() for used in dict.fromkeys(uses)]
    thick = list(pairwise(main))
    lines = [_curve(found, edge, "lp-edge", foot, head) for edge in thin if edge not in thick]
    drawn = {edge: "lp-edge lp-main" + ("" if edge in thin else " lp-order") for edge in thick}
    return "".join([*lines, *(_curve(found, edge, name, foot, head) for edge, name in drawn.items())])


def _curve(found: Layout, edge: tuple[str, str], name: str, foot: Anchor, head: Anchor) -> str:
    (x0, y0), (x1, y1) = foot(found.places[edge[0]]), head(found.places[edge[1]])
    bend = (y1 - y0) / 2 if y1 - y0 < 2 * ROW + HEIGHT else ROW
    path = f"M{x0:g} {y0:g}C{x0:g} {y0 + bend:g} {x1:g} {y1 - bend:g} {x1:g} {y1:g}"
    return f'<path class="{name}" d="{path}" data-from="{edge[0]}" data-to="{edge[1]}"/>'


def _link(chapter: Chapter, step: Step, words: Words, address: str, inside: str) -> str:
    status = chapter.judged(step.name).verdict.status
    main = " lp-main" if step in main_line(chapter) else ""
    label = html.escape(f"{chapter.numbers[step.name]} · {step.title}: {words.status[status]}")
    return (
        f'<a class="lp-node lp-{status.value}{main}" href="{address}{page_file(step_file(step.name))}" '
        f'data-step="{step.name}" aria-label="{label}"><title>{label}</title>{inside}</a>'
    )


def _box(chapter: Chapter, step: Step, found: Layout) -> str:
    x, y = _corner(found.places[step.name])
    status = chapter.judged(step.name).verdict.status
    lines = wrapped(f"{chapter.numbers[step.name]} · {step.title}")
    first = y + HEIGHT / 2 + 4 - _LINE / 2 * (len(lines) - 1)
    text = "".join(
        f'<text x="{x + 22:g}" y="{first + _LINE * number:g}">{html.escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    sign = f'<text class="lp-sign" x="{x + 8:g}" y="{y + HEIGHT / 2 + 4:g}">{SIGNS[status]}</text>'
    box = f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="{_ROUND.get(status, 0)}"/>'
    return box + sign + text


def wrapped(text: str, width: int = _LETTERS, most: int = _LINES) -> list[str]:
    """The text in lines of so many letters; one of a script without spaces is as wide as two and may end a line."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most:
        cut = _fitting(rest, width)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        lines[-1] = lines[-1][: _fitting(lines[-1], width - 2)].rstrip() + " …"
    return lines


def _fitting(text: str, width: int) -> int:
    """How many characters fit into a line, ended at the end of a word."""
    room, fits = width, len(text)
    for place, character in enumerate(text):
        room -= 1 + _is_wide(character)
        if room < 0:
            fits = place
            break
    ends = [place for place in range(fits, 0, -1) if _may_end(text, place)]
    return ends[0] if ends else fits


def _may_end(text: str, place: int) -> bool:
    if place == len(text) or text[place - 1] == " " or text[place] == " ":
        return True
    return _is_wide(text[place - 1]) and _is_wide(text[place]) and text[place] not in "、。）」：ーっゃゅょッャュョ"


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _list(chapter: Chapter, words: Words) -> str:
    lines = [_list_line(chapter, step, words) for step in chapter.steps.values()]
    if chapter.running:
        lines.append(f"{len(lines) + 1}. [{plain(words.code.title)}]({CODE_FILE})")
    return block("lp-map", "\n".join(lines))


def _list_line(chapter: Chapter, step: Step, words: Words) -> str:
    status = chapter.judged(step.name).verdict.status
    mark = f'<span class="lp-dot lp-{status.value}" title="{html.escape(words.status[status])}"></span>'
    link = step_link(step, chapter.numbers[step.name])
    shown = f"**{link}**" if step in main_line(chapter) else link
    return f'{chapter.numbers[step.name]}. {mark} {shown} <span class="lp-uses">{arrows(chapter, step)}</span>'


def arrows(chapter: Chapter, step: Step) -> str:
    """``<- 3, 4``: links to the steps that this one uses."""
    links = ", ".join(f"[{chapter.numbers[name]}]({step_file(name)})" for name in step.uses)
    return f"← {links}" if links else ""
