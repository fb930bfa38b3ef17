"""A chapter made by hand; the site built once, served from this machine, and a Chromium to open it with."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from lossproof import Derivation
from lossproof.chapters.chapter import Chapter
from lossproof.notation import parse_tree
from lossproof.referee.steps.mutants import Mutant
from lossproof.referee.steps.report import MutantCount, Part, Report, Slip, StepVerdict
from lossproof.referee.verdict import Evidence, Rule, Status, Verdict, Witness
from lossproof.site.npm import packages_folder
from lossproof.site.try_it import bundle
from lossproof.words.codes import Duty, Mistake, Way

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path(os.environ.get("LOSSPROOF_CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Site:
    """A built site: its folder and the address it is served at."""

    folder: Path
    address: str

    @property
    def pages(self) -> list[str]:
        """Every page in English, as a path from the site's root; those in Japanese are the same below ``ja``."""
        found = (path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.html"))
        return sorted(page for page in found if page != "404.html" and not page.startswith("ja/"))


def build(root: Path, site: Path, builder: str = "mkdocs") -> subprocess.CompletedProcess[str]:
    """``mkdocs build --strict``, or another builder's, in ``root``."""
    return _offline(root, "-m", builder, "build", "--strict", "--site-dir", str(site))


def _offline(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with these arguments in ``root``, with no way to reach another host."""
    nowhere = "http://127.0.0.1:9"
    silent = {"DISABLE_MKDOCS_2_WARNING": "true", "NO_MKDOCS_2_WARNING": "1"}
    offline = {"http_proxy": nowhere, "https_proxy": nowhere, "npm_config_offline": "true"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**os.environ, **silent, **offline},
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,  # not a budget: only for a build that hangs
    )


PROOF = Evidence(
    rules=(
        Rule("logarithm of a product", parse_tree("log(a*b)"), parse_tree("log(a) + log(b)")),
        Rule("strictly monotone", parse_tree("a*b"), parse_tree("log(a*b)")),
    ),
    points=64,
    radius="1e-30",
    assumptions=("a > 0", "b > 0", "unused in {0, 1}"),
)
SLIP = Slip(
    Mutant(Mistake.SIGN, parse_tree("log(a) - log(b)")), Witness({"a": "1", "b": "1/2"}, "0.69314718", "-0.69", "1.3")
)
PROVED = Verdict(Status.PROVED, (Way.RATIONAL_IDENTITY(),), PROOF)
WEAK = Verdict(Status.CORROBORATED, (Way.NO_PROOF(),), Evidence(points=32))


def _derivation() -> Derivation:
    chapter = Derivation("sample", title="A *sample* of steps", where="a > 0; b > 0", source="a book, page 7")
    a, b = chapter.symbols("a b")

    @chapter.given("Lk = a*b", title="The product")
    def product():
        """Assumed, with $a$ in it."""

    @chapter.step(claim="log(Lk) = log(a) + log(b)", title="Its logarithm")
    def logarithm(product):
        """A product becomes a sum."""
        from lossproof.moves import take_log

        return take_log(product)

    @chapter.step(title="Without a claim")
    def silent(logarithm):
        """Nothing is claimed."""
        return logarithm + 0 * a * b

    return chapter


def _chapter(verdict: Verdict = PROVED, mutants: MutantCount | None = None) -> Chapter:
    derivation = _derivation()
    judged = {
        "product": StepVerdict(Verdict(Status.GIVEN, (Way.STATED(),))),
        "logarithm": StepVerdict(
            verdict,
            (Part(Duty.CLAIM_IS_RESULT(), verdict),),
            mutants or MutantCount(tried=12, dropped=2, refuted=10, wrong=(SLIP.mutant,), slips=(SLIP,)),
            rests_on=("product",),
        ),
        "silent": StepVerdict(WEAK, rests_on=("product",)),
    }
    return Chapter(derivation, Report("sample", judged, {step.name: step.relation for step in derivation.steps}))


@pytest.fixture
def make_chapter() -> Callable[..., Chapter]:
    """A function that makes a chapter of three steps whose middle one has the given verdict and mutants."""
    return _chapter


@pytest.fixture(scope="session")
def build_site() -> Callable[[Path, Path], subprocess.CompletedProcess[str]]:
    """A function that builds the site in a folder into another."""
    return build


@pytest.fixture(scope="session")
def packages() -> Path:
    """The project's ``node_modules``, fetched with a network if they are not there: the builds have none."""
    return packages_folder(ROOT)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, packages: Path) -> Path:
    """The project's own site in both languages, built strictly; once for all processes that test at the same time."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    place = tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent
    folder, printed = place / "built-site", place / "built-site.txt"
    with FileLock(place / "built-site.lock"):
        if not printed.exists():
            bundle.files(packages)  # what it needs is fetched with a network and kept: the build has none
            done = _offline(ROOT, "-m", "lossproof.cli", "build", "--site-dir", str(folder))
            printed.write_text(f"{done.returncode}\n{done.stdout}{done.stderr}")
    assert printed.read_text().startswith("0\n"), printed.read_text()
    return folder


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """Requests are not worth a line in the tests' output."""


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[Site]:
    """The site, served on a port of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(built))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Site(built, f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium; without one the tests skip and say so, in continuous integration they fail."""
    if not CHROMIUM.exists():
        message = f"no Chromium at {CHROMIUM} (set LOSSPROOF_CHROMIUM)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()
