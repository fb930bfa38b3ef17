"""What must stop a build stops it, with a sentence; and a site of one's own is a few lines away."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lossproof.chapters import load
from lossproof.chapters.chapter_texts import digest_of
from lossproof.errors import CallerError
from lossproof.site.book import read_book

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow
Build = Callable[[Path], subprocess.CompletedProcess[str]]

# The lines that the page "Write a derivation" tells an author to write.
PAGE = (ROOT / "docs" / "write.md").read_text(encoding="utf-8")
CONFIGURATION = PAGE.partition("```` yaml\n")[2].partition("````")[0]
NOTEBOOKS = '  - mkdocs-jupyter: {include: ["*.py"], execute: true, allow_errors: false}\n'
SCRIPT = '''
"""A derivation of two lines."""

from lossproof import Derivation

mine = Derivation("mine", where="a > 0; b > 0")
a, b = mine.symbols("a b")


@mine.given("f = a*b")
def product():
    """The product $a b$."""


@mine.step(claim="CLAIM")
def doubled(product):
    """Twice as much."""
    return 2 * product
'''


@pytest.fixture
def project(tmp_path: Path, packages: Path) -> Path:
    """A small site of its own: one derivation, one page, one notebook, the npm packages of the project."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "derivations").mkdir()
    (tmp_path / "node_modules").symlink_to(packages)
    (tmp_path / "package.json").write_bytes((ROOT / "package.json").read_bytes())
    write(tmp_path)
    return tmp_path


def write(project: Path, *, claim: str = "2*a*b", page: str = "# Mine\n\n{{ equation mine doubled }}\n") -> None:
    (project / "mkdocs.yml").write_text(CONFIGURATION)
    (project / "derivations" / "mine.py").write_text(SCRIPT.replace("CLAIM", claim))
    (project / "docs" / "index.md").write_text(page)


def write_words(project: Path) -> None:
    """The chapter's words in Japanese."""
    words = (
        "# mine\ntitle: 二行\n\n導出です。\n\n"
        "## product\ntitle: 積\n\n積 $a b$ です。\n\n## doubled\ntitle: 二倍\n\n二倍です。\n"
    )
    derivation = load(project / "derivations" / "mine.py")
    steps = {step.name: step for step in derivation.steps}
    found = {"mine": digest_of(derivation), **{name: digest_of(step, steps) for name, step in steps.items()}}
    for name, digest in found.items():
        words = words.replace(f"# {name}\n", f"# {name}\ndigest: {digest}\n")
    (project / "words").mkdir(exist_ok=True)
    (project / "words" / "mine.md").write_text(words, encoding="utf-8")


def write_notebook(project: Path, code: str) -> None:
    with_notebook = CONFIGURATION.replace("  - index.md\n", "  - index.md\n  - notebook.py\n")
    (project / "mkdocs.yml").write_text(with_notebook.replace("  - search\n", f"  - search\n{NOTEBOOKS}"))
    (project / "docs" / "notebook.py").write_text(f"# %% [markdown]\n# # A notebook\n\n# %%\n{code}\n")


@pytest.fixture
def build(project: Path, build_site: Callable[[Path, Path], subprocess.CompletedProcess[str]]) -> Build:
    return lambda folder: build_site(folder, folder / "site")


def failed(done: subprocess.CompletedProcess[str], *words: str) -> bool:
    output = done.stdout + done.stderr
    return done.returncode != 0 and all(word in output for word in words)


def test_right_derivations_and_notebooks_that_run_become_a_site(project: Path, build: Build) -> None:
    write_notebook(project, "print('it ran')")
    done = build(project)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (project / "site" / "chapters" / "mine" / "doubled" / "index.html").read_text(encoding="utf-8")
    assert "lp-proved" in page
    assert 'class="katex"' in page
    assert 'class="katex"' in (project / "site" / "index.html").read_text(encoding="utf-8")
    assert "it ran" in (project / "site" / "notebook" / "index.html").read_text(encoding="utf-8")


def test_a_notebook_that_raises_fails_the_build(project: Path, build: Build) -> None:
    write_notebook(project, "raise RuntimeError('planted in the notebook')")
    assert failed(build(project), "planted in the notebook")


def test_a_refuted_step_and_missing_words_fail_the_build_in_one_message(project: Path, build: Build) -> None:
    """With the counterexample, and with the names of the steps that are not said in the site's language."""
    write(project, claim="3*a*b")
    told = CONFIGURATION.replace("{derivations: derivations}", "{derivations: derivations, language: ja, texts: words}")
    (project / "mkdocs.yml").write_text(told)
    refuted = ("mine/doubled is refuted", "at a = ", "difference")
    missing = ("mine has no text", "mine/product has no text", "mine/doubled has no text")
    assert failed(build(project), *refuted, *missing)


MISTAKES = {
    "a formula that cannot be set": (r"$\notacommand$", ("KaTeX rejects", r"\notacommand")),
    "a piece of a step that is not there": ("{{ equation mine nowhere }}", ("piece.md", "no step `nowhere`")),
    "code in running text": ("and a*b cancels", ("code.md shows TeX or code that is not set: a*b",)),
    "a dead link": ("[nowhere](nowhere.md)", ("link.md", "nowhere.md")),
    "a wrong formula": ("$(a+b)^2 = a^2 + b^2$", ("checked.md, line 7: WRONG", "is not")),
}


def test_all_mistakes_in_pages_fail_the_build_in_one_message(project: Path, build: Build) -> None:
    names = ("formula", "piece", "code", "link", "checked")
    for name, (text, _) in zip(names, MISTAKES.values(), strict=True):
        asks = "---\nlossproof: check\n---\n\n" if name == "checked" else ""
        (project / "docs" / f"{name}.md").write_text(f"{asks}# {name}\n\n{text}\n")
    listed = "".join(f"  - {name}.md\n" for name in names)
    (project / "mkdocs.yml").write_text(CONFIGURATION.replace("  - index.md\n", f"  - index.md\n{listed}"))
    done = build(project)
    unsaid = [mistake for mistake, (_, words) in MISTAKES.items() if not failed(done, *words)]
    assert unsaid == [], done.stdout + done.stderr


def test_a_chapter_that_is_not_there_is_named(project: Path) -> None:
    with pytest.raises(CallerError, match=r"no derivation in .* is called 'other'; there are mine"):
        read_book(project / "derivations", ["other"])


JAPANESE = """INHERIT: mkdocs.yml
site_dir: site/ja
theme: {language: ja}
plugins:
  lossproof: {derivations: derivations, language: ja, texts: words}
"""


def test_two_languages_are_built_by_one_command(project: Path) -> None:
    """At the same time, the second into a folder of the first; where it fails, nothing half made is left there."""
    write_words(project)
    told = CONFIGURATION.replace("  - search\n  - lossproof: ", "  search: {}\n  lossproof: ")
    (project / "mkdocs.yml").write_text(told)
    (project / "mkdocs.ja.yml").write_text(JAPANESE)
    run = partial(subprocess.run, [sys.executable, "-m", "lossproof.cli", "build"], cwd=project, capture_output=True)
    done = run(text=True)
    assert done.returncode == 0, done.stderr
    pages = [project / "site" / each / "chapters" / "mine" / "doubled" / "index.html" for each in ("", "ja")]
    assert ["二倍です。" in page.read_text(encoding="utf-8") for page in pages] == [False, True]
    (project / "words" / "mine.md").unlink()
    done = run(text=True)
    assert failed(done, "mine/doubled has no text")
    assert [page.is_file() for page in pages] == [True, False]
    assert not list(project.glob(".site-*"))


THEIRS = """site_name: Théorie
site_url: https://example.org/notes/
theme:
  name: material
  language: fr
  palette: {scheme: default, primary: teal, accent: amber}
nav:
  - Accueil: index.md
  - Démonstrations:
      - chapters/*
plugins:
  - lossproof: {derivations: derivations, language: ja, texts: words}
markdown_extensions:
  - admonition
  - attr_list
  - md_in_html
  - tables
  - pymdownx.arithmatex: {generic: true}
  - pymdownx.highlight
  - pymdownx.superfences
"""


@pytest.mark.parametrize("builder", ["mkdocs", "properdocs"])
def test_a_site_with_its_own_colours_and_language_builds_with_either_builder(
    project: Path, build_site: Callable[..., subprocess.CompletedProcess[str]], builder: str
) -> None:
    write_words(project)
    (project / "mkdocs.yml").write_text(THEIRS, encoding="utf-8")
    done = build_site(project, project / "site", builder=builder)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (project / "site" / "chapters" / "mine" / "doubled" / "index.html").read_text(encoding="utf-8")
    assert 'data-md-color-primary="teal"' in page
    assert '<html lang="fr"' in page
    assert "二倍です。" in page
    assert 'class="katex"' in page
    assert "lossproof-referee" not in page  # not asked for: nothing is fetched, the box stays hidden
    assert (project / "site" / "chapters" / "mine" / "mine.ipynb").is_file()


def test_the_plain_pages_are_a_site_with_zensical_too(project: Path) -> None:
    """It knows no plugin: formulas are set before, and nothing is left to it but Markdown."""
    run = partial(subprocess.run, cwd=project, capture_output=True, text=True, check=True)
    run([sys.executable, "-m", "lossproof.cli", "pages", "plain"])
    styles = '["assets/katex/katex.min.css", "assets/lossproof.css"]'
    (project / "zensical.toml").write_text(
        f'[project]\nsite_name = "plain"\ndocs_dir = "plain"\nsite_dir = "out"\nextra_css = {styles}\n'
    )
    run([str(Path(sys.executable).with_name("zensical")), "build"])
    page = (project / "out" / "mine" / "doubled" / "index.html").read_text(encoding="utf-8")
    assert 'class="katex"' in page
    assert "lp-proved" in page
    assert "$" not in re.sub(r"<(script|style|form|pre|code|button).*?</\1>", "", page, flags=re.DOTALL)
