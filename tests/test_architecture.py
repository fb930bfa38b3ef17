"""The house rules that a machine can hold: imports run one way, the public face is what is said, import is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import lossproof
from lossproof.referee import cache as verdicts

SOURCE = Path(lossproof.__file__).parent
LEFT_TO_RIGHT = [
    "errors",
    "store",
    "functions",
    "notation",
    "words",
    "moves",
    "derivation",
    "referee",
    "notes",
    "models",
    "lowering",
    "training",
    "chapters",
    "export",
]
READERS = {"site", "cli"}
# The proof half of the referee, where what a verdict says is known to all: imports go to folders before their own.
PROOF_FLOORS = [{"algebra"}, {"facts"}, {"field", "sums"}, {"prove"}]
# The doors to the right, inside functions: a loss may be named by its chapter, and a model derives one.
DOORS = {("training", "chapters"), ("models", "chapters")}

FILES = sorted(path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py")


@dataclass(frozen=True)
class Import:
    """A module that is imported, and whether the import stands inside a function."""

    module: str
    lazy: bool

    @property
    def room(self) -> str:
        return self.module.split(".")[1]


def imports_of(path: Path, root: Path = SOURCE) -> frozenset[Import]:
    """The modules of the project that a file imports, those inside functions too.

    What is imported for type hints alone does not run and does not count.
    """
    return _imports_in(path.read_text(encoding="utf-8"), root)


@cache
def _imports_in(source: str, root: Path) -> frozenset[Import]:
    found = _import_statements(ast.parse(source), lazy=False)
    names = ((name, lazy) for node, lazy in found for name in _imported(node, root))
    return frozenset(Import(name, lazy) for name, lazy in names if name.startswith("lossproof."))


def _import_statements(block: ast.AST, lazy: bool) -> Iterator[tuple[ast.AST, bool]]:
    """The imports in a block of statements, each with whether a function has to run for it."""
    lazy = lazy or isinstance(block, ast.FunctionDef | ast.AsyncFunctionDef)
    for node in ast.iter_child_nodes(block):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, lazy
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        elif isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _import_statements(node, lazy)


def _imported(node: ast.AST, root: Path) -> list[str]:
    """``from lossproof.room import thing`` is the module ``lossproof.room.thing`` where there is one."""
    if isinstance(node, ast.ImportFrom) and node.module:
        parts = [f"{node.module}.{alias.name}" for alias in node.names]
        return [part if _file(part, root) else node.module for part in parts]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def _file(module: str, root: Path) -> Path | None:
    """The file that holds a module of the project."""
    path = root.joinpath(*module.split(".")[1:])
    found = [each for each in (path.with_suffix(".py"), path / "__init__.py") if each.is_file()]
    return found[0] if found and module != "lossproof" else None


def room_of(path: Path, root: Path = SOURCE) -> str:
    return path.relative_to(root).parts[0].removesuffix(".py")


def allowed(room: str, imported: str, lazy: bool) -> bool:
    """Whether a module of ``room`` may import from the room ``imported``."""
    if room == imported or room in READERS:
        return True
    if imported in READERS or imported not in LEFT_TO_RIGHT:
        return False
    return LEFT_TO_RIGHT.index(imported) < LEFT_TO_RIGHT.index(room) or (lazy and (room, imported) in DOORS)


def circles(root: Path) -> list[set[str]]:
    """The files that import each other in a circle, now or later, as far as they lie in different rooms.

    To import a module is to import the packages that it lies in.
    """
    files = [path for path in root.rglob("*.py") if path != root / "__init__.py"]
    graph = {path: {found for each in imports_of(path, root) for found in _runs(each.module, root)} for path in files}
    reached = {path: _reached(path, graph) for path in files}
    rings = {frozenset(other for other in reached[path] if path in reached[other]) for path in files}
    return [
        {str(path.relative_to(root)) for path in ring} for ring in rings if len({room_of(p, root) for p in ring}) > 1
    ]


def _runs(module: str, root: Path) -> set[Path]:
    parts = module.split(".")
    names = [".".join(parts[:length]) for length in range(2, len(parts) + 1)]
    return {path for name in names if (path := _file(name, root))}


def _reached(path: Path, graph: dict[Path, set[Path]]) -> set[Path]:
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        new = graph[waiting.pop()] - found
        found |= new
        waiting += new
    return found


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(SOURCE)) for path in FILES])
def test_imports_run_one_way(path: Path) -> None:
    room = room_of(path)
    wrong = [each for each in imports_of(path) if not allowed(room, each.room, each.lazy)]
    assert not wrong, f"{room} stands left of {wrong}"


def floor_of(folder: str) -> int | None:
    return next((place for place, floor in enumerate(PROOF_FLOORS) if folder in floor), None)


def upward(folder: str, found: Set[Import]) -> list[Import]:
    """The imports that a file of a folder of the proof half must not have."""
    own = floor_of(folder)
    others = [each for each in found if each.module.startswith("lossproof.referee.")]
    return [
        each
        for each in others
        if (other := each.module.split(".")[2]) not in (folder, "verdict")
        and ((floor := floor_of(other)) is None or own is None or floor >= own)
    ]


@pytest.mark.parametrize("folder", sorted(set().union(*PROOF_FLOORS)))
def test_the_proof_half_stands_on_floors(folder: str) -> None:
    files = sorted((SOURCE / "referee" / folder).glob("*.py"))
    assert files
    assert {path.name: upward(folder, imports_of(path)) for path in files if upward(folder, imports_of(path))} == {}


def test_an_import_to_a_floor_above_is_seen() -> None:
    assert upward("algebra", {Import("lossproof.referee.facts.bounds", False)})
    assert upward("field", {Import("lossproof.referee.sums.context", True)})
    assert upward("facts", {Import("lossproof.referee.balls.points", False)})
    assert not upward("sums", {Import("lossproof.referee.facts.bounds", False)})


def test_every_door_is_used() -> None:
    used = {(room_of(path), each.room) for path in FILES for each in imports_of(path) if each.lazy}
    assert used >= DOORS


def test_no_files_of_different_rooms_import_each_other() -> None:
    assert circles(SOURCE) == []


def test_a_verdict_is_kept_by_the_sources_of_every_room_that_it_comes_from() -> None:
    """A room that the referee reads and the key of its verdicts does not would let verdicts of old sources stand."""
    graph = {path: {found for each in imports_of(path) for found in _runs(each.module, SOURCE)} for path in FILES}
    judging = {found for path in FILES if room_of(path) == "referee" for found in {path, *_reached(path, graph)}}
    assert {room_of(path) for path in judging} - {"errors", "store"} == set(verdicts.ROOMS)


def test_an_import_against_the_grain_is_seen(tmp_path: Path) -> None:
    module = tmp_path / "planted.py"
    module.write_text("from lossproof.referee import equal\n\ndef late():\n    import lossproof.site.plugin\n")
    assert imports_of(module) == {Import("lossproof.referee", False), Import("lossproof.site.plugin", True)}
    assert not allowed("notation", "referee", lazy=False)
    assert not allowed("lowering", "site", lazy=True)
    assert allowed("training", "chapters", lazy=True)
    assert not allowed("training", "chapters", lazy=False)
    assert not allowed("derivation", "referee", lazy=True)


@pytest.mark.parametrize("back", ["from lossproof.left import here", "def late():\n    import lossproof.left.here"])
def test_a_circle_between_rooms_is_seen_also_where_it_is_closed_inside_a_function(tmp_path: Path, back: str) -> None:
    for room in ("left", "right"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text("")
    (tmp_path / "left" / "here.py").write_text("from lossproof.right import there\n")
    (tmp_path / "right" / "there.py").write_text(f"{back}\n")
    assert circles(tmp_path) == [{"left/here.py", "right/there.py"}]
    (tmp_path / "right" / "there.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import lossproof.left.here\n"
    )
    assert circles(tmp_path) == []


@pytest.mark.parametrize("name", lossproof.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(lossproof, name) is not None


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        lossproof.nonsense  # noqa: B018


def test_the_version_is_the_one_of_the_package() -> None:
    from importlib.metadata import version

    assert version("lossproof") == lossproof.__version__


def test_importing_lossproof_loads_no_heavy_library() -> None:
    code = "import sys, lossproof; print(sorted({'sympy','numpy','scipy','numba','flint','rich'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


RUNS_TEXT = {"eval", "exec", "sympify", "parse_expr", "S"}


def calls_that_run_text(source: str) -> list[str]:
    """Calls in ``source`` that may run text as code; SymPy's sympify refuses text where ``strict=True``."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and (node.func.id if isinstance(node.func, ast.Name) else _of_sympy(node.func)) in RUNS_TEXT
        and not any(word.arg == "strict" and ast.unparse(word.value) == "True" for word in node.keywords)
    ]


def _of_sympy(function: ast.expr) -> str:
    """``sympify`` out of ``sp.sympify``; a method of something else is nothing that runs text."""
    module, _, name = ast.unparse(function).rpartition(".")
    return name if module in ("sp", "sympy", "builtins") else ""


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_text_is_run_as_code(path: Path) -> None:
    assert calls_that_run_text(path.read_text(encoding="utf-8")) == []


def test_a_call_that_runs_text_is_seen() -> None:
    planted = "sp.sympify(x); sympy.S(x); eval(x); sp.sympify(x, strict=True); pattern.S(x)"
    assert calls_that_run_text(planted) == ["sp.sympify(x)", "sympy.S(x)", "eval(x)"]


CLOCKS = ("perf_counter", "monotonic(", "process_time", "time.time(")
TESTS = sorted(path for path in Path(__file__).parent.rglob("test_*.py") if path != Path(__file__))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_no_test_asserts_a_time(path: Path) -> None:
    """A busy machine is no fault of the code: work is counted instead."""
    text = path.read_text(encoding="utf-8")
    assert [clock for clock in CLOCKS if clock in text] == []


def test_a_file_name_says_what_is_in_it_and_no_other_file_has_it() -> None:
    names = sorted(path.name for path in FILES if path.name != "__init__.py")
    assert [name for name in set(names) if names.count(name) > 1] == []
