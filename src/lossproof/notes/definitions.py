"""What the formulas of a note name: definitions, by which a name may be put in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.tex.known import KNOWN
from lossproof.notation.tex.readings import NotUnderstood
from lossproof.notation.traverse import free_names, fresh_name, index_letters, substitute_tree, walk
from lossproof.notation.tree import Binary, Call, Derivative, Indexed, Name, Node, Number
from lossproof.notes.chain_parts import kinds_of, letters_of, with_part

MAX_OTHERS = 6
Variable = Name | Indexed


class Unsaid(NotUnderstood):
    """A prime at a name that stands for a formula with several letters: which one it differentiates by is not said."""

    def __init__(self, name: str, letters: frozenset[Name]) -> None:
        super().__init__(f"What {name!r} is differentiated by is not said; write \\frac{{d}}{{dx}}.")
        self.name = name
        self.letters = sorted(letters, key=str)


@dataclass(frozen=True, slots=True)
class Definition:
    """``name = body`` or ``name(parameters) = body``; ``letters`` are the indices of a whole family ``p_i = ...``.

    ``others`` are the further sides of the chain that defined it, ``section`` counts the heading
    and the paragraph with a bold beginning under which it stands. ``readings`` are other ways of reading the body,
    each with words for it.
    """

    name: str
    body: Node
    parameters: tuple[Node, ...] = ()
    letters: tuple[str, ...] = ()
    element: Indexed | None = None
    line: int = 0
    section: tuple[int, int] = (0, 0)
    others: tuple[Node, ...] = ()
    readings: tuple[tuple[Node, str], ...] = ()

    def is_of(self, node: Node) -> bool:
        """Whether ``node`` is what the left side was: ``f(x)`` and not ``f(-x)``, ``p_i`` with the same letter."""
        if isinstance(node, Call):
            return node.function == self.name and node.arguments == self.parameters
        if isinstance(node, Indexed):
            return node == self.element or node.indices == tuple(map(Name, self.letters))
        return isinstance(node, Name) and node.name == self.name and not self.letters and self.element is None

    @property
    def comes_back(self) -> bool:
        """Whether ``c_t = f_t c_{t-1} + g_t`` says how an element comes from the one before."""
        return bool(self.letters) and any(
            isinstance(part, Indexed) and part.name == self.name for part in walk(self.body)
        )


@dataclass
class Definitions:
    """The definitions of a note so far, the latest of a name and number of arguments first."""

    held: list[Definition] = field(default_factory=list)
    means: Callable[[str], tuple[Node, Node] | None] = lambda base: None
    used: set[str] = field(default_factory=set)

    def add(self, definition: Definition) -> None:
        self.held.insert(0, definition)

    def also(self, definition: Definition, body: Node) -> None:
        """Let ``body`` be another formula for what ``definition`` names."""
        if len(definition.others) < MAX_OTHERS and definition in self.held:
            place = self.held.index(definition)
            self.held[place] = replace(definition, others=(*definition.others, body))

    def forget(self, bodies: set[Node]) -> None:
        """Let none of ``bodies`` be another formula for a name: they stand behind a wrong link."""
        for place, held in enumerate(self.held):
            if any(body in bodies for body in held.others):
                self.held[place] = replace(held, others=tuple(body for body in held.others if body not in bodies))

    def instead(self, bodies: set[Node], body: Node, line: int) -> None:
        """Let what a chain in ``line`` names by a side behind a wrong link be the side before it."""
        for place, held in enumerate(self.held):
            if held.line == line and held.body in bodies:
                self.held[place] = replace(held, body=body)

    def settle(self, names: frozenset[str], definition: Definition | None = None, body: Node | None = None) -> None:
        """From here on the names have one reading each: their usual one, or ``body`` for ``definition``."""
        for place, held in enumerate(self.held):
            if held.readings and held.name in names:
                meant = body if body is not None and held == definition else held.body
                self.held[place] = replace(held, body=meant, readings=())

    def of(self, name: str, arguments: int | None = None) -> Definition | None:
        """The definition of a function with so many arguments, or of a name however it was defined."""
        found = [held for held in self.held if held.name == name and not held.letters and held.element is None]
        if arguments is None:
            plain = [held for held in found if not held.parameters]
            return next(iter(plain or found), None)
        return next((held for held in found if len(held.parameters) == arguments), None)

    def called(self, node: Call) -> Definition | None:
        """The definition of a function by the very arguments of a call, ``H(y, p)`` beside ``H(p, q)``, or another."""
        same = (held for held in self.held if held.name == node.function and held.parameters == node.arguments)
        return next(same, None) or self.of(node.function, len(node.arguments))

    def is_recursive(self, name: str) -> bool:
        """Whether the elements of a name go back to others of it, perhaps through other names."""
        found, waiting = frozenset[str](), frozenset({name})
        while waiting:
            found |= waiting
            bodies = [held.body for held in self.held if held.name in waiting]
            reached = frozenset[str]().union(*map(letters_of, bodies)) if bodies else frozenset()
            if name in reached:
                return True
            waiting = reached - found
        return False

    def without_subscript(self, name: str, arguments: int) -> Definition | None:
        """``h_\\theta(x)`` where the note goes on with ``h(x)``, if nothing else can be meant."""
        found = [held for held in self.held if held.name.startswith(f"{name}_") and len(held.parameters) == arguments]
        return found[0] if len({held.name for held in found}) == 1 else None

    def family(self, element: Indexed) -> Definition | None:
        """The definition of an element: of this very one, or of all by letters."""
        same = (held for held in self.held if held.name == element.name)
        return next(
            (held for held in same if held.element == element or len(held.letters) == len(element.indices) > 0), None
        )


def definition_of(left: Node, body: Node, line: int) -> Definition | None:
    """What ``left = body`` would define; None where the left side is no name."""
    if isinstance(left, Name):
        return Definition(left.name, body, line=line)
    if isinstance(left, Indexed):
        letters = index_letters(left)
        return Definition(left.name, body, letters=letters or (), element=None if letters else left, line=line)
    if isinstance(left, Binary) and left.operator == "^" and left.right == Number(Fraction(2)):
        is_new = isinstance(left.left, Name | Indexed) and all(part != left.left for part in walk(body))
        return definition_of(left.left, Call("sqrt", (body,)), line) if is_new else None
    if isinstance(left, Call) and left.function in {"log", "ln"} and len(left.arguments) == 1:
        if isinstance(left.arguments[0], Binary):
            return None
        inside = definition_of(left.arguments[0], Call("exp", (body,)), line)
        return inside if inside and not isinstance(left.arguments[0], Number) else None
    if isinstance(left, Call) and left.function not in FUNCTIONS and "'" not in left.function:
        plain = all(_is_parameter(argument) for argument in left.arguments)
        return Definition(left.function, body, left.arguments, line=line) if plain and left.arguments else None
    return None


def density_of(left: Node, right: Node, line: int) -> Definition | None:
    """``p = \\mathcal N(\\mu, \\sigma^2)`` names a density: p(x) is its value at x."""
    if not isinstance(left, Name) or not isinstance(right, Call):
        return None
    rule = KNOWN.get((right.function, len(right.arguments) + 1))
    if rule is None or (right.function, len(right.arguments)) in KNOWN:
        return None
    at = Name(fresh_name("x", frozenset[str]().union(*map(free_names, right.arguments))))
    return Definition(left.name, rule(at, *right.arguments), (at,), line=line)


def noise_of(left: Node, right: Node, line: int) -> Definition | None:
    """``y = f(x) + \\varepsilon`` is a model of data: it says what the noise is, not what to put in for y."""
    if not isinstance(right, Binary) or right.operator != "+" or not isinstance(right.right, Name | Indexed):
        return None
    is_noise = right.right.name.startswith("epsilon")
    return definition_of(right.right, Binary("-", left, right.left), line) if is_noise else None


def _is_parameter(node: Node) -> bool:
    if isinstance(node, Binary) and node.operator == "^":
        return isinstance(node.left, Name | Indexed) and isinstance(node.right, Number)
    return isinstance(node, Name | Indexed)


def folded(held: Sequence[Definition], name: Definition) -> list[Definition]:
    """``held`` with ``name`` wherever its formula stands: ``\\sigma(w^\\top x_n)`` is ``\\sigma(a_n)`` of such an a."""
    return [each if each is name else replace(each, body=_folded(each, name)) for each in held]


def _folded(definition: Definition, name: Definition) -> Node:
    if len(definition.letters) != len(name.letters) or name.parameters or name.element is not None:
        return definition.body
    at = tuple(map(Name, definition.letters))
    body = substitute_tree(name.body, dict(zip(name.letters, at, strict=True)))
    found: Node = with_part(definition.body, body, Indexed(name.name, at) if at else Name(name.name))
    return found


def earlier(held: Sequence[Definition], node: Node) -> list[Definition]:
    """``held`` for a derivative of what was named anew with its variable as one of data, or as no data, before.

    Empty where the latest definition has the variable as it is, or none has.
    """
    body = node.body if isinstance(node, Derivative) else None
    if not isinstance(node, Derivative) or not isinstance(body, Name | Call):
        return []
    name = body.function if isinstance(body, Call) else body.name
    same = [each for each in held if each.name == name and not each.letters]
    fitting = [each for each in same if type(node.variable) in kinds_of(node.variable.name, each.body)]
    return [each for each in held if each not in same or each is fitting[0]] if fitting and fitting != same else []
