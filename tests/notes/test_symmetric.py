"""Which matrices a note says to be symmetric: those beside the word, whatever else it speaks of."""

from __future__ import annotations

import pytest

from lossproof.notes.note_files import note_of
from lossproof.notes.symmetric import symmetric_matrices

NAMES = ["A", "B", "K", "S", "Sigma", "X"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Let $S$ be symmetric. Then $X$ is given.", ["S"]),
        ("where $S$ is the sample covariance matrix", ["S"]),
        ("The data $X$ have covariance $\\Sigma$.", ["Sigma"]),
        ("A symmetric matrix $K$ and any $X$", ["K"]),
        ("The covariance matrix of the data is\n\n$$S = \\frac1n X^\\top X$$", ["S"]),
        ("for symmetric $A$ and $B$; then $X$", ["A", "B"]),
        ("$A$ and $B$ are positive definite", ["A", "B"]),
        ("$\\Sigma$ は対称行列とする。", ["Sigma"]),
        ("We fit $X$. The noise is symmetric.", []),
        ("A symmetric loss. Then $X w$.", []),
        ("Nothing is said of $A$.", []),
    ],
)
def test_the_matrix_beside_the_word_is_symmetric(text: str, said: list[str]) -> None:
    assert symmetric_matrices(note_of(text, "note", ".md"), NAMES) == said
