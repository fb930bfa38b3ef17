"""Polynomials that means show not to be negative, and those that they must not."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from random import Random

import pytest

from lossproof.notation import Scope, parse_assumptions, parse_tree, to_sympy
from lossproof.referee.algebra.shares import shares
from lossproof.referee.facts.facts import Facts
from lossproof.referee.facts.means import is_covered
from lossproof.referee.prove import prove_nonnegative

TRUE = [
    ("x^4*y^2 + x^2*y^4 + 1 - 3*x^2*y^2", ""),
    ("z^6 + x^4*y^2 + x^2*y^4 - 3*x^2*y^2*z^2", ""),
    ("(a+b+c)^3 - 27*a*b*c", "a > 0; b > 0; c > 0"),
    ("(a+b)*(b+c)*(c+a) - 8*a*b*c", "a > 0; b > 0; c > 0"),
    ("a/b + b/c + c/a - 3", "a > 0; b > 0; c > 0"),
    ("x^4 + y^4 + z^4 - x*y*z*(x+y+z)", ""),
    ("8*x^3 + 1 - 6*x^2", "x > 0"),
]
FALSE = [
    ("x^4*y^2 + x^2*y^4 + 1 - 31/10*x^2*y^2", ""),
    ("a^3 + b^3 + c^3 - 3*a*b*c", ""),
    ("(a+b+c)^3 - 271/10*a*b*c", "a > 0; b > 0; c > 0"),
    ("a/b + b/c + c/a - 3", "a != 0; b != 0; c != 0"),
    ("x^4*y^2 + x^3*y^4 + 1 - 3*x^2*y^2", ""),
    ("x^2 + y^2 - 2*x*y - 1/1000", ""),
]


def is_proved(text: str, where: str) -> bool:
    assumptions = parse_assumptions(where)
    scope = Scope(assumptions)
    return prove_nonnegative(to_sympy(parse_tree(text), scope), Facts(assumptions, scope)) is not None


@pytest.mark.parametrize(("text", "where"), TRUE)
def test_means_prove_an_inequality(text: str, where: str) -> None:
    assert is_proved(text, where)


@pytest.mark.parametrize(("text", "where"), FALSE)
def test_the_proof_half_alone_proves_no_false_one(text: str, where: str) -> None:
    assert not is_proved(text, where)


def polynomial(random: Random) -> tuple[list[tuple[tuple[int, ...], Fraction]], ...]:
    def terms(count: int, most: int) -> list[tuple[tuple[int, ...], Fraction]]:
        powers = {(random.randrange(4), random.randrange(4)) for _ in range(count)}
        return [(each, Fraction(random.randint(1, most), random.randint(1, 3))) for each in sorted(powers)]

    return terms(random.randint(2, 6), 6), terms(random.randint(1, 3), 3)


def test_what_is_covered_is_negative_nowhere() -> None:
    random, covered = Random(1), 0
    values = [Fraction(n, d) for n in (0, 1, 2, 3, 7, 50) for d in (1, 4)]
    for _ in range(250):
        positive, negative = polynomial(random)
        if not is_covered(positive, negative):
            continue
        covered += 1
        for point in ((x, y) for x in values for y in values):
            above, below = (
                sum(c * prod(v**p for v, p in zip(point, powers, strict=True)) for powers, c in part)
                for part in (positive, negative)
            )
            assert above >= below
    assert covered > 5


def test_shares_solve_equations_and_say_where_there_are_none() -> None:
    random, found = Random(2), 0
    for _ in range(60):
        rows = [[Fraction(random.randint(-2, 3)) for _ in range(4)] for _ in range(random.randint(1, 3))]
        inside = [Fraction(random.choice((0, 0, 1, 2))) for _ in range(4)]
        right = [sum((a * y for a, y in zip(row, inside, strict=True)), Fraction(0)) for row in rows]
        known = shares(rows, right)
        assert known is not None
        assert min(known) >= 0
        assert [sum(a * y for a, y in zip(row, known, strict=True)) for row in rows] == right
        found += known != inside
    assert found
    assert shares([[Fraction(1), Fraction(1)], [Fraction(1), Fraction(1)]], [Fraction(1), Fraction(2)]) is None
    assert shares([[Fraction(1), Fraction(2)]], [Fraction(-1)]) is None
