"""Inequalities: what is proved holds, what fails somewhere has no proof."""

from __future__ import annotations

import pytest

from lossproof.notation import Scope, complete_assumptions, parse_assumptions, parse_tree, to_sympy
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.facts.facts import Facts
from lossproof.referee.judge import unchecked_rules
from lossproof.referee.prove import Proof, prove_nonnegative, prove_positive
from lossproof.referee.prove.rule_text import spot_checks

ZERO = parse_tree("0")


def proofs(text: str, where: str) -> tuple[Proof | None, Proof | None]:
    """The proofs of ``text >= 0`` and of ``text > 0``."""
    node = parse_tree(text)
    assumptions = complete_assumptions(parse_assumptions(where), node)
    facts = Facts(assumptions, scope := Scope(assumptions))
    return prove_nonnegative(to_sympy(node, scope), facts), prove_positive(to_sympy(node, scope), facts)


STRICT = [
    ("sigmoid(z)*(1-sigmoid(z))", "z real"),
    ("y/p^2+(1-y)/(1-p)^2", "0 < p < 1; 0 <= y <= 1"),
    ("softplus(z)-z", "z real"),
    ("softplus(z)-Max(z, 0)", "z real"),
    ("logsumexp(a, b)-Max(a, b)", ""),
    ("1-tanh(x)^2", ""),
    ("diff(diff(softplus(z)-y*z, z), z)", "y in {0, 1}"),
    ("diff(diff(log(exp(a)+exp(b)), a), a)", ""),
    ("sum(exp(x[m]), m, 0, M-1)", "M integer >= 1"),
    ("trigamma(x)", "x > 0"),
    ("-log(p1)", "(p1, p2) simplex"),
]
TWO_SIMPLEXES = "K integer >= 1; M integer >= 1; p simplex over 1..K; q simplex over 1..K"
WEAK = [
    ("M*sum(x[m]^2, m, 1, M) - sum(x[m], m, 1, M)^2", "M integer >= 1"),
    ("sum(x[m]^2, m, 1, M)*sum(y[m]^2, m, 1, M) - sum(x[m]*y[m], m, 1, M)^2", "M integer >= 1"),
    ("sum(p[k]*z[k]^2, k, 1, K) - sum(p[k]*z[k], k, 1, K)^2", "K integer >= 1; p simplex over 1..K"),
    ("sum(exp(u[k])*v[k]^2, k, 1, K)*sum(exp(u[k]), k, 1, K) - sum(exp(u[k])*v[k], k, 1, K)^2", "K integer >= 1"),
    ("sum(p[k]*log(p[k]/q[k]) - p[k] + q[k], k, 1, K)", "K integer >= 1; p[k] > 0; q[k] > 0"),
    ("sum(p[k]*log(p[k]/q[k]), k, 1, K)", TWO_SIMPLEXES),
    ("-sum(p[k]*log(q[k]), k, 1, K) - (-sum(p[k]*log(p[k]), k, 1, K))", TWO_SIMPLEXES),
    ("mean(sum(p[m, k]*log(p[m, k]/q[m, k]), k, 1, K), m, 0, M-1)", TWO_SIMPLEXES),
    ("sum(x[m]-1-log(x[m]), m, 0, M-1)", "M integer >= 1; x[m] > 0"),
    ("x^2-2*x*y+y^2", ""),
    ("x-1-log(x)", "x > 0"),
    ("exp(x)-1-x", "x real"),
    ("p*log(p/q)+(1-p)*log((1-p)/(1-q))", "0 < p < 1; 0 < q < 1"),
    ("log(2)-(-p*log(p)-(1-p)*log(1-p))", "0 < p < 1"),
    ("1/4-p*(1-p)", "0 < p < 1"),
    ("y*log(y/m)-y+m", "y > 0; m > 0"),
    ("sum(x[m]^2*sigmoid(w*x[m])*(1-sigmoid(w*x[m])), m, 0, M-1)/M", "M integer >= 1; w real"),
    ("Abs(x)+x", ""),
    ("logsumexp(u[l], l, 1, K) - u[k]", "K integer >= 1; k in 1..K"),
    ("T*log(sum(exp(u[l]/T), l, 1, K)) - u[k]", "K integer >= 1; k in 1..K; T > 0"),
    ("sum(x[i]^2, i, 1, N) - x[k]^2", "N integer >= 1; k in 1..N"),
    ("sum(x[i], i, 1, N) - x[k]", "N integer >= 1; k in 1..N; x[i] >= 0"),
    ("Max(0, 1-z)", ""),
    ("sqrt(1+x^2)-1", ""),
    ("log(cosh(x))", "x real"),
]
FALSE = [
    ("M*sum(x[m]^2, m, 1, M) - 2*sum(x[m], m, 1, M)^2", "M integer >= 1"),
    ("sum(x[m]^2, m, 1, M) - sum(x[m], m, 1, M)^2", "M integer >= 1"),
    ("sum(p[k]*z[k]^2, k, 1, K) - sum(p[k]*z[k], k, 1, K)^2", "K integer >= 1; p[k] > 0"),
    ("sum(p[k]*z[k]^2, k, 1, K) - 2*sum(p[k]*z[k], k, 1, K)^2", "K integer >= 1; p simplex over 1..K"),
    ("x", "x real"),
    ("x^2-1", "x real"),
    ("x-1-2*log(x)", "x > 0"),
    ("sum(x[m], m, 0, M-1)", "M integer >= 1"),
    ("p*(1-p)-1/5", "0 < p < 1"),
    ("sum(p[k]*log(p[k]/q[k]), k, 1, K)", "K integer >= 1; p[k] > 0; q[k] > 0"),
    ("sum(p[k]*log(p[k]/q[k]), k, 1, K)", "K integer >= 1; p simplex over 1..K; q[k] > 0"),
    ("sum(p[k]*log(p[k]/q[k]) - p[k] + q[k]^2, k, 1, K)", "K integer >= 1; p[k] > 0; q[k] > 0"),
    ("sum(p[k]*log(p[k]/q[k]), k, 1, K)", "K integer >= 1; p simplex over 1..K + 1; q simplex over 1..K"),
    ("sum(p[k]*log(p[k]/q[k]), k, 1, K - 1)", TWO_SIMPLEXES),
    ("sum(p[k]*log(q[k]/p[k]), k, 1, K)", TWO_SIMPLEXES),
    ("sum(p[k]*log(p[k]/q[k]), k, 1, K) - 1/100", TWO_SIMPLEXES),
    ("sum(x[m]-1-log(x[m]), m, 0, M-1)/c", "M integer >= 1; x[m] > 0; c != 0"),
    ("sum(x[m]-1-log(x[m])*n[m], m, 0, M-1)", "M integer >= 1; x[m] > 0; n[m] integer >= 0"),
    ("exp(x)-1-2*x", "x real"),
    ("sin(x)", "x real"),
    ("softplus(z)-1", "z real"),
    ("Min(x, 1)", "x real"),
    ("1-p1-2*p2", "(p1, p2) simplex"),
    ("sum(x[i], i, 1, N) - x[k]", "N integer >= 1; k in 1..N"),
    ("sum(x[i], i, 1, N) - x[k]", "N integer >= 1; k in 1..N+1; x[i] >= 0"),
    ("logsumexp(u[l], l, 1, K) - u[k]", "K integer >= 1; k in 0..K"),
    ("log(sum(exp(u[l]), l, 1, K)) - 2*u[k]", "K integer >= 1; k in 1..K"),
    ("T*log(sum(exp(u[l]/T), l, 1, K)) - u[k]", "K integer >= 1; k in 1..K; T != 0"),
]


@pytest.mark.parametrize(("text", "where"), STRICT)
def test_a_strict_inequality_is_proved(text: str, where: str) -> None:
    weak, strict = proofs(text, where)
    assert weak is not None
    assert strict is not None
    assert not list(unchecked_rules(strict, spot_checks(strict)))


@pytest.mark.parametrize(("text", "where"), WEAK)
def test_a_weak_inequality_is_proved_and_not_more(text: str, where: str) -> None:
    weak, strict = proofs(text, where)
    assert weak is not None
    assert strict is None
    assert not list(unchecked_rules(weak, spot_checks(weak)))


@pytest.mark.parametrize(("text", "where"), FALSE)
def test_an_inequality_that_fails_has_a_counterexample_and_no_proof(text: str, where: str) -> None:
    assert proofs(text, where) == (None, None)
    node = parse_tree(text)
    assumptions = complete_assumptions(parse_assumptions(where), node)
    assert agree_or_refute(node, ZERO, assumptions, comparison=">=").witness is not None
