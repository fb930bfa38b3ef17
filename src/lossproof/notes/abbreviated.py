"""Functions written without their argument: ``\\frac{d\\sigma}{dz} = \\sigma(1-\\sigma)`` of ``\\sigma(z)``.

A bracket that holds the function's own letter is a factor, no argument.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lossproof.notation import free_names, to_text, walk
from lossproof.notation.tex.calls import USUAL_FUNCTIONS
from lossproof.notation.tex.known import KNOWN
from lossproof.notation.tex.readings import Reading
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import Binary, Call, Derivative, Indexed, Name, Node
from lossproof.notes.definitions import Definitions
from lossproof.notes.sides import Side

ARGUMENT = Name("z")
"""What a function that everybody knows is a function of where the chain does not say it."""


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """``function`` alone is its value at ``argument``; None where the note defines the letter alone too."""

    function: str
    argument: Name | Indexed | None


def put_in(sides: Sequence[Side], definitions: Definitions) -> list[Side]:
    """The sides, read with the argument at every function that stands without it too."""
    nodes = [side.node for side in sides if side.ways]
    found = [each for name in _candidates(nodes) for each in _abbreviations(name, nodes, definitions)]
    return [_with_ways(side, found) for side in sides]


def _with_ways(side: Side, found: Sequence[Abbreviation]) -> Side:
    if not side.ways:
        return side
    new: list[Reading[Node]] = []
    usual = side.node
    for each in found:
        written = _written(usual, each)
        if written != usual:
            new.append(Reading(written, _told(each)))
    no_usual = any(
        _stands_as_factor(part, each) or _is_bare_prime(part, each) for each in found for part in walk(usual)
    )
    return replace(side, ways=(*new, *side.ways) if no_usual else (*side.ways, *new))


def _told(each: Abbreviation) -> tuple[str, ...]:
    if each.argument is None:
        return (f"the bracket behind {each.function} is a factor",)
    return (f"{each.function} stands for {each.function}({to_text(each.argument)})",)


def _candidates(nodes: Sequence[Node]) -> list[str]:
    """The letters that stand alone, or with nothing but primes."""
    parts = [part for node in nodes for part in walk(node)]
    names = [part.name for part in parts if isinstance(part, Name)]
    names += [part.function.rstrip("'") for part in parts if isinstance(part, Call) and not part.arguments]
    return sorted(set(names))


def _abbreviations(name: str, nodes: Sequence[Node], definitions: Definitions) -> Iterator[Abbreviation]:
    plain = definitions.of(name)
    if plain is not None and not plain.parameters:
        yield Abbreviation(name, None)
        return
    definition = definitions.of(name, 1)
    varied = _varied(name, nodes)
    if definition is not None and isinstance(definition.parameters[0], Name | Indexed):
        yield Abbreviation(name, definition.parameters[0])
        inside = free_names(definition.body)
        yield from (
            Abbreviation(name, each) for each in varied if each.name not in inside and _is_free(each, definitions)
        )
    elif (name, 1) in KNOWN and name in USUAL_FUNCTIONS and _is_function(name, nodes):
        arguments = (*varied, *_arguments(name, nodes), ARGUMENT)
        yield Abbreviation(name, arguments[0])


def _is_free(node: Name | Indexed, definitions: Definitions) -> bool:
    return definitions.of(node.name) is None and not (isinstance(node, Indexed) and definitions.family(node))


def _varied(name: str, nodes: Sequence[Node]) -> list[Name | Indexed]:
    """What the derivatives of the letter alone are taken by."""
    parts = (part for node in nodes for part in walk(node))
    found = (part.variable for part in parts if isinstance(part, Derivative) and _innermost(part) == Name(name))
    return list(dict.fromkeys(found))


def _innermost(node: Node) -> Node:
    while isinstance(node, Derivative):
        node = node.body
    return node


def _arguments(name: str, nodes: Sequence[Node]) -> list[Name | Indexed]:
    """What the function is called with elsewhere in the chain."""
    calls = (part for node in nodes for part in walk(node) if isinstance(part, Call))
    named = (part.arguments[-1] for part in calls if part.function.rstrip("'") == name and part.arguments)
    return [argument for argument in dict.fromkeys(named) if isinstance(argument, Name | Indexed)]


def _is_function(name: str, nodes: Sequence[Node]) -> bool:
    """Whether the chain uses a letter as a function: with an argument, a prime, a derivative of it."""
    parts = [part for node in nodes for part in walk(node)]
    is_called = any(isinstance(part, Call) and part.function.rstrip("'") == name for part in parts)
    return is_called or bool(_varied(name, nodes))


def _stands_as_factor(part: Any, each: Abbreviation) -> bool:
    """Whether ``\\sigma(1-\\sigma)`` was read as a call: a function is no part of its own argument."""
    is_call = isinstance(part, Call) and part.function.rstrip("'") == each.function and len(part.arguments) == 1
    return is_call and Name(each.function) in set(walk(part.arguments[0]))


def _is_bare_prime(part: Any, each: Abbreviation) -> bool:
    return isinstance(part, Call) and not part.arguments and part.function.rstrip("'") == each.function


def _written(node: Any, each: Abbreviation) -> Any:
    """``node`` with the argument put in, and the brackets behind the function as factors."""
    at = () if each.argument is None else (each.argument,)
    if _stands_as_factor(node, each):
        function = _value(node.function, each)
        return Binary("*", function, _written(node.arguments[0], each))
    if _is_bare_prime(node, each) and at:
        return Call(node.function, at)
    if node == Name(each.function) and at:
        return Call(each.function, at)
    return rebuild(node, [_written(child, each) for child in children(node)])


def _value(function: str, each: Abbreviation) -> Node:
    """The function, with its primes, at its argument."""
    if each.argument is not None:
        return Call(function, (each.argument,))
    return Call(function, ()) if function != each.function else Name(function)
