"""The nearest true bound where a reader's is wrong: `p*(1-p) <= 1/8` holds with 1/4.

What bounds a formula from above is true from the least bound on, so that it can be closed in on: the value at the
counterexample lies below it, steps that double find a bound above it, and between the two are the fractions that
people write, one of which is the first that is not refuted. From below the same is done with the signs turned.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from fractions import Fraction

import sympy as sp

from lossproof.notation import Scope, parse_tree, to_sympy
from lossproof.notation.evaluated import evaluated
from lossproof.notation.tree import Node
from lossproof.referee.verdict import Status, Witness
from lossproof.site.try_it.judged import Claim, judged
from lossproof.site.try_it.reader_question import Asks

LARGEST_DENOMINATOR = 12
MOST_DOUBLINGS = 6
MOST_FRACTIONS = 5_000
ROUNDED = 1_000
"""The value at a counterexample is a decimal, which may be rounded up."""
_ALSO_EQUAL = {Asks.LESS_THAN: Asks.AT_MOST, Asks.MORE_THAN: Asks.AT_LEAST}


@dataclass(frozen=True, slots=True)
class Bound:
    """An inequality one of whose sides is a number: from above, ``sign`` 1, or from below, ``sign`` -1."""

    claim: Claim
    number: Fraction
    on_the_right: bool

    @property
    def sign(self) -> int:
        """1 for ``f <= 1/8`` and ``1/8 >= f``, -1 for bounds from below."""
        return 1 if self.on_the_right == (self.claim.relation in (Asks.AT_MOST, Asks.LESS_THAN)) else -1

    def at(self, height: Fraction) -> Claim:
        """The same bound at another number, which is ``sign * height``."""
        tree = parse_tree(str(self.sign * height))
        return replace(self.claim, right=tree) if self.on_the_right else replace(self.claim, left=tree)

    def bounded(self, witness: Witness) -> Fraction:
        """``sign`` times what the other side is at a counterexample. ValueError where that is no finite number."""
        return self.sign * Fraction(witness.lhs if self.on_the_right else witness.rhs)


def bound_of(claim: Claim) -> Bound | None:
    """The claim as a bound; None where no side of it is a number, or both are."""
    if claim.relation is Asks.EQUAL or claim.relation.varies or claim.right is None:
        return None
    left, right = _number(claim.left), _number(claim.right)
    if (left is None) == (right is None):
        return None
    return Bound(claim, right if right is not None else left or Fraction(0), right is not None)


def nearest_bound(bound: Bound) -> Claim | None:
    """The claim at the nearest true bound among fractions of small denominators, if it is proved; None if there is
    none, or none that the referee can prove. Where it is touched, ``<`` becomes ``<=``.
    """
    touching = replace(bound, claim=replace(bound.claim, relation=_also_equal(bound.claim.relation)))
    height = _least_height(touching)
    if height is None:
        return None
    claims = (each.at(height) for each in (bound, touching))
    return next((each for each in claims if judged(each).verdict.status is Status.PROVED), None)


def is_tight(claim: Claim) -> bool:
    """Whether a number that is a bound cannot be a hundredth nearer; so that ``p*(1-p) <= 1`` is no answer."""
    bound = bound_of(claim)
    if bound is None:
        return True
    height = bound.sign * bound.number
    return _witness(bound, height - max(abs(height), Fraction(1)) / 100) is not None


def _least_height(bound: Bound) -> Fraction | None:
    """The least height among fractions that people write at which no counterexample is found."""
    first = _witness(bound, bound.sign * bound.number)
    try:
        low = None if first is None else bound.bounded(first)
    except ValueError:
        return None
    if low is None:
        return None
    step = low - bound.sign * bound.number
    high = _above(bound, low, step)
    heights = _fractions(low - step / ROUNDED, high) if high is not None else []
    place = bisect_left(heights, True, key=lambda height: _witness(bound, height) is None)
    return heights[place] if place < len(heights) else None


def _above(bound: Bound, low: Fraction, step: Fraction) -> Fraction | None:
    """A height without a counterexample, at steps above ``low`` that double."""
    steps = (low + step * 2**doubling for doubling in range(MOST_DOUBLINGS))
    return next((height for height in steps if _witness(bound, height) is None), None)


def _fractions(low: Fraction, high: Fraction) -> list[Fraction]:
    """Those of small denominators from ``low`` to one above ``high``; of wide stretches only the whole numbers."""
    wide = (high - low) * LARGEST_DENOMINATOR**2 > MOST_FRACTIONS
    largest = 1 if wide else LARGEST_DENOMINATOR
    found = {
        Fraction(numerator, denominator)
        for denominator in range(1, largest + 1)
        for numerator in range(math.ceil(low * denominator), math.ceil(high * denominator) + 1)
    }
    return sorted(found) if len(found) <= MOST_FRACTIONS else []


def _witness(bound: Bound, height: Fraction) -> Witness | None:
    return judged(bound.at(height)).verdict.witness


def _also_equal(relation: Asks) -> Asks:
    return _ALSO_EQUAL.get(relation, relation)


def _number(side: Node) -> Fraction | None:
    try:
        found = evaluated(to_sympy(side, Scope()))
    except (ValueError, TypeError):
        return None
    return Fraction(found.p, found.q) if isinstance(found, sp.Rational) else None
