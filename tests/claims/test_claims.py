"""The claims that others collected: every wrong one refuted, every right one proved, under any names."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import claims as bench
import pytest

from lossproof.cli.equal import judge_record
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.renaming import Renaming
from lossproof.notation.tree import Node
from lossproof.referee import judge
from lossproof.referee.balls import Given
from lossproof.referee.verdict import Status, Verdict

SEED = int(os.environ.get("LOSSPROOF_SEED", "1"))  # another one: LOSSPROOF_SEED=7 make test
FEW = 10
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


def asked(claims: list[dict[str, Any]], patch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the referee is asked about each claim: all that a verdict is made of."""
    found: dict[str, object] = {}

    def note(sides: Sequence[Node], held: Assumptions, given: Sequence[Given], names: Renaming) -> Verdict:
        found[claim["id"]] = tuple(sides), judge._clauses(held), tuple(given)
        return Verdict(Status.UNDECIDED, ())

    patch.setattr(judge, "_judge", note)
    for claim in claims:
        judge_record(claim)
    patch.undo()
    return found


def test_the_names_of_the_symbols_do_not_matter(given: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Under names drawn at random every claim is the same question, and a few are judged to the end.

    All of them are by `benchmarks/claims.py --renamed SEED`.
    """
    others = [bench.renamed(claim, SEED) for claim in given]
    questions = asked(given, monkeypatch)
    assert len(questions) == len(given)
    assert questions == asked(others, monkeypatch)
    some = Random(SEED).sample(given, FEW)
    assert mistaken(some, answers([bench.renamed(claim, SEED) for claim in some])) == []


def test_renaming_changes_the_names_and_nothing_else() -> None:
    claim = {"id": "r", "lhs": "log(yp)+sum(x[m], m, 0, M-1)", "rhs": "pi", "where": "0 < yp < 1; M integer >= 1"}
    other = bench.renamed(claim, 7)
    assert other["rhs"] == "pi"
    assert not {"yp", "x", "m", "M"} & set(bench.WORD.findall(other["lhs"]))
    assert other["where"].split()[-3:] == ["integer", ">=", "1"]


@pytest.mark.parametrize(("truth", "status"), [(True, "refuted"), (True, "undecided"), (False, "proved")])
def test_a_wrong_answer_is_not_called_good(truth: bool, status: str) -> None:
    assert not bench.good({"truth": truth}, status)
