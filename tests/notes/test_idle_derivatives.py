"""A derivative by what nothing that was read holds is not taken for zero: a line on the way was not read."""

from __future__ import annotations

import pytest

from lossproof.notes import check_note, note_of
from lossproof.notes.findings import Kind
from lossproof.referee.verdict import Status


def last_of(text: str) -> tuple[Kind, Status | None]:
    *_, row = check_note(note_of(text, "note", ".md")).findings
    return row.kind, row.status


@pytest.mark.parametrize("right", ["p_j - y_j", "y_j"])
def test_a_line_that_was_not_read_accuses_none_after_it(right: str) -> None:
    text = r"$p = \mathrm{softmax}(z)$, $L = -\sum_k y_k \log p_k$. $\frac{\partial L}{\partial z_j} = " + right + "$"
    assert last_of(text) == (Kind.NOT_UNDERSTOOD, None)


def test_a_derivative_that_is_zero_may_be_said_to_be() -> None:
    kind, status = last_of(r"$f = a^2$ and so $\frac{\partial f}{\partial b} = 0$")
    assert kind is not Kind.NOT_UNDERSTOOD
    assert status is not Status.REFUTED


def test_a_function_of_the_note_inside_a_wrong_claim_stops_nothing() -> None:
    """The search for the form that would be right meets f where nothing can be put in for it."""
    kind, status = last_of(r"$f(z) = z^2$ $f'(2z) = 2 \cdot \frac{d}{dz} f(2z)$")
    assert kind is not Kind.NOT_UNDERSTOOD
    assert status is Status.REFUTED
