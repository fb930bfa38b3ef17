"""Why a link that does not hold is no mistake: a condition, a constraint, a name given anew, a letter unexplained."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import cycle, islice

from lossproof.notation import data_names, free_names, walk
from lossproof.notation.domains import exact_value
from lossproof.notation.tex.matrices import LETTERS
from lossproof.notation.tex.readings import Reading
from lossproof.notation.tree import Binary, Call, Derivative, Indexed, Name, Node
from lossproof.notes.assuming import Claim
from lossproof.notes.chain_parts import ZERO, bound_in, is_before, letters_of, without_calls
from lossproof.notes.chain_verdicts import Verdicts
from lossproof.notes.filled_in import is_filled_in
from lossproof.notes.findings import Kind
from lossproof.notes.judging import GOOD, SEVERAL_STEPS, Outcome, decided
from lossproof.notes.put_in import variables_in
from lossproof.notes.sides import Side
from lossproof.notes.spoken import LETS, NEAR
from lossproof.notes.steps import GOES_BACK, goes_back, is_next_value

ANEW = "named anew: it stood for something else before"
IDENTITY = "I"
MAX_VARIED = 4
"""By how many quantities it is asked whether something changes with them."""


class Excuses(Verdicts):
    """The part of reading a chain that says what a refuted link is where it is not wrong."""

    right: Side | None
    extra: list[str]

    def excuse(self, place: int, left: Side, right: Side, outcome: Outcome) -> tuple[Kind, str] | None:
        """What a refuted link is instead of wrong, with what there is to say; None where it is wrong."""
        letters = letters_of(left.node) | letters_of(right.node)
        if "const" in letters:
            return Kind.BEYOND, "Not judged: a constant that is not written out."
        if any(self.goes_steps_back(side) for side in self.sides if side.ways):
            return Kind.BEYOND, SEVERAL_STEPS
        if IDENTITY in letters and not self.book.conventions.matrices & {IDENTITY} and self.is_unnamed(IDENTITY):
            return Kind.NOT_UNDERSTOOD, "What I is is not said: where it is the identity matrix, declare the vectors."
        if doubtful := self.number_or_matrix(letters):
            self.right = right
            sentence = f"Whether {doubtful!r} is a number or a matrix is not said: write {doubtful} \\in \\mathbb{{R}}"
            return Kind.NOT_UNDERSTOOD, f"{sentence} or {doubtful} \\in \\mathbb{{R}}^{{m \\times d}}."
        if letters & _integrated(self.at.formula.latex):
            return Kind.BEYOND, "Not judged: a letter that an integral runs over."
        if place == 0 and (self.is_named_anew(left, right) or self.ties_letters(left, right)):
            self.define(left, right)
            return Kind.DEFINITION, ANEW
        if place == 0 and self.is_branch(left, right):
            self.define(left, right)
            return Kind.DEFINITION, "the maximum where it is not 0"
        if place == 0 and not self.continued and is_next_value(left.node):
            self.define(left, right)
            return Kind.UPDATE, ""
        if place == 0 and not self.continued and goes_back(left.node, right.node, self.book.definitions):
            self.right = right
            return Kind.CONDITION, GOES_BACK
        if mixed := self.mixed(outcome) or self.mixed_by_names(left, right, outcome):
            self.right = right
            return Kind.NOT_UNDERSTOOD, f"{mixed[0]!r} is a vector elsewhere and a number here."
        if names := self.unheard_of(left, right):
            self.right = right
            self.book.unheard |= set(names)
            return Kind.BEYOND, f"Not judged: {names[0]!r} is not defined in this note."
        return self.condition(place, left, right, outcome)

    def ties_letters(self, left: Side, right: Side) -> bool:
        """``with $p_t = \\sigma(x_t)$`` after ``p_t`` of a letter p that nothing defines: it is now said by x."""
        before = self.definition_behind(left.node)
        is_said = not self.at.formula.display and LETS.search(self.at.formula.words[-NEAR:]) is not None
        if before is None or self.continued or not is_said or not isinstance(left.node, Name | Indexed):
            return False
        one, other = self.letters_behind(left.node), self.letters_behind(right.node)
        return any(map(self.is_unnamed, one - other)) and bool(other - one)

    def is_branch(self, left: Side, right: Side) -> bool:
        """``L = 1 - yf`` after ``L = \\max(0, 1 - yf)``: what it is where the maximum is not 0."""
        before = self.definition_behind(left.node)
        body = before.body if before is not None else None
        if self.continued or not isinstance(body, Call) or body.function != "Max" or ZERO not in body.arguments:
            return False
        context = self.book.context(frozenset(), self.extra)
        parts = [replace(left, ways=(Reading(part, ()),)) for part in body.arguments if part != ZERO]
        return any(
            outcome is not None and outcome.status in GOOD
            for outcome in (self.understood(part, right, context) for part in parts)
        )

    def mixed_by_names(self, left: Side, right: Side, outcome: Outcome) -> list[str]:
        """The data that only a definition has as numbers: ``H(p)`` of one p, and now of all p_k."""
        if outcome.claim is None:
            return []
        both = outcome.claim.names & outcome.claim.data
        return sorted(both - free_names(without_calls(left.node)) - free_names(without_calls(right.node)))

    def number_or_matrix(self, letters: frozenset[str]) -> str | None:
        """``W`` of ``z = W x + b`` where the note speaks of vectors, or where z, x or b have an index elsewhere."""
        conventions = self.book.conventions
        is_open = self.book.words.vectors or bool(conventions.layers & conventions.arrays)
        capitals = sorted(letter for letter in conventions.layers if letter.isupper())
        return capitals[0] if is_open and letters & conventions.layers and capitals else None

    def condition(self, place: int, left: Side, right: Side, outcome: Outcome) -> tuple[Kind, str] | None:
        """An equation to be solved, or one that restricts its letters."""
        if exact_value(right.node) is not None and self.is_constant(outcome):
            return None
        if self.ends_as_condition(left, right):
            self.book.solving.begin(self.book.definitions)
            self.book.varied |= free_names(left.node) | data_names(left.node)
            return Kind.CONDITION, ""
        if place == 0 and (self.is_being_solved(left, right) or self.asks_where(left, right)):
            return Kind.CONDITION, ""
        if place == 0 and (new := self.new_factor(left, right)):
            return Kind.DEFINITION, f"read so: it says what {new} is"
        if is_filled_in(left.node, right.node):
            return Kind.CONDITION, "numbers are put in for its letters, which is not judged"
        if place == 0 and self.is_value(left, right, outcome):
            self.right = right
            return Kind.CONDITION, "a value at some values of its letters, which is not judged"
        if self.is_constraint(left, right) and not self.is_settled(left, right):
            return Kind.CONDITION, "read as a constraint on its letters, which is not judged"
        return None

    def asks_where(self, left: Side, right: Side) -> bool:
        """``F(m) = 1/2`` of a letter that is new: where the function has this value."""
        node = left.node
        if self.continued or not isinstance(node, Call) or exact_value(right.node) is None:
            return False
        new = {part.name for part in node.arguments if isinstance(part, Name)}
        return bool(new) and not new & (self.book.seen | self.introduced()) and self.is_defined(node)

    def new_factor(self, left: Side, right: Side) -> str | None:
        """``D_j S_i = \\partial S_i/\\partial a_j``: the letter of a product that is new says nothing of the rest."""
        node = left.node
        if self.continued or not isinstance(node, Binary) or node.operator != "*" or variables_in([node]):
            return None
        new = letters_of(node) - self.book.seen - letters_of(right.node) - self.indices(node) - self.book.ends
        known = letters_of(right.node) - self.indices(right.node)
        is_one = len(new) == 1 and bool(known) and known <= self.book.seen and all(map(self.is_unnamed, new))
        return next(iter(new)) if is_one else None

    def is_constant(self, outcome: Outcome) -> bool:
        """Whether what is said to be a number has one value at all letters: ``s = \\sin^2 x + \\cos^2 x``."""
        left = None if outcome.claim is None else outcome.claim.left
        if left is None or any(isinstance(part, Derivative) for part in walk(left)):
            return False
        elements = {part.name: len(part.indices) for part in walk(left) if isinstance(part, Indexed)}
        letters = cycle(map(Name, LETTERS))
        varied: list[Name | Indexed] = [
            *map(Name, free_names(left) - self.indices(left) - self.book.ends),
            *(Indexed(name, tuple(islice(letters, count))) for name, count in elements.items()),
        ]
        context = self.book.context(frozenset(), self.extra)
        claims = [Claim(Derivative(left, each), ZERO) for each in sorted(varied, key=str)]
        return 0 < len(claims) <= MAX_VARIED and all(decided(claim, context).status in GOOD for claim in claims)

    def goes_steps_back(self, side: Side) -> bool:
        """``\\partial h_t / \\partial h_k`` of a recursion, where nothing says how many steps lie between."""
        derived = [(part.body, part.variable) for part in walk(side.node) if isinstance(part, Derivative)]
        return any(
            isinstance(body, Indexed)
            and body.name == variable.name
            and not is_before(body, variable)
            and self.book.definitions.is_recursive(body.name)
            for body, variable in derived
        )

    def mixed(self, outcome: Outcome) -> list[str]:
        """The vectors of the note that a claim uses as numbers too; of a component, all data that it uses so."""
        if outcome.claim is None:
            return []
        conventions = self.book.conventions
        both = outcome.claim.names & outcome.claim.data
        is_component = any(isinstance(part, Derivative) and _is_component(part) for part in outcome.claim.parts)
        return sorted(both & (conventions.vectors | (conventions.arrays if is_component else frozenset())))

    def unheard_of(self, left: Side, right: Side) -> list[str]:
        """The names on the right that stand nowhere before: what they mean is not said."""
        heard = {name for name in self.book.unheard if not self.is_unnamed(name)}
        before = (
            self.book.seen - (self.book.unheard - heard)
            | letters_of(left.node)
            | bound_in(left.node)
            | bound_in(right.node)
        )
        for side in self.sides[: self.sides.index(right)]:
            before |= letters_of(side.node) if side.ways else frozenset()
        names = letters_of(right.node) - before - self.indices(right.node)
        return sorted(name for name in names if self.book.definitions.means(name) is None)

    def indices(self, node: Node) -> frozenset[str]:
        inside = [index for part in walk(node) if isinstance(part, Indexed) for index in part.indices]
        return frozenset[str]().union(*map(free_names, inside)) if inside else frozenset()

    def ends_as_condition(self, left: Side, right: Side) -> bool:
        """``... = 0`` that does not hold everywhere is an equation to be solved."""
        return right.node == ZERO and len(self.sides) == 2

    def is_constraint(self, left: Side, right: Side) -> bool:
        """``\\|w\\|^2 = 1``, ``a + b = 1``: a number, and letters of which nothing else says what they are."""
        behind = [side.node for side in self.sides[self.sides.index(right) :] if side.ways]
        if (
            left is not self.sides[0]
            or self.continued
            or exact_value(right.node) is None
            or any(map(letters_of, behind))
        ):
            return False
        letters = letters_of(left.node) - bound_in(left.node)
        calls = [part for part in walk(left.node) if isinstance(part, Call) and part.function not in {"sqrt", "Abs"}]
        return bool(letters) and not calls and all(map(self.is_unnamed, letters))

    def is_value(self, left: Side, right: Side, outcome: Outcome) -> bool:
        """``\\hat y = 0.8`` and ``L = -\\log 0.8`` of what the note defines by letters: an example with numbers."""
        varies = outcome.claim is not None and bool(outcome.claim.names | outcome.claim.data)
        is_name = isinstance(left.node, Name | Indexed) and self.is_defined(left.node)
        return varies and is_name and not self.continued and not letters_of(right.node)

    def is_unnamed(self, name: str) -> bool:
        """Whether no definition says what a letter stands for."""
        return all(held.name != name for held in self.book.definitions.held)


_OVER = re.compile(r"(?<![A-Za-z\\])d\s*\\?([A-Za-z]+)")


def _integrated(latex: str) -> frozenset[str]:
    """The letters that the integrals of a formula run over."""
    return frozenset(_OVER.findall(latex)) if "\\int" in latex else frozenset()


def _is_component(part: Derivative) -> bool:
    """Whether a derivative is taken by the component that the reader chose for a vector."""
    return isinstance(part.variable, Indexed) and part.variable.indices[-1:] == (Name(LETTERS[0]),)
