"""What is said of steps and verdicts, as codes with arguments: values that can be compared, kept and counted.

    Way.LEAST_AT(variable=Name("x"), value=Number(0))          "least at x = 0" in the English catalogue

A language's catalogue (`lossproof.words`) turns them into sentences; nothing takes a sentence apart to learn what it
says. Rules of a proof have no arguments, so that their names are codes by themselves: `RuleName`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self, TypeAlias

from lossproof.notation.tree import Condition, Node

Value: TypeAlias = "str | int | StepName | Reason | Node | Condition | Said | tuple[Value, ...]"


@dataclass(frozen=True, slots=True)
class StepName:
    """A step of the derivation, which a page shows as a link."""

    name: str


class Code(StrEnum):
    """A closed enumeration of what can be said; a member knows the names of the arguments that it takes."""

    takes: tuple[str, ...]

    def __new__(cls, code: str, *takes: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.takes = takes
        return member

    def __call__(self, **values: Value) -> Said:
        """The code with its arguments; TypeError where one is missing or not among them."""
        if set(values) != set(self.takes):
            raise TypeError(f"{self!r} takes {', '.join(self.takes) or 'nothing'}, not {', '.join(values)}")
        return Said(self, tuple(values[name] for name in self.takes))


@dataclass(frozen=True, slots=True)
class Said:
    """A code and the values of its arguments, in the order in which the code takes them.

    A value is text or a number as it stands, a step, a formula or a condition, something said in its turn, or several.
    """

    code: Code
    values: tuple[Value, ...] = ()

    @property
    def arguments(self) -> dict[str, Value]:
        """The arguments by name."""
        return dict(zip(self.code.takes, self.values, strict=True))


class Status(StrEnum):
    """The outcome of judging one claim; a catalogue has a sentence for each member."""

    PROVED = "proved"
    CORROBORATED = "corroborated"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    GIVEN = "given"


class Relation(StrEnum):
    """How a step stands to what was there before it; a catalogue has a sentence for each member."""

    GIVEN = "given"
    DEFINITION = "definition"
    DERIVED = "follows"
    EQUAL = "equal"
    EQUAL_ON = "equal on a finite domain"
    SAME_OPTIMUM = "same optimum"
    DERIVATIVE = "derivative of"
    AT_LEAST = "at least"
    CONVEX = "convex"
    SPECIAL = "special case of"
    ZERO = "zero of"
    OPTIMUM = "optimum of"
    FOR_EVERY = "for every"


class Mistake(StrEnum):
    """The kinds of mistake, each as an author makes it."""

    SIGN = "sign"
    CONSTANT = "constant"
    SWAPPED = "symbols swapped"
    COMPLEMENT = "one minus"
    DROPPED = "term or factor dropped"
    AVERAGE = "1/M lost or extra"
    RANGE = "range shifted"
    POWER = "base and exponent swapped"
    FRACTION = "fraction turned over"
    INDEX = "wrong index"
    FUNCTION = "function replaced"
    CASES = "cases swapped"


class Way(Code):
    """How a verdict was reached, or why none was; a verdict has one or several."""

    RATIONAL_IDENTITY = "rational identity"
    RATIONAL_IDENTITY_IN = "rational identity in", "kernels"
    RATIONAL_IDENTITY_IN_MANY = "rational identity in many", "kernels"
    DERIVATIVES_CARRIED_OUT = "derivatives carried out"
    SUMS_IN_NORMAL_FORM = "sums in normal form"
    SUMMAND_BY_SUMMAND = "summand by summand"
    PROBABILITIES_SUM_TO_ONE = "probabilities sum to one"
    EQUATIONS_PUT_IN = "equations put in"
    TOTALS_IN_CLOSED_FORM = "totals in closed form"
    CASES = "cases", "conditions"
    CASES_OF_VALUES = "cases of values", "name", "values"
    CLASS_OF = "class of", "data"
    ZERO_BY_DERIVATIVE = "zero by derivative", "variable", "value"
    LEAST_AT = "least at", "variable", "value"
    BY_INDUCTION = "by induction", "name", "low"
    WHERE_DEFINED = "where defined"
    NOTHING_SWITCHES = "nothing switches"
    SIGNS_OF_PARTS = "signs of parts"
    SIGNS_OF_FACTORS = "signs of factors"

    LOG_INCREASES = "log increases"
    EXP_INCREASES = "exp increases"
    TIMES_POSITIVE = "times positive", "factor"
    TIMES_NEGATIVE = "times negative", "factor"
    SHIFTED = "shifted"
    SIGN_NOT_KNOWN = "sign not known", "factor"
    NO_MONOTONE_FUNCTION = "no monotone function"
    NOTHING_VARIES = "nothing varies"
    NEITHER_LINE_HOLDS = "neither line holds", "names"
    TWO_PLACES = "two places", "quantity", "point"

    CHORD_BELOW = "chord below"
    CONVEX_PARTS = "convex parts"
    NO_LINES = "no lines", "name"

    COUNTEREXAMPLE = "counterexample"
    COMPLEX_COUNTEREXAMPLE = "complex counterexample"
    NO_PROOF = "no proof"
    OUT_OF_WORK = "out of work"
    NO_CLOSED_FORM = "no closed form", "formula"
    PROOF_FAILED = "proof failed", "failure"
    POINTS_AGREE = "points agree", "points"
    UP_TO = "up to", "sizes"
    ZEROS_NOT_TRIED = "zeros not tried", "formulas"
    TOO_FEW_POINTS = "too few points", "points"
    RULE_NOT_CONFIRMED = "rule not confirmed", "rule"
    MAY_MEET = "may meet"

    UNKNOWN_NAME = "unknown name", "name"
    UNKNOWN_NAME_NEAR = "unknown name near", "name", "near"
    NAME_OF_A_STEP_APART = "name of a step apart", "name", "step"

    STATED = "stated"
    NOTHING_CLAIMED = "nothing claimed"
    NOT_DERIVED = "not derived"
    NOT_A_QUESTION = "not a question", "reason"


class Trouble(Code):
    """Why points say nothing of a claim: the sides have no values there, or none that can be told apart."""

    NO_POINT = "no point"
    NO_COMMON_DOMAIN = "no common domain", "places"
    ONE_SIDED = "one-sided", "places"
    NOT_DECIDED = "not decided", "places"
    LEFT_UNDEFINED = "left undefined", "count", "total", "reason", "example"
    RIGHT_UNDEFINED = "right undefined", "count", "total", "reason", "example"
    BOTH_UNDEFINED = "both undefined", "count", "total", "reason", "example"
    OPEN = "open", "count", "total", "reason", "example"
    EXAMPLE = "example", "values"
    MUCH_WORK = "much work"
    HOLLOW = "hollow", "count"
    LITTLE_KNOWN = "little known"


class Duty(Code):
    """What has to hold for a step, or for what is published, to stand."""

    CLAIM_IS_RESULT = "claim is result"
    LEFT_IS_CLAIM = "left is claim"
    EQUAL_TO = "equal to", "of"
    SAME_OPTIMUM = "same optimum", "of"
    DERIVATIVE_OF = "derivative of", "of"
    INEQUALITY = "inequality"
    CONVEX = "convex", "of", "varying"
    NEXT_LINE = "next line", "number"
    SPECIAL_CASE = "special case", "of", "values"
    START = "start", "of", "values"
    ONE_MORE = "one more", "variable"
    VALUE_INSIDE = "value inside", "variable"
    ZERO_THERE = "zero there", "of", "variable"
    SLOPE_OF = "slope of", "of", "variable"
    SLOPE_THERE = "slope there", "of", "variable"
    CURVATURE_OF = "curvature of", "of", "variable"
    BENDS_ONE_WAY = "bends one way", "of", "variable"
    PUBLISHED_DERIVATIVE = "published derivative", "step", "of", "predictor"


class Note(Code):
    """Why a claim has few wrong versions, or none."""

    MUTANTS_OF_THE_STEP = "mutants of the step"
    NO_CLAIM = "no claim"
    SHORT_CLAIM = "short claim", "tried"


class Notice(Code):
    """What an author may have overlooked; it is no fault of the mathematics."""

    IDLE_CLAUSE = "idle clause", "name"
    IDLE_CLAUSE_NEAR = "idle clause near", "name", "near"
    IDLE_PARAMETER = "idle parameter", "name"
    NO_REASON = "no reason", "steps"
    IDLE_GIVEN = "idle given", "steps"


class Remark(Code):
    """What a report says below a row and at its end."""

    FAILS = "fails", "duty", "why"
    SIDES = "sides", "first", "lhs", "second", "rhs", "difference", "point"
    LEFT = "left"
    RIGHT = "right"
    CLAIM = "claim"
    SCRIPT = "script"
    LEFT_SIDE = "left side"
    SCRIPT_DERIVES = "script derives", "formula"
    NEAREST = "nearest", "formula"
    PLACE = "place", "place"
    EVERY_POINT = "every point"
    FIRST_INDEX = "first index", "name", "value"
    RESTS_ON_REFUTED = "rests on refuted", "step"
    MUTANT_SURVIVED = "mutant survived", "formula"
    STEPS = "steps", "steps", "statuses", "kept"
    STEPS_AND_PUBLISHED = "steps and published", "steps", "published", "statuses", "kept"
    NONE = "none"
    MUTANTS = "mutants", "tried", "refuted", "dropped", "survived"


RuleName = Literal[
    # field: functions
    "definition of a named function",
    "exponential of a sum",
    "logarithm of a product",
    "root of a product",
    "power as exponential of a logarithm",
    "sine of a sum",
    "cosine of a sum",
    "an inverse of an odd function is odd",
    "recurrence of log-gamma",
    "gamma as exponential of log-gamma",
    "binomial coefficient as a product",
    "binomial coefficient by gammas",
    "recurrence of polygamma",
    "reflection of erfc",
    "product of consecutive numbers",
    "sum of logarithms of consecutive numbers",
    "absolute value of a product",
    "Min or Max by absolute values",
    "sign of a product",
    "Heaviside by sign",
    "delta of different indices",
    "delta of equal indices",
    "xlogy at zero",
    "xlogy written out",
    "piece that applies",
    # sums
    "empty range",
    "few terms",
    "constants out",
    "constant exponent out",
    "nested sums",
    "dependent range",
    "Kronecker delta",
    "decided bracket",
    "range cut",
    "independent sums",
    "powers of the index",
    "binomial theorem",
    "group total",
    "shift or reversal",
    "shift by an index",
    "sums in pairs",
    "start at 0",
    "geometric sum",
    "strict order",
    "square ranges",
    "order of a pair",
    "common end",
    "split range",
    "finite values",
    "cases on indices",
    "factor of a switch",
    "product",
    "power of a product",
    "finite power",
    "one-hot pair",
    "delta substitutes",
    "one-hot product",
    "geometric sum times its ratio",
    "powers of one base",
    "partial fractions",
    # the way of a proof
    "definitions put in",
    "indices in order",
    "derivative",
    "closed form of a total",
    "sums in normal form",
    "normal form",
    "rational identity",
    "probabilities sum to one",
    "equations put in",
    "case",
    "terms in order",
    # steps
    "strictly monotone",
]
"""The rules of proofs. A name is a code that reads as English; a catalogue has a sentence for it."""

ReasonName = Literal[
    "a ball without end",
    "a binomial coefficient of two negative numbers",
    "a comparison that the ball does not decide",
    "a derivative at a kink or a jump",
    "a derivative at the edge of the domain",
    "a division by zero",
    "a group of more members than are looked at",
    "a negative power of zero",
    "a point that may be a pole of the gamma function",
    "a pole of the gamma function",
    "a power of a negative number",
    "a power of a negative number with an exponent that may be an integer",
    "a power of zero",
    "a range of the wrong length",
    "a range without a length",
    "a derivative of a sum or integral without end",
    "a square root of a negative number",
    "a sum or integral whose rest is not bounded",
    "a Taylor series that the ball does not decide",
    "an empty domain",
    "an end of a domain that is not a number",
    "an end of a domain that is too large or too small to be written down",
    "an index that is not an integer",
    "an index that is not known exactly",
    "a derivative by an index",
    "a derivative by the end of a range",
    "an ordering of numbers that are not real",
    "asin or acos of a number beyond 1",
    "atanh of 1 or -1",
    "atanh of a number beyond 1",
    "log has no value there",
    "log is not real there",
    "log1mexp of 0",
    "log1mexp of a negative number",
    "log1p has no value there",
    "log1p is not real there",
    "loggamma of a negative number",
    "logit of 0 or 1",
    "logit of a number outside (0, 1)",
    "logsumexp over an empty range",
    "more nested derivatives than are evaluated",
    "more terms than are evaluated at one point",
    "more ties between data than are looked at",
    "no case of a Piecewise applies",
    "no member of a one-hot group can be 1",
    "no values of a group that satisfy the clauses on its elements",
    "no values of a group that satisfy the clauses on its members",
    "the end of a range that is not an integer",
    "the end of a range that is not known exactly",
]
"""Why a formula gives no number at a point. Like the names of rules these are codes that read as English."""


@dataclass(frozen=True, slots=True)
class Reason:
    """The name of a reason, as an argument of something said."""

    name: ReasonName
