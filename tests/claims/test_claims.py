"""The claims that others collected: every wrong one refuted, every right one proved, under any names."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import claims as bench
import pytest

from lossproof.cli.equal import judge_record

MOST_CORROBORATED = 3


@pytest.fixture(scope="module")
def given(reference_data: Path) -> list[dict[str, Any]]:
    """The claims with what is true of each."""
    lines = (reference_data / "claims_given.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def answers(claims: list[dict[str, Any]]) -> dict[str, str]:
    """Identifier to status."""
    return {claim["id"]: judge_record(claim)["status"] for claim in claims}


def test_every_given_claim_is_judged_rightly(given: list[dict[str, Any]]) -> None:
    found = answers(given)
    assert [claim["id"] for claim in given if not bench.good(claim, found[claim["id"]])] == []
    assert list(found.values()).count("corroborated") <= MOST_CORROBORATED


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, random.SystemRandom().randrange(10**6)], ids=["fixed", "drawn"])
def test_the_names_of_the_symbols_do_not_matter(given: list[dict[str, Any]], seed: int) -> None:
    found = answers([bench.renamed(claim, seed) for claim in given])
    wrong = [claim["id"] for claim in given if not bench.good(claim, found[claim["id"]])]
    assert wrong == [], f"benchmarks/claims.py --renamed {seed} shows them"
    assert list(found.values()).count("corroborated") <= MOST_CORROBORATED


def test_renaming_changes_the_names_and_nothing_else() -> None:
    claim = {"id": "r", "lhs": "log(yp)+sum(x[m], m, 0, M-1)", "rhs": "pi", "where": "0 < yp < 1; M integer >= 1"}
    other = bench.renamed(claim, 7)
    assert other["rhs"] == "pi"
    assert not {"yp", "x", "m", "M"} & set(bench.WORD.findall(other["lhs"]))
    assert other["where"].split()[-3:] == ["integer", ">=", "1"]


@pytest.mark.parametrize(("truth", "status"), [(True, "refuted"), (True, "undecided"), (False, "proved")])
def test_a_wrong_answer_is_not_called_good(truth: bool, status: str) -> None:
    assert not bench.good({"truth": truth}, status)
