"""Formulas in two dimensions: what is printed is what was written, and every line of a box has its width."""

from __future__ import annotations

import pytest

from lossproof.notation import parse_tree
from lossproof.notation.boxes import width_of
from lossproof.notation.drawn import draw, drawn

DRAWINGS = {
    "(yp - yt)/(yp*(1 - yp))": """
   yp - yt
─────────────
 yp⋅(1 - yp)""",
    "-(1/M) * sum(log(P[m]), m, 0, M-1)": """
  1  M - 1
-───⋅  ∑   log(Pₘ)
  M   m=0""",
    "diff(diff(ce, u), u)": """
 ∂²ce
──────
 ∂u²""",
    "Piecewise((yp, yt == 1), (1 - yp, True))": """
⎧ yp      if yt = 1
⎨
⎩ 1 - yp  otherwise""",
    "p^k*(1 - p)^(n - k)": """
 k        n - k
p ⋅(1 - p)""",
    "x^2 + theta_1*w0": "\nx² + θ₁⋅w₀",
    "prod(P[m] + 1, m, 0, M-1)*P[M]": """
M - 1
  ∏   (Pₘ + 1)⋅P[M]
 m=0""",
    "a - (b - c) - -d": "\na - (b - c) - (-d)",
    "(a + b)*(c - d)": "\n(a + b)⋅(c - d)",
    "(a/b)^2": """
     2
⎛ a ⎞
⎜───⎟
⎝ b ⎠""",
}


@pytest.mark.parametrize(("formula", "drawing"), DRAWINGS.items())
def test_a_formula_is_drawn_as_it_is_written(formula: str, drawing: str) -> None:
    assert "\n" + drawn(parse_tree(formula)) == drawing


@pytest.mark.parametrize(
    "formula",
    [
        *DRAWINGS,
        "sqrt(1 + x/2) + Abs(x/y)",
        "logsumexp(u[k], k, 1, K)*indicator(y <= 3)",
        "exp(-(yt - yp)^2/(2*s^2))/(s*sqrt(2*pi))",
        "Piecewise((x, x < 0 and y != 1), (x/2, x >= 1), (e^x, True))",
        "delta(i, j)*gamma(a)/q[i, M - 1] + 0.5 - 1/3",
    ],
)
def test_every_line_of_a_box_has_its_width(formula: str) -> None:
    box = draw(parse_tree(formula))
    assert {width_of(line) for line in box.lines} == {box.width}
    assert 0 <= box.base < box.height
