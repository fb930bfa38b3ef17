"""Where a difference is 0 exactly, though at no rational number: found by factoring and by undoing functions.

    x^2 - 2             a polynomial: the real roots of its irreducible factors     sqrt(2), -sqrt(2)
    exp(2*x) - 60       exp undone, then a line                                     log(60)/2
    x - pi              a line with one number in it that is no rational            pi
    expit(x) - expit(1) one function of both sides                                  1

Every place is an `Exact` or a rational number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from math import prod
from typing import Any

from flint import arb, fmpq, fmpq_poly, fmpz_poly

from lossproof.functions.table import FUNCTIONS
from lossproof.notation import tree
from lossproof.notation.text import to_text
from lossproof.notation.traverse import Part, children, free_names, rebuild, walk
from lossproof.referee.balls import scalars
from lossproof.referee.balls.evaluate import compile_tree
from lossproof.referee.balls.function_balls import FUNCTIONS as BALLS
from lossproof.referee.balls.irrational import Exact, Polynomial, Root
from lossproof.referee.balls.jets import number_of
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.scalars import Scalar, Undecided, Unusable
from lossproof.referee.balls.state import Key, Scope

Place = fmpq | Exact
Value = Callable[[Any], Scalar]
"""The difference as a function of the quantity that moves."""

_MOST_DEGREE = 12
_MOST_SQUARES = 4
_BITS = 128
_SHOWN = 10
_OTHER = "t"


def zeros(value: Value) -> Iterator[Place]:
    """The real zeros of a difference that is a polynomial with rational coefficients; none where it is not."""
    yield from _zeros_of(_polynomial(value))


def _zeros_of(poly: Polynomial) -> Iterator[Place]:
    if poly is None or not 1 <= poly.degree() <= _MOST_DEGREE:
        return
    _, factors = fmpz_poly(poly.numer().coeffs()).factor()
    for factor, _ in factors:
        if factor.degree() == 1:
            yield fmpq(-factor[0], factor[1])
        else:
            yield from (root.number for root in _roots(factor))


def zeros_alone(node: tree.Node, name: str) -> Iterator[Place]:
    """The zeros of a difference in which ``name`` alone stands: of a polynomial, or by undoing one function."""
    yield from zeros(_value_of(node, name))
    numbers = _numbers_in(node)
    yield from _with_a_square_root(numbers, node, name)
    yield from _of_a_line_with(numbers, node, name)
    for call in _calls_of(node, name):
        yield from _by_undoing(call, node, name)


def _polynomial(value: Value) -> Polynomial:
    """The polynomial that a function of one number is; None where it is none."""
    try:
        found = value(ANY.number)
    except (Unusable, ArithmeticError):
        return None
    return found.poly if isinstance(found, Exact) else None


def _nothing(point: Point, name: str, indices: Key) -> None:
    """No element of indexed data stands in such a difference."""


def _nothing_known() -> arb:
    raise Undecided("a comparison that the ball does not decide")


ANY = Root(_nothing_known, "t")
"""A number of which nothing is known, so that only polynomials in it have a value."""


def _roots(factor: Polynomial) -> Iterator[Root]:
    """The real roots of an irreducible polynomial of degree 2 or more, from left to right."""
    for place in range(len(_real_roots(factor))):
        node = _quadratic(factor, place) if factor.degree() == 2 else None
        text = to_text(node) if node is not None else _described(factor, place)
        yield Root(partial(_real_root, factor, place), text, node, fmpq_poly(factor.coeffs()))


def _real_roots(factor: Polynomial) -> list[arb]:
    """The real roots at the precision in force, in order."""
    found = [root.real for root, _ in factor.complex_roots() if root.imag.is_zero()]
    return sorted(found, key=lambda root: float(root.mid()))


def _real_root(factor: Polynomial, place: int) -> arb:
    return _real_roots(factor)[place]


def _quadratic(factor: Polynomial, place: int) -> tree.Node:
    """The root as a formula: sqrt(2), 1/2 + sqrt(5)/2."""
    last, middle, first = (fmpq(c) for c in factor.coeffs())
    inside = _number((middle * middle - 4 * first * last) / (4 * first * first))
    root: tree.Node = tree.Call("sqrt", (inside,))
    if middle == 0:
        return root if place == 1 else tree.Negative(root)
    return tree.Binary("+" if place == 1 else "-", _number(-middle / (2 * first)), root)


def _number(value: fmpq) -> tree.Node:
    if value < 0:
        return tree.Negative(_number(-value))
    above = tree.Number(Fraction(int(value.p)))
    return above if value.q == 1 else tree.Binary("/", above, tree.Number(Fraction(int(value.q))))


def _described(factor: Polynomial, place: int) -> str:
    """A root that has no short formula: ``1.324717957... (t^3 - t - 1 = 0)``."""
    with scalars.precision(_BITS):
        near = _real_roots(factor)[place].str(_SHOWN, radius=False)
    terms = [Exact(fmpq_poly([0] * power + [c]), ANY) for power, c in enumerate(factor.coeffs()) if c and power]
    equation = " + ".join([*map(str, reversed(terms)), str(factor[0])]).replace("+ -", "- ")
    return f"{near}... ({equation} = 0)"


def _value_of(node: tree.Node, name: str) -> Value:
    """The difference as a function of its one name."""
    scope = Scope()
    run = compile_tree(node, scope)
    point = Point({}, {}, _nothing, ANY)

    def value(number: Scalar) -> Scalar:
        with scalars.precision(_BITS):
            return number_of(run(scope.state({name: number}, point)))

    return value


def _numbers_in(node: tree.Node) -> tuple[tree.Node, ...]:
    """The constants and the calls without names, the outermost, each once."""
    return tuple(dict.fromkeys(_closed(node)))


def _closed(part: Part) -> Iterator[tree.Node]:
    is_closed = not any(isinstance(inner, tree.Name | tree.Indexed) for inner in walk(part))
    if is_closed and isinstance(part, tree.Call | tree.Constant):
        yield part
        return
    for child in children(part):
        yield from _closed(child)


def _of_a_line_with(numbers: tuple[tree.Node, ...], node: tree.Node, name: str) -> Iterator[Place]:
    """Where a*x + b is 0, with a rational and b a polynomial in one number that is no rational."""
    if len(numbers) != 1 or name == _OTHER:
        return
    changed = _with(node, numbers[0], tree.Name(_OTHER))
    scope = Scope()
    run, point = compile_tree(changed, scope), Point({}, {}, _nothing)
    root = _named(numbers[0])
    if root is None:
        return

    def value(number: int) -> Scalar:
        with scalars.precision(_BITS):
            return number_of(run(scope.state({name: fmpq(number), _OTHER: root.number}, point)))

    try:
        first, second, third = map(value, range(3))
    except (Unusable, ArithmeticError, KeyError):
        return
    slope = second - first
    if isinstance(slope, fmpq) and slope != 0 and scalars.is_zero(third - second - slope):
        found = -first / slope
        if isinstance(found, Exact):
            yield found


def _with_a_square_root(numbers: tuple[tree.Node, ...], node: tree.Node, name: str) -> Iterator[Place]:
    """The zeros of p(x, sqrt(q)) among those of p(x, t)*p(x, -t), a polynomial in x and in t^2, at t^2 = q."""
    if len(numbers) != 1 or not isinstance(numbers[0], tree.Call) or numbers[0].function != "sqrt" or name == _OTHER:
        return
    square = _rational(numbers[0].arguments[0])
    if square is None:
        return
    norms = []
    for t in range(_MOST_SQUARES + 1):
        sides = [_polynomial(_value_of(_with(node, numbers[0], _number(fmpq(each))), name)) for each in (t, -t)]
        if None in sides:
            return
        norms.append((fmpq(t * t), sides[0] * sides[1]))
    yield from _zeros_of(_between(norms, square))


def _between(known: list[tuple[fmpq, Polynomial]], at: fmpq) -> Polynomial:
    """The value at ``at`` of the polynomial of least degree through what is known (Lagrange)."""
    total = fmpq_poly([])
    for place, value in known:
        others = [other for other, _ in known if other != place]
        total += value * prod(((at - other) / (place - other) for other in others), start=fmpq(1))
    return total


def _named(node: tree.Node, function: str = "", value: fmpq | None = None) -> Root | None:
    """The number that a formula without names is; None where it is rational, or none."""
    scope = Scope()
    run, point = compile_tree(node, scope), Point({}, {}, _nothing)

    def enclosure() -> arb:
        return scalars.ball(number_of(run(scope.state({}, point)))).real

    try:
        with scalars.precision(_BITS):
            found = number_of(run(scope.state({}, point)))
    except Unusable:
        return None
    if not isinstance(found, arb) or not found.is_finite():
        return None
    if node == _EXP_OF_1:
        node = tree.Constant("e")
    function, value = (function, value) if function else _undoing(node, found)
    inverse = FUNCTIONS[undone(function)].canonical if function else ""
    return Root(enclosure, to_text(node), node, None, function, value, inverse)


_EXP_OF_1 = tree.Call("exp", (tree.Number(Fraction(1)),))


def _undoing(node: tree.Node, value: arb) -> tuple[str, fmpq | None]:
    """What leads from the number f(q) back to the rational q."""
    call = _EXP_OF_1 if node == tree.Constant("e") else node
    if not isinstance(call, tree.Call) or len(call.arguments) != 1 or not (back := undone(call.function)):
        return "", None
    inside = _rational(call.arguments[0])
    return (FUNCTIONS[back].canonical, inside) if inside is not None and _is_undone(back, value, inside) else ("", None)


def _with(part: Any, old: tree.Node, new: tree.Node) -> Any:
    """The formula with one part of it replaced wherever it stands."""
    if part == old:
        return new
    below = children(part)
    return rebuild(part, [_with(child, old, new) for child in below]) if below else part


def _calls_of(part: Part, name: str) -> list[tree.Call]:
    """The one call of a function that can be undone, outermost, in which the name stands; none where there are more."""
    found = list(dict.fromkeys(_outermost(part, name)))
    return found if len(found) == 1 and len(found[0].arguments) == 1 and undone(found[0].function) else []


def _outermost(part: Part, name: str) -> Iterator[tree.Call]:
    if isinstance(part, tree.Call) and name in free_names(part):
        yield part
        return
    for child in children(part):
        yield from _outermost(child, name)


def undone(function: str) -> str:
    """The name of the function that undoes another one; empty where there is none."""
    row = FUNCTIONS[function]
    return row.inverse_of or next((other.name for other in FUNCTIONS.values() if other.inverse_of == row.canonical), "")


def _by_undoing(call: tree.Call, node: tree.Node, name: str) -> Iterator[Place]:
    """f(a*x + b) = s at x = (t - b)/a, where t is the number at which f is s."""
    changed = _with(node, call, tree.Name(_OTHER))
    if free_names(changed) != {_OTHER} or name == _OTHER:
        return
    line = _polynomial(_value_of(call.arguments[0], name))
    if line is None or line.degree() != 1:
        return
    offset, slope = line.coeffs()
    for value in zeros(_value_of(changed, _OTHER)):
        if not isinstance(value, fmpq):
            continue
        inverse = tree.Call(undone(call.function), (_number(value),))
        root = _named(inverse, FUNCTIONS[call.function].canonical, value)
        place = root.number if root is not None else _rational(inverse)
        if place is not None and _is_undone(call.function, place, value):
            yield (place - offset) / slope


def _is_undone(function: str, place: Scalar, value: fmpq) -> bool:
    """Whether the function leads back to its value: asin(sin(3)) is not 3."""
    try:
        with scalars.precision(_BITS):
            again = scalars.ball(number_of(BALLS[function]((scalars.inexact(place),), False)) - value)
    except Unusable:
        return False
    return bool(abs(again) < arb(2) ** -(_BITS // 2))


def reaches_all(node: tree.Node) -> bool:
    """Whether `zeros_alone` leaves out none: every function in the difference takes each of its values once."""
    calls = (part for part in walk(node) if isinstance(part, tree.Call) and free_names(part))
    return all(FUNCTIONS[call.function].monotone for call in calls)


def _rational(node: tree.Node) -> fmpq | None:
    scope = Scope()
    try:
        found = number_of(compile_tree(node, scope)(scope.state({}, Point({}, {}, _nothing))))
    except Unusable:
        return None
    return found if isinstance(found, fmpq) else None
