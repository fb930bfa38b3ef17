"""A link judged in other ways than it stands: what notes usually mean by what they leave out, one way a method."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from lossproof.notation import to_text, walk
from lossproof.notation.tex.readings import Beyond, NotUnderstood, Reading
from lossproof.notation.tree import Binary, Comparison, Derivative, Indexed, Indicator, Name, Number
from lossproof.notes import left_out
from lossproof.notes.any_function import any_function, held_beside
from lossproof.notes.chain_names import Naming
from lossproof.notes.chain_parts import functions_of, letters_of, without_hat
from lossproof.notes.definitions import Definition, Definitions, Unsaid, earlier, folded
from lossproof.notes.few_dimensions import written_size
from lossproof.notes.judging import GOOD, Context, Outcome, judged
from lossproof.notes.own_functions import by_spread, normal_densities
from lossproof.notes.put_in import variables_in
from lossproof.notes.sides import Side
from lossproof.notes.spoken import substitutes
from lossproof.notes.symmetric import symmetric_matrices
from lossproof.notes.usual_functions import by_meaning
from lossproof.referee.verdict import Status

MAX_LETTERS = 6
"""By how many letters of a formula a prime is tried as the derivative."""


class OtherMeanings(Naming):
    """The ways to read a link that does not hold as it stands; each gives its outcome, or None where it is no help."""

    def by_other_formulas(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict with other formulas that the note has shown for its names, if a yes."""
        try:
            return self.by_other_sides(left, right, context)
        except NotUnderstood:
            return None

    def for_any_function(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict on a chain rule of a loss that the note never defines."""
        found = any_function(left.node, right.node, context.definitions, context.sizes)
        if found is None:
            return None
        known = context.definitions.held
        held = Definitions([found[0], *known], context.definitions.means)
        outcome = self.understood(left, right, replace(context, definitions=held))
        if outcome is not None and outcome.status not in GOOD and (fixed := held_beside(left.node, known)):
            rest = [found[0], *(each for each in known if each.name not in fixed)]
            apart = replace(context, definitions=Definitions(rest, context.definitions.means))
            again = self.understood(left, right, apart)
            if again is not None and again.status in GOOD:
                outcome = replace(again, said=(*again.said, f"{', '.join(sorted(fixed))} held fixed"))
        return None if outcome is None else replace(outcome, said=(*outcome.said, found[1]))

    def by_some_letter(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict on ``y' = 2wx`` with the prime as the derivative by one letter of ``y = wx^2``, if a yes."""
        try:
            judged(left.ways, right.ways, context)
        except Unsaid as error:
            name, letters = error.name, error.letters
        except NotUnderstood:
            return None
        else:
            return None
        for letter in letters[:MAX_LETTERS]:
            held = [
                replace(each, parameters=(letter,)) if each.name == name else each for each in context.definitions.held
            ]
            again = replace(context, definitions=Definitions(held, context.definitions.means))
            outcome = self.understood(left, right, again)
            if outcome is not None and outcome.status in GOOD:
                return replace(outcome, said=(*outcome.said, f"{name}' is the derivative by {to_text(letter)}"))
        return None

    def by_earlier_definition(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict with a name as it was before it was named anew, where that fits: H of the p_k and H of one p."""
        held = earlier(context.definitions.held, left.node)
        again = Definitions(held, context.definitions.means)
        return self.understood(left, right, replace(context, definitions=again)) if held else None

    def by_later_name(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict on ``d\\mu/da`` where a was named after ``\\mu = \\sigma(w^\\top x)`` for what stands in it."""
        node = left.node
        name = self.definition_behind(node.variable) if isinstance(node, Derivative) else None
        if name is None:
            return None
        held = folded(context.definitions.held, name)
        return self.understood(left, right, replace(context, definitions=Definitions(held, context.definitions.means)))

    def with_others_held(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict on a partial derivative by a name that the note defines, every other name held fixed; if a yes.

        ``\\partial x_i / \\partial \\mu`` of ``x_i = (a_i - \\mu) / s`` has s fixed, though s goes back to mu too.
        """
        node = left.node
        if not isinstance(node, Derivative) or not isinstance(node.body, Name | Indexed):
            return None
        body = self.definition_behind(node.body)
        if body is None or self.definition_behind(node.variable) is None:
            return None
        rest = [held for held in context.definitions.held if held is body or held.parameters]
        apart = replace(context, definitions=Definitions(rest, context.definitions.means))
        outcome = self.understood(left, right, apart)
        if outcome is None or outcome.status not in GOOD:
            return None
        return replace(outcome, said=(*outcome.said, "the other names are held fixed"))

    def by_usual_functions(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict with the one function that nothing defines as each of those that its letter may stand for."""
        opaque = [self.opaque_functions(side.node) for side in (left, right)]
        names = sorted(opaque[0] | opaque[1])
        if len(names) != 1:
            return None

        def judge(definition: Definition) -> Outcome | None:
            held = Definitions([definition, *context.definitions.held], context.definitions.means)
            return self.understood(left, right, replace(context, definitions=held))

        return by_meaning(names[0], names[0] in opaque[0] & opaque[1], judge)

    def with_lost_indices(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict where some data have an index less than elsewhere: of one sample, or with the index put in."""
        sides = left_out.lengthened((left, right))
        if sides is None:
            return None
        single = left_out.for_one_sample(left.node)
        if single is not None:
            one = replace(left, ways=(Reading(single, ("of one sample",)),))
            found = self.understood(one, right, context)
            if found is not None and found.status in GOOD:
                return found
        return self.understood(sides[0], sides[1], context)

    def understood(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict; None where the link is not understood."""
        try:
            return judged(left.ways, right.ways, context)
        except NotUnderstood:
            return None

    def as_supposed(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict where ``\\|u\\| = 1`` or ``\\sum_i x_i^2 = 1`` is supposed somewhere in the note, if a yes.

        `Beyond` where nothing is found out then.
        """
        unnamed = [
            each for each in self.book.supposed if all(each[0].name != held.name for held in context.definitions.held)
        ]
        if not unnamed:
            return None
        held = [*(definition for definition, _ in unnamed), *context.definitions.held]
        outcome = self.understood(
            left, right, replace(context, definitions=Definitions(held, context.definitions.means))
        )
        if outcome is None or outcome.status is Status.REFUTED:
            return None
        told = ", ".join(words for _, words in unnamed)
        if outcome.status not in GOOD:
            raise Beyond(f"Not judged: whether it holds with {told}.")
        return replace(outcome, said=(*outcome.said, f"with {told}"))

    def in_case(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict where the order holds that the sentence speaks of, if a yes; `Beyond` if undecided."""
        cases = self.book.cases
        if not cases.ties:
            return None
        supposed = replace(context.assumptions, ties=(*context.assumptions.ties, *cases.ties))
        outcome = self.understood(left, right, replace(context, assumptions=supposed))
        if outcome is None or outcome.status is Status.REFUTED:
            return None
        if outcome.status not in GOOD:
            raise Beyond(f"Not judged: whether it holds for {cases.told}.")
        return replace(outcome, said=(*outcome.said, f"for {cases.told}"))

    def settle_spreads(self, left: Side, right: Side) -> None:
        """What held with the variance as the spread of a normal density says so for the rest of the note."""
        for function in normal_densities(left.node, right.node):
            if self.book.definitions.of(function, 3) is None:
                self.book.definitions.add(next(by_spread(function))[0])

    def with_spread(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict with another spread than the variance in ``N(x; mu, sigma)``, if a yes: it is so from here on."""
        for function, spread in normal_densities(left.node, right.node).items():
            for definition, words in by_spread(function) if context.definitions.of(function, 3) is None else ():
                held = Definitions([definition, *context.definitions.held], context.definitions.means)
                outcome = self.understood(left, right, replace(context, definitions=held))
                if outcome is not None and outcome.status in GOOD:
                    self.book.definitions.add(definition)
                    return replace(outcome, said=(*outcome.said, f"{to_text(spread)} is the {words}"))
        return None

    def with_weights_fixed(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict with the weights of an expectation step as numbers, as the step after it has them; if a yes."""
        held = context.definitions.held
        rest = [
            each for each in held if not (each.letters and isinstance(each.body, Binary) and each.body.operator == "/")
        ]
        if not self.book.words.expects or len(rest) == len(held) or not context.kept:
            return None
        weights = ", ".join(dict.fromkeys(each.name for each in held if each not in rest))
        again = replace(context, definitions=Definitions(rest, context.definitions.means))
        outcome = judged(left.ways, right.ways, again)
        return replace(outcome, said=(*outcome.said, f"{weights} held fixed")) if outcome.status in GOOD else None

    def with_nothing_varied(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict on a link behind a derivative that was carried out: all names may be put in; if a yes."""
        if not context.kept or variables_in([left.node, right.node]):
            return None
        return self.good(left, right, replace(context, kept=frozenset()), ())

    def with_estimates(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict with estimates put in for what they estimate, where the words say so; if a yes."""
        held = context.definitions.held
        if not substitutes(self.at.formula.words):
            return None
        bare = [
            replace(each, name=without_hat(each.name))
            for each in held
            if without_hat(each.name) != each.name and not each.parameters
        ]
        told = ", ".join(dict.fromkeys(each.name for each in bare))
        return self.defining(left, right, context, bare, (f"the estimate of {told} put in",)) if bare else None

    def with_identity(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict with ``I_{kj}`` as the elements of the identity matrix, if nothing else is said of it."""
        elements = {
            part.name
            for side in (left, right)
            for part in walk(side.node)
            if isinstance(part, Indexed) and _is_of_two(part)
        }
        if "I" not in elements or any(each.name == "I" for each in context.definitions.held):
            return None
        body = Indicator(Comparison("==", Name("row"), Name("column")))
        identity = Definition("I", body, letters=("row", "column"))
        definitions = Definitions([identity, *context.definitions.held], context.definitions.means)
        found = self.understood(left, right, replace(context, definitions=definitions))
        return None if found is None else replace(found, said=(*found.said, "I is the identity matrix"))

    def with_symmetry(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict with the matrices that the note says to be their own transposes; if a yes."""
        outcome = self.understood(left, right, context)
        parts = [] if outcome is None or outcome.claim is None else outcome.claim.parts
        of_two = {part.name for part in parts if isinstance(part, Indexed) and _is_of_two(part)}
        names = symmetric_matrices(self.book.note, sorted(of_two))
        if not names:
            return None
        found = [_symmetric(name) for name in names]
        return self.defining(left, right, context, found, (f"{', '.join(names)} symmetric",))

    def defining(
        self, left: Side, right: Side, context: Context, found: list[Definition], told: tuple[str, ...]
    ) -> Outcome | None:
        """The verdict with further definitions, if a yes."""
        definitions = Definitions([*found, *context.definitions.held], context.definitions.means)
        return self.good(left, right, replace(context, definitions=definitions), told)

    def good(self, left: Side, right: Side, context: Context, told: tuple[str, ...]) -> Outcome | None:
        """The verdict with words for how it was read, if a yes."""
        outcome = self.understood(left, right, context)
        is_good = outcome is not None and outcome.status in GOOD
        return replace(outcome, said=(*outcome.said, *told)) if outcome is not None and is_good else None

    def in_few_dimensions(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict on ``w^\\top x = w_1 x_1 + w_2 x_2``, whose components say how many there are."""
        outcome = self.understood(left, right, context)
        claim = None if outcome is None else outcome.claim
        found = None if claim is None else written_size(claim.left, claim.right, self.book.letters)
        if found is None:
            return None
        size, count = found
        held = [Definition(size, count), *context.definitions.held]
        again = replace(context, definitions=Definitions(held, context.definitions.means))
        outcome = self.understood(left, right, again)
        return outcome and replace(outcome, said=(*outcome.said, f"in {to_text(count)} dimensions"))

    def by_other_sides(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict with names put in by other sides of the chains that defined them, where it is a yes."""
        held = context.definitions.held
        names = letters_of(left.node) | letters_of(right.node) | functions_of(left.node) | functions_of(right.node)
        for place, definition in enumerate(held):
            others = [*((body, "") for body in definition.others), *definition.readings]
            for body, words in others if definition.name in names else ():
                changed = [*held[:place], replace(definition, body=body), *held[place + 1 :]]
                again = replace(context, definitions=Definitions(changed, context.definitions.means))
                outcome = judged(left.ways, right.ways, again)
                if outcome.status in GOOD:
                    told = (f"{words}, in {definition.name}",) if words else ()
                    if words:
                        self.book.definitions.settle(frozenset({definition.name}), definition, body)
                    return replace(outcome, said=(*outcome.said, *told))
        return None


def _is_of_two(part: Indexed) -> bool:
    return len(part.indices) == 2


def _symmetric(name: str) -> Definition:
    """``S_ij = (T_ij + T_ji)/2`` of any T."""
    row, column, free = Name("row"), Name("column"), f"{name}_free"
    total = Binary("+", Indexed(free, (row, column)), Indexed(free, (column, row)))
    return Definition(name, Binary("/", total, Number(Fraction(2))), letters=("row", "column"))
