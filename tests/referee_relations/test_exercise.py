"""Which wrong versions a reader is asked about: few, of different kinds, as people write them; all wrong."""

from __future__ import annotations

import pytest

from lossproof import Derivation
from lossproof.derivation import Relation
from lossproof.notation import parse_tree, to_text
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.steps.exercise import options, tidied
from lossproof.referee.steps.mutants import mutants


def asked(claim: str) -> dict[str, str]:
    tree = parse_tree(claim)
    return {mutant.kind.value: to_text(mutant.tree) for mutant in options(tree, mutants(tree))}


@pytest.mark.parametrize(
    "claim",
    ["(yp - yt)/(yp*(1 - yp))", "-(1/M)*sum(log(P[m]), m, 0, M-1)", "p^k*(1 - p)^(n - k)", "k/n", "-(yt*log(yp))"],
)
def test_three_of_different_kinds_are_asked_and_none_is_the_claim(claim: str) -> None:
    found = asked(claim)
    assert len(found) == 3
    assert claim not in found.values()
    assert not any("--" in text for text in found.values())


def test_a_likely_slip_comes_before_one_that_nobody_makes() -> None:
    assert asked("k/p - (n - k)/(1 - p)")["sign"] == "k/p - (n - k)/(1 + p)"
    assert asked("-(1/M)*sum(x[m], m, 0, M-1)")["sign"] == "1/M*sum(x[m], m, 0, M - 1)"


@pytest.mark.parametrize(
    ("text", "tidy"),
    [("-(-x)", "x"), ("-(-(1/M)*x)", "1/M*x"), ("x*1", "x"), ("-(x + y)", "-(x + y)"), ("-(-(x*y)/z)", "x*y/z")],
)
def test_signs_that_cancel_are_not_shown(text: str, tidy: str) -> None:
    assert tidied(parse_tree(text)) == parse_tree(tidy)


def test_each_slip_that_is_shown_has_a_counterexample_that_holds() -> None:
    chapter = Derivation("sample", where="0 < p < 1; n integer >= 1; 0 <= k <= n; k integer")
    k, n = chapter.symbols("k n")
    chapter.record("best", k / n, claim="p_best = k/n", relation=Relation.EQUAL)
    count = chapter.check(use_cache=False).verdicts["best"].mutants
    assert len(count.wrong) == count.refuted
    assert len(count.slips) == 3
    for slip in count.slips:
        assert slip.witness.lhs != slip.witness.rhs
        again = agree_or_refute(slip.mutant.tree, parse_tree("k/n"), chapter.assumptions)
        assert again.witness is not None
