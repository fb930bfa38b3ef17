"""What mkdocs-jupyter writes, in the site's own look: a notebook reads like any other page.

mkdocs-jupyter brings half a megabyte of JupyterLab's style sheets into every page, scripts from other hosts, and
leaves ``$...$`` as it is. Here the cells are taken out and set as the theme sets code, output and text; nothing
of the rest is kept. Figures become inline SVG whose colours follow light and dark.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag

import lossproof

# Set while notebooks run, so that what they print is the same every time.
ENVIRONMENT = {"SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": "0", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}

# The colours of figure.mplstyle, each with the CSS variable that takes its place on a page.
COLOURS = {
    "#1f2430": "--lp-ink",
    "#697080": "--lp-muted",
    "#dcdfe6": "--lp-rule",
    "#2a5db0": "--lp-series-1",
    "#c2571a": "--lp-series-2",
    "#2e7d5b": "--lp-series-3",
    "#d9e4f7": "--lp-series-1-soft",
    "#f9e2d2": "--lp-series-2-soft",
    "#d6ebe1": "--lp-series-3-soft",
}

_STYLE = Path(__file__).with_name("figure.mplstyle")
_HEADING = re.compile(
    r'<(?P<tag>h[1-6]) id="(?P<id>[^"]*)">(?P<text>.*?)<a class="headerlink" href="#[^"]*"', re.DOTALL
)
_FOLDED = ".celltag_folded, :scope.celltag_folded"
_MATH = re.compile(r"\$\$(?P<display>.+?)\$\$|(?<![\\$\w])\$(?P<inline>[^\s$](?:[^$]*[^\s$])?)\$(?!\w)", re.DOTALL)


def sources_digest(root: Path) -> str:
    """A hash of everything that a notebook's outputs can come from besides itself."""
    package = Path(lossproof.__file__).parent
    modules = (path for path in package.rglob("*.py") if path.relative_to(package).parts[0] not in ("site", "cli"))
    digest = hashlib.sha256()
    for path in sorted([*modules, _STYLE, *(root / "derivations").glob("*.py")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def kept_for(root: Path, language: str) -> str:
    """The key of the place where executed notebooks of a site are kept, in one of its languages.

    What mkdocs-jupyter does not find among the notebooks that it builds it removes there: each language has its own.
    """
    return f"{root}\n{language}\n{sources_digest(root)}"


def is_notebook(page: str) -> bool:
    """Whether mkdocs-jupyter made this HTML."""
    return 'class="jupyter-wrapper"' in page


def restyled(page: str, link: Callable[[str], str] = str, show_code: str = "Code") -> str:
    """The cells of a notebook's HTML as the theme's own text, code and output; ``link`` maps each address.

    The code of a cell with the tag ``folded`` opens when ``show_code`` is pressed.
    """
    soup = BeautifulSoup(page, "html.parser")
    # mkdocs-jupyter puts a code cell into another of the same class
    outer = soup.select(".jp-Cell:not(.jp-Cell .jp-Cell)")
    return "\n".join(text for cell in outer for text in _cell(cell, link, show_code))


def anchored(page: str, places: Iterable[str]) -> str:
    """The page with a place for each heading that has none, from ``places``, one for each of its headings.

    mkdocs-jupyter makes places of Latin letters alone: a heading in another script has none, though its table of
    contents leads to one.
    """
    found = iter(places)

    def placed(match: re.Match[str]) -> str:
        place = next(found, "")
        return (
            match[0]
            if match["id"]
            else f'<{match["tag"]} id="{place}">{match["text"]}<a class="headerlink" href="#{place}"'
        )

    return _HEADING.sub(placed, page)


def _cell(cell: Tag, link: Callable[[str], str], show_code: str) -> Iterator[str]:
    for text in cell.select(".jp-RenderedMarkdown"):
        yield _text(text, link)
    for source in cell.select(".jp-InputArea .highlight-ipynb pre"):
        if source.get_text(strip=True):
            yield _folded(_code(source), show_code) if cell.select(_FOLDED) else _code(source)
    for output in cell.select(".jp-OutputArea-output:not(.jp-RenderedMarkdown)"):
        # what a program says on the side ("compiling ...") is not its result, and differs from run to run
        if output.get("data-mime-type") != "application/vnd.jupyter.stderr":
            yield _output(output)


def _text(text: Tag, link: Callable[[str], str]) -> str:
    for anchor in text.select("a[href]:not(.anchor-link)"):
        anchor["href"] = link(str(anchor["href"]))
    for anchor in text.select("a.anchor-link"):
        anchor["class"] = "headerlink"
        anchor["title"] = "Permanent link"
    for node in list(text.find_all(string=_MATH)):
        if not node.find_parent(["code", "pre"]):
            node.replace_with(BeautifulSoup(_MATH.sub(_arithmatex, html.escape(node, quote=False)), "html.parser"))
    for display in text.select("p > div.arithmatex:only-child"):
        display.parent.unwrap()  # type: ignore[union-attr]  # selected by its parent
    return text.decode_contents()


def _arithmatex(match: re.Match[str]) -> str:
    if match["display"]:
        return rf'<div class="arithmatex">\[{match["display"]}\]</div>'
    return rf'<span class="arithmatex">\({match["inline"]}\)</span>'


def _code(source: Tag) -> str:
    return f'<div class="language-python highlight"><pre><code>{source.decode_contents().strip()}</code></pre></div>'


def _folded(code: str, show_code: str) -> str:
    return f'<details class="lp-folded"><summary>{html.escape(show_code)}</summary>{code}</details>'


def _output(output: Tag) -> str:
    kind = str(output.get("data-mime-type", ""))
    return next((write(output) for start, write in _OUTPUTS if kind.startswith(start)))


def _svg(output: Tag) -> str:
    image = output.find("img")
    if not isinstance(image, Tag):
        return figure(str(output.find("svg")))
    return figure(base64.b64decode(str(image["src"]).partition("base64,")[2]).decode("utf-8"))


def _latex(output: Tag) -> str:
    tex = re.sub(r"^\$+(?:\\displaystyle)?|\$+$", "", output.get_text().strip()).strip()
    return rf'<div class="arithmatex">\[{html.escape(tex, quote=False)}\]</div>'


def _printed(output: Tag) -> str:
    pre = output.find("pre")
    inside = (pre if isinstance(pre, Tag) else output).decode_contents().rstrip()
    return f'<div class="lp-output"><pre tabindex="0">{inside}</pre></div>'


def _html(output: Tag) -> str:
    for style in output.select("style"):
        style.decompose()
    for table in output.select("table"):
        table.attrs = {}
    return f'<div class="lp-output lp-scroll" tabindex="0">{output.decode_contents()}</div>'


def figure(svg: str) -> str:
    """A matplotlib SVG as part of the page: its colours variables, its ids its own, no size but its shape."""
    svg = svg[svg.index("<svg") :]
    # what it says of itself is not wanted, and its style sheet would hold for the whole page
    svg = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    own = hashlib.sha256(svg.encode()).hexdigest()[:8]
    svg = re.sub(r'\bid="', f'id="{own}-', svg)
    svg = re.sub(r"""(url\(|href=")#""", rf"\1#{own}-", svg)
    for colour, variable in COLOURS.items():
        svg = svg.replace(colour, f"var({variable})")
    return f'<figure class="lp-figure" tabindex="0">{svg}</figure>'


# By the beginning of the output's type; the last one takes whatever is left.
_OUTPUTS: tuple[tuple[str, Callable[[Tag], str]], ...] = (
    ("image/svg", _svg),
    ("text/latex", _latex),
    ("text/html", _html),
    ("", _printed),
)
