"""The code on hand-written pages runs and answers what the page says."""

from __future__ import annotations

import doctest
import inspect
import re
import runpy
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import lossproof
from lossproof import Derivation
from lossproof.referee.verdict import Status
from lossproof.site.words import ENGLISH

DOCS = Path(__file__).resolve().parents[2] / "docs"
OPTIONS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL | doctest.REPORT_ONLY_FIRST_FAILURE


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of a page in one language."""
    return re.findall(rf"^```` {language}\n(.*?)^````$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def failures(text: str, name: str) -> int:
    """How many examples of a doctest answer something else than the text says."""
    example = doctest.DocTestParser().get_doctest(text, {}, name, None, 0)
    return doctest.DocTestRunner(optionflags=OPTIONS).run(example).failed


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.name)
def test_examples_answer_what_the_page_says(page: Path) -> None:
    assert failures("\n".join(blocks(page, "pycon")), page.name) == 0


def test_a_wrong_answer_on_a_page_would_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    assert failures(">>> 1 + 1\n3\n", "planted") == 1


def test_the_three_lines_of_the_start_page_run(tmp_path: Path) -> None:
    (code,) = blocks(DOCS / "index.md", "python")
    script = tmp_path / "three_lines.py"
    script.write_text(code)
    data = {"X": np.array([[0.0], [1.0], [2.0], [3.0]]), "y": np.array([0.0, 1.0, 0.0, 1.0])}
    fit = runpy.run_path(str(script), init_globals=data)["fit"]
    assert fit.converged


@pytest.fixture(autouse=True)
def written_chapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The chapter of the page on writing one, saved where the page says, in a working folder of its own."""
    code, *_ = blocks(DOCS / "write.md", "python")
    path = tmp_path / "derivations" / "counts.py"
    path.parent.mkdir()
    path.write_text(code)
    monkeypatch.chdir(tmp_path)
    return path


def test_the_chapter_of_the_page_on_writing_one_passes_and_publishes(written_chapter: Path) -> None:
    from lossproof.chapters.chapter import Chapter
    from lossproof.chapters.running import running
    from lossproof.site.book import failures
    from lossproof.site.pages import chapter_files

    derivation = lossproof.load(written_chapter)
    report = derivation.check(use_cache=False)
    assert report.ok
    assert {each.verdict.status for each in report.verdicts.values()} == {Status.PROVED, Status.GIVEN}
    chapter = Chapter(derivation, report, running(derivation, 200))
    assert list(failures(chapter)) == []
    page = chapter_files(chapter)["code.md"]
    assert "Error against input" in page
    assert ENGLISH.code.not_evaluated not in page  # loggamma is a function of arrays in SciPy only


def test_an_error_planted_in_that_chapter_is_refuted(written_chapter: Path) -> None:
    written_chapter.write_text(written_chapter.read_text().replace('claim="exp(u) - y"', 'claim="exp(u) + y"'))
    assert lossproof.load(written_chapter).check(use_cache=False).verdicts["slope"].verdict.status is Status.REFUTED


def test_the_chain_of_the_page_on_writing_one_is_proved(tmp_path: Path) -> None:
    _, code, _ = blocks(DOCS / "write.md", "python")
    (tmp_path / "one_sample.py").write_text(code)
    judged = lossproof.load(tmp_path / "one_sample.py").check(use_cache=False).verdicts["slope"]
    assert judged.verdict.status is Status.PROVED
    assert len(judged.parts) == 5


def test_what_the_page_on_writing_one_says_of_every_size_is_proved(tmp_path: Path) -> None:
    *_, code = blocks(DOCS / "write.md", "python")
    (tmp_path / "samples.py").write_text(code)
    judged = lossproof.load(tmp_path / "samples.py").check(use_cache=False).verdicts["likelihood"]
    assert judged.verdict.status is Status.PROVED


def test_the_options_of_a_step_on_the_page_are_those_there_are() -> None:
    listed = set(re.findall(r"^\| `(\w+)=", (DOCS / "write.md").read_text(encoding="utf-8"), re.MULTILINE))
    computed = {"self", "name", "result", "uses", "reason", "source", "line"}
    assert listed == inspect.signature(Derivation.record).parameters.keys() - computed


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the files that the page on training reads, as far as this machine can write them."""
    random = np.random.default_rng(0)
    X = random.normal(size=(300, 2))
    y = (random.random(300) < 1 / (1 + np.exp(-X[:, 0]))).astype(np.float32)
    np.save(tmp_path / "X.npy", X.astype(np.float32))
    np.save(tmp_path / "y.npy", y)
    if find_spec("pyarrow"):
        import pyarrow
        from pyarrow import parquet

        (tmp_path / "flights").mkdir()
        table = pyarrow.table({"temperature": X[:, 0], "pressure": X[:, 1], "damaged": y})
        parquet.write_table(table, tmp_path / "flights" / "all.parquet", row_group_size=100)
    monkeypatch.chdir(tmp_path)
    return tmp_path


LARGE = blocks(DOCS / "train.md", "python")
NEEDS = (("dask", ("dask", "distributed", "pyarrow")), (".parquet", ("pyarrow",)))


@pytest.mark.filterwarnings("default")  # Dask's own, of the libraries it meets
@pytest.mark.parametrize("code", LARGE, ids=["mapped", "parquet", "dask"])
def test_more_data_than_memory_is_fitted_as_the_page_says(code: str, folder: Path, loss: Any) -> None:
    for word, packages in NEEDS:
        for package in packages if word in code else ():
            pytest.importorskip(package, reason=f"{package} is not installed")
    script = folder / "script.py"
    script.write_text(code)
    found = runpy.run_path(str(script), init_globals={"lossproof": lossproof, "loss": loss})
    if "client" in found:
        found["client"].shutdown()
    assert found["fit"].converged
    assert found["fit"].rows == 300


@pytest.fixture(scope="module")
def loss() -> Any:
    return lossproof.load("logistic_regression").loss


def rows(heading: str) -> dict[str, str]:
    """The table below a heading of the page on training: first cell -> second."""
    text = (DOCS / "train.md").read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return dict(lines[2:])


def difficult() -> dict[str, list[tuple[Any, ...]]]:
    """Each row of the table as data: X, y and, where there are any, weights."""
    random = np.random.default_rng(2024)
    X = random.normal(size=(60, 2))
    y = (random.random(60) < 1 / (1 + np.exp(-(X @ [1.0, -1.5] + 0.2)))).astype(float)
    huge, gap, endless, locked = X.copy(), X.copy(), X.copy(), X.copy()
    huge[0, 0], gap[4, 1], endless[4, 1] = 1e300, np.nan, np.inf
    locked.flags.writeable = False
    frame = pd.DataFrame(X, columns=["a", "b"])
    extra = (X[:, 0], np.full(60, 3.0), np.zeros(60))
    dates = np.full((60, 1), np.datetime64("2020-01-01"))
    return {
        "whole numbers, truth values, `float32`": [(np.round(3 * X).astype(int), y == 1), (X.astype(np.float32), y)],
        "Fortran order, strides, reversed or read-only views": [
            (array, y) for array in (np.asfortranarray(X), np.repeat(X, 2, axis=1)[:, ::2], X[:, ::-1], locked)
        ],
        "`y` as a column (M, 1)": [(X, y[:, None])],
        "columns of scale 10¹⁰ beside 10⁻¹⁰": [(X * [1e10, 1e-10], y)],
        "columns around 10⁸": [(X + 1e8, y)],
        "a column of scale 10³⁰⁰, or one such value": [(X * [1e300, 1], y), (huge, y)],
        "proportions as `y`": [(X, np.where(np.arange(60) < 10, 0.3, y))],
        "no column at all": [(np.empty((60, 0)), y)],
        "one class only": [(X, np.ones(60)), (X, np.zeros(60))],
        "classes that a feature tells apart": [(X, X[:, 0] > 0)],
        "more columns than rows": [(random.normal(size=(20, 30)), y[:20])],
        "a column twice, a constant beside the intercept, a column of zeros": [
            (np.column_stack([X, column]), y) for column in extra
        ],
        "labels as text": [(X, np.where(y == 1, "yes", "no"))],
        "labels −1 and 1, or 1 and 2": [(X, 2 * y - 1), (X, y + 1)],
        "`nan` or `inf` in `X` or `y`": [(gap, y), (endless, y), (X, np.where(y == 1, y, np.nan))],
        "numbers smaller than 10⁻²⁹⁰": [(X * 1e-310, y)],
        "a single column as a flat array": [(X[:, 0], y)],
        "another number of rows in `y`": [(X, y[:-1])],
        "no rows": [(X[:0], y[:0])],
        "complex numbers, dates, objects": [(X + 1j, y), (dates, y), (X.astype(object), y)],
        "a sparse matrix": [(sparse.csr_matrix(X), y)],
        "a masked array": [(np.ma.array(X, mask=X > 1), y)],
        "text in a column of a frame": [(frame.assign(colour="red"), y)],
        "dates or categories in a column of a frame": [
            (frame.assign(day=np.datetime64("2026-01-01", "ns")), y),
            (frame.assign(group=pd.Categorical(y.astype(int))), y),
        ],
        "a column name that stands twice": [(pd.DataFrame(X, columns=["a", "a"]), y)],
        "negative weights": [(X, y, -np.ones(60))],
    }


def outcome(loss: Any, X: Any, y: Any, weights: Any = None) -> tuple[str, str]:
    """What the table calls it, and the sentence."""
    try:
        fit = lossproof.fit(loss, X, y, weights=weights)
    except lossproof.DataError as refusal:
        return "refused", str(refusal)
    single = fit.converged and "not the only one" not in fit.reason
    return ("fitted" if single else "reported"), fit.reason


def test_every_row_of_the_table_of_difficult_input_is_tried() -> None:
    assert rows("Difficult input").keys() == difficult().keys()


@pytest.mark.parametrize("row", difficult())
def test_difficult_input_meets_what_the_page_says(row: str, loss: Any) -> None:
    said = rows("Difficult input")[row]
    for data in difficult()[row]:
        kind, sentence = outcome(loss, *data)
        assert said.startswith(f"**{kind}**")
        quoted = re.findall(r": `([^`]+)`", said)
        assert bool(quoted) == (kind != "fitted")
        assert all(words in sentence for words in quoted)


def test_the_site_s_commands_are_there() -> None:
    from lossproof.cli import main

    text = "\n".join(block for page in DOCS.rglob("*.md") for block in blocks(page, "sh"))
    named = set(re.findall(r"^lossproof (\w+)", text, re.MULTILINE))
    assert named
    assert named <= set(main.list_commands(click.Context(main)))
