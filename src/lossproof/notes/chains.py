"""One chain from left to right: what its first link names, and whether each of the others holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from lossproof.functions.table import FUNCTIONS
from lossproof.notation import data_names, free_names, to_text, walk
from lossproof.notation.domains import exact_value
from lossproof.notation.tex.known import KNOWN
from lossproof.notation.tex.readings import NotUnderstood
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import (
    Binary,
    Call,
    Derivative,
    Indexed,
    Name,
    Node,
    Number,
    Reduction,
)
from lossproof.notes import left_out
from lossproof.notes.definitions import (
    Definition,
    Definitions,
    Unfolding,
    Variable,
    definition_of,
    density_of,
    noise_of,
    variables_in,
)
from lossproof.notes.densities import not_adding_up
from lossproof.notes.findings import Finding, Kind, Link
from lossproof.notes.judging import GOOD, Context, Outcome, decided, judged
from lossproof.notes.nearest import nearest_form
from lossproof.notes.places import Place, kind_of
from lossproof.notes.sides import Side
from lossproof.referee.verdict import Status

if TYPE_CHECKING:
    from lossproof.notes.meaning import Book

ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
UNJUDGED = {
    "∝": "proportionality claims no equality",
    "≈": "an approximation claims no equality",
    "~": "a distribution is named",
    "->": "a limit or a map claims no equality",
    "≪": "a comparison of sizes claims no equality",
    "≫": "a comparison of sizes claims no equality",
    "⊂": "a statement about sets",
    "⊥": "a statement about independence",
    "not": "a negated relation",
    "notin": "a statement about sets",
    "ni": "a statement about sets",
}


@dataclass(frozen=True, slots=True)
class Chain:
    """The end of the chain before, which a formula that begins with ``=`` continues; ``right`` held last."""

    last: Side
    right: Side
    broken: bool = False


class Walker:
    """One chain from left to right."""

    def __init__(
        self, book: Book, at: Place, sides: list[Side], relations: list[str], continued: bool, extra: Sequence[str]
    ) -> None:
        self.book, self.at, self.extra = book, at, list(extra)
        self.sides, self.relations, self.continued = sides, relations, continued
        self.right = book.previous.right if continued and book.previous else (sides[0] if sides else None)
        self.broken = bool(continued and book.previous and book.previous.broken)
        self.varied: frozenset[Variable] | None = None

    def findings(self) -> Iterator[Finding]:
        if len(self.sides) < 2:
            self.remember()
            yield from self.alone()
            return
        self.drop_zero()
        for place in range(len(self.sides) - 1):
            yield self.link(place)
        self.remember()

    def alone(self) -> Iterator[Finding]:
        """A chain that begins with ``=`` after nothing, and has one side."""
        for side in self.sides:
            kind = kind_of(side.error) if side.error else Kind.BEYOND
            message = (
                self.at.told(side.error) if side.error else "There is nothing before this '=', so nothing is claimed."
            )
            yield self.row(side, side, kind, message)

    def remember(self) -> None:
        if self.sides:
            last = self.sides[-1]
            self.book.previous = Chain(last, self.right or last, self.broken)
            nodes = [side.node for side in self.sides if side.ways]
            self.book.varied |= {variable.name for variable in variables_in(nodes)}
            self.book.seen = self.book.seen.union(*map(_letters, nodes))

    def drop_zero(self) -> None:
        """``... = 0`` behind a derivative asks for the place where it vanishes."""
        last = self.sides[-1]
        is_zero = bool(last.ways) and last.node == ZERO and self.relations[-1] == "="
        if is_zero and (len(self.sides) > 2 or (self.sides[0].ways and variables_in([self.sides[0].node]))):
            self.book.zeroed = True
            self.sides, self.relations = self.sides[:-1], self.relations[:-1]
            if len(self.sides) == 1:
                self.sides = [*self.sides, last]
                self.relations = ["=0"]

    def row(self, left: Side, right: Side, kind: Kind, message: str = "", links: tuple[Link, ...] = ()) -> Finding:
        """A finding in the line of the right side."""
        new_line = right.line != left.line
        start = right.start if new_line or self.continued_from(left) else left.start
        latex = right.latex if new_line or self.continued_from(left) else f"{left.latex} = {right.latex}"
        line = right.line if right.line else left.line
        return Finding(line, latex, kind, start, right.end, links, message, self.at.formula.cell)

    def continued_from(self, left: Side) -> bool:
        return self.continued and left is self.sides[0]

    def link(self, place: int) -> Finding:
        """What stands between two neighbours of the chain."""
        left, right, relation = self.sides[place], self.sides[place + 1], self.relations[place]
        if relation == "=0":
            return self.row(left, right, Kind.CONDITION)
        if relation in UNJUDGED or relation in {"<", ">", "<=", ">=", "!=", "in", "range"}:
            message = UNJUDGED.get(relation, "an inequality is not judged")
            return self.row(left, right, Kind.BEYOND, f"Not judged: {message}.")
        if relation == "<-":
            return self.row(left, right, Kind.UPDATE)
        if error := left.error or right.error:
            return self.unread(place, left, right, error)
        return self.equality(place, left, right, relation)

    def unread(self, place: int, left: Side, right: Side, error: NotUnderstood) -> Finding:
        """A side that cannot be read: what can be read stands for it from here on."""
        if place == 0 and right.ways and not self.continued:
            self.right = right
        return self.row(left, right, kind_of(error), self.at.told(error))

    def equality(self, place: int, left: Side, right: Side, relation: str) -> Finding:
        first = place == 0 and not self.continued
        if first and (kind := self.named(left, right, relation)) is not None:
            self.right = right
            return self.adding_up(left, right) or self.row(left, right, kind)
        if not first and self.names_function(left):
            self.define(left, right)
            return self.row(left, right, Kind.DEFINITION)
        return self.claim(place, left, right)

    def adding_up(self, left: Side, right: Side) -> Finding | None:
        """The finding that what was just named as a probability does not add up to 1."""
        held = self.book.definitions.held
        if not isinstance(left.node, Call) or not held or held[0].line != left.line:
            return None
        context = self.book.context(frozenset(), self.extra)
        found = not_adding_up(held[0], context.assumptions, lambda claim: decided(claim, context))
        return self.row(left, right, Kind.DEFINITION, found[1], (found[0],)) if found else None

    def names_function(self, side: Side) -> bool:
        """``a = s(z) = ...`` in the middle of a chain says what s is, where nothing did."""
        node = side.node
        return isinstance(node, Call) and node.function not in FUNCTIONS and not self.is_defined(node)

    def is_defined(self, node: Node) -> bool:
        definitions = self.book.definitions
        if isinstance(node, Name):
            return definitions.of(node.name) is not None
        if isinstance(node, Indexed):
            return definitions.family(node) is not None
        if isinstance(node, Call) and node.function in {"log", "ln"}:
            return self.is_defined(node.arguments[0])
        if isinstance(node, Binary):
            return self.is_defined(node.left) or _letters(node.left) <= self.book.seen
        if isinstance(node, Call):
            known = (node.function, len(node.arguments)) in KNOWN and node.function != "sigma"
            return definitions.of(node.function, len(node.arguments)) is not None or known
        return False

    def named(self, left: Side, right: Side, relation: str) -> Kind | None:
        """What the first link of a chain is where it claims nothing; None where it claims."""
        node, body = left.node, right.node
        if group := self.group(node, body):
            self.book.clauses.append(group)
            return Kind.ASSUMPTION
        if self.is_update(node, body):
            return Kind.UPDATE
        definition = definition_of(node, body, left.line)
        if definition is None:
            return None
        if (noise := noise_of(node, body, left.line)) is not None:
            self.book.definitions.add(replace(noise, section=self.book.section))
            return Kind.ASSUMPTION
        if isinstance(node, Name | Indexed) and exact_value(body) is not None and not self.is_defined(node):
            self.book.specials.setdefault(node, []).append(body)
            return Kind.ASSUMPTION
        if relation == ":=":
            self.define(left, right)
            return Kind.DEFINITION
        if self.is_condition(definition.name):
            return Kind.CONDITION
        if self.is_defined(node) or self.comes_back(node, body):
            return None
        self.define(left, right)
        return Kind.DEFINITION

    def comes_back(self, node: Node, body: Node) -> bool:
        """``p = 1/(1 + e^{-\\mathrm{logit}(p)})`` claims: what is left stands on the right too, or in a name there."""
        if not isinstance(node, Name | Indexed):
            return False
        definitions = Definitions(list(self.book.definitions.held), self.book.definitions.means)
        try:
            unfolded = Unfolding(definitions, frozenset()).of(_without_derivatives(body))
        except NotUnderstood:
            unfolded = body
        return any(part == node for side in (body, unfolded) for part in walk(side))

    def is_condition(self, name: str) -> bool:
        """The solution of ``dL/dp = 0``: what was varied, perhaps with a hat, after a derivative was set to 0."""
        base = re.sub(r"(?:hat|star|_star|_ML|_MLE|_opt|tilde)+$", "", name)
        return self.book.zeroed and base in self.book.varied

    def is_update(self, node: Node, body: Node) -> bool:
        """``w = w - ...`` and ``w_{t+1} = w_t - ...``."""
        while isinstance(body, Binary) and body.operator in "+-":
            if body.left == node or _is_next(node, body.left):
                return True
            body = body.left
        return False

    def group(self, node: Node, body: Node) -> str | None:
        """``\\sum_k t_k = 1`` says that the t_k are one-hot, or that they are probabilities."""
        if not isinstance(node, Reduction) or node.kind != "sum" or body != ONE:
            return None
        data = node.body
        if not isinstance(data, Indexed) or data.indices != (Name(node.index),):
            return None
        if self.is_defined(data):
            return None
        is_label = self.book.one_hot or any(
            clause.replace(" ", "").startswith(f"{data.name}[") and "{0,1}" in clause.replace(" ", "")
            for clause in (*self.book.stated, *self.book.clauses)
        )
        kind = "one-hot" if is_label else "simplex"
        return f"{data.name} {kind} over {to_text(node.low)}..{to_text(node.high)}"

    def define(self, left: Side, right: Side) -> None:
        """Name the left side by the first side of the chain that says it without a derivative."""
        if density := density_of(left.node, right.node, left.line):
            self.book.definitions.add(density)
            return
        after = self.sides[self.sides.index(right) :]
        nodes = [side.node for side in after if side.ways and not _calls(side.node, left.node)]
        bodies = [node for node in nodes if not self.is_opaque(node)]
        plain = [node for node in bodies if not variables_in([node])]
        body = next(iter(plain or bodies), right.node)
        definition = definition_of(left.node, body, left.line)
        if definition is not None:
            others = tuple(node for node in plain if node != body)
            self.book.definitions.add(replace(definition, section=self.book.section, others=others))
            self.define_element(left, right)

    def define_element(self, left: Side, right: Side) -> None:
        """``y = w x + b`` of data says the same of every element."""
        one = left_out.element(left)
        if one is None or left_out.element(right) is None:
            return
        definitions = Definitions(list(self.book.definitions.held), self.book.definitions.means)
        body = Unfolding(definitions, frozenset()).of(right.node)
        found = definition_of(one, left_out.indexed(body, self.book.data), left.line)
        if found is not None:
            self.book.definitions.add(replace(found, section=self.book.section))

    def is_opaque(self, node: Node) -> bool:
        """Whether a function occurs that nothing defines."""
        return any(
            isinstance(part, Call)
            and part.function not in FUNCTIONS
            and not self.is_defined(part)
            and (part.function, len(part.arguments)) not in KNOWN
            for part in walk(node)
        )

    def claim(self, place: int, left: Side, right: Side) -> Finding:
        kept = self.kept()
        context = self.book.context(kept, self.extra)
        try:
            self.refuse_one_sided(left, right)
            outcome = self.judged(left, right, context)
        except NotUnderstood as error:
            self.right = right
            return self.row(left, right, kind_of(error), error.sentence)
        said: tuple[str, ...] = ()
        if outcome.status is Status.REFUTED and self.broken and self.right is not None and right.line != left.line:
            again = self.against_last_right(right, context)
            if again is not None and again.status in GOOD:
                outcome, said = again, (f"agrees with line {self.right.line} again",)
                left = self.right
        if outcome.status is Status.REFUTED and "const" in _letters(left.node) | _letters(right.node):
            return self.row(left, right, Kind.BEYOND, "Not judged: a constant that is not written out.")
        if outcome.status is Status.REFUTED and place == 0 and self.is_named_anew(left, right):
            self.define(left, right)
            return self.row(left, right, Kind.DEFINITION, "named anew: it stood for something else before")
        if outcome.status is Status.REFUTED and (names := self.unheard_of(left, right)):
            self.right = right
            return self.row(left, right, Kind.NOT_UNDERSTOOD, f"{names[0]!r} is not defined in this note.")
        if outcome.status is Status.REFUTED and self.ends_as_condition(left, right):
            self.book.zeroed = True
            self.book.varied |= free_names(left.node) | data_names(left.node)
            return self.row(left, right, Kind.CONDITION)
        self.broken = outcome.status is Status.REFUTED
        if not self.broken:
            self.right = right
        return self.row(left, right, Kind.CLAIM, self.sentence(outcome, said), (self.made(left, right, outcome, said),))

    def unheard_of(self, left: Side, right: Side) -> list[str]:
        """The names on the right that stand nowhere before: what they mean is not said."""
        before = self.book.seen | _letters(left.node) | _bound(left.node) | _bound(right.node)
        for side in self.sides[: self.sides.index(right)]:
            before |= _letters(side.node) if side.ways else frozenset()
        return sorted(_letters(right.node) - before - self.indices(right.node))

    def indices(self, node: Node) -> frozenset[str]:
        inside = [index for part in walk(node) if isinstance(part, Indexed) for index in part.indices]
        return frozenset[str]().union(*map(free_names, inside)) if inside else frozenset()

    def is_named_anew(self, left: Side, right: Side) -> bool:
        """A name that is given to something with other letters in it, or under another heading, is a new one."""
        before = self.definition_behind(left.node)
        if before is None or definition_of(left.node, right.node, left.line) is None or self.continued:
            return False
        known = _letters(before.body) | self.introduced()
        if isinstance(left.node, Call | Indexed):
            known |= _letters(left.node)  # f(y) after f(x): the letter of the argument makes no other function of it
        return before.section != self.book.section or not _letters(right.node) <= known

    def definition_behind(self, node: Node) -> Definition | None:
        definitions = self.book.definitions
        if isinstance(node, Name):
            return definitions.of(node.name)
        if isinstance(node, Indexed):
            return definitions.family(node)
        return definitions.of(node.function, len(node.arguments)) if isinstance(node, Call) else None

    def introduced(self) -> frozenset[str]:
        """The names that definitions stand for: a new formula for something may use them."""
        return frozenset(held.name for held in self.book.definitions.held)

    def judged(self, left: Side, right: Side, context: Context) -> Outcome:
        """The verdict; where it is no, once more with the values that the note has just given to its names."""
        outcome = judged(left.ways, right.ways, context)
        if outcome.status not in GOOD:
            outcome = self.by_other_sides(left, right, context) or outcome
        single = {name: values[0] for name, values in self.book.specials.items() if len(values) == 1}
        if outcome.status in GOOD or not single:
            return outcome
        definitions = Definitions(list(self.book.definitions.held), self.book.definitions.means)
        for name, value in single.items():
            definition = definition_of(name, value, 0)
            if definition is not None:
                definitions.add(definition)
        again = judged(left.ways, right.ways, replace(context, definitions=definitions))
        if again.status in GOOD:
            told = ", ".join(f"{to_text(name)} = {to_text(value)}" for name, value in single.items())
            return replace(again, said=(*again.said, f"with {told}"))
        return outcome

    def by_other_sides(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict with names put in by other sides of the chains that defined them, where it is a yes."""
        held = context.definitions.held
        names = _letters(left.node) | _letters(right.node)
        for place, definition in enumerate(held):
            for body in definition.others if definition.name in names else ():
                changed = [*held[:place], replace(definition, body=body), *held[place + 1 :]]
                again = replace(context, definitions=Definitions(changed, context.definitions.means))
                outcome = judged(left.ways, right.ways, again)
                if outcome.status in GOOD:
                    return outcome
        return None

    def against_last_right(self, right: Side, context: Context) -> Outcome | None:
        assert self.right is not None
        try:
            return self.judged(self.right, right, context)
        except NotUnderstood:
            return None

    def ends_as_condition(self, left: Side, right: Side) -> bool:
        """``... = 0`` that does not hold everywhere is an equation to be solved."""
        return right.node == ZERO and len(self.sides) == 2

    def kept(self) -> frozenset[Variable]:
        """What the derivatives of the chain vary: those of its first side, or of all where it has none."""
        if self.varied is None:
            first = variables_in([self.sides[0].node] if self.sides[0].ways else [])
            self.varied = first or variables_in([side.node for side in self.sides if side.ways])
        return self.varied

    def refuse_one_sided(self, left: Side, right: Side) -> None:
        """A function that nothing defines and that stands on one side alone is not known."""
        opaque = [self.opaque_functions(side.node) for side in (left, right)]
        for name in sorted(opaque[0] ^ opaque[1]):
            raise NotUnderstood(f"The function {name!r} is not defined in this note.")

    def opaque_functions(self, node: Node) -> frozenset[str]:
        definitions = Definitions(list(self.book.definitions.held), self.book.definitions.means)
        unfolding = Unfolding(definitions, frozenset())
        unfolding.of(_without_derivatives(node))
        return frozenset(unfolding.opaque_names)

    def sentence(self, outcome: Outcome, said: Sequence[str]) -> str:
        parts = (
            [f"holds if {'; '.join(outcome.assumed)}, which the note does not say"]
            if outcome.assumed and outcome.status in GOOD
            else []
        )
        parts += [f"read so: {text}" for text in outcome.said]
        return "; ".join(dict.fromkeys([*said, *parts]))

    def made(self, left: Side, right: Side, outcome: Outcome, said: Sequence[str]) -> Link:
        nearest = None
        if outcome.status is Status.REFUTED and outcome.claim is not None and outcome.assumptions is not None:
            nearest = nearest_form(outcome.claim, right.node, outcome.assumptions, self.put_in)
        told = (*said, *outcome.said)
        assumed = outcome.assumed if outcome.status in GOOD else ()
        return Link(left.latex, right.latex, outcome.status, outcome.witness, nearest, assumed, told)

    def put_in(self, node: Node) -> Node:
        """A changed right side with its names put in, as the right side was."""
        context = self.book.context(self.kept(), self.extra)
        found: Node = Unfolding(context.definitions, context.kept, context.fixes).of(node)
        return found


def _calls(node: Node, left: Node) -> bool:
    """Whether ``node`` is ``f(x)`` beside the ``f`` of ``f = f(x) = ...``: that says of what f is a function."""
    return isinstance(node, Call) and isinstance(left, Name) and node.function == left.name


def _is_next(node: Node, before: Node) -> bool:
    """Whether one element follows the other: ``w_{t+1}`` and ``w_t``."""
    if not isinstance(node, Indexed) or not isinstance(before, Indexed) or node.name != before.name:
        return False
    return any(index == Binary("+", old, ONE) for index, old in zip(node.indices, before.indices, strict=False))


def _bound(node: Node) -> frozenset[str]:
    """The indices and ends of sums, which nobody needs to define."""
    sums = [part for part in walk(node) if isinstance(part, Reduction)]
    ends = [end for part in sums for end in (part.low, part.high)]
    return frozenset(part.index for part in sums).union(*map(free_names, ends))


def _letters(node: Node) -> frozenset[str]:
    """The names and data of a formula."""
    return free_names(node) | data_names(node)


def _without_derivatives(node: Node) -> Node:
    """The same names without derivatives, which need no carrying out to see what occurs."""
    if isinstance(node, Derivative):
        return _without_derivatives(node.body)
    return rebuild(
        node, [_without_derivatives(child) if isinstance(child, Node) else child for child in children(node)]
    )
