"""A formula as a term of Coq: real numbers, whole numbers where an index or a size stands, data as functions.

    (1/M)*sum(yt[m]*log(yp[m]), m, 0, M-1)        1 / INR M * total M (fun m : nat => yt' m * ln (yp' m))

Coq's functions have values everywhere (``ln 0``, ``1/0``), the grammar's have not; what Coq shows for every point of
the assumptions holds where both sides have a value. A power whose base has no sign is the one exception, so that the
base has to be shown positive (`Terms.bases`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce

from lossproof.functions.table import ARGUMENTS, FUNCTIONS, Function
from lossproof.notation import parse_tree, substitute_tree, walk
from lossproof.notation.assumptions import Assumptions, IndexRange
from lossproof.notation.domains import exact_value
from lossproof.notation.tree import (
    Binary,
    Call,
    Cases,
    Comparison,
    Condition,
    Constant,
    Derivative,
    Indexed,
    Indicator,
    Junction,
    Name,
    Negative,
    Node,
    Number,
    Reduction,
    Truth,
)

SUM, PRODUCT, POWER, CALL, ATOM = 1, 2, 3, 4, 5
"""How tightly a term binds."""
_AS_HERE = "exp sqrt sin cos atan"
NATIVE = {**{name: name for name in _AS_HERE.split()}, "log": "ln", "Abs": "Rabs", "Max": "Rmax", "Min": "Rmin"}
"""What Coq has, by the name of the grammar."""
DEFINITIONS = {"normcdf": "", "lognormcdf": "log(normcdf(x))"}
"""Where Coq needs another definition than the table's, or none: it has no erfc."""
LAWS = {"gamma": ("gamma(x + 1)", "x*gamma(x)"), "normcdf": ("normcdf(-x)", "1 - normcdf(x)")}
"""What is assumed of a function that Coq lacks, beside its derivative and its range."""
_WORDS = """
R N Z Q O S I C D PI INR IZR Type Set Prop as at cofix else end exists fix for forall fun if in let match nat return
then with where True False not and or real total product put tan pow Rpower Rabs Rmax Rmin derived filter norm plus
mult opp zero one minus scal ball sum locally within prod le lt ge gt eq id fst snd pair inv power t slope everything
"""
RESERVED = frozenset({*_WORDS.split(), *FUNCTIONS})
"""Names that stand for something else in the files: a quantity of that name gets another one."""
_DECISIONS = {
    "==": "Req_EM_T {0} {1}",
    "<": "Rlt_dec {0} {1}",
    "<=": "Rle_dec {0} {1}",
    ">": "Rlt_dec {1} {0}",
    ">=": "Rle_dec {1} {0}",
}


class NotSaid(Exception):
    """What has no words in Coq yet; the message says what."""


def safe(name: str, indices: int = 0) -> str:
    """A name of Coq for a quantity: a prime for each index; no name of the grammar has a prime in it."""
    return (f"{name}'_" if name in RESERVED else name) + "'" * indices


def whole_names(nodes: Iterable[Node], assumptions: Assumptions) -> frozenset[str]:
    """The names that are sizes or indices: in a bound, between brackets, or said to run through a range."""
    found: set[str] = {name for name, domain in assumptions.scalars.items() if isinstance(domain, IndexRange)}
    for node in nodes:
        for part in walk(node):
            ends = (part.low, part.high) if isinstance(part, Reduction) else ()
            places = part.indices if isinstance(part, Indexed) else ends
            found |= {name.name for place in places for name in walk(place) if isinstance(name, Name)}
    return frozenset(found)


@dataclass
class Terms:
    """Writes formulas; notes the functions that they need, and the bases of powers that have to be positive.

    ``whole`` are the names of sizes and indices; everything else is a real number.
    """

    whole: frozenset[str]
    functions: dict[str, None] = field(default_factory=dict)
    bases: dict[str, None] = field(default_factory=dict)
    _bound: tuple[str, ...] = ()

    def real(self, node: Node, level: int = ATOM) -> str:
        """A term of type R; in brackets where a term of ``level`` is asked and it binds less tightly."""
        text, own = self._written(node)
        return text if own >= level else f"({text})"

    def _written(self, node: Node) -> tuple[str, int]:
        match node:
            case Number(value):
                return _number(value), ATOM
            case Constant(name):
                return ("PI", ATOM) if name == "pi" else ("exp 1", CALL)
            case Name(name):
                return (f"INR {safe(name)}", CALL) if self._is_whole(name) else (safe(name), ATOM)
            case Indexed(name, indices):
                return f"{safe(name, len(indices))} {' '.join(map(self.natural, indices))}", CALL
            case Negative(operand):
                return f"- {self.real(operand, CALL)}", SUM
            case Binary("^", left, right):
                return self._power(left, right)
            case Binary("+" | "-" as operator, left, right):
                return f"{self.real(left, SUM)} {operator} {self.real(right, PRODUCT)}", SUM
            case Binary(operator, left, right):
                return f"{self.real(left, PRODUCT)} {operator} {self.real(right, CALL)}", PRODUCT
            case Call(function, arguments):
                return self._call(function, arguments)
            case Reduction():
                return self._reduction(node), CALL
            case Cases(pieces):
                return self._cases(pieces), ATOM
            case Indicator(condition):
                return self._choice(condition, "1", "0"), ATOM
        raise NotSaid(f"{type(node).__name__.lower()} inside a formula")

    def natural(self, node: Node) -> str:
        """A term of type nat: a name, a number, or a sum of them."""
        match node:
            case Name(name) if self._is_whole(name):
                return safe(name)
            case Number(value) if value.denominator == 1 and value >= 0:
                return f"{value}%nat"
            case Binary("+", left, right):
                return f"({self.natural(left)} + {self.natural(right)})%nat"
        raise NotSaid("an index that is not a name, a number or a sum of them")

    def function(self, variable: str, node: Node) -> str:
        """``fun variable => node``, for a real variable."""
        return f"(fun {safe(variable)} : R => {self.real(node, SUM)})"

    def over(self, reduction: Reduction) -> tuple[str, str]:
        """How many terms a sum has, and its terms as a function of 0, 1, 2, ..."""
        low = exact_value(reduction.low)
        if low is None or low.denominator != 1 or low < 0:
            raise NotSaid("a sum that does not begin at a whole number")
        body, index = reduction.body, reduction.index
        if low:
            body = substitute_tree(body, {index: Binary("+", Name(index), Number(low))})
        inner = Terms(self.whole | {index}, self.functions, self.bases, (*self._bound, index))
        return self._count(reduction.high, 1 - low), f"(fun {safe(index)} : nat => {inner.real(body, SUM)})"

    def _is_whole(self, name: str) -> bool:
        return name in self.whole

    def _count(self, high: Node, more: Fraction) -> str:
        name, shift = _shifted(high)
        shift += more
        if name is None:
            return f"{max(shift, 0)}%nat"
        if not self._is_whole(name):
            raise NotSaid("a sum whose end is not a size")
        if shift == 1:
            return f"(S {safe(name)})"
        return safe(name) if shift == 0 else f"({safe(name)} {'+' if shift > 0 else '-'} {abs(shift)})%nat"

    def _reduction(self, node: Reduction) -> str:
        count, terms = self.over(node)
        if node.kind == "logsumexp":
            count, terms = self.over(Reduction("sum", Call("exp", (node.body,)), node.index, node.low, node.high))
            return f"ln (total {count} {terms})"
        return f"{'total' if node.kind == 'sum' else 'product'} {count} {terms}"

    def _power(self, left: Node, right: Node) -> tuple[str, int]:
        if left == Constant("e"):
            return self._call("exp", (right,))
        value, base = exact_value(right), self.real(left)
        if value is not None and value.denominator == 1:
            return (f"{base} ^ {value}", POWER) if value >= 0 else (f"(/ ({base} ^ {-value}))", ATOM)
        if value == Fraction(1, 2):
            return f"sqrt {base}", CALL
        bound = "".join(f"forall {safe(index)} : nat, " for index in self._bound)
        self.bases[f"{bound}0 < {base}"] = None
        return f"Rpower {base} {self.real(right)}", CALL

    def _call(self, name: str, arguments: tuple[Node, ...]) -> tuple[str, int]:
        row = FUNCTIONS[name]
        name = row.canonical
        if name == "delta" and all(self._is_index(each) for each in arguments):
            return f"delta {' '.join(map(self.natural, arguments))}", CALL
        head = NATIVE.get(name)
        if head is None:
            need(name, self.functions)
            head = safe(name)
        written = [self.real(each) for each in arguments]
        if row.most is None:
            folded = reduce(lambda first, other: f"({head} {first} {other})", written)
            return folded, ATOM
        return f"{head} {' '.join(written)}", CALL

    def _is_index(self, node: Node) -> bool:
        try:
            self.natural(node)
        except NotSaid:
            return False
        return True

    def _cases(self, pieces: tuple[tuple[Node, Condition], ...]) -> str:
        (value, condition), *others = pieces
        if isinstance(condition, Truth):
            return self.real(value)
        if not others:
            raise NotSaid("cases that do not cover everything")
        return self._choice(condition, self.real(value), self._cases(tuple(others)))

    def _choice(self, condition: Condition, yes: str, no: str) -> str:
        match condition:
            case Truth():
                return yes
            case Comparison("!=", left, right):
                return self._choice(Comparison("==", left, right), no, yes)
            case Comparison(order, left, right):
                test = _DECISIONS[order].format(self.real(left), self.real(right))
                return f"(if {test} then {yes} else {no})"
            case Junction("and", (first, *others)):
                return self._choice(first, self._choice(_joined("and", others), yes, no), no)
            case Junction("or", (first, *others)):
                return self._choice(first, yes, self._choice(_joined("or", others), yes, no))
        raise NotSaid("a condition")


def _joined(operator: str, parts: list[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else Junction(operator, tuple(parts))  # type: ignore[arg-type]


def _number(value: Fraction) -> str:
    whole = f"{value.numerator}" if value >= 0 else f"(-{-value.numerator})"
    return whole if value.denominator == 1 else f"({whole} / {value.denominator})"


def _shifted(end: Node) -> tuple[str | None, Fraction]:
    """``M - 1`` as the name and the number that is added to it."""
    value = exact_value(end)
    if value is not None and value.denominator == 1:
        return None, value
    if isinstance(end, Name):
        return end.name, Fraction(0)
    if isinstance(end, Binary) and end.operator in ("+", "-") and (more := exact_value(end.right)) is not None:
        own, shift = _shifted(end.left)
        return own, shift + (more if end.operator == "+" else -more)
    raise NotSaid("a sum whose end is neither a size nor a number")


def need(name: str, found: dict[str, None]) -> None:
    """Add a function that Coq lacks to ``found``, behind those that it is defined by."""
    if name in found or name in NATIVE:
        return
    row = FUNCTIONS[name]
    definition = definition_of(row)
    if (row.most or 2) > (len(ARGUMENTS) if definition else 1):
        raise NotSaid(f"the function {name}")
    for text in (definition,) if definition else row.derivative:
        for part in walk(parse_tree(text)):
            if isinstance(part, Call) and FUNCTIONS[part.function].canonical != name:
                need(FUNCTIONS[part.function].canonical, found)
    found[name] = None


def definition_of(row: Function) -> str:
    """The definition of a function by others; empty where it enters by its derivative, its range and a law."""
    text = DEFINITIONS.get(row.canonical, row.definition)
    if not text or any(isinstance(part, Derivative) for part in walk(parse_tree(text))):
        return ""
    return text
