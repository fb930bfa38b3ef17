"""The verdict on one link: as it stands, then as notes usually mean what they leave out."""

from __future__ import annotations

from dataclasses import replace

from lossproof.notation import free_names
from lossproof.notation.domains import exact_value
from lossproof.notation.tex.readings import Beyond, NotUnderstood
from lossproof.notation.tree import Indexed, Name
from lossproof.notes import left_out
from lossproof.notes.assuming import said
from lossproof.notes.chain_parts import functions_of, letters_of
from lossproof.notes.definitions import Definitions
from lossproof.notes.inverses import tied
from lossproof.notes.judging import GOOD, Context, Outcome, judged
from lossproof.notes.other_meanings import OtherMeanings
from lossproof.notes.rounded import as_rounded
from lossproof.notes.sides import Side
from lossproof.notes.specials import Special, in_general, told, with_values
from lossproof.notes.spoken import asks_to_solve
from lossproof.referee.verdict import Status


class Verdicts(OtherMeanings):
    """The part of reading a chain that judges a link."""

    def outcome(self, left: Side, right: Side, context: Context) -> Outcome:
        """The verdict as the link stands; where it says too little, with what is usually meant."""
        try:
            self.refuse_one_sided(left, right)
            context = tied(left.node, right.node, context)
            before = self.by_earlier_definition(left, right, context)
            if before is not None and before.status in GOOD:
                return before
            return self.of_all_or_one(left, right, context)
        except NotUnderstood:
            for rule in (
                self.by_usual_functions,
                self.with_lost_indices,
                self.by_other_formulas,
                self.for_any_function,
                self.with_others_held,
                self.by_some_letter,
                self.by_later_name,
                self.by_earlier_definition,
            ):
                if (found := rule(left, right, context)) is not None:
                    return found
            raise

    def judged(self, left: Side, right: Side, context: Context) -> Outcome:
        """The verdict; where it is no, once more with the values that the note has just given to its names."""
        outcome = judged(left.ways, right.ways, context)
        if outcome.status in GOOD:
            self.book.definitions.settle(letters_of(left.node) | functions_of(left.node))
            self.settle_spreads(left, right)
        else:
            outcome = self.by_other_sides(left, right, context) or outcome
        for rule in (
            self.with_weights_fixed,
            self.with_others_held,
            self.with_nothing_varied,
            self.with_estimates,
            self.with_identity,
            self.with_symmetry,
            self.in_few_dimensions,
            self.with_spread,
            self.as_supposed,
            self.in_case,
        ):
            if outcome.status not in GOOD:
                outcome = rule(left, right, context) or outcome
        return outcome if outcome.status in GOOD else self.with_specials(left, right, context, outcome)

    def with_specials(self, left: Side, right: Side, context: Context, outcome: Outcome) -> Outcome:
        """The verdict with the values that the note has just given to its names, those that hold for this link.

        `Beyond` where it holds only with a value that the note had in passing, in a sentence that is over.
        """
        single = self.book.specials.single()
        general = in_general(left.node, right.node, single)
        proving = {name: special for name, special in single.items() if name not in general}
        if proving and (again := self.proved_with(left, right, context, proving)) is not None:
            doubtful = {name: each for name, each in proving.items() if each.passing and each.over}
            if doubtful and exact_value(right.node) is None and self.needs(left, right, context, proving, doubtful):
                raise Beyond(f"Not judged: it holds with {told(doubtful)}, which the note says of something before.")
            return replace(again, said=(*again.said, f"with {told(proving)}"), only=told(proving))
        if general and (found := self.as_probabilities(left, right, context)) is not None:
            return found
        if general and self.proved_with(left, right, context, single) is not None:
            return replace(outcome, only=told(general))
        if self.is_settled(left, right) and (again := self.put(left, right, context, single)) is not None:
            is_wrong = again.status is Status.REFUTED
            return replace(again, said=(*again.said, f"with {told(single)}")) if is_wrong else outcome
        return outcome

    def proved_with(
        self, left: Side, right: Side, context: Context, values: dict[Name | Indexed, Special]
    ) -> Outcome | None:
        """The verdict with values put in, if a yes."""
        found = self.put(left, right, context, values)
        return found if found is not None and found.status in GOOD else None

    def put(self, left: Side, right: Side, context: Context, values: dict[Name | Indexed, Special]) -> Outcome | None:
        """The verdict with values put in, those of what derivatives vary after these are carried out."""
        kept = frozenset(variable for variable in context.kept if variable not in values)
        fixes = context.fixes or kept != context.kept
        again = replace(context, definitions=with_values(context.definitions, values), kept=kept, fixes=fixes)
        return self.understood(left, right, again)

    def needs(
        self,
        left: Side,
        right: Side,
        context: Context,
        proving: dict[Name | Indexed, Special],
        doubtful: dict[Name | Indexed, Special],
    ) -> bool:
        """Whether a link that holds with all of ``proving`` does not without those that are ``doubtful``."""
        rest = {name: special for name, special in proving.items() if name not in doubtful}
        return not rest or self.proved_with(left, right, context, rest) is None

    def as_probabilities(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict where ``p_k = 1/K`` of a case tells that the p_k add up to 1, if a yes."""
        names = [clause for clause in self.book.specials.simplices() if clause.split()[0] in letters_of(left.node)]
        if not names:
            return None
        groups = said(names).groups
        supposed = replace(context.assumptions, groups=(*context.assumptions.groups, *groups))
        outcome = judged(left.ways, right.ways, replace(context, assumptions=supposed))
        return replace(outcome, assumed=(*outcome.assumed, *names)) if outcome.status in GOOD else None

    def with_rounding(self, left: Side, right: Side, outcome: Outcome) -> Outcome:
        """The verdict, a yes where numbers differ by no more than the decimals of one of them were rounded."""
        told = as_rounded(left, right, outcome) if outcome.status is Status.REFUTED else None
        if told is None:
            return outcome
        return replace(outcome, status=Status.PROVED, witness=None, said=(*outcome.said, told))

    def is_settled(self, left: Side, right: Side) -> bool:
        """Whether every letter of a link has been said to be one number: nothing is left to solve."""
        letters = letters_of(left.node) | letters_of(right.node)
        single = {name.name for name in self.book.specials.single()}
        is_solved = self.book.solving.zeroed or asks_to_solve(self.at.formula.words)
        return bool(letters) and letters <= single & self.book.solving.given and not is_solved

    def of_all_or_one(self, left: Side, right: Side, context: Context) -> Outcome:
        """The verdict; where samples do not fit together, that on a single one, of which the words around may speak."""
        try:
            outcome = self.judged(left, right, context)
        except NotUnderstood:
            if (single := self.of_one(left, right, context)) is None:
                raise
            return single
        if outcome.status in GOOD or not free_names(right.node) & self.book.data:
            return outcome
        single = self.of_one(left, right, context)
        return single if single is not None and single.status in GOOD else outcome

    def of_one(self, left: Side, right: Side, context: Context) -> Outcome | None:
        """The verdict with every sum over samples as its term; None where there is none, or nothing is understood."""
        held = context.definitions.held
        single = [(each, left_out.for_one_sample(each.body)) for each in held]
        changed = [each if body is None else replace(each, body=body) for each, body in single]
        if changed == held:
            return None
        definitions = Definitions(changed, context.definitions.means)
        try:
            found = self.judged(left, right, replace(context, definitions=definitions))
        except NotUnderstood:
            return None
        return replace(found, said=(*found.said, "of one sample"))

    def refuse_one_sided(self, left: Side, right: Side) -> None:
        """A function that nothing defines and that stands on one side alone is not known."""
        opaque = [self.opaque_functions(side.node) for side in (left, right)]
        for name in sorted(opaque[0] ^ opaque[1]):
            raise Beyond(f"Not judged: the function {name!r} is not defined in this note.")
