"""Names are replaced by what they stand for, and a bound index never captures a free one."""

from __future__ import annotations

import pytest

from lossproof.chapters import Derivation
from lossproof.derivation import Definition, Relation, unfold
from lossproof.derivation.unfolding import differentiated, quantities
from lossproof.errors import DerivationError
from lossproof.notation import parse_tree, to_text
from lossproof.notation.tree import Indexed, Name
from lossproof.referee.verdict import Status


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


def test_one_letter_may_be_a_scalar_data_and_data_of_many_samples() -> None:
    """One sample, then M samples, with the letters of the book: u[k] and u[m, k]."""
    made = Derivation("samples", where="K integer >= 2; M integer >= 1; N integer >= 0; u[k] real")
    made.record("share", None, relation=Relation.GIVEN, claim="p[k] = exp(u[k])/sum(exp(u[l]), l, 1, K)")
    made.record("line", None, relation=Relation.GIVEN, claim="u[m, k] = sum(w[k, a]*x[m, a], a, 0, N)")
    claim = "p[m, k] = exp(u[m, k])/sum(exp(u[m, l]), l, 1, K)"
    made.record("shares", None, relation=Relation.GIVEN, uses=["line", "share"], claim=claim)
    text = "sum(p[m, k], k, 1, K) = 1"
    made.record("total", None, uses=["shares"], claim=text)
    made.record("one", None, uses=["share"], claim="sum(p[k], k, 1, K) = 1")
    statuses = {name: each.verdict.status for name, each in made.check(use_cache=False).verdicts.items()}
    assert statuses["total"] is Status.PROVED
    assert statuses["one"] is Status.PROVED
