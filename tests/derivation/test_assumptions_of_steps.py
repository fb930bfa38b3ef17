"""Assumptions of a derivation and of one of its steps together."""

from __future__ import annotations

import pytest

from lossproof.derivation.claims import merge, narrowed
from lossproof.errors import DerivationError
from lossproof.notation import assumptions_text, parse_assumptions


def test_a_steps_own_assumptions_keep_the_letters_of_the_data() -> None:
    both = merge(parse_assumptions("q[i, j] real; M integer >= 1"), parse_assumptions("x[m] > 0"))
    assert assumptions_text(both) == ("M integer >= 1", "q[i, j] real", "x[m] > 0")


def test_definitions_of_both_are_put_in_one_after_the_other() -> None:
    both = merge(parse_assumptions("s = log(t); t > 0"), parse_assumptions("v = 2*s"))
    assert [name for name, _ in both.definitions] == ["v", "s"]


@pytest.mark.parametrize(
    ("general", "special", "both"),
    [
        ("x real", "x > 0", ("x > 0",)),
        ("x > 0", "x real", ("x > 0",)),
        ("0 < x < 1", "x > 1/2", ("1/2 < x < 1",)),
        ("y[m] integer >= 0", "y[m] in {-1, 0, 1}", ("y[m] in {0, 1}",)),
        ("p simplex over 1..K", "p simplex over 1..K", ("p simplex over 1..K",)),
    ],
)
def test_a_step_says_more_than_its_derivation_never_something_else(
    general: str, special: str, both: tuple[str, ...]
) -> None:
    assert assumptions_text(narrowed(parse_assumptions(general), parse_assumptions(special), "step `s`")) == both


@pytest.mark.parametrize(
    ("general", "special", "sentence"),
    [
        ("x < -1", "x > 0", "step `s` on x contradict those of the derivation, which has x < -1"),
        ("t in {0, 1}", "t in {2}", "on t contradict"),
        ("a = 2*b", "a = 3*b", "define a as the derivation does not"),
        ("p simplex over 1..K", "p one-hot over 1..K", "another group"),
        ("(a, b) simplex", "a > 2", "No point satisfies the simplex clause"),
    ],
)
def test_a_step_that_contradicts_its_derivation_is_refused(general: str, special: str, sentence: str) -> None:
    with pytest.raises(DerivationError, match=sentence):
        narrowed(parse_assumptions(general), parse_assumptions(special), "step `s`")
