"""The map of all chapters: one drawing of their computed graphs, tied where they have the same line.

Each chapter is a plot of dots, laid out as on its own page; a dot is a step in the shape and colour of its verdict and
a link to its page, the main line is thick. A dashed line leads from the chapter that derives a line to those that
have it too. With scripts (`map.js`) what a step rests on lights up, across chapters as well. On a phone a list says it.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Step
from lossproof.referee.verdict import Status
from lossproof.site.map_layout import Layout, layout
from lossproof.site.outline import main_line
from lossproof.site.pages.markup import block, filled, folded, page_file, plain, short_title, step_file
from lossproof.site.shared_lines import Place, elsewhere, shared
from lossproof.site.words import Words

MOST = 10  # steps side by side in one plot
DOT, CELL = 14, 24  # a link has its 24 pixels to itself
TITLE, MARGIN = 26, 14
WIDTH = 960
_LETTER = 6.6  # the width of a letter of a title
_ROUND = {Status.PROVED: DOT / 2, Status.CORROBORATED: DOT / 4}
_STRENGTH = (Status.PROVED, Status.CORROBORATED)

Address = Callable[[str, str], str]
"""From a chapter and a Markdown file of it to the link that leads there."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A chapter's place in the drawing; ``x`` and ``y`` are the corner of its title."""

    chapter: Chapter
    layout: Layout
    x: float
    y: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, title included."""
        title = len(short_title(self.chapter.title).encode("utf-16-le")) / 2
        wide = sum(character > "\u2e80" for character in short_title(self.chapter.title))
        return max(self.layout.width * CELL, (title + wide) * _LETTER), TITLE + self.layout.rows * CELL

    def centre(self, step: str) -> tuple[float, float]:
        """The middle of a step's dot."""
        row, column = self.layout.places[step]
        return self.x + (column + 0.5) * CELL, self.y + TITLE + (row + 0.5) * CELL


def atlas(chapters: Sequence[Chapter], words: Words, address: Address) -> str:
    """The drawing, and the list that says the same."""
    return f"{_drawing(chapters, words, address)}\n\n{_list(chapters, words, address)}"


def _drawing(chapters: Sequence[Chapter], words: Words, address: Address) -> str:
    plots = {plot.chapter.name: plot for plot in placed(chapters)}
    inside = [
        *(_titled(plot, address) for plot in plots.values()),
        *(edge for plot in plots.values() for edge in _edges(plot)),
        *_across(plots),
        *(_dot(plot, step, words, address) for plot in plots.values() for step in plot.chapter.steps.values()),
    ]
    height = max(plot.y + plot.size[1] for plot in plots.values()) + MARGIN
    drawing = (
        f'<svg class="lp-graph lp-atlas" viewBox="0 0 {WIDTH} {height:g}" style="--lp-width: {WIDTH}px" role="group" '
        f'aria-label="{html.escape(words.all_maps)}">{"".join(inside)}</svg>'
    )
    return f'<div class="lp-graph-of" markdown="0" tabindex="0" data-search-exclude>{drawing}</div>'


def placed(chapters: Sequence[Chapter]) -> list[Plot]:
    """The plots in the order of the chapters, side by side as long as the width reaches, then below."""
    found: list[Plot] = []
    x = y = float(MARGIN)
    deepest = 0.0
    for chapter in chapters:
        graph, main = chapter.derivation.graph, [step.name for step in main_line(chapter)]
        plot = Plot(chapter, layout(graph, main, MOST), x, y)
        width, height = plot.size
        if found and x > MARGIN and x + width > WIDTH - MARGIN:
            x, y, deepest = float(MARGIN), y + deepest + 2 * MARGIN, 0.0
            plot = Plot(chapter, plot.layout, x, y)
        found.append(plot)
        x, deepest = x + width + 2 * CELL, max(deepest, height)
    return found


def _titled(plot: Plot, address: Address) -> str:
    title, link = short_title(plot.chapter.title), page_file(address(plot.chapter.name, "index.md"))
    return f'<a class="lp-plot" href="{link}"><text x="{plot.x:g}" y="{plot.y + 12:g}">{html.escape(title)}</text></a>'


def _edges(plot: Plot) -> Iterator[str]:
    main = list(pairwise(step.name for step in main_line(plot.chapter)))
    uses = {(used, name) for name, all_used in plot.chapter.derivation.graph.items() for used in all_used}
    for edge in sorted(uses - set(main)):
        yield _line(plot, edge, "lp-edge")
    for edge in main:
        yield _line(plot, edge, "lp-edge lp-main" + ("" if edge in uses else " lp-order"))


def _line(plot: Plot, edge: tuple[str, str], name: str) -> str:
    (x0, y0), (x1, y1) = plot.centre(edge[0]), plot.centre(edge[1])
    bend = min((y1 - y0) / 2, CELL)
    path = f"M{x0:g} {y0:g}C{x0:g} {y0 + bend:g} {x1:g} {y1 - bend:g} {x1:g} {y1:g}"
    return _path(name, path, _key(plot.chapter, edge[0]), _key(plot.chapter, edge[1]))


def _across(plots: Mapping[str, Plot]) -> Iterator[str]:
    """From where a line is derived, or stands first, to where other chapters have it."""
    for places in shared(plot.chapter for plot in plots.values()):
        source = min(places, key=_weakness)  # the first of the strongest
        for place in places:
            if place is not source:
                yield _far_line(plots, source, place)


def _weakness(place: Place) -> int:
    status = _status(place)
    return _STRENGTH.index(status) if status in _STRENGTH else len(_STRENGTH)


def _status(place: Place) -> Status:
    return place.chapter.judged(place.step.name).verdict.status


def _far_line(plots: Mapping[str, Plot], source: Place, place: Place) -> str:
    ends = [plots[each.chapter.name].centre(each.step.name) for each in (source, place)]
    (x0, y0), (x1, y1) = ends
    bow = 0.15 * (abs(x1 - x0) + abs(y1 - y0))
    path = f"M{x0:g} {y0:g}Q{(x0 + x1) / 2:g} {(y0 + y1) / 2 - bow:g} {x1:g} {y1:g}"
    lent = _weakness(source) < len(_STRENGTH) and _status(place) is Status.GIVEN
    name = "lp-edge lp-across" if lent else "lp-edge lp-across lp-order"  # derived in both: neither rests on the other
    return _path(name, path, *(_key(each.chapter, each.step.name) for each in (source, place)))


def _path(name: str, path: str, start: str, end: str) -> str:
    return f'<path class="{name}" d="{path}" data-from="{start}" data-to="{end}"/>'


def _key(chapter: Chapter, step: str) -> str:
    return f"{chapter.name}.{step}"


def _dot(plot: Plot, step: Step, words: Words, address: Address) -> str:
    chapter, (x, y) = plot.chapter, plot.centre(step.name)
    status = chapter.judged(step.name).verdict.status
    main = " lp-main" if step in main_line(chapter) else ""
    label = html.escape(
        f"{short_title(chapter.title)}: {chapter.numbers[step.name]} · {step.title}: {words.status[status]}"
    )
    corner = f'x="{x - DOT / 2:g}" y="{y - DOT / 2:g}"'
    return (
        f'<a class="lp-node lp-{status.value}{main}" href="{page_file(address(chapter.name, step_file(step.name)))}" '
        f'data-step="{_key(chapter, step.name)}" aria-label="{label}"><title>{label}</title>'
        f'<rect {corner} width="{DOT}" height="{DOT}" rx="{_ROUND.get(status, 0):g}"/></a>'
    )


def _list(chapters: Sequence[Chapter], words: Words, address: Address) -> str:
    lines = shared(chapters)
    return block("lp-map", *(_steps(chapter, lines, words, address) for chapter in chapters))


def _steps(chapter: Chapter, lines: tuple[tuple[Place, ...], ...], words: Words, address: Address) -> str:
    others = elsewhere(chapter, lines)
    listed = "\n".join(
        _listed(chapter, step, others.get(step.name, ()), words, address) for step in chapter.steps.values()
    )
    return folded(short_title(chapter.title), listed)


def _listed(chapter: Chapter, step: Step, others: tuple[Place, ...], words: Words, address: Address) -> str:
    """``3. mark [3 · title](page) <- 1, 2; the same line in [other chapter]``."""
    status = chapter.judged(step.name).verdict.status
    mark = f'<span class="lp-dot lp-{status.value}" title="{html.escape(words.status[status])}"></span>'
    link = _link(Place(chapter, step), f"{chapter.numbers[step.name]} · {step.title}", address)
    shown = f"**{link}**" if step in main_line(chapter) else link
    uses = ", ".join(
        _link(Place(chapter, chapter.steps[name]), str(chapter.numbers[name]), address) for name in step.uses
    )
    far = ", ".join(_link(other, short_title(other.chapter.title), address) for other in others)
    told = [f"← {uses}"] if uses else []
    told += [filled(words.line_also_in, {"chapters": far})] if far else []
    return f'{chapter.numbers[step.name]}. {mark} {shown} <span class="lp-uses">{" · ".join(told)}</span>'


def _link(place: Place, text: str, address: Address) -> str:
    return f"[{plain(text)}]({address(place.chapter.name, step_file(place.step.name))})"
