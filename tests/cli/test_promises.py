"""What the command line must never do: pass what does not run, lose a file, let a text speak to the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lossproof.cli import main

PUBLISHES = """
from lossproof import Derivation
from lossproof.moves import differentiate

chapter = Derivation("NAME", where="yt integer >= 0; u real")
u, yt = chapter.symbols("u yt")

@chapter.definition(claim="ce = VALUE")
def ce(): "The loss."

@chapter.step(claim="SLOPE", relation="derivative of", variable="u")
def slope(ce):
    return differentiate(ce, u)

@chapter.step(claim="exp(u)", relation="derivative of", variable="u")
def curvature(slope):
    return differentiate(slope, u)

chapter.publish_loss(value="ce", slope="slope", curvature="curvature", target_domain="yt >= 0")
"""


def written(path: Path, name: str = "counts", value: str = "exp(u) - yt*u", slope: str = "exp(u) - yt") -> Path:
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(PUBLISHES.replace("NAME", name).replace("VALUE", value).replace("SLOPE", slope))
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, list(arguments))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == code, result.output
        return result

    return call


def chapter_of(result: Result) -> dict[str, Any]:
    (found,) = json.loads(result.stdout)["derivations"]
    return found


def test_check_proves_that_what_runs_is_what_is_published(run, tmp_path: Path) -> None:
    script = written(tmp_path / "counts.py")
    computed = chapter_of(run("check", str(script), "--json", "--jobs", "1"))["computed"]
    assert [(form["name"], form["step"], form["status"]) for form in computed] == [
        ("value", "ce", "proved"),
        ("slope", "slope", "proved"),
        ("curvature", "curvature", "proved"),
    ]
    assert all(0 < form["ulp"] <= 4 and form["within_goal"] for form in computed)
    assert "computed slope = slope: proved" in run("check", str(script), "--jobs", "1").stdout


def test_check_falls_where_another_formula_would_run(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lossproof.chapters import running
    from lossproof.notation import parse_tree

    script = written(tmp_path / "counts.py")
    monkeypatch.setattr(running, "from_sympy", lambda expr: parse_tree("exp(u) - yt*u + u/1000"))
    answer = run("check", str(script), "--json", "--jobs", "1", "--no-cache", code=1)
    assert {form["status"] for form in chapter_of(answer)["computed"]} == {"refuted"}
    shown = run("check", str(script), "--jobs", "1", code=1).stdout
    assert "computed value = ce: refuted" in shown
    assert "left " in shown.partition("computed value")[2]


@pytest.mark.parametrize(("error", "said"), [(1e7, "wrong by 1e+07 units"), (float("inf"), "inf or nan")])
def test_check_says_where_a_form_is_not_to_be_relied_on(run, tmp_path: Path, monkeypatch, error, said) -> None:
    from dataclasses import replace

    from lossproof.lowering.forms import kept as room
    from lossproof.lowering.forms.choice import Chosen, Weakness
    from lossproof.lowering.forms.sample import Question

    at_once = room.chosen

    def weak(question: Question) -> Chosen:
        found = at_once(question)
        best = replace(found.best, excused=error)
        return replace(found, best=best, weakness=Weakness(error, (800.0, 1.0), ((710.0, 900.0), (0.0, 9.0))))

    monkeypatch.setattr(room, "chosen", weak)
    script = written(tmp_path / "counts.py")
    for form in chapter_of(run("check", str(script), "--json", "--jobs", "1"))["computed"]:
        assert (form["ulp"], form["within_goal"]) == (None if error == float("inf") else error, False)
    shown = run("check", str(script), "--jobs", "1").stdout
    assert said in shown
    assert "do not rely on it for u from 710 to 900, yt from 0 to 9" in shown


def test_a_warning_is_a_sentence_and_other_warnings_stay_what_they_are(run, monkeypatch, recwarn) -> None:
    import warnings

    from lossproof.cli import chapters
    from lossproof.errors import InexactLoss

    def listed() -> dict[str, Path]:
        warnings.simplefilter("always")
        warnings.warn("not right at u = 800", InexactLoss, stacklevel=1)
        warnings.warn("another", UserWarning, stacklevel=1)
        return {}

    monkeypatch.setattr(chapters, "chapters", listed)
    said = run("list").stderr
    assert "lossproof: not right at u = 800\n" in said
    assert "InexactLoss" not in said
    assert [str(each.message) for each in recwarn] == ["another"]


@pytest.mark.parametrize("term", ["log(binomial(10, yt))", "delta(yt, 0)"])
def test_check_refuses_what_has_no_code(run, tmp_path: Path, term: str) -> None:
    script = written(tmp_path / "counts.py", value=f"exp(u) - yt*u - {term}")
    answer = chapter_of(run("check", str(script), "--json", "--jobs", "1", code=1))
    assert answer["computed"] == []
    assert answer["no_code"]
    assert "what is published has no code" in run("check", str(script), "--jobs", "1", code=1).stdout


def test_a_refuted_chapter_is_neither_exported_nor_trained(run, tmp_path: Path) -> None:
    script = written(tmp_path / "counts.py", slope="exp(u) - yt + 1/1000")
    assert chapter_of(run("check", str(script), "--json", "--jobs", "1", code=1))["computed"] == []
    (tmp_path / "t.csv").write_text("x,y\n0,1\n1,2\n2,1\n")
    for arguments in (
        ["export", str(script), "--to", "python"],
        ["train", str(script), "--data", "t.csv", "--target", "y"],
    ):
        result = run(*arguments, code=1)
        assert "`slope` is refuted" in result.stderr
        assert result.stdout == ""


def test_two_derivations_of_one_name_are_an_error_that_names_both_files(run, tmp_path: Path) -> None:
    one, two = written(tmp_path / "a" / "counts.py"), written(tmp_path / "b" / "counts.py")
    answer = json.loads(run("check", str(one), str(two), "--json", "--jobs", "1", code=2).stdout)
    (sentence,) = answer["broken"].values()
    assert str(one) in sentence
    assert str(two) in sentence
    run("check", str(one), str(one), "--json", "--jobs", "1")


def test_a_chapter_has_one_name_wherever_it_is_looked_for(run, tmp_path: Path) -> None:
    from lossproof.errors import DerivationError
    from lossproof.site.book import read_book

    written(tmp_path / "derivations" / "counts.py")
    wrong = written(tmp_path / "derivations" / "copy.py")
    listed = json.loads(run("list", "--json").stdout)
    assert "counts" in {chapter["name"] for chapter in listed["chapters"]}
    assert f"{wrong} holds the derivation `counts`" in listed["broken"]["copy"]
    assert "counts.py" in listed["broken"]["copy"]
    assert str(wrong) in run("show", "copy", code=2).stderr
    run("show", "counts")
    with pytest.raises(DerivationError, match="have one name"):
        read_book(tmp_path / "derivations")


def test_new_says_so_where_it_cannot_write(run, tmp_path: Path) -> None:
    (tmp_path / "derivations").write_text("a file where the folder should be")
    assert "the folder derivations cannot be made" in run("new", "mine", code=2).stderr


def test_export_leaves_the_old_file_where_it_cannot_write(run, tmp_path: Path, monkeypatch) -> None:
    script = written(tmp_path / "counts.py")
    (tmp_path / "loss.py").write_text("old")
    monkeypatch.setattr("os.replace", lambda *paths: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    said = run("export", str(script), "--to", "python", "-o", "loss.py", code=2).stderr
    assert "'loss.py' cannot be written (No space left on device); what was there is as it was." in said
    assert (tmp_path / "loss.py").read_text() == "old"


LINKS = {"itself": None, "a symlink": Path.symlink_to, "a hard link": Path.hardlink_to}


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize(("name", "write"), [("me.md", "check me.md --html"), ("me.py", "export me.py --to c -o")])
def test_no_output_is_written_over_the_file_that_is_read(run, tmp_path: Path, name: str, write: str, link: str) -> None:
    source = written(tmp_path / "me.py")
    (tmp_path / "me.md").write_text("$a = b + 1$")
    before, output = (tmp_path / name).read_bytes(), tmp_path / name
    if (make := LINKS[link]) is not None:
        output = tmp_path / f"other{source.suffix}"
        make(output, tmp_path / name)
    said = run(*write.split(), str(output), code=2).stderr
    assert "is the file that is read, and was left as it was; name another one." in said
    assert (tmp_path / name).read_bytes() == before


def test_another_output_is_written(run, tmp_path: Path) -> None:
    (tmp_path / "me.md").write_text("$a = b + 1$")
    run("check", "me.md", "--html", "me.html")
    assert "<" in (tmp_path / "me.html").read_text()
    assert "'no/me.html' cannot be written" in run("check", "me.md", "--html", "no/me.html", code=2).stderr


@pytest.mark.parametrize("identifier", ["a\nb\tproved\t", "\x1b[2J", "a\tb", "\x9b31m", "\u202e", "\x00", "\r"])
def test_an_id_from_a_file_does_not_speak_to_the_terminal(run, tmp_path: Path, identifier: str) -> None:
    rows = [{"id": identifier, "lhs": "x", "rhs": "x"}, {"id": identifier, "lhs": f"x{identifier}+", "rhs": "x"}]
    (tmp_path / "claims.jsonl").write_text("\n".join(map(json.dumps, rows)))
    lines = run("equal", "--batch", "claims.jsonl", code=1).stdout.split("\n")
    assert len(lines) == 3
    assert [line.count("\t") for line in lines] == [2, 2, 0]
    assert all(each.isprintable() or each == "\t" for line in lines for each in line)


def test_a_training_that_did_not_converge_exits_with_1(run, tmp_path: Path) -> None:
    script = written(tmp_path / "counts.py")
    (tmp_path / "t.csv").write_text("x,y\n0,1\n1,2\n2,1\n3,9\n")
    data = [str(script), "--data", "t.csv", "--target", "y"]
    run("train", *data, "--json")
    answer = json.loads(run("train", *data, "--iterations", "1", "--json", code=1).stdout)
    assert not answer["converged"]
    # a textbook's run is so many steps of so much, and that is what was asked for
    run("train", *data, "--method", "gd", "--rate", "0.01", "--iterations", "3", "--json")


def test_an_address_that_is_none_is_a_sentence(run) -> None:
    for given in (["--port", "99999"], ["--address", "127.0.0.1:99999"], ["--address", "8000"]):
        assert given[0] in run("serve", *given, code=2).stderr


def test_what_a_script_prints_does_not_stand_in_the_document(run, tmp_path: Path) -> None:
    script = written(tmp_path / "derivations" / "counts.py")
    script.write_text(f"print('hello')\n{script.read_text()}")
    assert json.loads(run("check", str(script), "--json", "--no-cache", "--jobs", "1").stdout)["ok"] is True
