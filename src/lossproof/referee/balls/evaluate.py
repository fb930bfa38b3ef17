"""A formula's tree becomes a closure; the closure, given a state, becomes a number or says why not.

    Reduction("sum", body, m, low, high)   the body once for each index, at concrete sizes
    Derivative(body, x)                    x moves along a fresh unit ε; the coefficient of ε is the derivative
    Cases                                  the first condition that holds, decided exactly or by whole balls

Names are resolved once, when the tree is compiled: a bound index has its own slot, so nothing is captured;
a defined name is its formula, in place. Total work is bounded. Nothing here knows SymPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Protocol

from flint import arb, fmpq

from lossproof.errors import CallerError
from lossproof.functions.table import FUNCTIONS as ROWS
from lossproof.notation import tree
from lossproof.notation.traverse import free_names, walk
from lossproof.referee.balls import jets, scalars
from lossproof.referee.balls.closed_numbers import distinct, is_same_number
from lossproof.referee.balls.function_balls import COSTS, FUNCTIONS, Apply
from lossproof.referee.balls.hidden_bits import HIDES, hidden_by_power
from lossproof.referee.balls.irrational import Exact, Root
from lossproof.referee.balls.jets import Value
from lossproof.referee.balls.scalars import ONE, ZERO, OutOfDomain, Scalar, TooLarge
from lossproof.referee.balls.totals import compile_total, refuse_cuts

Key = tuple[int, ...]
Run = Callable[["State"], Value]
Test = Callable[["State"], bool]

_DEEPEST_DERIVATIVE = 8
# What a call costs beside one of exp, at the usual precision; the gamma family gets dearer faster with the bits.
GAMMA_FAMILY = frozenset(row.name for row in ROWS.values() if row.growth.is_like_gamma)
WORK_AT_ONE_POINT = 400_000
_EXTREMES = ("Max", "Min")
_TELLS = frozenset(row.name for row in ROWS.values() if not row.smooth and row.name != "clip")
"""What only asks for the signs of its arguments, and so can do with numbers that are known exactly."""


class Elements(Protocol):
    """Where the elements of indexed data come from; ``root`` is the irrational number that values may be made of."""

    root: Root | None

    def element(self, name: str, indices: Key) -> Value:
        """The number at ``name[indices]``, chosen when it is first asked for."""


class State:
    """What one evaluation reads and counts; ``moved`` holds the elements that a `diff` is moving.

    ``most`` is how many nodes may be spent. ``hidden`` is how many bits a value may lie below another that it was
    added to (e^-1000 beside 1), ``ranges`` how many reductions over a symbolic range were met, ``filled`` how many
    of them had terms. ``known`` are the values of reductions that do not change with every index around them.
    """

    __slots__ = (
        "analytic",
        "elements",
        "filled",
        "hidden",
        "known",
        "level",
        "most",
        "moved",
        "principal",
        "ranges",
        "root",
        "slots",
        "spent",
    )

    def __init__(self, slots: list[Value], elements: Elements, principal: bool, most: int = WORK_AT_ONE_POINT) -> None:
        self.slots = slots
        self.elements = elements
        self.moved: dict[tuple[str, Key], Value] = {}
        self.known: dict[tuple[object, ...], Value] = {}
        self.level = 0
        self.spent = 0
        self.principal = principal
        self.analytic = False
        self.most = most
        self.hidden = 0
        self.ranges = 0
        self.filled = 0
        self.root: Root | None = elements.root

    def element(self, name: str, indices: Key) -> Value:
        """The number at ``name[indices]``, moving where a `diff` moves it."""
        moved = self.moved.get((name, indices))
        return self.elements.element(name, indices) if moved is None else moved

    def spend(self, nodes: int) -> None:
        """Count nodes about to be evaluated, as jets under a `diff`; raises TooLarge at the bound."""
        work = nodes * 3**self.level
        if self.spent + work > self.most:
            raise TooLarge("more terms than are evaluated at one point")
        self.spent += work

    def hide(self, bits: int) -> None:
        """Note that a difference may lie so many bits deep."""
        self.hidden = max(self.hidden, bits)

    def fresh_unit(self) -> int:
        """The bit of a unit that no enclosing `diff` uses."""
        if self.level >= _DEEPEST_DERIVATIVE:
            raise TooLarge("more nested derivatives than are evaluated")
        self.level += 1
        return 1 << (self.level - 1)


@dataclass(slots=True)
class Scope:
    """Where names live: one slot for each free name, shared by both sides, and one for each bound index."""

    definitions: Mapping[str, tree.Node] = field(default_factory=dict)
    free: dict[str, int] = field(default_factory=dict)
    arrays: dict[str, int] = field(default_factory=dict)
    bound: dict[str, int] = field(default_factory=dict)
    expanding: tuple[str, ...] = ()
    counter: list[int] = field(default_factory=lambda: [0])

    def slot(self, name: str) -> int:
        """The slot of a name, made when it is first met."""
        if name in self.bound:
            return self.bound[name]
        if name not in self.free:
            self.free[name] = self.fresh()
        return self.free[name]

    def fresh(self) -> int:
        """A slot that nothing uses."""
        self.counter[0] += 1
        return self.counter[0] - 1

    def inside(self, index: str) -> tuple[Scope, int]:
        """The scope of a reduction's body, and the slot of its index."""
        slot = self.fresh()
        return self._with({**self.bound, index: slot}, self.expanding), slot

    def definition(self, name: str) -> tuple[Scope, tree.Node] | None:
        """The formula that the free name stands for, with the scope to read it in."""
        if name in self.bound or name in self.expanding or name not in self.definitions:
            return None
        return self._with({}, (*self.expanding, name)), self.definitions[name]

    def state(
        self,
        numbers: Mapping[str, Value],
        elements: Elements,
        principal: bool = False,
        most: int = WORK_AT_ONE_POINT,
    ) -> State:
        """A state with ``numbers`` in their slots."""
        slots: list[Value] = [ZERO] * self.counter[0]
        for name, slot in self.free.items():
            slots[slot] = numbers[name]
        return State(slots, elements, principal, most)

    def early_state(self, numbers: Mapping[str, Value], elements: Elements) -> State:
        """A state in which names that have no number yet are 0."""
        slots: list[Value] = [ZERO] * self.counter[0]
        for name, number in numbers.items():
            slots[self.free[name]] = number
        return State(slots, elements, principal=False)

    def _with(self, bound: dict[str, int], expanding: tuple[str, ...]) -> Scope:
        return Scope(self.definitions, self.free, self.arrays, bound, expanding, self.counter)


@singledispatch
def compile_tree(node: tree.Node, scope: Scope) -> Run:
    """The closure that evaluates ``node``; CallerError for what is not a formula of the grammar."""
    raise CallerError(f"{type(node).__name__} is not a formula that can be evaluated")


@compile_tree.register
def _(node: tree.Number, scope: Scope) -> Run:
    number = fmpq(node.value.numerator, node.value.denominator)
    return lambda state: number


@compile_tree.register
def _(node: tree.Constant, scope: Scope) -> Run:
    run: Run = {"pi": lambda state: arb.pi(), "e": lambda state: arb.const_e()}[node.name]
    return lambda state: _at_root(node, state) or run(state)


@compile_tree.register
def _(node: tree.Name, scope: Scope) -> Run:
    found = scope.definition(node.name)
    if found is not None:
        return compile_tree(found[1], found[0])
    slot = scope.slot(node.name)
    return lambda state: state.slots[slot]


@compile_tree.register
def _(node: tree.Indexed, scope: Scope) -> Run:
    name, key = node.name, _compile_key(node, scope)
    return lambda state: state.element(name, key(state))


@compile_tree.register
def _(node: tree.Negative, scope: Scope) -> Run:
    operand = compile_tree(node.operand, scope)
    return lambda state: jets.negative(operand(state))


_OPERATIONS: Mapping[str, Callable[[Value, Value], Value]] = {
    "+": jets.add,
    "-": jets.subtract,
    "*": jets.multiply,
    "/": jets.divide,
}


@compile_tree.register
def _(node: tree.Binary, scope: Scope) -> Run:
    left, right = compile_tree(node.left, scope), compile_tree(node.right, scope)
    if node.operator == "^":
        return lambda state: _power(left(state), right(state), state)
    if node.operator == "-" and is_same_number(node.left, node.right):
        return lambda state: jets.multiply(ZERO, left(state))
    if node.operator == "-" and (inner := _same_call(node.left, node.right)):
        arguments = [(compile_tree(one, scope), compile_tree(other, scope)) for one, other in inner]
        return lambda state: _less(left(state), right(state), arguments, state)
    operate = _OPERATIONS[node.operator]
    return lambda state: operate(left(state), right(state))


@compile_tree.register
def _(node: tree.Call, scope: Scope) -> Run:
    if node.function not in FUNCTIONS:
        raise CallerError(f"{node.function} is not a function that can be evaluated")
    run = _compile_call(node, scope)
    if any(isinstance(part, tree.Name | tree.Indexed) for part in walk(node)):
        return run
    return lambda state: _at_root(node, state) or run(state)


def _at_root(node: tree.Node, state: State) -> Exact | None:
    """What a formula without names is, where that is the irrational number of the point."""
    return state.root.number if state.root is not None and state.root.node == node else None


def _same_call(left: tree.Node, right: tree.Node) -> list[tuple[tree.Node, tree.Node]] | None:
    """The arguments side by side where both are calls of one function."""
    if not isinstance(left, tree.Call) or not isinstance(right, tree.Call) or left.function != right.function:
        return None
    same = len(left.arguments) == len(right.arguments)
    return list(zip(left.arguments, right.arguments, strict=True)) if same else None


def _less(left: Value, right: Value, arguments: Sequence[tuple[Run, Run]], state: State) -> Value:
    """left - right, which is exactly 0 where both are one function of the same numbers: exp(x) - exp(1) at x = 1."""
    found = jets.subtract(left, right)
    if isinstance(found, jets.Jet) or scalars.is_zero(found) or not scalars.ball(found).contains(0):
        return found
    same = all(scalars.is_zero(jets.number_of(jets.subtract(one(state), other(state)))) for one, other in arguments)
    return ZERO if same else found


def _compile_call(node: tree.Call, scope: Scope) -> Run:
    apply = FUNCTIONS[node.function]
    if len(node.arguments) == 1:
        only = compile_tree(node.arguments[0], scope)
        if node.function in HIDES:
            return _hiding(node.function, apply, HIDES[node.function], only)
        return _one_by_one(node.function, apply, [only])
    arguments = list(distinct(node.arguments) if node.function in _EXTREMES else node.arguments)
    if len(arguments) == 1:
        return compile_tree(arguments[0], scope)
    return _one_by_one(node.function, apply, [compile_tree(argument, scope) for argument in arguments])


def _one_by_one(name: str, apply: Apply, arguments: Sequence[Run]) -> Run:
    def run(state: State) -> Value:
        values = [argument(state) for argument in arguments]
        if state.root is not None and name not in _TELLS:
            if (known := _known(ROWS[name].canonical, values, state.root)) is not None:
                return known
            values = [jets.inexact(value) for value in values]
        if state.analytic:
            refuse_cuts(name, values)
        return apply(values, state.principal)

    return run


def _known(name: str, values: Sequence[Value], root: Root) -> Value | None:
    """The exact value of a function where the number of the point gives one: exp(log(60)) = 60, a root of 8."""
    (only, *others) = values
    if isinstance(only, Exact) and not others:
        return only.image(name)
    return root.image(name, only) if isinstance(only, fmpq) and not others else None


def _hiding(name: str, apply: Apply, hidden: Callable[[Scalar], int], argument: Run) -> Run:
    """A function whose value may differ from a simple one by less than the bits show."""

    def run(state: State) -> Value:
        value = argument(state)
        if state.root is not None:
            if (known := _known(ROWS[name].canonical, [value], state.root)) is not None:
                return known
            value = jets.inexact(value)
        if state.analytic:
            refuse_cuts(name, [value])
        state.hide(hidden(jets.number_of(value)))
        return apply((value,), state.principal)

    return run


@compile_tree.register
def _(node: tree.Reduction, scope: Scope) -> Run:
    low, high = compile_tree(node.low, scope), compile_tree(node.high, scope)
    inner, slot = scope.inside(node.index)
    body, cost = compile_tree(node.body, inner), nodes_in(node.body)
    is_symbolic = bool(free_names(node.low) | free_names(node.high))
    run = _REDUCTIONS[node.kind](_Terms(body, slot, low, high, cost, is_symbolic))
    around = {scope.bound[name] for name in free_names(node) & scope.bound.keys()}
    return run if around == set(scope.bound.values()) else _remembered(run, sorted(around))


def _remembered(run: Run, slots: Sequence[int]) -> Run:
    """``run``, once for the values of the indices that it depends on: what is in ``slots``."""

    def once(state: State) -> Value:
        places = [state.slots[slot] for slot in slots]
        if state.analytic or not all(isinstance(place, fmpq) for place in places):
            return run(state)
        key = (run, *places)
        if key not in state.known:
            state.known[key] = run(state)
        return state.known[key]

    return once


@compile_tree.register
def _(node: tree.Total, scope: Scope) -> Run:
    return compile_total(node, scope, compile_tree, nodes_in(node.body))


@compile_tree.register
def _(node: tree.Derivative, scope: Scope) -> Run:
    if isinstance(node.variable, tree.Indexed):
        return _by_element(node, scope)
    if scope.definition(node.variable.name) is not None:
        raise CallerError(f"{node.variable.name} is defined by a formula; differentiate by what it is made of")
    body, slot = compile_tree(node.body, scope), scope.slot(node.variable.name)
    cost = nodes_in(node.body)

    def run(state: State) -> Value:
        bit, kept, known = state.fresh_unit(), state.slots[slot], state.known
        state.slots[slot], state.known = jets.add(kept, jets.unit(bit)), {}
        try:
            state.spend(cost)
            return jets.coefficient(body(state), bit)
        finally:
            state.slots[slot], state.known = kept, known
            state.level -= 1

    return run


@compile_tree.register
def _(node: tree.Cases, scope: Scope) -> Run:
    pieces = [(compile_condition(test, scope), compile_tree(value, scope)) for value, test in node.pieces]

    def run(state: State) -> Value:
        for holds, value in pieces:
            if holds(state):
                return value(state)
        raise OutOfDomain("no case of a Piecewise applies")

    return run


@compile_tree.register
def _(node: tree.Indicator, scope: Scope) -> Run:
    holds = compile_condition(node.condition, scope)
    return lambda state: ONE if holds(state) else ZERO


@singledispatch
def compile_condition(condition: tree.Condition, scope: Scope) -> Test:
    """The closure that decides ``condition``."""
    raise CallerError(f"{type(condition).__name__} is not a condition that can be decided")


@compile_condition.register
def _(condition: tree.Truth, scope: Scope) -> Test:
    return lambda state: True


_HOLDS: Mapping[str, frozenset[int]] = {
    "<": frozenset({-1}),
    "<=": frozenset({-1, 0}),
    ">": frozenset({1}),
    ">=": frozenset({0, 1}),
    "==": frozenset({0}),
    "!=": frozenset({-1, 1}),
}


@compile_condition.register
def _(condition: tree.Comparison, scope: Scope) -> Test:
    difference = compile_tree(tree.Binary("-", condition.left, condition.right), scope)
    signs = _HOLDS[condition.operator]
    return lambda state: jets.sign(difference(state)) in signs


@compile_condition.register
def _(condition: tree.Junction, scope: Scope) -> Test:
    parts = [compile_condition(part, scope) for part in condition.parts]
    join = all if condition.operator == "and" else any
    return lambda state: join(part(state) for part in parts)


def nodes_in(node: tree.Node) -> int:
    """The cost of evaluating a tree once, in nodes; the gamma family costs more than its node."""
    return sum(COSTS.get(part.function, 1) if isinstance(part, tree.Call) else 1 for part in walk(node))


def _compile_key(node: tree.Indexed, scope: Scope) -> Callable[[State], Key]:
    scope.arrays[node.name] = len(node.indices)
    indices = [compile_tree(index, scope) for index in node.indices]
    if len(indices) == 1:
        only = indices[0]
        return lambda state: (scalars.integer_of(only(state), "an index"),)
    return lambda state: tuple(scalars.integer_of(index(state), "an index") for index in indices)


def _by_element(node: tree.Derivative, scope: Scope) -> Run:
    """d(body)/d(data[indices]): that element moves, wherever the body meets it."""
    assert isinstance(node.variable, tree.Indexed)
    name, key, body = node.variable.name, _compile_key(node.variable, scope), compile_tree(node.body, scope)

    cost = nodes_in(node.body)

    def run(state: State) -> Value:
        place = name, key(state)
        bit, kept = state.fresh_unit(), state.element(*place)
        outer, known = state.moved.get(place), state.known
        state.moved[place], state.known = jets.add(kept, jets.unit(bit)), {}
        try:
            state.spend(cost)
            return jets.coefficient(body(state), bit)
        finally:
            state.level -= 1
            state.known = known
            if outer is None:
                del state.moved[place]
            else:
                state.moved[place] = outer

    return run


def _power(base: Value, exponent: Value, state: State) -> Value:
    if state.analytic and not (isinstance(exponent, fmpq) and exponent.q == 1):
        refuse_cuts("log", [base])
    if state.root is not None:
        exponent = jets.inexact(exponent)
    if not isinstance(exponent, jets.Jet):
        number = jets.number_of(base)
        state.hide(0 if isinstance(number, Exact) else hidden_by_power(number, exponent))
        return jets.power(base, exponent, state.principal)
    logarithm = FUNCTIONS["log"]((base,), state.principal)
    return FUNCTIONS["exp"]((jets.multiply(exponent, logarithm),), state.principal)


@dataclass(frozen=True, slots=True)
class _Terms:
    """The values of ``body`` for each index of the range."""

    body: Run
    slot: int
    low: Run
    high: Run
    cost: int
    is_symbolic: bool

    def __call__(self, state: State) -> Sequence[Value]:
        first = scalars.integer_of(self.low(state), "the end of a range")
        last = scalars.integer_of(self.high(state), "the end of a range")
        state.ranges += self.is_symbolic
        state.filled += self.is_symbolic and last >= first
        state.spend(self.cost * max(0, last - first + 1))
        kept, values = state.slots[self.slot], []
        for index in range(first, last + 1):
            state.slots[self.slot] = fmpq(index)
            values.append(self.body(state))
        state.slots[self.slot] = kept
        return values


def _sum(terms: Callable[[State], Sequence[Value]]) -> Run:
    def run(state: State) -> Value:
        total: Value = ZERO
        for term in terms(state):
            total = jets.add(total, term)
        return total

    return run


def _product(terms: Callable[[State], Sequence[Value]]) -> Run:
    def run(state: State) -> Value:
        total: Value = ONE
        for term in terms(state):
            total = jets.multiply(total, term)
        return total

    return run


def _log_sum_exp(terms: Callable[[State], Sequence[Value]]) -> Run:
    def run(state: State) -> Value:
        values = terms(state)
        if not values:
            raise OutOfDomain("logsumexp over an empty range")
        return FUNCTIONS["logsumexp"](values, state.principal)

    return run


_REDUCTIONS: Mapping[str, Callable[[Callable[[State], Sequence[Value]]], Run]] = {
    "sum": _sum,
    "prod": _product,
    "logsumexp": _log_sum_exp,
}
