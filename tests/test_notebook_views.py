"""What a notebook shows of the objects that a person holds, instead of their `repr`."""

from __future__ import annotations

import numpy as np
import pandas as pd

import lossproof


def test_a_derivation_and_its_steps_are_formulas() -> None:
    coin = lossproof.load("coin")
    text = coin._repr_markdown_()
    assert text.startswith(f"### {coin.title}\n\n")
    for step in coin.steps:
        assert f"`{step.name}` {step.title}\n\n$${step.latex}$$" in text
        assert step._repr_markdown_() == f"**{step.title}**\n\n$${step.latex}$$\n\n{step.reason}"


def test_a_verdict_shows_its_counterexample() -> None:
    right = lossproof.equal("log(a*b)", "log(a) + log(b)", where="a > 0; b > 0")
    assert right._repr_markdown_() == f"**proved**: {right.method}"
    wrong = lossproof.equal("(a + b)^2", "a^2 + b^2", where="a > 0; b > 0")
    shown = wrong._repr_markdown_()
    assert shown.startswith("**refuted**: ")
    assert f"the left side is {wrong.witness.lhs} and the right side {wrong.witness.rhs}." in shown
    for name, value in wrong.witness.entries.items():
        assert f"{name} = {value}" in shown


def test_a_loss_shows_what_it_publishes() -> None:
    shown = lossproof.load("logistic_regression").loss._repr_markdown_()
    assert shown.splitlines()[0] == "**logistic_regression**, 0 <= yt <= 1"
    assert [line.partition(":")[0] for line in shown.splitlines()[2::2]] == ["Loss", "Slope by `u`", "Curvature"]
    assert shown.count("$") == 6


def test_a_fit_shows_its_table_with_names_that_are_text() -> None:
    random = np.random.default_rng(0)
    table = pd.DataFrame({"a<b>": random.normal(size=40)})
    found = lossproof.fit(lossproof.load("linear_regression").loss, table, 2 * table["a<b>"] + random.normal(size=40))
    shown = found._repr_html_()
    assert "<td>a&lt;b&gt;</td>" in shown
    assert shown.count("<tr>") == 1 + len(found.names)
    for line in found.summary().splitlines()[-2:]:
        assert line in shown
