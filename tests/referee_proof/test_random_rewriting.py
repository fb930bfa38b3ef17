"""Random formulas equal themselves after valid rewriting, and differ after a change."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lossproof.notation import Scope, complete_assumptions, parse_assumptions, to_text
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import Binary, Call, Name, Negative, Node, Number
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.judge import difference, judge_claim
from lossproof.referee.prove import prove_zero
from lossproof.referee.verdict import Status

WHERE = parse_assumptions("0 < p < 1; q > 0; z real; w real; t in {0, 1}")
ONE, TWO, HALF = (Number(Fraction(value)) for value in ("1", "2", "1/2"))


def op(sign: str, left: Node, right: Node) -> Node:
    return Binary(sign, left, right)  # type: ignore[arg-type]


def call(name: str, *arguments: Node) -> Node:
    return Call(name, arguments)


POSITIVE = st.recursive(
    st.sampled_from([Name("p"), Name("q"), op("-", ONE, Name("p")), TWO, HALF]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("+*/"), inner, inner).map(lambda made: op(*made)),
        st.sampled_from([Name("z"), Name("w"), Negative(Name("z"))]).map(lambda x: call("exp", x)),
        st.sampled_from([Name("z"), Name("w")]).map(lambda x: call("sigmoid", x)),
        inner.map(lambda x: op("^", x, TWO)),
        inner.map(lambda x: call("sqrt", x)),
    ),
    max_leaves=4,
)
REAL = st.recursive(
    st.one_of(st.sampled_from([Name("z"), Name("w"), Name("t"), ONE]), POSITIVE.map(lambda x: call("log", x))),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("+-*"), inner, inner).map(lambda made: op(*made)),
        inner.map(Negative),
        inner.map(lambda x: call("softplus", x)),
        inner.map(lambda x: call("Abs", x)),
        inner.map(lambda x: call("tanh", x)),
    ),
    max_leaves=4,
)


def is_sum(node: Node) -> bool:
    return isinstance(node, Binary) and node.operator in "+-"


def is_call(node: Node, name: str) -> bool:
    return isinstance(node, Call) and node.function == name


Rewriting = tuple[Callable[[Node], bool], Callable[[Node], Node]]
REWRITINGS: list[Rewriting] = [
    (lambda n: isinstance(n, Binary) and n.operator in "+*", lambda n: op(n.operator, n.right, n.left)),
    (is_sum, lambda n: Negative(op(n.operator, Negative(n.left), Negative(n.right)))),
    (lambda n: isinstance(n, Binary) and n.operator == "/", lambda n: op("*", n.left, op("^", n.right, Number(-1)))),
    (lambda n: is_call(n, "softplus"), lambda n: op("+", n.arguments[0], call("softplus", Negative(n.arguments[0])))),
    (lambda n: is_call(n, "softplus"), lambda n: call("log", op("+", ONE, call("exp", n.arguments[0])))),
    (lambda n: is_call(n, "sigmoid"), lambda n: op("-", ONE, call("sigmoid", Negative(n.arguments[0])))),
    (lambda n: is_call(n, "log"), lambda n: Negative(call("log", op("/", ONE, n.arguments[0])))),
    (lambda n: is_call(n, "log"), lambda n: op("/", call("log", op("^", n.arguments[0], TWO)), TWO)),
    (lambda n: is_call(n, "exp"), lambda n: op("^", call("exp", op("/", n.arguments[0], TWO)), TWO)),
    (lambda n: is_call(n, "sqrt"), lambda n: call("exp", op("*", HALF, call("log", n.arguments[0])))),
    (lambda n: is_call(n, "Abs"), lambda n: call("Max", n.arguments[0], Negative(n.arguments[0]))),
    (lambda n: is_call(n, "tanh"), lambda n: op("-", op("*", TWO, call("sigmoid", op("*", TWO, n.arguments[0]))), ONE)),
    (lambda n: n == Name("t"), lambda n: op("^", n, TWO)),
    (lambda n: n == ONE, lambda n: call("exp", op("-", Name("z"), Name("z")))),
]


def rewritten(node: Node, choose: Callable[[int], int], times: int) -> Node:
    """``node`` after random valid steps at random places."""
    for _ in range(times):
        places = [(path, n) for path, n in _places(node, ())]
        path, here = places[choose(len(places))]
        fitting = [change for fits, change in REWRITINGS if fits(here)]
        if fitting:
            node = _put(node, path, fitting[choose(len(fitting))](here))
    return node


def _places(node: Node, path: tuple[int, ...]) -> list[tuple[tuple[int, ...], Node]]:
    below = (_places(child, (*path, i)) for i, child in enumerate(children(node)) if isinstance(child, Node))
    return [(path, node), *(place for places in below for place in places)]


def _put(node: Node, path: tuple[int, ...], new: Node) -> Node:
    if not path:
        return new
    parts = list(children(node))
    parts[path[0]] = _put(parts[path[0]], path[1:], new)
    return rebuild(node, tuple(parts))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(REAL, st.lists(st.integers(0, 10**6), min_size=12, max_size=12))
def test_valid_rewriting_is_proved(formula: Node, numbers: list[int]) -> None:
    feed = iter(numbers * 2)
    other = rewritten(formula, lambda size: next(feed) % size, 4)
    assumptions = complete_assumptions(WHERE, formula, other)
    assert agree_or_refute(formula, other, assumptions, points=16).witness is None, "the rewriting itself is wrong"
    proof = prove_zero(difference(formula, other, scope := Scope(assumptions)), assumptions, scope)
    assert proof is not None, f"{to_text(formula)} == {to_text(other)}"


CHANGES: list[Callable[[Node], Node]] = [
    lambda n: op("+", n, HALF),
    lambda n: op("+", n, call("exp", Name("z"))),
    lambda n: op("-", n, op("*", Name("p"), Name("t"))),
    lambda n: op("*", op("+", op("^", n, TWO), ONE), Number(Fraction(3))),
    lambda n: op("+", n, call("Abs", Name("w"))),
]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(REAL, st.sampled_from(CHANGES))
def test_a_changed_formula_is_refuted_and_never_proved(formula: Node, change: Callable[[Node], Node]) -> None:
    other = change(formula)
    assumptions = complete_assumptions(WHERE, formula, other)
    assume(agree_or_refute(formula, formula, assumptions, points=8).points >= 8)
    assert judge_claim(formula, other, assumptions).status is Status.REFUTED
    assert prove_zero(difference(formula, other, scope := Scope(assumptions)), assumptions, scope) is None
