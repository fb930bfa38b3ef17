"""The normal form has the value of the expression: random expressions, every small size, sums written out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lossproof.notation import Scope, parse_assumptions
from lossproof.referee.indices.expressions import binder

WHERE = (
    "M integer >= 1; K integer >= 1; n integer >= 0; k in 0..M-1; h in 1..K; c real; r > 0; "
    "x[m] > 0; a[m] real; q[i,j] real; y[m] in {0, 1}; s[m] in {-1, 1}; t one-hot over 1..K; p simplex over 1..K"
)
KINDS = {"x": "positive", "y": "binary", "s": "sign", "t": "one-hot", "p": "simplex"}
POINTS = [(1, 1, 0, 0, 1), (1, 3, 2, 0, 2), (2, 1, 1, 1, 1), (3, 2, 0, 1, 2), (3, 3, 3, 2, 3), (2, 2, 4, 0, 1)]


def point(sizes: tuple[int, ...]) -> dict[str, Any]:
    """M, K, n, k, h and the scalars c and r."""
    m, k_classes, n, k, h = sizes
    return {"M": m, "K": k_classes, "n": n, "k": k, "h": h, "c": -3, "r": 2}


class Maker:
    """Draws expressions; indices that are bound further out may be used."""

    def __init__(self, draw: Callable[..., Any], scope: Any, functions: bool) -> None:
        self.draw = draw
        self.scope = scope
        self.functions = functions
        self.sizes = {name: scope.symbol(name) for name in ("M", "K", "n", "k", "h", "c", "r")}

    def choice(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def expr(self, depth: int, bound: tuple[Any, ...]) -> Any:
        kinds = ["atom", "add", "mul", "sum", "sum", "square", "delta", "over"] if depth else ["atom"]
        kinds += ["product", "cases", "exp", "log"] if depth and self.functions else []
        return getattr(self, f"_{self.choice(*kinds)}")(depth - 1, bound)

    def place(self, bound: tuple[Any, ...]) -> Any:
        s = self.sizes
        options = [*bound, *bound, s["k"], s["h"], s["M"] - 1, sp.Integer(1)]
        shift = self.choice(0, 0, 0, 1, -1)
        turned = self.choice(False, False, False, True) and bool(bound)
        return s["M"] - 1 - self.choice(*bound) if turned else self.choice(*options) + shift

    def _atom(self, depth: int, bound: tuple[Any, ...]) -> Any:
        data = self.choice("x", "a", "q", "y", "s", "t", "p", "index", "number", "scalar")
        if data == "q":
            return self.scope.data("q")[self.place(bound), self.place(bound)]
        if data == "number":
            return sp.Rational(self.choice(-2, 1, 2, 3), self.choice(1, 2))
        if data == "scalar":
            return self.sizes[self.choice("c", "M", "k")]
        return self.place(bound) if data == "index" else self.scope.data(data)[self.place(bound)]

    def _add(self, depth: int, bound: tuple[Any, ...]) -> Any:
        return self.expr(depth, bound) + self.expr(depth, bound)

    def _mul(self, depth: int, bound: tuple[Any, ...]) -> Any:
        return self.expr(depth, bound) * self.expr(depth, bound)

    def _square(self, depth: int, bound: tuple[Any, ...]) -> Any:
        return self.expr(depth, bound) ** self.choice(2, 3)

    def _over(self, depth: int, bound: tuple[Any, ...]) -> Any:
        divisor = self.scope.data("x")[self.place(bound)]
        return self.expr(depth, bound) / self.choice(divisor, 1 + divisor, divisor**2 + 2)

    def _delta(self, depth: int, bound: tuple[Any, ...]) -> Any:
        return sp.KroneckerDelta(self.place(bound), self.place(bound)) * self.expr(depth, bound)

    def _limits(self, bound: tuple[Any, ...]) -> tuple[Any, Any, Any]:
        index = self.scope.index(f"i{len(bound)}")
        s = self.sizes
        low = self.choice(sp.Integer(0), sp.Integer(1), sp.Integer(1), s["k"], s["k"] + 1, *bound)
        high = self.choice(s["M"] - 1, s["M"], s["K"], s["k"], s["n"], sp.Integer(2), *bound, *(b - 1 for b in bound))
        return index, low, high

    def _sum(self, depth: int, bound: tuple[Any, ...]) -> Any:
        limit = self._limits(bound)
        return binder(sp.Sum, self.expr(depth, (*bound, limit[0])), limit)

    def _product(self, depth: int, bound: tuple[Any, ...]) -> Any:
        limit = self._limits(bound)
        return binder(sp.Product, self.expr(min(depth, 1), (*bound, limit[0])), limit)

    def _cases(self, depth: int, bound: tuple[Any, ...]) -> Any:
        relation = self.choice(sp.Lt, sp.Le, sp.Gt, sp.Ge, sp.Eq, sp.Ne)
        condition = relation(self.place(bound), self.place(bound))
        return sp.Piecewise((self.expr(depth, bound), condition), (self.expr(depth, bound), True))

    def _exp(self, depth: int, bound: tuple[Any, ...]) -> Any:
        return sp.exp(self.expr(min(depth, 1), bound) / 4)

    def _log(self, depth: int, bound: tuple[Any, ...]) -> Any:
        x = self.scope.data("x")[self.place(bound)]
        return sp.log(self.choice(x, 1 + x, x * (1 + self.expr(depth, bound) ** 2), x ** self.choice(-1, 2)))


def expressions(scope: Any, functions: bool, depth: int) -> st.SearchStrategy[Any]:
    """Random expressions over the data of `WHERE`."""
    return st.composite(lambda draw: Maker(draw, scope, functions).expr(depth, ()))()


def check_same_value(expr: Any, statement: Any, brute_force: Any, witnesses: dict[str, Any]) -> None:
    """The normal form agrees with the expression at every point of `POINTS` where the expression has a value."""
    given_facts = statement(WHERE)
    normal = given_facts.normal(expr)
    for seed, sizes in enumerate(POINTS):
        names = point(sizes)
        data = witnesses["random_data"](seed, KINDS, names)
        expected = brute_force(names, data)(expr)
        found = brute_force(names, data)(normal)
        assert witnesses["agree"](expected, found), f"{expr} -> {normal} at {names}"


SCOPE = Scope(parse_assumptions(WHERE))
FEW = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@settings(FEW, max_examples=200)
@given(expr=expressions(SCOPE, False, 3))
def test_polynomials_under_sums_keep_their_value(
    expr: Any, statement: Any, brute_force: Any, witnesses: dict[str, Any]
) -> None:
    check_same_value(expr, statement, brute_force, witnesses)


@settings(FEW, max_examples=120)
@given(expr=expressions(SCOPE, True, 3))
def test_functions_products_and_cases_keep_their_value(
    expr: Any, statement: Any, brute_force: Any, witnesses: dict[str, Any]
) -> None:
    check_same_value(expr, statement, brute_force, witnesses)
