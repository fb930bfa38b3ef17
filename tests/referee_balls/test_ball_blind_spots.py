"""False claims that hide: in long windows, between points, at far ends and indices, in order, in tiny differences."""

from __future__ import annotations

import pytest

from lossproof import equal
from lossproof.notation import complete_assumptions, parse_assumptions, parse_tree
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.balls.refute import Agreement
from lossproof.words.codes import Trouble, Way

ANY_M = "M integer >= 1"
BITS = "; ".join(f"x{i} in {{0,1}}" for i in range(1, 10))

WINDOWS = [
    (
        "diff(sum((y[m]-f*y[m-24])^2, m, 25, M), f)",
        "2*sum(y[m-24]*(y[m]-f*y[m-24]), m, 25, M)",
        f"{ANY_M}; y[m] real; f real",
    ),
    ("diff(sum((y[m]-f*y[m-52])^2, m, 53, M), f)", "2*sum(y[m-52]*(y[m]-f*y[m-52]), m, 53, M)", ""),
    ("sum(x[m], m, 25, M)", "0", ANY_M),
    ("prod(x[m], m, 25, M)", "1", ANY_M),
    ("sum(1, m, 25, M)", "Max(0, M-25)", ANY_M),
    ("sum(delta(m, 20), m, 1, M)", "0", ANY_M),
    ("sum(x[m], m, 30, M) + sum(x[m], m, 1, M)", "sum(x[m], m, 1, M)", ANY_M),
    ("Min(k, 24)", "k", "K integer >= 1; k in 1..K"),
    ("x[k]", "x[k+1]", f"{ANY_M}; k in 25..M-24"),
    ("log(prod(v[m], m, 25, M)^2)", "2*log(prod(v[m], m, 25, M))", f"{ANY_M}; v[m] real"),
    ("log(prod(1/v[m], m, 25, M))", "-log(prod(v[m], m, 25, M))", f"{ANY_M}; v[m] real"),
    (
        "log((1+sum(v[m], m, 25, M))^2) + Abs(x)",
        "2*log(1+sum(v[m], m, 25, M)) + Abs(x)",
        f"{ANY_M}; v[m] real; x real",
    ),
    ("sum(sum(x[i], i, 30, j), j, 1, M)", "0", ANY_M),
    ("sum(1, m, 0, M)", "M+1", "M integer"),
    ("sum(1, m, 0, M)", "M+1", ""),
]
BETWEEN = [
    ("Piecewise((2*x, exp(x) > 60 and exp(x) < 140), (x, True))", "x", "x real"),
    ("Max(0, 1/5-(x-sqrt(20))^2)", "0", ""),
    ("Max(0, 1/25-(x-e)^2)", "0", ""),
    ("Max(0, 1/500-(p-sqrt(1/3))^2)", "0", "0<p<1"),
    ("log(((x^2-2)^2-1/1000)^2) + Abs(x)", "2*log((x^2-2)^2-1/1000) + Abs(x)", "x real"),
    ("log(((x^2-2)^2-1/1000)^2) + sqrt(1+x^2)", "2*log((x^2-2)^2-1/1000) + sqrt(1+x^2)", "x real"),
    ("log(exp(a*log((x^2-2)^2-1/1000)))", "a*log((x^2-2)^2-1/1000)", "x real; a real"),
    ("log(Abs(y)/((x^2-2)^2-1/1000))", "log(Abs(y)) - log((x^2-2)^2-1/1000)", "x real; y real"),
    ("indicator(sin(x) > 99/100 and x > 7 and x < 8)", "0", "x real"),
    ("sum(indicator(exp(x[m]) > 60 and exp(x[m]) < 61), m, 1, M)", "0", ANY_M),
    ("indicator(n*n == 1369)", "0", "n integer"),
    ("delta(i*j, 77)", "0", "i, j integer >= 1"),
    ("indicator(exp(n/10) > 60 and exp(n/10) < 65)", "0", "n integer >= 1"),
]
CORNERS = [
    ("*".join(f"x{i}" for i in range(1, 10)), "0", BITS),
    ("y*" + "*".join(f"x{i}" for i in range(1, 10)), "0", BITS),
    ("*".join(f"(1-x{i})" for i in range(1, 10)) + "*z", "0", BITS),
]
SORTED = [
    ("prod(indicator(x[m] > x[m-1]), m, 1, M)", "0", "M integer >= 4"),
    ("prod(indicator(x[m] < x[m-1]), m, 1, M)", "0", "M integer >= 4"),
    ("*".join(f"indicator(x{i}<x{i + 1})" for i in range(1, 6)), "0", ""),
    ("*".join(f"indicator(x{i}>x{i + 1})" for i in range(1, 6)), "0", "; ".join(f"0<x{i}<1" for i in range(1, 7))),
    ("indicator(Abs(x-y) < 1/1000 and x != y and Abs(y-z) < 1/1000 and y != z)", "0", ""),
]
AT_SORTED_DATA = [
    ("indicator(x < c[4]) - indicator(x < c[2])", "indicator(x > c[2] and x < c[4])", "c[k] < c[k+1]; x real"),
    ("indicator(x <= c[5])", "indicator(x < c[5])", "c[k] < c[k+1]; 0 < x < 1"),
]
BESIDE_SCALARS = [
    ("prod(indicator(x[m] > q), m, 1, M)", "0", "M integer >= 14"),
    ("prod(indicator(x[m] < q), m, 1, M)", "0", "M integer >= 14"),
    (
        "prod(indicator(x[m] > p)*indicator(x[m] > q), m, 1, M)",
        "0",
        "M integer >= 9; 0 < x[m] < 1; 0 < p < 1; 0 < q < 1",
    ),
    ("prod(indicator(a < x[m] and x[m] < b), m, 1, M)", "0", "M integer >= 9"),
    ("sum(indicator(x[m] > q), m, 1, M)", "Min(M-1, sum(indicator(x[m] > q), m, 1, M))", "M integer >= 14"),
    ("prod(indicator(n[m] < q), m, 1, M)", "0", "M integer >= 14; n[m] integer"),
]
INDICES = [
    ("Abs(n)*x[n]", "n*x[n]", "n integer"),
    ("x[j]*j*(j-1)*(j-2)*(j-3)*(j-4)", "0", "j integer"),
    ("x[j]*j*(j-1)*(j-2)*(j-3)*(j-4)", "0", "j integer >= 0"),
    ("diff(sum(x[m]^2, m, 0, 6), x[j])", "2*x[j]", ""),
    ("diff(sum(x[m]^2, m, 1, 10), x[j])", "2*x[j]", "j integer >= 1"),
    ("diff(sum(x[m]^2, m, 1, 10), x[j])", "2*x[j]", f"{ANY_M}; j in 1..M"),
    ("diff(sum(x[m]^2, m, 0, M), x[j])", "2*x[j]", "M integer >= 0; j integer <= M"),
    ("sum(x[m]*delta(m, j), m, 0, 10)", "x[j]", "j integer"),
    ("x[j]*indicator(j <= 5)", "x[j]", "j integer"),
    ("x[j]*indicator(j != 37)", "x[j]", "j in 1..1000"),
    ("x[j]*indicator(j > -2)", "x[j]", "j integer >= -3"),
    ("x[j+10]*Abs(j+10)", "x[j+10]*(j+10)", "j integer"),
    ("x[i]*delta(i, j)", "x[i]*delta(i, j)*indicator(i >= 0)", "i integer; j integer"),
    ("A[i,j]*Max(i, j)", "A[i,j]*Max(i, j, 0)", "i integer; j integer"),
]
SIZES_IN_AN_INDEX = [
    ("sum(x[m], m, 0, 50)", "sum(x[m], m, 0, j)+sum(x[m], m, j+1, 50)", "j integer >= 0"),
    ("sum(x[j], j, -5, n)-sum(x[j], j, -5, n-1)", "x[n]", "n integer"),
    ("sum(x[m], m, 0, n)", "x[0]+sum(x[m], m, 1, n)", "n integer"),
]
TIED_INDICES = [
    ("Max(c[k+n], c[k])", "c[k+n]", "c[j]<c[j+1]; n integer; k integer"),
    ("Max(c[n], c[0])", "c[n]", "c[j]<c[j+1]; n integer"),
    ("Abs(c[n])", "c[n]", "c[j]<c[j+1]; c[0]=0; n integer"),
    ("a[n]", "a[0]+Abs(n)*d", "a[k+1]=a[k]+d; n integer"),
]
TINY = [
    ("softplus(x)", "x", "x > 100000"),
    ("tanh(x)", "1", "x > 1000"),
    ("expit(x)", "1", "x > 60000"),
    ("normcdf(x)", "1", "x > 100"),
    ("1+exp(-exp(x))", "1", "x >= 10"),
    ("1+2^(-n)", "1", "n integer >= 20000"),
    ("expit(10^5)*x", "x", ""),
    ("exp(-x)*exp(-x)+1", "1", "x > 2000"),
]


def judged(lhs: str, rhs: str, where: str, seed: int = 0) -> Agreement:
    left, right = parse_tree(lhs), parse_tree(rhs)
    return agree_or_refute(left, right, complete_assumptions(parse_assumptions(where), left, right), seed=seed)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        *WINDOWS,
        *BETWEEN,
        *CORNERS,
        *SORTED,
        *AT_SORTED_DATA,
        *BESIDE_SCALARS,
        *INDICES,
        *SIZES_IN_AN_INDEX,
        *TIED_INDICES,
    ],
)
def test_what_a_person_could_write_is_refuted_by_any_stream(lhs: str, rhs: str, where: str, seed: int) -> None:
    assert judged(lhs, rhs, where, seed).witness is not None


@pytest.mark.parametrize(("lhs", "rhs", "where"), TINY)
def test_a_tiny_difference_asks_for_the_bits_that_show_it(lhs: str, rhs: str, where: str) -> None:
    assert judged(lhs, rhs, where).witness is not None


@pytest.mark.parametrize("name", ["x", "t", "beta_1"])
def test_values_leave_no_wide_gap_in_the_middle(name: str) -> None:
    false = "indicator({0} > {1} and {0} < {1}+{2})"
    for low in range(-5, 5):
        assert judged(false.format(name, low, "9/10"), "0", "").witness is not None


@pytest.mark.parametrize(
    ("lhs", "rhs", "where", "formula"),
    [
        ("indicator(x+exp(x) >= 2)", "indicator(x+exp(x) > 2)", "x real", "x + exp(x) - 2"),
        ("sign((x*exp(x)-1)^2)", "1", "x real", "(x*exp(x) - 1)^2"),
        ("sign(normcdf(x)-1/3)^2", "1", "x real", "normcdf(x) - 1/3"),
    ],
)
def test_zeros_that_no_rational_number_is_are_named_and_nothing_is_proved(
    lhs: str, rhs: str, where: str, formula: str
) -> None:
    verdict = equal(lhs, rhs, where)
    assert verdict.status == "corroborated"
    assert Way.ZEROS_NOT_TRIED(formulas=(parse_tree(formula),)) in verdict.ways


def test_empty_sums_alone_say_nothing() -> None:
    agreement = judged("sum(x[m], m, 5, M)", "0", "M integer >= 1; M <= 4")
    assert (agreement.points, agreement.witness) == (0, None)
    assert agreement.out_of_domain == Trouble.HOLLOW(count=agreement.hollow)


def test_points_are_counted_when_they_are_different() -> None:
    assert judged("x*(x-1)*(x-2)", "0", "x in {0, 1, 2}").points == 3
    assert judged("2*k - k", "k", "K integer >= 2; K <= 3; k in 1..K").points <= 5


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        (
            "sum(sum(x[i]*v[j], j, 1, K), i, 1, M)",
            "sum(x[i]*v[1] + sum(x[i]*v[j], j, 2, K), i, 1, M)",
            "M integer >= 0; K integer >= 0",
        ),
        ("sum(x[i], i, 1, M)*prod(v[j], j, 1, K)", "sum(x[i], i, 1, M)*v[1]*prod(v[j], j, 2, K)", ""),
        ("Abs(n)*delta(n, k)", "n*delta(n, k)", "n integer"),
        ("Abs(n)*delta(n, k)*gamma(x)", "n*delta(n, k)*gamma(x)", "n integer; x > 0"),
    ],
)
def test_one_range_is_empty_beside_full_ones_and_equal_counts_are_negative(lhs: str, rhs: str, where: str) -> None:
    left, right = parse_tree(lhs), parse_tree(rhs)
    assumptions = complete_assumptions(parse_assumptions(where), left, right)
    for seed in range(6):
        assert agree_or_refute(left, right, assumptions, seed=seed, minimise=False).witness is not None, seed
