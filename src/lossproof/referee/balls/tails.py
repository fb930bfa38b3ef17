"""How fast a term or an integrand fades: bounds that hold for every index beyond a point.

    term         |a(k + 1)/a(k)|          of mu^k/k!: mu/(k + 1)            far out, t = 1/k in [0, T]
    integrand    x * f'(x)/f(x)           of x^(s-1)*exp(-r*x): s - 1 - r*x        far out t = 1/x, near 0 t = x

Both are followed as ``t^power * h`` with a ball ``h`` that holds the rest for all t in [0, T]: what is left out of a
sum or an integral is then less than a geometric sum or a power.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import acb, arb

from lossproof.notation import tree
from lossproof.notation.traverse import free_names
from lossproof.referee.balls.jets import Jet, Value, inexact
from lossproof.referee.balls.scalars import TooLarge, Undecided, ball
from lossproof.words.codes import ReasonName

NO_BOUND: ReasonName = "a sum or integral whose rest is not bounded"
DERIVATIVE: ReasonName = "a derivative of a sum or integral without end"
_LARGEST_POWER = 64


@dataclass(frozen=True, slots=True)
class Small:
    """``t^power * rest`` for every t in [0, T], with ``rest`` a ball for all of them; exactly 0 has the rest 0."""

    power: int
    rest: arb

    def times(self, other: Small) -> Small:
        return Small(self.power + other.power, self.rest * other.rest)

    def over(self, other: Small) -> Small:
        if other.rest.contains(0):
            raise Undecided(NO_BOUND)
        return Small(self.power - other.power, self.rest / other.rest)

    def plus(self, other: Small, t: arb) -> Small:
        if self.rest.is_zero():
            return other
        if other.rest.is_zero():
            return self
        low, high = (self, other) if self.power <= other.power else (other, self)
        return Small(low.power, low.rest + high.rest * t ** (high.power - low.power))

    def least_beyond(self, most: arb) -> arb:
        """A number that ``t^power * rest`` is above for every t in (0, most]."""
        if self.power >= 0:
            return (self.rest * from_zero_to(most) ** self.power).lower()
        if not self.rest > 0:
            raise Undecided(NO_BOUND)
        return (self.rest * most**self.power).lower()


def from_zero_to(most: arb) -> arb:
    """[0, most] as a ball."""
    return arb(0).union(most)


ZERO, ONE = Small(0, arb(0)), Small(0, arb(1))


@dataclass(frozen=True, slots=True)
class Moving:
    """A value and its derivative by the index, for all t in [0, T]."""

    value: Small
    slope: Small


class Tail:
    """What can be said of one formula of an index; ``value`` evaluates a formula where the index is 0."""

    def __init__(self, index: str, value: Callable[[tree.Node], Value], t: arb, far: bool) -> None:
        self.index = index
        self.value = value
        self.t = t
        self.far = far

    def number(self, node: tree.Node) -> arb:
        value = inexact(self.value(node))
        if isinstance(value, Jet | acb):
            raise TooLarge(DERIVATIVE)
        return value if isinstance(value, arb) else ball(value).real

    def is_free(self, node: tree.Node) -> bool:
        return self.index not in free_names(node)

    # A rational function of the index, with its derivative.

    def moving(self, node: tree.Node, shift: int = 0) -> Moving:
        """The value and slope of a rational function of index + shift."""
        if self.is_free(node):
            return Moving(Small(0, self.number(node)), ZERO)
        if (affine := self._affine(node, shift)) is not None:
            return affine
        match node:
            case tree.Negative(inner):
                found = self.moving(inner, shift)
                return Moving(_negative(found.value), _negative(found.slope))
            case tree.Binary("+" | "-" | "*" | "/" as operator, left, right):
                return self._combined(operator, self.moving(left, shift), self.moving(right, shift))
            case tree.Binary("^", base, tree.Number(value)) if value.denominator == 1 and 0 < value <= _LARGEST_POWER:
                found = whole = self.moving(base, shift)
                for _ in range(int(value) - 1):
                    whole = self._combined("*", whole, found)
                return whole
        raise Undecided(NO_BOUND)

    def _affine(self, node: tree.Node, shift: int) -> Moving | None:
        """``a + b*index``, with ``a`` told exactly where it is 0: 1 - (1 - x/2) begins at 0."""
        try:
            step = self.step(node)
        except Undecided:
            return None
        at_zero = self.number(node) + shift * step
        if self.far:
            return Moving(Small(-1, step + at_zero * self.t), Small(0, step))
        if at_zero.is_zero():
            return Moving(Small(1, step), Small(0, step))
        return Moving(Small(0, at_zero + step * self.t), Small(0, step))

    def _combined(self, operator: str, left: Moving, right: Moving) -> Moving:
        if operator == "-":
            right = Moving(_negative(right.value), _negative(right.slope))
        if operator in "+-":
            return Moving(left.value.plus(right.value, self.t), left.slope.plus(right.slope, self.t))
        if operator == "*":
            crossed = left.slope.times(right.value).plus(left.value.times(right.slope), self.t)
            return Moving(left.value.times(right.value), crossed)
        crossed = left.slope.times(right.value).plus(_negative(left.value.times(right.slope)), self.t)
        return Moving(left.value.over(right.value), crossed.over(right.value.times(right.value)))

    # a(k + 1)/a(k) of a term.

    def ratio(self, node: tree.Node) -> Small:
        """The ratio of the term after to the term here."""
        if self.is_free(node):
            return ONE
        match node:
            case tree.Negative(inner):
                return self.ratio(inner)
            case tree.Binary("*", left, right):
                return self.ratio(left).times(self.ratio(right))
            case tree.Binary("/", left, right):
                return self.ratio(left).over(self.ratio(right))
            case tree.Binary("^", base, exponent) if self.is_free(base):
                return Small(0, _power(self.number(base), self.step(exponent)))
            case tree.Binary("^", base, exponent) if self.is_free(exponent):
                return _raised(self.ratio(base), self.number(exponent))
            case tree.Call("exp", (tree.Binary("+", left, right),)):
                return self.ratio(_exp(left)).times(self.ratio(_exp(right)))
            case tree.Call("exp", (tree.Binary("-", left, right),)):
                return self.ratio(_exp(left)).over(self.ratio(_exp(right)))
            case tree.Call("exp", (tree.Negative(inner),)):
                return ONE.over(self.ratio(_exp(inner)))
            case tree.Call("exp", (tree.Call("loggamma", (inner,)),)):
                return self.ratio(tree.Call("gamma", (inner,)))
            case tree.Call("exp", (tree.Call("log" | "ln", (inner,)),)):
                return self.ratio(inner)
            case tree.Call("exp", (inner,)):
                return Small(0, self.step(inner).exp())
            case tree.Call("factorial", (inner,)):
                return self._next(inner, 1)
            case tree.Call("gamma", (inner,)):
                return self._next(inner, 0)
            case tree.Call("binomial", (above, below)):
                one = self._next(above, 1)
                rest = tree.Binary("-", above, below)
                return one.over(self._next(below, 1)).over(self._next(rest, 1))
        return self.moving(node, 1).value.over(self.moving(node).value)

    def _next(self, argument: tree.Node, more: int) -> Small:
        """gamma(g + 1)/gamma(g) = g for ``g = argument + more``, where g goes up by 1 or stays."""
        step = self.step(argument)
        if step == 0:
            return ONE
        if step != 1:
            raise Undecided(NO_BOUND)
        return self.moving(argument).value.plus(Small(0, arb(more)), self.t)

    def step(self, node: tree.Node) -> arb:
        """g(k + 1) - g(k) of an affine function."""
        if self.is_free(node):
            return arb(0)
        match node:
            case tree.Name():
                return arb(1)
            case tree.Negative(inner):
                return -self.step(inner)
            case tree.Binary("+", left, right):
                return self.step(left) + self.step(right)
            case tree.Binary("-", left, right):
                return self.step(left) - self.step(right)
            case tree.Binary("*", left, right) if self.is_free(left):
                return self.number(left) * self.step(right)
            case tree.Binary("*", left, right) if self.is_free(right):
                return self.step(left) * self.number(right)
            case tree.Binary("/", left, right) if self.is_free(right):
                return self.step(left) / self.number(right)
        raise Undecided(NO_BOUND)

    # x f'(x)/f(x) of an integrand.

    def log_slope(self, node: tree.Node) -> Small:
        """f'/f."""
        if self.is_free(node):
            return ZERO
        match node:
            case tree.Negative(inner):
                return self.log_slope(inner)
            case tree.Binary("*", left, right):
                return self.log_slope(left).plus(self.log_slope(right), self.t)
            case tree.Binary("/", left, right):
                return self.log_slope(left).plus(_negative(self.log_slope(right)), self.t)
            case tree.Binary("^", base, exponent) if self.is_free(exponent):
                return self.log_slope(base).times(Small(0, self.number(exponent)))
            case tree.Binary("^", base, exponent) if self.is_free(base):
                return self.moving(exponent).slope.times(Small(0, self.number(base).log()))
            case tree.Call("exp", (tree.Call("log" | "ln", (inner,)),)):
                return self.log_slope(inner)
            case tree.Call("exp", (inner,)):
                return self.moving(inner).slope
            case tree.Call("log" | "ln", (inner,)):
                found = self.moving(inner)
                return found.slope.over(found.value).times(Small(0, self._over_log(found.value)))
            case tree.Call("sqrt", (inner,)):
                return self.log_slope(inner).times(Small(0, arb(0.5)))
        found = self.moving(node)
        return found.slope.over(found.value)

    def _over_log(self, value: Small) -> arb:
        """1/log(t^power * rest) for every t in (0, T], where that keeps its sign."""
        here = value.power * self.t.upper().log() + value.rest.log()
        if value.power == 0:
            if here.contains(0):
                raise Undecided(NO_BOUND)
            return 1 / here
        if not (here > 0 if value.power < 0 else here < 0):
            raise Undecided(NO_BOUND)
        return arb(0).union(1 / here)


def _negative(value: Small) -> Small:
    return Small(value.power, -value.rest)


def _exp(node: tree.Node) -> tree.Node:
    return tree.Call("exp", (node,))


def _power(base: arb, exponent: arb) -> arb:
    if base.is_zero():
        raise Undecided(NO_BOUND)
    return (abs(base).log() * exponent).exp()


def _raised(ratio: Small, exponent: arb) -> Small:
    """A power of the ratio, which is near 1 unless the exponent is a small whole number."""
    if ratio.power == 0 and ratio.rest > 0:
        return Small(0, (ratio.rest.log() * exponent).exp())
    for whole in range(1, 5):
        if exponent == whole:
            return Small(ratio.power * whole, ratio.rest**whole)
    raise Undecided(NO_BOUND)
