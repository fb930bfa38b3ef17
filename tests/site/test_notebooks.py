"""A notebook's page has the site's own look: its text, code and output, and nothing else of what made it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mkdocs_jupyter.convert import nb2html

from lossproof.site import notebooks

SCRIPT = """
# %% [markdown]
# # A title
# With $a < b$, `$5` and [a link](../other.md#part).
#
# $$ c = d $$

# %%
import matplotlib.pyplot as plt

plt.style.use("lossproof.site.figure")
# %config InlineBackend.figure_formats = ["svg"]

# %%
figure, axes = plt.subplots()
axes.plot([1, 2], [2, 1])
plt.show()

# %%
print("1 < 2")

# %%
import pandas as pd

pd.DataFrame({"a": [1]})
"""


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("notebook") / "sample.py"
    path.write_text(SCRIPT)
    return str(nb2html(str(path), execute=True, allow_errors=False, no_prompt=True))


@pytest.fixture(scope="module")
def page(raw: str) -> str:
    return notebooks.restyled(raw, lambda address: address.replace(".md", ".html"))


def test_what_mkdocs_jupyter_makes_is_recognised(raw: str) -> None:
    assert notebooks.is_notebook(raw)
    assert not notebooks.is_notebook("<p>an ordinary page</p>")


def test_no_script_style_or_foreign_address_is_left(page: str) -> None:
    assert not re.search(r"<script|<style|jp-|https?://(?!www\.w3\.org)", page)


def test_text_keeps_its_formulas_and_code_its_dollars(page: str) -> None:
    assert r'<span class="arithmatex">\(a &lt; b\)</span>' in page
    assert r'<div class="arithmatex">\[ c = d \]</div>' in page
    assert "<p><div" not in page
    assert "<code>$5</code>" in page


def test_links_are_mapped(page: str) -> None:
    assert 'href="../other.html#part"' in page


def test_each_cell_stands_there_once(page: str) -> None:
    assert page.count('<div class="language-python highlight">') == 4
    assert page.count("1 &lt; 2</pre>") == 1


def test_a_figure_takes_its_colours_from_the_page(page: str) -> None:
    figure = page[page.index("<figure") : page.index("</figure>")]
    assert "var(--lp-series-1)" in figure
    assert not re.search(r"(?:fill|stroke): #[0-9a-f]{6}", figure)
    assert "<metadata" not in figure


def test_two_figures_on_a_page_share_no_id() -> None:
    first, second = (
        notebooks.figure(f'<svg><path id="a" d="{d}"/><use xlink:href="#a" clip-path="url(#a)"/></svg>') for d in "MN"
    )
    ids = [re.findall(r'id="([^"]+)"', svg)[0] for svg in (first, second)]
    assert ids[0] != ids[1]
    assert first.count(ids[0]) == 3


def test_the_style_of_figures_has_only_colours_that_the_page_replaces() -> None:
    style = (Path(notebooks.__file__).parent / "figure.mplstyle").read_text()
    used = {f"#{colour}" for colour in re.findall(r'"#?([0-9a-f]{6})"', style)}
    assert used
    assert used <= notebooks.COLOURS.keys()


def test_the_cache_of_outputs_depends_on_the_sources(tmp_path: Path) -> None:
    (tmp_path / "derivations").mkdir()
    before = notebooks.sources_digest(tmp_path)
    (tmp_path / "derivations" / "coin.py").write_text("x = 1\n")
    assert notebooks.sources_digest(tmp_path) != before


def test_the_notebooks_of_two_languages_are_kept_apart(tmp_path: Path) -> None:
    """What mkdocs-jupyter does not find among those that it builds it removes: each build ran the other's again."""
    assert len({notebooks.kept_for(tmp_path, language) for language in ("en", "ja")}) == 2


def test_a_heading_without_latin_letters_has_the_place_that_the_contents_lead_to() -> None:
    link = '<a class="headerlink" href="#{}" title="Permanent link">¶</a>'
    page = f'<h1 id="One">One{link.format("One")}</h1><h2 id="">データ{link.format("")}</h2>'
    placed = f'<h1 id="One">One{link.format("One")}</h1><h2 id="_2">データ{link.format("_2")}</h2>'
    assert notebooks.anchored(page, ["one", "_2"]) == placed
