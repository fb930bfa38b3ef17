r"""TeX -> HTML with KaTeX at build: no script runs in the browser.

Markdown writes formulas as ``<span class="arithmatex">\(...\)</span>`` and
``<div class="arithmatex">\[...\]</div>``. All of a site are collected, rendered by one node process,
kept by content, and put in place of the TeX.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lossproof import store
from lossproof.errors import CallerError
from lossproof.site.npm import installed_version, run_node

_SCRIPT = Path(__file__).with_name("assets") / "render.mjs"
_ARITHMATEX = re.compile(
    r'<(?P<tag>span|div) class="arithmatex"(?: data-tex="(?P<marked>[^"]*)")?>'
    r"(?:\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\])</(?P=tag)>",
    re.DOTALL,
)
# a bracket of up to 40 characters, with at most one bracket inside it
_SHORT = re.compile(r"\((?=[^()]{0,40}(?:\([^()]{0,40}\)[^()]{0,40})?\))[^()]*(?:\([^()]*\)[^()]*)?\)")
_MARKUP = re.compile(r"\\[a-zA-Z]+|[{}_^ ]")
_SHORT_LEFT = 10
_NOT_TEXT = re.compile(r"<(pre|code|script|style|svg|textarea)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_COMMAND = re.compile(r"\\(?:[a-zA-Z]{2,}|[()\[\]]).{0,20}|`[^`\n]+`|\b\w+\*\w+")
_KIND = "formulas"
_MARK = r"\htmlClass{chg}{"


class RejectedFormula(CallerError):
    """TeX that KaTeX does not accept: ``reasons`` by formula."""

    def __init__(self, reasons: Mapping[Formula, str], where: Mapping[Formula, str] | None = None) -> None:
        self.reasons = reasons
        places = {formula: f"{(where or {}).get(formula, '')} " for formula in reasons}
        lines = (f"  {places[formula]}{formula.tex}\n    {reason}" for formula, reason in reasons.items())
        super().__init__("KaTeX rejects\n" + "\n".join(lines))


@dataclass(frozen=True, slots=True)
class Formula:
    """TeX and whether it is displayed on a line of its own."""

    tex: str
    display: bool


def formulas_in(page: str) -> Iterator[Formula]:
    """The formulas of a page's HTML, in order."""
    return (_formula(match) for match in _ARITHMATEX.finditer(page))


def left_in_text(page: str) -> list[str]:
    """TeX and code that a reader would see as it is written: commands, backticks, ``a*b``."""
    shown = _TAG.sub(" ", _NOT_TEXT.sub(" ", _ARITHMATEX.sub(" ", page)))
    return [found[0].strip() for found in _COMMAND.finditer(html.unescape(shown))]


def with_short_tex(page: str) -> str:
    """The HTML with marks taken out of the TeX that a search shall find; the marked TeX waits in ``data-tex``."""

    def shorten(match: re.Match[str]) -> str:
        formula = _formula(match)
        if _MARK not in formula.tex:
            return match[0]
        short = html.escape(without_marks(formula.tex), quote=False)
        inside = rf"\[{short}\]" if formula.display else rf"\({short}\)"
        return f'<{match["tag"]} class="arithmatex" data-tex="{html.escape(formula.tex)}">{inside}</{match["tag"]}>'

    return _ARITHMATEX.sub(shorten, page)


def without_marks(tex: str) -> str:
    """The TeX of the formula alone."""
    before, mark, after = tex.partition(_MARK)
    if not mark:
        return tex
    end = _closing_brace(after)
    return f"{before}{{{without_marks(after[:end])}}}{without_marks(after[end + 1 :])}"


def unbroken(tex: str) -> str:
    """The TeX with no line break inside short brackets or after a short left side; a long sum may break.

    ``(1 - yp)`` stays together, and so does ``L = -``.
    """
    left, equals, right = tex.partition(" = ")
    if equals and r"\frac" not in left and len(_MARKUP.sub("", left)) <= _SHORT_LEFT:
        tex = rf"{left} =\nobreak {right}"
    return _SHORT.sub(lambda found: re.sub(r" ([+-]) ", r" \1\\nobreak ", found[0]), tex)


def with_formulas(page: str, rendered: Mapping[Formula, str]) -> str:
    """The HTML with each formula's TeX replaced by what KaTeX made of it."""

    def replace(match: re.Match[str]) -> str:
        formula = _formula(match)
        # A wide formula scrolls by itself; a keyboard must be able to reach it.
        focus = ' tabindex="0"' if formula.display else ""
        return f'<{match["tag"]} class="arithmatex"{focus}>{rendered[formula]}</{match["tag"]}>'

    return _ARITHMATEX.sub(replace, page)


def render(formulas: Iterable[Formula], packages: Path) -> dict[Formula, str]:
    """Each formula with its HTML; those that were not set before are set in one go, and kept.

    Raises RejectedFormula, naming every formula that KaTeX rejects and why.
    """
    maker = f"{installed_version(packages, 'katex')} {_SCRIPT.read_text(encoding='utf-8')}"
    keys = {formula: _key(formula, maker) for formula in formulas}
    known = _known(keys)
    if len(known) == len(keys):
        return known
    with store.alone(_KIND):  # another language of the same site has most of them in common with this one
        known |= _known({formula: key for formula, key in keys.items() if formula not in known})
        made = dict(_run([formula for formula in keys if formula not in known], packages))
        for formula, text in made.items():
            store.keep(_KIND, keys[formula], text.encode())
    return known | made


def _known(keys: Mapping[Formula, str]) -> dict[Formula, str]:
    found = ((formula, store.recall(_KIND, key)) for formula, key in keys.items())
    return {formula: kept.decode() for formula, kept in found if kept is not None}


def stylesheet(packages: Path) -> str:
    """KaTeX's style sheet with WOFF2 as the only font format (every browser in use reads it)."""
    text = (packages / "katex" / "dist" / "katex.min.css").read_text(encoding="utf-8")
    return re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)', "", text)


def fonts(packages: Path) -> list[Path]:
    """The font files that `stylesheet` asks for as ``fonts/NAME``."""
    return sorted((packages / "katex" / "dist" / "fonts").glob("*.woff2"))


def _formula(match: re.Match[str]) -> Formula:
    display = match["display"] is not None
    tex = match["marked"] or (match["display"] if display else match["inline"])
    return Formula(html.unescape(tex).strip(), display)


def _closing_brace(tex: str) -> int:
    """Where the group that is open at the beginning of ``tex`` is closed."""
    depth = 1
    for found in re.finditer(r"\\.|[{}]", tex):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return found.start()
    return len(tex)


def _run(formulas: list[Formula], packages: Path) -> list[tuple[Formula, str]]:
    if not formulas:
        return []
    request = json.dumps([{"tex": _wanted(formula), "display": formula.display} for formula in formulas])
    module = packages / "katex" / "dist" / "katex.mjs"
    answers = json.loads(run_node(str(_SCRIPT), str(module), stdin=request))
    pairs = zip(formulas, answers, strict=True)
    if errors := {formula: answer["error"] for formula, answer in pairs if "error" in answer}:
        raise RejectedFormula(errors)
    return [(formula, answer["html"]) for formula, answer in zip(formulas, answers, strict=True)]


def _key(formula: Formula, maker: str) -> str:
    """A formula and what sets it: KaTeX's version and the script."""
    return json.dumps([maker, _wanted(formula), formula.display])


def _wanted(formula: Formula) -> str:
    """What KaTeX is given: only a displayed formula has lines that could break."""
    return unbroken(formula.tex) if formula.display else formula.tex
