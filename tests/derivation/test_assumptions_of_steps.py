"""Assumptions of a derivation and of one of its steps together."""

from __future__ import annotations

from lossproof.derivation.claims import merge
from lossproof.notation import assumptions_text, parse_assumptions


def test_a_steps_own_assumptions_keep_the_letters_of_the_data() -> None:
    both = merge(parse_assumptions("q[i, j] real; M integer >= 1"), parse_assumptions("x[m] > 0"))
    assert assumptions_text(both) == ("M integer >= 1", "q[i, j] real", "x[m] > 0")


def test_definitions_of_both_are_put_in_one_after_the_other() -> None:
    both = merge(parse_assumptions("s = log(t); t > 0"), parse_assumptions("v = 2*s"))
    assert [name for name, _ in both.definitions] == ["v", "s"]
