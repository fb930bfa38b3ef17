"""A published loss is checked: slope and curvature are derivatives, and nothing but predictors and target is free."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mpmath
import pytest
import sympy as sp

from lossproof.chapters import Derivation
from lossproof.errors import DerivationError
from lossproof.referee.steps.examine import check
from lossproof.referee.steps.report_text import table
from lossproof.referee.verdict import Status

PUBLISHED: dict[str, Any] = {"value": "value", "slope": "slope", "curvature": "curvature"}
POISSON: dict[str, Any] = {"target": "y", "target_domain": "y integer >= 0"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a cache of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def counts(**formulas: str) -> Derivation:
    """Each formula a step by itself that claims nothing more: only the publication can be wrong."""
    made = Derivation("counts", where="y integer >= 0; mu > 0; M integer >= 1")
    right = {"value": "exp(u) - y*u", "slope": "exp(u) - y", "curvature": "exp(u)"}
    for name, formula in {**right, **formulas}.items():
        made.record(name, made.expression(formula), claim=formula)
    return made


def pair() -> Derivation:
    """A normal likelihood in its mean and the logarithm of its precision: two predictors."""
    made = Derivation("pair", where="y real")
    formulas = {
        "value": "exp(v)*(y - u)^2/2 - v/2",
        "by_u": "exp(v)*(u - y)",
        "by_v": "exp(v)*(y - u)^2/2 - 1/2",
        "uu": "exp(v)",
        "uv": "exp(v)*(u - y)",
        "vv": "exp(v)*(y - u)^2/2",
    }
    for name, formula in formulas.items():
        made.record(name, made.expression(formula), claim=formula)
    return made


def test_the_right_derivatives_are_proved_rows_beside_the_steps() -> None:
    made = counts()
    made.publish_loss(**PUBLISHED, **POISSON)
    report = check(made)
    assert report.ok
    assert list(report.verdicts) == ["value", "slope", "curvature"]
    assert {name: each.verdict.status for name, each in report.published.items()} == {
        "published slope": Status.PROVED,
        "published curvature": Status.PROVED,
    }
    assert "3 steps and 2 published derivatives: 5 proved" in table(report)
    assert check(made).from_cache == 5


@pytest.mark.parametrize(
    ("steps", "formulas", "fallen"),
    [
        ({"slope": "curvature", "curvature": "slope"}, {}, {"published slope", "published curvature"}),
        ({"slope": "value"}, {}, {"published slope", "published curvature"}),
        ({"curvature": "slope"}, {}, {"published curvature"}),
        ({}, {"slope": "y - exp(u)"}, {"published slope", "published curvature"}),
        ({}, {"slope": "exp(u) - y + 1/10^9"}, {"published slope"}),
        ({}, {"curvature": "exp(u)*(1 + 5/10000)"}, {"published curvature"}),
    ],
)
def test_a_wrong_publication_is_refuted_with_a_counterexample(
    steps: dict[str, str], formulas: dict[str, str], fallen: set[str]
) -> None:
    made = counts(**formulas)
    made.publish_loss(**{**PUBLISHED, **steps}, **POISSON)
    report = check(made)
    assert not report.ok
    assert {name for name, each in report.published.items() if each.verdict.status is Status.REFUTED} == fallen
    assert all(report.published[name].verdict.witness for name in fallen)
    assert all(each.verdict.status is Status.PROVED for each in report.verdicts.values())
    assert " is the derivative of " in table(report)


def test_every_pair_of_predictors_has_its_row() -> None:
    made = pair()
    options: dict[str, Any] = {"predictors": ("u", "v"), "target": "y", "target_domain": "y real"}
    made.publish_loss(value="value", slope=("by_u", "by_v"), curvature=(("uu", "uv"), ("uv", "vv")), **options)
    report = check(made)
    assert report.ok
    assert [*report.published] == [
        *("published slope by u", "published slope by v"),
        *(f"published curvature by {pair}" for pair in ("u, u", "u, v", "v, u", "v, v")),
    ]
    made.publish_loss(value="value", slope=("by_v", "by_u"), curvature=(("uu", "uv"), ("uv", "vv")), **options)
    assert not check(made).ok


def test_the_derivatives_hold_on_the_whole_domain_of_the_target() -> None:
    """yt^2 = yt for labels, and not for the proportions that the code is published for."""
    made = Derivation("labels", where="yt in {0, 1}")
    for name, formula in {"value": "yt^2*u + u^2", "slope": "yt + 2*u", "curvature": "2"}.items():
        made.record(name, made.expression(formula), claim=formula)
    made.publish_loss(**PUBLISHED)
    assert not check(made).ok
    made.publish_loss(**PUBLISHED, target_domain="yt in {0, 1}")
    assert check(made).ok


@pytest.mark.parametrize(
    ("formulas", "options", "sentence"),
    [
        ({"value": "mu - y*log(mu)"}, {}, r"`value` holds `mu`.*`u`, `y`"),
        ({"slope": "exp(u) - y[m]"}, {}, r"`slope` holds `m`|`slope` holds `y\[..\]`"),
        ({"curvature": "exp(u)/M"}, {}, "`curvature` holds `M`"),
        ({}, {"target": "yt", "target_domain": "yt real"}, "`value` holds `y`"),
        ({}, {"target_domain": "0 <= yt <= 1"}, "speaks of `yt`, but the target is `y`"),
        ({"value": "exp(u)", "slope": "exp(u)"}, {}, "target `y` does not occur"),
        ({}, {"predictors": ("u", "v")}, "2 slopes"),
        ({}, {"predictors": ("u", "y")}, "name each quantity once"),
    ],
)
def test_what_cannot_be_one_samples_loss_is_refused_at_once(
    formulas: dict[str, str], options: dict[str, Any], sentence: str
) -> None:
    made = counts(**formulas)
    with pytest.raises(DerivationError, match=sentence):
        made.publish_loss(**PUBLISHED, **{**POISSON, **options})
    assert made.publication is None


def test_loggamma_of_a_whole_target_does_not_overflow_in_the_code() -> None:
    """log(gamma(201)) is infinite in float64; exp(5) - 1000 + loggamma(201) = 11.645... by mpmath at 40 digits."""
    made = counts(value="exp(u) - y*u + loggamma(y + 1)")
    made.publish_loss(**PUBLISHED, **POISSON)
    assert check(made).ok
    exact = float(mpmath.exp(5) - 1000 + mpmath.loggamma(201))
    for backend in ("numpy", "numba"):
        assert made.loss.compile(backend).value(5.0, 200.0) == pytest.approx(exact, rel=1e-13)


def test_what_a_line_says_of_loggamma_stays_in_expressions() -> None:
    made = counts()
    assert made.expression("loggamma(y + 1)").func is sp.loggamma
    assert made.expression("sum(loggamma(y + k), k, 1, 3)").has(sp.loggamma)


@pytest.mark.parametrize("where", ["y in {0, 1}", "y in 0..3", "y integer >= 0", "y integer"])
def test_the_target_of_code_is_any_real_number_of_its_interval(where: str) -> None:
    made = Derivation("whole", where=where)
    for name, formula in {"value": "u^2 - y*u", "slope": "2*u - y", "curvature": "2"}.items():
        made.record(name, made.expression(formula), claim=formula)
    made.publish_loss(**PUBLISHED, target="y", target_domain=where)
    assert made.loss.target.is_integer is None
    assert made.loss.target.is_real
    assert made.loss.target.is_nonnegative is (None if where == "y integer" else True)
