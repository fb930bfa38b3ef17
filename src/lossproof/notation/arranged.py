"""Terms and factors in an order that does not depend on names, for formulas whose order SymPy chose by names.

    b + a*x  and  z + y*c        the same order of the terms in both, since both are one name and a product of two

Names are told apart by where they stand, again and again until nothing more is told apart; of names that are left alike
each is tried as the first, and the arrangement that reads least is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import groupby
from typing import Any

from lossproof.notation.assumptions import Assumptions
from lossproof.notation.renaming import names_assumed, names_written
from lossproof.notation.traverse import Part, children, rebuild
from lossproof.notation.tree import (
    Binary,
    Call,
    Comparison,
    Constant,
    Indexed,
    Junction,
    Name,
    Negative,
    Node,
    Number,
    Reduction,
    Total,
)

Places = Mapping[str, int]
"""For each name the number of its class: names of one class stand alike, as far as is known."""

_COMMUTE = ("Max", "Min", "delta", "logsumexp")
_MOST_TRIED = 24
_SIGNS = {"+": 1, "-": -1}


def arranged(sides: Sequence[Node], assumptions: Assumptions) -> tuple[Node, ...]:
    """The sides with their terms and factors arranged; what the clauses say first comes first."""
    said = {name: place for place, name in enumerate(names_assumed(assumptions))}
    names = list(dict.fromkeys((*names_written(*sides), *said)))
    places = _refined({name: said.get(name, -1) for name in names}, sides)
    _, best = min(_settled(places, sides, [_MOST_TRIED]), key=lambda found: found[0])
    return tuple(_arranged(side, best)[1] for side in sides)


def _settled(places: Places, sides: Sequence[Node], left: list[int]) -> list[tuple[str, Places]]:
    """Every way to tell names apart that are alike, with how the sides read then; as many as may be tried."""
    classes = groupby(sorted(places, key=places.__getitem__), places.__getitem__)
    alike = next((found for _, group in classes if len(found := list(group)) > 1), None)
    if alike is None:
        left[0] -= 1
        return [(_text(sides, places), places)]
    ways: list[tuple[str, Places]] = []
    for first in alike:
        if left[0] > 0:
            told = {name: 2 * place + (place == places[first] and name != first) for name, place in places.items()}
            ways += _settled(_refined(told, sides), sides, left)
    return ways


def _refined(places: Places, sides: Sequence[Node]) -> Places:
    """The names told apart by where they stand among the others."""
    while True:
        seen = {name: (place, _text(sides, {**places, name: -2})) for name, place in places.items()}
        order = {key: number for number, key in enumerate(sorted(set(seen.values())))}
        finer = {name: order[key] for name, key in seen.items()}
        if len(order) == len(set(places.values())):
            return finer
        places = finer


def _text(sides: Sequence[Node], places: Places) -> str:
    return " = ".join(_arranged(side, places)[0] for side in sides)


def _arranged(part: Any, places: Places) -> tuple[str, Any]:
    """How a formula reads with numbers for its names, and the formula with its parts in the order of that."""
    match part:
        case Name(name):
            return f"n{places[name]}", part
        case Number(value):
            return str(value), part
        case Constant(name):
            return name, part
        case Binary("+" | "-"):
            return _sum(part, places)
        case Binary("*"):
            return _ordered(_factors(part), places, "*", lambda found: reduce(lambda a, b: Binary("*", a, b), found))
        case Call(function, arguments) if function in _COMMUTE:
            return _ordered(arguments, places, function, lambda found: Call(function, tuple(found)))
        case Junction(operator, parts):
            return _ordered(parts, places, operator, lambda found: Junction(operator, tuple(found)))
    below = [_arranged(child, places) for child in children(part)]
    text, found = ",".join(text for text, _ in below), [each for _, each in below]
    return f"{_head(part, places)}({text})", rebuild(part, found) if found else part


def _head(part: Part, places: Places) -> str:
    match part:
        case Indexed(name):
            return f"d{places[name]}"
        case Reduction() | Total():
            return f"{part.kind}{places[part.index]}"
        case Binary() | Comparison():
            return part.operator
        case Call(function):
            return function
    return type(part).__name__


def _ordered(parts: Sequence[Part], places: Places, head: str, build: Callable[[list[Any]], Part]) -> tuple[str, Part]:
    """Parts that may stand in any order, numbers first."""
    found = [(not isinstance(part, Number), *_arranged(part, places)) for part in parts]
    found.sort(key=lambda each: each[:2])
    return f"{head}({','.join(text for _, text, _ in found)})", build([part for _, _, part in found])


def _factors(node: Node) -> list[Node]:
    if isinstance(node, Binary) and node.operator == "*":
        return [*_factors(node.left), *_factors(node.right)]
    return [node]


def _sum(node: Node, places: Places) -> tuple[str, Node]:
    """Terms with their signs; a positive one is written first where there is one."""
    found = [(sign, *_arranged(term, places)) for sign, term in _terms(node, 1)]
    found.sort(key=lambda each: (-each[0], each[1]))
    text = ",".join(f"{sign}{text}" for sign, text, _ in found)
    (sign, _, first), *others = found
    made = first if sign > 0 else Negative(first)
    for sign, _, term in others:
        made = Binary("+" if sign > 0 else "-", made, term)
    return f"+({text})", made


def _terms(node: Node, sign: int) -> list[tuple[int, Node]]:
    if isinstance(node, Binary) and node.operator in _SIGNS:
        return [*_terms(node.left, sign), *_terms(node.right, sign * _SIGNS[node.operator])]
    if isinstance(node, Negative):
        return _terms(node.operand, -sign)
    return [(sign, node)]
