"""The built site in a real browser: reachable, readable without scripts, quiet, narrow enough, accessible."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 720}
DESK = {"width": 1280, "height": 800}


@contextmanager
def opened(chromium: Any, **options: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport=options.pop("viewport", DESK), **options)
    try:
        yield context.new_page()
    finally:
        context.close()


def some_pages(site: Any) -> list[str]:
    """Every hand-written page, each chapter, and the first and last step of each."""
    steps = [page for page in site.pages if page.count("/") == 2 and not page.endswith("index.html")]
    chapters = sorted({page.rpartition("/")[0] for page in steps})
    ends = [page for chapter in chapters for page in _ends([p for p in steps if p.startswith(f"{chapter}/")])]
    return [page for page in site.pages if page not in steps] + ends


def _ends(pages: list[str]) -> list[str]:
    return [pages[0], pages[-1]]


def test_next_leads_through_every_page(site: Any, chromium: Any) -> None:
    with opened(chromium, java_script_enabled=False) as page:
        page.goto(site.address + "index.html")
        seen = [page.url]
        while (link := page.locator("a.md-footer__link--next")).count():
            seen.append(urldefrag(urljoin(page.url, link.get_attribute("href"))).url)
            page.goto(seen[-1])
    assert len(seen) == len(set(seen))
    assert {url.removeprefix(site.address) for url in seen} == set(site.pages)


def test_the_navigation_lists_every_page(site: Any, chromium: Any) -> None:
    with opened(chromium, java_script_enabled=False) as page:
        page.goto(site.address + "index.html")
        links = page.locator(".md-nav--primary a[href], .md-tabs a[href]").evaluate_all("all => all.map(a => a.href)")
    found = {urldefrag(url).url.removeprefix(site.address) or "index.html" for url in links}
    assert found >= set(site.pages)


def test_pages_are_quiet_and_ask_no_other_host(site: Any, chromium: Any) -> None:
    troubles: list[str] = []
    with opened(chromium) as page:
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: _own(request.url, site.address) or troubles.append(request.url))
        page.on("response", lambda response: response.status < 400 or troubles.append(response.url))
        for name in site.pages:
            page.goto(site.address + name)
        page.wait_for_load_state("networkidle")
    assert troubles == []


def _own(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))


def test_formulas_are_there_without_javascript(site: Any, chromium: Any) -> None:
    bare, formulas = [], 0
    with opened(chromium, java_script_enabled=False) as page:
        for name in site.pages:
            page.goto(site.address + name)
            formulas += page.locator(".katex").count()
            text = page.locator("article").inner_text()
            if page.locator(".arithmatex:not(:has(.katex))").count() or "\\(" in text or "\\[" in text:
                bare.append(name)
            if name.count("/") == 2 and not page.locator(".katex").count():
                bare.append(name)
    assert bare == []
    assert formulas > len(site.pages)


def test_a_phone_never_scrolls_sideways(site: Any, chromium: Any) -> None:
    wide = []
    with opened(chromium, viewport=PHONE, java_script_enabled=True) as page:
        for name in site.pages:
            page.goto(site.address + name)
            excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if excess > 0:
                wide.append((name, excess))
    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(site: Any, chromium: Any, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = []
    with opened(chromium, color_scheme=scheme) as page:
        for name in some_pages(site):
            page.goto(site.address + name)
            report = Axe().run(page)
            found += [
                (name, each["id"], each["nodes"][0]["html"][:200])
                for each in report.response["violations"]
                if each["impact"] in ("serious", "critical")
            ]
    assert found == []


def test_the_search_finds_a_step(site: Any, chromium: Any) -> None:
    with opened(chromium) as page:
        page.goto(site.address + "index.html")
        page.locator(".md-search__input").first.click()
        page.keyboard.type("likelihood")
        result = page.locator(".md-search-result__link").first
        result.wait_for(timeout=10_000)
        assert "likelihood" in result.inner_text().lower()


def test_the_search_works_in_pages_opened_from_the_disk(built: Path, chromium: Any) -> None:
    with opened(chromium) as page:
        page.goto((built / "index.html").as_uri())
        page.locator(".md-search__input").first.click()
        page.keyboard.type("likelihood")
        page.locator(".md-search-result__link").first.wait_for(timeout=10_000)


def test_dark_and_light_can_be_chosen(site: Any, chromium: Any) -> None:
    with opened(chromium, color_scheme="light") as page:
        page.goto(site.address + "index.html")
        before = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.locator("label[for^=__palette]:visible").first.click()
        page.wait_for_function(f"getComputedStyle(document.body).backgroundColor != '{before}'")
        assert page.evaluate("document.body.dataset.mdColorScheme") == "slate"
