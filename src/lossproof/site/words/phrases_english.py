"""The phrases in English."""

from __future__ import annotations

from lossproof import words
from lossproof.derivation import Relation
from lossproof.derivation.step import Origin
from lossproof.referee.verdict import Status
from lossproof.site.words.glossary_english import QUANTITIES, TERMS
from lossproof.site.words.phrases import CodeWords, CurveWords, Words
from lossproof.site.words.pictures_english import PICTURES
from lossproof.site.words.try_english import TRY

CODE_ENGLISH = CodeWords(
    title="What runs",
    lead=(
        "Two formulas may be equal on paper and far apart in a computer, which keeps 16 digits and no number above "
        "1.8 · 10³⁰⁸. So the published formulas are rewritten before they become code. This page shows into what, "
        "that it is the same function, and how far the results are from the truth."
    ),
    of_classes=(
        "In the derivation the number of classes is a symbol, and data say what it is. Here it is {classes}. The "
        "formulas stay the same when two classes change places, so that the first class stands for all, and the first "
        "two for every pair: only they are measured and judged."
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
    source_command="lossproof export {name} --to python{classes} -o {name}_loss.py",
    number_of_classes=" --classes {classes}",
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
        Relation.DERIVED: "follows",
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
    turned={
        Relation.EQUAL: "The same as {of}, under the stated assumptions.",
        Relation.EQUAL_ON: "The same as {of}, because a quantity takes finitely many values; all of them were tried.",
        Relation.SAME_OPTIMUM: "Another function than {of}, with its optimum at the same place.",
        Relation.DERIVATIVE: "Differentiate {of} with respect to {variable}.",
        Relation.AT_LEAST: "A bound for {of}, under the stated assumptions.",
        Relation.CONVEX: "{of} has no second valley: its curvature along any line is what the claim says.",
        Relation.SPECIAL: "Put values into {of}.",
        Relation.ZERO: "Where {of} is 0.",
        Relation.OPTIMUM: "Where {of} is largest or smallest: its slope is 0 there.",
    },
    line_above="the line above",
    no_claim="This step claims no formula of its own: it is as good as the move that made it.",
    symbols="What the letters mean",
    take="Copy:",
    take_tex="TeX",
    take_claim="claim",
    take_sympy="SymPy",
    take_citation="citation",
    taken="copied",
    take_along="Take along:",
    take_notebook="notebook",
    take_script="script",
    take_page="print all on one page",
    picture="See it",
    pictures=PICTURES,
    picture_hint="Move the sliders, or drag in the picture.",
    read={"slope": "slope", "curvature": "curvature", "largest": "largest at", "value": "loss"},
    printed_as="as it is printed",
    mixed="mixed classes",
    rate="rate",
    updates="updates",
    try_it=TRY,
    exercise="Which one is right?",
    exercise_lead="One of these is the line above. The others are slips that people make; the referee refuted each.",
    exercise_of="{left} is",
    right="Yes.",
    right_note="This is the line above, and it is {status}.",
    wrong="No ({mistake}).",
    wrong_at="At {point} it gives {given}; right is {right}.",
    wrong_always="It gives {given}; right is {right}.",
    all_wrong="All {count} wrong versions that the referee refuted",
    all_wrong_note="Each differs from the line above by one slip, and for each the referee found numbers that show it.",
    verdict="Is it true?",
    stated={Relation.GIVEN: "What is assumed", Relation.DEFINITION: "What the name stands for"},
    counted_rules=("{count} rule", "{count} rules"),
    counted_points=("{count} point", "{count} points"),
    counted_mutants="{refuted} of {counted} wrong versions refuted",
    exactly="points agree exactly",
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
    coq_accepted=(
        "Coq {version}, a kernel that shares no code with the referee, accepts the one lemma that this step asks.",
        "Coq {version}, a kernel that shares no code with the referee, accepts all {count} lemmas that this step asks.",
    ),
    coq_partly="Coq {version} accepts {accepted} of the {count} lemmas of this step; the rest has no script yet.",
    coq_none="Coq: this step has no script yet that Coq accepts.",
    coq_not_run="Coq: not run on this step.",
    coq_axioms="Axioms they rest on:",
    coq_counted="also accepted by Coq",
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
    same_line="The same line in",
    same_line_in="{step} of {chapter}",
    map="Map",
    map_note="Each box is a step and a link. What it rests on stands above it; the thick line is the main line.",
    all_maps="The steps of all chapters",
    line_also_in="the same line in {chapters}",
    main_line="The main line",
    checks="Checked: {titles}",
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
    nothing_across="No two chapters have a line in common.",
    code=CODE_ENGLISH,
    glossary="Words and letters on this page",
    terms=TERMS,
    quantities=QUANTITIES,
)
