"""How often the referee is right, and how fast: the claims that others collected, judged one by one.

    python benchmarks/claims.py [--renamed SEED | --renamings N]

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
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any

from lossproof import equal
from lossproof.cli.equal import judge_record
from lossproof.functions.table import FUNCTIONS

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("LOSSPROOF_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
RESULT = ROOT / "benchmarks" / "results" / "claims.json"
WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
# Words of the grammar that are not names: renaming must leave them alone.
GRAMMAR_WORDS = "sum prod diff delta indicator Piecewise True and or in real integer one hot simplex over pi e"
KEPT = {*FUNCTIONS, *GRAMMAR_WORDS.split()}


def claims() -> list[dict[str, Any]]:
    """The claims ``{"id", "lhs", "rhs", "where", "truth", "what", "kind"}``."""
    files = ("claims_given.jsonl", "claims_given2.jsonl")
    lines = [line for name in files for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in lines if line.strip()]


def other_names(claim: dict[str, Any], seed: int) -> dict[str, str]:
    """Every symbol of the claim to another name, drawn at random (a letter and digits)."""
    random = Random(f"{seed} {claim['id']}")
    names = sorted({word for key in ("lhs", "rhs", "where") for word in WORD.findall(claim[key])} - KEPT)
    fresh = random.sample(
        [f"{letter}{number}" for letter in "abcdghknqrsuvwxyz" for number in range(10, 90)], len(names)
    )
    return dict(zip(names, fresh, strict=True))


def put(names: dict[str, str], text: str) -> str:
    """``text`` with the other names."""
    return WORD.sub(lambda found: names.get(found[0], found[0]), text)


def renamed(claim: dict[str, Any], seed: int) -> dict[str, Any]:
    """The claim with every symbol renamed, the same way in all its texts."""
    names = other_names(claim, seed)
    return {**claim, **{key: put(names, claim[key]) for key in ("lhs", "rhs", "where")}}


def verdict_text(claim: dict[str, Any]) -> str:
    """What a verdict says: status, method, rules, points and counterexample."""
    return _verdict_text(claim["lhs"], claim["rhs"], claim["where"])


@lru_cache(maxsize=4)
def _verdict_text(lhs: str, rhs: str, where: str) -> str:
    verdict = equal(lhs, rhs, where=where)
    found, witness = verdict.evidence, verdict.witness
    said = [str(verdict), f"{found.points} points", found.radius, *(rule.name for rule in found.rules)]
    shown = [] if witness is None else [str(witness.entries), witness.lhs, witness.rhs]
    return "\n".join([*said, *shown])


def differing(claim: dict[str, Any], seed: int) -> str | None:
    """The verdict on the claim under other names, in its own names, where that is another verdict."""
    back = {new: old for old, new in other_names(claim, seed).items()}
    found = put(back, verdict_text(renamed(claim, seed)))
    return None if found == verdict_text(claim) else found


def good(claim: dict[str, Any], status: str) -> bool:
    """A wrong claim must be refuted, a right one is accepted."""
    return status in (("proved", "corroborated") if claim["truth"] else ("refuted",))


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


def compared(renamings: int) -> int:
    """Print every verdict that is another one under other names."""
    count = 0
    for claim in claims():
        found = {other for seed in range(1, renamings + 1) if (other := differing(claim, seed))}
        count += bool(found)
        for other in found:
            print(f"--- {claim['id']}\n{verdict_text(claim)}\n--- under other names\n{other}", flush=True)
    print(f"{count} of {len(claims())} claims have another verdict under one of {renamings} renamings.")
    return 1 if count else 0


def main() -> int:
    """Judge, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--renamed", type=int, metavar="SEED", help="rename every symbol at random first")
    parser.add_argument("--renamings", type=int, metavar="N", help="compare verdicts under N renamings instead")
    options = parser.parse_args()
    seed = options.renamed
    if options.renamings:
        return compared(options.renamings)
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
