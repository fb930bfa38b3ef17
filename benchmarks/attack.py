"""Random claims against the referee, with an evaluator that shares no code with it: mpmath and plain Python.

    python benchmarks/attack.py [--claims 5000] [--seed 1] [--kind lags] [--out FILE]

A claim is made as a small tree of tuples, from an identity that holds or nearly holds, in six kinds: logarithms and
roots beyond the reals, windows and lags, sorted data, thresholds, sums of logarithms of any sign, slopes. The tree is
written out as text for the referee and evaluated here, with principal complex values, at points of its own. A claim is
false where both sides have values that differ at one of them.

Exit code 1 where something false is proved, or something is refuted at a point where the two sides agree here. What is
false and corroborated is listed, and so is how many claims without a difference were proved.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import mpmath as mp
from attack_claims import KINDS, Claim
from attack_values import NoValue, Point, inexact, text, value

from lossproof import equal

CLOSE = mp.mpf(10) ** -18
MANY_DIGITS = 4000
RATIONAL = re.compile(r"-?\d+(/\d+)?")


def differs(claim: Claim, point: Point) -> bool | None:
    """Whether the sides differ at a point, with many digits too; None where one has no value."""
    found = _differs(claim, point)
    with mp.workdps(MANY_DIGITS):
        return _differs(claim, point) if found else found


def _differs(claim: Claim, point: Point) -> bool | None:
    try:
        left, right = inexact(value(claim.left, point)), inexact(value(claim.right, point))
    except (NoValue, OverflowError, ZeroDivisionError):
        return None
    if not (mp.isfinite(left) and mp.isfinite(right)) or max(abs(left), abs(right)) > mp.mpf(10) ** 60:
        return None
    close = mp.mpf(10) ** -9 if "diff" in text(claim.left) else CLOSE
    return bool(abs(left - right) > close * (1 + abs(left) + abs(right)))


def is_false(claim: Claim, random: Random) -> bool | None:
    """True where a point shows a difference, False where points agree; None where no point has values."""
    found: bool | None = None
    for point in claim.points(random):
        here = differs(claim, point)
        if here:
            return True
        found = found if here is None else here
    return found


def is_irrational(point: dict[str, Any]) -> bool:
    """Whether a number of the counterexample is written as a formula, as exp(1)."""
    entries = [one for entry in point.values() for one in ([entry] if isinstance(entry, str) else entry)]
    return not all(RATIONAL.fullmatch(one) for one in entries)


def at_witness(claim: Claim, point: dict[str, Any], firsts: dict[str, Any]) -> bool | None:
    """Whether the sides differ at the referee's counterexample; ``firsts`` are the places of the first elements.

    None where a number of it is irrational: no comparison in digits tells that it is met. Those are listed.
    """
    if is_irrational(point):
        return None
    here = Point(Random(0), claim.domains, 0, [])
    for name, entry in point.items():
        if isinstance(entry, str):
            here.names[name] = Fraction(entry)
        else:
            for place, one in enumerate(entry, int(firsts.get(name, 0))):
                here.data[name, (place,)] = Fraction(one)
    return differs(claim, here)


def judged(claim: Claim, random: Random) -> dict[str, Any]:
    """What the referee says, beside what is so."""
    row: dict[str, Any] = {
        "kind": claim.kind,
        "lhs": text(claim.left),
        "rhs": text(claim.right),
        "where": claim.where,
        "false": is_false(claim, random),
    }
    begun = time.perf_counter()
    verdict = equal(row["lhs"], row["rhs"], row["where"])
    row |= {"seconds": time.perf_counter() - begun, "status": str(verdict.status.value), "method": verdict.method}
    if verdict.witness is not None:
        row["witness"] = {**verdict.witness.point}
        if row["false"] is not True:
            row["false at the witness"] = at_witness(claim, row["witness"], verdict.witness.firsts)
    return row


def is_alarm(row: dict[str, Any]) -> bool:
    """Something false that is proved; something refuted where the sides agree."""
    if row["status"] == "proved":
        return row["false"] is True
    return row["status"] == "refuted" and row["false"] is not True and row["false at the witness"] is False


def main() -> int:
    """Judge random claims and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--out", type=Path, help="JSON lines, one a claim")
    options = parser.parse_args()
    random = Random(options.seed)
    makers = [KINDS[options.kind]] if options.kind else list(KINDS.values())
    tally: Counter[str] = Counter()
    alarms, quiet, unseen, slowest = [], [], [], 0.0
    out = options.out.open("w", encoding="utf-8") if options.out else None
    for count in range(options.claims):
        row = judged(makers[count % len(makers)](random), random)
        slowest = max(slowest, row["seconds"])
        truth = {True: "false", False: "no difference", None: "no value"}[row["false"]]
        tally[f"{truth}: {row['status']}"] += 1
        if out is not None:
            print(json.dumps(row, default=str), file=out, flush=True)
        if is_alarm(row):
            alarms.append(row)
        elif row["false"] is True and row["status"] == "corroborated":
            quiet.append(row)
        elif row["false"] is not True and row["status"] == "refuted" and is_irrational(row["witness"]):
            unseen.append(row)
    found = {
        "claims": options.claims,
        "tally": dict(sorted(tally.items())),
        "alarms": alarms,
        "false, corroborated": quiet,
        "refuted at an irrational number, not looked at here": unseen,
        "slowest seconds": round(slowest, 2),
    }
    print(json.dumps(found, indent=1, ensure_ascii=False, default=str))
    return 1 if alarms else 0


if __name__ == "__main__":
    sys.exit(main())
