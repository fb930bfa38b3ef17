"""Labels that are mixed with a constant are one-hot as others are, where the note does not say it."""

from __future__ import annotations

import pytest

from lossproof.notes import check_note, note_of

SOFTMAX = r"$p_k = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}$, $L = -\sum_{k=1}^K q_k\log p_k$, "


@pytest.mark.parametrize(
    ("mixed", "slope", "wanted", "assumed"),
    [
        (r"(1-\epsilon) y_k + \frac{\epsilon}{K}", "p_k - q_k", "proved", ("y one-hot over 1..K",)),
        (r"0.9 y_k + \frac{0.1}{K}", "q_k - p_k", "refuted", ()),
        (r"y_k + \frac{\epsilon}{K}", "p_k - q_k", "refuted", ()),
        (r"(1-\epsilon) a_k + \frac{\epsilon}{K}", "p_k - q_k", "refuted", ()),
    ],
)
def test_the_label_inside_is_tried_as_one_hot(mixed: str, slope: str, wanted: str, assumed: tuple[str, ...]) -> None:
    text = SOFTMAX + rf"$q_k = {mixed}$, $\frac{{\partial L}}{{\partial z_k}} = {slope}$"
    row = check_note(note_of(text, "n.md", ".md")).findings[-1]
    assert (str(row.status), row.assumed) == (wanted, assumed)
