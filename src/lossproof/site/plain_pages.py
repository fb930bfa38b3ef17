r"""The chapters as plain Markdown for any generator of sites: formulas set, style sheets, scripts and fonts beside
them.

`$...$` and `$$...$$` become KaTeX's HTML, so that no generator has to know of TeX, and no page needs a script to be
read. What Markdown would take for its own inside of that HTML is written as a character reference.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lossproof.chapters.chapter import Chapter
from lossproof.site import katex
from lossproof.site.chapter_notebook import taken_along
from lossproof.site.katex import Formula
from lossproof.site.pages import chapter_files
from lossproof.site.shared_lines import elsewhere, shared
from lossproof.site.words import Words
from lossproof.store import write_whole

SCRIPTS = ("explain.js", "map.js", "pictures.js", "copy.js")
_OWN = Path(__file__).with_name("assets")
# Code comes first: a dollar in it is a dollar.
_PARTS = re.compile(
    r"(?P<code>^(?P<fence>`{3,}).*?^(?P=fence)[ ]*$|(?P<ticks>`+)[^`\n].*?(?P=ticks))"
    r"|\$\$(?P<display>.+?)\$\$|(?<![\\$])\$(?P<inline>[^\s$](?:[^$\n]*[^\s$])?)\$"
    r'|<span class="arithmatex">\\\((?P<spanned>.*?)\\\)</span>',
    re.DOTALL | re.MULTILINE,
)
_TAG = re.compile(r"(<[^>]*>)")
_OF_MARKDOWN = re.compile(r"[\\`*_{}\[\]|$~^]")
_ANNOTATION = re.compile(r"<annotation.*?</annotation>", re.DOTALL)


def plain_pages(chapters: Iterable[Chapter], packages: Path, words: Words) -> dict[str, str | bytes]:
    """Path -> content of every page, notebook, script, style sheet and font; KaTeX comes from ``packages``.

    Raises RejectedFormula for what KaTeX does not set.
    """
    found = list(chapters)
    lines = shared(found)
    pages = {
        f"{chapter.name}/{name}": text
        for chapter in found
        for name, text in chapter_files(chapter, words, elsewhere(chapter, lines)).items()
    }
    rendered = katex.render({each for text in pages.values() for each in formulas_in(text)}, packages)
    files: dict[str, str | bytes] = {path: with_formulas(text, rendered) for path, text in pages.items()}
    for chapter in found:
        files |= {f"{chapter.name}/{name}": text for name, text in taken_along(chapter, words).items()}
    files["index.md"] = _contents(found, words)
    files["assets/katex/katex.min.css"] = katex.stylesheet(packages)
    for own in ("lossproof.css", *SCRIPTS):
        files[f"assets/{own}"] = (_OWN / own).read_text(encoding="utf-8")
    return files | {f"assets/katex/fonts/{font.name}": font.read_bytes() for font in katex.fonts(packages)}


def write_plain_pages(files: Mapping[str, str | bytes], folder: Path) -> None:
    """The files below ``folder``."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)


def formulas_in(markdown: str) -> Iterator[Formula]:
    """Every formula of a page in Markdown, in the order in which it stands there."""
    return (formula for match in _PARTS.finditer(markdown) if (formula := _formula(match)) is not None)


def with_formulas(markdown: str, rendered: Mapping[Formula, str]) -> str:
    """The page with HTML in the place of its TeX; code stays as it is."""

    def replace(match: re.Match[str]) -> str:
        formula = _formula(match)
        if formula is None:
            return match[0]
        shown = _safe(_ANNOTATION.sub("", rendered[formula]))
        if formula.display:
            return f'\n<div class="arithmatex" tabindex="0">{shown}</div>\n'
        return f'<span class="arithmatex">{shown}</span>'

    return _PARTS.sub(replace, markdown)


def _formula(match: re.Match[str]) -> Formula | None:
    if match["code"] is not None:
        return None
    if match["spanned"] is not None:
        return Formula(html.unescape(match["spanned"]).strip(), display=False)
    display = match["display"] is not None
    return Formula((match["display"] if display else match["inline"]).strip(), display)


def _safe(shown: str) -> str:
    """The HTML with every character of its text that means something in Markdown as a reference."""
    parts = _TAG.split(shown)
    texts = (_OF_MARKDOWN.sub(lambda found: f"&#{ord(found[0])};", part) for part in parts[::2])
    return "".join(text + tag for text, tag in zip(texts, [*parts[1::2], ""], strict=True))


def _contents(chapters: list[Chapter], words: Words) -> str:
    listed = "\n".join(f"- [{chapter.title}]({chapter.name}/index.md)" for chapter in chapters)
    return f"# {words.chapter}\n\n{listed}\n"
