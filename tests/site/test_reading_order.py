"""The article comes before the menu, no stop comes twice, and every part of the menu has a name."""

from __future__ import annotations

from bs4 import BeautifulSoup

from lossproof.site.reading_order import article_first, fewer_stops, named_menus, painted_first

PAGE = """<main><div class="md-main__inner md-grid">
<a href="." class="md-header__button md-logo">logo</a>
<div class="md-select"> <button aria-label="Select language"></button>
<a href="a.html" hreflang="en" class="md-select__link">English</a>
<a href="ja/a.html" hreflang="ja" class="md-select__link">日本語</a></div>
<div class="md-sidebar md-sidebar--primary"><a href="x.html" class="md-nav__link ">
<span class="md-ellipsis"> Coin &amp; <b>more</b>
</span></a> <label class="md-nav__link " for="__nav_2" id="__nav_2_label"></label></div>
<div class="md-sidebar md-sidebar--secondary" hidden></div>
<div class="md-content" data-md-component="content"><article><div>text</div></article> </div>
<script></script></div></main>"""


def test_the_article_comes_before_the_menu_and_nothing_is_lost() -> None:
    moved = article_first(PAGE)
    assert moved.index("<article>") < moved.index("md-sidebar--primary") < moved.index("<script>")
    assert sorted(moved.replace(" lp-ordered lp-with-menu", "")) == sorted(PAGE)
    inner = BeautifulSoup(moved, "html.parser").select_one(".md-main__inner")
    assert inner is not None
    assert [child.get("class", [child.name])[0] for child in inner.find_all(recursive=False)][-4:] == [
        "md-content",
        "md-sidebar",
        "md-sidebar",
        "script",
    ]
    assert article_first("<p>another theme</p>") == "<p>another theme</p>"


def test_what_leads_to_the_same_place_is_one_stop() -> None:
    skipped = BeautifulSoup(fewer_stops(PAGE, "en"), "html.parser").select("[tabindex='-1']")
    assert [each.get("class", [each.name])[-1] for each in skipped] == ["md-logo", "button", "md-select__link"]
    assert skipped[-1]["hreflang"] == "en"


def test_a_part_of_the_menu_is_called_as_its_link() -> None:
    label = BeautifulSoup(named_menus(PAGE), "html.parser").select_one("#__nav_2_label")
    assert label is not None
    assert label["aria-label"] == "Coin & more"


def test_scripts_wait_for_what_is_seen() -> None:
    """That which pages opened from the disk need is fetched nowhere else; the others yield to the style sheets."""
    page = (
        '<head><script src="../assets/iframe-worker.js"></script><script>own()</script></head>'
        '<body><script id="__config">{}</script><script src="../assets/bundle.js"></script></body>'
    )
    soup = BeautifulSoup(painted_first(page), "html.parser")
    assert soup.head is not None
    assert soup.head.select("script[src]") == []
    assert "file:" in soup.head.script.text if soup.head.script else False
    assert [each.get("fetchpriority") for each in soup.select("script[src]")] == ["low"]
    assert all(each.has_attr("defer") for each in soup.select("script[src]"))
    assert len(soup.select("script")) == 4
