"""What is assumed of each quantity, as premises of a lemma.

    0 < yp[m] < 1      forall m : nat, 0 < yp' m        forall m : nat, yp' m < 1
    yt in {0, 1}       yt = 0 \\/ yt = 1
    M integer >= 1     (1 <= M)%nat

A clause that has no words here is left out: what is shown without it holds with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import reduce

from lossproof.export.coq.coq_terms import SUM, NotSaid, Terms, safe
from lossproof.notation import substitute_tree
from lossproof.notation.assumptions import REAL, Assumptions, Domain, FiniteSet, Group, IndexRange, Interval
from lossproof.notation.domains import exact_value
from lossproof.notation.traverse import fresh_name
from lossproof.notation.tree import Binary, Call, Indexed, Name, Node, Number, Reduction
from lossproof.referee.balls import Given

Quantity = tuple[str, int]
LETTERS = "abcdefgh"


def premises(
    quantities: frozenset[Quantity], assumptions: Assumptions, given: tuple[Given, ...], terms: Terms
) -> Iterator[str]:
    """Every clause that speaks of ``quantities``, one premise each."""
    for name, count in sorted(quantities):
        if count:
            places = [Name(f"{safe(name)}'{letter}") for letter in LETTERS[:count]]
            inner = Terms(terms.whole | {place.name for place in places}, terms.functions, terms.bases)
            element: Name | Indexed = Indexed(name, tuple(places))
            bound = f"forall {' '.join(place.name for place in places)} : nat, "
            yield from (bound + clause for clause in clauses(element, assumptions.array(name), inner))
        elif name in terms.whole:
            yield from _whole(Name(name), assumptions.scalar(name), terms)
        else:
            yield from clauses(Name(name), assumptions.scalar(name), terms)
    names = {name for name, _ in quantities}
    for group in assumptions.groups:
        if group.low is not None and group.high is not None:
            (name,) = group.members
            for count in sorted(count for each, count in quantities if each == name and count):
                yield from _over_a_range(name, count, group.kind, group.low, group.high, terms)
        elif names & set(group.members):
            yield from _group(group, terms)
    for each in given:
        bound = f"forall {' '.join(map(safe, each.letters))} : nat, " if each.letters else ""
        inner = Terms(terms.whole | set(each.letters), terms.functions, terms.bases)
        yield from (bound + clause for clause in clauses(each.body, each.domain, inner))


def clauses(value: Node, domain: Domain, terms: Terms) -> Iterator[str]:
    """What a domain says of a real value."""
    with suppress(NotSaid):
        body = terms.real(value, SUM)
        if isinstance(domain, FiniteSet):
            yield " \\/ ".join(f"{body} = {terms.real(Number(each))}" for each in domain.values)
            return
        low_open, high_open = getattr(domain, "low_open", False), getattr(domain, "high_open", False)
        yield from _bounds(domain.low, "<" if low_open else "<=", body, terms, from_below=True)
        yield from _bounds(domain.high, "<" if high_open else "<=", body, terms, from_below=False)
        for other in getattr(domain, "excluded", ()):
            yield f"{body} <> {terms.real(other)}"
        if getattr(domain, "integer", False) and isinstance(value, Name):
            yield f"exists z : Z, {body} = IZR z"


def _bounds(end: Node | None, order: str, body: str, terms: Terms, *, from_below: bool) -> Iterator[str]:
    """Each bound that an end says: the larger of two lower ones is two."""
    if isinstance(end, Call) and end.function in ("Max", "Min"):
        for each in end.arguments:
            yield from _bounds(each, order, body, terms, from_below=from_below)
    elif end is not None:
        with suppress(NotSaid):
            bound = terms.real(end, SUM)
            yield f"{bound} {order} {body}" if from_below else f"{body} {order} {bound}"


def _whole(name: Name, domain: Domain, terms: Terms) -> Iterator[str]:
    """The ends of a size or an index; that it is not negative is its type."""
    if isinstance(domain, FiniteSet):
        return
    strict = (getattr(domain, "low_open", False), getattr(domain, "high_open", False))
    for end, is_open, is_low in ((domain.low, strict[0], True), (domain.high, strict[1], False)):
        if end is None or (is_low and exact_value(end) == 0 and not is_open):
            continue
        with suppress(NotSaid):
            order = "<" if is_open else "<="
            if not is_low and isinstance(end, Binary) and end.operator == "-" and exact_value(end.right) == 1:
                end, order = end.left, "<"
            bound, own = terms.natural(end), terms.natural(name)
            yield f"({bound} {order} {own})%nat" if is_low else f"({own} {order} {bound})%nat"


def _group(group: Group, terms: Terms) -> Iterator[str]:
    """One-hot or simplex quantities that are listed by name."""
    if group.kind == "simplex":
        yield from (f"0 < {safe(name)}" for name in group.members)
        yield f"{' + '.join(map(safe, group.members))} = 1"
        return
    cases = (" /\\ ".join(f"{safe(name)} = {int(name == hot)}" for name in group.members) for hot in group.members)
    yield " \\/ ".join(f"({case})" for case in cases)


def _over_a_range(name: str, count: int, kind: str, low: Node, high: Node, terms: Terms) -> Iterator[str]:
    """``p simplex over 1..K``: every entry is positive and they sum to 1; one-hot: every entry is 0 or 1.

    The last index runs through the range, of each sample where there are more. What lies outside of the range may be
    anything, so it may be what the entries inside are.
    """
    places = [f"{safe(name)}'{letter}" for letter in LETTERS[:count]]
    entry = f"{safe(name, count)} {' '.join(places)}"
    one = f"0 < {entry}" if kind == "simplex" else f"{entry} = 0 \\/ {entry} = 1"
    yield f"forall {' '.join(places)} : nat, {one}"
    others, index = tuple(map(Name, places[:-1])), Name(fresh_name("k", frozenset({name})))
    inner = Terms(terms.whole | set(places), terms.functions, terms.bases)
    with suppress(NotSaid):
        total = inner.real(Reduction("sum", Indexed(name, (*others, index)), index.name, low, high))
        yield (f"forall {' '.join(places[:-1])} : nat, " if others else "") + f"{total} = 1"


def is_whole(name: str, domain: Domain) -> bool:
    """Whether a size or an index is 0 or more: one without a clause is any place in the data, counted from 0."""
    if domain == REAL:
        return True
    low = exact_value(domain.low) if isinstance(domain, IndexRange | Interval) and domain.low is not None else None
    return low is not None and low >= 0


def written_out(node: Node, assumptions: Assumptions) -> Node:
    """``node`` with what the assumptions define put in."""
    return reduce(lambda tree, each: substitute_tree(tree, {each[0]: each[1]}), assumptions.definitions, node)
