"""The built site in a real browser: reachable, readable without scripts, quiet, narrow enough, accessible."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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


STEPS = ("index", "hit", "slope_in_yp", "code")


def one_of_each_kind(site: Any) -> list[str]:
    """Every hand-written page; its own page of one chapter, an assumption, a derived step, what runs; some in Japanese.

    What is true of every page by its structure is asked of all of them, without a browser, in `test_built`.
    """
    written = [page for page in site.pages if page.count("/") < 2]
    made = [*(f"chapters/logistic_regression/{name}.html" for name in STEPS), "chapters/coin/best.html"]
    assert set(made) <= set(site.pages)
    return [*written, *made, "ja/index.html", "ja/book.html", *(f"ja/{page}" for page in made)]


# The front, prose with code, tables with figures, a form, a reference, and what is made of a chapter: what colours and
# a narrow screen do to a page is done by its kind.
KINDS = (
    *("index.html", "train.html", "measured.html", "try.html", "reference.html", "ja/index.html"),
    *(f"chapters/logistic_regression/{name}.html" for name in STEPS),
)


def test_pages_are_quiet_and_ask_no_other_host(site: Any, chromium: Any) -> None:
    troubles: list[str] = []
    with opened(chromium) as page:
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: _own(request.url, site.address) or troubles.append(request.url))
        page.on("response", lambda response: response.status < 400 or troubles.append(response.url))
        for name in one_of_each_kind(site):
            page.goto(site.address + name)
        page.wait_for_load_state("networkidle")
    assert troubles == []


def _own(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))


def test_formulas_are_seen_without_javascript(site: Any, chromium: Any) -> None:
    unseen = []
    with opened(chromium, java_script_enabled=False) as page:
        for name in one_of_each_kind(site):
            page.goto(site.address + name)
            formulas = page.locator("article .katex-html")
            if formulas.count() and not formulas.first.bounding_box():
                unseen.append(name)
    assert unseen == []


def test_a_phone_never_scrolls_sideways(site: Any, chromium: Any) -> None:
    wide = []
    with opened(chromium, viewport=PHONE, java_script_enabled=True) as page:
        for name in one_of_each_kind(site):
            page.goto(site.address + name)
            excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if excess > 0:
                wide.append((name, excess))
    assert wide == []


@pytest.mark.parametrize(("scheme", "viewport"), [("light", DESK), ("dark", PHONE)], ids=["desk", "phone"])
def test_axe_finds_nothing_of_any_level(site: Any, chromium: Any, scheme: str, viewport: dict[str, int]) -> None:
    """On a desk every page that is written by hand; on a phone in the dark one of each kind."""
    from axe_playwright_python.sync_playwright import Axe

    found = []
    assert set(KINDS) <= set(one_of_each_kind(site))
    with opened(chromium, color_scheme=scheme, viewport=viewport) as page:
        for name in one_of_each_kind(site) if viewport == DESK else KINDS:
            page.goto(site.address + name)
            report = Axe().run(page, options={"resultTypes": ["violations"]})  # the rest is a list of all that is well
            found += [(name, each["id"], each["nodes"][0]["html"][:200]) for each in report.response["violations"]]
    assert found == []


SHIFT = """() => new Promise(tell => { let sum = 0
  new PerformanceObserver(list => list.getEntries().forEach(each => { if (!each.hadRecentInput) sum += each.value }))
    .observe({ type: "layout-shift", buffered: true })
  setTimeout(() => tell(sum), 100) })"""
STOPS = """() => { const article = document.querySelector("article"), radios = new Set()
  return [...document.querySelectorAll("a[href], button, input, [tabindex]")].filter(each =>
    each.tabIndex >= 0 && each.checkVisibility({ visibilityProperty: true }) && !each.matches(".md-skip") &&
    (each.compareDocumentPosition(article) & Node.DOCUMENT_POSITION_FOLLOWING) && !each.contains(article) &&
    !(each.type === "radio" && (radios.has(each.name) || !radios.add(each.name)))).length }"""


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_moves_while_a_page_loads_and_the_article_is_near(
    site: Any, chromium: Any, viewport: dict[str, int]
) -> None:
    """Layout shift below 0.01; ten stops of the keyboard at most between the skip link and the article."""
    far = []
    with opened(chromium, viewport=viewport) as page:
        for name in (
            "index.html",
            "try.html",
            "write.html",
            *(f"chapters/logistic_regression/{s}.html" for s in STEPS),
        ):
            page.goto(site.address + name)
            page.wait_for_load_state("networkidle")
            shift, stops = page.evaluate(SHIFT), page.evaluate(STOPS)
            if shift >= 0.01 or stops > 10:
                far.append((name, shift, stops))
    assert far == []


TEXT = ("text/", "application/javascript", "application/json", "image/svg")


@pytest.mark.parametrize("name", ["chapters/logistic_regression/slope_in_yp.html", "ja/chapters/coin/slope.html"])
def test_a_first_visit_travels_light(site: Any, chromium: Any, name: str) -> None:
    """A step's page with all that it brings, packed as servers pack it; the search and the referee wait to be asked."""
    met: list[Any] = []
    with opened(chromium) as page:
        page.on("response", lambda response: met.append(response))
        page.goto(site.address + name)
        page.wait_for_load_state("networkidle")
        sizes = {each.url.removeprefix(site.address): _travelled(each) for each in met}
    assert sum(sizes.values()) < 350_000, sizes
    assert [url for url in sizes if "search_index" in url or "/referee/" in url] == []


BLOCKING = """() => performance.getEntriesByType("resource")
  .filter(each => each.renderBlockingStatus === "blocking").map(each => each.name)"""
SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}


@pytest.mark.parametrize("name", ["index.html", "chapters/coin/slope.html", "ja/chapters/coin/slope.html"])
def test_little_stands_between_a_reader_and_the_text(site: Any, chromium: Any, name: str) -> None:
    """The first paint waits for the page and its style sheets: 65 KB, a third of a second at 1.6 Mbit/s; no script.

    On such a line the scripts come when the style sheets are there.
    """
    met: list[Any] = []
    with opened(chromium) as page:
        page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW_LINE)
        page.on("response", lambda response: met.append(response))
        page.goto(site.address + name)
        waited = [site.address + name, *page.evaluate(BLOCKING)]
        sizes = {each.url.removeprefix(site.address): _travelled(each) for each in met if each.url in waited}
    assert [url for url in sizes if url.endswith(".js")] == []
    assert len(sizes) <= 6, sizes
    assert sum(sizes.values()) < 65_000, sizes


def _travelled(response: Any) -> int:
    """The bytes of a response on their way: text is packed."""
    body = response.body()
    return len(gzip.compress(body)) if response.headers.get("content-type", "").startswith(TEXT) else len(body)


@pytest.mark.parametrize(("start", "typed"), [("index.html", "likelihood"), ("ja/index.html", "交差エントロピー")])
def test_the_search_finds_a_step(site: Any, chromium: Any, start: str, typed: str) -> None:
    with opened(chromium) as page:
        page.goto(site.address + start)
        page.locator(".md-search__input").first.click()
        page.keyboard.type(typed)
        result = page.locator(".md-search-result__link").first
        result.wait_for(timeout=10_000)
        assert typed in result.inner_text().lower().replace("\u200b", "")


def test_the_switch_between_languages_stays_on_the_page(site: Any, chromium: Any) -> None:
    with opened(chromium) as page:
        for language, place in (("ja", "ja/chapters/coin/slope.html"), ("en", "chapters/coin/slope.html")):
            page.goto(
                site.address + ("chapters/coin/slope.html" if language == "ja" else "ja/chapters/coin/slope.html")
            )
            page.locator(".md-select").hover()
            page.locator(f".md-select__link[hreflang={language}]").click()
            page.wait_for_url(site.address + place)
            assert page.evaluate("document.documentElement.lang") == language


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


@pytest.mark.parametrize("start", ["chapters/coin/slope.html", "ja/chapters/coin/slope.html"])
def test_a_reader_changes_a_claim_and_has_it_refuted_here(site: Any, chromium: Any, start: str) -> None:
    """From this site's own files, and only when asked for; a right claim after it is answered by the same referee."""
    fetched: list[str] = []
    with opened(chromium, viewport=PHONE) as page:
        page.on("request", lambda request: fetched.append(request.url))
        page.goto(site.address + start)
        page.wait_for_load_state("networkidle")
        assert not [url for url in fetched if "assets/referee/" in url]
        page.locator("details.lp-try-it > summary").click()
        field = page.locator("textarea[name=rhs]")
        right = field.input_value()
        for typed, status in ((right.replace("-", "+", 1), "refuted"), (right, "proved")):
            field.fill(typed)
            page.locator(".lp-try button[type=submit]").click()
            page.wait_for_selector(f"form.lp-try[data-status={status}]:not([aria-busy])", timeout=120_000)
            assert page.locator(".lp-answer .katex").count()
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert [url for url in fetched if not _own(url, site.address)] == []


def test_a_claim_in_the_address_fills_the_box(site: Any, chromium: Any) -> None:
    with opened(chromium) as page:
        page.goto(site.address + "try.html#lhs=exp(a)*exp(b)&rhs=exp(a%2Bb)&relation=%3E%3D&where=a%20%3E%200")
        fields = [page.locator(f"[name={name}]").input_value() for name in ("lhs", "relation", "rhs", "where")]
        assert not page.locator("[name=varying]").is_visible()
    assert fields == ["exp(a)*exp(b)", ">=", "exp(a+b)", "a > 0"]


def test_what_a_step_rests_on_lights_up_across_chapters(site: Any, chromium: Any) -> None:
    with opened(chromium) as page:
        page.goto(site.address + "chapters/index.html")
        page.locator('[data-step="logistic_regression.slope_in_yp"]').focus()
        lit = page.locator(".lp-node.lp-lit").evaluate_all("found => found.map(each => each.dataset.step)")
        assert {"logistic_regression.ce", "logistic_regression.slope_in_yp"} <= set(lit)
        assert "coin.best" not in lit
        far = page.locator(".lp-across:not(.lp-order)").first
        page.locator(f'[data-step="{far.get_attribute("data-to")}"]').focus()
        assert page.locator(f'.lp-lit[data-step="{far.get_attribute("data-from")}"]').count()


def test_below_a_chapters_map_any_of_its_claims_can_be_chosen(site: Any, chromium: Any) -> None:
    with opened(chromium) as page:
        page.goto(site.address + "chapters/logistic_regression/index.html")
        page.locator("details.lp-try-it > summary").click()
        page.locator("select[name=claim]").select_option("convexity")
        assert page.locator("select[name=relation]").input_value() == "convex"
        assert page.locator("[name=varying]").input_value() == "w"
        page.locator(".lp-try button[type=reset]").click()
        assert page.locator("[name=varying]").is_visible()


def test_the_box_is_not_there_where_it_could_not_answer(site: Any, chromium: Any) -> None:
    """Without scripts it is hidden; in a page from the disk, where no worker starts, it says so."""
    with opened(chromium, java_script_enabled=False) as page:
        page.goto(site.address + "chapters/coin/slope.html")
        assert not page.locator(".lp-try-it").is_visible()
    with opened(chromium) as page:
        page.goto((site.folder / "try.html").as_uri())
        page.locator(".lp-try button[type=submit]").click()
        assert "lossproof serve" in page.locator(".lp-answer").inner_text()
