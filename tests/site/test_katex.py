"""Formulas are set at build, all in one go, and one that KaTeX rejects is an error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lossproof.site import katex
from lossproof.site.katex import Formula, RejectedFormula
from lossproof.site.npm import PACKAGES, TO_TRY

ROOT = Path(__file__).resolve().parents[2]
PAGE = (
    r'<p>with <span class="arithmatex">\(a &lt; b\)</span> and</p>'
    "\n"
    r'<div class="arithmatex">\[\htmlClass{chg}{\frac{1}{M}}'
    "\n"
    r"\]</div>"
)


def test_formulas_of_a_page_are_found_in_order() -> None:
    assert list(katex.formulas_in(PAGE)) == [
        Formula("a < b", display=False),
        Formula(r"\htmlClass{chg}{\frac{1}{M}}", display=True),
    ]


def test_formulas_become_html_and_no_tex_is_left(packages: Path) -> None:
    rendered = katex.render(katex.formulas_in(PAGE), packages)
    page = katex.with_formulas(PAGE, rendered)
    assert page.count('class="katex"') == 2
    assert 'class="enclosing chg"' in page
    assert r"\(" not in page
    assert r"\[" not in page


def test_the_search_finds_tex_without_marks_and_the_page_keeps_them() -> None:
    short = katex.with_short_tex(PAGE)
    assert r"\[{\frac{1}{M}}\]" in short
    assert list(katex.formulas_in(short)) == list(katex.formulas_in(PAGE))


def test_marks_inside_marks_and_escaped_braces_are_taken_out() -> None:
    assert katex.without_marks(r"a\htmlClass{chg}{b\{\htmlClass{chg}{c}\}}d") == r"a{b\{{c}\}}d"


def test_a_displayed_formula_can_be_reached_with_the_keyboard(packages: Path) -> None:
    rendered = katex.render(katex.formulas_in(PAGE), packages)
    assert '<div class="arithmatex" tabindex="0">' in katex.with_formulas(PAGE, rendered)


@pytest.mark.parametrize("tex", [r"\notacommand", r"\frac{1", r"x^2^3", r"\href{http://example.org}{x}"])
def test_a_formula_that_katex_rejects_is_an_error_that_names_it(packages: Path, tex: str) -> None:
    with pytest.raises(RejectedFormula) as raised:
        katex.render([Formula("x", display=False), Formula(tex, display=True)], packages)
    assert tex in str(raised.value)


def test_a_formula_is_set_once(packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSPROOF_CACHE_DIR", str(tmp_path))
    formula = Formula("x", display=False)
    first = katex.render([formula, formula], packages)
    monkeypatch.setattr(katex, "run_node", lambda *_, **__: pytest.fail("node was asked again"))
    assert katex.render([formula], packages) == first
    with pytest.raises(pytest.fail.Exception, match="asked again"):
        katex.render([Formula("x", display=True)], packages)


def test_the_style_sheet_asks_for_no_font_that_is_not_there(packages: Path) -> None:
    text, fonts = katex.stylesheet(packages), {path.name for path in katex.fonts(packages)}
    asked = {part.split(")")[0].removeprefix("fonts/") for part in text.split("url(")[1:]}
    assert asked == fonts


def test_a_site_without_a_package_json_gets_the_versions_of_the_project() -> None:
    assert json.loads((ROOT / "package.json").read_text())["dependencies"].items() >= {**PACKAGES, **TO_TRY}.items()


def test_tex_that_is_left_in_the_text_is_seen_and_code_is_not() -> None:
    shown = r'<p>it is <a title="\alpha">$\left</a></p><pre>\frac{1}{2}</pre><code>\theta</code>'
    assert katex.left_in_text(PAGE + shown) == [r"\left"]
    assert katex.left_in_text(PAGE) == []
    for left in (r"\(x\)", r"\[ 1", "`code`", "yt*yp"):
        assert katex.left_in_text(f"<p>{left}</p>{PAGE}<code>{left}</code>") != []
        assert katex.left_in_text(f"{PAGE}<code>{left}</code>") == []


def test_a_rejected_formula_is_named_with_its_page(packages: Path) -> None:
    wrong = Formula(r"\frac{1", display=False)
    with pytest.raises(RejectedFormula) as caught:
        katex.render([wrong], packages)
    assert r"chapters/coin.md \frac{1" in str(RejectedFormula(caught.value.reasons, {wrong: "chapters/coin.md"}))
