"""The normal form has the value of the expression: random expressions, every small size, sums written out."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lossproof.notation import Scope, parse_assumptions

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
@given(data=st.data())
def test_polynomials_under_sums_keep_their_value(
    data: st.DataObject, maker: Any, statement: Any, brute_force: Any, witnesses: dict[str, Any]
) -> None:
    check_same_value(maker(data.draw, SCOPE, False).expr(3, ()), statement, brute_force, witnesses)


@settings(FEW, max_examples=150)
@given(data=st.data())
def test_functions_products_and_cases_keep_their_value(
    data: st.DataObject, maker: Any, statement: Any, brute_force: Any, witnesses: dict[str, Any]
) -> None:
    check_same_value(maker(data.draw, SCOPE, True).expr(3, ()), statement, brute_force, witnesses)
