"""The sentences in English."""

from __future__ import annotations

from typing import get_args

from lossproof.words.catalogue import Catalogue
from lossproof.words.codes import (
    Code,
    Duty,
    Mistake,
    Note,
    Notice,
    ReasonName,
    Relation,
    Remark,
    RuleName,
    Status,
    Trouble,
    Way,
)

WAYS: dict[Code, str] = {
    Way.RATIONAL_IDENTITY: "rational identity",
    Way.RATIONAL_IDENTITY_IN: "rational identity in {kernels}",
    Way.RATIONAL_IDENTITY_IN_MANY: "rational identity in {kernels}, ...",
    Way.DERIVATIVES_CARRIED_OUT: "derivatives carried out",
    Way.SUMS_IN_NORMAL_FORM: "sums in normal form",
    Way.SUMMAND_BY_SUMMAND: "summand by summand",
    Way.PROBABILITIES_SUM_TO_ONE: "probabilities sum to one",
    Way.TOTALS_IN_CLOSED_FORM: "sums and integrals without end in closed form",
    Way.EQUATIONS_PUT_IN: "assumed equations put in",
    Way.CASES: "cases {conditions}",
    Way.CASES_OF_VALUES: "cases {name} = {values}",
    Way.CLASS_OF: "the class of {data}",
    Way.ZERO_BY_DERIVATIVE: "derivative zero in {variable}, value zero at {variable} = {value}",
    Way.LEAST_AT: "least at {variable} = {value}",
    Way.BY_INDUCTION: "induction on {name} from {low}",
    Way.WHERE_DEFINED: "where both sides are defined",
    Way.NOTHING_SWITCHES: "where nothing switches under a derivative",
    Way.SIGNS_OF_PARTS: "signs of the parts",
    Way.SIGNS_OF_FACTORS: "signs of the factors",
    Way.LOG_INCREASES: "log is strictly increasing",
    Way.EXP_INCREASES: "exp is strictly increasing",
    Way.TIMES_POSITIVE: "times {factor} > 0 keeps the optimum",
    Way.TIMES_NEGATIVE: "times {factor} < 0 turns the maximum into the minimum",
    Way.SHIFTED: "adding what does not vary moves no optimum",
    Way.SIGN_NOT_KNOWN: "one line is {factor} times the other and a constant, but the sign of {factor} is not known",
    Way.NO_MONOTONE_FUNCTION: "no strictly monotone function was found that leads from one line to the other",
    Way.NOTHING_VARIES: (
        "there is nothing in either line that could vary: say what the optimum is looked for in, as in varying='mu' "
        "at the step or parameters='mu' for all steps"
    ),
    Way.NEITHER_LINE_HOLDS: (
        "there is {names} in neither line that could vary: say what the optimum is looked for in, as in varying='mu' "
        "at the step or parameters='mu' for all steps"
    ),
    Way.TWO_PLACES: "as {quantity} grows, both lines move the same way at {point}, and opposite ways at the witness",
    Way.CONVEX_PARTS: "convex parts, put together in ways that keep them convex",
    Way.CHORD_BELOW: "the middle of a chord lies below the function",
    Way.NO_LINES: "the values of {name} are no interval, so that a line between two of them leaves the domain",
    Way.COUNTEREXAMPLE: "counterexample in balls",
    Way.COMPLEX_COUNTEREXAMPLE: "counterexample in balls (principal complex values)",
    Way.NO_PROOF: "no proof found",
    Way.NO_CLOSED_FORM: "no proof found: there is no rule for {formula}",
    Way.OUT_OF_WORK: "no proof found with the work that one claim is given",
    Way.PROOF_FAILED: "no proof found (the proof half failed: {failure})",
    Way.POINTS_AGREE: "{points:point agrees|points agree}",
    Way.UP_TO: "sizes up to {sizes}",
    Way.ZEROS_NOT_TRIED: "beside, but not exactly at, zeros of {formulas}",
    Way.TOO_FEW_POINTS: "only {points:point|points} could be compared",
    Way.RULE_NOT_CONFIRMED: "the rule '{rule}' was not confirmed by itself",
    Way.MAY_MEET: "no proof that the two sides never meet",
    Way.UNKNOWN_NAME: "`{name}` stands in no line that this step rests on",
    Way.UNKNOWN_NAME_NEAR: "`{name}` stands in no line that this step rests on; did you mean `{near}`?",
    Way.NAME_OF_A_STEP_APART: (
        "step `{step}` says what `{name}` is, and this step does not rest on that one: name it among the arguments"
    ),
    Way.STATED: "A name or a modelling assumption: there is nothing to prove.",
    Way.NOT_DERIVED: "Stated, not derived: neither the function nor the claim uses a line above.",
    Way.NOT_A_QUESTION: "this cannot be judged: {reason}",
    Way.NOTHING_CLAIMED: "Nothing is claimed here: the line is only as good as the move that made it.",
}

TROUBLES: dict[Code, str] = {
    Trouble.NO_POINT: "No point was found that satisfies every clause.",
    Trouble.NO_COMMON_DOMAIN: "No point lies in the domain of both sides: {places}.",
    Trouble.ONE_SIDED: "The sides are not defined at the same points: {places}.",
    Trouble.NOT_DECIDED: "No point could be decided: {places}.",
    Trouble.LEFT_UNDEFINED: "the left side has no value at {count} of {total:point|points} ({reason}{example})",
    Trouble.RIGHT_UNDEFINED: "the right side has no value at {count} of {total:point|points} ({reason}{example})",
    Trouble.BOTH_UNDEFINED: "neither side has a value at {count} of {total:point|points} ({reason}{example})",
    Trouble.OPEN: "the comparison stays open at {count} of {total:point|points} ({reason}{example})",
    Trouble.EXAMPLE: ", for example at {values}",
    Trouble.MUCH_WORK: "more work than one claim is given",
    Trouble.HOLLOW: "At each of the {count:point|points} that were found every sum and product is empty, which says "
    "nothing.",
    Trouble.LITTLE_KNOWN: "too little is known",
}

DUTIES: dict[Code, str] = {
    Duty.CLAIM_IS_RESULT: "the claim is what the script derives",
    Duty.LEFT_IS_CLAIM: "the left side is the claim",
    Duty.EQUAL_TO: "equal to {of}",
    Duty.SAME_OPTIMUM: "its optimum is where that of {of} is",
    Duty.DERIVATIVE_OF: "the derivative of {of}",
    Duty.INEQUALITY: "the inequality",
    Duty.CONVEX: "{of} is convex in {varying}",
    Duty.NEXT_LINE: "line {number} equals the line before it",
    Duty.SPECIAL_CASE: "{of} with {values}",
    Duty.START: "with {values} it is {of}",
    Duty.ONE_MORE: "with {variable} + 1 in it, it is what the script derives from it",
    Duty.VALUE_INSIDE: "the value lies where {variable} may lie",
    Duty.ZERO_THERE: "{of} is 0 at this {variable}",
    Duty.SLOPE_OF: "the slope of {of} in {variable}",
    Duty.SLOPE_THERE: "the slope of {of} is 0 at this {variable}",
    Duty.CURVATURE_OF: "the curvature of {of} in {variable}",
    Duty.BENDS_ONE_WAY: "{of} bends the same way for every {variable}, so that no other place is as good",
    Duty.PUBLISHED_DERIVATIVE: "{step} is the derivative of {of} by {predictor}",
}

NOTES: dict[Code, str] = {
    Note.MUTANTS_OF_THE_STEP: "the mutants of a published formula are those of its step",
    Note.NO_CLAIM: "nothing is claimed, so there is nothing to get wrong",
    Note.SHORT_CLAIM: "so short a claim can be mistaken in no more than {tried} ways",
}

NOTICES: dict[Code, str] = {
    Notice.IDLE_CLAUSE: "where= speaks of `{name}`, which no step has",
    Notice.IDLE_CLAUSE_NEAR: "where= speaks of `{name}`, which no step has; did you mean `{near}`?",
    Notice.IDLE_PARAMETER: "`{name}` is looked for, and no step has it",
    Notice.NO_REASON: "no reason is given for {steps}: write it as the function's docstring",
    Notice.IDLE_GIVEN: "no step uses {steps}, which is only assumed: name it as an argument below, or leave it out",
}

REMARKS: dict[Code, str] = {
    Remark.FAILS: "{duty}: {why}",
    Remark.SIDES: "{first} {lhs}, {second} {rhs}, difference {difference}, at {point}",
    Remark.LEFT: "left",
    Remark.RIGHT: "right",
    Remark.CLAIM: "claim",
    Remark.SCRIPT: "script",
    Remark.LEFT_SIDE: "left side",
    Remark.SCRIPT_DERIVES: "the script derives {formula}",
    Remark.NEAREST: "with {formula} it is proved",
    Remark.PLACE: "at {place}",
    Remark.EVERY_POINT: "every point",
    Remark.FIRST_INDEX: "first index of {name} = {value}",
    Remark.RESTS_ON_REFUTED: "rests on {step}, which is refuted",
    Remark.MUTANT_SURVIVED: "a mutant survived: {formula}",
    Remark.STEPS: "{steps:step|steps}: {statuses}; {kept} from the cache",
    Remark.STEPS_AND_PUBLISHED: (
        "{steps:step|steps} and {published:published derivative|published derivatives}: {statuses}; "
        "{kept} from the cache"
    ),
    Remark.NONE: "none",
    Remark.MUTANTS: "mutants: {tried} tried, {refuted} refuted, {dropped} equal to the claim, {survived} survived",
}

BETWEEN: dict[RuleName, str] = {
    "strictly monotone": "has its optimum where this has its own:",
}

MISTAKES = {
    Mistake.SIGN: "a sign",
    Mistake.CONSTANT: "a constant",
    Mistake.SWAPPED: "symbols swapped",
    Mistake.COMPLEMENT: "one minus it, or not",
    Mistake.DROPPED: "a term or factor dropped",
    Mistake.AVERAGE: "1/M lost or extra",
    Mistake.RANGE: "a range shifted",
    Mistake.POWER: "base and exponent swapped",
    Mistake.FRACTION: "a fraction turned over",
    Mistake.INDEX: "a wrong index",
    Mistake.FUNCTION: "a function replaced",
    Mistake.CASES: "cases swapped",
}

STATUSES = {
    Status.PROVED: "A symbolic proof under the stated assumptions, and an independent evaluator agrees.",
    Status.CORROBORATED: "No symbolic proof was found; every point that was tried agrees in ball arithmetic.",
    Status.REFUTED: "A counterexample was found: the ball of the difference excludes zero there.",
    Status.UNDECIDED: "Neither a proof nor enough agreeing points were found; this never passes for a tick.",
    Status.GIVEN: "A name or a modelling assumption: there is nothing to prove.",
}

RELATIONS = {
    Relation.GIVEN: "A modelling assumption: it is stated, not derived.",
    Relation.DEFINITION: "A name for something: nothing is claimed.",
    Relation.DERIVED: "What the script derives from the lines above it; the claim is compared with that.",
    Relation.EQUAL: "Equal under the stated assumptions: the referee compares it with the line it names.",
    Relation.EQUAL_ON: "Equal because a quantity takes finitely many values, all of which were tried.",
    Relation.SAME_OPTIMUM: "Another function, whose optimum lies at the same place.",
    Relation.DERIVATIVE: "The derivative of the formula it looks back at.",
    Relation.AT_LEAST: "An inequality under the stated assumptions.",
    Relation.SPECIAL: "What the line it looks back at says when values are put in.",
    Relation.ZERO: "Where the line it looks back at is 0.",
    Relation.OPTIMUM: "Where the line it looks back at is largest or smallest: its slope is 0 there.",
    Relation.FOR_EVERY: "For every size: it holds for the smallest, and from each size for the next.",
    Relation.CONVEX: "The formula it looks back at is convex; without kinks, the claim is its curvature along lines.",
}

ENGLISH = Catalogue(
    language="en",
    sentences={**WAYS, **TROUBLES, **DUTIES, **NOTES, **NOTICES, **REMARKS},
    rules={name: name for name in get_args(RuleName)},
    between=BETWEEN,
    reasons={name: name for name in get_args(ReasonName)},
    mistakes=MISTAKES,
    statuses=STATUSES,
    relations=RELATIONS,
)
