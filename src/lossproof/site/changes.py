"""Which terms of a formula are new: what a step's page marks.

    new_terms(log(yp)*yt, (log(P),))   ->   {log(yp), yt}

A term is new when it stands nowhere in the formulas that the step uses; a factor of a product, or a term of a sum, also
when the product or sum that it has joined did not have it. Reported are the smallest terms that explain the
difference, so that ``-(1/M)*sum(...)`` marks ``1/M`` and not the sum it was put before; a factor or term of
which more than half is new is marked as a whole, and a number is never marked alone inside a new difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lossproof.notation import walk
from lossproof.notation.traverse import Part, children
from lossproof.notation.tree import Binary, Indexed, Node, Number

# A formula of which more than this part is new has nothing in it to point at.
_ALL_NEW = 0.7
_MOSTLY = 0.5
_CHAINS = {"*": frozenset("*"), "+": frozenset("+-"), "-": frozenset("+-")}

# A factor, or a term with its sign.
Operand = tuple[str, Node]


def new_terms(formula: Node, known: Iterable[Node]) -> frozenset[Node]:
    """The smallest terms of ``formula`` that explain what is new against ``known``; empty where nearly all is."""
    known = tuple(known)
    terms = [term for other in known for term in walk(other)]
    # a whole line from above may be what is left of the old, in a product and in a sum
    lines = [(kind, Counter([("", other)])) for other in known for kind in ("product", "sum")]
    chains = lines + [(_kind(term), Counter(operands(term))) for term in terms if isinstance(term, Binary)]
    for mostly in (_MOSTLY, 1.0):
        new = frozenset(_Search(frozenset(terms), chains, mostly).new(formula))
        if _part_of(formula, new) <= _ALL_NEW:
            return new
    return frozenset()


def _kind(term: Binary) -> str:
    return "product" if term.operator == "*" else "sum"


def operands(term: Node) -> list[Operand]:
    """The factors of a product or the terms of a sum, however they are bracketed; the term itself elsewhere."""
    return list(_operands(term, _CHAINS.get(term.operator, frozenset()), "")) if isinstance(term, Binary) else []


def _operands(term: Node, chain: frozenset[str], sign: str) -> Iterator[Operand]:
    if not isinstance(term, Binary) or term.operator not in chain:
        yield sign, term
        return
    yield from _operands(term.left, chain, sign)
    turned = {"": "-", "-": ""}[sign] if term.operator == "-" else sign
    yield from _operands(term.right, chain, turned)


@dataclass(frozen=True)
class _Search:
    """What was there before: every term, and every product and sum by its operands.

    A product is the old one with something more only where the old one is a product: ``n*p`` is not ``n - k`` anew.
    """

    seen: frozenset[Part]
    chains: list[tuple[str, Counter[Operand]]]
    mostly: float

    def new(self, term: Part) -> Iterator[Node]:
        if term in self.seen:
            return
        # an element of data is one thing to the eye: x[m, j] is new, and not its j alone
        below = () if isinstance(term, Indexed) else children(term)
        if isinstance(term, Node) and not any(part in self.seen for child in below for part in walk(child)):
            yield term
            return
        joined = list(self._joined(term))
        inner = joined or [new for child in below for new in self.new(child)]
        # a term with no old part in it is new as a whole, and so is one that is only put together anew
        if isinstance(term, Node) and (not inner or inner == list(below) or _lone_number(term, inner)):
            yield term
        else:
            yield from inner

    def _inside(self, term: Node) -> Iterator[Node]:
        """What is new in an operand; the whole operand where that is most of it."""
        inner = list(self.new(term))
        yield from [term] if inner and _part_of(term, frozenset(inner)) > self.mostly else inner

    def _joined(self, term: Part) -> Iterator[Node]:
        """What is new in a product or sum that keeps some operands of an old one; nothing where none does."""
        if not isinstance(term, Binary):
            return
        own = Counter(operands(term))
        of_its_kind = (own & chain for kind, chain in self.chains if kind == _kind(term))
        kept = max(of_its_kind, key=_weight, default=Counter())
        # a number in common makes no product or sum the same one
        known_again = any(not isinstance(operand, Number) for _, operand in kept)
        for _, operand in (own - kept) if known_again else ():
            yield from [operand] if operand in self.seen else self._inside(operand)


def _weight(kept: Counter[Operand]) -> int:
    return sum(count * _leaves(operand) for (_, operand), count in kept.items())


def _lone_number(term: Node, inner: list[Node]) -> bool:
    """Whether all that is marked in a sum or difference is a number, which says little by itself."""
    is_sum = isinstance(term, Binary) and term.operator in ("+", "-")
    return is_sum and all(isinstance(new, Number) for new in inner)


def _part_of(formula: Part, marked: frozenset[Node]) -> float:
    return sum(_leaves(term) for term in _outermost(formula, marked)) / _leaves(formula)


def _outermost(formula: Part, marked: frozenset[Node]) -> Iterator[Part]:
    if formula in marked:
        yield formula
        return
    for child in children(formula):
        yield from _outermost(child, marked)


def _leaves(formula: Part) -> int:
    return sum(1 for term in walk(formula) if not children(term))
