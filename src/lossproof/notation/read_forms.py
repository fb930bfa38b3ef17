"""What stands in the parentheses of a call: sums and their kin, derivatives, cases, and arguments of a function.

``logsumexp`` with four arguments is the form with an index when the second is a name, not in parentheses, that
occurs in the first; with two, when the range of that name was said; a range may also be written ``low..high``.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal, cast

from lossproof.errors import counted
from lossproof.functions.table import FUNCTIONS
from lossproof.notation.lexer import Token
from lossproof.notation.read_conditions import read_condition
from lossproof.notation.refusals import OPEN_CALL
from lossproof.notation.token_reading import Read, Reading
from lossproof.notation.traverse import free_names, walk
from lossproof.notation.tree import (
    Binary,
    Call,
    Cases,
    Derivative,
    Indexed,
    Indicator,
    Name,
    Node,
    Number,
    Reduction,
    Total,
    Truth,
)

_SHAPE = "{0} is written {0}(expr, index, low, high)."
_NEUTRAL = {"sum": 0, "prod": 1}
_TWO_MEANINGS = (
    "This may be four values, or a sum over {0!r}: write ({0}) for a value, and the range as low..high for the sum."
)


def plain_call(reading: Reading, token: Token, first: list[Read]) -> Read:
    """A function of arguments, of which ``first`` were read already."""
    arguments = first + reading.listed(")", OPEN_CALL.format(token.text), reading.formula)
    row = FUNCTIONS[token.text]
    if row.canonical == "log" and len(arguments) == 2:
        parts = [reading.made(Call(token.text, (part.node,)), (part,), token) for part in arguments]
        return reading.made(Binary("/", parts[0].node, parts[1].node), parts, token)
    if len(arguments) < row.least or (row.most is not None and len(arguments) > row.most):
        reading.reject(f"{row.name} takes {counted(row.least, 'argument')}; it was given {len(arguments)}.", token)
    return reading.made(Call(token.text, tuple(part.node for part in arguments)), arguments, token)


def _reduction(reading: Reading, token: Token) -> Read:
    """``(expr, index, low, high)`` of a sum, product or logsumexp; the parenthesis is open."""
    start = reading.place
    body = reading.formula()
    _comma(reading, _SHAPE.format(token.text))
    return _reduction_over(reading, token, body, start)


def _comma(reading: Reading, shape: str) -> None:
    """A comma, or the sentence that shows the whole form where it is closed too early."""
    if reading.token.kind == ")":
        reading.reject(shape)
    reading.expect(",", shape)


def _reduction_over(reading: Reading, token: Token, body: Read, start: int) -> Read:
    shape = _SHAPE.format(token.text)
    index_token = reading.expect("name", shape)
    index = reading.variable(index_token)
    if token.text == "integral" or (token.text == "sum" and _goes_on(reading)):
        return _total(reading, token, body, index_token, start)
    low, high = _ends(reading, index, shape)
    if token.text in _NEUTRAL and reading.take(","):
        body = _where_it_holds(reading, token, body)
    reading.expect(")", OPEN_CALL.format(token.text))
    if index in free_names(low.node) | free_names(high.node):
        reading.reject(f"The range of {index!r} cannot contain {index!r} itself.", index_token)
    for name, place in reading.derivatives:
        if name == index and place.start > reading.tokens[start - 1].start:
            reading.reject(f"{index!r} is a whole number here; no derivative is taken by it.", place)
    kind = cast(Literal["sum", "prod", "logsumexp"], token.text)
    return reading.made(Reduction(kind, body.node, index, low.node, high.node), (body, low, high), token)


def _goes_on(reading: Reading) -> bool:
    """Whether ``oo`` stands before the parenthesis that closes this form."""
    last = max(_places_of_separators(reading), default=reading.place)
    return reading.tokens[min(last + 1, len(reading.tokens) - 1)].text == "oo"


def _total(reading: Reading, token: Token, body: Read, index_token: Token, start: int) -> Read:
    """``sum(expr, k, low, oo)`` and ``integral(expr, x, low, high)`` behind their index."""
    shape = _SHAPE.format(token.text)
    _comma(reading, shape)
    low = _end_of_total(reading, "-oo")
    if not reading.take(".."):
        _comma(reading, shape)
    high = _end_of_total(reading, "oo")
    reading.expect(")", OPEN_CALL.format(token.text))
    ends = [end for end in (low, high) if end is not None]
    if token.text == "sum" and low is None:
        reading.reject("A sum without end begins at a whole number: sum(f, k, 0, oo).", token)
    if any(index_token.text in free_names(end.node) for end in ends):
        reading.reject(f"The range of {index_token.text!r} cannot contain {index_token.text!r} itself.", index_token)
    for name, place in reading.derivatives:
        if name == index_token.text and place.start > reading.tokens[start - 1].start and token.text == "sum":
            reading.reject(f"{name!r} is a whole number here; no derivative is taken by it.", place)
    kind = cast(Literal["sum", "integral"], token.text)
    nodes = [None if end is None else end.node for end in (low, high)]
    return reading.made(Total(kind, body.node, index_token.text, *nodes), (body, *ends), token)


def _end_of_total(reading: Reading, infinity: str) -> Read | None:
    """An end; None where it is the infinity that may stand there."""
    ahead = [token.text for token in reading.tokens[reading.place : reading.place + len(infinity) - 1]]
    if "".join(ahead) != infinity:
        return reading.formula()
    reading.place += len(ahead)
    return None


def _where_it_holds(reading: Reading, token: Token, body: Read) -> Read:
    """``sum(f, j, 1, N, j != i)``: the terms for which a condition holds."""
    condition = read_condition(reading)
    rest = reading.made(Number(Fraction(_NEUTRAL[token.text]), None), (), token)
    always = reading.made(Truth(), (), token)
    cases = Cases(((body.node, condition.node), (rest.node, always.node)))
    return reading.made(cases, (body, condition, rest, always), token)


def _ends(reading: Reading, index: str, shape: str) -> tuple[Read, Read]:
    """The ends of a range: as written, or those that were said of the index once."""
    if reading.token.kind == ")" and index in reading.ranges:
        low, high = reading.ranges[index]
        return reading.measured(low), reading.measured(high)
    _comma(reading, shape)
    low_end = reading.formula()
    if not reading.take(".."):
        _comma(reading, shape)
    return low_end, reading.formula()


def _mean(reading: Reading, token: Token) -> Read:
    """``mean(expr, index, low, high)`` is the sum over the number of its terms."""
    read = _reduction(reading, token._replace(text="sum"))
    total = cast(Reduction, read.node)
    count = reading.measured(_count(total.low, total.high))
    one = reading.made(Number(Fraction(1)), (), token)
    share = reading.made(Binary("/", one.node, count.node), (one, count), token)
    return reading.made(Binary("*", share.node, read.node), (share, read), token)


def _logsumexp(reading: Reading, token: Token) -> Read:
    """A list of values, or a reduction where the second argument is a bare name of the first that counts.

    What may be either is refused: the index picks no element, and the range does not begin with a whole number.
    """
    start = reading.place
    first = reading.formula()
    if reading.token.kind != ",":
        reading.expect(")", OPEN_CALL.format(token.text))
        return reading.made(Call(token.text, (first.node,)), (first,), token)
    reading.advance()
    index = reading.token
    bare = index.kind == "name" and reading.tokens[reading.place + 1].kind == ","
    after = [reading.tokens[place].kind for place in _places_of_separators(reading)]
    alone = index.kind == "name" and reading.tokens[reading.place + 1].kind == ")"
    if alone and index.text in reading.ranges and index.text in free_names(first.node):
        return _reduction_over(reading, token, first, start)
    if after == [",", ".."]:
        return _reduction_over(reading, token, first, start)
    if not (bare and index.text in free_names(first.node) and after == [",", ","]):
        return plain_call(reading, token, [first])
    low = reading.tokens[reading.place + 2].text
    if not (low.isdecimal() or _picks_an_element(index.text, first.node)):
        reading.reject(_TWO_MEANINGS.format(index.text), index)
    return _reduction_over(reading, token, first, start)


def _places_of_separators(reading: Reading) -> list[int]:
    """Where the commas and dots stand that follow before the call is closed."""
    found, depth = [], 0
    for place in range(reading.place, len(reading.tokens)):
        kind = reading.tokens[place].kind
        depth += (kind in {"(", "["}) - (kind in {")", "]"})
        if depth < 0:
            break
        if depth == 0 and kind in {",", ".."}:
            found.append(place)
    return found


def _derivative(reading: Reading, token: Token) -> Read:
    body = reading.formula()
    reading.expect(",", "diff is written diff(expr, x).")
    variable_token = reading.token
    variable = reading.formula()
    if not isinstance(variable.node, Name | Indexed):
        reading.reject(
            "A derivative is taken by a name or an element: diff(expr, x), diff(expr, u[k]).", variable_token
        )
    if reading.token.kind == ",":
        reading.reject("diff takes one variable; a second derivative is diff(diff(expr, x), x).")
    reading.expect(")", OPEN_CALL.format(token.text))
    if isinstance(variable.node, Name):
        reading.derivatives.append((variable.node.name, variable_token))
    return reading.made(Derivative(body.node, variable.node), (body, variable), token)


def _piecewise(reading: Reading, token: Token) -> Read:
    pieces = reading.listed(")", OPEN_CALL.format(token.text), lambda: _piece(reading))
    if [isinstance(condition.node, Truth) for _, condition in pieces] != [False] * (len(pieces) - 1) + [True]:
        reading.reject("The last piece, and only the last, has the condition True.", token)
    cases = Cases(tuple((value.node, condition.node) for value, condition in pieces))
    return reading.made(cases, [part for piece in pieces for part in piece], token)


def _piece(reading: Reading) -> tuple[Read, Read]:
    """``(value, condition)``."""
    reading.expect("(", "Piecewise is written Piecewise((value, condition), ..., (value, True)).")
    value = reading.formula()
    reading.expect(",", "A piece is written (value, condition).")
    condition = read_condition(reading)
    reading.expect(")", "A piece is written (value, condition).")
    return value, condition


def _indicator(reading: Reading, token: Token) -> Read:
    condition = read_condition(reading)
    reading.expect(")", OPEN_CALL.format(token.text))
    return reading.made(Indicator(condition.node), (condition,), token)


def _count(low: Node, high: Node) -> Node:
    """How many whole numbers there are from ``low`` to ``high``: M from 0 to M-1, K from 1 to K."""
    one = Number(Fraction(1))
    if low == Number(Fraction(0)) and isinstance(high, Binary) and (high.operator, high.right) == ("-", one):
        return high.left
    return high if low == one else Binary("+", Binary("-", high, low), one)


def _picks_an_element(name: str, node: Node) -> bool:
    return any(name in free_names(index) for part in walk(node) if isinstance(part, Indexed) for index in part.indices)


FORM_READERS: dict[str, Callable[[Reading, Token], Read]] = {
    "sum": _reduction,
    "prod": _reduction,
    "integral": _reduction,
    "mean": _mean,
    "logsumexp": _logsumexp,
    "diff": _derivative,
    "Piecewise": _piecewise,
    "indicator": _indicator,
}
