"""Every rule is sound by itself: each application on record has equal values before and after, sums written out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
import sympy as sp

from lossproof.referee.sums import RULES, Recorder, RuleApplication
from lossproof.referee.sums.expressions import Range, variables

# where, texts that need the rules below
TEXTS = {
    "M integer >= 1; K integer >= 1; k in 0..M-1; x[m] > 0; c real": [
        "sum(x[m], m, M, k) + sum(x[m], m, 1, 3)",
        "sum(c*sum(x[m]*x[i+m], i, 0, K), m, 0, M-1)",
        "sum(sum(x[i]*x[j]^2, j, 1, i), i, 1, M)",
        "sum(sum(x[i]*x[j], j, 1, i+2), i, 1, M)",
        "sum(sum(x[i]*q[j-i,i], i, 0, j), j, 0, M)",
        "sum(sum(x[i]*x[j]*delta(i,j+1), j, 1, K), i, 1, M)",
        "sum(x[m]*indicator(m <= k) + x[m]*indicator(m > 2*M) + x[m]*indicator(m < 5*M), m, 0, M-1)",
        "sum(sum(x[i]*(x[j]+1), j, 1, K), i, 1, M)",
        "sum(m^3*(c+x[m]), m, 2, M+1)",
        "sum(x[M-1-m]*x[m+1], m, 0, M-1) + sum(x[m], m, 1, M)",
        "sum(c^(m+2), m, 3, M+3) + (c-1)*sum(c^m, m, 0, M-1)",
        "sum(sum(log(x[i]+x[j]), j, 1, i-1), i, 2, M)",
        "sum(sum(x[i]^2*x[j], j, i+1, M), i, 1, M-1)",
        "sum(sum(q[i,j]*indicator(j<i), j, 1, k), i, 1, M) + sum(sum(q[i,j]*indicator(j<i), j, 1, M), i, 1, M)",
        "x[0] + sum(x[m], m, 1, M-1) - sum(x[m], m, 0, M-1)",
        "prod(c*x[m]^2*(x[m]-c), m, 0, M-1) + prod(exp(x[m]), m, 0, M)",
    ],
    "K integer >= 2; k in 1..K; t one-hot over 1..K; p simplex over 1..K; 0 < r < 1; M integer >= 1": [
        "sum(t[j]*p[j], j, 1, K)^2 + sum(t[j], j, 1, K) + sum(p[j], j, 1, K-1)",
        "sum(r^m, m, 2, M+1)",
        "log(sum(t[j]*p[j], j, 1, K))*t[k]^2",
        "sum(m^2*binomial(M,m)*r^m*(1-r)^(M-m), m, 0, M)",
    ],
}


def applications(statement: Callable[[str], Any]) -> Iterator[tuple[Any, RuleApplication]]:
    """Every application on record while the texts are brought to normal form."""
    for where, texts in TEXTS.items():
        given = statement(where)
        recorder = Recorder()
        for text in texts:
            given.normal(given.expr(text), recorder)
        yield from ((given, application) for application in recorder.applications)


def places(ranges: tuple[Range, ...], evaluate: Any) -> Iterator[None]:
    """Let the open indices run, the outermost first."""
    if not ranges:
        yield
        return
    first, *rest = ranges
    for place in range(int(evaluate(first.low)), int(evaluate(first.high)) + 1):
        evaluate.names[first.index.name] = place
        yield from places(tuple(rest), evaluate)


def holds(given: Any, application: RuleApplication, seed: int, agree: Callable[[Any, Any], bool]) -> bool:
    """Whether before and after have the same value at a random point, for every place of the open indices."""
    symbols = variables(application.before) | variables(application.after)
    symbols |= {s for r in application.ranges for s in variables(r.low) | variables(r.high)}
    evaluate = given.point(symbols, seed)
    return all(
        agree(evaluate(application.before), evaluate(application.after)) for _ in places(application.ranges, evaluate)
    )


def test_every_application_keeps_the_value(statement: Callable[[str], Any], witnesses: dict[str, Any]) -> None:
    wrong = [
        application
        for given, application in applications(statement)
        for seed in range(5)
        if not holds(given, application, seed, witnesses["agree"])
    ]
    assert wrong == []


def test_every_rule_is_used(statement: Callable[[str], Any]) -> None:
    used = {application.name for _, application in applications(statement)}
    assert used >= {rule.name for rule in RULES} | {"split range", "product"}


def test_a_rule_that_loses_a_term_is_seen(statement: Callable[[str], Any], witnesses: dict[str, Any]) -> None:
    """The check above can fail: planted errors in an application on record."""
    seen = 0
    for given, application in applications(statement):
        broken = RuleApplication(
            application.name, application.before, application.after + sp.Symbol("K", integer=True), application.ranges
        )
        seen += any(not holds(given, broken, seed, witnesses["agree"]) for seed in range(5))
        if seen > 20:
            return
    pytest.fail("no planted error was noticed")


def test_a_derivation_can_be_read_from_the_record(statement: Callable[[str], Any]) -> None:
    recorder = Recorder()
    given = statement("M integer >= 1; k in 0..M-1")
    given.normal(given.expr("sum(c*x[m-1]*delta(m, k+1), m, 1, M)"), recorder)
    names = [application.name for application in recorder.applications]
    assert names == ["delta substitutes", "constants out", "Kronecker delta"]


def test_rules_are_named_once_and_shown_in_one_line() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.shows and "\n" not in rule.shows for rule in RULES)


@pytest.mark.parametrize("sizes", list(product((1, 2, 3), repeat=2)))
def test_open_indices_run_through_dependent_ranges(sizes: tuple[int, int], brute_force: Any) -> None:
    i, j, m = sp.symbols("_b0 _b1 M", integer=True)
    evaluate = brute_force({"M": sizes[0]}, lambda name, indices: 0)
    count = sum(1 for _ in places((Range(i, sp.S.One, m), Range(j, i, m)), evaluate))
    assert count == sizes[0] * (sizes[0] + 1) // 2
