"""The numbers of a counterexample on a page: fractions, irrational numbers as formulas, and what is none as text."""

from __future__ import annotations

from lossproof.referee.verdict import Witness
from lossproof.site.counterexamples import point


def test_fractions_formulas_and_text() -> None:
    shown = point(Witness({"x": "-sqrt(2)", "y": ["1/2", "3"], "z": "1.2... (t^3 - 2 = 0)"}, "0", "1", "-1"))
    assert r"x = - \sqrt{2}" in shown.replace("-\\", "- \\")
    assert r"y = (\tfrac{1}{2}, 3)" in shown
    assert r"\text{1.2... (t^3 - 2 = 0)}" in shown


def test_the_element_that_a_list_begins_with_has_one_subscript() -> None:
    """KaTeX refuses ``z_{2}_{1}``; a table begins at two indices."""
    shown = point(Witness({"z_2": [["0"]], "b": ["1"]}, "0", "1", "-1", {"z_2": ["0", "1"], "b": "-1"}))
    assert r"z_{2}\ (z_{2;0,1}, \dots) = ((0))" in shown
    assert r"b\ (b_{-1}, \dots) = (1)" in shown
