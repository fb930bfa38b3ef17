"""What a page looks like on paper: no heading stands alone at a page's end, no menu is printed, nothing is left out."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lossproof.chapters import load

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.browser

TITLES = """() => [...document.querySelectorAll(
  "article :is(h1, h2, h3, summary, figcaption, .lp-label, .lp-turn, .lp-because)")]
  .filter(each => each.checkVisibility()).map(each => each.innerText)"""
MENUS = """() => [...document.querySelectorAll(".md-tabs__link, .md-footer__title, .md-search__input, .lp-take button")]
  .map(each => each.innerText.trim()).filter(Boolean)"""
PAGES = (
    "chapters/logistic_regression/index.html",
    "chapters/logistic_regression/slope_in_yp.html",
    "chapters/logistic_regression/one_log.html",
    "chapters/logistic_regression/hit.html",
    "chapters/logistic_regression/code.html",
    "chapters/coin/index.html",
    "chapters/coin/best.html",
    "book.html",
    "notes.html",
    "ja/chapters/coin/index.html",
    "ja/chapters/logistic_regression/slope_in_yp.html",
)


def letters(text: str) -> str:
    """What is left of a text whatever breaks and signs stand in it."""
    plain = unicodedata.normalize("NFKC", text)  # a printed fi is one sign
    return "".join(re.findall(r"[^\W\d_]", plain)).lower()


def lines(sheet: Any) -> list[str]:
    """The lines of a page of a PDF from top to bottom."""
    found: dict[int, list[str]] = {}

    def meet(text: str, page: list[float], place: list[float], *others: Any) -> None:
        if text.strip():
            height = place[4] * page[1] + place[5] * page[3] + page[5]
            found.setdefault(round(height), []).append(text)

    sheet.extract_text(visitor_text=meet)
    return ["".join(found[height]) for height in sorted(found, reverse=True)]


def printed(page: Any) -> list[list[str]]:
    """The pages that a printer gets, as lines of text."""
    from pypdf import PdfReader

    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    return [lines(sheet) for sheet in sheets]


def left_alone(sheets: list[list[str]], titles: list[str]) -> Iterator[str]:
    """Titles that end a sheet which is not the last."""
    ends = [letters(title.strip().splitlines()[-1]) for title in titles if title.strip()]
    for sheet in sheets[:-1]:
        last = letters(sheet[-1]) if sheet else ""
        if last and any(end == last or (len(last) > 5 and end.endswith(last)) for end in ends):
            yield sheet[-1]


@pytest.fixture
def paper(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.emulate_media(media="print")
        yield page
    finally:
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_no_title_stands_alone_at_the_end_of_a_page_and_no_menu_is_printed(site: Any, paper: Any, name: str) -> None:
    paper.goto(site.address + name)
    titles, menus = paper.evaluate(TITLES), paper.evaluate(MENUS)
    sheets = printed(paper)
    assert list(left_alone(sheets, titles)) == []
    text = "\n".join(line for sheet in sheets for line in sheet)
    article = letters(paper.locator("article").inner_text())
    assert [menu for menu in menus if letters(menu) not in article and menu in text] == []


@pytest.mark.parametrize("chapter", ["coin", "logistic_regression"])
def test_a_chapter_is_one_document_with_every_step(site: Any, paper: Any, chapter: str) -> None:
    paper.goto(f"{site.address}chapters/{chapter}/index.html")
    text = letters("".join(line for sheet in printed(paper) for line in sheet))
    assert [step.title for step in load(chapter).steps if letters(step.title) not in text] == []


def test_a_title_that_is_left_alone_would_be_seen() -> None:
    sheets = [["a line", "3 · The loss"], ["of the next page"]]
    assert list(left_alone(sheets, ["3 · The loss", "Another"])) == ["3 · The loss"]
    assert list(left_alone(sheets, ["Another"])) == []
