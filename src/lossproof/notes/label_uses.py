"""Which quantities a note uses as labels: what weighs the logarithms of probabilities, or stands in their exponents.

y log p + (1-y) log(1-p)     p^y (1-p)^(1-y)     log(y p + 1 - y)     y is 0 or 1
sum_k t_k log p_k            prod_k p_k^(t_k)    the t_k are one-hot

Nothing else may be taken for a label: a weight or a feature is any real number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from lossproof.functions.table import FUNCTIONS
from lossproof.notation import walk
from lossproof.notation.traverse import Part, children
from lossproof.notation.tree import Binary, Call, Indexed, Name, Negative, Node, Number
from lossproof.notes.smoothed import mixed_label

ONE = Number(Fraction(1))
LOGARITHMS = frozenset({"log", "ln", "log1p", "logsumexp", "softplus", "lognormcdf"})
LABELS = frozenset({"y", "t", "x", "r", "Y", "T", "yt", "label", "target", "y_true", "ytrue"})
WEIGHTS = frozenset({"w", "W", "theta", "beta"})
FEATURES = frozenset({"x", "X"})


@dataclass(frozen=True, slots=True)
class Uses:
    """The names used as labels in {0,1}, and as labels of classes, which are one-hot; what logarithms are taken of."""

    binary: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    positive: frozenset[str] = frozenset()

    def __or__(self, other: Uses) -> Uses:
        binary = self.binary | other.binary
        return Uses(binary, (self.classes | other.classes) - binary, self.positive | other.positive)


def label_uses(nodes: Iterable[Node]) -> Uses:
    """What the formulas ``nodes`` use as labels."""
    parts = [part for node in nodes for part in walk(node)]
    weighing = [node for part in parts for node in _weighing(part)]
    spread = {name for part in parts for name in _under_logarithms(part)}
    binary = {name for node in weighing if (name := _complemented(node)) is not None} - WEIGHTS
    chosen = {name for part in parts for name in _choosing(part)} & LABELS
    binary = (binary | chosen) - spread
    arguments = {inner.name for part in parts for inner in _arguments(part)}
    alone = {node.name for node in weighing if isinstance(node, Indexed)}
    mixed = {label.name for node in weighing if (label := mixed_label(node)) is not None}
    alone |= mixed & (LABELS - FEATURES)
    positive = frozenset(name for part in parts if (name := _alone_in_logarithm(part)) is not None)
    return Uses(frozenset(binary), frozenset(alone - binary - arguments - WEIGHTS - FEATURES), positive)


def _alone_in_logarithm(part: Part) -> str | None:
    """``c`` of ``log c``, which has a value where c is positive."""
    if not isinstance(part, Call) or part.function not in {"log", "ln"}:
        return None
    inside = part.arguments[0]
    return inside.name if isinstance(inside, Name | Indexed) else None


def _complemented(node: Node) -> str | None:
    """The name of ``y`` where the formula is ``1 - y``."""
    if isinstance(node, Binary) and node.operator == "-" and node.left == ONE:
        return node.right.name if isinstance(node.right, Name | Indexed) else None
    return None


def _weighing(part: Part) -> Iterator[Node]:
    """The factors beside a logarithm, and the exponents: of a letter alone, ``n`` of ``a^n`` is a count."""
    if isinstance(part, Binary) and part.operator == "^":
        if not isinstance(part.left, Number | Name) or _complemented(part.right) is not None:
            yield part.right
    elif isinstance(part, Binary) and part.operator == "*":
        factors = list(plain_factors(part))
        if any(_holds_logarithm(factor) for factor in factors):
            yield from factors


def _choosing(part: Part) -> Iterator[str]:
    """``y`` of ``log(y p + 1 - y)``, where it chooses between two probabilities."""
    if isinstance(part, Call) and part.function in {"log", "ln"}:
        other = {node.name for inner in walk(part) for node in complements(inner)}
        factors = (factor for inner in walk(part) if isinstance(inner, Node) for factor in plain_factors(inner))
        yield from other & {factor.name for factor in factors if isinstance(factor, Name | Indexed)}


def _under_logarithms(part: Part) -> Iterator[str]:
    """``p`` of ``log(p/q)`` and ``log(1 - p)``: a probability that need be neither 0 nor 1."""
    if isinstance(part, Call) and part.function in {"log", "ln"}:
        for factor in factors_of(part.arguments[0]):
            name = factor.name if isinstance(factor, Name | Indexed) else _complemented(factor)
            if name is not None:
                yield name


def factors_of(node: Node) -> Iterator[Node]:
    """The factors of a product, those below a fraction too."""
    if isinstance(node, Binary) and node.operator in "*/":
        yield from factors_of(node.left)
        yield from factors_of(node.right)
    else:
        yield node


def _holds_logarithm(factor: Node) -> bool:
    return any(isinstance(part, Call) and part.function in LOGARITHMS for part in walk(factor))


def plain_factors(node: Node) -> Iterator[Node]:
    """The factors of a product, signs left out."""
    while isinstance(node, Negative):
        node = node.operand
    if isinstance(node, Binary) and node.operator == "*":
        yield from plain_factors(node.left)
        yield from plain_factors(node.right)
    else:
        yield node


def complements(node: Part) -> Iterator[Name | Indexed]:
    """``p`` of every ``1 - p`` in a formula, that in ``a + 1 - p`` too."""
    for part in _outside_of_exponents(node):
        if isinstance(part, Binary) and part.operator == "-" and isinstance(part.right, Name | Indexed):
            left = part.left
            while isinstance(left, Binary) and left.operator in "+-" and left.right != ONE:
                left = left.left
            if left == ONE or (isinstance(left, Binary) and left.operator == "+" and left.right == ONE):
                yield part.right


def _outside_of_exponents(node: Part) -> Iterator[Part]:
    """The parts of a formula, those in exponents left out."""
    yield node
    inside = children(node)[:1] if isinstance(node, Binary) and node.operator == "^" else children(node)
    for child in inside:
        yield from _outside_of_exponents(child)


def _arguments(part: Part) -> Iterator[Indexed]:
    """The data that functions are taken of, those in exponents left out."""
    if isinstance(part, Call) and part.function in FUNCTIONS:
        exponents = {inner.right for inner in walk(part) if isinstance(inner, Binary) and inner.operator == "^"}
        yield from (inner for inner in walk(part) if isinstance(inner, Indexed) and inner not in exponents)
