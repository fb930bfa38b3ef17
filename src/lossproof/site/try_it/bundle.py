"""What a reader's browser needs to run the referee, as files of the site.

pyodide (npm, core only)    Python 3.14 for the browser
flint.zip                   python-flint's own wheel for it, fetched by pip, without tests and headers
sympy.zip, lossproof.zip    SymPy with mpmath, and lossproof, as they are installed here: ``.pyc`` without docstrings

The ``.pyc`` are written by that same Python, in node. Everything is kept between builds, by what it is made from.
"""

from __future__ import annotations

import ast
import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from lossproof import store
from lossproof.errors import CallerError
from lossproof.site.npm import installed_version, run_node

PYODIDE = "pyodide"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
PYTHON = "3.14"
PLATFORM = "pyemscripten_2026_0_wasm32"
# What the answer is made from, of lossproof; a test asks the files themselves whether something is missing.
ROOMS = ("errors.py", "store.py", "__init__.py", "functions", "notation", "words", "moves", "derivation", "referee")
READERS = ("notes", "site/__init__.py", "site/assumed.py", "site/counterexamples.py", "site/words", "site/try_it")
# Of SymPy what neither its start nor the referee touches.
UNUSED = ("physics", "stats", "vector", "diffgeom", "liealgebras", "crypto", "holonomic", "sandbox", "benchmarks")

_KIND = "browser"
_COMPILE = Path(__file__).parent.parent / "assets" / "compile.mjs"
_WORKER = Path(__file__).parent.parent / "assets" / "referee.mjs"
_STAMP = (1980, 1, 1, 0, 0, 0)


def files(packages: Path) -> dict[str, bytes]:
    """File name -> content, for one folder of the site; ``packages`` is the ``node_modules`` with Pyodide and KaTeX.

    Raises CallerError where pip cannot fetch python-flint for the browser or Pyodide is not among the packages.
    """
    if installed_version(packages, PYODIDE) is None:
        raise CallerError(f"{PYODIDE} is not in {packages}: name it in package.json.")
    core = {name: (packages / PYODIDE / name).read_bytes() for name in CORE}
    katex = (packages / "katex" / "dist" / "katex.mjs").read_bytes()
    made = {
        "flint.zip": _flint(),
        "sympy.zip": _python(dict(_libraries()), packages),
        "lossproof.zip": _python(dict(_own()), packages),
    }
    return {**core, **made, "katex.mjs": katex, "worker.mjs": _WORKER.read_bytes()}


def megabytes(found: dict[str, bytes]) -> int:
    """What a reader fetches, as a server sends it that compresses what is not compressed yet."""
    return round(
        sum(len(content) if name.endswith(".zip") else len(content) * 0.37 for name, content in found.items()) / 1e6
    )


def _flint() -> bytes:
    """python-flint's files as a zip, native code and all."""
    key = f"python-flint {version('python-flint')} {PYTHON} {PLATFORM}"
    return store.made_once(_KIND, key, _slim_flint)


def _slim_flint() -> bytes:
    with zipfile.ZipFile(io.BytesIO(_fetched("python-flint"))) as wheel:
        return _zipped({name: wheel.read(name) for name in wheel.namelist() if _wanted_of_flint(name)})


def _wanted_of_flint(name: str) -> bool:
    return "/test/" not in name and not name.endswith((".h", ".pxd", ".pyi", ".pyx", "/"))


def _fetched(package: str) -> bytes:
    """The wheel of the version that is installed here, for the browser's Python."""
    with tempfile.TemporaryDirectory() as folder:
        asked = [
            *("--quiet", "--no-deps", "--only-binary=:all:", "--dest", folder, "--platform", PLATFORM),
            *("--python-version", PYTHON, "--implementation", "cp", "--abi", f"cp{PYTHON.replace('.', '')}"),
            f"{package}=={version(package)}",
        ]
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", *asked], capture_output=True, text=True, check=False
        )
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode != 0 or not wheels:
            raise CallerError(
                f"pip could not fetch {package} for the browser (once, with a network):\n{done.stderr.strip()}"
            )
        return wheels[0].read_bytes()


def _python(sources: dict[str, str], packages: Path) -> bytes:
    """Python modules, compiled."""
    made_by = (installed_version(packages, PYODIDE), _COMPILE.read_text(encoding="utf-8"))
    digest = hashlib.sha256(repr(made_by).encode())
    for name, text in sources.items():
        digest.update(f"\0{name}\0{text}".encode())
    return store.made_once(_KIND, digest.hexdigest(), lambda: _compiled(sources, packages))


def _compiled(sources: dict[str, str], packages: Path) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "sources.zip"), Path(folder, "compiled.zip")
        given.write_bytes(_zipped({name: without_docstrings(text).encode() for name, text in sources.items()}))
        run_node(str(_COMPILE), str(packages / PYODIDE / "pyodide.mjs"), str(given), str(made), stdin="")
        return made.read_bytes()


def _own() -> Iterator[tuple[str, str]]:
    """Path in the browser -> text, of every module of lossproof that goes there."""
    own = Path(__file__).parent.parent.parent
    for part in (*ROOMS, *READERS):
        place = own / part
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            yield f"lossproof/{path.relative_to(own).as_posix()}", path.read_text(encoding="utf-8")


def _libraries() -> Iterator[tuple[str, str]]:
    """The same of SymPy and mpmath."""
    for library in ("sympy", "mpmath"):
        folder = Path((find_spec(library) or _missing(library)).origin or "").parent
        for path in sorted(folder.rglob("*.py")):
            inside = path.relative_to(folder)
            if "tests" not in inside.parts and inside.parts[0] not in UNUSED:
                yield f"{library}/{inside.as_posix()}", path.read_text(encoding="utf-8")


def _missing(library: str):  # type: ignore[no-untyped-def]  # it never returns
    raise CallerError(f"{library} is not installed.")


def without_docstrings(text: str) -> str:
    """The module with an empty text in the place of each docstring, which a browser need not fetch."""
    lines = text.encode().splitlines(keepends=True)
    for found in sorted(_docstrings(ast.parse(text)), key=lambda each: each.lineno, reverse=True):
        first, last = found.lineno - 1, (found.end_lineno or found.lineno) - 1
        before, after = lines[first][: found.col_offset], lines[last][found.end_col_offset :]
        lines[first : last + 1] = [before + b'""' + after]
    return b"".join(lines).decode()


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first = node.body[0] if node.body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            yield first.value


def _zipped(contents: dict[str, bytes]) -> bytes:
    """A zip that is the same for the same contents."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED, 9)
    return written.getvalue()
