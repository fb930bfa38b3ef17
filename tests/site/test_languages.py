"""Two languages: the same page behind the switch, complete words, lines and titles that break as readers expect."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from string import Formatter
from types import SimpleNamespace
from typing import Any

import pytest
from mkdocs.utils import normalize_url

from lossproof import moves
from lossproof.chapters import load
from lossproof.chapters.chapter_texts import retold, texts_of
from lossproof.lowering.forms import rewriting
from lossproof.site import fonts, languages
from lossproof.site.pages.chapter_map import wrapped
from lossproof.site.pages.chapter_page import spoken
from lossproof.site.readable import first_sentence
from lossproof.site.segments import SPACE, cutter, segmented
from lossproof.site.words import ENGLISH, JAPANESE, Words

ROOT = Path(__file__).resolve().parents[2]
FREE = {"moves", "rewritings", "refused", "said"}  # what English has in the code itself, and what tests/words looks at


def holes(text: str) -> set[str]:
    """The names of what is filled in."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def differences(ours: Any, theirs: Any, place: str = "") -> list[str]:
    """Where two languages differ in shape: another key, or another hole in a sentence, or a sentence that is empty."""
    if isinstance(theirs, str):
        return [] if ours and holes(ours) == holes(theirs) else [place]
    if isinstance(theirs, dict):
        missing = [f"{place}[{key}]" for key in theirs.keys() ^ ours.keys()]
        return missing + [
            each
            for key in theirs.keys() & ours.keys()
            for each in differences(ours[key], theirs[key], f"{place}[{key}]")
        ]
    if isinstance(theirs, tuple):
        return [each for a, b in zip(ours, theirs, strict=True) for each in differences(a, b, place)]
    if is_dataclass(theirs):
        named = [each.name for each in fields(theirs) if each.name not in FREE]
        return [e for name in named for e in differences(getattr(ours, name), getattr(theirs, name), f"{place}.{name}")]
    raise TypeError(place)


def test_japanese_says_all_that_english_says() -> None:
    assert differences(JAPANESE, ENGLISH) == []
    assert JAPANESE.moves.keys() == set(moves.__all__)


def test_every_rule_of_what_runs_has_its_japanese() -> None:
    """A rule that is called as the function that it makes, softplus, is called so in every language."""
    tables = (each for each in vars(rewriting).values() if isinstance(each, rewriting.Table))
    names = {rule.name for table in tables for rule in table.rules}
    assert {name for name in names - JAPANESE.rewritings.keys() if " " in name} == set()
    assert len(names) > 30


def test_a_phrase_without_its_hole_would_be_seen() -> None:
    words: Words = type(JAPANESE)(**{each.name: getattr(JAPANESE, each.name) for each in fields(JAPANESE)})
    object.__setattr__(words, "step_of", "{number}")
    object.__setattr__(words, "terms", {**JAPANESE.terms, "extra": JAPANESE.terms["cases"]})
    assert differences(words, ENGLISH) == [".step_of", ".terms[extra]"]


PAGES = sorted(path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md"))
CODE = re.compile(r"^(`{3,})[^\n`]*\n.*?^\1$", re.DOTALL | re.MULTILINE)
PIECE = re.compile(r"\{\{[^}]*\}\}")


def test_each_page_is_there_in_both_languages() -> None:
    assert sorted(path.relative_to(ROOT / "docs_ja").as_posix() for path in (ROOT / "docs_ja").rglob("*.md")) == PAGES


@pytest.mark.parametrize("page", PAGES)
def test_code_and_pieces_of_a_page_are_the_same_in_both_languages(page: str) -> None:
    english, japanese = ((ROOT / docs / page).read_text(encoding="utf-8") for docs in ("docs", "docs_ja"))
    assert [match[0] for match in CODE.finditer(japanese)] == [match[0] for match in CODE.finditer(english)]
    assert PIECE.findall(japanese) == PIECE.findall(english)
    assert len(re.findall("^##", japanese, re.MULTILINE)) == len(re.findall("^##", english, re.MULTILINE))


def test_the_code_of_a_notebook_is_the_same_in_both_languages() -> None:
    code = [
        [cell for cell in (ROOT / docs / "notebooks" / "train_on_iris.py").read_text(encoding="utf-8").split("# %%")[1:]
         if not cell.startswith(" [markdown]")]
        for docs in ("docs", "docs_ja")
    ]  # fmt: skip
    assert code[0] == code[1]


@pytest.mark.parametrize(
    ("front", "url", "link"),
    [
        ("ja/", "index.html", "ja/index.html"),
        ("ja/", "chapters/coin/slope.html", "../../ja/chapters/coin/slope.html"),
        ("./", "chapters/coin/slope.html", "slope.html"),
        ("../", "index.html", "../index.html"),
        ("../", "chapters/coin/slope.html", "../../../chapters/coin/slope.html"),
        ("../fr/", "chapters/coin/slope.html", "../../../fr/chapters/coin/slope.html"),
        ("../", "chapters/coin/", "../../../chapters/coin/"),
    ],
)
def test_the_switch_leads_to_the_same_page(front: str, url: str, link: str) -> None:
    page = SimpleNamespace(url=url)
    extra: dict[str, Any] = {"alternate": [{"name": "Here", "link": front, "lang": "xx"}]}
    fronts = languages.alternates(extra)
    languages.point_to(url, fronts, extra)
    assert normalize_url(extra["alternate"][0]["link"], page) == link
    languages.point_to("", fronts, extra)
    assert extra["alternate"][0]["link"] == ("" if front == "./" else front)


def test_a_site_in_one_language_has_no_switch() -> None:
    extra: dict[str, Any] = {}
    languages.point_to("index.html", languages.alternates(extra), extra)
    assert extra == {}


def test_a_search_engine_is_told_whole_addresses_and_the_theme_nothing() -> None:
    page = '<link rel="alternate" href="../ja/index.html" hreflang="ja">'
    told = languages.for_search_engines(page, "https://x.org/chapters/index.html")
    assert told == '<link rel=" alternate" href="https://x.org/ja/index.html" hreflang="ja">'
    assert languages.for_search_engines(page, None) == page.replace('"alternate"', '" alternate"')


def test_the_end_of_a_line_is_no_space_in_japanese_and_one_in_english() -> None:
    page = "<p>尤度の\n積です。\n<em>対数</em>は\nlog です。\nAnd this\nstays.</p>\n<pre>甲\n乙</pre>\n<p>丙</p>"
    joined = "<p>尤度の積です。<em>対数</em>はlog です。And this\nstays.</p>\n<pre>甲\n乙</pre>\n<p>丙</p>"
    assert languages.unbroken(page) == joined


def test_japanese_on_an_english_page_says_so() -> None:
    source = "最短コースでわかる ディープラーニングの数学, chapter 8"
    assert spoken(source, ENGLISH) == '<span lang="ja">最短コースでわかる ディープラーニングの数学</span>, chapter 8'
    assert spoken(source, JAPANESE) == source


def test_compounds_are_cut_into_the_words_of_the_site() -> None:
    cut = cutter(["最尤な推定を、対数で。損失の関数、重い回帰の法則", "尤度"])
    assert cut("最尤推定と対数尤度関数") == f"最尤{SPACE}推定と対数{SPACE}尤度{SPACE}関数"
    assert cut("重回帰") == f"重{SPACE}回帰"
    assert cut("log 関数") == "log 関数"
    english = {"docs": [{"title": "The loss", "text": "of data", "tags": ["BCE"], "location": "a"}]}
    assert segmented(english) == english


def test_slices_of_a_font_are_those_that_the_letters_need(tmp_path: Path) -> None:
    folder = tmp_path / fonts.FONTS["ja"] / "files"
    folder.mkdir(parents=True)
    faces = [("a", "U+4e00-4e10, U+5c24"), ("b", "U+6fff"), ("c", "U+41-5a")]
    for name, _ in faces:
        (folder / f"{name}.woff2").write_bytes(name.encode())
    (folder.parent / "400.css").write_text(
        "".join(f"/* {n} */ @font-face {{ src: url(./files/{n}.woff2); unicode-range: {r}; }}\n" for n, r in faces)
    )
    fonts.write(tmp_path / "site" / "letters.css", tmp_path, "ja", "A 尤度")
    assert [path.name for path in (tmp_path / "site" / "fonts").iterdir()] == ["a.woff2"]
    assert "unicode-range:U+5c24}" in (tmp_path / "site" / "letters.css").read_text()
    fonts.write(tmp_path / "other" / "letters.css", tmp_path, "en", "尤")
    assert not (tmp_path / "other").exists()


def test_titles_on_the_map_break_where_their_script_breaks() -> None:
    assert wrapped("12 · The derivative by the prediction", 24) == ["12 · The derivative by", "the prediction"]
    assert wrapped("12 · 計算機に任せられる形の損失関数", 24) == ["12 · 計算機に任せられる", "形の損失関数"]
    assert wrapped("3 · " + "長" * 40, 24)[-1].endswith("…")


@pytest.mark.parametrize("chapter", sorted(path.stem for path in (ROOT / "derivations").glob("[a-z]*.py")))
def test_no_title_is_cut_on_a_map(chapter: str) -> None:
    script = load(ROOT / "derivations" / f"{chapter}.py")
    told = retold(script, texts_of(ROOT / "derivations" / "ja", script.name))
    titles = [f"{number} · {step.title}" for each in (script, told) for number, step in enumerate(each.steps, 1)]
    assert [title for title in titles if wrapped(title)[-1].endswith("…")] == []


def test_a_description_without_spaces_ends_with_a_sentence() -> None:
    text = "尤度関数はデータがどれだけ起こりやすいかを表します。" * 10
    assert first_sentence(text).endswith("。")
    assert len(first_sentence("あ" * 400)) < 165
