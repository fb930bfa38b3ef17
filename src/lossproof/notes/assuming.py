"""What may be assumed of the quantities in a claim: what the note says, what formulas need, what goes unsaid.

said        y in {0,1}, 0 < p < 1, i = 1, ..., n, a comment, --where
needed      the end of a sum is a whole number, x! asks for one, a free index lies in its range
unsaid      a scale is positive, p and 1-p inside logarithms, labels in {0,1}, one-hot labels
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from lossproof.errors import RejectedText
from lossproof.notation import assumptions_text, data_names, free_names, parse_assumptions, walk
from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, Group, IndexRange, Interval, Tie
from lossproof.notation.domains import combine
from lossproof.notation.tex.atom_looks import USUAL_INDICES
from lossproof.notation.tex.dimensions import Sizes
from lossproof.notation.traverse import Part, children
from lossproof.notation.tree import (
    Binary,
    Call,
    Comparison,
    Derivative,
    Indexed,
    Name,
    Node,
    Number,
    Reduction,
)
from lossproof.notes.label_uses import LABELS, Uses, complements, label_uses, plain_factors
from lossproof.notes.smoothed import mixed_label

ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))
POSITIVE = Interval(low=ZERO, low_open=True)
UNIT = Interval(ZERO, ONE, True, True)
LABEL = FiniteSet((Fraction(0), Fraction(1)))
COUNT = Interval(low=ZERO, integer=True)
SCALES = ("sigma", "tau", "s", "scale", "std")


@dataclass(frozen=True, slots=True)
class Claim:
    """Two sides with every name put in, and everything in them."""

    left: Node
    right: Node

    @property
    def parts(self) -> list[Part]:
        return [*walk(self.left), *walk(self.right)]

    @property
    def names(self) -> frozenset[str]:
        return free_names(self.left) | free_names(self.right)

    @property
    def data(self) -> frozenset[str]:
        return data_names(self.left) | data_names(self.right)


def said(clauses: Sequence[str]) -> Assumptions:
    """The clauses that can hold together, the earlier ones first; one that contradicts them is left out."""
    kept: list[str] = []
    for clause in clauses:
        try:
            parse_assumptions("; ".join([*kept, clause]))
        except RejectedText:
            continue
        kept.append(clause)
    return parse_assumptions("; ".join(kept))


def about(assumptions: Assumptions, claim: Claim) -> Assumptions:
    """What is said of the quantities of one claim: a clause on y holds for the y_i too, and the other way round."""
    names, data = claim.names, claim.data
    ends = {name for held in assumptions.scalars.values() for name in _names_of(held)} | set(names)
    scalars = {name: held for name, held in assumptions.scalars.items() if name in ends and not _is_of(held, names)}
    arrays = {name: held for name, held in assumptions.arrays.items() if name in data}
    for name in data - set(arrays):
        if name in assumptions.scalars:
            arrays[name] = assumptions.scalars[name]
    for name in names - set(scalars):
        if name in assumptions.arrays:
            scalars[name] = assumptions.arrays[name]
    groups = tuple(group for group in assumptions.groups if set(group.members) <= (data | names))
    places = _places(claim)
    letters = {name: tuple("ijkl"[: places[name]]) for name in arrays}
    return replace(
        assumptions, scalars=scalars, arrays=arrays, groups=groups, definitions=(), formulas=(), letters=letters
    )


def _is_of(domain: Domain, names: frozenset[str]) -> bool:
    """Whether a domain says ``i = j`` of a j that the claim does not hold: then it says nothing of the claim."""
    return isinstance(domain, IndexRange) and domain.low == domain.high and not _names_of(domain) <= names


def _names_of(domain: Domain) -> frozenset[str]:
    if isinstance(domain, FiniteSet):
        return frozenset()
    ends = [end for end in (domain.low, domain.high) if end is not None]
    return frozenset[str]().union(*map(free_names, ends))


def _places(claim: Claim) -> dict[str, int]:
    return {part.name: len(part.indices) for part in claim.parts if isinstance(part, Indexed)}


def needed(assumptions: Assumptions, claim: Claim, sizes: Sizes, positive: frozenset[str]) -> Assumptions:
    """``assumptions`` with what the formulas themselves ask for; the note takes logarithms of ``positive``."""
    for node in sorted({part for part in claim.parts if isinstance(part, Name | Indexed)}, key=str):
        if node.name in positive and not _is_said(assumptions, node):
            assumptions = with_domain(assumptions, node, POSITIVE, claim)
    for name in sorted(_sizes(claim)):
        assumptions = with_scalar(assumptions, name, Interval(low=ONE, integer=True))
    for part in claim.parts:
        if isinstance(part, Call) and part.function == "factorial":
            assumptions = with_domain(assumptions, part.arguments[0], COUNT, claim)
        if isinstance(part, Call) and part.function == "binomial":
            n, k = part.arguments
            assumptions = with_domain(assumptions, n, COUNT, claim)
            assumptions = with_domain(assumptions, k, Interval(ZERO, n, integer=True), claim)
    for letter, low, high in _free_indices(claim, sizes):
        assumptions = with_scalar(assumptions, letter, IndexRange(low, high))
    return assumptions


def _sizes(claim: Claim) -> set[str]:
    ends = [end for part in claim.parts if isinstance(part, Reduction) for end in (part.low, part.high)]
    return {part.name for end in ends for part in walk(end) if isinstance(part, Name)} & claim.names


def _free_indices(claim: Claim, sizes: Sizes) -> Iterator[tuple[str, Node, Node]]:
    seen: set[str] = set()
    summed = _summed(claim)
    for part in claim.parts:
        if not isinstance(part, Indexed):
            continue
        for position, index in enumerate(part.indices, -len(part.indices)):
            if isinstance(index, Name) and index.name in claim.names and index.name not in seen:
                seen.add(index.name)
                low, high = summed.get((part.name, position)) or sizes.range_of(part.name, position, index.name)
                if index.name not in free_names(low) | free_names(high):
                    yield index.name, low, high


def _summed(claim: Claim) -> dict[tuple[str, int], tuple[Node, Node]]:
    """The range over which some sum of the claim runs through an index of data."""
    found: dict[tuple[str, int], tuple[Node, Node]] = {}
    for part in claim.parts:
        if isinstance(part, Reduction):
            for inner in walk(part.body):
                if isinstance(inner, Indexed) and Name(part.index) in inner.indices:
                    position = inner.indices.index(Name(part.index)) - len(inner.indices)
                    found.setdefault((inner.name, position), (part.low, part.high))
    return found


def with_scalar(assumptions: Assumptions, name: str, domain: Domain) -> Assumptions:
    """``assumptions`` with one more domain where it does not contradict what is there."""
    held = assumptions.scalars.get(name)
    try:
        combined = domain if held is None else combine(held, domain)
    except RejectedText:
        return assumptions
    return replace(assumptions, scalars={**assumptions.scalars, name: combined})


def with_domain(assumptions: Assumptions, node: Node, domain: Domain, claim: Claim) -> Assumptions:
    """The same for what is a name or an element; anything else stays as it is."""
    if isinstance(node, Name):
        return with_scalar(assumptions, node.name, domain)
    if not isinstance(node, Indexed):
        return assumptions
    held = assumptions.arrays.get(node.name)
    try:
        combined = domain if held is None else combine(held, domain)
    except RejectedText:
        return assumptions
    letters = {**assumptions.letters, node.name: tuple("ijkl"[: len(node.indices)])}
    return replace(assumptions, arrays={**assumptions.arrays, node.name: combined}, letters=letters)


def unsaid(assumptions: Assumptions, claim: Claim, sizes: Sizes, uses: Uses) -> Iterator[Assumptions]:
    """``assumptions``, then with ever more of what notes usually leave unsaid; ``uses`` are those of the note."""
    given = assumptions
    here = label_uses((claim.left, claim.right))
    uses |= here
    for assumptions in usual_domains(given, claim, uses):
        yield assumptions
    for node in _possible_labels(claim, uses):
        if not _is_said(given, node):
            yield _with_label(assumptions, node)
    # A letter that is a label of two classes in one section of a note may be one of many in another.
    for group in _one_hot(claim, sizes, uses.classes | here.classes):
        name = group.members[0]
        if not _is_said(given, Indexed(name, ())) and name not in {
            name for held in assumptions.groups for name in held.members
        }:
            yield replace(_without_label(assumptions, name), groups=(*assumptions.groups, group))


def inside_of_domain(assumptions: Assumptions, claim: Claim) -> Assumptions | None:
    """With what the logarithms of the claim are taken of, where it is a sum of several things, as positive."""
    bound = {part.index for part in claim.parts if isinstance(part, Reduction)}
    found = dict.fromkeys(
        part.arguments[0]
        for part in claim.parts
        if isinstance(part, Call) and part.function in {"log", "ln"} and isinstance(part.arguments[0], Binary)
    )
    ties = tuple(Tie(node, ">", ZERO) for node in found if node.operator in "+-" and not free_names(node) & bound)
    return replace(assumptions, ties=(*assumptions.ties, *ties)) if ties else None


def usual_domains(given: Assumptions, claim: Claim, uses: Uses) -> list[Assumptions]:
    """``given``, then with ever more domains: of scales, bases, probabilities, labels; the last one has all of them."""
    ladder = [given]
    for found in (_scales(claim), _bases(claim), _probabilities(claim), _labels(claim, uses)):
        assumptions = ladder[-1]
        for node, domain in found:
            if not _is_said(given, node):
                assumptions = with_domain(assumptions, node, domain, claim)
        if assumptions != ladder[-1]:
            ladder.append(assumptions)
    return ladder


def outside_of_sums(assumptions: Assumptions, claim: Claim) -> Iterator[tuple[str, Assumptions]]:
    """With the element ``u_o`` of data as none of the ``u_k`` that a sum runs over."""
    sums = {(part.low, part.high) for part in claim.parts if isinstance(part, Reduction)}
    indices = {index for part in claim.parts if isinstance(part, Indexed) for index in part.indices}
    for name in sorted({index.name for index in indices if isinstance(index, Name)} & claim.names - USUAL_INDICES):
        held = assumptions.scalars.get(name)
        if isinstance(held, IndexRange) and (held.low, held.high) in sums:
            below = Binary("-", held.low, ONE)
            apart = IndexRange(below, below)
            yield name, replace(assumptions, scalars={**assumptions.scalars, name: apart})


def _is_said(assumptions: Assumptions, node: Node) -> bool:
    held = assumptions.scalars if isinstance(node, Name) else assumptions.arrays
    domain = held.get(node.name) if isinstance(node, Name | Indexed) else None
    ends = (domain.low, domain.high) if isinstance(domain, Interval) else ()
    return domain is not None and (not ends or ends.count(None) != 1)


def _with_label(assumptions: Assumptions, node: Name | Indexed) -> Assumptions:
    if isinstance(node, Name):
        return replace(assumptions, scalars={**assumptions.scalars, node.name: LABEL})
    letters = {**assumptions.letters, node.name: tuple("ijkl"[: len(node.indices)])}
    return replace(assumptions, arrays={**assumptions.arrays, node.name: LABEL}, letters=letters)


def _without_label(assumptions: Assumptions, name: str) -> Assumptions:
    return replace(assumptions, arrays={key: held for key, held in assumptions.arrays.items() if key != name})


def _quantities(node: Part) -> Iterator[Name | Indexed]:
    """The names and elements in a formula, those inside index brackets left out."""
    if isinstance(node, Name | Indexed):
        yield node
        return
    for child in children(node):
        yield from _quantities(child)


def _scales(claim: Claim) -> list[tuple[Node, Domain]]:
    """A standard deviation is positive, and so is what an absolute value is compared with."""
    found = {part for side in (claim.left, claim.right) for part in _quantities(side) if is_scale(part.name)}
    for part in claim.parts:
        if isinstance(part, Comparison) and isinstance(part.left, Call) and part.left.function == "Abs":
            found |= set(_quantities(part.right))
    return [(part, POSITIVE) for part in sorted(found, key=str)]


def is_scale(name: str) -> bool:
    return name.rstrip("0123456789").split("_")[0] in SCALES


def _inside(claim: Claim) -> Iterator[Node]:
    """What stands inside logarithms, below fractions and below powers that are no numbers."""
    for part in claim.parts:
        if isinstance(part, Call) and part.function in {"log", "ln"}:
            yield part.arguments[0]
        elif isinstance(part, Binary) and part.operator == "/":
            yield part.right
        elif isinstance(part, Binary) and part.operator == "^" and not isinstance(part.right, Number):
            yield part.left


def _bases(claim: Claim) -> list[tuple[Node, Domain]]:
    """What a logarithm, a root or a power stands on is positive."""
    found = set()
    for part in claim.parts:
        base: Node | None = None
        if isinstance(part, Call) and part.function in {"log", "ln", "sqrt", "loggamma", "gamma", "digamma"}:
            base = part.arguments[0]
        elif isinstance(part, Binary) and part.operator == "^" and not isinstance(part.right, Number):
            base = part.left
        if base is not None:
            found |= set(_factors(base))
    return [(node, POSITIVE) for node in sorted(found, key=str)]


def _factors(node: Node) -> Iterator[Name | Indexed]:
    if isinstance(node, Name | Indexed):
        yield node
    elif isinstance(node, Binary) and node.operator in "*/^":
        yield from _factors(node.left)
        if node.operator in "*/":
            yield from _factors(node.right)


def _probabilities(claim: Claim) -> list[tuple[Node, Domain]]:
    """``p`` where ``1 - p`` stands inside a logarithm, below a fraction or below a power."""
    found = {node for inner in _inside(claim) for node in complements(inner)}
    for part in claim.parts:
        if isinstance(part, Call) and part.function == "logit":
            found |= set(_factors(part.arguments[0]))
    return [(node, UNIT) for node in sorted(found, key=str)]


def _labels(claim: Claim, uses: Uses) -> list[tuple[Node, Domain]]:
    """Labels ``y`` where ``y`` and ``1 - y`` are factors or exponents."""
    inside = {node for inner in _inside(claim) for node in _quantities(inner)}
    found = {node for part in claim.parts if isinstance(part, Node) for node in complements(part)}
    exponents = {
        node
        for part in claim.parts
        if isinstance(part, Binary) and part.operator == "^"
        for node in _quantities(part.right)
    }
    chosen = {node for node in found if node.name in uses.binary and (node not in inside or node in exponents)}
    return [(node, LABEL) for node in sorted(chosen, key=str)]


def _possible_labels(claim: Claim, uses: Uses) -> list[Name | Indexed]:
    """Labels that are called so and stand beside their complement anywhere."""
    found = {node for part in claim.parts if isinstance(part, Node) for node in complements(part)}
    return sorted((node for node in found if node.name in uses.binary & LABELS), key=str)


def _one_hot(claim: Claim, sizes: Sizes, classes: frozenset[str]) -> Iterator[Group]:
    """Labels of classes: data of one index, outside of functions and products, that a sum adds up or weighs with."""
    inside = {
        node.name
        for part in claim.parts
        if isinstance(part, Call)
        for node in _quantities(part)
        if isinstance(node, Indexed)
    }
    varied = {part.variable.name for part in claim.parts if isinstance(part, Derivative)}
    if any(isinstance(part, Reduction) and part.kind == "prod" for part in claim.parts):
        return
    names = {name for part in claim.parts if isinstance(part, Reduction) for name in _weights(part)}
    summed = _summed(claim)
    for name in sorted((names & classes) - inside - varied):
        low, high = summed.get((name, -1)) or sizes.range_of(name, -1, "k")
        yield Group("one-hot", (name,), low, high)


def _weights(part: Reduction) -> Iterator[str]:
    """The data whose sum a reduction is, or that are a factor beside a logarithm or a fraction in it."""
    last = (Name(part.index),)
    if isinstance(part.body, Indexed) and part.body.indices[-1:] == last:
        yield part.body.name
    factors = [mixed_label(factor) or factor for factor in plain_factors(part.body)]
    if len(factors) == 1 and isinstance(factors[0], Indexed) and factors[0].indices[-1:] == last:
        yield factors[0].name  # (1 - a) y_k + a / K
    others = [node for node in factors if not isinstance(node, Indexed)]
    if others:
        yield from (node.name for node in factors if isinstance(node, Indexed) and node.indices[-1:] == last)


def clauses_between(before: Assumptions, after: Assumptions) -> tuple[str, ...]:
    """What ``after`` says and ``before`` does not."""
    known = set(assumptions_text(before))
    return tuple(clause for clause in assumptions_text(after) if clause not in known)
