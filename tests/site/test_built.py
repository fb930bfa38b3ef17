"""The built files: a page a step, no dead link, nothing fetched from elsewhere."""

from __future__ import annotations

import json
import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from lossproof.chapters import load

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


class Addresses(HTMLParser):
    """What a page defines (ids), links to (href) and loads (src, style sheets)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids.update(given[name] for name in ("id", "name") if name in given)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and "href" in given and given.get("rel") not in ("canonical", "prev", "next"):
            self.loads.append(given["href"])
        if "src" in given:
            self.loads.append(given["src"])


@pytest.fixture(scope="module")
def pages(built: Path) -> dict[str, Addresses]:
    files = [path for path in built.rglob("*.html") if path.name != "404.html"]
    return {path.relative_to(built).as_posix(): Addresses(path.read_text(encoding="utf-8")) for path in files}


def dead(pages: dict[str, Addresses], folder: Path) -> list[tuple[str, str]]:
    """Each link that leads to no file, or to no such place in a page."""
    return [
        (page, link)
        for page, found in pages.items()
        for link in [*found.links, *found.loads]
        if not urlparse(link).scheme and not _leads_somewhere(page, link, pages, folder)
    ]


def _leads_somewhere(page: str, link: str, pages: dict[str, Addresses], folder: Path) -> bool:
    path, _, anchor = link.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(path))) if path else page
    if (folder / target).is_dir():
        target = posixpath.join(target, "index.html").removeprefix("./")
    if not (folder / target).is_file():
        return False
    return not anchor or target not in pages or unquote(anchor) in pages[target].ids


def test_every_step_of_every_derivation_and_all_that_runs_is_a_page(pages: dict[str, Addresses]) -> None:
    loaded = [load(path) for path in sorted((ROOT / "derivations").glob("[a-z]*.py"))]
    steps = {f"{chapter.name}/{step.name}" for chapter in loaded for step in chapter.steps}
    steps |= {f"{chapter.name}/code" for chapter in loaded if chapter.publication}
    chapters = {step.partition("/")[0] for step in steps}
    wanted = {f"chapters/{step}.html" for step in steps} | {f"chapters/{chapter}/index.html" for chapter in chapters}
    made = {page for page in pages if re.fullmatch(r"chapters/[^/]+/[^/]+\.html", page)}
    assert wanted == made


def test_no_link_is_dead(pages: dict[str, Addresses], built: Path) -> None:
    assert dead(pages, built) == []


def test_a_dead_link_would_be_found(built: Path) -> None:
    planted = {
        "index.html": Addresses('<a href="nowhere.html">x</a><a href="#gone">y</a><a href="#here" id="here">z</a>')
    }
    assert [link for _, link in dead(planted, built)] == ["nowhere.html", "#gone"]


def test_nothing_is_loaded_from_another_host(pages: dict[str, Addresses], built: Path) -> None:
    loaded = [(page, address) for page, found in pages.items() for address in found.loads if urlparse(address).netloc]
    assert loaded == []
    own = [built / "assets" / "lossproof.css", built / "assets" / "katex" / "katex.min.css"]
    assert not [path for path in own if re.search(r"url\(['\"]?(?:https?:)?//", path.read_text(encoding="utf-8"))]


def test_no_page_is_heavier_than_a_photograph(built: Path) -> None:
    heavy = {path.name: path.stat().st_size for path in built.rglob("*.html") if path.stat().st_size > 1_500_000}
    assert heavy == {}


def test_the_search_index_holds_formulas_as_tex_and_not_as_markup(built: Path) -> None:
    index = json.loads((built / "search" / "search_index.json").read_text(encoding="utf-8"))
    texts = " ".join(entry["text"] for entry in index["docs"])
    assert "\\log" in texts
    assert "katex" not in texts
    assert "htmlClass" not in texts
