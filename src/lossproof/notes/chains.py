"""One chain from left to right: what its first link names, and whether each of the others holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lossproof.notation import to_latex
from lossproof.notation.tex.prime_names import PRIME
from lossproof.notation.tex.readings import Beyond, NotUnderstood, Reading
from lossproof.notation.tree import (
    Call,
    Indexed,
    Name,
    Node,
)
from lossproof.notes.chain_excuses import ANEW, Excuses
from lossproof.notes.chain_parts import ZERO, letters_of
from lossproof.notes.definitions import Variable, definition_of
from lossproof.notes.densities import not_adding_up
from lossproof.notes.findings import Finding, Kind, Link
from lossproof.notes.judging import GOOD, Context, Outcome, decided, strongest
from lossproof.notes.likelihoods import of_likelihood
from lossproof.notes.nearest import nearest_form
from lossproof.notes.note_letters import shown_clause, shown_witness
from lossproof.notes.places import Place, kind_of
from lossproof.notes.put_in import Unfolding, variables_in
from lossproof.notes.sides import Side
from lossproof.notes.slips import lost_bracket
from lossproof.referee.verdict import Status

if TYPE_CHECKING:
    from lossproof.notes.meaning import Book

_ALIGNS = re.compile(r"(?<!\\)&(?!\w+;)")
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


PRIMED = "read so: the prime is part of the name, no derivative"


@dataclass(frozen=True, slots=True)
class Chain:
    """The end of the chain before, which a formula that begins with ``=`` continues; ``right`` held last."""

    last: Side
    right: Side
    broken: bool = False


class Walker(Excuses):
    """One chain from left to right."""

    def __init__(
        self, book: Book, at: Place, sides: list[Side], relations: list[str], continued: bool, extra: Sequence[str]
    ) -> None:
        self.book, self.at, self.extra = book, at, list(extra)
        self.sides, self.relations, self.continued = sides, relations, continued
        self.held = {}
        self.right = book.previous.right if continued and book.previous else (sides[0] if sides else None)
        self.broken = bool(continued and book.previous and book.previous.broken)
        self.varied: frozenset[Variable] | None = None
        self.zeroed = False
        self.assumes = False

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
            if not self.assumes:
                self.book.previous = Chain(last, self.right or last, self.broken)
            nodes = [side.node for side in self.sides if side.ways]
            self.book.varied |= {variable.name for variable in variables_in(nodes)}
            self.book.seen = self.book.seen.union(*map(letters_of, nodes))

    def drop_zero(self) -> None:
        """``... = 0`` behind a derivative asks for the place where it vanishes."""
        last = self.sides[-1]
        is_zero = bool(last.ways) and last.node == ZERO and self.relations[-1] == "="
        if is_zero and (len(self.sides) > 2 or (self.sides[0].ways and variables_in([self.sides[0].node]))):
            self.zeroed = True
            self.book.solving.begin(self.book.definitions)
            self.sides, self.relations = self.sides[:-1], self.relations[:-1]
            if len(self.sides) == 1:
                self.sides = [*self.sides, last]
                self.relations = ["=0"]

    def row(self, left: Side, right: Side, kind: Kind, message: str = "", links: tuple[Link, ...] = ()) -> Finding:
        """A finding in the line of the right side."""
        new_line = right.line != left.line
        start = right.start if new_line or self.continued_from(left) else left.start
        latex = right.latex if new_line or self.continued_from(left) else self.as_written(left, right)
        latex = latex if left.latex or right.latex else self.at.formula.latex.strip()
        line = right.line if right.line else left.line
        return Finding(line, latex, kind, start, right.end, links, message, self.at.formula.cell)

    def as_written(self, left: Side, right: Side) -> str:
        """``n > 1``: both sides with the relation that the note has between them."""
        first = self.at.formula.start
        between = _ALIGNS.sub(" ", self.at.formula.latex[left.end - first : right.start - first])
        relation = " ".join(between.replace("\\\\", " ").split()) if first <= left.end <= right.start else ""
        return f"{left.latex} {relation or '='} {right.latex}"

    def continued_from(self, left: Side) -> bool:
        return self.continued and left is self.sides[0]

    def link(self, place: int) -> Finding:
        """What stands between two neighbours of the chain."""
        left, right, relation = self.sides[place], self.sides[place + 1], self.relations[place]
        if relation == "=0":
            return self.row(left, right, Kind.CONDITION)
        if relation in UNJUDGED or relation in {"<", ">", "<=", ">=", "!=", "in", "range"}:
            if self.says_case(left, right, relation):
                return self.row(left, right, Kind.ASSUMPTION, "in this sentence")
            message = UNJUDGED.get(relation, "an inequality is not judged")
            return self.row(left, right, Kind.BEYOND, f"Not judged: {message}.")
        if relation == "<-":
            return self.row(left, right, Kind.UPDATE)
        errors = [error for error in (left.error, right.error) if error is not None]
        if error := next((error for error in errors if isinstance(error, Beyond)), next(iter(errors), None)):
            return self.unread(place, left, right, error)
        return self.equality(place, left, right, relation)

    def says_case(self, left: Side, right: Side, relation: str) -> bool:
        """``if $yf < 1$``: what the claims of the sentence hold under."""
        if len(self.sides) != 2 or not left.ways or not right.ways:
            return False
        try:
            one, other = (self.put_in(side.node) for side in (left, right))
        except NotUnderstood:
            return False
        return self.book.cases.say(one, relation, other, self.at.formula, f"{left.latex} {relation} {right.latex}")

    def unread(self, place: int, left: Side, right: Side, error: NotUnderstood) -> Finding:
        """A side that cannot be read: what can be read stands for it from here on."""
        if place == 0 and right.ways and not self.continued:
            self.right = right
        if place == 0 and left.ways and not self.continued and set(self.relations) <= {"=", ":="}:
            self.name_by_later(left)
        return self.row(left, right, kind_of(error), self.at.told(error))

    def name_by_later(self, left: Side) -> None:
        """``D = \\int ... = \\log s`` names D by the side that is read, though the one between is not."""
        later = next((side for side in self.sides[2:] if side.ways), None)
        if later is None or self.is_defined(left.node) or definition_of(left.node, later.node, left.line) is None:
            return
        self.define(left, later)
        self.right = later

    def equality(self, place: int, left: Side, right: Side, relation: str) -> Finding:
        first = place == 0 and not self.continued
        if first and (kind := self.named(left, right, relation)) is not None:
            self.right = right
            self.assumes = kind is Kind.ASSUMPTION and not self.at.formula.display
            is_primed = isinstance(left.node, Name | Indexed) and left.node.name.endswith(PRIME)
            said = PRIMED if is_primed and kind is Kind.DEFINITION else ""
            return self.told_of(left, right, kind) or self.row(left, right, kind, said)
        if not first and self.names_function(left):
            self.define(left, right)
            return self.row(left, right, Kind.DEFINITION)
        return self.claim(place, left, right)

    def told_of(self, left: Side, right: Side, kind: Kind) -> Finding | None:
        """What there is to say of a definition: probabilities that do not add up, a slip that shows by itself."""
        if kind is not Kind.DEFINITION:
            return None
        if (link := of_likelihood(self, left, right)) is not None:
            return self.row(left, right, Kind.CLAIM, link[1], (link[0],))
        return self.adding_up(left, right) or self.slipped(left, right)

    def slipped(self, left: Side, right: Side) -> Finding | None:
        """The finding that a definition says something else than its author meant."""
        slip = lost_bracket(right.node) or self.book.lost_caret(right, self.at)
        if slip is None:
            return None
        meant = replace(right, ways=(Reading(slip.meant, ()),))
        outcome = self.understood(right, meant, self.book.context(frozenset(), self.extra))
        if outcome is None or outcome.status is not Status.REFUTED:
            return None
        witness = shown_witness(outcome.witness, self.book.letters)
        link = Link(right.latex, to_latex(slip.meant), outcome.status, witness, to_latex(slip.meant))
        return self.row(left, right, Kind.DEFINITION, slip.sentence, (link,))

    def adding_up(self, left: Side, right: Side) -> Finding | None:
        """The finding that what was just named as a probability does not add up to 1."""
        held = self.book.definitions.held
        if not isinstance(left.node, Call) or not held or held[0].line != left.line:
            return None
        context = self.book.context(frozenset(), self.extra)
        found = not_adding_up(held[0], context.assumptions, lambda claim: decided(claim, context))
        return self.row(left, right, Kind.DEFINITION, found[1], (found[0],)) if found else None

    def claim(self, place: int, left: Side, right: Side) -> Finding:
        if self.names_last(left, right):
            return self.row(left, right, Kind.DEFINITION)
        kept = self.kept()
        context = self.book.context(kept, self.extra)
        try:
            outcome = self.with_rounding(left, right, self.outcome(left, right, context))
        except NotUnderstood as error:
            if place == 0 and self.is_opaque_before(left, right):
                self.define(left, right)
                return self.row(left, right, Kind.DEFINITION, ANEW)
            self.right = right
            return self.row(left, right, kind_of(error), error.sentence)
        said: tuple[str, ...] = ()
        if outcome.status is Status.REFUTED and self.broken and self.right is not None and right.line != left.line:
            again = self.against_last_right(right, context)
            if again is not None and again.status in GOOD:
                outcome, said = again, (f"agrees with line {self.right.line} again",)
                left = self.right
        if outcome.status is Status.REFUTED and (found := self.excuse(place, left, right, outcome)) is not None:
            return self.row(left, right, *found)
        self.book.solving.now = self.zeroed
        self.broken = outcome.status is Status.REFUTED
        if self.broken:
            behind = {side.node for side in self.sides[place + 1 :] if side.ways}
            self.book.definitions.forget(behind)
            if place > 0:
                self.book.definitions.instead(behind, left.node, self.sides[0].line)
        else:
            self.right = right
            if not outcome.only:  # f = 1 at some values is no formula for f
                self.remember_formula(place, left, right)
        return self.row(left, right, Kind.CLAIM, self.sentence(outcome, said), (self.made(left, right, outcome, said),))

    def remember_formula(self, place: int, left: Side, right: Side) -> None:
        """A right claim about a name is another formula for it: its derivatives may be taken of that one."""
        before = self.definition_behind(left.node)
        if place == 0 and before is not None and before.is_of(left.node) and not variables_in([right.node]):
            self.book.definitions.also(before, right.node)

    def against_last_right(self, right: Side, context: Context) -> Outcome | None:
        assert self.right is not None
        try:
            return self.judged(self.right, right, context)
        except NotUnderstood:
            return None

    def kept(self) -> frozenset[Variable]:
        """What the derivatives of the chain vary: those of its first side, or of all where it has none."""
        if self.varied is None:
            first = variables_in([self.sides[0].node] if self.sides[0].ways else [])
            self.varied = first or variables_in([side.node for side in self.sides if side.ways])
        return self.varied

    def sentence(self, outcome: Outcome, said: Sequence[str]) -> str:
        parts = (
            [f"holds if {'; '.join(self.assumed(outcome))}, which the note does not say"]
            if outcome.assumed and outcome.status in GOOD
            else []
        )
        if outcome.asked and outcome.status in GOOD and not self.kept():
            asked = "; ".join(shown_clause(clause, self.book.letters) for clause in outcome.asked)
            parts += [f"where {asked}, which its logarithms ask for"]
        parts += [f"read so: {text}" for text in outcome.said]
        parts += [f"holds only with {outcome.only}"] if outcome.only and outcome.status not in GOOD else []
        return "; ".join(dict.fromkeys([*said, *parts]))

    def made(self, left: Side, right: Side, outcome: Outcome, said: Sequence[str]) -> Link:
        nearest = None
        if outcome.status is Status.REFUTED and outcome.claim is not None:
            supposed = strongest(outcome.claim, self.book.context(self.kept(), self.extra))
            nearest = nearest_form(outcome.claim, right.node, supposed, self.put_in, self.book.letters)
        told = (*said, *outcome.said)
        assumed = self.assumed(outcome) if outcome.status in GOOD else ()
        witness = shown_witness(outcome.witness, self.book.letters)
        return Link(left.latex, right.latex, outcome.status, witness, nearest, assumed, told)

    def assumed(self, outcome: Outcome) -> tuple[str, ...]:
        """What a link assumes, in the letters of the note."""
        return tuple(shown_clause(clause, self.book.letters) for clause in outcome.assumed)

    def put_in(self, node: Node) -> Node:
        """A changed right side with its names put in, as the right side was."""
        context = self.book.context(self.kept(), self.extra)
        found: Node = Unfolding(context.definitions, context.kept, context.fixes).of(node)
        return found
