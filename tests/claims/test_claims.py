"""The claims that others collected: every wrong one refuted, every right one proved, under any names."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import claims as bench
import pytest

from lossproof.cli.equal import judge_record

SEED = int(os.environ.get("LOSSPROOF_SEED", "1"))  # another one: LOSSPROOF_SEED=7 make test
MOST_CORROBORATED = 8  # right claims for which no proof is known yet, of all


@pytest.fixture(scope="module")
def given(reference_data: Path) -> list[dict[str, Any]]:
    """The claims with what is true of each: both collections."""
    files = ("claims_given.jsonl", "claims_given2.jsonl")
    lines = [line for name in files for line in (reference_data / name).read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in lines if line.strip()]


def answers(claims: list[dict[str, Any]]) -> dict[str, str]:
    """Identifier to status."""
    return {claim["id"]: judge_record(claim)["status"] for claim in claims}


def mistaken(claims: list[dict[str, Any]], found: dict[str, str]) -> list[str]:
    """The claims whose answer is wrong."""
    return [claim["id"] for claim in claims if not bench.good(claim, found[claim["id"]])]


@pytest.mark.slow
def test_every_given_claim_is_judged_rightly(given: list[dict[str, Any]]) -> None:
    found = answers(given)
    assert mistaken(given, found) == []
    assert [found[claim["id"]] for claim in given if claim["truth"]].count("corroborated") <= MOST_CORROBORATED


@pytest.mark.slow
def test_the_names_of_the_symbols_do_not_matter(given: list[dict[str, Any]]) -> None:
    """Every third claim under names drawn at random: the whole is `benchmarks/claims.py --renamed SEED`."""
    some = given[SEED % 3 :: 3]
    found = answers([bench.renamed(claim, SEED) for claim in some])
    assert mistaken(some, found) == [], f"benchmarks/claims.py --renamed {SEED} shows them"


def test_renaming_changes_the_names_and_nothing_else() -> None:
    claim = {"id": "r", "lhs": "log(yp)+sum(x[m], m, 0, M-1)", "rhs": "pi", "where": "0 < yp < 1; M integer >= 1"}
    other = bench.renamed(claim, 7)
    assert other["rhs"] == "pi"
    assert not {"yp", "x", "m", "M"} & set(bench.WORD.findall(other["lhs"]))
    assert other["where"].split()[-3:] == ["integer", ">=", "1"]


@pytest.mark.parametrize(("truth", "status"), [(True, "refuted"), (True, "undecided"), (False, "proved")])
def test_a_wrong_answer_is_not_called_good(truth: bool, status: str) -> None:
    assert not bench.good({"truth": truth}, status)
