"""A chapter in another language: its words are other, what is judged is the same, and a text that is old is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossproof import Derivation
from lossproof.chapters import load
from lossproof.chapters.chapter_texts import Texts, digest_of, faults, read_texts, refuse, retold, texts_of
from lossproof.errors import CallerError, DerivationError

ROOT = Path(__file__).resolve().parents[2]


def chapter() -> Derivation:
    script = Derivation("sample", title="A sample", where="y[m] real; M integer >= 1", indices="m in 0..M-1")
    y = script.symbols("y")
    script.part("First")

    @script.given("p = exp(y)", title="The link")
    def link():
        """Assumed."""

    @script.step(claim="log(p) = 1*y = y", because="the logarithm; times 1", keywords="log")
    def back(link):
        """It comes back."""
        return y

    script.for_samples("m", "p y")
    return script


WORDS = """# sample
digest: {sample}
title: 見本
part First: 一

導入の
文です。

## link
digest: {link}
title: リンク

仮定 $p$
です。

## back
digest: {back}
title: 戻る
because: 対数; 1 を掛ける
keywords: 対数

戻ってきます。
"""
SHARED = """## each
digest: {link_of_sample}
title: {{title}} (標本ごとに)

どの標本でも。
"""


@pytest.fixture
def written(tmp_path: Path) -> tuple[Derivation, Path]:
    script = chapter()
    steps = {step.name: step for step in script.steps}
    digests = {name: digest_of(step, steps) for name, step in steps.items()} | {"sample": digest_of(script)}
    (tmp_path / "sample.md").write_text(WORDS.format(**digests), encoding="utf-8")
    (tmp_path / "shared.md").write_text(SHARED.format(**digests), encoding="utf-8")
    return script, tmp_path


def test_the_words_are_other_and_what_is_judged_is_the_same(written: tuple[Derivation, Path]) -> None:
    script, folder = written
    told = retold(script, texts_of(folder, "sample"))
    assert (told.title, told.introduction, script.title) == ("見本", "導入の文です。", "A sample")
    link, back, each = told.steps
    assert (link.title, link.reason, link.shown.part) == ("リンク", "仮定 $p$です。", "一")
    assert (back.because, back.shown.keywords) == (("対数", "1 を掛ける"), ("対数", "log"))
    assert (each.title, each.reason) == ("リンク (標本ごとに)", "どの標本でも。")
    assert [(a.claim, a.result, a.uses) for a in told.steps] == [(b.claim, b.result, b.uses) for b in script.steps]
    assert told.digest == script.digest


def test_texts_that_answer_their_script_have_no_faults(written: tuple[Derivation, Path]) -> None:
    script, folder = written
    assert list(faults(script, texts_of(folder, "sample"))) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("## back\n", "## beck\n", ["sample/back has no text", "sample/beck: there is a text and no such step"]),
        ("title: リンク", "keywords: リンク", ["sample/link: its text has no `title`"]),
        ("part First: 一\n", "", ["sample: the part 'First' has no heading (`part First: ...`)"]),
        ("because: 対数; ", "because: ", ["sample/back: `because` has to say something of 2 lines"]),
    ],
)
def test_what_is_missing_is_named(written: tuple[Derivation, Path], old: str, new: str, said: list[str]) -> None:
    script, folder = written
    path = folder / "sample.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert list(faults(script, texts_of(folder, "sample"))) == said


def test_a_text_older_than_its_other_language_is_refused_by_name(written: tuple[Derivation, Path]) -> None:
    script, folder = written
    texts = texts_of(folder, "sample")
    changed = Texts({**texts.own, "link": read_texts(folder / "sample.md")["back"]}, texts.shared)
    with pytest.raises(DerivationError, match="sample/link: its text is older than the script's words"):
        refuse([(script, changed)])


def test_two_texts_of_one_name_and_a_line_that_is_no_field_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sample.md"
    path.write_text("## a\ntitle: x\n\n## a\ntitle: y\n")
    with pytest.raises(CallerError, match="two texts for `a`"):
        read_texts(path)
    path.write_text("## a\ntitel: x\n\ntext\n")
    with pytest.raises(CallerError, match="'titel: x' is no field"):
        read_texts(path)


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((ROOT / "derivations").glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_every_chapter_has_its_japanese(path: Path) -> None:
    script = load(path)
    assert list(faults(script, texts_of(ROOT / "derivations" / "ja", script.name))) == []
