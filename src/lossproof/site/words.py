"""Every phrase that the page writer puts on a page, one object a language.

A reason, a title and a method come from the derivation and the referee; everything else stands here, so that
another language is another `Words` and no page function changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from lossproof.derivation import RELATION_SENTENCES, Relation
from lossproof.referee.verdict import SENTENCES, Status


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of one language; ``{...}`` are filled in by `str.format`."""

    language: str
    # where a step stands
    step_of: str
    source: str
    # the move
    turn: dict[Relation, str]
    relation: dict[Relation, str]
    no_claim: str
    # the verdict
    verdict: str
    status: dict[Status, str]
    sentence: dict[Status, str]
    how: str
    rules: str
    points: str
    mutants: str
    mutants_of_all: str
    survived: str
    proof: str
    witness: str
    witness_values: str
    under: str
    rests_on: dict[Status, str]
    # around the step
    source_code: str
    source_code_note: str
    uses: str
    used_by: str
    nothing_before: str
    nothing_after: str
    # the chapter
    map: str
    whole: str
    assumptions: str
    # pieces of hand-written pages
    tried: str
    dropped: str
    refuted: str
    together: str
    chapter: str
    number: str
    search: str
    on_the_page: str
    in_scripts: str
    values: str
    first_in: str
    written: str
    printed: str
    aliases: str
    claims: str
    claims_right: str
    claims_wrong: str
    claims_seconds: str
    claims_corroborated: str
    claims_not_good: str
    claims_missing: str
    none: str
    move: str
    gives: str
    show_code: str


ENGLISH = Words(
    language="en",
    step_of="step {number} of {count}",
    source="Source",
    turn={
        Relation.GIVEN: "assumed",
        Relation.DEFINITION: "a name",
        Relation.EQUAL: "equal",
        Relation.EQUAL_ON: "equal, case by case",
        Relation.SAME_OPTIMUM: "same optimum",
        Relation.DERIVATIVE: "derivative",
        Relation.AT_LEAST: "inequality",
        Relation.CONVEX: "convex",
    },
    relation=RELATION_SENTENCES,
    no_claim="This step claims no formula of its own: it is as good as the move that made it.",
    verdict="Is it true?",
    status={
        Status.PROVED: "proved",
        Status.CORROBORATED: "corroborated",
        Status.REFUTED: "refuted",
        Status.UNDECIDED: "undecided",
        Status.GIVEN: "given",
    },
    sentence=SENTENCES,
    how="How",
    rules="named rules in the proof",
    points="points agree in ball arithmetic, to within {radius}",
    mutants="wrong versions of the claim refuted",
    mutants_of_all="wrong versions of the claims refuted",
    survived="A wrong version of this claim was not refuted",
    proof="The proof, rule by rule",
    witness="Counterexample",
    witness_values="There one side is {lhs} and the other {rhs}; they differ by {difference}.",
    under="Under",
    rests_on={
        Status.GIVEN: "Rests on what is assumed in",
        Status.CORROBORATED: "Rests on a step that is corroborated and not proved:",
        Status.UNDECIDED: "Rests on a step that is undecided:",
        Status.REFUTED: "Rests on a step that is refuted:",
        Status.PROVED: "Rests on",
    },
    source_code="The step in SymPy",
    source_code_note="This derives the result. The claim was written down separately; the referee compares the two.",
    uses="Uses",
    used_by="Used by",
    nothing_before="nothing: the chain starts here",
    nothing_after="nothing yet: the chain ends here",
    map="Map",
    whole="The chain",
    assumptions="What is assumed of each quantity",
    tried="wrong versions tried",
    dropped="dropped",
    refuted="refuted",
    together="Together",
    chapter="Chapter",
    number="Number",
    search="Search",
    on_the_page="On the page",
    in_scripts="In scripts and claims",
    values="Values",
    first_in="First in",
    written="Written",
    printed="Printed",
    aliases="Other names",
    claims="Claims",
    claims_right="right claims",
    claims_wrong="wrong claims",
    claims_seconds="The median verdict took {median:.2f} s, the slowest {slowest:.1f} s, in one process, uncached.",
    claims_corroborated="Right but only corroborated: {names}.",
    claims_not_good="Judged wrongly or not at all: {names}.",
    claims_missing="These figures have not been measured in this copy; the command that does is",
    none="none",
    move="Move",
    gives="Gives",
    show_code="The code of this figure",
)

WORDS = {words.language: words for words in (ENGLISH,)}
