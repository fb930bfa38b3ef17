"""A derivation in the terminal: readable, with verdicts, never wider than the window, and as LaTeX that compiles."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import lossproof
from lossproof.chapters import chapters
from lossproof.cli import main
from lossproof.cli.show import formula_lines
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
