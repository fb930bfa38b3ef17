"""Slopes of Max, Min and Abs written with indicators, as texts on machine learning do.

At a kink there is no slope, and the indicator may be 0 or 1 there; where what is compared does not move there is one.
Several kinks may meet and cancel: there the indicators say what each slope is on one side.
"""

from __future__ import annotations

import pytest

from lossproof.notation import Scope, complete_assumptions, parse_assumptions, parse_tree
from lossproof.referee import equal
from lossproof.referee.judge import difference
from lossproof.referee.prove import prove_zero
from lossproof.referee.verdict import Status

RIGHT = [
    (
        "diff(Max(0, x), x)",
        "indicator(x > 0)",
        "",
    ),
    (
        "diff(Abs(x),x)",
        "2*indicator(x>0)-1",
        "",
    ),
    (
        "diff(Min(x,y),x)",
        "indicator(x<y)",
        "",
    ),
    (
        "diff(sum(Max(0,1-y[m]*sum(w[j]*x[m,j],j,1,N)),m,1,M),w[k])",
        "-sum(indicator(y[m]*sum(w[j]*x[m,j],j,1,N)<1)*y[m]*x[m,k],m,1,M)",
        "M integer>=1;N integer>=1;k in 1..N",
    ),
    (
        "diff(sum(Max(tau*(y[m]-q),(tau-1)*(y[m]-q)),m,1,M),q)",
        "sum(indicator(y[m]<q)-tau,m,1,M)",
        "M integer>=1; 0<tau<1",
    ),
    (
        "diff(Max(x[1], x[2], x[3]), x[1])",
        "indicator(x[1] > Max(x[2], x[3]))",
        "",
    ),
    (
        "diff(q + sum(Max(0, x[m]-q), m, 1, M)/((1-a)*M), q)",
        "1 - sum(indicator(x[m] > q), m, 1, M)/((1-a)*M)",
        "M integer >= 1; x[m] real; q real; 0 < a < 1",
    ),
    (
        "diff(sum(Max(0, w[j]*x+b[j])*v[j], j, 1, H), w[q])",
        "indicator(w[q]*x+b[q] > 0)*x*v[q]",
        "H integer >= 1; w[j] real; b[j] real; v[j] real; x real; q in 1..H",
    ),
    (
        "diff(Max(0,x)^2,x)",
        "2*x*indicator(x>0)",
        "",
    ),
    (
        "diff(Max(0,1-y*u),u)",
        "-y*indicator(y*u<1)",
        "y in {-1,1}",
    ),
    (
        "diff(Abs(x-a)+Abs(x-b),x)",
        "indicator(x>a)-indicator(x<a)+indicator(x>b)-indicator(x<b)",
        "",
    ),
    (
        "diff(log(1+Abs(x)),x)",
        "(indicator(x>0)-indicator(x<0))/(1+Abs(x))",
        "",
    ),
    (
        "diff(Max(0,u),u)",
        "indicator(u>=0)",
        "",
    ),
    (
        "diff(sum(Max(0,sum(w[j]*x[m,j],j,1,N))*v[m],m,1,M),w[k])",
        "sum(indicator(sum(w[j]*x[m,j],j,1,N)>0)*x[m,k]*v[m],m,1,M)",
        "M integer>=1;N integer>=1;k in 1..N;v[m]>0",
    ),
    (
        "diff(l*sum(Abs(w[j]),j,1,N),w[k])",
        "l*(indicator(w[k]>0)-indicator(w[k]<0))",
        "N integer>=1;k in 1..N;l>0",
    ),
    (
        "diff(sum(w[k]*Max(0,sum(v[k,j]*Max(0,c[j]),j,1,J)),k,1,K),c[a])",
        "sum(w[k]*indicator(sum(v[k,j]*Max(0,c[j]),j,1,J)>0)*v[k,a],k,1,K)*indicator(c[a]>0)",
        "J integer>=1;K integer>=1;a in 1..J",
    ),
    (
        "diff(sum((y[m]-Max(0,w*x[m]))^2,m,1,M),w)",
        "-2*sum((y[m]-Max(0,w*x[m]))*indicator(w*x[m]>0)*x[m],m,1,M)",
        "M integer>=1",
    ),
    (
        "diff(sum(u[m]*Min(Max(0,w*x[m]),6),m,1,M),w)",
        "sum(u[m]*x[m]*indicator(w*x[m]>0 and w*x[m]<6),m,1,M)",
        "M integer>=1",
    ),
]
WRONG = [
    (
        "diff(Max(0,x)+Min(0,x),x)",
        "indicator(x>0)+indicator(x<0)",
        "",
    ),
    (
        "diff(Max(0,x)-Max(0,-x),x)",
        "indicator(x>0)+indicator(x<0)",
        "",
    ),
    (
        "diff(sum(w[k]*Max(0,sum(v[k,j]*Max(0,c[j]),j,1,J)),k,1,K),c[a])",
        "sum(w[k]*indicator(sum(v[k,j]*Max(0,c[j]),j,1,J)>0)*v[k,a],k,1,K)",
        "J integer>=1;K integer>=1;a in 1..J",
    ),
    (
        "diff(sum(v[k]*Max(0,c*x[k]),k,1,K),c)",
        "sum(v[k]*x[k]*indicator(c*x[k]>0),k,1,K)+delta(c,0)",
        "K integer>=1",
    ),
    (
        "diff(Abs(x-a)-Abs(x-b),x)",
        "indicator(x>a)-indicator(x<a)-indicator(x>b)+indicator(x<b)+indicator(x<=a)*indicator(x>=a)*indicator(x<=b)*indicator(x>=b)",
        "",
    ),
    (
        "diff(Abs(x)*x,x)",
        "2*Abs(x)+delta(x,0)",
        "",
    ),
    (
        "diff(Max(0, x), x)",
        "indicator(x > 1)",
        "",
    ),
    (
        "diff(Abs(x),x)",
        "2*indicator(x>0)",
        "",
    ),
    (
        "diff(Abs(y*x),x)",
        "y*(2*indicator(x*y>0)-1)+indicator(y==0)",
        "",
    ),
    (
        "diff(Abs(x^2-4),x)",
        "2*x*(2*indicator(x>2)-1)",
        "",
    ),
    (
        "diff(Max(x,y),x)+Max(x,y)",
        "indicator(x>y)+x",
        "",
    ),
    (
        "diff(Abs(x-a),x)+indicator(y==b)",
        "indicator(x>a)-indicator(x<a)",
        "",
    ),
    (
        "diff(Max(y,0)*x,x)",
        "y*indicator(y>0)+indicator(y==0)",
        "",
    ),
    (
        "diff(Abs(x*y),x)*0+indicator(x*y==0)",
        "0",
        "",
    ),
]


@pytest.mark.parametrize(("lhs", "rhs", "where"), RIGHT)
def test_a_slope_is_proved_off_the_kinks(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.PROVED


@pytest.mark.parametrize(("lhs", "rhs", "where"), WRONG)
def test_a_wrong_slope_has_no_proof(lhs: str, rhs: str, where: str) -> None:
    left, right = parse_tree(lhs), parse_tree(rhs)
    assumptions = complete_assumptions(parse_assumptions(where), left, right)
    scope = Scope(assumptions)
    assert prove_zero(difference(left, right, scope), assumptions, scope) is None
