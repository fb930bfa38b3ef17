"""Text that is searched and shown by search engines holds words and signs, and no TeX."""

from __future__ import annotations

import pytest

from lossproof.site.readable import as_words, first_paragraph, first_sentence, tex_as_words


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"\frac{\partial \mathit{ce}}{\partial \mathit{yp}}", "(∂ ce)/(∂ yp)"),
        (r"\operatorname{softplus}(u) = \log(1 + e^{u})", "softplus(u) = log(1 + e u )"),
        (r"\frac{\frac{a}{b}}{c}", "((a)/(b))/(c)"),
        (r"M \ge 1", "M ≥ 1"),
    ],
)
def test_tex_becomes_words(tex: str, words: str) -> None:
    assert tex_as_words(tex) == words


def test_markdown_becomes_plain_text() -> None:
    assert as_words(r"The *loss* of $\mathit{yp}$, see [the page](x.md) and `X.T @ r`.") == (
        "The loss of yp, see the page and X.T @ r."
    )


def test_the_first_paragraph_is_running_text() -> None:
    page = '<div class="x">\n\n# Title\n\n{{ chapters }}\n\nEvery course writes\nthe same.\n\nNot this.'
    assert first_paragraph(page) == "Every course writes\nthe same."
    assert first_paragraph("# Title\n\n- a list") == ""


def test_a_description_ends_with_a_sentence_where_it_can() -> None:
    assert first_sentence("A short one.") == "A short one."
    assert first_sentence("A" * 70 + ". " + "b" * 200) == "A" * 70 + "."
