"""A letter that is said to be a number: what contradicts it is wrong, a case or an equation to be solved is not."""

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
