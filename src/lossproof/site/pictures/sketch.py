"""What a picture is made of, and its HTML: a drawing made at build, sliders that move it, a line that reads it.

The drawing at build comes from the same JavaScript as the one in the browser (`pictures.js`), run once in node and
kept by content, so that a page without scripts says what it says with them.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from lossproof import store
from lossproof.site.npm import run_node
from lossproof.site.pictures.javascript import ASSETS

_KIND = "pictures"
LOOKS = ("lp-c1", "lp-c2", "lp-c3")


@dataclass(frozen=True, slots=True)
class Slider:
    """A quantity that the reader moves; an end of its range may be another slider's name (k up to n)."""

    name: str
    label: str
    low: float | str
    high: float | str
    value: float
    step: float = 0.01

    @property
    def range(self) -> tuple[float, float]:
        """The ends as numbers: what is limited by another slider may move as far as that may."""
        low = self.low if not isinstance(self.low, str) else 0.0
        return low, (self.high if not isinstance(self.high, str) else 0.0)


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: the expression, how the reading and the key name it, its slope and curvature where they are drawn."""

    expression: str
    label: str
    tex: str
    slope: str = ""
    curvature: str = ""
    point: bool = True


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves over the same axis; ``log`` draws powers of ten; ``low`` and ``high`` fix the range; ``cut`` trims it."""

    curves: tuple[Curve, ...]
    title: str = ""
    log: bool = False
    low: float | None = None
    high: float | None = None
    cut: float = 0.03


@dataclass(frozen=True, slots=True)
class Sketch:
    """A picture. ``sliders`` begin with the quantity along the axis; ``data`` are JavaScript functions of q.

    Over two weights there is ``surface``: fields of the specification, in JavaScript, in the place of panels.
    """

    name: str
    caption: str
    alt: str
    sliders: tuple[Slider, ...]
    panels: tuple[Panel, ...] = ()
    data: dict[str, str] = field(default_factory=dict)
    optimum: bool = False
    surface: str = ""


def specification(sketch: Sketch, words: dict[str, str]) -> str:
    """The picture as a JavaScript function of ``f``, the table of functions."""
    sliders = ",".join(map(_slider, sketch.sliders))
    parts = [f"id:{json.dumps(sketch.name)}", f"words:{_json(words)}", f"sliders:[{sliders}]"]
    if sketch.data:
        parts.append("data:{" + ",".join(f"{name}:q=>{make}" for name, make in sketch.data.items()) + "}")
    if sketch.surface:
        return "f=>({" + ",".join([*parts, sketch.surface]) + "})"
    parts.append(f"x:{_slider(sketch.sliders[0])}")
    looks = iter(_looks(sketch))
    parts.append(f"panels:[{','.join(_panel(panel, looks) for panel in sketch.panels)}]")
    if sketch.optimum:
        parts.append("optimum:true")
    return "f=>({" + ",".join(parts) + "})"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _slider(slider: Slider) -> str:
    fields = {each: getattr(slider, each) for each in ("name", "label", "low", "high", "value", "step")}
    return _json(fields)


def _looks(sketch: Sketch) -> tuple[str, ...]:
    """A look for each curve of the picture, in order."""
    return tuple(LOOKS[place % len(LOOKS)] for place in range(sum(len(panel.curves) for panel in sketch.panels)))


def _panel(panel: Panel, looks: Iterator[str]) -> str:
    curves = ",".join(_curve(curve, next(looks)) for curve in panel.curves)
    fixed = {"low": panel.low, "high": panel.high, "title": panel.title or None, "log": panel.log or None}
    rest = "".join(f",{name}:{_json(value)}" for name, value in fixed.items() if value is not None)
    return f"{{curves:[{curves}],cut:{panel.cut:g}{rest}}}"


def _curve(curve: Curve, look: str) -> str:
    extra = "".join(
        f",{name}:q=>{expression}"
        for name, expression in (("slope", curve.slope), ("curvature", curve.curvature))
        if expression
    )
    point = "" if curve.point else ",point:false"
    return f"{{f:q=>{curve.expression},label:{_json(curve.label)},look:{_json(look)}{extra}{point}}}"


def drawn(specification: str) -> dict[str, object]:
    """What `pictures.js` draws with every slider where it begins: ``svg``, ``height``, ``width``, ``reading``."""
    script = (ASSETS / "pictures.js").read_text(encoding="utf-8")
    key = hashlib.sha256(f"{script}\0{specification}".encode()).hexdigest()
    kept = store.recall(_KIND, key)
    text = kept.decode() if kept is not None else run_node(str(ASSETS / "draw.mjs"), stdin=specification)
    if kept is None:
        store.keep(_KIND, key, text.encode())
    found: dict[str, object] = json.loads(text)
    return found


def figure(sketch: Sketch, words: dict[str, str], hint: str) -> str:
    """The picture as HTML that stands in a Markdown page."""
    text = specification(sketch, words)
    still = drawn(text)
    place = f"lp-picture-{sketch.name}"
    svg = (
        f'<svg viewBox="0 0 {still["width"]} {still["height"]}" role="img" aria-label="{html.escape(sketch.alt)}">'
        f"{still['svg']}</svg>"
    )
    controls = "".join(_control(slider, sketch) for slider in sketch.sliders)
    curves = [curve for panel in sketch.panels for curve in panel.curves]
    looks = zip(curves, _looks(sketch), strict=True)
    keys = "".join(f'<span class="lp-key {look}">{_set(curve.tex)}</span>' for curve, look in looks)
    caption = f'{html.escape(sketch.caption)} <span class="lp-controls-hint">{html.escape(hint)}</span>'
    script = f'(globalThis.lossproofPictures??=[]).push(["{place}",{text}])'.replace("</", "<\\/")
    lines = (
        f'<figure class="lp-picture" id="{place}" markdown="0" data-search-exclude>',
        f'<div class="lp-keys">{keys}</div>' if keys else "",
        svg,
        f'<p class="lp-reading">{html.escape(str(still["reading"]))}</p>',
        f'<div class="lp-controls">{controls}</div>',
        f"<figcaption>{caption}</figcaption>",
        f"<script>{script}</script>",
        "</figure>",
    )
    return "\n".join(line for line in lines if line)


def _set(tex: str) -> str:
    """A formula in HTML, as Markdown would leave it."""
    return rf'<span class="arithmatex">\({html.escape(tex, quote=False)}\)</span>'


def _control(slider: Slider, sketch: Sketch) -> str:
    ranges = {each.name: each.range for each in sketch.sliders}
    low = ranges[slider.low][0] if isinstance(slider.low, str) else slider.low
    high = ranges[slider.high][1] if isinstance(slider.high, str) else slider.high
    limits = f'min="{low:g}" max="{high:g}" step="{slider.step:g}" value="{slider.value:g}"'
    moved = f'<input type="range" name="{slider.name}" {limits}><output>{slider.value:g}</output>'
    return f"<label><span>{html.escape(slider.label)}</span>{moved}</label>"
