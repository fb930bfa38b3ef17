"""Mutants are wrong versions of a claim: of many kinds, all different, the same ones every time."""

from __future__ import annotations

import pytest

from lossproof.chapters import Derivation
from lossproof.functions.table import ARGUMENTS, FUNCTIONS
from lossproof.notation import parse, parse_tree, to_text
from lossproof.referee.steps.examine import check
from lossproof.referee.steps.mutants import mutants
from lossproof.words.codes import Mistake

LOSS = "-(1/M)*sum(yt[m]*log(yp[m]) + (1-yt[m])*log(1-yp[m]), m, 0, M-1)"


def written(claim: str, kind: Mistake | None = None) -> set[str]:
    return {to_text(each.tree) for each in mutants(parse_tree(claim)) if kind in (None, each.kind)}


def same(text: str) -> str:
    return to_text(parse_tree(text))


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (Mistake.SIGN, "(1/M)*sum(yt[m]*log(yp[m]) + (1-yt[m])*log(1-yp[m]), m, 0, M-1)"),
        (Mistake.SIGN, "-(1/M)*sum(yt[m]*log(yp[m]) - (1-yt[m])*log(1-yp[m]), m, 0, M-1)"),
        (Mistake.AVERAGE, "-1*sum(yt[m]*log(yp[m]) + (1-yt[m])*log(1-yp[m]), m, 0, M-1)"),
        (Mistake.AVERAGE, "1/M*(-(1/M)*sum(yt[m]*log(yp[m]) + (1-yt[m])*log(1-yp[m]), m, 0, M-1))"),
        (Mistake.SWAPPED, "-(1/M)*sum(yp[m]*log(yt[m]) + (1-yp[m])*log(1-yt[m]), m, 0, M-1)"),
        (Mistake.COMPLEMENT, "-(1/M)*sum((1-yt[m])*log(yp[m]) + (1-yt[m])*log(1-yp[m]), m, 0, M-1)"),
        (Mistake.COMPLEMENT, "-(1/M)*sum(yt[m]*log(yp[m]) + yt[m]*log(1-yp[m]), m, 0, M-1)"),
        (Mistake.DROPPED, "-(1/M)*sum(yt[m]*log(yp[m]), m, 0, M-1)"),
        (Mistake.RANGE, "-(1/M)*sum(yt[m]*log(yp[m]) + (1-yt[m])*log(1-yp[m]), m, 0+1, M-1)"),
        (Mistake.RANGE, "-(1/M)*sum(yt[m]*log(yp[m]) + (1-yt[m])*log(1-yp[m]), m, 0, M-1+1)"),
        (Mistake.INDEX, "-(1/M)*sum(yt[m+1]*log(yp[m]) + (1-yt[m])*log(1-yp[m]), m, 0, M-1)"),
        (Mistake.FUNCTION, "-(1/M)*sum(yt[m]*yp[m] + (1-yt[m])*log(1-yp[m]), m, 0, M-1)"),
        (Mistake.CONSTANT, "2*(-(1/M)*sum(yt[m]*log(yp[m]) + (1-yt[m])*log(1-yp[m]), m, 0, M-1))"),
        (Mistake.FRACTION, "-(M/1)*sum(yt[m]*log(yp[m]) + (1-yt[m])*log(1-yp[m]), m, 0, M-1)"),
    ],
)
def test_the_mistakes_of_the_issue_are_made(kind: Mistake, wrong: str) -> None:
    assert same(wrong) in written(LOSS, kind)


def test_base_and_exponent_and_cases_are_swapped() -> None:
    assert same("2^x") in written("x^2", Mistake.POWER)
    cases = "Piecewise((a^2, yt == 1), (b + 1, True))"
    assert same("Piecewise((b + 1, yt == 1), (a^2, True))") in written(cases, Mistake.CASES)


def test_a_chain_factor_is_dropped_and_a_wrong_index_taken() -> None:
    claim = "sum(x[m, i]*(yp[m] - yt[m]), m, 0, M-1)"
    assert same("sum(yp[m] - yt[m], m, 0, M-1)") in written(claim, Mistake.DROPPED)
    assert same("sum(x[i, m]*(yp[m] - yt[m]), m, 0, M-1)") in written(claim, Mistake.INDEX)


def test_all_mutants_are_different_from_the_claim_and_from_each_other() -> None:
    trees = [each.tree for each in mutants(parse_tree(LOSS))]
    assert parse_tree(LOSS) not in trees
    assert len(set(trees)) == len(trees)


def test_the_first_mutants_are_spread_over_the_kinds() -> None:
    kinds = [each.kind for each in mutants(parse_tree(LOSS))]
    assert len(set(kinds[:10])) == 10


def test_the_same_mutants_come_every_time() -> None:
    assert mutants(parse_tree(LOSS)) == mutants(parse_tree(LOSS))


def test_every_replacement_is_a_function_of_the_grammar() -> None:
    assert {row.mistaken_for for row in FUNCTIONS.values()} <= FUNCTIONS.keys()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_mutants_of_every_function_can_be_judged(function: str) -> None:
    """The claim is its own derivation: it stands, and each wrong version of it gets a verdict."""
    where = "0 < x < 1; 0 < y < 1; 0 < z < 1"
    arguments = ", ".join(ARGUMENTS[: FUNCTIONS[function].least])
    claim = f"2*{function}({arguments}) + x*y"
    made = Derivation("function", where=where)
    made.record("line", parse(claim, where), claim=claim)
    found = check(made, use_cache=False)
    assert found.ok, found
    assert found.mutants.refuted >= 5
