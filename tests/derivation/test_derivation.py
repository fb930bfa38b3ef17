"""A derivation is wired by argument names, keeps claim and result apart, and says clearly what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from lossproof.chapters import Derivation
from lossproof.derivation import Relation, Step
from lossproof.errors import DerivationError, MoveError
from lossproof.moves import differentiate, substitute
from lossproof.notation import parse_tree, to_text

WHERE = "yt in {0, 1}; 0 < yp < 1"


def small() -> Derivation:
    """ce, its model and its slope: three steps with a definition, an assumption and a derivative."""
    small = Derivation("small", where=WHERE)
    yp, u = small.symbols("yp u")

    @small.step(claim="ce = -log(yp)")
    def ce() -> sp.Expr:
        """The smaller the probability, the larger the surprise."""
        return -sp.log(yp)

    @small.given("yp = sigmoid(u)")
    def model() -> None:
        """A number becomes a probability."""

    @small.step(claim="diff(ce, u) = yp - 1", relation="derivative of")
    def slope(ce: sp.Expr, model: sp.Expr) -> sp.Expr:
        """One fraction less."""
        return differentiate(substitute(ce, yp, model), u)

    return small


def test_the_graph_is_computed_from_argument_names() -> None:
    assert small().graph == {"ce": (), "model": (), "slope": ("ce", "model")}


def test_a_step_keeps_what_the_page_needs() -> None:
    step = small().step("slope")
    assert isinstance(step, Step)
    assert step.title == "Slope"
    assert step.reason == "One fraction less."
    assert step.relation is Relation.DERIVATIVE
    assert step.of == "ce"
    assert to_text(step.claim) == "yp - 1"
    assert to_text(step.left) == "diff(ce, u)"
    assert step.claim_text == "diff(ce, u) = yp - 1"
    assert step.source.startswith("@small.step")
    assert "substitute(ce, yp, model)" in step.source


def test_claim_and_result_are_two_things() -> None:
    derivation = Derivation("two", where="x real")
    x = derivation.symbols("x")
    derivation.record("line", x + x, claim="3*x")
    step = derivation.step("line")
    assert to_text(step.claim) == "3*x"
    assert step.result == 2 * x


def test_scripts_and_claims_share_their_symbols() -> None:
    derivation = Derivation("shared", where=WHERE)
    yt, yp = derivation.symbols("yt yp")
    assert derivation.expression("yt*log(yp)") == yt * sp.log(yp)
    data, m = derivation.data("P"), derivation.index("m")
    assert derivation.expression("sum(P[m], m, 0, 3)") == sp.Sum(data[m], (m, 0, 3))


def test_a_given_line_needs_no_body() -> None:
    assert str(small().step("model").result) == "expit(u)"


def test_the_names_in_force_come_through_the_graph() -> None:
    names = [each.symbol.name for each in small().step("slope").definitions]
    assert names == ["ce", "yp"]
    assert small().step("ce").definitions == ()


def test_the_body_gets_the_claim_as_it_is_written() -> None:
    derivation = Derivation("handed_on", where="x > 0")
    x = derivation.symbols("x")
    derivation.record("first", (x**2 - 1) / (x - 1), claim="x + 1")
    derivation.record("second", x**2, claim="x^2 >= 0", relation=Relation.AT_LEAST)

    @derivation.step()
    def third(first: sp.Expr, second: sp.Expr) -> sp.Expr:
        assert (first, second) == (x + 1, x**2)  # of an inequality what is derived, not the bound
        return first + second

    assert derivation.step("third").claim is None


def test_a_wrong_claim_does_not_stop_the_steps_below_it() -> None:
    derivation = Derivation("handed_down", where="x real; y real")
    x = derivation.symbols("x")
    derivation.record("wrong", x**2, claim="y^2")

    @derivation.step()
    def slope(wrong: sp.Expr) -> sp.Expr:
        return differentiate(wrong, x)

    assert derivation.step("slope").result == 2 * x


def test_a_restated_symbol_means_its_newest_form_from_there_on() -> None:
    derivation = Derivation("restated", where="x > 0")
    x = derivation.symbols("x")
    derivation.record("square", x**2, claim="A = x^2")
    derivation.record("product", x * x, claim="A = x*x", uses=["square"])
    derivation.record("after", x**2 + 1, claim="B = A + 1", uses=["product"])
    (definition,) = derivation.step("after").definitions
    assert to_text(definition.body) == "x*x"


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (lambda d: d.record("a", sp.S.One, uses=["b"]), "uses `b`.*does not have"),
        (lambda d: d.record("again", sp.S.One), "two steps named `again`"),
        (lambda d: d.record("a", sp.S.One, claim="1 +"), "claim of step `a` cannot be read"),
        (lambda d: d.record("a", sp.S.One, claim="x", where="x >"), "assumptions of step `a` cannot be read"),
        (
            lambda d: d.record("a", sp.S.One, relation=Relation.DERIVATIVE, claim="diff(x, x) = 1"),
            "looks back at no step",
        ),
        (lambda d: d.record("a", sp.S.One, uses=["again"], relation=Relation.DERIVATIVE, claim="1"), "taken by"),
        (lambda d: d.record("a", None, relation=Relation.DEFINITION, claim="x + 1"), "needs a symbol left"),
        (lambda d: d.record("a", None, relation=Relation.DEFINITION, claim="x = 2"), "already uses"),
        (lambda d: d.record("a", None), "returns nothing"),
        (lambda d: d.record("a", "x + 1"), "returns str"),
        (lambda d: d.record("a", sp.S.One, claim="x == 1", relation=Relation.AT_LEAST), "compares with `==`"),
        (lambda d: d.record("a", sp.S.One, claim="x", uses=["again"], relation=Relation.EQUAL_ON), "finitely many"),
        (lambda d: d.step("agan"), "did you mean `again`"),
        (lambda d: d.step(relation="equals"), "There is no relation 'equals'"),
        (lambda d: d.publish_loss(value="gone", slope="again", curvature="again"), "`gone`"),
        (lambda d: d.loss, "publishes no loss"),
    ],
)
def test_what_is_put_together_wrongly_gets_a_sentence(build: Any, sentence: str) -> None:
    derivation = Derivation("wrong", where="x real")
    derivation.record("again", derivation.symbols("x"), claim="x")
    with pytest.raises(DerivationError, match=sentence):
        build(derivation)


def test_a_rejected_claim_shows_the_caret_and_the_step() -> None:
    with pytest.raises(DerivationError) as caught:
        Derivation("caret").record("line", sp.S.One, claim="1 + * 2")
    message = str(caught.value)
    assert "`line`" in message
    assert message.splitlines()[-1].strip() == "^"


def test_a_bad_where_text_names_the_derivation() -> None:
    with pytest.raises(DerivationError, match="derivation `bad`"):
        Derivation("bad", where="x in in")


def test_two_meanings_of_one_symbol_in_one_step_are_refused() -> None:
    derivation = Derivation("twice", where="x real")
    derivation.record("first", None, relation=Relation.GIVEN, claim="u = x + 1")
    derivation.record("second", None, relation=Relation.GIVEN, claim="u = x + 2")
    with pytest.raises(DerivationError, match="`first` and `second` each say what `u` is"):
        derivation.record("both", sp.S.One, uses=["first", "second"])


def test_a_move_that_refuses_names_the_step() -> None:
    derivation = Derivation("moves", where="x real; y real")
    x, y = derivation.symbols("x y")
    with pytest.raises(MoveError, match="In step `slope` of derivation `moves`"):

        @derivation.step()
        def slope() -> sp.Expr:
            return differentiate(x, y)


def test_assumptions_of_a_step_replace_those_of_the_derivation() -> None:
    derivation = Derivation("narrower", where="0 <= yt <= 1; x real")
    step = derivation.record("line", sp.S.One, claim="yt", where="yt in {0, 1}")
    from lossproof.notation import assumptions_text

    assert assumptions_text(step.assumptions) == ("yt in {0, 1}", "x real")


def test_the_digest_changes_with_every_claim() -> None:
    first, second = Derivation("d"), Derivation("d")
    first.record("line", sp.S.One, claim="1")
    second.record("line", sp.S.One, claim="2")
    assert first.digest != second.digest
    assert first.digest == first.digest


def test_the_path_is_that_of_the_script() -> None:
    assert small().path == Path(__file__).resolve()


def test_formula_is_the_claim_or_the_result_or_the_left_side_of_an_inequality() -> None:
    derivation = Derivation("formula", where="x real")
    x = derivation.symbols("x")
    derivation.record("unclaimed", x**2)
    derivation.record("bound", x**2, claim="x^2 >= 0", relation=Relation.AT_LEAST)
    assert derivation.step("unclaimed").formula == parse_tree("x^2")
    assert derivation.step("bound").formula == parse_tree("x^2")
    assert derivation.step("bound").operator == ">="


def test_the_published_loss_is_made_of_the_claims() -> None:
    derivation = Derivation("published", where="0 <= yt <= 1")
    u, yt = derivation.symbols("u yt")
    derivation.record("value", (u - yt) ** 2, claim="(yt - u)^2")
    derivation.record("slope", 2 * (u - yt), claim="2*(u - yt)")
    derivation.record("curvature", sp.Integer(2), claim="2")
    derivation.publish_loss(value="value", slope="slope", curvature="curvature")
    loss = derivation.loss
    assert loss.value == (yt - u) ** 2
    assert loss.predictors == (u,)
    assert loss.target == yt
    assert loss.digest == derivation.digest


def test_the_index_of_a_stated_line_is_the_index_of_the_script() -> None:
    """``mu[m] = ...`` without a body, put into a sum over m: the sum's own m is meant, and nothing stays free."""
    derivation = Derivation("stated", where="M integer >= 1; N integer >= 0")
    mu, y, w, x = derivation.data("mu y w x")
    m, k = derivation.index("m k")
    M, N = derivation.symbols("M N")

    @derivation.given("mu[m] = sum(w[k]*x[m, k], k, 0, N)")
    def model() -> None:
        """A straight line."""

    @derivation.step(claim="sum((y[m] - sum(w[k]*x[m, k], k, 0, N))^2, m, 0, M-1)")
    def squares(model: sp.Expr) -> sp.Expr:
        """Put it in."""
        return substitute(sp.Sum((y[m] - mu[m]) ** 2, (m, 0, M - 1)), mu[m], model)

    assert m in derivation.step("model").result.free_symbols
    line = sp.Sum(w[k] * x[m, k], (k, 0, N))
    assert squares.result == sp.Sum((y[m] - line) ** 2, (m, 0, M - 1))
    assert derivation.check(use_cache=False).ok


@pytest.mark.parametrize(
    ("formula", "where", "asked", "is_index"),
    [
        ("P[m]", "", "", True),
        ("x[m - 1, 2]", "", "", True),
        ("P[m]*m", "", "", True),
        ("P[n]", "n integer >= 0", "", False),
        ("P[n]", "n integer >= 0", "n", True),
        ("m + P[0]", "", "", False),
    ],
)
def test_a_letter_of_data_is_an_index_unless_it_is_declared_a_quantity(
    formula: str, where: str, asked: str, is_index: bool
) -> None:
    derivation = Derivation("letters", where=where)
    if asked:
        derivation.index(asked)
    (letter,) = (each for each in derivation.expression(formula).free_symbols if str(each) in "mn")
    assert letter == (derivation.letters.scope.index if is_index else derivation.letters.scope.symbol)(str(letter))


def test_a_letter_that_is_an_index_on_the_left_is_one_on_the_right() -> None:
    derivation = Derivation("places")
    step = derivation.record("place", None, relation=Relation.GIVEN, claim="v[m] = m^2")
    assert step.result == derivation.index("m") ** 2


def test_the_loss_of_all_samples_is_not_what_is_published() -> None:
    made = Derivation("all", where="M integer >= 1; y[m] real; u[m] real")
    for name, claim in {"L": "(1/M)*sum(y[m]*u[m], m, 0, M-1)", "slope": "y", "curvature": "0"}.items():
        made.record(name, made.expression(claim), claim=claim)
    with pytest.raises(DerivationError, match="the loss of one sample: the sum or the average over all is the trainer"):
        made.publish_loss(value="L", slope="slope", curvature="curvature", target="y", target_domain="y real")


def test_a_script_says_what_is_shown_first_and_under_which_heading() -> None:
    chapter = Derivation("sample", main="first third", keywords="log loss;  BCE")
    chapter.part("The beginning")
    chapter.record("first", None, relation=Relation.GIVEN, claim="f = exp(a)", keywords="likelihood", picture="tangent")
    chapter.part("The end")
    chapter.record("second", None, relation=Relation.GIVEN, claim="g = exp(b)")
    chapter.record("third", None, relation=Relation.GIVEN, claim="h = exp(c)")
    assert [step.name for step in chapter.main_line] == ["first", "third"]
    assert [step.shown.part for step in chapter.steps] == ["The beginning", "The end", "The end"]
    assert chapter.step("first").shown.keywords == ("likelihood",)
    assert chapter.step("first").shown.pictures == ("tangent",)
    assert chapter.shown.keywords == ("log loss", "BCE")


@pytest.mark.parametrize(("main", "fault"), [("first thrd", "`thrd`"), ("second first", "not in the order")])
def test_a_main_line_that_is_none_is_refused(main: str, fault: str) -> None:
    chapter = Derivation("sample", main=main)
    chapter.record("first", None, relation=Relation.GIVEN, claim="f = exp(a)")
    chapter.record("second", None, relation=Relation.GIVEN, claim="g = exp(b)")
    with pytest.raises(DerivationError, match=fault):
        _ = chapter.main_line
