"""Trees in balls against mpmath on the same trees; what is outside the domain; what is decided exactly."""

from __future__ import annotations

from typing import Any

import pytest
from flint import acb, arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from lossproof.errors import CallerError
from lossproof.notation import parse_tree, tree
from lossproof.referee.balls import jets, scalars
from lossproof.referee.balls.evaluate import compile_tree
from lossproof.referee.balls.scalars import LeavesReals, OutOfDomain, TooLarge, Undecided, Unusable
from lossproof.referee.balls.state import Scope


class Elements:
    """Indexed data given as lists from index 0."""

    root = None

    def __init__(self, lists: dict[str, Any]) -> None:
        self.lists = lists

    def element(self, name: str, indices: tuple[int, ...]) -> fmpq:
        value = self.lists[name]
        for index in indices:
            value = value[index]
        return rational(value)


def rational(text: str) -> fmpq:
    return fmpq(*map(int, text.split("/")))


def evaluate(text: str | tree.Node, bits: int = 200, principal: bool = False, **point: Any) -> Any:
    """The value of a formula at a point: scalars as text, data as lists of texts."""
    node = parse_tree(text) if isinstance(text, str) else text
    scope = Scope()
    run = compile_tree(node, scope)
    numbers = {name: rational(point[name]) for name in scope.free}
    with scalars.precision(bits):
        return jets.number_of(run(scope.state(numbers, Elements(point), principal)))


def agree(ours: Any, theirs: Any, digits: int = 40) -> bool:
    with scalars.precision(400), mp.workdps(120):
        middle = mp.mpf(arb(ours).mid().str(100, radius=False))
        return arb(ours).is_finite() and abs(middle - theirs) <= mp.mpf(10) ** -digits * max(1, abs(theirs))


POINT = {
    "x": "1/3", "y": "7/4", "z": "-2/5", "M": "3", "K": "3", "k": "1", "i": "2", "n": "5",
    "a": ["1", "-1/2", "2/3", "4"], "b": ["3/4", "2", "1/5", "-1"], "p": ["1/2", "1/4", "3/4", "1/3"],
    "q": [["1", "2", "-1/3", "5"], ["1/2", "-1", "3", "0"], ["2/7", "1/3", "1", "1"], ["1", "1", "2", "3"]],
}  # fmt: skip
FORMULAS = [
    "-x^2 + 2*x*y - 1/z",
    "x^y^z",
    "pi*e - exp(-x)",
    "sum(a[m]*b[m], m, 0, M-1)",
    "prod(p[m]^k*(1-p[m])^(1-k), m, 0, M-1)",
    "logsumexp(a[m], m, 0, M-1)",
    "logsumexp(x, y, z)",
    "sum(sum(q[i,j]*a[j], j, 0, i), i, 0, M-1)",
    "sum(a[m-1]*delta(m, k), m, 1, M)",
    "Piecewise((x^2, x > y), (log(y), x <= y and z < 0), (0, True))",
    "indicator(x < y or z > 0)*Max(x, y, z) - Min(x, y, z)",
    "diff(x^3*exp(x*y), x)",
    "diff(diff(x^3*exp(x*y), x), y)",
    "diff(diff(diff(sin(x*y)/x, x), x), y)",
    "diff(x^x, x)",
    "diff(y^x, x)",
    "diff(Max(x^2, x)*Abs(z*x), x)",
    "diff(Piecewise((x^2, x < 1), (x, True)), x)",
    "diff(sum(log(1+exp(a[m]*x))-b[m]*x, m, 0, M-1), x)",
    "diff(sum(a[m]^2*b[m], m, 0, M-1), a[k])",
    "diff(logsumexp(a[m], m, 0, M-1), a[k])",
    "diff(diff(log(sum(exp(a[l]), l, 0, K)), a[k]), a[i])",
    "diff(sum(sum(q[i,j]*a[i]*b[j], i, 0, K), j, 0, K), q[k,i])",
    "diff(prod(p[m], m, 0, M-1), p[k])",
    "sum(diff(exp(x*a[m]), x), m, 0, M-1)",
    "sum(diff(a[m]^3, a[m]), m, 0, M-1)",
    "diff(binomial(n, k)*x^k, x)",
    "diff(loggamma(x+y)-loggamma(x), x)",
    "diff(digamma(x), x) - trigamma(x)",
    "diff(diff(lognormcdf(x*y), x), x)",
    "diff(xlogy(x, y), y) + diff(xlogy(x, y), x)",
    "diff(atan(x)*erf(y*x)*erfc(x), x)",
    "diff(sqrt(x)*expit(x)*softplus(x)*logit(x), x)",
    "diff(log1p(x)+expm1(x)+log1mexp(x)+tanh(x)*sinh(x)/cosh(x), x)",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_the_value_of_a_formula_is_that_of_mpmath(text: str, oracle: Any) -> None:
    assert agree(evaluate(text, **POINT), oracle.value(parse_tree(text), POINT))


@pytest.mark.parametrize("wrong", ["x^3*exp(x*y) + x*y", "3*x^2*exp(x*y)", "x^3*y*exp(x*y)"])
def test_the_comparison_notices_a_wrong_derivative(wrong: str, oracle: Any) -> None:
    derivative = evaluate("diff(x^3*exp(x*y), x)", **POINT)
    assert not agree(derivative, oracle.value(parse_tree(wrong), POINT))


_LEAVES = st.sampled_from([tree.Name("x"), tree.Name("y"), parse_tree("2"), parse_tree("1/3"), parse_tree("-1")])
_SMOOTH = st.sampled_from(["exp", "expit", "softplus", "sin", "cos", "tanh", "atan", "erf", "normcdf"])


def _grown(inner: st.SearchStrategy[tree.Node]) -> st.SearchStrategy[tree.Node]:
    binary = st.builds(tree.Binary, st.sampled_from(["+", "-", "*"]), inner, inner)
    return binary | st.builds(lambda f, x: tree.Call(f, (x,)), _SMOOTH, inner)


@settings(max_examples=60, deadline=None)
@given(node=st.recursive(_LEAVES, _grown, max_leaves=8), by=st.sampled_from(["x", "y"]))
def test_random_formulas_and_their_derivatives_are_those_of_mpmath(node: tree.Node, by: str, oracle: Any) -> None:
    derivative = tree.Derivative(node, tree.Name(by))
    assert agree(evaluate(derivative, 400, **POINT), oracle.value(derivative, POINT))


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("log(x)", {"x": "0"}),
        ("yt*log(yp)", {"yt": "0", "yp": "0"}),
        ("1/(x-y)", {"x": "1/3", "y": "1/3"}),
        ("x^(-1)", {"x": "0"}),
        ("0^x", {"x": "-1/2"}),
        ("gamma(x)", {"x": "-2"}),
        ("digamma(x)", {"x": "0"}),
        ("trigamma(x)", {"x": "-1"}),
        ("loggamma(x)", {"x": "0"}),
        ("factorial(x)", {"x": "-1"}),
        ("logit(x)", {"x": "1"}),
        ("log1p(x)", {"x": "-1"}),
        ("log1mexp(x)", {"x": "0"}),
        ("xlogy(x, y)", {"x": "1", "y": "0"}),
        ("binomial(x, y)", {"x": "-2", "y": "-1"}),
        ("logsumexp(x*i, i, 1, 0)", {"x": "1"}),
        ("sum(i, i, 1, x)", {"x": "1/2"}),
        ("a[x]", {"x": "1/2", "a": ["1"]}),
        ("diff(Abs(x), x)", {"x": "0"}),
        ("diff(Max(x, y), x)", {"x": "2", "y": "2"}),
        ("diff(sqrt(x), x)", {"x": "0"}),
        ("diff(Heaviside(x), x)", {"x": "0"}),
        ("diff(Piecewise((x, x < 1), (x^2, True)), x)", {"x": "1"}),
        ("diff(Piecewise((x, x^2 <= 0), (x^2, True)), x)", {"x": "0"}),
        ("diff(Piecewise((x, x*x <= 0), (x^2, True)), x)", {"x": "0"}),
        ("diff(Piecewise((5*x, x == 0), (x^2, True)), x)", {"x": "0"}),
        ("diff(Piecewise((x, exp(x) - x == 1), (x^2, True)), x)", {"x": "0"}),
        ("diff(indicator(x^4 > 0)*(x - 1), x)", {"x": "0"}),
        ("diff(delta(x^2, 4*x - 4)*x, x)", {"x": "2"}),
        ("diff(Abs(x^2), x)", {"x": "0"}),
        ("diff(Max(x, x + (x - 1)^2), x)", {"x": "1"}),
        ("diff(sign((x - y)^2), x)", {"x": "2", "y": "2"}),
        ("diff(Heaviside(x^3), x)", {"x": "0"}),
        ("diff(sqrt(x^4), x)", {"x": "0"}),
        ("diff(diff(Piecewise((x, x*y <= 0), (x^2, True)), x), y)", {"x": "0", "y": "0"}),
        ("diff(Piecewise((a[0], a[0]^2 <= 0), (1, True)), a[0])", {"a": ["0"]}),
    ],
)
def test_points_outside_the_domain_have_no_value(text: str, at: dict[str, Any]) -> None:
    with pytest.raises(OutOfDomain) as error:
        evaluate(text, **at)
    assert not isinstance(error.value, LeavesReals)


@pytest.mark.parametrize(
    ("text", "at", "value"),
    [
        ("diff(Max(x, 2*x - x), x)", {"x": "3"}, "1"),
        ("diff(Piecewise((x, x - x <= 0), (x^2, True)), x)", {"x": "3"}, "1"),
        ("diff(Abs(0*x)*x, x)", {"x": "3"}, "0"),
        ("diff(sum(sum(Abs(a[i] - a[j]), i, 0, 1), j, 0, 1), a[0])", {"a": ["3", "1"]}, "2"),
        ("diff(Piecewise((x, y <= 0), (x^2, True)), x)", {"x": "3", "y": "0"}, "1"),
        ("diff(Piecewise((x, x^0 <= 1), (x^2, True)), x)", {"x": "3"}, "1"),
        ("diff(x^2*Piecewise((x, x^2 <= 1), (1, True)), x)", {"x": "0"}, "0"),
    ],
)
def test_a_comparison_of_what_stays_equal_is_no_kink(text: str, at: dict[str, Any], value: str) -> None:
    assert str(evaluate(text, **at)) == value


@pytest.mark.parametrize(
    ("text", "x", "principal"),
    [
        ("log(x)", "-2", "log(2) + pi*j"),
        ("sqrt(x)", "-4", "2*j"),
        ("x^(1/3)", "-8", "1 + sqrt(3)*j"),
        ("log1p(x)", "-3", "log(2) + pi*j"),
        ("log1mexp(x)", "-1", "log(e - 1) + pi*j"),
        ("logit(x)", "2", "log(2) + pi*j"),
        ("loggamma(x)", "-1/2", "log(2*sqrt(pi)) - pi*j"),
    ],
)
def test_beyond_the_reals_there_are_only_principal_values(text: str, x: str, principal: str) -> None:
    with pytest.raises(LeavesReals):
        evaluate(text, x=x)
    value = evaluate(text, principal=True, x=x)
    real, _, imaginary = principal.rpartition(" ") if " " in principal else ("0", "", principal)
    sign = "-" if real.endswith("-") else ""
    with scalars.precision(200):
        other = evaluate(real.rstrip("+- ") or "0"), evaluate(sign + imaginary.replace("*j", ""))
        assert abs(value - acb(*map(arb, other))) < arb("1e-40")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0^0", 1),
        ("sum(i, i, 1, 0)", 0),
        ("prod(i, i, 1, 0)", 1),
        ("sum(i, i, 3, 1)", 0),
        ("xlogy(0, 0)", 0),
        ("Heaviside(0)", fmpq(1, 2)),
        ("sign(0)", 0),
        ("indicator(1/10 + 2/10 == 3/10)", 1),
        ("Piecewise((1, 1/3 + 1/3 + 1/3 >= 1), (0, True))", 1),
        ("sqrt(4/9)", fmpq(2, 3)),
        ("exp(0) - cos(0)", 0),
        ("binomial(5, 7)", 0),
        ("binomial(7/2, 2)", fmpq(35, 8)),
        ("binomial(-1, 2)", 1),
        ("factorial(5) - gamma(6)", 0),
        ("(-8)^3", -512),
        ("delta(2, 1 + 1)", 1),
        ("Max(1/3, 0.3333)", fmpq(1, 3)),
    ],
)
def test_rationals_stay_exact(text: str, value: Any) -> None:
    result = evaluate(text)
    assert isinstance(result, fmpq)
    assert result == value


@pytest.mark.parametrize(
    ("text", "x", "theirs"),
    [
        ("erfc(x)", "1000", lambda: mp.erfc(1000)),
        ("lognormcdf(x)", "-1000", lambda: mp.log(mp.erfc(1000 / mp.sqrt(2)) / 2)),
        ("lognormcdf(x)", "40", lambda: -mp.erfc(40 / mp.sqrt(2)) / 2),
        ("softplus(x)", "-100000", lambda: mp.exp(-100000)),
        ("log1p(exp(x))", "-100000", lambda: mp.exp(-100000)),
        ("log(exp(x))", "1000000", lambda: mp.mpf(1000000)),
        ("exp(x)/(1 + exp(x))", "100000", lambda: mp.mpf(1)),
        ("loggamma(x)", "1000000000", lambda: mp.loggamma(1000000000)),
    ],
)
def test_tails_keep_their_relative_accuracy(text: str, x: str, theirs: Any) -> None:
    with mp.workdps(80), scalars.precision(300):
        ours, truth = evaluate(text, x=x), theirs()
        ratio = ours / arb(mp.nstr(truth, 70, min_fixed=1, max_fixed=0))
        assert abs(ratio - 1) < arb("1e-35")


def test_a_ball_decides_only_what_all_of_it_decides() -> None:
    text = "Piecewise((1, log(1+exp(-x)) > 0), (0, True))"
    with pytest.raises(Undecided):
        evaluate("Piecewise((1, 1 + exp(-x) > 1), (0, True))", x="300")
    assert evaluate("Piecewise((1, 1 + exp(-x) > 1), (0, True))", bits=800, x="300") == 1
    assert evaluate(text.replace("log(1+exp(-x))", "log1p(exp(-x))"), x="300") == 1


def test_work_is_bounded() -> None:
    with pytest.raises(TooLarge):
        evaluate("sum(1/i, i, 1, 1000000000)")
    nested = "x"
    for _ in range(9):
        nested = f"diff(exp({nested}*x), x)"
    with pytest.raises(TooLarge):
        evaluate(nested, x="1")


def test_a_bound_index_is_not_the_name_outside() -> None:
    assert evaluate("m + sum(m, m, 1, 3) + m", m="10") == 26
    scope = Scope({"c": parse_tree("m")})
    run = compile_tree(parse_tree("sum(c, m, 1, 3)"), scope)
    assert run(scope.state({"m": fmpq(10)}, Elements({}))) == 30


def test_a_sum_that_stays_the_same_is_worked_out_once() -> None:
    """Three terms of the outer sum, and three of the inner one; written out nine times they cost three times that."""
    inner, outer = "sum(exp(a[i]), i, 0, 2)", "sum({inner}*b[m], m, 0, 2)"
    scope = Scope()
    run = compile_tree(parse_tree(outer.format(inner=inner)), scope)
    state = scope.state({}, Elements(POINT))
    assert agree(run(state), evaluate(inner, **POINT) * evaluate("sum(b[m], m, 0, 2)", **POINT))
    moved = compile_tree(parse_tree(outer.format(inner="sum(exp(a[i] + b[m]), i, 0, 2)")), scope)
    with_moving = scope.state({}, Elements(POINT))
    moved(with_moving)
    assert state.spent < with_moving.spent / 1.5


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("sum(m*diff(sum(x*a[i], i, 0, 2)^2, x), m, 0, 2)", "3*2*x*sum(a[i], i, 0, 2)^2"),
        ("sum(sum(a[i], i, 0, 2)*diff(sum(a[i], i, 0, 2)^3, a[m]), m, 0, 2)", "9*sum(a[i], i, 0, 2)^3"),
        (
            "sum(sum(sum(q[i, j], i, 0, 2)*a[k], k, 0, 2), j, 0, 2)",
            "sum(a[k], k, 0, 2)*sum(sum(q[i, j], i, 0, 2), j, 0, 2)",
        ),
        ("sum(sum(a[i], i, 0, m) + sum(sum(a[i], i, 0, m), k, 0, 1), m, 0, 2)", "3*sum(sum(a[i], i, 0, m), m, 0, 2)"),
    ],
)
def test_what_is_worked_out_once_changes_with_its_own_indices_and_under_a_derivative(text: str, same: str) -> None:
    assert evaluate(text, **POINT) == evaluate(same, **POINT)


def test_a_derivative_by_a_defined_name_is_refused() -> None:
    with pytest.raises(CallerError, match="mu is defined"):
        compile_tree(parse_tree("diff(mu, mu)"), Scope({"mu": parse_tree("exp(eta)")}))


def test_a_definition_is_seen_through_by_a_derivative() -> None:
    scope = Scope({"mu": parse_tree("eta^2")})
    run = compile_tree(parse_tree("diff(mu^2, eta)"), scope)
    assert run(scope.state({"eta": fmpq(3)}, Elements({}))) == 108


def test_the_precision_in_force_is_put_back() -> None:
    from flint import ctx

    before = ctx.prec, ctx.cap
    with pytest.raises(Unusable):
        evaluate("log(x)", x="0")
    assert (ctx.prec, ctx.cap) == before
