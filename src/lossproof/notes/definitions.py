"""What the formulas of a note name, and names put in as far as a claim asks: not what a derivative varies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.tex.known import KNOWN
from lossproof.notation.tex.readings import Beyond, NotUnderstood
from lossproof.notation.text import to_text
from lossproof.notation.traverse import children, free_names, fresh_name, index_letters, rebuild, substitute_tree, walk
from lossproof.notation.tree import Binary, Call, Derivative, Indexed, Name, Node, Number, Reduction
from lossproof.notes.chain_parts import is_before, kinds_of, letters_of, with_part
from lossproof.notes.differentiate import NoRule, differentiated

MAX_UNFOLDINGS = 400
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


class Unfolding:
    """One way of putting names in: those of ``kept`` stay, since a derivative varies them.

    ``carries`` says that a derivative by a name that is defined is carried out, so that the name can be put in after.
    """

    def __init__(self, definitions: Definitions, kept: frozenset[Variable], carries: bool = False) -> None:
        self.definitions = definitions
        self.kept = kept
        self.carries = carries
        self.count = 0
        self.opaque_names: set[str] = set()

    def of(self, node: Any) -> Any:
        self.count += 1
        if self.count > MAX_UNFOLDINGS * 10:
            raise NotUnderstood("With its definitions put in this formula is too large.")
        if isinstance(node, Name):
            return self.name(node)
        if isinstance(node, Indexed):
            return self.element(node)
        if isinstance(node, Derivative):
            return self.derivative(node)
        if isinstance(node, Call):
            return self.call(node)
        return rebuild(node, [self.of(child) for child in children(node)])

    def put_in(self, body: Node, name: str) -> Node:
        """A body that stands for ``name``, its own names put in; a name that comes back to itself is refused."""
        if name in self.definitions.used:
            raise NotUnderstood(f"{name!r} is defined by itself.")
        self.definitions.used.add(name)
        try:
            found: Node = self.of(body)
            return found
        finally:
            self.definitions.used.discard(name)

    def name(self, node: Name) -> Node:
        if node in self.kept or node.name in self.definitions.used:
            return node
        definition = self.definitions.of(node.name)
        if definition is not None:
            return self.put_in(definition.body, node.name)
        mean = self.definitions.means(node.name)
        return node if mean is None else self.of(mean[0])

    def element(self, node: Indexed) -> Node:
        definition = self.definitions.family(node)
        is_named = definition is not None and definition.element == node and node not in self.kept
        if self.is_kept(node) and not is_named and not self.follows_kept(node, definition):
            return node
        key = node.name if definition is None or definition.letters else to_text(node)
        if definition is None or key in self.definitions.used or node in self.kept:
            return node
        is_step = self.kept and all(isinstance(index, Name) for index in node.indices)
        if definition.comes_back and not (is_step or self.follows_kept(node, definition)):
            return node  # a derivative goes one step back; a closed form of the whole is another definition
        body = definition.body
        if definition.letters:
            body = substitute_tree(body, dict(zip(definition.letters, node.indices, strict=True)))
        return self.put_in(body, key)

    def follows_kept(self, node: Indexed, definition: Definition | None) -> bool:
        """Whether ``c_t`` is said by the ``c_{t-1}`` that is varied: it is put in, one step back."""
        return definition is not None and any(is_before(node, held) for held in self.kept)

    def is_kept(self, node: Indexed) -> bool:
        """Every element of data of which one is varied stays as it is."""
        return any(isinstance(held, Indexed) and held.name == node.name for held in self.kept)

    def derivative(self, node: Derivative) -> Node:
        variable = node.variable
        body = self.around(variable).of(node.body)
        if variable in self.kept or (isinstance(variable, Indexed) and self.is_kept(variable)):
            return Derivative(body, variable)
        if not self.carries or not self.is_defined(variable):
            return Derivative(body, variable)
        try:
            found: Node = self.of(differentiated(body, variable))
        except NoRule as error:
            raise NotUnderstood("This derivative by a name that is defined is not carried out here.") from error
        return found

    def around(self, variable: Variable) -> Unfolding:
        """The same with one more letter that a derivative varies; what nothing defines is told of both."""
        inner = Unfolding(self.definitions, self.kept | {variable}, self.carries)
        inner.opaque_names = self.opaque_names
        return inner

    def is_defined(self, variable: Variable) -> bool:
        if isinstance(variable, Name):
            return self.definitions.of(variable.name) is not None
        return self.definitions.family(variable) is not None

    def call(self, node: Call) -> Node:
        if node.function in FUNCTIONS:
            made = rebuild(node, [self.of(child) for child in node.arguments])
            return _without_log_of_exp(made)
        base = node.function.rstrip("'")
        primes = len(node.function) - len(base)
        if primes:
            return self.primed(base, primes, node.arguments)
        applied = self.applied(node)
        return applied if applied is not None else self.opaque(node)

    def applied(self, node: Call) -> Node | None:
        """The body of a function with its arguments put in; None where the note does not define it."""
        if node.function in self.definitions.used:
            return None
        definition = self.definitions.called(node)
        if definition is None:
            rule = KNOWN.get((node.function, len(node.arguments)))
            if rule is not None:
                return self.of(rule(*node.arguments))
            definition = self.definitions.of(node.function)
            if definition is not None and not definition.parameters:
                return self.put_in(definition.body, node.function)
            definition = self.definitions.without_subscript(node.function, len(node.arguments))
            if definition is None or definition.name in self.definitions.used:
                return None
            return self.put_in(with_arguments(definition, node.arguments), definition.name)
        return self.put_in(with_arguments(definition, node.arguments), node.function)

    def primed(self, base: str, primes: int, arguments: tuple[Node, ...]) -> Node:
        """``f'(x)`` is the derivative by the argument; ``L'`` by the one name that can vary."""
        if not arguments:
            return self.primed_name(base, primes)
        argument = arguments[-1]
        variable = argument if isinstance(argument, Name | Indexed) else Name("x_prime")
        node: Node = Call(base, (*arguments[:-1], variable))
        for _ in range(primes):
            node = Derivative(node, variable)
        if variable == argument:
            return self.derivative(node)  # type: ignore[arg-type]
        inner = self.around(variable)
        try:
            carried = differentiated(inner.of(node), variable) if primes == 0 else _carried(inner.of(node))
        except NoRule as error:
            raise NotUnderstood(f"The derivative of {base!r} at this place is not carried out here.") from error
        return substitute_tree(carried, {variable: self.of(argument)})

    def primed_name(self, base: str, primes: int) -> Node:
        definition = self.definitions.of(base)
        if definition is None:
            return Name(base + "_prime" * primes)
        if len(definition.parameters) == 1 and isinstance(definition.parameters[0], Name | Indexed):
            return self.primed(base, primes, definition.parameters)
        variable = self.only_variable(definition)
        node: Node = Name(base)
        for _ in range(primes):
            node = Derivative(node, variable)
        return self.derivative(node)  # type: ignore[arg-type]

    def only_variable(self, definition: Definition) -> Variable:
        """What a prime differentiates by where nothing says it: the one quantity inside a function."""
        inside = {
            part
            for call in walk(definition.body)
            if isinstance(call, Call)
            for part in walk(call)
            if isinstance(part, Name | Indexed)
        }
        indices = {name for part in inside if isinstance(part, Indexed) for name in map(str, free_names(part))}
        found = {part for part in inside if not (isinstance(part, Name) and part.name in indices)}
        names = frozenset(map(Name, free_names(definition.body)))
        if len(found) != 1:
            found = {*names}  # y = x^2
        if len(found) != 1:
            raise Unsaid(definition.name, names)
        only = next(iter(found))
        assert isinstance(only, Name | Indexed)
        return only

    def opaque(self, node: Call) -> Node:
        """A function that the note does not define: a quantity that varies with the indices of its arguments."""
        inside = [part for argument in node.arguments for part in (*walk(argument), *walk(self.of(argument)))]
        self.opaque_names.add(node.function)
        if {part.name for part in inside if isinstance(part, Name | Indexed)} & {held.name for held in self.kept}:
            raise Beyond(f"Not judged: the function {node.function!r} is not defined in this note.")
        indices = dict.fromkeys(
            index
            for argument in node.arguments
            for part in walk(argument)
            if isinstance(part, Indexed)
            for index in part.indices[:1]
        )
        return Indexed(node.function, tuple(indices)) if indices else Name(node.function)


def _carried(node: Node) -> Node:
    return differentiated(node.body, node.variable) if isinstance(node, Derivative) else node


def _without_log_of_exp(node: Node) -> Node:
    """``log(exp(f))`` of a logarithm that was defined is f: the definition says so, whatever f is."""
    if isinstance(node, Call) and node.function in {"log", "ln"} and len(node.arguments) == 1:
        inside = node.arguments[0]
        if isinstance(inside, Call) and inside.function == "exp":
            return inside.arguments[0]
    return node


def with_arguments(definition: Definition, arguments: tuple[Node, ...]) -> Node:
    """The body of a function with what it is called with in the place of its parameters."""
    if arguments == definition.parameters:
        return definition.body
    scalars: dict[Name | Indexed | str, Node] = {}
    body = definition.body
    for parameter, argument in zip(definition.parameters, arguments, strict=True):
        if isinstance(parameter, Binary) and isinstance(parameter.left, Name | Indexed):
            scalars[parameter.left] = _root(argument, parameter.right)
        elif isinstance(parameter, Name | Indexed):
            scalars[parameter] = argument
            if isinstance(argument, Name | Indexed) and isinstance(parameter, Name):
                body = _with_elements(body, parameter.name, argument)
    return substitute_tree(body, scalars)


def _root(argument: Node, exponent: Node) -> Node:
    """What to put in for s where the parameter is s^2."""
    if isinstance(argument, Binary) and argument.operator == "^" and argument.right == exponent:
        return argument.left
    return (
        Call("sqrt", (argument,))
        if exponent == Number(Fraction(2))
        else Binary("^", argument, Binary("/", Number(Fraction(1)), exponent))
    )


def _with_elements(node: Any, name: str, argument: Name | Indexed) -> Any:
    """``x[l]`` of a parameter x that is called with ``x_i`` is ``x[i, l]``."""
    parts = [_with_elements(child, name, argument) for child in children(node)]
    rebuilt = rebuild(node, parts)
    if isinstance(rebuilt, Indexed) and rebuilt.name == name:
        first = argument.indices if isinstance(argument, Indexed) else ()
        return replace(rebuilt, name=argument.name, indices=(*first, *rebuilt.indices))
    return rebuilt


def variables_in(nodes: list[Node]) -> frozenset[Variable]:
    """What derivatives in some trees are taken by."""
    return frozenset(part.variable for node in nodes for part in walk(node) if isinstance(part, Derivative))


def mean_of(base: str, size: Node) -> Node:
    """The mean of data: ``(1/n) sum(x[i], i, 1, n)``."""
    letter = "i_mean"
    total = Reduction("sum", Indexed(base, (Name(letter),)), letter, Number(Fraction(1)), size)
    return Binary("*", Binary("/", Number(Fraction(1)), size), total)
