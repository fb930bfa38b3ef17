"""The copy of a note as a page: its formulas are set, what cannot be set stands as it is written, nothing gets in."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from lossproof.notes import check_note
from lossproof.notes.marked import marked_html
from lossproof.notes.mathml import ATTRIBUTES, ELEMENTS, as_mathml
from lossproof.notes.note_files import note_of

NOTE = r"""# Squares

With $y_p$ and $a < b$, costs \$5,

\begin{align}
\frac{d}{dx} x^2 &= 2x \label{one} \\
(a+b)^2 &= a^2 + b^2 \tag{3}
\end{align}

and $\unknown{x}$.
"""


def body(text: str, name: str = "n.md") -> str:
    page = marked_html(check_note(note_of(text, name, name[name.rfind(".") :])))
    return page.partition('<div class="note">')[2]


def seen(html: str) -> str:
    """What a reader sees."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_formulas_are_set_and_no_latex_is_left() -> None:
    shown = body(NOTE)
    assert shown.count("<math") == 4 + 3  # and below what is wrong: both sides, and the right form
    assert "<mfrac>" in shown
    assert re.findall(r"\\[a-z]+", seen(shown)) == [r"\unknown"]
    assert "<code>\\unknown{x}</code>" in shown
    assert r"costs \$5," in shown
    assert not re.search(r"\$(?!5)", seen(shown))


def test_what_is_wrong_is_marked_and_told_with_set_formulas() -> None:
    told = body(NOTE).partition('<span class="told">')[2].partition("</span>")[0]
    assert told.startswith("WRONG")
    assert told.count("<math") == 3
    assert re.search(r"^at a = \S+, b = \S+: \S+ and \S+$", told, re.MULTILINE)


@pytest.mark.parametrize("suffix", ["md", "tex", "html"])
def test_every_delimiter_goes_with_its_formula(suffix: str) -> None:
    pairs = [(r"\(", r"\)"), (r"\[", r"\]"), ("$$", "$$"), (r"\begin{equation}", r"\end{equation}")]
    text = "\n\n".join(f"So {opens}x^2 = x x{closes} holds." for opens, closes in pairs)
    shown = body(text, f"n.{suffix}")
    assert shown.count("<math") == 4
    assert "\\" not in seen(shown)
    assert "$" not in seen(shown)


def test_a_page_of_html_means_less_than_by_its_entity() -> None:
    assert "<mo>&#x0003C;</mo>" in body("<p>as \\(a &lt; b\\) is</p>", "n.html")


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs)}


HOSTILE = [
    r"\text{<script>alert(1)</script>}",
    r"\text{<!--}",
    r"\href{javascript:alert(1)}{x}",
    r"\style{position:fixed}{x}",
    r"\class{told}{x}",
    r"\text{&lt;img src=x onerror=alert(1)&gt;}",
    r"\color{red\" onclick=\"x}{x}",
]


@pytest.mark.parametrize("latex", HOSTILE)
def test_a_formula_brings_nothing_but_mathml_into_the_page(latex: str) -> None:
    known = ELEMENTS | ATTRIBUTES | {"mark", "span", "code", "div", "class", "title", "body", "html"}
    assert Elements(body(f"A ${latex} = x$ here.")).found <= known
    assert "<script" not in body(f"A ${latex} = x$ here.")


@pytest.mark.parametrize(
    "latex", ["", "x_{", r"\nosuch{x}", r"\begin{aligned} a &= b \end{aligned}", "x" * 5000, "{" * 2000]
)
def test_what_cannot_be_set_is_none(latex: str) -> None:
    assert as_mathml(latex, display=True) is None
