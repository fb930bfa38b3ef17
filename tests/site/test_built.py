"""The built files: a page a step, no dead link, nothing fetched from elsewhere."""

from __future__ import annotations

import gzip
import json
import posixpath
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from lossproof.chapters import load

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


class Addresses(HTMLParser):
    """What a page defines (ids), links to (href; ``next`` is the one at its foot) and loads (src, style sheets)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.next = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "md-footer__link--next" in given.get("class", ""):
            self.next = given["href"]
        self.ids.update(given[name] for name in ("id", "name") if name in given)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and "href" in given and given.get("rel") not in ("canonical", "prev", "next"):
            self.loads.append(given["href"])
        if "src" in given:
            self.loads.append(given["src"])


@pytest.fixture(scope="module")
def both(built: Path) -> dict[str, Addresses]:
    """The pages in both languages."""
    return {page: Addresses((built / page).read_text(encoding="utf-8")) for page in all_pages(built)}


@pytest.fixture(scope="module")
def pages(both: dict[str, Addresses]) -> dict[str, Addresses]:
    """The pages in English."""
    return {page: found for page, found in both.items() if not page.startswith("ja/")}


def dead(pages: dict[str, Addresses], folder: Path) -> list[tuple[str, str]]:
    """Each link that leads to no file, or to no such place in a page."""
    return [
        (page, link)
        for page, found in pages.items()
        for link in [*found.links, *found.loads]
        if not urlparse(link).scheme and not _leads_somewhere(page, link, pages, folder)
    ]


def _leads_somewhere(page: str, link: str, pages: dict[str, Addresses], folder: Path) -> bool:
    anchor, place = link.partition("#")[2], target(page, link)
    if (folder / place).is_dir():
        place = posixpath.join(place, "index.html").removeprefix("./")
    if not (folder / place).is_file():
        return False
    return not anchor or place not in pages or unquote(anchor) in pages[place].ids


def target(page: str, link: str) -> str:
    """The file that ``link`` on ``page`` leads to, as a path from the site's root."""
    path = link.partition("#")[0]
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(path))) if path else page


def test_every_step_of_every_derivation_and_all_that_runs_is_a_page(pages: dict[str, Addresses]) -> None:
    loaded = [load(path) for path in sorted((ROOT / "derivations").glob("[a-z]*.py"))]
    steps = {f"{chapter.name}/{step.name}" for chapter in loaded for step in chapter.steps}
    steps |= {f"{chapter.name}/code" for chapter in loaded if chapter.publication}
    chapters = {step.partition("/")[0] for step in steps}
    wanted = {f"chapters/{step}.html" for step in steps} | {f"chapters/{chapter}/index.html" for chapter in chapters}
    made = {page for page in pages if re.fullmatch(r"chapters/[^/]+/[^/]+\.html", page)}
    assert wanted == made


def test_each_page_is_there_in_both_languages_and_leads_to_the_other(
    both: dict[str, Addresses], pages: dict[str, Addresses], built: Path
) -> None:
    assert {page.removeprefix("ja/") for page in both if page.startswith("ja/")} == set(pages)
    for page in pages:
        head, _, body = (built / page).read_text(encoding="utf-8").partition("</head>")
        other = (built / "ja" / page).read_text(encoding="utf-8")
        assert ('<html lang="en"' in head, '<html lang="ja"' in other) == (True, True)
        assert re.search(r'<link rel=" alternate" href="[^"]+" hreflang="ja"', head)
        for of, html, wanted in ((page, body, f"ja/{page}"), (f"ja/{page}", other, page)):
            switches = re.findall(r'<a href="([^"]+)" hreflang="\w+" class="md-select__link"', html)
            assert wanted in {target(of, link) for link in switches}, of


# The theme's own page, the tables of the benchmarks, the docstrings.
ENGLISH_IN_PART = ("404.html", "measured.html", "reference.html")


def test_japanese_pages_speak_japanese(built: Path) -> None:
    """A line of running text without a Japanese letter is English that was left: code and formulas aside."""
    left = []
    for path in sorted((built / "ja").rglob("*.html")):
        if path.parent.name != "notebooks" and path.name not in ENGLISH_IN_PART:
            html = re.sub(r"<(figcaption|footer|nav)\b.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            text = " ".join(Visible(html).texts)
            left += [(path.name, found) for found in re.findall(r"(?:[A-Za-z']{2,} ){5,}", text)]
    assert left == []


def test_next_leads_through_every_page(pages: dict[str, Addresses]) -> None:
    seen = ["index.html"]
    while following := pages[seen[-1]].next:
        seen.append(target(seen[-1], following))
        assert seen.count(seen[-1]) == 1
    assert set(seen) == set(pages)


def test_the_navigation_of_a_page_lists_its_chapter_and_leads_everywhere(pages: dict[str, Addresses]) -> None:
    """It is cut down to where the reader is: a step's page has its own chapter's steps, and the way to the others."""
    tops = {page for page in pages if page.count("/") < 2 or page.endswith("/index.html")}
    for page, found in pages.items():
        linked = {target(page, link) for link in found.links if not urlparse(link).scheme} | {page}
        chapter = {other for other in pages if page.startswith("chapters/") and same_chapter(page, other)}
        assert chapter <= linked, page
        assert "chapters/index.html" in linked, page
    reached = {target(page, link) for page in tops for link in pages[page].links if not urlparse(link).scheme}
    assert set(pages) <= reached


def same_chapter(page: str, other: str) -> bool:
    return page.count("/") == 2 and posixpath.dirname(page) == posixpath.dirname(other)


UNSET = re.compile(r"\\\(|\\\[|\\[a-z]+\{|\$[^$\n]{1,200}\$|<code>\$")


class Visible(HTMLParser):
    """The text of an article without code, scripts, drawings, and what KaTeX keeps for copying."""

    UNREAD = frozenset({"pre", "code", "script", "style", "svg"})
    VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.depth = 0
        self.feed(html[html.find("<article") : html.rfind("</article>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        unread = tag in self.UNREAD or "katex" in (dict(attrs).get("class") or "").split()
        if (self.depth or unread) and tag not in self.VOID:
            self.depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What closes itself holds no text."""

    def handle_endtag(self, tag: str) -> None:
        self.depth -= bool(self.depth)

    def handle_data(self, data: str) -> None:
        if not self.depth:
            self.texts.append(data)


def left_unset(html: str) -> list[str]:
    """TeX that the reader would see as it was typed."""
    return UNSET.findall("".join(Visible(html).texts))


def test_every_formula_is_set_at_build(built: Path) -> None:
    bare, without = [], []
    for path in sorted(built.rglob("*.html")):
        html, name = path.read_text(encoding="utf-8"), path.relative_to(built).as_posix()
        if "<article" in html and left_unset(html):
            bare.append((name, left_unset(html)))
        if name.removeprefix("ja/").count("/") == 2 and 'class="katex"' not in html:
            without.append(name)
    assert (bare, without) == ([], [])


@pytest.mark.parametrize("planted", [r"\(a+b\)", r"so $e^{u} \left$ holds", r"\frac{1}{2}"])
def test_a_formula_that_was_not_set_is_seen(planted: str) -> None:
    set_well = '<span class="katex"><annotation>\\frac{1}{2}</annotation></span><code>$x$</code>'
    assert left_unset(f"<article><p>{set_well}</p></article>") == []
    assert left_unset(f"<article><p>{planted}</p></article>")


def test_no_link_is_dead(both: dict[str, Addresses], built: Path) -> None:
    assert dead(both, built) == []


def test_a_dead_link_would_be_found(built: Path) -> None:
    planted = {
        "index.html": Addresses('<a href="nowhere.html">x</a><a href="#gone">y</a><a href="#here" id="here">z</a>')
    }
    assert [link for _, link in dead(planted, built)] == ["nowhere.html", "#gone"]


def test_nothing_is_loaded_from_another_host(both: dict[str, Addresses], built: Path) -> None:
    loaded = [(page, address) for page, found in both.items() for address in found.loads if urlparse(address).netloc]
    assert loaded == []
    own = [built / "assets" / "lossproof.css", built / "assets" / "katex" / "katex.min.css"]
    assert not [path for path in own if re.search(r"url\(['\"]?(?:https?:)?//", path.read_text(encoding="utf-8"))]


def test_no_page_is_heavier_than_a_photograph(built: Path) -> None:
    heavy = {path.name: path.stat().st_size for path in built.rglob("*.html") if path.stat().st_size > 1_500_000}
    assert heavy == {}


def test_the_search_index_has_an_entry_a_page_and_no_tex(built: Path, pages: dict[str, Addresses]) -> None:
    index = json.loads((built / "search" / "search_index.json").read_text(encoding="utf-8"))
    found = [entry["location"] for entry in index["docs"]]
    made = [page for page in pages if re.fullmatch(r"chapters/[^/]+/[^/]+\.html", page)]
    assert [place for place in made if found.count(place) != 1] == []
    texts = [entry["title"] + entry["text"] for entry in index["docs"]]
    prose = [re.sub(r"<code>.*?</code>", "", text, flags=re.DOTALL) for text in texts]  # code may be about TeX
    assert [text for text in prose if re.search(r"\\[a-z(\[]|katex|\$", text)] == []
    assert any("yt*log(yp)" in text for text in texts)


def test_no_two_pages_have_the_same_title_or_description(built: Path) -> None:
    heads = [(built / page).read_text(encoding="utf-8").partition("</head>")[0] for page in all_pages(built)]
    titles = Counter(re.findall(r"<title>(.*?)</title>", head)[0] for head in heads)
    assert [title for title, count in titles.items() if count > 1] == []
    descriptions = Counter(found for head in heads for found in re.findall(r'name="description" content="(.*?)"', head))
    assert [text for text, count in descriptions.items() if count > 3] == []
    assert [head for head in heads if 'property="og:title"' not in head] == []


def all_pages(built: Path) -> list[str]:
    return [path.relative_to(built).as_posix() for path in sorted(built.rglob("*.html")) if path.name != "404.html"]


def test_a_step_page_travels_light(built: Path) -> None:
    steps = [
        page
        for page in all_pages(built)
        if page.removeprefix("ja/").count("/") == 2 and not page.endswith(("index.html", "code.html"))
    ]
    sizes = {page: len(gzip.compress((built / page).read_bytes())) for page in steps}
    assert {page: size for page, size in sizes.items() if size > 60_000} == {}
