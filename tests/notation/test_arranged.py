"""Formulas that SymPy ordered by their names are brought into an order that does not depend on them."""

from __future__ import annotations

from random import Random

import pytest
import sympy as sp

from lossproof import equal
from lossproof.notation import parse_assumptions, parse_tree, to_text
from lossproof.notation.arranged import arranged
from lossproof.notation.renaming import Renaming, names_written
from lossproof.notation.tree import Binary, Node

FORMULAS = [
    "a*x + b",
    "b*c + a*x^2 - y/z",
    "sum(x[m]*w[k], m, 1, M)*k + q",
    "Max(a, b, 2*c) + exp(-(a - b))",
    "a*b + b*c + c*a",
    "a*b + b*c + c*d + d*a",
    "(a - b)*(b - c)*(c - a)",
    "Piecewise((a, a > b), (b, True))*indicator(x > 0 and y > 0)",
]


def shuffled(node: Node, random: Random) -> Node:
    """The same with the sides of sums and products swapped at random."""
    if isinstance(node, Binary):
        left, right = shuffled(node.left, random), shuffled(node.right, random)
        if node.operator in "+*" and random.random() < 0.5:
            left, right = right, left
        return Binary(node.operator, left, right)
    return node


@pytest.mark.parametrize("text", FORMULAS)
def test_any_order_and_any_names_are_arranged_alike(text: str) -> None:
    random, clauses = Random(1), parse_assumptions("")
    node = parse_tree(text)
    found = set()
    for _ in range(8):
        names = [*names_written(node)]
        others = random.sample([f"{letter}{n}" for letter in "abxyz" for n in range(9)], len(names))
        other = Renaming(dict(zip(names, others, strict=True))).of(shuffled(node, random))
        (made,) = arranged((other,), clauses)
        found.add(to_text(Renaming.in_order(names_written(made)).of(made)))
    assert len(found) == 1


@pytest.mark.parametrize("text", FORMULAS)
def test_the_value_stays(text: str) -> None:
    (made,) = arranged((parse_tree(text),), parse_assumptions(""))
    assert equal(text, made, "M integer >= 1").status == "proved"


def test_what_a_clause_names_first_comes_first() -> None:
    (made,) = arranged((parse_tree("a + b"),), parse_assumptions("b real; a real"))
    (other,) = arranged((parse_tree("a + b"),), parse_assumptions("a real; b real"))
    assert (to_text(made), to_text(other)) == ("b + a", "a + b")


def test_claims_of_sympy_have_the_same_verdict_under_any_names() -> None:
    def verdict(names: str, wrong: int) -> tuple[object, ...]:
        a, b, c = sp.symbols(names, positive=True)
        found = equal(sp.log(a * b / c) + a * b, sp.log(a) + sp.log(b) - sp.log(c) + a * b + wrong * (b - c))
        shown = found.witness and [*found.witness.point.values()]
        return str(found).replace("x", ""), found.evidence.points, [rule.name for rule in found.evidence.rules], shown

    for wrong in (0, 1):
        assert len({str(verdict(names, wrong)[1:]) for names in ("a b c", "c b a", "x a m", "b z a")}) == 1
