"""No false claim has a proof, however rare the points that show it to be false.

Each claim of ``claims_false_at_rare_points.jsonl`` fails where few points lie: at one large number, behind a guard
such as ``x > exp(40)``, at a pole, on an empty range. Nobody relies on the balls here: the proof alone must refuse.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lossproof.notation import Scope, complete_assumptions, parse_assumptions, parse_tree
from lossproof.referee import equal
from lossproof.referee.judge import difference
from lossproof.referee.prove import Proof, prove_zero
from lossproof.referee.verdict import Status

HERE = Path(__file__).parent


def rows(name: str) -> list[Any]:
    lines = (HERE / name).read_text().splitlines()
    found = [json.loads(line) for line in lines]
    return [pytest.param(row, id=f"{row['kind']}: {row['lhs']} = {row['rhs']}, {row['where']}") for row in found]


def proof_of(claim: dict[str, str]) -> Proof | None:
    left, right = parse_tree(claim["lhs"]), parse_tree(claim["rhs"])
    assumptions = complete_assumptions(parse_assumptions(claim["where"]), left, right)
    scope = Scope(assumptions)
    return prove_zero(difference(left, right, scope), assumptions, scope)


@pytest.mark.parametrize("claim", rows("claims_false_at_rare_points.jsonl"))
def test_a_claim_that_fails_at_rare_points_has_no_proof(claim: dict[str, str]) -> None:
    assert proof_of(claim) is None


@pytest.mark.parametrize("claim", rows("claims_true_near_rare_points.jsonl"))
def test_a_true_claim_of_the_same_kind_is_proved(claim: dict[str, str]) -> None:
    assert equal(claim["lhs"], claim["rhs"], claim["where"]).status is Status.PROVED
