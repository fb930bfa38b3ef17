"""Whether a decimal number stands for what it is rounded from: ``\\log 2 = 0.69``, ``\\log 2 + \\log 3 = 0.69 + 1.10``.

A decimal has an error of half a unit in its last place. Where the other side is a short decimal too, such as
0.25 = 0.3, one digit is no rounding but a slip.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from lossproof.notation.domains import exact_value
from lossproof.notation.tex.atom_looks import walk_atoms
from lossproof.notation.tex.atoms import Row
from lossproof.notation.tree import Binary, Negative, Node, Number
from lossproof.notes.judging import Outcome
from lossproof.notes.sides import Side

MAX_POWER = 20
LONG = 3
"""How many digits a whole number has at least that is rounded from an irrational one."""
ROUNDED, CUT = "its decimals as rounded", "its decimals as cut off"
_Span = tuple[Fraction, Fraction]


def as_rounded(left: Side, right: Side, outcome: Outcome) -> str | None:
    """How the numbers of a refuted link have to be read so that it holds; None where no rounding explains it."""
    claim, witness = outcome.claim, outcome.witness
    if claim is None or witness is None or witness.point or claim.names or claim.data:
        return None
    told = _told(Fraction(witness.lhs), _exact(claim.left), right)
    backwards = _exact(claim.right)
    return told or (None if _is_short(backwards) else _told(Fraction(witness.rhs), backwards, left))


def _told(value: Fraction, exact: Fraction | None, side: Side) -> str | None:
    errors = dict(_errors(side.row, is_irrational=exact is None))
    digits = [_digits(number) for number in errors]
    span = _span(side.node, {number: error for number, (error, _) in errors.items()}) if errors else None
    if span is None or (min(digits) < 2 and _is_short(exact)):
        return None
    if span[0] <= value <= span[1]:
        return ROUNDED
    return CUT if _is_cut_off(value, side, errors) and not _is_short(exact) else None


def _errors(row: Row, is_irrational: bool) -> Iterator[tuple[Fraction, tuple[Fraction, Fraction]]]:
    """The numbers of a row that may be rounded: each with half a unit, and a unit, of its last place."""
    for atom in walk_atoms(row):
        if atom.kind != "number":
            continue
        whole, point, rest = atom.text.partition(".")
        if point or (is_irrational and len(whole) >= LONG and len(list(walk_atoms(row))) <= 2):
            unit = Fraction(1, 10 ** len(rest))
            yield Fraction(atom.text), (unit / 2, unit)


def _exact(node: Node) -> Fraction | None:
    span = _span(node, {})
    return None if span is None else span[0]


def _digits(number: Fraction) -> int:
    """How many figures a decimal has from its first one on that is no zero."""
    while number.denominator > 1:
        number *= 10
    return len(str(abs(number.numerator)))


def _is_short(exact: Fraction | None) -> bool:
    """Whether a number is written out in decimals: its denominator has no factor but 2 and 5."""
    if exact is None:
        return False
    rest = exact.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    return rest == 1


def _is_cut_off(value: Fraction, side: Side, errors: dict[Fraction, tuple[Fraction, Fraction]]) -> bool:
    number = exact_value(side.node)
    if number is None or abs(number) not in errors or _digits(abs(number)) < 2:
        return False
    return value * number > 0 and 0 <= abs(value) - abs(number) < errors[abs(number)][1]


def _span(node: Node, errors: dict[Fraction, Fraction]) -> _Span | None:
    """Between which values a side lies that is built of numbers by + - * / and whole powers; None for another."""
    if isinstance(node, Number):
        error = errors.get(node.value, Fraction(0))
        return node.value - error, node.value + error
    if isinstance(node, Negative):
        inside = _span(node.operand, errors)
        return None if inside is None else (-inside[1], -inside[0])
    if not isinstance(node, Binary):
        return None
    if node.operator == "^":
        return _power(_span(node.left, errors), node.right)
    one, other = _span(node.left, errors), _span(node.right, errors)
    return None if one is None or other is None else _combined(node.operator, one, other)


def _combined(operator: str, one: _Span, other: _Span) -> _Span | None:
    if operator == "+":
        return one[0] + other[0], one[1] + other[1]
    if operator == "-":
        return one[0] - other[1], one[1] - other[0]
    if operator == "/":
        if other[0] <= 0 <= other[1]:
            return None
        other = 1 / other[1], 1 / other[0]
    products = [a * b for a in one for b in other]
    return min(products), max(products)


def _power(base: _Span | None, exponent: Node) -> _Span | None:
    power = exact_value(exponent)
    if base is None or power is None or power.denominator > 1 or not 0 < abs(power) <= MAX_POWER:
        return None
    if base[0] <= 0 <= base[1]:
        return None
    ends = sorted(end**power.numerator for end in base)
    return ends[0], ends[1]
