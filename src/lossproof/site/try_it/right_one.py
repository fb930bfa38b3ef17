"""What would have been right, one change away from a refuted claim that is no equation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

from lossproof.errors import LossproofError
from lossproof.notation.tree import Negative
from lossproof.referee.steps.mutants import mutants
from lossproof.referee.verdict import Status
from lossproof.site.try_it.judged import ORDERS, Claim, judged
from lossproof.site.try_it.nearest_bound import bound_of, is_tight, nearest_bound
from lossproof.site.try_it.reader_question import Asks

MOST_TRIED = 40


def right_one(claim: Claim) -> Claim | None:
    """The first of the claims near to this one that is proved; of bounds the nearest, and none that is far off."""
    return next((each for each in nearest(claim) if _is_proved(each) and is_tight(each)), None)


def nearest(claim: Claim) -> Iterator[Claim]:
    """Claims one change away from an inequality, from convexity or from a common optimum; the likeliest come first."""
    if claim.relation is Asks.CONVEX:
        turned = claim.left.operand if isinstance(claim.left, Negative) else Negative(claim.left)
        yield replace(claim, left=turned, right=None)
        return
    if claim.relation in ORDERS:
        yield from (replace(claim, relation=other) for other in ORDERS if other is not claim.relation)
    bound = bound_of(claim)
    if bound is not None and (found := nearest_bound(bound)) is not None:
        yield found
    yield from _slips(claim)


def _slips(claim: Claim) -> Iterator[Claim]:
    assert claim.right is not None
    right = (replace(claim, right=mutant.tree) for mutant in islice(mutants(claim.right), MOST_TRIED))
    left = (replace(claim, left=mutant.tree) for mutant in islice(mutants(claim.left), MOST_TRIED))
    yield from (each for each in chain(right, left) if each.left != each.right)


def _is_proved(claim: Claim) -> bool:
    try:
        return judged(claim).verdict.status is Status.PROVED
    except (LossproofError, ValueError):
        return False
