"""The chapters stand, and say what the book says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lossproof.chapters import Derivation, load
from lossproof.derivation import Relation, script
from lossproof.derivation.dependence import depends
from lossproof.derivation.source import title_of
from lossproof.derivation.step import UNCHECKED
from lossproof.notation import parse_equation, to_text
from lossproof.referee.steps.examine import check
from lossproof.referee.steps.report import Report
from lossproof.referee.verdict import Status

FOLDER = Path(__file__).resolve().parents[2] / "derivations"
CHAPTERS = tuple(sorted(path.stem for path in FOLDER.glob("*.py")))


@pytest.fixture(scope="module", params=CHAPTERS)
def judged(request: pytest.FixtureRequest) -> tuple[Derivation, Report]:
    derivation = load(FOLDER / f"{request.param}.py")
    return derivation, check(derivation)  # what is kept is found by the question and the text of the referee


def test_every_derived_step_is_proved_and_only_assumptions_and_names_are_given(
    judged: tuple[Derivation, Report],
) -> None:
    derivation, report = judged
    for step in derivation.steps:
        stated = step.relation in (Relation.GIVEN, Relation.DEFINITION)
        expected = Status.GIVEN if stated else Status.PROVED
        assert report.verdicts[step.name].verdict.status is expected, (step.name, report.verdicts[step.name])
        assert stated or step.claim is not None


def test_every_mutant_is_refuted(judged: tuple[Derivation, Report]) -> None:
    derivation, report = judged
    assert report.ok
    assert report.mutants.survived == ()
    assert report.mutants.tried == report.mutants.refuted + report.mutants.dropped
    for step in derivation.steps:
        count = report.verdicts[step.name].mutants
        assert count.note or count.refuted >= 5


def test_every_step_says_why(judged: tuple[Derivation, Report]) -> None:
    derivation, _ = judged
    for step in derivation.steps:
        assert len(step.reason) > 30, step.name
        assert step.title[0].isupper()
        assert step.title != title_of(step.name), f"{step.name}: a title made of the function's name"
        assert not step.title.endswith(".")
        assert not step.source or step.source.startswith("@"), step.name  # none where chapters share the line


def test_no_step_is_left_alone(judged: tuple[Derivation, Report]) -> None:
    """Every step but the starting points uses another; the graph has no loose end but the last lines."""
    derivation, _ = judged
    used = {name for uses in derivation.graph.values() for name in uses}
    loose = [step.name for step in derivation.steps if not step.uses and step.name not in used]
    assert loose == []


MISSION = {
    "coin": {
        "S2": "Lk = p^k * (1 - p)^(n - k)",
        "S2, the maximum": "p_best = k/n",
    },
    "sigmoid": {
        "odds": "odds = yp/(1 - yp)",
        "sigmoid": "sigma = 1/(1 + exp(-u))",
        "its slope": "diff(sigma, u) = sigma*(1 - sigma)",
    },
    "linear_regression": {
        "the half": "se = (yp - yt)^2/2",
        "loss": "L = (1/M) * sum((yp[m] - yt[m])^2/2, m, 0, M-1)",
        "gradient": "diff(L, w[i]) = (1/M) * sum(x[m, i]*(yp[m] - yt[m]), m, 0, M-1)",
    },
    "entropy": {
        "entropy": "H = -sum(p[k]*log(p[k]), k, 1, K)",
        "cross entropy": "CE = -sum(p[k]*log(q[k]), k, 1, K)",
        "Kullback-Leibler": "CE - H = sum(p[k]*log(p[k]/q[k]), k, 1, K)",
        "the best": "yp_best = yt",
    },
    "priors": {
        "ridge": "L = (1/M) * sum((yp[m] - yt[m])^2/2, m, 0, M-1) + lam/2*sum(w[k]^2, k, 0, N)",
    },
    "relu_network": {
        "the kink": "diff(z, a) = indicator(a > 0)",
        "the errors": "e2[m, h] = indicator(a2[m, h] > 0)*sum(e3[m, k]*w3[k, h], k, 0, K-1)",
        "the first layer": "diff(L, w1[f, d]) = (1/M)*sum(e1[m, f]*x[m, d], m, 0, M-1)",
    },
    "logistic_regression": {
        "S1": "P_hit = yp",
        "S1, the other class": "P_miss = 1 - yp",
        "S2, one flower": "P = yp^yt * (1 - yp)^(1 - yt)",
        "S3, five samples": "Lk_5 = P[0]*P[1]*P[2]*P[3]*P[4]",
        "S3": "Lk = prod(P[m], m, 0, M-1)",
        "S4": "log(Lk) = sum(log(P[m]), m, 0, M-1)",
        "S5": "L = -(1/M) * sum(log(P[m]), m, 0, M-1)",
        "S6": "log(P) = yt*log(yp) + (1 - yt)*log(1 - yp)",
        "S7": "L = -(1/M) * sum(yt[m]*log(yp[m]) + (1 - yt[m])*log(1 - yp[m]), m, 0, M-1)",
        "S8": "ce = -(yt*log(yp) + (1 - yt)*log(1 - yp))",
        "S9": "diff(ce, yp) = (yp - yt)/(yp*(1 - yp))",
        "sigmoid": "yp = sigmoid(u)",
        "predictor": "u = w0 + w1*x1 + w2*x2",
        "sigmoid's derivative": "diff(yp, u) = yp*(1 - yp)",
        "chain rule": "diff(ce, u) = yp - yt",
        "gradient, w0": "diff(L, w0) = (1/M) * sum(yp[m] - yt[m], m, 0, M-1)",
        "gradient, w1": "diff(L, w1) = (1/M) * sum(x1[m]*(yp[m] - yt[m]), m, 0, M-1)",
        "gradient, w2": "diff(L, w2) = (1/M) * sum(x2[m]*(yp[m] - yt[m]), m, 0, M-1)",
        "any number": "diff(L, w[i]) = (1/M) * sum(x[m, i]*(yp[m] - yt[m]), m, 0, M-1)",
        "overflow-free": "ce = softplus(u) - yt*u",
        "its slope": "diff(ce, u) = expit(u) - yt",
        "its curvature": "diff(diff(ce, u), u) = expit(u)*expit(-u)",
    },
}


def test_the_main_line_of_the_book_is_in_its_order() -> None:
    main = [(step.left, step.claim) for step in load(FOLDER / "logistic_regression.py").main_line]
    rows = [parse_equation(text) for row, text in MISSION["logistic_regression"].items() if row.startswith("S")]
    assert [line for line in main if line in rows] == rows


def test_no_step_ignores_all_its_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each function that derives something gives another result where one of its arguments is another."""
    derive, idle = script.run, []
    left_out = UNCHECKED | {
        Relation.ZERO,
        Relation.OPTIMUM,
    }  # stretched and lifted, a line has its optimum where it had it

    def looked_at(function: Any, used: Any, letters: Any, place: str) -> Any:
        arguments, result = derive(function, used, letters, place)
        if result is not None and arguments and not depends(function, arguments, result):
            idle.append(place)
        return arguments, result

    monkeypatch.setattr(script, "run", looked_at)
    for chapter in CHAPTERS:
        derivation = load(FOLDER / f"{chapter}.py")
        left = [step.name for step in derivation.steps if step.relation in left_out]
        others = {f"step `{name}` of derivation `{derivation.name}`" for name in left}
        idle = [each for each in idle if each not in others]
    assert sorted(idle) == []


@pytest.mark.parametrize(("chapter", "row"), [(chapter, row) for chapter, rows in MISSION.items() for row in rows])
def test_the_rows_of_the_book_are_there(chapter: str, row: str) -> None:
    wanted = parse_equation(MISSION[chapter][row])
    found = [(step.left, step.claim) for step in load(FOLDER / f"{chapter}.py").steps]
    assert wanted in found, [to_text(claim) for _, claim in found if claim is not None]


def test_softmax_regression_is_as_short_as_the_board() -> None:
    assert len((FOLDER / "softmax_regression.py").read_text(encoding="utf-8").splitlines()) < 120


def test_five_samples_come_before_the_general_likelihood() -> None:
    names = list(load(FOLDER / "logistic_regression.py").graph)
    assert names.index("five_samples") < names.index("likelihood")


def test_the_published_loss_is_overflow_free_as_it_stands() -> None:
    loss = load(FOLDER / "logistic_regression.py").loss
    assert str(loss.slope) == "-yt + expit(u)"
    assert str(loss.curvature) == "expit(-u)*expit(u)"
    assert "exp(" not in f"{loss.value} {loss.slope} {loss.curvature}"
