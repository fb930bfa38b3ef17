"""Everything that lossproof writes to disk goes through here: whole, or not at all.

What is kept between runs lies in one folder, ``$LOSSPROOF_CACHE_DIR`` or the platform's folder for caches, by kind
and by content: a key is a text that names everything its content depends on, so that nothing kept ever becomes
wrong, and two processes that keep the same key keep the same thing.

- A file begins with the hash of its kind, its key and its content. One that does not match (cut off, a flipped bit,
  another's file) counts as absent and is made anew.
- A folder that cannot be written means that nothing is kept, and no error.
- All kinds together stay below `LIMIT`; what was used longest ago goes first.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex
from time import time

from lossproof.errors import CallerError

LIMIT = 512 << 20  # bytes of all kinds together
SURVEY = LIMIT >> 5  # so many bytes are written between two looks at the limit
PLACE = 1 << 20  # bytes that a place of its own is taken to fill, when it is asked for
ABANDONED = 3600.0  # seconds; an unfinished file of that age is nobody's any more
UNUSABLE = (OSError, RuntimeError)  # RuntimeError: there is no home to look for the folder in
PACKAGE = Path(__file__).parent
_HASH = 64
_written = LIMIT  # since the last look: the first file that a process keeps makes it look


def write_whole(path: str | Path, content: str | bytes) -> None:
    """Put ``content`` into the file at ``path``; where that fails or is cut short, what was there is as it was.

    Text is written as UTF-8. What is no regular file (``/dev/stdout``, a pipe) is written as it stands.
    Raises CallerError with the reason where the file cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        known = os.stat(path) if os.path.exists(path) else None
        if known is not None and not stat.S_ISREG(known.st_mode):
            Path(path).write_bytes(data)
        else:
            mode = None if known is None else stat.S_IMODE(known.st_mode)
            _write_beside(Path(os.path.realpath(path)), data, mode)
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise CallerError(f"{str(path)!r} cannot be written ({reason}); what was there is as it was.") from error


def folder(kind: str) -> Path:
    """The folder for what is kept of one kind; it need not exist yet. RuntimeError where there is no home."""
    return _root() / kind


def recall(kind: str, key: str) -> bytes | None:
    """What was kept under ``key``; None where there is nothing that can be trusted."""
    try:
        path = folder(kind) / _name(kind, key)
        kept = path.read_bytes()
    except UNUSABLE:
        return None
    content = kept[_HASH:]
    if kept[:_HASH] != _seal(kind, key, content):
        return None
    with suppress(OSError):
        os.utime(path)
    return content


def keep(kind: str, key: str, content: bytes) -> None:
    """Keep ``content`` under ``key``."""
    with suppress(*UNUSABLE):
        place = folder(kind)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_beside(place / _name(kind, key), _seal(kind, key, content) + content, durable=False)
        _account(len(content))


def made_once(kind: str, key: str, make: Callable[[], bytes]) -> bytes:
    """What is kept under ``key``, or is made and kept now: by one of the processes that ask for it at the same time."""
    kept = recall(kind, key)
    if kept is not None:
        return kept
    with alone(kind):
        kept = recall(kind, key)
        if kept is None:
            kept = make()
            keep(kind, key, kept)
    return kept


def place(kind: str, key: str) -> Path | None:
    """A folder of its own for what has to lie in files with names, such as a module to import; made where missing.

    What is written there is the caller's to check. None where it cannot be made.
    """
    with suppress(*UNUSABLE):
        found = folder(kind) / _name(kind, key)
        if not found.is_dir():
            found.mkdir(parents=True, mode=0o700, exist_ok=True)
            _account(PLACE)
        os.utime(found)
        return found
    return None


@cache
def sources(*rooms: str, libraries: tuple[str, ...] = ()) -> str:
    """SHA-256 of every file of these rooms of the package, ``"."`` for all of it, and of the libraries' versions.

    It belongs into the key of whatever they make.
    """
    found = sha256(repr((sys.version_info[:2], [(name, version(name)) for name in libraries])).encode())
    for path in sorted({path for room in rooms for path in (PACKAGE / room).rglob("*") if path.is_file()}):
        if path.parent.name != "__pycache__":
            found.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode() + path.read_bytes())
    return found.hexdigest()


@contextmanager
def alone(kind: str) -> Iterator[None]:
    """Of the processes that enter at the same time one goes on, the others when it has left: what takes minutes to
    make is made once, and found by those that waited.

    Where the folder cannot be written, or locks cannot be had, nobody waits.
    """
    handle = None
    with suppress(*UNUSABLE):
        _root().mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(_root() / f"{kind}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if handle is not None:
            with suppress(OSError):
                _lock(handle)
        yield
    finally:
        if handle is not None:
            os.close(handle)  # the lock goes with it, also where the process is killed


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)


def forget(kind: str, key: str) -> None:
    """Remove what is kept under ``key``, a file or a place."""
    with suppress(*UNUSABLE):
        _remove(folder(kind) / _name(kind, key))


def _root() -> Path:
    if chosen := os.environ.get("LOSSPROOF_CACHE_DIR"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~\\AppData\\Local")).expanduser() / "lossproof" / "cache"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/lossproof").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "lossproof"


def _name(kind: str, key: str) -> str:
    return sha256(f"{kind}\0{key}".encode()).hexdigest()


def _seal(kind: str, key: str, content: bytes) -> bytes:
    return sha256(f"{kind}\0{key}\0".encode() + content).hexdigest().encode()


def _write_beside(target: Path, data: bytes, mode: int | None = None, durable: bool = True) -> None:
    """Write a new file in the same folder and move it to ``target``, which is replaced in one step.

    ``durable`` waits until the disk has it, so that the move is never on the disk before the content is; a file
    that begins with its hash needs no such waiting.
    """
    beside = target.with_name(f".{token_hex(8)}.part")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        if mode is not None:
            os.chmod(beside, mode)
        os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@dataclass(frozen=True, slots=True)
class _Entry:
    """Something kept: when it was used last, and how large it is."""

    path: Path
    used: float
    size: int


def _account(size: int) -> None:
    """Look at the limit now and then: looking at every file each time would cost more than what is kept saves."""
    global _written
    _written += size
    if _written >= SURVEY:
        _written = 0
        _make_room()


def _make_room() -> None:
    """Remove what was used longest ago until the rest is below the limit, and what nobody finished writing."""
    entries = sorted(_entries(), key=lambda entry: entry.used)
    excess = sum(entry.size for entry in entries) - LIMIT
    for entry in entries:
        if excess <= 0:
            return
        _remove(entry.path)
        excess -= entry.size


def _entries() -> list[_Entry]:
    """Everything kept. What has another name than this module gives is somebody else's, and stays."""
    found = []
    for path in _root().glob("*/*"):
        with suppress(OSError):
            used = path.stat().st_mtime
            if path.suffix == ".part" and used < time() - ABANDONED:
                path.unlink()
            elif len(path.name) == _HASH and set(path.name) <= set("0123456789abcdef"):
                found.append(_Entry(path, used, _size(path)))
    return found


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(part.stat().st_size for part in path.rglob("*") if part.is_file())
    return path.stat().st_size


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
