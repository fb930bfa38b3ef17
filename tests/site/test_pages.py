"""A page says what the step and the verdict say: nothing of it is left out, nothing is made up."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown import markdown

from lossproof import Derivation
from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Relation
from lossproof.export.coq import Acceptance
from lossproof.notation import parse_tree, to_latex
from lossproof.referee.steps.mutants import Mutant
from lossproof.referee.steps.report import MutantCount, Report, StepVerdict
from lossproof.referee.verdict import Evidence, Status, Verdict, Witness
from lossproof.site.book import failures, survivors
from lossproof.site.counterexamples import shortened
from lossproof.site.katex import formulas_in, left_in_text
from lossproof.site.pages import chapter_files, chapter_page, second_kernel, step_page, write_pages
from lossproof.site.pages.markup import equation, inline, introduction, table
from lossproof.site.pages.step_page import without_docstring
from lossproof.site.words import ENGLISH
from lossproof.words.codes import Mistake, Way

MakeChapter = Callable[..., Chapter]
PROVED = Verdict(Status.PROVED, (Way.RATIONAL_IDENTITY(),), Evidence(points=64))
WRONG = Verdict(Status.REFUTED, (Way.COUNTEREXAMPLE(),), witness=Witness({"a": "2", "x": ["0", "1/2"]}, "1", "3", "-2"))


def page(name: str, chapter: Chapter) -> str:
    return step_page(chapter, chapter.steps[name])


def test_a_step_says_where_it_stands_why_and_what_it_was_made_from(make_chapter: MakeChapter) -> None:
    text = page("logarithm", make_chapter())
    assert "step 2 of 3" in text
    assert "A product becomes a sum." in text
    assert "[1 · The product](product.md)" in text
    assert "[3 · Without a claim](silent.md)" in text


def test_the_formula_is_the_authors_and_what_is_new_in_it_is_marked() -> None:
    derivation = Derivation("sample")
    derivation.record("before", None, relation=Relation.GIVEN, claim="f = exp(a + b)")
    after = derivation.record("after", derivation.expression("3*exp(a + b)"), uses=["before"], claim="3*exp(a + b)")
    judged = {name: StepVerdict(PROVED) for name in ("before", "after")}
    chapter = Chapter(derivation, Report("sample", judged, {step.name: step.relation for step in derivation.steps}))
    assert r"\htmlClass{chg}{3} e^{a + b}" in step_page(chapter, after)


def test_the_words_beside_a_line_hold_formulas_and_nothing_else_that_is_read_as_markdown() -> None:
    derivation = Derivation("sample", where="a > 0")
    a = derivation.symbols("a")

    @derivation.step(claim="f = 2*a = a + a", because="costs $ 2; $a_1$ twice, *not* once")
    def twice():
        """Twice."""
        return 2 * a

    judged = {"twice": StepVerdict(PROVED)}
    chapter = Chapter(derivation, Report("sample", judged, {step.name: step.relation for step in derivation.steps}))
    shown = page("twice", chapter)
    assert r"costs \$ 2" in shown
    assert r"$a_1$ twice, \*not\* once" in shown


def test_the_evidence_is_shown_in_numbers_and_rule_by_rule(make_chapter: MakeChapter) -> None:
    text = page("logarithm", make_chapter())
    assert "<b>2</b> named rules" in text
    assert "<b>64</b> points" in text
    assert "1e-30" in text
    assert "<b>10 / 10</b> wrong versions" in text
    assert "logarithm of a product" in text
    assert ENGLISH.said.between["strictly monotone"] in text


def test_only_clauses_that_speak_of_the_step_are_shown(make_chapter: MakeChapter) -> None:
    text = page("logarithm", make_chapter())
    assert "a > 0" in text
    assert "unused" not in text


def test_what_a_step_starts_from_stands_there_once(make_chapter: MakeChapter) -> None:
    text = page("logarithm", make_chapter()).partition("lp-neighbours")
    assert text[0].count("[1 · The product](product.md)") == 2  # its card, and what the step rests on
    assert "product.md" not in text[2].partition("lp-glossary")[0]


def test_a_refuted_step_shows_its_counterexample(make_chapter: MakeChapter) -> None:
    chapter = make_chapter(WRONG)
    text = page("logarithm", chapter)
    assert "`a = 2`" in text
    assert "`x = [0, 1/2]`" in text
    assert "lp-refuted" in text
    (line,) = failures(chapter)
    assert line.startswith("sample/logarithm is refuted (the claim is what the script derives): left 1, right 3")
    assert "at a = 2" in line
    assert "difference -2" in line


def test_a_proved_step_is_no_failure_and_a_surviving_mutant_is_named(make_chapter: MakeChapter) -> None:
    assert list(failures(make_chapter())) == []
    survived = make_chapter(
        PROVED, MutantCount(tried=5, refuted=4, survived=(Mutant(Mistake.FUNCTION, parse_tree("log(a)*log(b)")),))
    )
    assert "`log(a)*log(b)`" in page("logarithm", survived)
    assert list(survivors(survived)) == [
        "sample/logarithm: a wrong version of the claim was not refuted: log(a)*log(b) (a function replaced)"
    ]


def test_weakness_travels_to_the_page(make_chapter: MakeChapter) -> None:
    assert "Rests on what is assumed in [1 · The product](product.md)" in page("silent", make_chapter())


def test_a_step_without_a_claim_says_so(make_chapter: MakeChapter) -> None:
    assert ENGLISH.no_claim in page("silent", make_chapter())
    assert ENGLISH.no_claim not in page("logarithm", make_chapter())


def test_the_source_of_a_step_is_on_its_page(make_chapter: MakeChapter) -> None:
    text = page("logarithm", make_chapter())
    assert "def logarithm(product):" in text
    assert "return take_log(product)" in text
    assert "A product becomes a sum." not in text.partition("def logarithm")[2]  # it stands above already


def test_a_function_that_is_only_its_docstring_keeps_a_body() -> None:
    assert without_docstring('@given("a = b")\ndef f():\n    """Why."""\n') == '@given("a = b")\ndef f():\n    ...'
    assert without_docstring("def f(x):\n    return x\n") == "def f(x):\n    return x"


def test_the_right_line_stands_among_slips_that_open_to_their_counterexample(make_chapter: MakeChapter) -> None:
    text = page("logarithm", make_chapter())
    options = text.partition('<ol class="lp-options"')[2].partition("</ol>")[0]
    assert options.count("<details") == 2
    wrong = options.partition("lp-wrong")[2].partition("</details>")[0]
    assert r"\log\left(a\right) - \log\left(b\right)" in wrong or r"\log(a) - \log(b)" in wrong
    assert ENGLISH.wrong.format(mistake="a sign") in wrong
    assert r"a = 1" in wrong
    assert r"b = \tfrac{1}{2}" in wrong
    assert r"0.6931\ldots" in wrong
    assert "Yes." in options.partition("lp-right")[2].partition("</details>")[0]
    assert "`log(a) - log(b)` (a sign)" in text.partition("</ol>")[2]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("-2", "-2"),
        ("1.5", "1.5"),
        ("1.3862943611198906", r"1.3862\ldots"),
        ("0.072329488128513268", r"0.07232\ldots"),
        ("4.5e-12", r"4.5 \cdot 10^{-12}"),
    ],
)
def test_a_number_is_shown_as_long_as_it_is_read(number: str, shown: str) -> None:
    assert shortened(number) == shown


def test_an_assumption_is_no_verdict(make_chapter: MakeChapter) -> None:
    text = page("product", make_chapter())
    assert f"## {ENGLISH.stated[Relation.GIVEN]}" in text
    assert ENGLISH.verdict not in text
    assert "lp-tick" not in text
    assert "a > 0" not in text.partition("lp-verdict")[0]


def test_the_words_of_the_referee_and_the_letters_are_explained_once(make_chapter: MakeChapter) -> None:
    text, _, foot = page("logarithm", make_chapter()).partition("lp-glossary")
    assert 'href="#lp-term-rational-identity"' in text
    assert foot.count('id="lp-term-rational-identity"') == 1
    assert 'href="#lp-letter-a"' in text
    assert "The product. $a > 0$" in foot
    assert ENGLISH.terms["induction"].meaning not in foot


def test_a_line_is_called_equal_only_where_it_was_compared_with_one_above(make_chapter: MakeChapter) -> None:
    assert ENGLISH.said.relations[Relation.DERIVED] in page("silent", make_chapter())
    assert ENGLISH.said.relations[Relation.EQUAL] not in page("silent", make_chapter())


def test_a_chapter_shows_every_step_in_order_with_its_arrows(make_chapter: MakeChapter) -> None:
    text = chapter_page(make_chapter())
    links = [text.index(f"### [{place}](") for place in ("1 · The product", "2 · Its logarithm", "3 · Without a claim")]
    assert links == sorted(links)
    assert "← [1](product.md)" in text
    assert "a book, page 7" in text


@pytest.mark.parametrize(
    ("title", "said", "shown"),
    [
        ("Hit or miss: k hits", "Hit or miss: the smallest one.", "The smallest one."),
        ("The sigmoid", "The sigmoid: $a$ and more.", "$a$ and more."),
        ("Hit or miss: k hits", "Hit by hit.", "Hit by hit."),
        ("当たりと外れ：n 回", "当たりと外れだけです。", "当たりと外れだけです。"),
    ],
)
def test_below_a_chapters_title_it_is_not_said_again(title: str, said: str, shown: str) -> None:
    plain = Derivation("sample", title=title)
    derivation = plain.in_words([], title=title, source="", introduction=said, shown=plain.shown)
    assert introduction(Chapter(derivation, Report("sample", {}, {}))) == shown


def test_titles_are_text_and_no_markdown(make_chapter: MakeChapter) -> None:
    assert r"# A \*sample\* of steps" in chapter_page(make_chapter())


def test_pages_can_be_written_to_a_folder(make_chapter: MakeChapter, tmp_path: Path) -> None:
    chapter = make_chapter()
    written = write_pages([chapter], tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        "sample/index.md",
        "sample/product.md",
        "sample/logarithm.md",
        "sample/silent.md",
    ]
    assert written[1].read_text(encoding="utf-8") == page("product", chapter)


@pytest.mark.parametrize("name", ["index", "code"])
def test_a_step_hides_no_other_page_of_its_chapter(name: str) -> None:
    derivation = Derivation("sample")
    derivation.record(name, None, relation=Relation.GIVEN, claim="x = 1")
    report = Report("sample", {name: StepVerdict(Verdict(Status.GIVEN, ()))}, {name: Relation.GIVEN})
    assert list(chapter_files(Chapter(derivation, report))) == ["index.md", f"{name}_step.md"]


@pytest.mark.parametrize("table", [ENGLISH.turn, ENGLISH.said.relations])
def test_every_relation_has_its_words(table: dict[Relation, str]) -> None:
    assert table.keys() == set(Relation)


@pytest.mark.parametrize("table", [ENGLISH.status, ENGLISH.said.statuses, ENGLISH.rests_on])
def test_every_status_has_its_words(table: dict[Status, str]) -> None:
    assert table.keys() == set(Status)


ARITHMATEX = {"pymdownx.arithmatex": {"generic": True}}


def test_the_bars_of_a_formula_do_not_divide_a_table() -> None:
    shown = table(("a", "b"), [(inline(to_latex(parse_tree("Abs(x)/Abs(y)"))), "1 \\| 2")])
    row = shown.splitlines()[2]
    assert row.count(" | ") == 1
    assert row.count(r"\vert") == 4
    page = markdown(shown, extensions=["tables", "pymdownx.arithmatex"], extension_configs=ARITHMATEX)
    assert [each.tex.count(r"\vert") for each in formulas_in(page)] == [4]
    assert left_in_text(page) == []
    assert "\\|" in row


def test_a_step_says_what_coq_says_to_it(make_chapter: MakeChapter, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_coq(found: Acceptance | None) -> str:
        kept = {} if found is None else {"logarithm": found}
        monkeypatch.setattr(second_kernel, "_kept", lambda derivation: kept)
        return page("logarithm", make_chapter())

    assert ENGLISH.coq_not_run in with_coq(None)
    whole = with_coq(Acceptance("8.16.1", 3, ("Classical_Prop.classic",)))
    assert "also accepted by Coq" in whole
    assert "accepts all 3 lemmas" in whole
    assert "Axioms they rest on: `classic`" in whole
    partly = with_coq(Acceptance("8.16.1", 2, (), missing=("a third derivative",)))
    assert "accepts 2 of the 3 lemmas" in partly
    assert "also accepted" not in partly
    assert ENGLISH.coq_none in with_coq(Acceptance("8.16.1", 0, (), missing=("a third derivative",)))


def test_a_bound_says_what_is_bounded() -> None:
    """Where a line above names it; one whose value has no name begins with the value."""
    derivation = Derivation("sample", where="u real")
    derivation.record("curvature", None, relation=Relation.GIVEN, claim="diff(ce, u) = exp(u)")
    derivation.record(
        "positive", derivation.expression("exp(u)"), relation=Relation.AT_LEAST, uses=("curvature",), claim="exp(u) > 0"
    )
    derivation.record(
        "other",
        derivation.expression("exp(2*u)"),
        relation=Relation.AT_LEAST,
        uses=("curvature",),
        claim="exp(2*u) > 0",
    )
    steps = {step.name: step for step in derivation.steps}
    assert equation(steps["positive"], steps) == r"\frac{\partial \mathit{ce}}{\partial u} = e^{u} > 0"
    assert equation(steps["other"], steps) == "e^{2 u} > 0"


def test_the_way_a_line_was_judged_stands_apart_from_what_was_asked(make_chapter: Callable[..., Chapter]) -> None:
    """Also where no style sheet puts room between them: read out, copied, or on a plain page."""
    page = chapter_files(make_chapter())["logarithm.md"]
    assert re.search(r"is what the script derives <span>· .*rational identity", page)
