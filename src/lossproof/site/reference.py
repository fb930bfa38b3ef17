"""The reference: every public name with its signature and what its docstring says, as Markdown.

A docstring's paragraphs stay paragraphs, an indented one becomes a block of code, what stands between double backticks
becomes code. Of a class the public methods and properties follow, of an enumeration its members.
"""

from __future__ import annotations

import ast
import enum
import inspect
import json
import re
import textwrap
from collections.abc import Iterator, Set
from importlib import import_module
from types import ModuleType
from typing import Any

import lossproof
from lossproof.site.pages.markup import block, code, plain

WIDTH = 88
MODULES = ("lossproof.moves", "lossproof.models", "lossproof.notes", "lossproof.export", "lossproof.chapters")
"""What else a user imports from: the other rooms are for those who work on the library."""
_SPAN = re.compile(r"``(.+?)``|`([^`]+)`")


def reference() -> str:
    """Every name of ``lossproof.__all__``, what ``fit`` and ``separation`` give back, and those of `MODULES`."""
    names = [name for name in lossproof.__all__ if not name.startswith("__")]
    found = {name: getattr(lossproof, name) for name in names} | _given_back()
    entries = [_entry(name, thing) for name, thing in found.items()]
    return "\n\n".join([*entries, *(_of_module(import_module(each), found.keys()) for each in MODULES)])


def _of_module(module: ModuleType, told: Set[str]) -> str:
    """The names that a module offers beside those of the library, under the line that imports them."""
    names = [name for name in module.__all__ if name not in told]
    written = textwrap.fill(", ".join(names), WIDTH - 4, initial_indent="    ", subsequent_indent="    ")
    head = f"## {code(module.__name__)} {{: #{module.__name__.replace('.', '-')} }}"
    first = _paragraph((inspect.getdoc(module) or "").partition("\n\n")[0])
    imported = f"```` python\nfrom {module.__name__} import (\n{written},\n)\n````"
    entries = (_entry(name, getattr(module, name), level="###") for name in names)
    return "\n\n".join([head, first, imported, *entries])


def _given_back() -> dict[str, Any]:
    """What a public function gives back and nobody makes by hand."""
    from lossproof.training.existence.separation import Separation
    from lossproof.training.result import Fit

    return {"Fit": Fit, "Separation": Separation}


def _entry(name: str, thing: Any, level: str = "##") -> str:
    parts = [f"{level} {code(name)} {{: #{name} }}", _signature(name, thing), _described(thing)]
    if isinstance(thing, enum.EnumMeta):
        members: Any = thing.__members__
        parts.append("\n".join(f"- {code(f'{name}.{each}')}" for each in members))
    elif inspect.isclass(thing) and not issubclass(thing, Exception):
        parts += [_member(each, member) for each, member in _members(thing)]
    return "\n\n".join(part for part in parts if part)


def _signature(name: str, thing: Any) -> str:
    if inspect.isclass(thing) and issubclass(thing, Exception):
        above = ", ".join(base.__name__ for base in thing.__bases__)
        return f"```` python\nclass {thing.__name__}({above})\n````"
    if isinstance(thing, enum.EnumMeta):
        return ""
    if not callable(thing):
        return f"```` text\n{_value(name, thing)}\n````"
    return f"```` python\n{signature(name, thing)}\n````"


def _value(name: str, thing: Any) -> str:
    """``SUFFIXES: ".htm", ".md"``: what is in a name that stands for a set, in order, or for a table."""
    shown = ", ".join(json.dumps(each) for each in (sorted(thing) if isinstance(thing, Set) else thing))
    return textwrap.fill(f"{name}: {shown}", WIDTH, subsequent_indent="    ")


def _described(thing: Any) -> str:
    """What is said of it; a value of a type of Python's says what its value says."""
    return docstring(thing) if callable(thing) or type(thing).__module__.startswith("lossproof.") else ""


def signature(name: str, thing: Any) -> str:
    """``fit(loss, X, y=None, *, method=None)``, without types and on as many lines as it takes."""
    found = inspect.signature(thing)
    bare = [
        each.replace(annotation=inspect.Parameter.empty, default=_default(each.default))
        for each in found.parameters.values()
        if each.name != "self"
    ]
    line = f"{name}{found.replace(parameters=bare, return_annotation=inspect.Signature.empty)}"
    if len(line) <= WIDTH:
        return line
    inside = ",\n".join(f"    {each}" for each in _with_marks(bare))
    return f"{name}(\n{inside},\n)"


class _Default:
    """A default value as it is written in the code."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        text = repr(self.value)
        return "..." if " at 0x" in text or text.startswith("<") else text


def _default(value: object) -> object:
    return value if value is inspect.Parameter.empty else _Default(value)


def _with_marks(parameters: list[inspect.Parameter]) -> Iterator[str]:
    """The parameters as they are written, with the ``*`` before those that go by name alone."""
    starred = False
    for each in parameters:
        starred |= each.kind is inspect.Parameter.VAR_POSITIONAL
        if each.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        yield str(each)


def _members(thing: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that the project itself wrote and described, in the order of their code."""
    for base in (each for each in thing.__mro__ if each.__module__.startswith("lossproof.")):
        for name, member in vars(base).items():
            described = inspect.isfunction(member) or isinstance(member, property | classmethod | staticmethod)
            if described and not name.startswith("_") and inspect.getdoc(member):
                yield name, member


def _member(name: str, member: Any) -> str:
    function = getattr(member, "__func__", member)
    written = name if isinstance(member, property) else signature(name, function)
    return block("lp-member", f"```` python\n{written}\n````", docstring(member))


def docstring(thing: Any) -> str:
    """What the docstring says, as Markdown."""
    text = inspect.getdoc(thing) or ""
    return "\n\n".join(_paragraph(each) for each in re.split(r"\n\s*\n", text) if each.strip())


def _paragraph(text: str) -> str:
    lines = text.splitlines()
    if all(line.startswith("  ") for line in lines) or lines[0].startswith(">>>"):
        shown = inspect.cleandoc("\n" + text)
        return f"```` text\n{shown}\n````"
    if _is_assignment(text):
        return f"```` python\n{text}\n````"
    first = next((place for place, line in enumerate(lines) if line.startswith("  ")), len(lines))
    told = _inline(" ".join(line.strip() for line in lines[:first]))
    rest = "\n".join(lines[first:])
    return f"{told}\n\n{_paragraph(rest)}" if rest and rest.startswith("  ") else told


def _is_assignment(text: str) -> bool:
    """``logistic = Derivation("logistic", ...)``: an example on a line of its own."""
    try:
        return all(isinstance(each, ast.Assign) for each in ast.parse(text).body)
    except SyntaxError:
        return False


def _inline(text: str) -> str:
    parts, end = [], 0
    for found in _SPAN.finditer(text):
        parts += [plain(text[end : found.start()]), code(found[1] or found[2])]
        end = found.end()
    return "".join([*parts, plain(text[end:])])
