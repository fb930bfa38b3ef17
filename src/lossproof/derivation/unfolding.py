"""What the names in a formula stand for: ``L``, ``yp``, ``u[m]`` replaced by what earlier steps said they are.

diff(ce, u)   with   ce = -log(yp),  yp = expit(u)   is   diff(-log(expit(u)), u)
"""

from __future__ import annotations

from collections.abc import Iterable

from lossproof.derivation.step import Definition
from lossproof.errors import DerivationError
from lossproof.notation import free_names, substitute_tree, walk
from lossproof.notation.assumptions import Assumptions, FiniteSet, IndexRange
from lossproof.notation.tree import Derivative, Indexed, Name, Node

Quantity = tuple[str, int]  # a name and its number of indices: u, u[k] and u[m, k] are three quantities


def unfold(node: Node, definitions: Iterable[Definition], keep: frozenset[Quantity] = frozenset()) -> Node:
    """``node`` with every defined name replaced, also inside what replaces it; bound indices never capture.

    ``keep`` names quantities that stay as they are: what a derivative is taken by.
    """
    replaced = [each for each in definitions if quantity(each.symbol) not in keep]
    table: dict[Name | Indexed | str, Node] = {each.symbol: each.body for each in replaced}
    for _ in range(len(table) + 1):
        unfolded = substitute_tree(node, table)
        if unfolded == node:
            return node
        node = unfolded
    names = ", ".join(each.symbol.name for each in replaced)
    raise DerivationError(f"The definitions of {names} go round in a circle.")


def quantity(symbol: Name | Indexed) -> Quantity:
    """The name of a symbol, and how many indices it has."""
    return symbol.name, len(symbol.indices) if isinstance(symbol, Indexed) else 0


def quantities(node: Node) -> frozenset[Quantity]:
    """Every quantity that occurs freely in ``node``."""
    data = (quantity(part) for part in walk(node) if isinstance(part, Indexed))
    return frozenset({(name, 0) for name in free_names(node)}).union(data)


def has_finitely_many(quantity: Quantity, assumptions: Assumptions) -> bool:
    """Whether the assumptions leave ``quantity`` finitely many values: a set, an index range, a one-hot vector."""
    name, indices = quantity
    domain = assumptions.array(name) if indices else assumptions.scalar(name)
    one_hot = any(group.kind == "one-hot" and name in group.members for group in assumptions.groups)
    return one_hot or isinstance(domain, FiniteSet | IndexRange)


def differentiated(node: Node) -> frozenset[Quantity]:
    """The quantities that a derivative somewhere in ``node`` is taken by."""
    return frozenset(quantity(part.variable) for part in walk(node) if isinstance(part, Derivative))
