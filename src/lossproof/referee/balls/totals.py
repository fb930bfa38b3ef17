"""Sums and integrals without end, in balls: the part up to a point, and a bound of what is left out (`tails`).

    sum(a, k, 0, oo)          a(0) + ... + a(K-1) +- |a(K)| / (1 - q)         where |a(k+1)/a(k)| <= q < 1 from K on
    integral(f, x, 0, oo)     over [e, X] by flint, +- e*|f(e)|/c +- X*|f(X)|/d      where x f'/f >= c - 1 below e
                                                                                and x f'/f <= -d - 1 beyond X

An integral is parted into pieces that begin at 0 and end at 1 or nowhere; the piece down to 0 is taken over
x = exp(-u), where a power of x is no obstacle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

from flint import acb, arb, ctx, fmpq

from lossproof.functions.table import ARGUMENTS, FUNCTIONS
from lossproof.notation import parse_tree, tree
from lossproof.notation.traverse import children, rebuild, substitute_tree, walk
from lossproof.referee.balls import jets, scalars
from lossproof.referee.balls.jets import Jet, Value
from lossproof.referee.balls.scalars import ZERO, Scalar, TooLarge, Undecided, Unusable
from lossproof.referee.balls.state import Run, Scope, State
from lossproof.referee.balls.tails import DERIVATIVE, NO_BOUND, Small, Tail

_MOST_TERMS = 1024
_FARTHEST = 1 << 12
_SPARE = 24
_EVALUATIONS = 4000
_TWO = tree.Number(Fraction(2))
CompileTree = Callable[[tree.Node, Scope], Run]


def compile_total(node: tree.Total, scope: Scope, compile_tree: CompileTree, cost: int) -> Run:
    """The closure that evaluates a sum or integral without end."""
    node = replace(node, body=_spelled_out(node.body))
    if node.kind == "sum":
        return _Series(node, scope, compile_tree, cost)
    pieces = [_Piece(*piece, scope, compile_tree, cost) for piece in _pieces(node)]
    return lambda state: _added([piece(state) for piece in pieces])


def _spelled_out(part: Any) -> Any:
    """Functions that are made of exponentials, as the normal density, written so: then the rest can be bounded."""
    part = rebuild(part, [_spelled_out(child) for child in children(part)])
    written = _by_exponentials(part.function) if isinstance(part, tree.Call) else None
    return part if written is None else substitute_tree(written, dict(zip(ARGUMENTS, part.arguments, strict=False)))


@cache
def _by_exponentials(function: str) -> tree.Node | None:
    row = FUNCTIONS[function]
    if row.most != 1 or not row.definition:
        return None
    written = parse_tree(row.definition)
    calls = {part.function for part in walk(written) if isinstance(part, tree.Call)}
    return written if "exp" in calls and calls <= {"exp", "sqrt"} else None


def _added(values: list[Scalar]) -> Scalar:
    total: Scalar = ZERO
    for value in values:
        total = scalars.add(total, value)
    return total


class _Body:
    """A formula of one index, compiled; formulas that are free of the index are compiled when they are met."""

    def __init__(self, body: tree.Node, index: str, scope: Scope, compile_tree: CompileTree, cost: int) -> None:
        self.node, self.index, self.cost = body, index, cost
        self.inner, self.slot = scope.inside(index)
        self.run = compile_tree(body, self.inner)
        self.compile = compile_tree
        self.known: dict[tree.Node, Run] = {}

    def at(self, state: State, place: Scalar) -> Scalar:
        """The formula at one index."""
        state.spend(self.cost)
        kept = state.slots[self.slot]
        state.put(self.slot, place)
        try:
            value = self.run(state)
        finally:
            state.put(self.slot, kept)
        if isinstance(value, Jet):
            raise TooLarge(DERIVATIVE)
        return value

    def tail(self, state: State, t: arb, far: bool) -> Tail:
        """What can be said for all t in [0, t]."""

        def value(node: tree.Node) -> Value:
            if node not in self.known:
                self.known[node] = self.compile(node, self.inner)
                state.grow(self.inner.counter[0])
            kept = state.slots[self.slot]
            state.put(self.slot, ZERO)
            try:
                return self.known[node](state)
            finally:
                state.put(self.slot, kept)

        return Tail(self.index, value, arb(0).union(t), far)


class _Series:
    """``sum(body, k, low, oo)``"""

    def __init__(self, node: tree.Total, scope: Scope, compile_tree: CompileTree, cost: int) -> None:
        assert node.low is not None
        self.low = compile_tree(node.low, scope)
        self.body = _Body(node.body, node.index, scope, compile_tree, cost)
        self.terms = [_Body(term, node.index, scope, compile_tree, cost) for term in _terms(node.body)]

    def __call__(self, state: State) -> Value:
        first = scalars.integer_of(self.low(state), "the end of a range")
        total: Scalar = ZERO
        place, stop = first, max(first, 0) + 16
        while True:
            for k in range(place, stop):
                total = scalars.add(total, self.body.at(state, fmpq(k)))
            place, stop = stop, 2 * stop
            rest = self._rest(state, place)
            if rest is not None and rest < _allowed(total):
                return scalars.add(total, arb(0, rest))
            if stop > _MOST_TERMS:
                raise TooLarge(NO_BOUND)

    def _rest(self, state: State, place: int) -> arb | None:
        """A bound of everything from ``place`` on; None where the terms do not fade there yet."""
        rest = arb(0)
        t = arb(1) / place
        for term in self.terms:
            here = abs(scalars.ball(term.at(state, fmpq(place))))
            if here.is_zero():
                return None
            ratio = term.tail(state, t, far=True).ratio(term.node)
            if ratio.power < 0:
                return None
            most = abs(ratio.rest * arb(0).union(t) ** ratio.power).upper()
            if not most < 0.99:
                return None
            rest += here / (1 - most)
        return arb(rest.upper())


def _allowed(total: Scalar) -> arb:
    """What may be left out: less than the bits at work show."""
    size = abs(scalars.ball(total)).lower()
    least = size if size > arb(2) ** -64 else arb(2) ** -64
    return least * arb(2) ** -(ctx.prec - _SPARE)


def _terms(node: tree.Node) -> Iterator[tree.Node]:
    """What is added in a formula: each is bounded by itself."""
    if isinstance(node, tree.Binary) and node.operator in "+-":
        yield from _terms(node.left)
        yield from _terms(node.right)
    elif isinstance(node, tree.Binary) and node.operator == "*":
        lefts, rights = list(_terms(node.left)), list(_terms(node.right))
        yield from (tree.Binary("*", one, other) for one in lefts for other in rights)
    elif isinstance(node, tree.Binary) and node.operator == "/":
        yield from (tree.Binary("/", each, node.right) for each in _terms(node.left))
    elif isinstance(node, tree.Negative):
        yield from _terms(node.operand)
    else:
        yield node


def _pieces(node: tree.Total) -> Iterator[tuple[tree.Node, str, bool]]:
    """(formula, index, whether it goes on without end) for pieces over [0, 1] and [1, oo)."""
    x = tree.Name(node.index)

    def put(place: tree.Node) -> tree.Node:
        return substitute_tree(node.body, {node.index: place})

    if node.low is not None and node.high is not None:
        half = tree.Binary("/", tree.Binary("-", node.high, node.low), _TWO)
        way = tree.Binary("*", half, x)
        for place in (tree.Binary("+", node.low, way), tree.Binary("-", node.high, way)):
            yield tree.Binary("*", half, put(place)), node.index, False
        return
    halves: list[tree.Node]
    if node.low is not None:
        halves = [put(tree.Binary("+", node.low, x))]
    elif node.high is not None:
        halves = [put(tree.Binary("-", node.high, x))]
    else:
        halves = [node.body, put(tree.Negative(x))]
    for body in halves:
        yield body, node.index, False
        yield body, node.index, True


class _Piece:
    """The integral of ``body`` over [0, 1], or over [1, oo)."""

    def __init__(
        self, body: tree.Node, index: str, far: bool, scope: Scope, compile_tree: CompileTree, cost: int
    ) -> None:
        self.body = _Body(body, index, scope, compile_tree, cost)
        self.terms = [_Body(term, index, scope, compile_tree, cost) for term in _terms(body)]
        self.far = far
        self.stopped: TooLarge | None = None

    def __call__(self, state: State) -> Scalar:
        distance = 4
        while True:
            rest = self._rest(state, distance)
            if rest is not None and rest < arb(2) ** -(ctx.prec - _SPARE):
                return scalars.add(self._inside(state, distance), arb(0, rest))
            distance *= 2
            if distance > (_FARTHEST if self.far else 1 << 20):
                raise TooLarge(NO_BOUND)

    def _place(self, distance: int) -> arb:
        """Where the piece is cut: far out at X, near 0 at exp(-U)."""
        return arb(distance) if self.far else (-arb(distance)).exp()

    def _rest(self, state: State, distance: int) -> arb | None:
        rest, place = arb(0), self._place(distance)
        t = 1 / place if self.far else place
        for term in self.terms:
            here = abs(scalars.ball(term.at(state, place))) * place
            slope = term.tail(state, t, self.far).log_slope(term.node)
            # x f'/f + 1, turned so that it has to be above 0
            turned = slope.times(Small(-1 if self.far else 1, arb(1))).plus(Small(0, arb(1)), arb(0).union(t))
            if self.far:
                turned = Small(turned.power, -turned.rest)
            try:
                least = turned.least_beyond(t)
            except Undecided:
                return None
            if not least > 0:
                return None
            rest += here / least
        return arb(rest.upper())

    def _inside(self, state: State, distance: int) -> Scalar:
        def far(x: acb, analytic: bool) -> acb:
            return self._at(state, x, analytic)

        def near(u: acb, analytic: bool) -> acb:
            x = (-u).exp()
            return self._at(state, x, analytic) * x

        self.stopped = None
        ends = (acb(1), acb(distance)) if self.far else (acb(0), acb(distance))
        found = acb.integral(
            far if self.far else near, *ends, abs_tol=arb(2) ** -(ctx.prec - _SPARE), eval_limit=_EVALUATIONS
        )
        if self.stopped is not None:
            raise self.stopped
        if not found.is_finite():
            raise TooLarge(NO_BOUND)
        return scalars.tame(acb(found.real))

    def _at(self, state: State, x: acb, analytic: bool) -> acb:
        """The integrand; no number where it is not known to be analytic, and none any more once work has run out."""
        if self.stopped is not None:
            return acb("nan")
        kept, state.analytic = state.analytic, True
        try:
            return acb(scalars.ball(self.body.at(state, x)))
        except TooLarge as error:
            self.stopped = error
            return acb("nan")
        except (Unusable, ValueError):
            return acb("nan")
        finally:
            state.analytic = kept


ENTIRE = frozenset({"exp", "sin", "cos", "sinh", "cosh"})
WITH_A_CUT = frozenset({"log", "ln", "sqrt"})


def refuse_cuts(function: str, arguments: list[Value]) -> None:
    """Undecided where a function of a complex ball may not be analytic on it."""
    for value in arguments:
        number = jets.number_of(value)
        safe = function in ENTIRE or (function in WITH_A_CUT and not meets_cut(number))
        if isinstance(number, acb) and not safe:
            raise Undecided(NO_BOUND)


def meets_cut(number: Scalar) -> bool:
    """Whether the ball may hold a number of (-oo, 0]."""
    return isinstance(number, acb) and bool(number.imag.contains(0) and not number.real > 0)
