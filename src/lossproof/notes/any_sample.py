"""What a note says of any one sample, ``\\hat y = \\sigma(w^\\top x + b)``, beside the samples it counts, ``x^{(i)}``.

x, x_j          the sample, its components               x[l], x[j]
x^{(i)}, x_j^{(i)}    the i-th sample, its components    x[i, l], x[i, j]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeGuard

from lossproof.notation import walk
from lossproof.notation.tex.dimensions import Sizes
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import Indexed, Name, Node

LETTER = "i"
_COUNTED = frozenset((Name(letter),) for letter in "imn")


def samples_of(nodes: Iterable[Node], vectors: frozenset[str], sizes: Sizes) -> dict[str, int]:
    """The names that vary from sample to sample, with how many indices they have where the sample is named.

    None where no vector of the text stands both with and without the index of a sample.
    """
    ranks: dict[str, set[int]] = defaultdict(set)
    counted: set[str] = set()
    for part in (part for node in nodes for part in walk(node)):
        if isinstance(part, Name | Indexed):
            ranks[part.name].add(_rank(part))
            if isinstance(part, Indexed) and part.indices[:1] in _COUNTED:
                counted.add(part.name)
    both = [name for name in sorted(counted & vectors) if {1, 2} <= ranks[name]]
    if not both:
        return {}
    full = {name: max(ranks[name]) for name in counted}
    return {name: rank for name, rank in full.items() if any(sizes.share(name, -rank, vector, -2) for vector in both)}


def is_of_any(nodes: Sequence[Node], samples: Mapping[str, int]) -> bool:
    """Whether a chain says what something of a sample is, and nowhere of which sample."""
    found = [part for node in nodes for part in walk(node) if _varies(part, samples)]
    return nodes[0] in found and all(_rank(part) == samples[part.name] - 1 for part in found)


def _varies(part: Any, samples: Mapping[str, int]) -> TypeGuard[Name | Indexed]:
    return isinstance(part, Name | Indexed) and part.name in samples


def _rank(part: Name | Indexed) -> int:
    return len(part.indices) if isinstance(part, Indexed) else 0


def of_sample(node: Any, samples: Mapping[str, int]) -> Any:
    """``node`` for the sample that `LETTER` counts."""
    node = rebuild(node, [of_sample(child, samples) for child in children(node)])
    if not _varies(node, samples) or _rank(node) != samples[node.name] - 1:
        return node
    indices = node.indices if isinstance(node, Indexed) else ()
    return Indexed(node.name, (Name(LETTER), *indices))
