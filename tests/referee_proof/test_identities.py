"""Identities of the kinds that likelihoods need: the right form is proved, a wrong one is refuted."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from lossproof.functions.table import FUNCTIONS
from lossproof.notation import Scope, complete_assumptions, parse_assumptions, parse_tree, to_text
from lossproof.notation.vocabulary import FORMS
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.facts.work import OutOfWork
from lossproof.referee.judge import difference, judge_claim
from lossproof.referee.prove import Proof, prove_zero
from lossproof.referee.prove.zero import ALLOWED
from lossproof.referee.steps.mutants import mutants
from lossproof.referee.verdict import Status, Verdict

Row = dict[str, str]
ROWS: list[Row] = [
    json.loads(line) for line in Path(__file__).with_name("identities.jsonl").read_text("utf-8").splitlines()
]
LETTERS = "abcdfghkmnpqrstuvwxyz"


def name(row: Row) -> str:
    return f"{row['kind']}: {row['lhs'][:50]} = {row['rhs'][:30]}"


def judged(lhs: str, rhs: str, where: str) -> Verdict:
    return judge_claim(parse_tree(lhs), parse_tree(rhs), parse_assumptions(where))


def proof_within(row: Row, allowed: int) -> Proof | None:
    lhs, rhs = parse_tree(row["lhs"]), parse_tree(row["rhs"])
    assumptions = complete_assumptions(parse_assumptions(row["where"]), lhs, rhs)
    scope = Scope(assumptions)
    try:
        return prove_zero(difference(lhs, rhs, scope), assumptions, scope, allowed)
    except OutOfWork:
        return None


def renamed(texts: list[str], seed: int) -> list[str]:
    """The texts with every name that is not of the grammar replaced by a random one, the same everywhere."""
    kept = {
        *FUNCTIONS,
        *FORMS,
        "pi",
        "e",
        "in",
        "real",
        "integer",
        "simplex",
        "over",
        "one",
        "hot",
        "and",
        "or",
        "True",
    }
    chance = random.Random(seed)
    names: dict[str, str] = {}

    def put(match: re.Match[str]) -> str:
        word = match[0]
        if word in kept:
            return word
        while word not in names:
            fresh = "".join(chance.choice(LETTERS) for _ in range(chance.randint(2, 5)))
            if fresh not in {*kept, *names.values(), "as", "is", "if", "for", "not", "def", "try", "abs", "max", "min"}:
                names[word] = fresh
        return names[word]

    return [re.sub(r"(?<!\w)[A-Za-z]\w*", put, text) for text in texts]


def test_the_table_is_large_and_has_no_row_twice() -> None:
    assert len({(row["lhs"], row["rhs"]) for row in ROWS}) == len(ROWS) >= 200


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_the_right_form_is_proved_and_the_wrong_one_refuted(row: Row) -> None:
    right, wrong = (judged(row["lhs"], row[side], row["where"]) for side in ("rhs", "wrong"))
    assert right.status is Status.PROVED, right.method
    assert right.evidence.rules
    assert wrong.status is Status.REFUTED, wrong.method
    assert wrong.witness is not None


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_the_prover_alone_never_proves_the_wrong_form(row: Row) -> None:
    assert proof_within({**row, "rhs": row["wrong"]}, ALLOWED) is None


@pytest.mark.parametrize("row", ROWS[:: len(ROWS) // 8], ids=name)
def test_what_quantities_are_called_does_not_matter(row: Row) -> None:
    """That all claims under other names are the same questions is seen in the test of the given claims."""
    lhs, rhs, wrong, where = renamed([row[key] for key in ("lhs", "rhs", "wrong", "where")], 1)
    assert judged(lhs, rhs, where).status is Status.PROVED, (lhs, rhs, where)
    assert judged(lhs, wrong, where).status is Status.REFUTED, (lhs, wrong, where)


@pytest.mark.parametrize(
    ("c", "eta", "k"), [("c", "eta", "k"), ("tau", "eta", "k"), ("theta", "mu", "j"), ("b", "c", "l")]
)
def test_ordered_probabilities_sum_to_one_whatever_they_are_called(c: str, eta: str, k: str) -> None:
    between = f"sum(sigmoid({c}[{k}]-{eta})-sigmoid({c}[{k}-1]-{eta}), {k}, 2, K-1)"
    claim = {"lhs": f"sigmoid({c}[1]-{eta}) + {between} + 1 - sigmoid({c}[K-1]-{eta})", "rhs": "1"}
    assert proof_within({**claim, "where": "K integer >= 2"}, ALLOWED) is not None


LITTLE_WORK, SOME_WORK = 100, 1500


def test_claims_take_little_work() -> None:
    """Half of a sample of the table is proved with little work, and nothing of it needs more than some."""
    sample = ROWS[3::12]
    assert all(proof_within(row, SOME_WORK) for row in sample)
    assert sum(proof_within(row, LITTLE_WORK) is not None for row in sample) > len(sample) / 2


@pytest.mark.parametrize("row", ROWS[::5], ids=name)
def test_no_mutant_that_balls_refute_has_a_proof(row: Row) -> None:
    """Beyond the reals a mutant may have one: the symbolic half speaks of real values only."""
    lhs = parse_tree(row["lhs"])
    for mutant in mutants(parse_tree(row["rhs"]))[:6]:
        assumptions = complete_assumptions(parse_assumptions(row["where"]), lhs, mutant.tree)
        agreement = agree_or_refute(lhs, mutant.tree, assumptions, points=24)
        if agreement.witness is not None and not agreement.beyond_reals:
            scope = Scope(assumptions)
            assert prove_zero(difference(lhs, mutant.tree, scope), assumptions, scope) is None, to_text(mutant.tree)
