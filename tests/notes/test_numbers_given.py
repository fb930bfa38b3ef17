"""Numbers of a note: what contradicts one is wrong; a case, an equation to be solved and a rounded decimal are not."""

from __future__ import annotations

import pytest

from lossproof.notes import Finding, check_note, note_of


def found(text: str) -> list[str]:
    return [_told(finding) for finding in check_note(note_of(text, "n", ".md")).findings]


def _told(finding: Finding) -> str:
    return str(finding.status if finding.links else finding.kind)


def test_a_solution_is_put_into_its_own_equation() -> None:
    right, wrong = r"$2x = 4 \implies x = 2$", r"$2x=4 \Rightarrow x = 3$"
    assert found(f"{right}; {wrong}") == ["proved", "refuted"]
    assert found(f"{right}; $3x = 9 \\Rightarrow x = 3$") == ["proved", "proved"]


@pytest.mark.parametrize(("number", "claim"), [("x = 2", "x+1=3"), (r"\eta = 0.1", r"1-\eta = 0.9")])
def test_a_number_is_put_in(number: str, claim: str) -> None:
    assert found(f"We have ${number}$ and ${claim}$.") == ["assumption", "proved"]
    assert found(f"We have ${number}$ and ${claim}9$.") == ["assumption", "refuted"]


CASES = [
    "If $x = 2$, then $x+1=4$ fails.",
    "$x = 2$ or $x = 3$, $x+1=4$",
    "$x = 2$. Now solve $x+1=4$.",
    "$x = 2$, $x + y = 4$",
]


@pytest.mark.parametrize("text", CASES)
def test_a_case_and_an_equation_to_be_solved_are_no_mistakes(text: str) -> None:
    assert "refuted" not in found(text)


ROUNDED = {
    r"\log 2 = 0.69": r"\log 2 = 0.70",
    r"2/3 = 0.66": "2/3 = 0.68",
    r"2/3 = 67\%": r"2/3 = 60\%",
    r"\pi = 3.14": r"\pi = 3.2",
    "e^5 = 148": "e^5 = 149",
    r"0.69 = \log 2": "0.3 = 0.25",
    r"\log 2 + \log 3 = 0.69 + 1.10": "0.69 + 1.10 = 1.80",
    r"e^{-7} = 9.1 \times 10^{-4}": r"e^{-7} = 9.2 \times 10^{-4}",
    "0.9^3 = 0.73": "0.5^2 = 0.3",
}


@pytest.mark.parametrize("right", ROUNDED)
def test_a_decimal_may_be_rounded_but_not_be_another_number(right: str) -> None:
    assert found(f"${right}$") == ["proved"]
    assert found(f"${ROUNDED[right]}$") == ["refuted"]


def test_whole_numbers_are_rounded_from_nothing_short() -> None:
    assert found(r"$7/2 = 4$ and $\sqrt 2 = 1$") == ["refuted", "refuted"]


PUT_IN = [
    r"After one step $w = w - \eta g = 0.5 - 0.1 \cdot 2 = %s$",
    r"Accuracy is $\frac{A + B}{A + B + C} = \frac{3}{10} = %s$",
    r"$p = \sigma(u)$, $\frac{d}{du}\log(1+e^u) - y = p - y = 0.8 - 0.5 = %s$",
]


@pytest.mark.parametrize("text", PUT_IN)
def test_numbers_put_in_for_letters_are_an_example_and_their_arithmetic_a_claim(text: str) -> None:
    assert "refuted" not in found(text % "0.3")
    assert "refuted" in found(text % "0.4")


def test_other_arithmetic_is_no_example() -> None:
    assert found(r"$\sigma(x) + \sigma(-x) = 2$") == ["refuted"]
    assert found(r"$p = \sigma(u)$, $\frac{d}{du}\log(1+e^u) = p = 1 - p$")[-1] == "refuted"


def test_an_arrow_to_the_left_between_equations_parts_them() -> None:
    text = r"$C = \frac12 (a-y)^2$, $a = w x$, $\frac{dC}{dw} = x(a-y) \Leftarrow (a+1)^2 = a^2+2a+1$"
    assert found(text)[-1] == "proved"
