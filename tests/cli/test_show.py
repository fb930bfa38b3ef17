"""A derivation in the terminal: readable, with verdicts, never wider than the window, and as LaTeX that compiles."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import lossproof
from lossproof.chapters import chapters
from lossproof.cli import main
from lossproof.cli.show import broken, formula_lines
from lossproof.notation.boxes import width_of

ROOT = Path(__file__).resolve().parent.parent.parent


def _show(*arguments: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main, ["show", *arguments])


def test_a_step_is_drawn_with_its_reason_and_its_verdict() -> None:
    shown = _show("coin", "slope").stdout
    step = lossproof.load("coin").step("slope")
    assert "∂log(Lk)" not in shown  # what is differentiated is no name, so it stands behind the fraction
    assert "───" in shown
    assert step.title in shown
    assert " ".join(step.reason.split()[:6]) in shown
    assert "proved " in shown


def test_a_chain_goes_on_below_with_its_words() -> None:
    shown = _show("logistic_regression", "slope_in_yp", "--no-verdicts").stdout
    assert shown.count(" = ") == 3
    assert "(one denominator)" in shown
    assert "(yt*yp is there twice and cancels)" in shown
    assert "proved" not in shown


def test_the_formulas_in_a_reason_are_words() -> None:
    shown = _show("logistic_regression", "for_one", "--no-verdicts").stdout
    assert "Put yt = 1 in" in shown
    assert "mathit" not in shown


@pytest.mark.parametrize("width", [40, 60, 100])
@pytest.mark.parametrize("name", ["coin", "logistic_regression", "gamma_regression"])
def test_no_line_is_wider_than_the_window(name: str, width: int) -> None:
    for step in lossproof.load(name).steps:
        assert max(map(width_of, formula_lines(step, width))) <= width, step.name


def test_a_long_formula_breaks_where_few_brackets_are_open_and_loses_nothing() -> None:
    formula = "diff(L, w[i]) = 1/M*sum((exp(u[m]) - y[m])*x[m, i], m, 0, M - 1) + lam*w[i]"
    lines = list(broken(formula, 30))
    assert lines[0] == "diff(L, w[i])"
    assert lines[-1].endswith("1) + lam*w[i]")
    assert " ".join(map(str.strip, lines)) == formula
    assert "".join(map(str.strip, broken("exp(" * 20 + "x" + ")" * 20, 30))) == "exp(" * 20 + "x" + ")" * 20
    assert all(len(line) <= 30 for line in (*lines, *broken("alpha*" * 20 + "x", 30)))


def test_markdown_is_what_any_program_of_markdown_reads() -> None:
    shown = _show("coin", "log_likelihood", "--markdown").stdout
    step = lossproof.load("coin").step("log_likelihood")
    assert shown.startswith(f"## {step.title}\n\n$$\n{step.latex}\n$$\n\n{step.reason}")
    assert "*log_likelihood: same optimum (from likelihood)*" in shown
    assert "**proved**: " in shown
    whole = _show("coin", "--markdown", "--no-verdicts").stdout
    assert whole.startswith("# Hit or miss")
    assert not {"<div", "<a ", "proved"} & set(whole.split())


def test_a_long_title_is_folded() -> None:
    shown = _show("softmax_regression", "ce_in_u", "--no-verdicts", COLUMNS="40").stdout
    assert "The same loss in a form that a computer\ncan trust\n" in shown
    assert max(map(width_of, shown.splitlines())) <= 40


def test_a_title_does_not_speak_to_the_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "derivations").mkdir()
    script = "from lossproof import Derivation\nc = Derivation('mine', title='\\x1b[31mred')\n"
    script += "@c.given('a = b', title='\\x1b]0;t\\x07')\ndef s():\n    '''\\x1b[2J'''\n"
    (tmp_path / "derivations" / "mine.py").write_text(script, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for result in (_show("mine", "--no-verdicts"), CliRunner().invoke(main, ["list"])):
        assert result.exit_code == 0
        assert "\x1b[31m" not in result.stdout
        assert "\x1b]" not in result.stdout
        assert "\x1b[2J" not in result.stdout


def test_the_latex_of_every_chapter_compiles() -> None:
    from lossproof.site.katex import Formula, render

    if not (ROOT / "node_modules" / "katex").is_dir():
        pytest.skip("KaTeX is not here (lossproof build fetches it)")
    formulas = [Formula(step.latex, True) for name in chapters() for step in lossproof.load(name).steps]
    rendered = render(formulas, ROOT / "node_modules")
    assert set(rendered) == set(formulas)
