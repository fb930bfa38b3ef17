"""What the first link of a chain is where it claims nothing: a name, an update, a condition, an assumption."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from lossproof.functions.table import FUNCTIONS
from lossproof.notation import data_names, free_names, to_text, walk
from lossproof.notation.domains import exact_value
from lossproof.notation.tex.known import KNOWN
from lossproof.notation.tex.raised import SAMPLES
from lossproof.notation.tex.readings import NotUnderstood
from lossproof.notation.tree import Binary, Call, Derivative, Indexed, Name, Negative, Node, Number, Reduction
from lossproof.notes import left_out
from lossproof.notes.any_sample import of_sample
from lossproof.notes.assuming import is_scale
from lossproof.notes.chain_parts import (
    ONE,
    bound_in,
    calls_same,
    is_before,
    is_function_value,
    is_function_value_of_note,
    is_next,
    letters_of,
    unsquared,
    without_derivatives,
    without_hat,
)
from lossproof.notes.definitions import Definition, Definitions, definition_of, density_of, noise_of
from lossproof.notes.densities import PROBABILITIES
from lossproof.notes.findings import Kind
from lossproof.notes.label_uses import complements
from lossproof.notes.put_in import Unfolding, variables_in
from lossproof.notes.sides import Side
from lossproof.notes.specials import is_case, is_place
from lossproof.notes.spoken import supposes

if TYPE_CHECKING:
    from lossproof.notes.meaning import Book
    from lossproof.notes.places import Place


class Naming:
    """The part of reading a chain that says what its letters stand for."""

    book: Book
    at: Place
    sides: list[Side]
    continued: bool
    held: dict[tuple[int, bool], frozenset[str]]

    def names_function(self, side: Side) -> bool:
        """``a = s(z) = ...`` in the middle of a chain says what s is, where nothing did."""
        node = side.node
        if not isinstance(node, Call) or node.function in FUNCTIONS:
            return False
        return not self.is_defined(Call(node.function.rstrip("'"), node.arguments))

    def is_defined(self, node: Node) -> bool:
        definitions = self.book.definitions
        if isinstance(node, Name):
            return definitions.of(node.name) is not None
        if isinstance(node, Indexed):
            family = definitions.family(node)
            return family is not None and not family.comes_back
        if isinstance(node, Call) and node.function in {"log", "ln"}:
            inside = node.arguments[0]  # a function that everybody knows is defined itself, not by its logarithm
            return (isinstance(inside, Call) and self.is_known(inside)) or self.is_defined(inside)
        if isinstance(node, Binary):
            return self.is_defined(node.left) or letters_of(node.left) <= self.book.seen
        if isinstance(node, Call):
            is_known = node.function != "sigma" and self.is_known(node)
            return definitions.of(node.function, len(node.arguments)) is not None or is_known
        return False

    def is_known(self, node: Call) -> bool:
        """Whether a letter is called as the function that everybody writes by it, in a note that has no other."""
        is_own = node.function.removesuffix("script") in self.book.conventions.own
        return (node.function, len(node.arguments)) in KNOWN and not is_own

    def named(self, left: Side, right: Side, relation: str) -> Kind | None:
        """What the first link of a chain is where it claims nothing; None where it claims."""
        node, body = left.node, right.node
        if group := self.group(node, body):
            self.book.clauses.append(group)
            return Kind.ASSUMPTION
        if self.is_update(node, body):
            if self.is_recursion(node, body) and not self.is_defined(node):
                self.define(left, right)
            return Kind.UPDATE
        definition = definition_of(node, body, left.line)
        if definition is None:
            return None
        if (noise := noise_of(node, body, left.line)) is not None:
            self.book.definitions.add(replace(noise, section=self.book.section))
            return Kind.ASSUMPTION
        is_number = exact_value(body) is not None
        if is_number and isinstance(node, Binary) and not is_scale(definition.name):
            return None  # y^2 = 1 holds for y = -1 too: it does not say what y is
        if is_number and without_hat(definition.name) != definition.name and not self.is_defined(node):
            self.define(left, right)
            return Kind.CONDITION if self.is_condition(definition.name) else Kind.DEFINITION
        if is_number and self.is_number_already(node):
            return None
        if isinstance(node, Name | Indexed) and is_number and not self.is_defined(node):
            self.book.specials.add(node, body, self.at.formula)
            if not supposes(self.at.formula.words):
                self.book.solving.given.add(node.name)
            return Kind.ASSUMPTION
        if isinstance(node, Name) and is_place(self.at.formula) and self.varies(node):
            self.book.specials.add(node, body, self.at.formula)
            return Kind.ASSUMPTION
        if isinstance(node, Indexed) and is_case(node, body, self.at.formula) and not self.is_defined(node):
            self.book.specials.add(node, body, self.at.formula)
            return Kind.ASSUMPTION
        if relation == ":=":
            self.define(left, right)
            return Kind.DEFINITION
        if (definition.name, left.line) in self.book.foreseen:
            return Kind.DEFINITION
        if self.is_condition(definition.name) and not self.undoes_a_name(node, body):
            self.name_solution(left, right, definition.name)
            return Kind.CONDITION
        if self.is_defined(node) or self.comes_back(node, body):
            return None
        self.define(left, right)
        return Kind.DEFINITION

    def varies(self, node: Name) -> bool:
        """Whether something is derived by a letter, or a function is defined of it."""
        held = self.book.definitions.held
        return node.name in self.book.varied or any(node in each.parameters for each in held)

    def comes_back(self, node: Node, body: Node) -> bool:
        """``p = 1/(1 + e^{-\\mathrm{logit}(p)})`` claims: what is left stands on the right too, or in a name there."""
        if not isinstance(node, Name | Indexed):
            return False
        definitions = Definitions(list(self.book.definitions.held), self.book.definitions.means)
        try:
            unfolded = Unfolding(definitions, frozenset()).of(without_derivatives(body))
        except NotUnderstood:
            unfolded = body
        return any(part == node for side in (body, unfolded) for part in walk(side))

    def is_number_already(self, node: Node) -> bool:
        """Whether an estimate has a value: ``\\hat w = 3``, and now another."""
        before = self.definition_behind(node)
        is_estimate = before is not None and without_hat(before.name) != before.name
        return is_estimate and before is not None and exact_value(before.body) is not None

    def undoes_a_name(self, node: Node, body: Node) -> bool:
        """``p = 1/(1 + e^{-F})`` after ``F = \\log(p/(1-p))``, which was named since something was set to 0."""
        named = self.book.solving.named_since(self.book.definitions)
        inside = letters_of(body)
        comes_back = any(held.name in inside and node in set(walk(held.body)) for held in named)
        return comes_back and node not in set(walk(body))

    def is_condition(self, name: str) -> bool:
        """The solution of ``dL/dp = 0``: what was varied, perhaps with a hat, after a derivative was set to 0."""
        return self.book.solving.zeroed and without_hat(name) in self.book.varied

    def name_solution(self, left: Side, right: Side, name: str) -> None:
        """``w^* = ...`` stands for the place from there on; ``w`` itself still varies."""
        if without_hat(name) != name and not self.is_defined(left.node):
            self.define(left, right)

    def is_update(self, node: Node, body: Node) -> bool:
        """``w = w - ...``, ``w_{t+1} = w_t - ...`` and ``v_t = b v_{t-1} + ...``."""
        whole = body
        while isinstance(body, Binary) and body.operator in "+-":
            if body.left == node or is_next(node, body.left):
                return True
            body = body.left
        return self.is_recursion(node, whole)

    def is_recursion(self, node: Node, body: Node) -> bool:
        """``c_t = f_t c_{t-1} + g_t``, by which derivatives by ``f_t`` are taken too."""
        return isinstance(node, Indexed) and any(is_before(node, part) for part in walk(body))

    def group(self, node: Node, body: Node) -> str | None:
        """``\\sum_k t_k = 1`` says that the t_k are one-hot, or that they are probabilities."""
        if not isinstance(node, Reduction) or node.kind != "sum" or body != ONE:
            return None
        data = node.body
        if not isinstance(data, Indexed) or data.indices[-1:] != (Name(node.index),):
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
        nodes = [side.node for side in after if side.ways and not calls_same(side.node, left.node)]
        bodies = [node for node in nodes if not self.is_opaque(node)]
        plain = [node for node in bodies if not variables_in([node])]
        body = next(iter(plain or bodies), right.node)
        definition = definition_of(left.node, body, left.line)
        last = {letter for letter in self.book.ends if letter.isupper()}
        if definition is not None and isinstance(left.node, Indexed) and last & set(definition.letters):
            definition = replace(definition, letters=(), element=left.node)  # \\pi_K = 1 - ... is the last one
        if definition is not None:
            others = tuple(node for node in plain if node != body)
            ways = tuple((way.value, ", ".join(way.taken)) for way in right.ways[1:] if body == right.node)
            found = replace(definition, section=self.book.section, others=others, readings=ways)
            self.book.definitions.add(found)
            self.define_element(left, right)

    def define_element(self, left: Side, right: Side) -> None:
        """``y = w x + b`` of data says the same of every element."""
        one = left_out.element(left)
        if one is None or left_out.element(right) is None:
            return
        definitions = Definitions(list(self.book.definitions.held), self.book.definitions.means)
        try:
            body = Unfolding(definitions, frozenset()).of(right.node)
        except NotUnderstood:
            return
        samples = self.book.samples
        whole = of_sample(body, samples) if samples else left_out.indexed(body, self.book.data)
        found = definition_of(one, whole, left.line)
        if found is not None:
            self.book.definitions.add(replace(found, section=self.book.section))

    def is_opaque(self, node: Node) -> bool:
        """Whether a function occurs that nothing defines."""
        return any(
            isinstance(part, Call)
            and part.function not in FUNCTIONS
            and not self.is_defined(part)
            and not self.is_known(part)
            for part in walk(node)
        )

    def is_being_solved(self, left: Side, right: Side) -> bool:
        """``n b = \\sum_i y_i - a \\sum_i x_i``: an equation after ``... = 0`` holds at the solution."""
        if not self.book.solving.zeroed or self.continued:
            return False
        node = unsquared(left.node)
        if isinstance(node, Name | Indexed):
            return not self.is_defined(node) and not self.undoes_a_name(node, right.node)
        held = letters_of(left.node) | letters_of(right.node)
        if variables_in([left.node]):
            return False
        names = letters_of(left.node) - letters_of(right.node)
        if names and all(self.book.definitions.of(name) is not None for name in names):
            return False  # both of what is multiplied have been named
        is_equation = isinstance(left.node, Binary | Reduction | Negative | Number) or is_function_value(left.node)
        return self.book.solving.now and is_equation and bool(held & self.book.varied)

    def names_last(self, left: Side, right: Side) -> bool:
        """``\\sum_k n_k = n`` and ``\\frac{dE}{dz} = \\delta``: a letter that is new is named by the left."""
        node = right.node
        if not isinstance(node, Name | Indexed) or self.continued or not left.ways:
            return False
        definition = definition_of(node, left.node, right.line)
        is_known = node.name in self.book.seen | self.book.ends or self.is_defined(node)
        is_known = is_known or self.book.definitions.means(node.name) is not None
        others = [side for side in self.sides if side is not right and side.ways]
        is_known = is_known or any(node.name in self.names_in(side, isinstance(node, Name)) for side in others)
        derived = [part.body for part in walk(left.node) if isinstance(part, Derivative)]
        is_open = any(isinstance(body, Name | Indexed) and not self.is_defined(body) for body in derived)
        if definition is None or is_known or is_open or node.name in bound_in(left.node):
            return False
        self.book.definitions.add(replace(definition, section=self.book.section))
        return True

    def names_in(self, side: Side, plain: bool) -> frozenset[str]:
        """The plain names of a side, or those of its data; looked for once, though each link asks of all sides."""
        key = id(side), plain
        if key not in self.held:
            self.held[key] = frozenset((free_names if plain else data_names)(side.node))
        return self.held[key]

    def is_opaque_before(self, left: Side, right: Side) -> bool:
        """Whether a name stood for something with functions that nothing defines, and now for something plain."""
        before = self.definition_behind(left.node)
        if before is None or self.continued or definition_of(left.node, right.node, left.line) is None:
            return False
        return bool(self.opaque_functions(before.body)) and not self.opaque_functions(right.node)

    def is_named_anew(self, left: Side, right: Side) -> bool:
        """A name that is given to something with other letters in it, or under another heading, is a new one."""
        before = self.definition_behind(left.node)
        if before is None or definition_of(left.node, right.node, left.line) is None or self.continued:
            return False
        if self.has_other_arguments(left.node, right.node, before):
            return True
        if isinstance(left.node, Call) and self.is_of_renamed(before):
            return True
        known = letters_of(before.body) | self.letters_behind(before.body) | self.introduced()
        if isinstance(left.node, Call | Indexed):
            known |= letters_of(left.node)  # f(y) after f(x): the letter of the argument makes no other function of it
        if not letters_of(right.node) <= known or self.has_other_kind(right.node, before):
            return True
        if isinstance(left.node, Call) and is_function_value_of_note(right.node):
            behind = self.letters_behind(right.node) - self.book.ends
            if not behind <= known | letters_of(right.node):
                return True  # h(t) = H'(t) of another H than h was named by
        if isinstance(left.node, Call) and left.node.function in {"log", "ln"}:
            return False
        section = self.book.section
        is_apart = before.section != section and letters_of(right.node) != letters_of(before.body)
        return before.section[0] != section[0] or is_apart

    def is_of_renamed(self, before: Definition) -> bool:
        """``b(\\theta)`` again once ``\\theta`` stands for something else than when b was named."""
        held = self.book.definitions.held
        place = held.index(before)
        names = {part.name for part in before.parameters if isinstance(part, Name)}
        newer, older = ({each.name for each in part} for part in (held[:place], held[place + 1 :]))
        return bool(names & newer & older)

    def has_other_kind(self, node: Node, before: Definition) -> bool:
        """``C = (a - y)^2`` after ``C = \\sum_j (y_j - a^L_j)^2`` of data: another C, unless it is one sample."""
        data = data_names(before.body) - free_names(before.body)
        if data_names(node) or not free_names(node) & data:
            return False
        single = left_out.for_one_sample(before.body)
        if {part.name for part in before.parameters if isinstance(part, Name)} & data and _is_of_outcomes(before, node):
            return True  # H(p) of two outcomes beside H(p) of the p_k
        return single is None or not letters_of(node) <= letters_of(single)

    def letters_behind(self, body: Node) -> frozenset[str]:
        """The letters of a formula with its names put in."""
        definitions = Definitions(list(self.book.definitions.held), self.book.definitions.means)
        try:
            return letters_of(Unfolding(definitions, frozenset()).of(without_derivatives(body)))
        except NotUnderstood:
            return frozenset()

    def has_other_arguments(self, node: Node, body: Node, before: Definition) -> bool:
        """``p(y; \\mu)`` after ``p(y; \\phi)``: densities are told apart by what they are densities of."""
        if not isinstance(node, Call) or not before.parameters:
            return False
        names = [
            {part.name for part in args if isinstance(part, Name | Indexed)}
            for args in (node.arguments, before.parameters)
        ]
        if names[0] and names[1] and not names[0] & names[1] and (names[0] | names[1]) <= letters_of(body):
            return True  # RSS(lambda) of beta and lambda after RSS(beta)
        return names[0] != names[1] and (len(node.arguments) > 1 or node.function in PROBABILITIES - {"P", "f"})

    def opaque_functions(self, node: Node) -> frozenset[str]:
        definitions = Definitions(list(self.book.definitions.held), self.book.definitions.means)
        unfolding = Unfolding(definitions, frozenset())
        with suppress(NotUnderstood):  # what has been met until there is known
            unfolding.of(without_derivatives(node))
        return frozenset(unfolding.opaque_names)

    def definition_behind(self, node: Node) -> Definition | None:
        definitions = self.book.definitions
        if isinstance(node, Call) and node.function in {"log", "ln"}:
            node = node.arguments[0]
        if isinstance(node, Name):
            return definitions.of(node.name)
        if isinstance(node, Indexed):
            return definitions.family(node)
        return definitions.of(node.function, len(node.arguments)) if isinstance(node, Call) else None

    def introduced(self) -> frozenset[str]:
        """The names that definitions stand for: a new formula for something may use them."""
        return frozenset(held.name for held in self.book.definitions.held)


def _is_of_outcomes(before: Definition, node: Node) -> bool:
    """Whether a sum runs over classes and no samples, or ``node`` has ``1 - p`` for the other of two outcomes."""
    indices = {part.index for part in walk(before.body) if isinstance(part, Reduction)}
    return not indices & SAMPLES or any(True for _ in complements(node))
