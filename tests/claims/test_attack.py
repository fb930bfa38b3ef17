"""Random claims against the referee, judged beside an evaluator that shares no code with it, with a fixed seed.

The long run is ``python benchmarks/attack.py``.
"""

from __future__ import annotations

from random import Random
from types import SimpleNamespace

import attack
import pytest
from attack_claims import KINDS, Claim
from attack_values import Point, text, value

from lossproof.referee.verdict import Status

CLAIMS_OF_A_KIND = 5


def test_nothing_false_is_proved_and_nothing_is_refuted_where_sides_agree() -> None:
    random = Random(20261130)
    rows = [attack.judged(make(random), random) for make in KINDS.values() for _ in range(CLAIMS_OF_A_KIND)]
    assert [row for row in rows if attack.is_alarm(row)] == []
    assert {(row["false"], row["status"]) for row in rows} >= {(True, "refuted"), (False, "proved")}


def test_a_false_proof_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    always = SimpleNamespace(status=Status.PROVED, method="", witness=None)
    monkeypatch.setattr(attack, "equal", lambda *_: always)
    false = Claim("by hand", ("sqrt", ("^", "x", 2)), "x", {"x": "real"})
    assert attack.is_alarm(attack.judged(false, Random(1)))


def test_a_refutation_where_sides_agree_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    witness = SimpleNamespace(point={"x": "-3"}, firsts={})
    never = SimpleNamespace(status=Status.REFUTED, method="", witness=witness)
    monkeypatch.setattr(attack, "equal", lambda *_: never)
    true = Claim("by hand", ("sqrt", ("^", "x", 2)), ("Abs", "x"), {"x": "real"})
    assert attack.is_alarm(attack.judged(true, Random(1)))


def test_formulas_are_written_and_evaluated() -> None:
    tree = ("sum", ("*", ("at", "x", ("-", "m", 1)), ("log", -1)), "m", 1, 2)
    assert text(tree) == "sum((x[(m - 1)] * log((-1))), m, 1, 2)"
    point = Point(Random(0), {"x": "real"}, 0, [], data={("x", (0,)): 2, ("x", (1,)): 3})
    assert complex(value(tree, point)) == pytest.approx(5j * 3.141592653589793)
