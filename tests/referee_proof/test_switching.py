"""Derivatives where a condition changes: nothing is claimed of a piece that holds at a single point."""

from __future__ import annotations

import pytest

from lossproof.referee import Status, equal

FALSE_AT_A_SINGLE_POINT = [
    ("diff(Piecewise((x, x^2<=0),(x^2,True)),x)", "Piecewise((1, x^2<=0),(2*x,True))", ""),
    ("diff(Piecewise((5*x, x==0),(x^2,True)),x)", "Piecewise((5, x==0),(2*x,True))", ""),
    ("diff(Piecewise((x^2, x!=0),(5*x,True)),x)", "Piecewise((2*x, x!=0),(5,True))", ""),
    ("diff(Piecewise((5*x, x>=0 and x<=0),(x^2,True)),x)", "Piecewise((5, x>=0 and x<=0),(2*x,True))", ""),
    ("diff(Piecewise((x^2,x<0),(5*x,x<=0),(x^2,True)),x)", "Piecewise((2*x,x<0),(5,x<=0),(2*x,True))", ""),
    ("diff(Piecewise((x^2,x<0),(x^2,2*x>0),(5*x,True)),x)", "Piecewise((2*x,x<0),(2*x,2*x>0),(5,True))", ""),
    ("diff(Piecewise((x, Abs(x)<=0),(x^2,True)),x)", "Piecewise((1, Abs(x)<=0),(2*x,True))", ""),
    ("diff(Piecewise((x^3, x^2<=c),(5*x^2,True)),x)", "Piecewise((3*x^2, x^2<=c),(10*x,True))", "c >= 0"),
    ("diff(Piecewise((x, Max(x^2,0)<=0),(x^2,True)),x)", "Piecewise((1, Max(x^2,0)<=0),(2*x,True))", ""),
    ("diff(Piecewise((x, cosh(x)<=1),(x^2,True)),x)", "Piecewise((1, cosh(x)<=1),(2*x,True))", ""),
    ("diff(5*x*delta(x,0)+(1-delta(x,0))*x^2,x)", "5*delta(x,0)+(1-delta(x,0))*2*x", ""),
    ("diff(indicator(x^2<=0)*x+indicator(x^2>0)*x^2,x)", "indicator(x^2<=0)+indicator(x^2>0)*2*x", ""),
    (
        "diff(sum(Piecewise((5*x[m], x[m]==0),(x[m]^2,True)),m,0,M),x[k])",
        "Piecewise((5, x[k]==0),(2*x[k],True))",
        "M integer >= 0; k in 0..M",
    ),
]


@pytest.mark.parametrize(("lhs", "rhs", "where"), FALSE_AT_A_SINGLE_POINT)
def test_a_piece_that_holds_at_a_single_point_has_no_say(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is not Status.PROVED


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("diff(Piecewise((5*x, x==0),(x^2,True)),x)", "2*x", ""),
        ("diff(Piecewise((x, x>=0),(a*x,True)),x)", "Piecewise((1, x>=0),(a,True))", ""),
        ("diff(Piecewise((x, y*x>=0),(a*x,True)),x)", "Piecewise((1, y*x>=0),(a,True))", ""),
        ("diff(Piecewise((x, x>=0 or y>0),(a*x,True)),x)", "Piecewise((1, x>=0 or y>0),(a,True))", ""),
        ("diff(Piecewise((0, x<0),(x, x<1),(1,True)),x)", "Piecewise((0, x<0),(1, x<1),(0,True))", ""),
        ("diff(Piecewise((0, x<0),(x, x<=c),(c,True)),x)", "Piecewise((0, x<0),(1, x<=c),(0,True))", "c > 0"),
        ("diff(Piecewise((x^3,x^2<=c),(x,True)),x)", "Piecewise((3*x^2,x^2<=c),(1,True))", "c > 0"),
        ("diff(Piecewise((exp(x)-1,exp(x)>=1),(x,True)),x)", "Piecewise((exp(x),exp(x)>=1),(1,True))", ""),
        ("diff(Piecewise((x, x^2+1<=0),(x^2,True)),x)", "2*x", ""),
        (
            "diff(sum(Piecewise((w[m]^2, w[m]>0),(0,True)),m,0,M),w[k])",
            "Piecewise((2*w[k],w[k]>0),(0,True))",
            "M integer >= 0; k in 0..M",
        ),
        ("diff(diff(xlogy(x,y),y),x)", "1/y", "y > 0"),
    ],
)
def test_pieces_that_meet_are_differentiated_one_by_one(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.PROVED


def test_a_second_derivative_of_xlogy_is_no_zero_at_zero() -> None:
    assert equal("diff(diff(xlogy(x,y),y),x)", "Piecewise((1/y, x!=0),(0,True))", "y > 0").status is Status.REFUTED


@pytest.mark.parametrize(
    ("lhs", "rhs"),
    [
        ("indicator(indicator(x >= indicator(y > 0)) > 0)", "indicator(x >= indicator(y > 0))"),
        ("indicator(indicator(sign(x) >= indicator(y > 0)) > 0)", "indicator(sign(x) >= indicator(y > 0))"),
        ("indicator(indicator(Abs(x) >= Heaviside(y)) > 0)", "indicator(Abs(x) >= Heaviside(y))"),
        ("diff(x*indicator(indicator(y > 0) > 0), x)", "indicator(y > 0)"),
    ],
)
def test_conditions_within_conditions(lhs: str, rhs: str) -> None:
    verdict = equal(lhs, rhs, "x real; y real")
    assert verdict.status is Status.PROVED, verdict.evidence.failure


def test_a_factor_of_a_switch_leaves_it_where_it_has_a_value_everywhere() -> None:
    """SymPy's own sums write ``w*indicator(c > 0)`` as cases; a logarithm that is never asked for has to stay."""
    where = "H integer >= 1; K integer >= 1; w[h] real; e[k] real; z[h] > 0"
    inside = "sum(Piecewise((w[h]*sum(e[k], k, 1, K)/z[h], c[h] > 0), (0, True)), h, 1, H)"
    verdict = equal(inside, "sum(e[k], k, 1, K)*sum(indicator(c[h] > 0)*w[h]/z[h], h, 1, H)", where)
    assert verdict.status is Status.PROVED
    assert "factor of a switch" in {rule.name for rule in verdict.evidence.rules}
    some = "sum(Piecewise((log(c[h]), c[h] > 0), (0, True)), h, 1, H)"
    assert equal(some, some.replace("log(c[h])", "1*log(c[h])"), where).status is Status.PROVED
    assert equal(some, "sum(indicator(c[h] > 0)*log(c[h]), h, 1, H)", where).status is not Status.PROVED


def test_the_slope_of_two_layers_is_that_of_a_script_and_of_the_whole() -> None:
    """As a script derives it: the error of the layer above in cases, carried back through the weights."""
    where = "H integer >= 1; J integer >= 1; K integer >= 1; f in 1..J"
    out = "sum(v[k]*Max(0, sum(w[h, j]*Max(0, a[j]), j, 1, J)), h, 1, H)"
    node = "sum(w[h, j]*Max(0, a[j]), j, 1, J) > 0"
    back = f"sum(Piecewise((w[h, f]*sum(v[k], k, 1, K), {node}), (0, True)), h, 1, H)*indicator(a[f] > 0)"
    assert equal(f"diff(sum({out}, k, 1, K), a[f])", back, where).status is Status.PROVED
    assert equal(f"diff(sum({out}, k, 1, K), a[f])", back.removesuffix("*indicator(a[f] > 0)"), where).status is (
        Status.REFUTED
    )
