"""From one sample to M, with the same letters; and what holds for every M."""

from __future__ import annotations

from typing import Any

import pytest

from lossproof import Derivation
from lossproof.derivation.step import Origin
from lossproof.errors import DerivationError
from lossproof.moves import at, average_over, product_over, take_log
from lossproof.notation import to_text
from lossproof.referee.verdict import Status
from lossproof.words.codes import Duty, Relation

WHERE = "y > 0; mu > 0; y[m] > 0; mu[m] > 0; P > 0; P[m] > 0; M integer >= 1; n integer >= 0; N integer >= 0"
INDICES = "m in 0..M-1; k in 0..N"


def one_sample() -> Derivation:
    chapter = Derivation("t", where=WHERE, indices=INDICES)
    chapter.given("P = exp(-y/mu)/mu", title="One time")(_density)
    return chapter


def _density() -> None:
    """An assumption."""


def test_the_same_letters_mean_the_quantities_of_a_sample() -> None:
    chapter = one_sample()
    (P, y, mu), ys, k = chapter.symbols("P y mu"), chapter.data("y"), chapter.index("k")
    each = chapter.for_samples("m", "y mu P")
    assert each(ys[k]) == ys[chapter.index("m"), k]
    assert str(each(y / mu)) == "y[m]/mu[m]"
    assert str(each(P)) == "P[m]"
    lifted = chapter.step("_density_of_sample")
    assert lifted.relation is Relation.GIVEN
    assert lifted.uses == ("_density",)
    assert lifted.claim is not None
    assert to_text(lifted.claim) == "exp(-y[m]/mu[m])/mu[m]"
    with pytest.raises(DerivationError, match="no quantity of a sample"):
        each(chapter.symbols("z"))
    with pytest.raises(DerivationError, match="no range of 'j'"):
        chapter.for_samples("j", "y")


def test_names_come_in_two_calls_and_no_line_twice() -> None:
    chapter = one_sample()
    chapter.for_samples("m", "y P")
    each = chapter.for_samples("m", "mu")
    assert str(each(chapter.expression("P*mu"))) == "P[m]*mu[m]"
    assert [step.name for step in chapter.steps] == ["_density", "_density_of_sample"]


def test_an_index_that_a_sum_binds_is_no_sample() -> None:
    chapter = Derivation("t", where=WHERE, indices=INDICES)
    chapter.given("z = sum(c[m]*y, m)", title="A sum over m")(_density)
    chapter.for_samples("m", "y z")
    claim = chapter.step("_density_of_sample").claim
    assert claim is not None
    assert to_text(claim) == "sum(c[m1]*y[m], m1, 0, M - 1)"


def test_lines_that_chapters_share_are_judged_like_others() -> None:
    chapter = one_sample()
    each, M = chapter.for_samples("m", "y mu P"), chapter.symbols("M")
    chapter.independent_samples()
    chapter.linear_predictor("mu")

    @chapter.step(claim="L = mean(y[m]/mu[m] + log(mu[m]), m)", of="average")
    def loss(average: Any, _density: Any, _density_of_sample: Any) -> Any:
        return average_over(each(-take_log(_density)), chapter.index("m"), M)

    report = chapter.check(use_cache=False)
    assert [report.verdicts[name].verdict.status for name in ("log_likelihood", "average", "loss")] == ["proved"] * 3
    assert report.mutants.survived == ()


def growing(claim: str, start: str = "M = 1", one_more: str = "P[n]", **options: Any) -> Derivation:
    chapter = Derivation("t", where=WHERE, indices=INDICES)
    before, n, M, m = *chapter.symbols("before n M"), chapter.index("m")

    @chapter.given(f"after = before*{one_more}")
    def independence() -> None:
        """An assumption."""

    @chapter.step(claim="Lk_1 = P[0]")
    def first(independence: Any) -> Any:
        return at(independence, {before: 1, n: 0})

    @chapter.step(claim=claim, relation="for every", of="first", values=start, **options)
    def likelihood(first: Any, independence: Any) -> Any:
        return at(independence, {before: product_over(chapter.data("P")[m], *chapter.over("m")), n: M})

    return chapter


def test_what_holds_for_the_smallest_size_and_from_each_to_the_next_is_proved() -> None:
    report = growing("Lk = prod(P[m], m)").check(use_cache=False)
    found = report.verdicts["likelihood"]
    assert found.verdict.status is Status.PROVED
    assert {part.obligation.code for part in found.parts} == {Duty.START, Duty.ONE_MORE}
    assert found.mutants.refuted >= 5
    assert found.mutants.survived == ()


@pytest.mark.parametrize(
    ("claim", "fallen"),
    [
        ("Lk = 2*prod(P[m], m)", {Duty.START, Duty.ONE_MORE}),
        ("Lk = prod(P[m + 1], m)", {Duty.START, Duty.ONE_MORE}),
        ("Lk = prod(P[m], m)*P[M - 1]^(M - 1)", {Duty.ONE_MORE}),
    ],
)
def test_a_start_or_a_next_size_that_fails_is_refuted(claim: str, fallen: set[Duty]) -> None:
    found = growing(claim).check(use_cache=False).verdicts["likelihood"]
    assert {part.obligation.code for part in found.parts if part.verdict.status is Status.REFUTED} == fallen


@pytest.mark.parametrize(
    ("start", "message"),
    [("M = 2", "begin there"), ("M = 1; n = 0", "one size"), ("y = 1", "one size")],
)
def test_what_holds_for_every_size_begins_at_the_smallest(start: str, message: str) -> None:
    with pytest.raises(DerivationError, match=message):
        growing("Lk = prod(P[m], m)", start)


def test_what_no_line_was_compared_with_follows_and_is_not_called_equal() -> None:
    chapter = one_sample()

    @chapter.step(claim="Q = 2*exp(-y/mu)/mu")
    def double(_density: Any) -> Any:
        return 2 * _density

    @chapter.step(claim="Q = 2*exp(-y/mu)*mu^(-1)")
    def again(double: Any) -> Any:
        return double

    @chapter.step(claim="log(Q) = log(2) - y/mu - log(mu)")
    def stated(double: Any) -> None:
        """The claim alone, which the referee derives."""

    assert [chapter.step(name).relation for name in ("double", "again", "stated")] == ["follows", "equal", "equal"]
    assert stated.origin is Origin.STATED
    assert chapter.check(use_cache=False).verdicts["stated"].verdict.status is Status.PROVED
