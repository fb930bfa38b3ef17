"""Why a formula with kinks is convex, read off its parts: rules that keep what curves up.

    c*f, f + g, sum of f           convex for c >= 0 and convex f, g
    Max(f, g, ...), |a|            convex for convex f, g and affine a
    exp(f), softplus(f)            convex for convex f: they rise and curve up
    f^2                            convex for convex f >= 0, and for affine f
    log(exp(f) + c), log sum exp f    convex for convex f and c > 0: logarithms of sums of such are

Min, sqrt and log keep what curves down. Signs are those of the facts. What no rule is about is neither.
"""

from __future__ import annotations

from enum import Flag

from lossproof.functions.table import FUNCTIONS
from lossproof.notation import Scope, data_names, free_names, to_sympy
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tree import Binary, Call, Indexed, Name, Negative, Node, Number, Reduction
from lossproof.referee.facts.facts import Facts


class Bend(Flag):
    """Which way a formula curves; an affine one both ways."""

    NONE = 0
    UP = 1
    DOWN = 2
    STRAIGHT = 3


_RISING = {
    "exp": Bend.UP,
    "softplus": Bend.UP,
    "Max": Bend.UP,
    "logsumexp": Bend.UP,
    "log": Bend.DOWN,
    "sqrt": Bend.DOWN,
    "Min": Bend.DOWN,
}


def is_convex_by_parts(node: Node, names: frozenset[str], assumptions: Assumptions) -> bool:
    """Do the rules show that ``node`` is a convex function of the scalars and data ``names`` together?"""
    defined = {name for name, _ in assumptions.definitions} | {element.name for element, _ in assumptions.formulas}
    if defined & (free_names(node) | data_names(node)):
        return False
    return Bend.UP in _Reader(names, Facts(assumptions, Scope(assumptions))).bend(node)


class _Reader:
    """The rules, for one choice of what varies."""

    def __init__(self, names: frozenset[str], facts: Facts) -> None:
        self.names = names
        self.facts = facts

    def bend(self, node: Node) -> Bend:
        """Which way the formula curves."""
        if not self.names & (free_names(node) | data_names(node)):
            return Bend.STRAIGHT
        match node:
            case Name():
                return Bend.STRAIGHT
            case Indexed(_, indices):
                return Bend.NONE if any(self._varies(index) for index in indices) else Bend.STRAIGHT
            case Negative(operand):
                return _turned(self.bend(operand))
            case Binary(operator, left, right):
                return self._binary(operator, left, right)
            case Call(function, arguments):
                return self._call(function, arguments)
            case Reduction():
                return self._reduction(node)
        return Bend.NONE

    def _varies(self, node: Node) -> bool:
        return bool(self.names & (free_names(node) | data_names(node)))

    def _binary(self, operator: str, left: Node, right: Node) -> Bend:
        match operator:
            case "+":
                return self.bend(left) & self.bend(right)
            case "-":
                return self.bend(left) & _turned(self.bend(right))
            case "*" if not self._varies(left):
                return self._times(left, right)
            case "*" | "/" if not self._varies(right):
                return self._times(right, left)
            case "^" if isinstance(right, Number) and right.value == 2:
                return self._square(left)
        return Bend.NONE

    def _times(self, factor: Node, rest: Node) -> Bend:
        """A factor that does not vary, or 1 over it, which has its sign."""
        bend, signs = self.bend(rest), self._signs(factor)
        if bend == Bend.STRAIGHT or signs <= {0, 1}:
            return bend
        return _turned(bend) if signs <= {0, -1} else Bend.NONE

    def _square(self, base: Node) -> Bend:
        bend = self.bend(base)
        rises = Bend.UP in bend and self._signs(base) <= {0, 1}
        return Bend.UP if bend == Bend.STRAIGHT or rises else Bend.NONE

    def _call(self, function: str, arguments: tuple[Node, ...]) -> Bend:
        bends = [self.bend(argument) for argument in arguments]
        function = FUNCTIONS[function].canonical
        if function == "Abs":
            return Bend.UP if bends == [Bend.STRAIGHT] else Bend.NONE
        if function == "log" and self._is_log_convex(arguments[0]):
            return Bend.UP
        wanted = _RISING.get(function, Bend.NONE)
        return wanted if wanted and all(wanted in bend for bend in bends) else Bend.NONE

    def _is_log_convex(self, node: Node) -> bool:
        """Is the logarithm convex? Of exp(f) it is f; sums and products of such keep it."""
        if not self._varies(node):
            return self._signs(node) <= {1}
        match node:
            case Call("exp", (inside,)):
                return Bend.UP in self.bend(inside)
            case Binary("+" | "*", left, right):
                return self._is_log_convex(left) and self._is_log_convex(right)
            case Binary("/", left, right):
                return self._is_log_convex(left) and not self._varies(right) and self._signs(right) <= {1}
            case Reduction("sum", body):
                inside_of = self._inside(node)
                return inside_of is not None and inside_of._is_log_convex(body)
        return False

    def _reduction(self, node: Reduction) -> Bend:
        inside = self._inside(node)
        if inside is None or node.kind == "prod":
            return Bend.NONE
        bend = inside.bend(node.body)
        return bend if node.kind == "sum" else bend & Bend.UP

    def _inside(self, node: Reduction) -> _Reader | None:
        """The rules at one index of a range that does not vary."""
        if node.index in self.names or self._varies(node.low) or self._varies(node.high):
            return None
        scope = self.facts.scope
        low, high = to_sympy(node.low, scope), to_sympy(node.high, scope)
        return _Reader(self.names, self.facts.with_range(scope.symbol(node.index), low, high))

    def _signs(self, node: Node) -> frozenset[int]:
        return self.facts.signs(to_sympy(node, self.facts.scope))


def _turned(bend: Bend) -> Bend:
    return {Bend.UP: Bend.DOWN, Bend.DOWN: Bend.UP}.get(bend, bend)
