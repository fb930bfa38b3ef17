"""Where generated modules lie on disk, and how they are written, imported, and trusted again.

A module lies in a place of its own in the store, named by its text and by everything that is compiled into it, so
that it is never changed once written. Numba keeps compiled code beside it; each such file is sealed with its hash as
soon as it is there, and what has no seal or another hash is removed before the next import: damaged code is compiled
anew, and a process that runs at the same time finds what this one compiled. Where nothing can be kept, a folder of this
process takes its place.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib.util
import json
import re
import sys
import tempfile
import threading
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from lossproof import store
from lossproof.errors import CallerError

KIND = "generated"
SEALS = "seals.json"
_LOCK = threading.Lock()
_IMPORT = re.compile(r"^from (lossproof[\w.]+) import", re.MULTILINE)
_PACKAGE = Path(__file__).parents[2]


@cache
def _source(module: str) -> str:
    path = _PACKAGE.joinpath(*module.split(".")[1:]).with_suffix(".py")
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def compiled_in(text: str) -> list[str]:
    """The modules of lossproof whose functions are compiled into a module with this text, directly or not.

    Numba looks only at the file that holds the kernels when it decides whether compiled code is fresh; the
    functions they inline come from elsewhere.
    """
    found: dict[str, None] = {}
    waiting = _IMPORT.findall(text)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found[module] = None
            waiting += _IMPORT.findall(_source(module))
    return sorted(found)


def load_module(text: str, name: str) -> ModuleType:
    """The module with this text, imported from the store's folder (once in a process)."""
    versions = [version("numba"), version("numpy"), repr(sys.version_info[:2])]
    key = "\0".join([*versions, *map(_source, compiled_in(text)), text])
    full_name = f"lossproof_generated_{name}_{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    with _LOCK:
        if full_name in sys.modules:
            return sys.modules[full_name]
        try:
            return _import(_written(store.place(KIND, key) or _own_folder(), full_name, text), full_name)
        except (OSError, CallerError, RuntimeError):  # RuntimeError: Numba found no place for compiled code
            return _import(_written(_own_folder(), full_name, text), full_name)


@cache
def _own_folder() -> Path:
    """A folder of this process, removed when it ends."""
    folder = tempfile.TemporaryDirectory(prefix="lossproof-")
    _KEPT.append(folder)
    return Path(folder.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def _written(folder: Path, name: str, text: str) -> Path:
    """The file with this text in ``folder``, written whole where it is missing or another."""
    path = folder / f"{name}.py"
    try:
        fresh = path.read_text(encoding="utf-8") == text
    except (OSError, ValueError):
        fresh = False
    if not fresh:
        store.write_whole(path, text)
    return path


def _import(path: Path, name: str) -> ModuleType:
    _remove_unsealed(path.parent)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[name] = module
    _IMPORTED.append(path.parent)
    return module


_IMPORTED: list[Path] = []


def _kept_code(folder: Path) -> list[Path]:
    """What Numba and Python keep beside the module."""
    return sorted(path for path in (folder / "__pycache__").glob("*") if path.is_file())


def _remove_unsealed(folder: Path) -> None:
    """Remove every kept file that is not as it was when it was sealed."""
    try:
        seals = json.loads((folder / SEALS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        seals = {}
    for path in _kept_code(folder):
        with suppress(OSError):
            if not isinstance(seals, dict) or seals.get(path.name) != _hash(path):
                path.unlink()


def seal(folder: Path) -> None:
    """Write down what the kept files are now; nothing where that cannot be kept."""
    with suppress(OSError, CallerError):
        if seals := {path.name: _hash(path) for path in _kept_code(folder)}:
            store.write_whole(folder / SEALS, json.dumps(seals))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def seal_compiled(module: ModuleType) -> None:
    """After a function of the module was compiled: others may use it."""
    seal(Path(module.__file__ or "").parent)


@atexit.register
def _seal_all() -> None:
    """When the process ends: everything that it imported, and what of it was compiled in other ways."""
    for folder in _IMPORTED:
        seal(folder)
