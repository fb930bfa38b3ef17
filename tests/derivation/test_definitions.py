"""Names are replaced by what they stand for, and a bound index never captures a free one."""

from __future__ import annotations

import pytest

from lossproof.derivation import Definition, unfold
from lossproof.derivation.unfolding import differentiated, quantities
from lossproof.errors import DerivationError
from lossproof.notation import parse_tree, to_text
from lossproof.notation.tree import Indexed, Name


def named(symbol: str, body: str) -> Definition:
    left = parse_tree(symbol)
    assert isinstance(left, Name | Indexed)
    return Definition(left, parse_tree(body))


def test_names_inside_names_are_unfolded() -> None:
    found = unfold(parse_tree("diff(ce, u)"), [named("ce", "-log(yp)"), named("yp", "expit(u)")])
    assert to_text(found) == "diff(-log(expit(u)), u)"


def test_what_a_derivative_is_taken_by_can_be_kept() -> None:
    definitions = [named("ce", "-log(yp)"), named("yp", "expit(u)")]
    claim = parse_tree("diff(ce, yp)")
    assert to_text(unfold(claim, definitions, differentiated(claim))) == "diff(-log(yp), yp)"


def test_indexed_data_stands_for_every_index() -> None:
    found = unfold(parse_tree("sum(u[m], m, 0, M-1) + u[0]"), [named("u[k]", "w*x[k]")])
    assert to_text(found) == "sum(w*x[m], m, 0, M - 1) + w*x[0]"


def test_a_scalar_and_data_of_the_same_name_are_two_quantities() -> None:
    assert to_text(unfold(parse_tree("yp + yp[m]"), [named("yp", "u")])) == "u + yp[m]"
    assert quantities(parse_tree("yp + yp[m]")) == {("yp", False), ("yp", True), ("m", False)}


def test_a_bound_index_gives_way_to_a_free_one() -> None:
    found = unfold(parse_tree("sum(c*x[m], m, 0, 3)"), [named("c", "y[m]")])
    assert to_text(found) == "sum(y[m]*x[m1], m1, 0, 3)"


def test_definitions_that_go_round_are_refused() -> None:
    with pytest.raises(DerivationError, match="round in a circle"):
        unfold(parse_tree("u"), [named("u", "logit(yp)"), named("yp", "expit(u)")])
