"""What a note supposes of sums of its data, as formulas that satisfy it: a vector of length 1 is one over its length.

\\sum_i x_i^2 = c, \\|x\\|^2 = c    x_i = u_i \\sqrt{c} / \\sqrt{\\sum_j u_j^2}
\\sum_i x_i = 0                  x_i = u_i - \\sum_j u_j / n
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from lossproof.notation import to_latex
from lossproof.notation.domains import exact_value
from lossproof.notation.tree import Binary, Call, Indexed, Name, Node, Number, Reduction
from lossproof.notes.chain_parts import ZERO
from lossproof.notes.definitions import Definition

SUPPOSED = re.compile(
    r"\b(?:assum\w*|suppos\w*|let|with|where|for|if|given|such that|subject to|unit|normali[sz]ed|cent(?:er|re)d)\b"
    r"[^.]{0,40}$",
    re.IGNORECASE,
)
"""What the words before a formula say that is no claim."""
_TWO = Number(Fraction(2))
_FREE = "free"
"""What the data that nothing restricts are called behind their name."""


def satisfying(pairs: Iterable[tuple[Node, Node]]) -> Iterator[tuple[Definition, str]]:
    """For each equation that restricts data, what these are then, and the equation."""
    for left, right in pairs:
        if (found := _satisfying(left, right)) is not None:
            yield found, f"{to_latex(left)} = {to_latex(right)}"


def _satisfying(node: Node, value: Node) -> Definition | None:
    if exact_value(value) is None:
        return None
    while True:
        if isinstance(node, Binary) and node.operator == "^" and node.right == _TWO and _is_root(node.left):
            node = node.left.arguments[0]  # type: ignore[attr-defined]
        elif _is_root(node):
            node, value = node.arguments[0], Binary("^", value, _TWO)  # type: ignore[attr-defined]
        else:
            break
    if not isinstance(node, Reduction) or node.kind != "sum":
        return None
    body, index = node.body, Name(node.index)
    if isinstance(body, Binary) and body.operator == "^" and body.right == _TWO and _is_plain(body.left, index):
        return None if value == ZERO else _of_length(body.left.name, value, node)  # type: ignore[attr-defined]
    return _centred(body.name, node) if _is_plain(body, index) and value == ZERO else None  # type: ignore[attr-defined]


def _is_root(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "sqrt"


def _is_plain(node: Node, index: Name) -> bool:
    return isinstance(node, Indexed) and node.indices == (index,)


def _of_length(name: str, value: Node, over: Reduction) -> Definition:
    free, index = f"{name}_{_FREE}", Name(over.index)
    total = Reduction("sum", Binary("^", Indexed(free, (Name("i_free"),)), _TWO), "i_free", over.low, over.high)
    length = Call("sqrt", (total,))
    return Definition(
        name, Binary("/", Binary("*", Indexed(free, (index,)), Call("sqrt", (value,))), length), letters=(over.index,)
    )


def _centred(name: str, over: Reduction) -> Definition:
    free, index = f"{name}_{_FREE}", Name(over.index)
    total = Reduction("sum", Indexed(free, (Name("i_free"),)), "i_free", over.low, over.high)
    return Definition(name, Binary("-", Indexed(free, (index,)), Binary("/", total, over.high)), letters=(over.index,))
