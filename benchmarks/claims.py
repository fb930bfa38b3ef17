"""How often the referee is right, and how fast: the claims that others collected, judged one by one.

    python benchmarks/claims.py [--renamed SEED]

Reads ``claims_given.jsonl`` and ``claims_given2.jsonl`` of the reference data (tests/conftest.py says where they are
looked for), judges in one process without the cache, and writes benchmarks/results/claims.json, from which the page
"How far can you trust this?" is made. Exit code 1 when a wrong claim is not refuted or a right one is not accepted.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any

from lossproof.cli.equal import judge_record
from lossproof.functions.table import FUNCTIONS

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("LOSSPROOF_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
RESULT = ROOT / "benchmarks" / "results" / "claims.json"
WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
# Words of the grammar that are not names: renaming must leave them alone.
GRAMMAR_WORDS = "sum prod diff delta indicator Piecewise True and or in real integer one hot simplex over pi e"
IRRATIONAL = {"a021f"}  # false at the root of 2 alone, which is no rational point
KEPT = {*FUNCTIONS, *GRAMMAR_WORDS.split()}


def claims() -> list[dict[str, Any]]:
    """The claims ``{"id", "lhs", "rhs", "where", "truth", "what", "kind"}``."""
    files = ("claims_given.jsonl", "claims_given2.jsonl")
    lines = [line for name in files for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in lines if line.strip()]


def renamed(claim: dict[str, Any], seed: int) -> dict[str, Any]:
    """The claim with every symbol renamed at random (a letter and digits), the same way in all its texts."""
    random = Random(f"{seed} {claim['id']}")
    names = sorted({word for key in ("lhs", "rhs", "where") for word in WORD.findall(claim[key])} - KEPT)
    fresh = random.sample(
        [f"{letter}{number}" for letter in "abcdghknqrsuvwxyz" for number in range(10, 90)], len(names)
    )
    table = dict(zip(names, fresh, strict=True))
    return {
        **claim,
        **{key: WORD.sub(lambda found: table.get(found[0], found[0]), claim[key]) for key in ("lhs", "rhs", "where")},
    }


def good(claim: dict[str, Any], status: str) -> bool:
    """A wrong claim must be refuted, or not be proved where no point can show it; a right one is accepted."""
    accepted = ("proved", "corroborated") if claim["truth"] else ("refuted",)
    return status in accepted or (claim.get("id") in IRRATIONAL and status == "corroborated")


def judged(claim: dict[str, Any]) -> dict[str, Any]:
    """The answer to one claim with what was expected beside it."""
    answer = judge_record(claim)
    return {
        "id": claim["id"],
        "truth": claim["truth"],
        "status": answer["status"],
        "method": answer["method"],
        "seconds": round(answer["seconds"], 4),
        "good": good(claim, answer["status"]),
    }


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts and times over all answers, with the versions that gave them."""
    seconds = [row["seconds"] for row in rows]
    return {
        "claims": len(rows),
        "right": dict(Counter(row["status"] for row in rows if row["truth"])),
        "wrong": dict(Counter(row["status"] for row in rows if not row["truth"])),
        "corroborated": [row["id"] for row in rows if row["status"] == "corroborated"],
        "not_good": [row["id"] for row in rows if not row["good"]],
        "median_seconds": statistics.median(seconds),
        "slowest_seconds": max(seconds),
        "slowest": max(rows, key=lambda row: row["seconds"])["id"],
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("lossproof", "sympy", "python-flint")},
        },
    }


def main() -> int:
    """Judge, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--renamed", type=int, metavar="SEED", help="rename every symbol at random first")
    seed = parser.parse_args().renamed
    # The first verdict pays for imports, which are not part of a claim's time.
    judge_record({"lhs": "x", "rhs": "x"})
    rows = [judged(claim if seed is None else renamed(claim, seed)) for claim in claims()]
    result = summary(rows)
    print(json.dumps(result, indent=1, ensure_ascii=False))
    if seed is None:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps({**result, "rows": rows}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if result["not_good"] else 0


if __name__ == "__main__":
    sys.exit(main())
