"""Clauses that --where, front matter, comments and tags state hold, or are refused with their place."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from lossproof.cli import main
from lossproof.errors import RejectedText
from lossproof.notation import parse_assumptions
from lossproof.notes import check_note, note_of

UNFIT = ["a in {0,1", "foo bar", "a in", "a >>> 0", "a>0, a<0", "a = 5; a = 6", "a = 5; a < 0", r"y \\in \\{0,1"]
SQUARE = "$f = (a+b)^2$ $f = 1 + 2b + b^2$ $\\frac{df}{da} = 2 + 2b$"


def statuses(text: str, where: str = "") -> list[str]:
    return [str(row.status) for row in check_note(note_of(text, "n.md", ".md"), where).findings]


@pytest.mark.parametrize("clause", UNFIT)
def test_what_is_no_clause_is_refused_as_it_is_elsewhere(clause: str) -> None:
    with pytest.raises(RejectedText) as elsewhere:
        parse_assumptions(clause)
    with pytest.raises(RejectedText) as here:
        statuses("$a = b$", clause)
    assert str(here.value) == str(elsewhere.value)


PLACES = {
    "line 2": "---\nlossproof: check; {}\n---\n$x = 1$",
    "line 3": "$x = 1$\n\n<!-- lossproof: {} -->\n$y = 1$",
    "line 4": "$x = 1$\n\n\n<!-- lossproof: {} -->\n",
}


@pytest.mark.parametrize("clause", UNFIT)
@pytest.mark.parametrize("place", PLACES)
def test_one_in_the_note_is_named_with_file_and_line(place: str, clause: str) -> None:
    with pytest.raises(RejectedText) as elsewhere:
        parse_assumptions(clause)
    with pytest.raises(RejectedText) as here:
        statuses(PLACES[place].replace("{}", clause))
    assert str(here.value) == f"n.md, {place}: {elsewhere.value}"


def test_one_that_contradicts_an_earlier_one_is_refused_at_its_own_place() -> None:
    for text, where in ((PLACES["line 3"], "a > 0"), ("<!-- lossproof: a > 0 --> $z$ " + PLACES["line 3"], "")):
        with pytest.raises(RejectedText, match=r"n\.md, line 3: No value satisfies this clause") as refused:
            statuses(text.replace("{}", "b > 0; a < 0"), where)
        assert str(refused.value).splitlines()[1:] == ["  b > 0; a < 0", "         ^"]


def test_the_exit_code_is_2(tmp_path: Path) -> None:
    note = tmp_path / "n.md"
    note.write_text("$a = b$", encoding="utf-8")
    assert CliRunner().invoke(main, ["check", str(note), "--where", "foo bar"]).exit_code == 2


def test_a_definition_is_put_in_for_derivatives_too() -> None:
    assert statuses(SQUARE, "a = 1") == ["given", "proved", "proved"]
    assert statuses(SQUARE, "a = 5") == ["given", "refuted", "refuted"]
    assert statuses(f"<!-- lossproof: a = 1 --> {SQUARE}") == ["given", "proved", "proved"]


def test_a_definition_by_other_names_and_of_data_is_put_in() -> None:
    assert statuses("$m^2 = e^{2 t}$", "m = exp(t)") == ["proved"]
    assert statuses(r"$p_i = q$ $\sum_{i=1}^n p_i = \sum_{i=1}^n x_i^2$", "p[i] = x[i]^2; q = x[i]^2")[-1] == "proved"


def test_a_comment_holds_from_where_it_stands_and_may_be_repeated() -> None:
    text = "$\\max(q, 0) = q$ <!-- lossproof: q > 0 --> $\\max(q, 0) = q$ <!-- lossproof: q > 0 --> $\\sqrt{q^2} = q$"
    assert statuses(text) == ["refuted", "proved", "proved"]
    assert statuses("<!-- lossproof: a = 1 --> $ab = b$ <!-- lossproof: a = 1 --> $2ab = 2b$".replace("ab", "a b")) == [
        "proved",
        "proved",
    ]


def test_a_tie_holds() -> None:
    assert statuses("$a^2 - b^2 = a - b$") == ["refuted"]
    assert statuses("$a^2 - b^2 = a - b$", "a + b = 1") == ["proved"]


def test_a_label_of_two_classes_in_one_section_may_be_one_of_many_in_another() -> None:
    of_two = r"$J = -\frac{1}{m}\sum_{i=1}^m \left[ y^{(i)} \log a^{(i)} + (1-y^{(i)}) \log(1-a^{(i)}) \right]$"
    of_many = r"$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$ and $L = -\sum_i y_i \log p_i$"
    for slope, said in (("p_k - y_k", "proved"), ("p_k - 2y_k", "refuted")):
        assert statuses(rf"{of_two} {of_many} $\frac{{\partial L}}{{\partial z_k}} = {slope}$")[-1] == said


def test_a_bold_letter_in_braces_is_that_letter() -> None:
    """As an abbreviation leaves it, and as people write it."""
    for target in (r"{\mathbf{y}}", r"{\bf y}", r"\mathbf{y}"):
        given = rf"$L(w) = \frac{{1}}{{2}}\|Xw - {target}\|^2$ and $\nabla L(w) = X^\top (Xw - {target})$"
        assert statuses(given) == ["given", "proved"]
