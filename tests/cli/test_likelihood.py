"""`lossproof fit`: from a line on the command line to coefficients, with the verdicts on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import lossproof
from lossproof.cli import main

POISSON = ["P(y) = mu^y*exp(-mu)/factorial(y)", "--predictor", "mu = exp(u)"]


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    path = tmp_path / "counts.csv"
    path.write_text("y,hours\n1,0\n2,1\n4,2\n9,3\n3,1\n5,2\n")
    return path


def test_it_finds_what_the_chapter_finds_and_says_what_was_proved(counts: Path) -> None:
    done = CliRunner().invoke(main, ["fit", *POISSON, "--data", str(counts), "--json"])
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    statuses = {step["name"]: step["status"] for step in answer["steps"]}
    assert {statuses.pop("density"), statuses.pop("link_mu")} == {"given"}
    assert set(statuses.values()) == {"proved"}
    by_hand = lossproof.fit("poisson_regression", [[0.0], [1.0], [2.0], [3.0], [1.0], [2.0]], [1, 2, 4, 9, 3, 5])
    assert answer["coefficients"]["hours"] == pytest.approx(by_hand.params[0], rel=1e-10)
    assert answer["standard_errors"]["intercept"] == pytest.approx(by_hand.standard_errors[1], rel=1e-8)
    assert answer["log_likelihood"] == pytest.approx(by_hand.loglik, rel=1e-12)


REFUSED = [
    (["mu*exp(-mu*y)", "--predictor", "exp(u)"], "a name and its formula are needed"),
    (["mu*exp(-mu*y)", "--predictor", "mu = exp(u)", "--parameter", "a > 0; b > 0"], "a clause on one name"),
    (["mu*exp(-mu*y)", "--predictor", "mu = exp(u)", "--features", "y"], "observed already"),
    (["mu*exp(-mu*y)", "--predictor", "mu = exp(u)", "--target", "t"], "nothing says what 'y' is"),
    (["mu*exp(-mu*y)", "--predictor", "mu = exp(u)", "--features", "age"], "there is no column 'age'"),
]


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_a_wrong_call_is_said_in_a_sentence(counts: Path, arguments: list[str], sentence: str) -> None:
    done = CliRunner().invoke(main, ["fit", *arguments, "--data", str(counts)])
    assert done.exit_code == 2
    assert sentence in done.stderr
