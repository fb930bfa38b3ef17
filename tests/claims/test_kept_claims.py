"""250 claims that people write, each beside a false one: true for the reason given, false by one slip.

A line of `kept_claims.jsonl` is ``{"kind", "lhs", "rhs", "wrong", "where", "why"}``: ``lhs = rhs`` holds, since
``why``, and ``lhs = wrong`` does not; ``open`` where no proof of the right one is known yet.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lossproof.cli.equal import judge_record

SEED = int(os.environ.get("LOSSPROOF_SEED", "1"))
FEW = 10
KEPT = [json.loads(line) for line in (Path(__file__).parent / "kept_claims.jsonl").read_text("utf-8").splitlines()]


def mistaken(claims: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """What is not judged as it should be: the two sides and the status."""
    found = []
    for claim in claims:
        right = "corroborated" if claim.get("open") else "proved"
        for side, status in (("rhs", right), ("wrong", "refuted")):
            answer = judge_record({"lhs": claim["lhs"], "rhs": claim[side], "where": claim["where"]})
            if answer["status"] != status:
                found.append((claim["lhs"], claim[side], answer["status"]))
    return found


def test_some_are_judged_rightly() -> None:
    assert mistaken(Random(SEED).sample(KEPT, FEW)) == []


@pytest.mark.slow
def test_all_are_judged_rightly() -> None:
    assert mistaken(KEPT) == []


def test_every_claim_is_another_one_and_has_a_reason() -> None:
    assert len({(claim["lhs"], claim["rhs"], claim["where"]) for claim in KEPT}) == len(KEPT) >= 250
    assert all(claim["why"] and claim["rhs"] != claim["wrong"] for claim in KEPT)
    assert len(Counter(claim["kind"] for claim in KEPT)) >= 15
    assert sum(claim.get("open", False) for claim in KEPT) <= 7


def test_a_wrong_label_is_seen() -> None:
    swapped = {**KEPT[0], "rhs": KEPT[0]["wrong"], "wrong": KEPT[0]["rhs"]}
    assert len(mistaken([swapped])) == 2
