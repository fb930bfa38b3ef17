"""The reference pages say what is there: every public name, with the signature that it has."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path

import markdown
import pytest

import lossproof
from lossproof.site import reference as page
from lossproof.site.katex import left_in_text

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def reference() -> str:
    return page.reference()


def entries(reference: str) -> dict[str, str]:
    """What stands below the heading of each name."""
    found = re.findall(r"^##+ `(\w+)` \{: #\w+ \}\n\n(.*?)(?=^##|\Z)", reference, re.DOTALL | re.MULTILINE)
    assert len(dict(found)) == len(found)
    return dict(found)


def test_every_public_name_has_its_place_and_its_words(reference: str) -> None:
    found = entries(reference)
    wanted = {name for name in lossproof.__all__ if not name.startswith("__")}
    modules = [import_module(each) for each in page.MODULES]
    assert wanted | {name for module in modules for name in module.__all__} <= set(found)
    values = {name for module in modules for name in module.__all__ if not callable(getattr(module, name))}
    without = [name for name, text in found.items() if not re.sub(r"````.*?````", "", text, flags=re.DOTALL).strip()]
    assert set(without) <= values
    assert "0x" not in reference  # no place in memory: the page is the same each time


IMPORTED = re.compile(r"^(?:>>> )?from (lossproof(?:\.[a-z_.]+)?) import (?:\(([\w, \n]+)\)|(.+))", re.MULTILINE)


@pytest.mark.parametrize("written", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.stem)
def test_what_a_page_imports_is_in_the_reference(written: Path, reference: str) -> None:
    """A page shows no name that the reference does not have."""
    found = entries(reference)
    for module, *names in IMPORTED.findall(written.read_text(encoding="utf-8")):
        assert module in ("lossproof", *page.MODULES)
        assert set(re.findall(r"\w+", "".join(names))) <= set(found)


def test_signatures_are_those_of_the_code() -> None:
    assert page.signature("load", lossproof.load) == "load(name)"
    assert page.signature("equal", lossproof.equal) == "equal(lhs, rhs, where='')"
    lines = page.signature("fit", lossproof.fit).splitlines()
    assert lines[0] == "fit("
    assert "    *," in lines


def test_docstrings_keep_their_code_and_show_their_signs() -> None:
    def example() -> None:
        """A ``name[0]`` with <angles> and a_b_c.

            kept  as it stands

        example = call("x_y", 1 < 2)
        """

    assert page.docstring(example) == (
        "A `name[0]` with &lt;angles&gt; and a\\_b\\_c.\n\n"
        "```` text\nkept  as it stands\n````\n\n"
        '```` python\nexample = call("x_y", 1 < 2)\n````'
    )


def test_nothing_that_looks_like_tex_is_left_in_its_text(reference: str) -> None:
    shown = markdown.markdown(reference, extensions=["attr_list", "fenced_code", "md_in_html"])
    assert left_in_text(shown) == []


@pytest.mark.parametrize("language", ["docs", "docs_ja"])
def test_the_licences_name_every_package_that_the_site_ships(language: str) -> None:
    said = (ROOT / language / "licences.md").read_text(encoding="utf-8").lower()
    shipped = [*json.loads((ROOT / "package.json").read_text())["dependencies"], "sympy", "mpmath", "python-flint"]
    assert [name for name in shipped if name.lower() not in said] == []
