"""Numbers as people set them: thousands, decimal commas, hundredths; and the one that is none here, i."""

from __future__ import annotations

import pytest

from lossproof.errors import RejectedText
from lossproof.notation import walk
from lossproof.notation.tex import parse_latex, parse_latex_chain
from lossproof.notation.tree import Constant

NUMBERS = {
    "1,000": "1000",
    "1{,}000": "1000",
    "1,234,567": "1234567",
    "0{,}5": "0.5",
    "3{,}14": "3.14",
    r"50\%": "0.50",
    r"2.5\%": "0.025",
    r"7\%": "0.07",
    "1e-3": "0.001",
    "2.5E+2": "250",
    "1e-3+x": "0.001 + x",
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_as_people_set_it(text: str) -> None:
    assert parse_latex(text) == parse_latex(NUMBERS[text])


def test_the_comma_of_thousands_leaves_what_is_beside_it() -> None:
    assert parse_latex_chain("1,000 + 1 = 1,001") == parse_latex_chain("1000 + 1 = 1001")


@pytest.mark.parametrize("text", ["3e-2x", "2e - 3", "2e-3(x+1)"])
def test_eulers_number_behind_a_number_stays(text: str) -> None:
    assert Constant("e") in set(walk(parse_latex(text)))


def test_a_comma_inside_a_bracket_parts_two_things() -> None:
    assert parse_latex("x_{1,100}") == parse_latex("x_{1, 100}")


@pytest.mark.parametrize("text", [r"e^{i\pi}", r"e^{-i\omega t}", r"\sqrt{-1}", r"a\%"])
def test_what_no_real_number_is_is_beyond(text: str) -> None:
    with pytest.raises(RejectedText, match="is beyond scalar formulas"):
        parse_latex(text)


@pytest.mark.parametrize("text", [r"\sum_{i=1}^n e^{i t}", "e^{i}", r"\sqrt{-x}", "e^{a i_1}"])
def test_an_index_and_a_root_of_a_name_are_read(text: str) -> None:
    assert parse_latex(text)
