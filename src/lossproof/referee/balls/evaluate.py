"""A formula's tree becomes a closure; the closure, given a state, becomes a number or says why not.

    Reduction("sum", body, m, low, high)   the body once for each index, at concrete sizes
    Derivative(body, x)                    x moves along a fresh unit ε; the coefficient of ε is the derivative
    Cases                                  the first condition that holds, decided exactly or by whole balls

Names live in a `Scope`, what one evaluation reads and counts in a `State`. What has one shape (`same_shape`) is
compiled once for the same indices, and sums and functions are evaluated once for the same values of them. Nothing here
knows SymPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import singledispatch

from flint import arb, fmpq

from lossproof.errors import CallerError
from lossproof.functions.table import FUNCTIONS as ROWS
from lossproof.notation import tree
from lossproof.notation.traverse import free_names, walk
from lossproof.referee.balls import jets, scalars
from lossproof.referee.balls.applied import hiding, less, one_by_one, power
from lossproof.referee.balls.closed_numbers import distinct, is_same_number
from lossproof.referee.balls.function_balls import COSTS, FUNCTIONS, Analytic
from lossproof.referee.balls.hidden_bits import HIDES
from lossproof.referee.balls.irrational import Exact
from lossproof.referee.balls.jets import Value
from lossproof.referee.balls.range_sums import REDUCTIONS, Terms
from lossproof.referee.balls.remembered import remembered
from lossproof.referee.balls.same_shape import NOTHING_READS, data, placed
from lossproof.referee.balls.scalars import ONE, ZERO, OutOfDomain
from lossproof.referee.balls.state import Key, Run, Scope, State
from lossproof.referee.balls.totals import compile_total

Test = Callable[[State], bool]

# What a call costs beside one of exp, at the usual precision; the gamma family gets dearer faster with the bits.
GAMMA_FAMILY = frozenset(row.name for row in ROWS.values() if row.growth.is_like_gamma)
_EXTREMES = ("Max", "Min")


def compile_tree(node: tree.Node, scope: Scope) -> Run:
    """The closure that evaluates ``node``; CallerError for what is not a formula of the grammar."""
    if isinstance(node, _SIMPLE):
        return _compile(node, scope)
    at = placed(node, scope)
    run = scope.runs.get(at)
    if run is None:
        run = _compile(node, scope)
        run = scope.runs[at] = remembered(run, at) if _is_work(node) else run
    return run


_SIMPLE = (tree.Number, tree.Constant, tree.Name)


def _is_work(node: tree.Node) -> bool:
    """Whether evaluating a formula costs more than looking up what is known of it."""
    if isinstance(node, tree.Call):
        return isinstance(FUNCTIONS.get(node.function), Analytic)
    return isinstance(node, tree.Reduction | tree.Derivative)


@singledispatch
def _compile(node: tree.Node, scope: Scope) -> Run:
    raise CallerError(f"{type(node).__name__} is not a formula that can be evaluated")


@_compile.register
def _(node: tree.Number, scope: Scope) -> Run:
    number = fmpq(node.value.numerator, node.value.denominator)
    return lambda state: number


@_compile.register
def _(node: tree.Constant, scope: Scope) -> Run:
    run: Run = {"pi": lambda state: arb.pi(), "e": lambda state: arb.const_e()}[node.name]
    return lambda state: _at_root(node, state) or run(state)


@_compile.register
def _(node: tree.Name, scope: Scope) -> Run:
    found = scope.definition(node.name)
    if found is not None:
        return compile_tree(found[1], found[0])
    slot = scope.slot(node.name)
    return lambda state: state.slots[slot]


@_compile.register
def _(node: tree.Indexed, scope: Scope) -> Run:
    name, key = node.name, _compile_key(node, scope)

    def run(state: State) -> Value:
        indices = key(state)
        if state.moved and (moved := state.moved.get((name, indices))) is not None:
            return moved
        return state.elements.element(name, indices)

    return run


@_compile.register
def _(node: tree.Negative, scope: Scope) -> Run:
    operand = compile_tree(node.operand, scope)
    return lambda state: jets.negative(operand(state))


def _sum(left: Run, right: Run) -> Run:
    def run(state: State) -> Value:
        one, other = left(state), right(state)
        return one + other if type(one) is arb is type(other) else jets.add(one, other)

    return run


def _difference(left: Run, right: Run) -> Run:
    def run(state: State) -> Value:
        one, other = left(state), right(state)
        return one - other if type(one) is arb is type(other) else jets.subtract(one, other)

    return run


def _product(left: Run, right: Run) -> Run:
    def run(state: State) -> Value:
        one, other = left(state), right(state)
        return one * other if type(one) is arb is type(other) else jets.multiply(one, other)

    return run


_OPERATIONS: Mapping[str, Callable[[Run, Run], Run]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": lambda left, right: lambda state: jets.divide(left(state), right(state)),
}


@_compile.register
def _(node: tree.Binary, scope: Scope) -> Run:
    left, right = compile_tree(node.left, scope), compile_tree(node.right, scope)
    if node.operator == "^":
        return lambda state: power(left(state), right(state), state)
    if node.operator == "-" and is_same_number(node.left, node.right):
        return lambda state: jets.multiply(ZERO, left(state))
    if node.operator == "-" and (inner := _same_call(node.left, node.right)):
        arguments = [(compile_tree(one, scope), compile_tree(other, scope)) for one, other in inner]
        return lambda state: less(left(state), right(state), arguments, state)
    return _OPERATIONS[node.operator](left, right)


@_compile.register
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


def _compile_call(node: tree.Call, scope: Scope) -> Run:
    apply = FUNCTIONS[node.function]
    if len(node.arguments) == 1:
        only = compile_tree(node.arguments[0], scope)
        if node.function in HIDES:
            return hiding(node.function, apply, HIDES[node.function], only)
        return one_by_one(node.function, apply, [only])
    arguments = list(distinct(node.arguments) if node.function in _EXTREMES else node.arguments)
    if len(arguments) == 1:
        return compile_tree(arguments[0], scope)
    return one_by_one(node.function, apply, [compile_tree(argument, scope) for argument in arguments])


@_compile.register
def _(node: tree.Reduction, scope: Scope) -> Run:
    low, high = compile_tree(node.low, scope), compile_tree(node.high, scope)
    inner, slot = scope.inside(node.index, node)
    body, cost = compile_tree(node.body, inner), nodes_in(node.body)
    is_symbolic = bool(free_names(node.low) | free_names(node.high))
    is_fixed = not (placed(node.low, scope)[1] or placed(node.high, scope)[1])
    return REDUCTIONS[node.kind](Terms(body, slot, low, high, cost, is_symbolic, is_fixed))


@_compile.register
def _(node: tree.Total, scope: Scope) -> Run:
    return compile_total(node, scope, compile_tree, nodes_in(node.body))


@_compile.register
def _(node: tree.Derivative, scope: Scope) -> Run:
    if isinstance(node.variable, tree.Indexed):
        return _by_element(node, scope)
    if scope.definition(node.variable.name) is not None:
        raise CallerError(f"{node.variable.name} is defined by a formula; differentiate by what it is made of")
    body, slot = compile_tree(node.body, scope), scope.slot(node.variable.name)
    cost, moved = nodes_in(node.body), node.variable.name if node.variable.name not in scope.bound else NOTHING_READS

    def run(state: State) -> Value:
        bit, kept, whole = state.fresh_unit(), state.slots[slot], state.whole[slot]
        state.put(slot, jets.add(kept, jets.unit(bit)))
        state.moving.append((moved, {}))
        try:
            state.spend(cost)
            return jets.coefficient(body(state), bit)
        finally:
            state.slots[slot], state.whole[slot] = kept, whole
            state.moving.pop()
            state.level -= 1

    return run


@_compile.register
def _(node: tree.Cases, scope: Scope) -> Run:
    pieces = [(compile_condition(test, scope), compile_tree(value, scope)) for value, test in node.pieces]

    def run(state: State) -> Value:
        for holds, value in pieces:
            if holds(state):
                return value(state)
        raise OutOfDomain("no case of a Piecewise applies")

    return run


@_compile.register
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
    indices = [_compile_index(index, scope) for index in node.indices]
    bound = [scope.bound.get(index.name) if isinstance(index, tree.Name) else None for index in node.indices]
    match bound, indices:
        case [int(slot)], [only]:
            return lambda state: (only(state) if (place := state.whole[slot]) is None else place,)
        case [int(slot), int(other)], [row, column]:
            return _running_key(slot, other, row, column)
        case _, [only]:
            return lambda state: (only(state),)
        case _, [row, column]:
            return lambda state: (row(state), column(state))
    return lambda state: tuple([index(state) for index in indices])


def _running_key(
    slot: int, other: int, row: Callable[[State], int], column: Callable[[State], int]
) -> Callable[[State], Key]:
    """Two indices of sums around; what is no whole number there is evaluated to say so."""

    def key(state: State) -> Key:
        i, j = state.whole[slot], state.whole[other]
        return (row(state), column(state)) if i is None or j is None else (i, j)

    return key


def _compile_index(node: tree.Node, scope: Scope) -> Callable[[State], int]:
    """The closure that evaluates an index; one that runs is known as an int."""
    run = compile_tree(node, scope)
    if not isinstance(node, tree.Name) or node.name not in scope.bound:
        return lambda state: scalars.integer_of(run(state), "an index")
    slot = scope.bound[node.name]

    def running(state: State) -> int:
        place = state.whole[slot]
        return scalars.integer_of(run(state), "an index") if place is None else place

    return running


def _by_element(node: tree.Derivative, scope: Scope) -> Run:
    """d(body)/d(data[indices]): that element moves, wherever the body meets it."""
    assert isinstance(node.variable, tree.Indexed)
    name, key, body = node.variable.name, _compile_key(node.variable, scope), compile_tree(node.body, scope)
    cost, moved = nodes_in(node.body), data(name)

    def run(state: State) -> Value:
        place = name, key(state)
        bit, kept = state.fresh_unit(), state.element(*place)
        outer = state.moved.get(place)
        state.moved[place] = jets.add(kept, jets.unit(bit))
        state.moving.append((moved, {}))
        try:
            state.spend(cost)
            return jets.coefficient(body(state), bit)
        finally:
            state.level -= 1
            state.moving.pop()
            if outer is None:
                del state.moved[place]
            else:
                state.moved[place] = outer

    return run
