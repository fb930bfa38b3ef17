"""A column times a row is a matrix, never a number: products of vectors are taken from left to right."""

from __future__ import annotations

import pytest

from lossproof.notes import check_note, note_of
from lossproof.referee.verdict import Status

DECLARED = r"$x \in \mathbb{R}^d$, $w \in \mathbb{R}^d$, $v \in \mathbb{R}^d$. "
TRUE = [
    r"(x^\top w) x = x x^\top w",
    r"(x w^\top) v = (w^\top v) x",
    r"w x^\top x = w \|x\|^2",
    r"\nabla_w (x^\top w)^2 = 2 x x^\top w",
    r"x^\top (w + v) = x^\top w + x^\top v",
]
FALSE = [
    r"x x^\top w = x^\top x w",
    r"x w^\top v = x^\top w v",
    r"x w^\top = w x^\top",
    r"w w^\top = w^\top w",
    r"x w^\top = w^\top x",
    r"x x^\top = \|x\|^2",
]


def status(latex: str) -> Status | None:
    *_, found = check_note(note_of(f"{DECLARED}${latex}$", "note", ".md")).findings
    return found.status


@pytest.mark.parametrize("latex", TRUE)
def test_what_holds_is_proved(latex: str) -> None:
    assert status(latex) is Status.PROVED


@pytest.mark.parametrize("latex", FALSE)
def test_what_does_not_hold_is_never_accepted(latex: str) -> None:
    assert status(latex) in (Status.REFUTED, None)  # None: a matrix that is said to be a number is not judged
