"""The table of rules: each one proved by the referee, each one applied, nothing applied that is not there."""

from __future__ import annotations

import pytest
import sympy

from lossproof.functions.identities import RULES, Rule
from lossproof.lowering.forms.code_functions import normhazard, relative_log1p, softmax, surprisal, times_exp
from lossproof.lowering.forms.matching import Shortcut
from lossproof.lowering.forms.rewriting import (
    AFFINE,
    ASYMPTOTIC,
    COMPACT,
    OPENED,
    SCALED,
    STABLE,
    between_the_ends,
    rewritten,
    stabilise,
    stabilised,
)
from lossproof.notation import parse
from lossproof.notation.functions import expit, logsumexp, normcdf, softplus
from lossproof.referee import Status, equal

EVERYTHING = (*STABLE.rules, AFFINE, *COMPACT.rules, *SCALED.rules, *OPENED.rules, *ASYMPTOTIC.rules)
TABLE = [rule for rule in EVERYTHING if isinstance(rule, Rule)]
SHORTCUTS = [rule for rule in EVERYTHING if isinstance(rule, Shortcut)]
U, YT = sympy.symbols("u yt", real=True)


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.name)
def test_the_referee_proves_the_rule(rule: Rule) -> None:
    verdict = equal(rule.before, rule.after, rule.where)
    assert verdict.status is Status.PROVED, verdict


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.name)
def test_the_rule_with_a_flipped_sign_is_refuted(rule: Rule) -> None:
    verdict = equal(rule.before, f"-({rule.after})", rule.where)
    assert verdict.status is Status.REFUTED, verdict


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rule_is_applied_where_its_left_side_stands(rule: Rule) -> None:
    result = stabilised(parse(rule.before, rule.where))
    assert result.applied
    assert parse(rule.before, rule.where) != result.expr


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("log(1 + exp(u))", "softplus(u)"),
        ("log(1 + exp(u)) - u", "softplus(-u)"),
        ("1/(1 + exp(-u))", "expit(u)"),
        ("exp(u)/(1 + exp(u))^2", "expit(-u)*expit(u)"),
        ("exp(-u)/(1 + exp(-u))^2", "expit(-u)*expit(u)"),
        ("exp(u)/(1 + exp(u)) - exp(2*u)/(1 + exp(u))^2", "expit(-u)*expit(u)"),
        ("-(yt*log(1/(1 + exp(-u))) + (1 - yt)*log(1 - 1/(1 + exp(-u))))", "yt*softplus(-u) + (1 - yt)*softplus(u)"),
        ("yt - yt*expit(u)", "yt*expit(-u)"),
        ("(1 - yt) - (1 - yt)*expit(u)", "(1 - yt)*expit(-u)"),
        ("3*exp(u) - 3", "3*expm1(u)"),
        ("log(1 + exp(a) + exp(b))", "logsumexp(0, a, b)"),
        ("log(1 - erfc(u/sqrt(2))/2)", "lognormcdf(u)"),
        ("log(1 - exp(-exp(u)))", "log1mexp(exp(u))"),
    ],
)
def test_what_overflows_or_cancels_is_named(before: str, after: str) -> None:
    assert stabilise(parse(before)) == parse(after).doit()


@pytest.mark.parametrize("text", ["softplus(u) - yt*u", "expit(u) - yt", "exp(u) - yt*u", "u^2/2", "log(u)"])
def test_what_is_in_no_rule_stays(text: str) -> None:
    result = stabilised(parse(text))
    assert result.expr == parse(text).doit()
    assert result.applied == ()


def test_every_application_is_recorded_with_its_before_and_after() -> None:
    applied = stabilised(sympy.log(1 + sympy.exp(U)) - U).applied
    assert [(part.rule.name, part.before, part.after) for part in applied] == [
        ("softplus", sympy.log(1 + sympy.exp(U)), softplus(U)),
        ("softplus minus its argument", softplus(U) - U, softplus(-U)),
    ]


@pytest.mark.parametrize("shortcut", SHORTCUTS, ids=lambda shortcut: shortcut.name)
def test_a_shortcut_is_what_it_stands_for(shortcut: Shortcut) -> None:
    before = parse(shortcut.before, shortcut.where).doit()
    after = rewritten(before, SCALED if shortcut in SCALED.rules else COMPACT).expr
    assert after.has(shortcut.function)
    written_out = after.replace(lambda node: isinstance(node, shortcut.function), lambda node: node.definition())
    assert equal(before, written_out, shortcut.where).status is Status.PROVED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (sympy.exp(U - logsumexp(0, U, YT)), softmax(U, 0, YT)),
        (logsumexp(0, U, YT) - U, surprisal(U, 0, YT)),
        (3 * YT * logsumexp(U, 1) - 3 * YT * U, 3 * YT * surprisal(U, 1)),
        (sympy.exp(-(U**2) / 2) / normcdf(-U), sympy.sqrt(2 * sympy.pi) * normhazard(-U)),
    ],
)
def test_shortcuts_are_found_inside_sums_and_products(before: sympy.Expr, after: sympy.Expr) -> None:
    assert rewritten(before, COMPACT).expr == after


def test_an_exponential_is_joined_with_its_factors_but_not_with_a_number() -> None:
    assert rewritten(YT * sympy.exp(-U) + 1, SCALED).expr == times_exp(YT, -U) + 1
    assert rewritten(3 * sympy.exp(U), SCALED).expr == 3 * sympy.exp(U)


def test_stabilising_twice_changes_nothing() -> None:
    once = stabilise(sympy.diff(sympy.log(1 + sympy.exp(U)), U, 2))
    assert stabilise(once) == once


def test_what_is_linear_in_the_target_becomes_a_mixture_of_its_ends() -> None:
    mixture = between_the_ends(softplus(U) - YT * U, YT)
    assert mixture is not None
    assert mixture.expr == (1 - YT) * softplus(U) + YT * softplus(-U)


def test_what_is_not_linear_in_the_target_has_no_mixture() -> None:
    assert between_the_ends((U - YT) ** 2, YT) is None
    assert between_the_ends(expit(U), YT) is None


def test_the_log_of_gamma_is_rewritten_only_where_its_argument_is_known_to_be_positive() -> None:
    """Gamma is positive between -2 and -1 as well, and loggamma is no real number there."""
    known, unknown = sympy.Symbol("x", positive=True), sympy.Symbol("x", real=True)
    assert stabilise(sympy.log(sympy.gamma(known))) == sympy.loggamma(known)
    assert stabilise(sympy.log(sympy.gamma(unknown))) == sympy.log(sympy.gamma(unknown))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("log(exp(v)/(exp(u) + exp(v)))", "v - log(exp(u) + exp(v))"),
        ("log(u/v)", "log(u/v)"),
    ],
)
def test_a_logarithm_is_opened_where_all_factors_are_positive(before: str, after: str) -> None:
    where = "u real; v real"
    assert rewritten(parse(before, where).doit(), OPENED).expr == parse(after, where).doit()


def test_an_exponential_that_forgets_is_joined_with_what_it_multiplies() -> None:
    v = sympy.Symbol("v", real=True)
    share = rewritten(softmax(U, v) * sympy.exp(v), ASYMPTOTIC).expr
    assert share == 1 / (sympy.exp(-v) + sympy.exp(-U))
    small = rewritten(softplus(U - v) * sympy.exp(v), ASYMPTOTIC).expr
    assert small == sympy.exp(U) * relative_log1p(sympy.exp(U - v))
