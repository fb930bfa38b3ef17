"""The numbers of a counterexample on a page: fractions, irrational numbers as formulas, and what is none as text."""

from __future__ import annotations

from lossproof.referee.verdict import Witness
from lossproof.site.counterexamples import point


def test_fractions_formulas_and_text() -> None:
    shown = point(Witness({"x": "-sqrt(2)", "y": ["1/2", "3"], "z": "1.2... (t^3 - 2 = 0)"}, "0", "1", "-1"))
    assert r"x = - \sqrt{2}" in shown.replace("-\\", "- \\")
    assert r"y = (\tfrac{1}{2}, 3)" in shown
    assert r"\text{1.2... (t^3 - 2 = 0)}" in shown
