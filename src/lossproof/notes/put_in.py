"""Names put in as far as a claim asks: not what a derivative varies."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.tex.known import KNOWN
from lossproof.notation.tex.readings import Beyond, NotUnderstood
from lossproof.notation.text import to_text
from lossproof.notation.traverse import children, free_names, rebuild, substitute_tree, walk
from lossproof.notation.tree import Binary, Call, Derivative, Indexed, Name, Node, Number, Reduction
from lossproof.notes.chain_parts import is_before
from lossproof.notes.definitions import Definition, Definitions, Unsaid, Variable
from lossproof.notes.differentiate import NoRule, differentiated

MAX_UNFOLDINGS = 400


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
