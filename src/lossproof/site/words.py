"""Every phrase that the page writer puts on a page, one object a language.

A reason and a title come from the derivation, what the referee says from the catalogue of the language (`said`);
everything else stands here, so that another language is another `Words` and no page function changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from lossproof import words
from lossproof.derivation import Relation
from lossproof.derivation.step import Origin
from lossproof.referee.verdict import Status


@dataclass(frozen=True, slots=True)
class CurveWords:
    """What stands in the drawing of error against input."""

    error: str
    computed: str
    printed: str
    gives: str


@dataclass(frozen=True, slots=True)
class CodeWords:
    """The page of what runs: the forms that are computed, how exact they are, their text."""

    title: str
    lead: str
    link: str
    kinds: dict[str, str]
    by: str
    rewritten: str
    as_published: str
    elsewhere: str
    in_wide: str
    not_printable: str
    rewriting: str
    derivatives: str
    derivatives_note: str
    measured: str
    measured_note: str
    form: str
    worst: str
    bad: str
    cost: str
    chosen: str
    exact: str
    exact_note: str
    difference_note: str
    function: str
    number_format: str
    ulp: str
    where: str
    tried_points: str
    against: str
    against_note: str
    failed_note: str
    not_evaluated: str
    neighbours: str
    others_zero: str
    curve: CurveWords
    source: str
    source_note: str
    source_command: str
    back_ends: str


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of one language; ``{...}`` are filled in by `str.format`."""

    said: words.Catalogue
    # where a step stands
    step_of: str
    source: str
    # the move
    turn: dict[Relation, str]
    no_claim: str
    # the verdict
    verdict: str
    status: dict[Status, str]
    how: str
    rules: str
    points: str
    mutants: str
    mutants_of_all: str
    survived: str
    proof: str
    same_formula: str
    as_above: str
    witness: str
    witness_values: str
    under: str
    rests_on: dict[Status, str]
    # around the step
    source_code: str
    source_code_note: dict[Origin, str]
    source_code_of_statement: str
    used_by: str
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
    meaning: str
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
    means: str
    looks_back: str
    first_argument: str
    where_given: str
    show_code: str
    results_missing: str
    # the page of what runs
    code: CodeWords


CODE_ENGLISH = CodeWords(
    title="What runs",
    lead=(
        "Two formulas may be equal on paper and far apart in a computer, which keeps 16 digits and no number above "
        "1.8 · 10³⁰⁸. So the published formulas are rewritten before they become code. This page shows into what, "
        "that it is the same function, and how far the results are from the truth."
    ),
    link="How the last formulas are computed, why that is the same function, and how exact the results are:",
    kinds={"value": "The value", "slope": "The slope", "curvature": "The curvature"},
    by="by {names}",
    rewritten="computed as",
    as_published="computed as it stands",
    elsewhere=(
        "where {inside}. Elsewhere floats overflow or lose digits in every form that was tried; there the same formula "
        "is computed in *wide numbers* (two floats for the digits, and an exponent of their own), or, where those are "
        "not enough, in balls with as many digits as it takes."
    ),
    in_wide=", and wide numbers",
    not_printable="in the names of the code",
    rewriting="How it was rewritten, rule by rule",
    derivatives="Slope and curvature belong to the value",
    derivatives_note=(
        "A minimiser that is given the slope of another function stops in the wrong place. So the published formulas "
        "are compared with the derivatives of one another, wherever the target may lie."
    ),
    measured="What else was measured",
    measured_note=(
        "Every form below is the same function on paper. At {points} points each was compared with the truth; the "
        "cheapest one that stays within {good} ulp runs, or the most exact one where none does. (Where the terms of "
        "a difference cancel, no form can do better, and its error in ulp of the result is large.)"
    ),
    form="Form",
    worst="Largest error, ulp",
    bad="Points beyond {good} ulp",
    cost="Cost",
    chosen="runs",
    exact="How exact",
    exact_note=(
        "An *ulp*, a unit in the last place, is the step from one number that a computer has to the next; 0.5 is the "
        "best that rounding allows. The truth is a ball of high precision. {points} points for each row, over every "
        "exponent from the smallest to the largest, then a search around the worst. Measured when this page was made, "
        "with the {backend} back end; `python benchmarks/kernels.py` does it with many times the points."
    ),
    difference_note=(
        "Where a formula is a difference and its terms cancel, the unit is that of its largest term: "
        "no formula of that shape can be better."
    ),
    function="Function",
    number_format="Numbers",
    ulp="Largest error, ulp",
    where="At ({names})",
    tried_points="Points",
    against="Error against input",
    against_note=(
        "The value for {target}, all along {predictor}: what runs, and beside it the formula as the book prints it, "
        "handed to NumPy and SciPy unchanged."
    ),
    not_evaluated="NumPy and SciPy cannot evaluate the printed formula as it stands, so only what runs is drawn.",
    failed_note="Where the ground is shaded, the printed formula gives {failures}; the truth is an ordinary number.",
    neighbours="Each point of a line is the largest error among its neighbours.",
    others_zero="The other predictors are 0.",
    curve=CurveWords(error="error, ulp", computed="what runs", printed="as the book prints it", gives="gives"),
    source="The code",
    source_note=(
        "Generated from the forms above by SymPy's `lambdify`: a module that needs NumPy and nothing else. "
        "It carries the name of its derivation and a hash of it."
    ),
    source_command="lossproof export {name} --to python -o {name}_loss.py",
    back_ends=(
        "`loss.compile()` turns the same text into machine code with Numba, the default and the fastest; "
        '`loss.compile("numpy")` is the module above; `loss.compile("jax")` gives functions that JAX can map, '
        "compile and run on a GPU."
    ),
)


ENGLISH = Words(
    said=words.ENGLISH,
    step_of="step {number} of {count}",
    source="Source",
    turn={
        Relation.GIVEN: "assumed",
        Relation.DEFINITION: "a name",
        Relation.DERIVED: "so",
        Relation.EQUAL: "equal",
        Relation.EQUAL_ON: "equal, case by case",
        Relation.SAME_OPTIMUM: "same optimum",
        Relation.DERIVATIVE: "derivative",
        Relation.AT_LEAST: "inequality",
        Relation.CONVEX: "convex",
        Relation.SPECIAL: "values put in",
        Relation.ZERO: "solved for 0",
        Relation.OPTIMUM: "optimum",
        Relation.FOR_EVERY: "for every size",
    },
    no_claim="This step claims no formula of its own: it is as good as the move that made it.",
    verdict="Is it true?",
    status={
        Status.PROVED: "proved",
        Status.CORROBORATED: "corroborated",
        Status.REFUTED: "refuted",
        Status.UNDECIDED: "undecided",
        Status.GIVEN: "given",
    },
    how="How",
    rules="named rules in the proof",
    points="points agree in ball arithmetic, to within {radius}",
    mutants="wrong versions of the claim refuted",
    mutants_of_all="wrong versions of the claims refuted",
    survived="A wrong version of this claim was not refuted",
    proof="The proof, rule by rule",
    same_formula="Both sides are the same formula, sign by sign.",
    as_above="By the rules above once more.",
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
    source_code_note={
        Origin.DERIVED: (
            "This derives the result. The claim was written down separately; the referee compares the two."
        ),
        Origin.TYPED: "This writes the line down and uses none above it, so that nothing here derives it.",
        Origin.STATED: "This returns nothing: the line is stated, and the referee derives it from those above.",
    },
    source_code_of_statement="This line is stated, not derived: there is nothing to compare it with.",
    used_by="Used by",
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
    meaning="What it is",
    first_in="first in {step}",
    written="Written",
    printed="Printed",
    aliases="Other names",
    claims="Claims",
    claims_right="right claims",
    claims_wrong="wrong claims",
    claims_seconds="The median verdict took {median:.2f} s, the slowest {slowest:.1f} s, in one process, uncached.",
    claims_corroborated="Right but only corroborated: {names}.",
    claims_not_good="Judged wrongly or not at all: {names}.",
    claims_missing=(
        "Nobody has run the referee on them in this copy of the project; this command does, takes a minute, and the "
        "next build of the site shows the figures:"
    ),
    none="none",
    move="Move",
    gives="Gives",
    means="What the line is",
    looks_back="Looks back at",
    first_argument="the first argument, or `of=`",
    where_given="nothing, or `of=`",
    show_code="The code of this figure",
    results_missing=(
        "Nobody has measured this in this copy of the project; this command does, and the next build of the site shows "
        "its tables:"
    ),
    code=CODE_ENGLISH,
)

WORDS = {each.said.language: each for each in (ENGLISH,)}
