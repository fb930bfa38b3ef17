"""What the command line promises: documents, exit codes, sentences for people, never a traceback."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import lossproof
from lossproof.chapters import load_all
from lossproof.cli import main

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = '''
from lossproof import Derivation

chapter = Derivation("planted", title="A planted error", where="0 < p < 1; k integer; 0 <= k <= n; n integer >= 1")
k, n, p = chapter.symbols("k n p")


@chapter.given(claim="Lk = p^k*(1-p)^(n-k)")
def likelihood():
    """What the model says."""
    return p**k * (1 - p) ** (n - k)


@chapter.step(claim="{claim}")
def same(likelihood):
    """The same once more."""
    return likelihood
'''


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)

    def call(*arguments: str) -> Result:
        result = CliRunner().invoke(main, list(arguments))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


def document(result: Result) -> dict[str, Any]:
    """The one JSON document on standard output."""
    return json.loads(result.stdout)


def test_a_true_claim_exits_with_0(run) -> None:
    result = run("equal", "(yp-yt)/(yp*(1-yp))", "-yt/yp + (1-yt)/(1-yp)", "--where", "0<yp<1; yt in {0,1}", "--json")
    assert result.exit_code == 0
    assert document(result)["status"] == "proved"


def test_a_formula_may_begin_with_a_minus(run) -> None:
    result = run("equal", "-log(yp)", "-log(yp+1e-15)", "--where", "0 < yp < 1", "--json")
    assert result.exit_code == 1
    answer = document(result)
    assert answer["status"] == "refuted"
    assert set(answer["witness"]) == {"point", "lhs", "rhs", "difference"}


def test_rejected_text_exits_with_2_and_shows_the_place(run) -> None:
    result = run("equal", "open('x')", "1")
    assert result.exit_code == 2
    assert "^" in result.stderr
    assert "Traceback" not in result.output
    assert document(run("equal", "open('x')", "1", "--json"))["status"] == "rejected"


def test_a_missing_formula_exits_with_2(run) -> None:
    assert run("equal", "x").exit_code == 2


def test_a_batch_answers_line_by_line_in_order(run, tmp_path: Path) -> None:
    file = tmp_path / "claims.jsonl"
    rows = [
        {"id": "right", "lhs": "a*(b+c)", "rhs": "a*b+a*c", "where": ""},
        {"id": "wrong", "lhs": "a*(b+c)", "rhs": "a*b+c", "where": ""},
        {"id": "attack", "lhs": "__import__('os')", "rhs": "1", "where": ""},
        {"id": "no text", "lhs": 3, "rhs": "1"},
    ]
    file.write_text("\n".join([*map(json.dumps, rows), "not json", "[]"]), encoding="utf-8")
    result = run("equal", "--batch", str(file), "--json")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["right", "wrong", "attack", "no text", None, None]
    assert [answer["status"] for answer in answers] == ["proved", "refuted", *["rejected"] * 4]
    assert all({"id", "status", "method", "witness", "seconds"} <= set(answer) for answer in answers)
    assert all("message" in answer for answer in answers[2:])
    assert result.exit_code == 1


def test_a_claim_on_which_the_referee_fails_is_undecided_and_the_next_is_judged(run, tmp_path, monkeypatch) -> None:
    import lossproof.referee.judge as judge

    whole = judge.judge_claim
    monkeypatch.setattr(judge, "judge_claim", lambda a, b, given: 1 / 0 if a != b else whole(a, b, given))
    file = tmp_path / "claims.jsonl"
    file.write_text('{"id": 1, "lhs": "x", "rhs": "y"}\n{"id": 2, "lhs": "x", "rhs": "x"}\n', encoding="utf-8")
    result = run("equal", "--batch", str(file), "--json")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["status"] for answer in answers] == ["undecided", "proved"]
    assert "ZeroDivisionError" in answers[0]["method"]
    assert result.exit_code == 1


def test_a_good_batch_exits_with_0_and_a_file_that_is_not_there_with_2(run, tmp_path: Path) -> None:
    file = tmp_path / "claims.jsonl"
    file.write_text('{"id": 1, "lhs": "x", "rhs": "x"}\n', encoding="utf-8")
    assert run("equal", "--batch", str(file)).exit_code == 0
    missing = run("equal", "--batch", str(tmp_path / "none.jsonl"))
    assert missing.exit_code == 2
    assert "--batch" in missing.stderr


@pytest.fixture(scope="module")
def checked() -> dict[str, Any]:
    """The document of a check of every chapter."""
    command = [sys.executable, "-m", "lossproof.cli", "check", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_check_lists_both_chapters_and_all_is_well(checked: dict[str, Any]) -> None:
    assert checked["ok"] is True
    assert {"coin", "logistic_regression"} <= {each["name"] for each in checked["derivations"]}


def test_every_step_is_proved_or_says_that_it_is_given(checked: dict[str, Any]) -> None:
    for derivation in checked["derivations"]:
        for step in derivation["steps"]:
            expected = "given" if step["relation"] in ("given", "definition") else "proved"
            assert step["status"] == expected, (derivation["name"], step["name"])


def test_every_mutant_that_is_no_other_spelling_is_refuted(checked: dict[str, Any]) -> None:
    for derivation in checked["derivations"]:
        mutants = derivation["mutants"]
        assert mutants["tried"] > 0
        assert mutants["refuted"] == mutants["tried"] - mutants["dropped"]


def test_a_wrong_script_exits_with_1_and_shows_the_counterexample(run, tmp_path: Path) -> None:
    script = tmp_path / "planted.py"
    script.write_text(SCRIPT.format(claim="p^k*(1-p)^(k-n)"), encoding="utf-8")
    result = run("check", str(script), "--no-cache", "--jobs", "1")
    assert result.exit_code == 1
    assert "refuted" in result.stdout
    assert "at p = 1/2" in result.stdout
    script.write_text(SCRIPT.format(claim="(1-p)^(n-k)*p^k"), encoding="utf-8")
    assert run("check", str(script), "--no-cache", "--jobs", "1").exit_code == 0


def test_a_script_that_does_not_run_fails_the_check_and_hides_no_other(run, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("1/0\n", encoding="utf-8")
    (tmp_path / "whole.py").write_text(SCRIPT.format(claim="p^k*(1-p)^(n-k)"), encoding="utf-8")
    (tmp_path / "stops.py").write_text("class Stop(BaseException): pass\nraise Stop('enough')\n", encoding="utf-8")
    result = run("check", str(tmp_path), "--no-cache", "--jobs", "1")
    assert result.exit_code == 2
    assert "broken.py, line 1" in result.stderr
    assert "stops.py, line 2: Stop: enough" in result.stderr
    assert "proved" in result.stdout
    answer = document(run("check", str(tmp_path), "--json"))
    assert (answer["ok"], list(answer["broken"])) == (False, ["broken", "stops"])


def test_a_call_that_makes_no_sense_exits_with_2(run, tmp_path: Path) -> None:
    assert run("check", str(tmp_path / "absent.py")).exit_code == 2
    assert run("check", str(tmp_path), "--watch", "--json").exit_code == 2
    assert run("show", "coin", "--latex", "--markdown").exit_code == 2


def test_without_a_path_the_folder_derivations_is_checked_and_no_other(monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "derivations").mkdir()
    (tmp_path / "derivations" / "mine.py").write_text(SCRIPT.format(claim="p^k*(1-p)^(n-k)"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    answer = document(CliRunner().invoke(main, ["check", "--json", "--jobs", "1"]))
    assert [each["name"] for each in answer["derivations"]] == ["planted"]


def test_an_inequality_is_shown_as_one(run) -> None:
    assert " < 0" in run("show", "coin", "bends_down").stdout


def test_an_empty_folder_is_no_check(run, tmp_path: Path) -> None:
    result = run("check", str(tmp_path))
    assert result.exit_code == 2
    assert "holds no derivation scripts" in result.stderr


def test_list_names_the_chapters(run) -> None:
    chapters = document(run("list", "--json"))["chapters"]
    assert {"coin", "logistic_regression"} <= {each["name"] for each in chapters}
    assert "logistic_regression" in run("list").stdout


@pytest.mark.parametrize("form", [(), ("--latex",), ("--markdown",)])
def test_show_prints_a_step_in_every_form(run, form: tuple[str, ...]) -> None:
    result = run("show", "logistic_regression", "loss", *form)
    assert result.exit_code == 0
    assert ("\\sum" in result.stdout) == bool(form)


def test_show_of_an_unknown_step_says_what_there_is(run) -> None:
    result = run("show", "logistic_regression", "los")
    assert result.exit_code == 2
    assert "did you mean `loss`" in result.stderr


def test_new_writes_a_script_that_passes_and_never_overwrites(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["new", "my_chapter"]).exit_code == 0
    script = tmp_path / "derivations" / "my_chapter.py"
    checked = CliRunner().invoke(main, ["check", str(script), "--no-cache", "--jobs", "1", "--json"])
    assert checked.exit_code == 0, checked.output
    script.write_text("mine", encoding="utf-8")
    again = CliRunner().invoke(main, ["new", "my_chapter"])
    assert again.exit_code == 2
    assert script.read_text(encoding="utf-8") == "mine"
    assert [CliRunner().invoke(main, ["new", name]).exit_code for name in ("../up", "class")] == [2, 2]
    hiding = CliRunner().invoke(main, ["new", "coin"])
    assert hiding.exit_code == 2
    assert "comes with lossproof" in hiding.stderr


@pytest.mark.parametrize("kind", ["likelihood", "loss", "formula"])
def test_each_kind_of_new_chapter_passes(kind: str, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["new", "my_chapter", "--kind", kind]).exit_code == 0
    (chapter,), broken = load_all([tmp_path / "derivations" / "my_chapter.py"])
    assert not broken
    assert chapter.check(use_cache=False).ok


def test_a_chapter_from_a_likelihood_passes_and_says_what_it_chose(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    started = CliRunner().invoke(main, ["new", "hits", "--from", "P(y) = p^y*(1-p)^(1-y)", "--where", "y in {0, 1}"])
    assert started.exit_code == 0, started.output
    assert "p = expit(u) is a first draft" in started.output
    (chapter,), broken = load_all([tmp_path / "derivations" / "hits.py"])
    assert not broken
    assert chapter.steps[-1].name == "slope_as_i_write_it"
    assert chapter.check(use_cache=False).ok
    assert chapter.loss.slope is not None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--from", "P(y) = mu^y*(y - 3)"], "nothing says that its factor y - 3 is positive"),
        (["--from", "P(y) = mu*exp(-mu*y)", "--kind", "loss"], "--kind: a chapter that starts --from"),
        (["--where", "y > 0"], "give it with --from"),
    ],
)
def test_what_cannot_start_a_chapter_is_said_and_writes_nothing(arguments, sentence, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(main, ["new", "mine", *arguments])
    assert refused.exit_code == 2
    assert sentence in refused.stderr
    assert not (tmp_path / "derivations").exists()


def test_new_asks_for_the_kind_at_a_terminal(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lossproof.cli.new._at_a_terminal", lambda: True)
    asked = CliRunner().invoke(main, ["new"], input="mine\nformula\n")
    assert asked.exit_code == 0, asked.output
    assert "lines of algebra, each judged" in asked.output
    assert "log_odds" in (tmp_path / "derivations" / "mine.py").read_text(encoding="utf-8")


def test_train_without_data_is_the_books_run(run) -> None:
    answer = document(run("train", "logistic_regression", "--json"))
    assert {"coefficients", "loss", "iterations", "converged", "reason", "history"} <= set(answer)
    assert [entry["iteration"] for entry in answer["history"]] == list(range(answer["iterations"]))
    entry = answer["history"][1000]
    assert (f"{entry['test_loss']:.6f}", f"{entry['test_accuracy']:.6f}") == ("0.407587", "0.966667")


def test_train_on_a_csv_meets_the_second_textbook(run, reference_data: Path) -> None:
    settings = ["--method", "gd", "--rate", "0.21", "--iterations", "10000", "--start", "0.01,0.01"]
    data = ["--data", str(reference_data / "nield.csv"), "--target", "y", "--features", "x"]
    answer = document(run("train", "logistic_regression", *data, *settings, "--json"))
    assert list(answer["coefficients"].values()) == pytest.approx([-3.175751550409821, 0.6926693075370812], abs=1e-10)


def test_a_file_of_ones_own_is_answered_with_the_summary_and_its_errors(run, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("x,y\n1,0\n2,1\n3,0\n4,1\n5,1\n0,0\n", encoding="utf-8")
    asked = ("train", "logistic_regression", "--data", str(file), "--target", "y")
    found = lossproof.fit(
        "logistic_regression", [[1.0], [2.0], [3.0], [4.0], [5.0], [0.0]], [0, 1, 0, 1, 1, 0], names=["x"]
    )
    assert found.summary() in run(*asked).stdout
    answer = json.loads(run(*asked, "--json").stdout)
    assert answer["standard_errors"] == {
        name: pytest.approx(error, rel=1e-12)
        for name, error in zip(found.names[::-1], found.standard_errors[::-1].tolist(), strict=True)
    }


@pytest.mark.parametrize(
    ("table", "options", "word"),
    [
        ("x,y\n1,0\n2,1\n", ["--target", "z"], "z"),
        ("x,y\n1,0\ntwo,1\n", ["--target", "y"], "two"),
        ("x,y\n", ["--target", "y"], "row"),
        ("x,y\n1,0\n2,7\n", ["--target", "y"], "7"),
        ("x,y\n1,0\n2,1\n", ["--target", "y", "--start", "a,b"], "--start"),
        ("x,y\n1,0\n2,1\n", ["--target", "y", "--features", "q"], "q"),
    ],
)
def test_bad_data_gets_one_sentence_and_exit_code_2(
    run, tmp_path: Path, table: str, options: list[str], word: str
) -> None:
    file = tmp_path / "points.csv"
    file.write_text(table, encoding="utf-8")
    result = run("train", "logistic_regression", "--data", str(file), *options)
    assert result.exit_code == 2
    assert word in result.stderr
    assert "Traceback" not in result.output


def test_export_writes_a_module_that_runs_alone(run, tmp_path: Path) -> None:
    file = tmp_path / "logistic_loss.py"
    assert run("export", "logistic_regression", "--to", "python", "-o", str(file)).exit_code == 0
    code = "import logistic_loss as f; print(float(f.value(0.0, 1.0)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert float(done.stdout) == pytest.approx(0.6931471805599453, rel=1e-15)
    unknown = run("export", "logistic_regression", "--to", "cobol")
    assert unknown.exit_code == 2
    assert "cobol" in unknown.stderr


@pytest.mark.parametrize(
    "command", ["check", "equal", "train", "list", "show", "new", "export", "coq", "texts", "build", "serve"]
)
def test_every_command_has_help(run, command: str) -> None:
    assert run(command, "--help").exit_code == 0


def test_version(run) -> None:
    assert run("--version").stdout.startswith("lossproof, version ")


def test_build_outside_a_site_says_so(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["build"])
    assert result.exit_code == 2
    assert "mkdocs.yml" in result.stderr


def test_the_shipped_irises_are_those_of_the_books_notebooks() -> None:
    text = (ROOT / "src/lossproof/chapters/data/iris.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    assert rows[38][:4] == ["4.9", "3.6", "1.4", "0.1"]
