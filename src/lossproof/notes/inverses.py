"""Letters that are tied to each other: after ``\\eta = \\log(\\phi/(1-\\phi))`` a function of eta may hold phi alone.

``a(\\eta) = -\\log(1-\\phi)`` varies with eta though eta stands nowhere in it: phi is put in as a function of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from lossproof.notation import data_names, free_names, walk
from lossproof.notation.tex.readings import Beyond, NotUnderstood
from lossproof.notation.tree import Binary, Call, Derivative, Name, Negative, Node, Number
from lossproof.notes.chain_parts import ONE, letters_of, without_derivatives
from lossproof.notes.definitions import Definition, Definitions
from lossproof.notes.judging import Context
from lossproof.notes.put_in import Unfolding

_UNDO: dict[str, Callable[[Node], Node]] = {
    "log": lambda value: Call("exp", (value,)),
    "ln": lambda value: Call("exp", (value,)),
    "exp": lambda value: Call("log", (value,)),
    "logit": lambda value: Call("expit", (value,)),
    "expit": lambda value: Call("logit", (value,)),
    "sqrt": lambda value: Binary("^", value, Number(Fraction(2))),
}


def tied(left: Node, right: Node, context: Context) -> Context:
    """``context`` with the letters that go with what derivatives are taken by as functions of it.

    `Beyond` where they go with it in a way that is not solved here: a derivative of 0 would be none.
    """
    for variable, body in dict.fromkeys((*_derived(left, context), *_derived(right, context))):
        context = _with_inverse(variable, body, context)
    return context


def _derived(side: Node, context: Context) -> Iterator[tuple[Name, Node]]:
    """What the derivatives of one side are taken by, and of what: of ``a'(\\eta)`` the body that defines a."""
    for part in walk(side):
        if isinstance(part, Derivative) and isinstance(part.variable, Name):
            yield from ((part.variable, body) for body in _body(part.body, part.variable, context, 0))
        elif isinstance(part, Call) and part.function.endswith("'") and len(part.arguments) == 1:
            variable = part.arguments[0]
            if isinstance(variable, Name):
                base = Call(part.function.rstrip("'"), part.arguments)
                yield from ((variable, body) for body in _body(base, variable, context, 0))
        elif isinstance(part, Name) and (found := _primed(part, context)) is not None:
            yield found


def _primed(part: Name, context: Context) -> tuple[Name, Node] | None:
    """The argument and the body of ``A`` for ``A'``, as the reader of names has it."""
    base = part.name.removesuffix("_prime")
    definition = context.definitions.of(base) if base != part.name else None
    if definition is None or len(definition.parameters) != 1 or not isinstance(definition.parameters[0], Name):
        return None
    return definition.parameters[0], definition.body


def _body(node: Node, variable: Name, context: Context, depth: int) -> Iterator[Node]:
    if isinstance(node, Derivative) and depth < 4:
        yield from _body(node.body, variable, context, depth + 1)
        return
    definition = None
    if isinstance(node, Call):
        definition = context.definitions.of(node.function, len(node.arguments))
    elif isinstance(node, Name):
        definition = context.definitions.of(node.name)
    if definition is None:
        yield from [node] if isinstance(node, Name) and node != variable else []
        return
    says_so = definition.parameters == (variable,)
    if says_so or variable.name not in letters_of(_unfolded(definition.body, variable, context)):
        yield definition.body


def _with_inverse(variable: Name, body: Node, context: Context) -> Context:
    definition = context.definitions.of(variable.name)
    if definition is None or definition.parameters or definition.letters or definition.element is not None:
        return context
    if variable in set(walk(definition.body)):
        return context
    inside = _unfolded(body, variable, context)
    whole = _unfolded(definition.body, variable, context)
    common = letters_of(inside) & letters_of(whole)
    if not common:
        return context
    letters = free_names(whole)
    alone = next(iter(letters)) if len(letters) == 1 and not data_names(whole) else None
    found = None if alone is None else inverse(whole, Name(alone), variable)
    if found is None or alone is None:
        if variable.name in letters_of(inside):
            return context
        others = ", ".join(sorted(common))
        raise Beyond(f"Not judged: how {others} goes with {variable.name} is not solved here.")
    rest = [held for held in context.definitions.held if held is not definition]
    definitions = Definitions([Definition(alone, found), *rest], context.definitions.means)
    return replace(context, definitions=definitions)


def _unfolded(node: Node, variable: Name, context: Context) -> Node:
    definitions = Definitions(list(context.definitions.held), context.definitions.means)
    try:
        found: Node = Unfolding(definitions, frozenset({variable})).of(without_derivatives(node))
    except NotUnderstood:
        return node
    return found


def inverse(node: Node, letter: Name, value: Node) -> Node | None:
    """``letter`` where ``node``, which holds it, has the value ``value``; None where that is not known how."""
    while node != letter:
        step = _step(node, letter, value)
        if step is None:
            return None
        node, value = step
    return value


def _step(node: Node, letter: Name, value: Node) -> tuple[Node, Node] | None:
    """The one part that holds the letter, and its value."""
    if isinstance(node, Negative):
        return node.operand, Negative(value)
    if isinstance(node, Call) and node.function in _UNDO and len(node.arguments) == 1:
        return node.arguments[0], _UNDO[node.function](value)
    if not isinstance(node, Binary):
        return None
    if odds := _odds(node, letter, value):
        return letter, odds
    one, other = (letter in set(walk(side)) for side in (node.left, node.right))
    if node.operator == "^" and one and isinstance(node.right, Number) and node.right.value:
        return node.left, Binary("^", value, Binary("/", ONE, node.right))
    if one == other:
        return _of_difference_of_logs(node, value)
    return _from_left(node, value) if one else _from_right(node, value)


def _odds(node: Binary, letter: Name, value: Node) -> Node | None:
    """``p/(1-p)`` and ``(1-p)/p``."""
    rest = Binary("-", ONE, letter)
    if node == Binary("/", letter, rest):
        return Binary("/", value, Binary("+", ONE, value))
    if node == Binary("/", rest, letter):
        return Binary("/", ONE, Binary("+", ONE, value))
    return None


def _of_difference_of_logs(node: Binary, value: Node) -> tuple[Node, Node] | None:
    """``\\log p - \\log(1-p)`` is one logarithm."""
    left, right = node.left, node.right
    if node.operator != "-" or not isinstance(left, Call) or not isinstance(right, Call):
        return None
    if left.function != right.function or left.function not in {"log", "ln"}:
        return None
    return Binary("/", left.arguments[0], right.arguments[0]), Call("exp", (value,))


def _from_left(node: Binary, value: Node) -> tuple[Node, Node] | None:
    undone: dict[str, Node] = {
        "+": Binary("-", value, node.right),
        "-": Binary("+", value, node.right),
        "*": Binary("/", value, node.right),
        "/": Binary("*", value, node.right),
    }
    return (node.left, undone[node.operator]) if node.operator in undone else None


def _from_right(node: Binary, value: Node) -> tuple[Node, Node] | None:
    undone: dict[str, Node] = {
        "+": Binary("-", value, node.left),
        "-": Binary("-", node.left, value),
        "*": Binary("/", value, node.left),
        "/": Binary("/", node.left, value),
    }
    return (node.right, undone[node.operator]) if node.operator in undone else None
