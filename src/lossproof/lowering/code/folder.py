"""Where generated modules live on disk, and how they are written and imported.

The folder is ``$LOSSPROOF_CACHE_DIR`` or the platform's folder for caches. A module's file name holds the hash of
its text and of everything it was compiled from, so a file is never changed once written: it is written beside and
moved into place. Where the folder cannot be written, a folder for this process alone takes its place.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path
from types import ModuleType

import numba

_LOCK = threading.Lock()


def cache_folder() -> Path:
    """The folder for what lossproof keeps between runs; it need not exist yet."""
    if chosen := os.environ.get("LOSSPROOF_CACHE_DIR"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~\\AppData\\Local")).expanduser() / "lossproof" / "cache"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/lossproof").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "lossproof"


@cache
def sources_digest() -> str:
    """The hash of what every generated module is compiled from besides its own text.

    Numba looks only at the file that holds the kernels when it decides whether compiled code is fresh; the
    functions they inline come from elsewhere.
    """
    rooms = Path(__file__).parents[1]
    names = ("numbers/elementary.py", "numbers/basics_numba.py", "kernels/vectors.py")
    texts = [(rooms / name).read_bytes() for name in names]
    versions = f"{numba.__version__} {sys.version_info[:2]}".encode()
    return hashlib.sha256(b"\0".join([*texts, versions])).hexdigest()


def load_module(text: str, name: str) -> ModuleType:
    """The module with this text, imported from the cache folder (once in a process)."""
    key = hashlib.sha256((sources_digest() + text).encode()).hexdigest()[:16]
    full_name = f"lossproof_generated_{name}_{key}"
    with _LOCK:
        if full_name in sys.modules:
            return sys.modules[full_name]
        try:
            return _import(_written(cache_folder() / "generated", full_name, text), full_name)
        except (OSError, RuntimeError):  # RuntimeError: Numba found no place for compiled code
            return _import(_written(_own_folder(), full_name, text), full_name)


@cache
def _own_folder() -> Path:
    """A folder of this process, removed when it ends."""
    folder = tempfile.TemporaryDirectory(prefix="lossproof-")
    _KEPT.append(folder)
    return Path(folder.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def _written(folder: Path, name: str, text: str) -> Path:
    """The file with this text in ``folder``, written beside and moved into place where it is missing."""
    path = folder / f"{name}.py"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, beside = tempfile.mkstemp(dir=folder, prefix=f".{name}-", suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(beside, path)
    return path


def _import(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[name] = module
    return module
