"""A value that a note gives to a letter in passing proves nothing once its sentence is over."""

from __future__ import annotations

import pytest

from lossproof.notes import check_note, note_of

ENTROPY = r"$H(p)=-p\log p-(1-p)\log(1-p)$. At $p=1/2$ we have $H(1/2)=\log 2$. "
SQUARE = r"$f(w)=(wx-y)^2$. "
LOSS = r"$L=-y\log p-(1-y)\log(1-p)$. If $y=1$, the loss is $-\log p$. "
RIGHT, WRONG, BEYOND = ("claim", "proved"), ("claim", "refuted"), ("beyond", "None")

CASES: dict[str, tuple[str, tuple[str, str]]] = {
    "the right slope after a point": (ENTROPY + r"$H'(p)=\log\frac{1-p}{p}$", RIGHT),
    "the wrong slope after a point": (ENTROPY + r"$H'(p)=\log\frac{p}{1-p}$", WRONG),
    "a number for all p": (ENTROPY + r"In general $H''(p)=-4$", WRONG),
    "in the sentence itself": (ENTROPY + r"At $p=1/2$ the slope is $H'(p)=\log\frac{p}{1-p}$.", RIGHT),
    "a sentence that goes on": (r"$f(x)=x^2$. At $x=3$ we look. Then $f'(x)=6$", RIGHT),
    "a case of a label": (LOSS + r"$\frac{\partial L}{\partial p}=-\frac yp+\frac{1-y}{1-p}$", RIGHT),
    "a case of a label, its sign lost": (LOSS + r"$\frac{\partial L}{\partial p}=-\frac yp-\frac{1-y}{1-p}$", WRONG),
    "what holds in the case alone": (LOSS + r"$\frac{\partial L}{\partial p}=-\frac1p$", BEYOND),
    "a count": (r"$L(w)=\frac1n\sum_{i=1}^n(wx_i-1)^2$. For $n=1$ easy. $L'(w)=2\sum_{i=1}^nx_i(wx_i-1)$", WRONG),
    "given without a word": (r"$f(x)=x^2$ and $x=3$ gives 9. $f'(x)=x^2-3$", WRONG),
    "behind the formula that uses it": (SQUARE + r"With $x=2$ it is $f(1)=(2-y)^2$. $f'(w)=(wx-y)x^2$", WRONG),
    "and the right one": (SQUARE + r"With $x=2$ it is $f(1)=(2-y)^2$. $f'(w)=2(wx-y)x$", RIGHT),
    "a worked example": (SQUARE + "Let $x=2$, $y=1$ and $w=1$.\n\n$$f=1$$\n\n" + r"$$\frac{df}{dw}=4$$", RIGHT),
    "and a wrong one": (SQUARE + "Let $x=2$, $y=1$ and $w=1$.\n\n$$f=1$$\n\n" + r"$$\frac{df}{dw}=5$$", WRONG),
    "all alike": (r"Uniform: $p_k=1/K$. In general $\sum_{k=1}^Kp_k(1-p_k)=1-\sum_{k=1}^Kp_k/K$", WRONG),
    "probabilities": (r"Uniform: $p_k=1/K$. In general $\sum_{k=1}^Kp_k(1-p_k)=1-\sum_{k=1}^Kp_k^2$", RIGHT),
    "two points are no range": (r"$f(x)=x^3$ at $x=0$ is 0. At $x=1$ it is 1. $f(x)=x^2$", WRONG),
}


@pytest.mark.parametrize("name", CASES)
def test_values_in_passing(name: str) -> None:
    text, expected = CASES[name]
    row = check_note(note_of(text, "n.md", ".md")).findings[-1]
    assert (str(row.kind), str(row.status)) == expected


def test_the_value_is_said() -> None:
    rows = check_note(note_of(ENTROPY + r"$H'(p)=\log\frac{p}{1-p}$", "n.md", ".md")).findings
    assert "holds only with p = " in rows[-1].message
    assert rows[-1].links[0].nearest is not None
