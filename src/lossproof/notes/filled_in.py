"""Numbers put in for letters: ``(p - y) x = (0.8 - 1) \\cdot 2``, an example that claims nothing of the letters."""

from __future__ import annotations

from lossproof.notation.traverse import Part, children, rebuild
from lossproof.notation.tree import Indexed, Name, Node
from lossproof.notes.chain_parts import letters_of


def is_filled_in(general: Node, filled: Node) -> bool:
    """Whether ``filled`` is ``general`` with a number for each letter, the same one wherever it stands.

    A letter alone is none: ``w = 3``, and later ``w = 4``, says two things of the same.
    """
    if isinstance(general, Name | Indexed) or not letters_of(general) or letters_of(filled):
        return False
    return _fits(general, filled, {})


def _fits(general: Part, filled: Part, values: dict[Part, Part]) -> bool:
    if isinstance(general, Name | Indexed):
        return values.setdefault(general, filled) == filled
    if type(general) is not type(filled):
        return False
    inside = list(children(filled))
    if len(inside) != len(list(children(general))) or rebuild(general, inside) != filled:  # type: ignore[type-var]
        return False
    return all(_fits(one, other, values) for one, other in zip(children(general), inside, strict=True))
