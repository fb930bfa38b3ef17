"""The pages as plain Markdown: formulas are set, code is left alone, nothing of a formula is read as Markdown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import markdown
from bs4 import BeautifulSoup
from click.testing import CliRunner

from lossproof.chapters.chapter import Chapter
from lossproof.cli import main
from lossproof.site import katex
from lossproof.site.plain_pages import formulas_in, plain_pages, with_formulas
from lossproof.site.words import ENGLISH

ROOT = Path(__file__).resolve().parents[2]
PAGE = """The price of `$x$` is \\$5, and $a_{1} * b_{2} * c$ is a product.

```` python
cost = "$y$"
````

| formula |
| --- |
| $\\left| u \\right|$ |

$$
\\frac{1}{M} \\sum_{m} x_{m}
$$
"""


def test_formulas_are_set_and_code_is_left_alone(packages: Path) -> None:
    found = list(formulas_in(PAGE))
    assert [formula.tex for formula in found] == [
        r"a_{1} * b_{2} * c",
        r"\left| u \right|",
        "\\frac{1}{M} \\sum_{m} x_{m}",
    ]
    rendered = katex.render(found, packages)
    page = markdown.markdown(with_formulas(PAGE, rendered), extensions=["tables", "fenced_code"])
    soup = BeautifulSoup(page, "html.parser")
    assert len(soup.select(".arithmatex .katex")) == 3
    assert not soup.select(".katex em")
    assert len(soup.select("table .katex")) == 1
    assert [each.get_text() for each in soup.select("p > code")] == ["$x$"]
    assert "$y$" in soup.select_one("pre").get_text()  # type: ignore[union-attr]
    assert "$5" in page


def test_a_chapters_pages_have_no_tex_left_and_bring_what_they_need(
    make_chapter: Callable[..., Chapter], packages: Path
) -> None:
    files = plain_pages([make_chapter()], packages, ENGLISH)
    pages = {name: str(text) for name, text in files.items() if name.endswith(".md")}
    assert {"index.md", "sample/index.md", "sample/logarithm.md"} <= set(pages)
    assert not [name for name, text in pages.items() if list(formulas_in(text))]
    assert 'class="katex"' in pages["sample/logarithm.md"]
    assert {"assets/katex/katex.min.css", "assets/lossproof.css"} <= set(files)


def test_the_command_says_what_is_wrong_with_its_folder(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["pages", str(tmp_path / "out"), "--derivations", str(tmp_path / "nowhere")])
    assert done.exit_code == 2
    assert "nowhere is no folder" in done.output
    assert not (tmp_path / "out").exists()
