"""Where derivation scripts are found, and how one is run to get its Derivation."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable
from difflib import get_close_matches
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType

from lossproof.chapters.derivation import Derivation
from lossproof.errors import CallerError, DerivationError, LossproofError, UnknownChapter

HINTS = {
    "unsupported operand type(s) for ^": "in a script a power is written with **",
    "loop of ufunc does not support argument": "NumPy computes with numbers; use SymPy's function, as in sympy.log",
    "Script.publish_loss() missing": "name the steps that are the loss of one sample and its two derivatives, as in"
    " publish_loss(value='loss', slope='slope', curvature='curvature')",
    "Script.publish_classes() missing": "name the steps: publish_classes(value='ce', slope='slope', curvature='bend')",
    "cannot determine truth value of Relational": "SymPy cannot decide this comparison; write cases with Piecewise",
}
"""What Python, NumPy and SymPy say of usual slips, and what would do."""
PACKAGE = Path(__file__).resolve().parent.parent


def folders() -> tuple[Path, ...]:
    """Where chapters are looked for: the working directory, the installed package, a checkout of the project."""
    return Path.cwd() / "derivations", PACKAGE / "derivations", PACKAGE.parent.parent / "derivations"


def chapters() -> dict[str, Path]:
    """Name to script of every chapter that can be loaded by name; the first folder that has it wins."""
    scripts: dict[str, Path] = {}
    for folder in folders():
        for path in sorted(folder.glob("[a-z]*.py")):
            scripts.setdefault(path.stem, path)
    return scripts


def load(name: str | Path) -> Derivation:
    """The derivation called ``name`` (``"coin"``), or the one in the script at that path (``"mine/coin.py"``).

    Raises UnknownChapter where there is none, DerivationError where the script does not run or holds no
    derivation.
    """
    path = script(name)
    return _run(path) if Path(name).suffix == ".py" else load_chapter(path)


def script(name: str | Path) -> Path:
    """The script of the chapter called ``name``, or the one at that path. Raises UnknownChapter."""
    if not isinstance(name, str | Path):
        raise UnknownChapter(f"A chapter is named by text or by the path of its script; {name!r} was given.")
    path = Path(name)
    if path.suffix == ".py":
        if not path.is_file():
            raise UnknownChapter(f"There is no script {path}.")
        return path.resolve()
    known = chapters()
    if str(name) in known:
        return known[str(name)]
    near = get_close_matches(str(name), known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known)) or 'none'}."
    raise UnknownChapter(f"There is no chapter {str(name)!r}; {hint}")


def load_all(
    scripts: Iterable[str | Path], *, partly: bool = False
) -> tuple[tuple[Derivation, ...], dict[Path, LossproofError]]:
    """The derivations of ``scripts`` (paths, or names of chapters), and script to error for those that do not run.

    ``partly``: of a script that stops in the middle, the steps before are among the derivations.
    """
    loaded: dict[str, Derivation] = {}
    broken: dict[Path, LossproofError] = {}
    for each in dict.fromkeys(scripts):
        path = Path(each)
        try:
            derivation: Derivation | None = load(each)
        except LossproofError as error:
            broken[path], derivation = error, _so_far(path.resolve()) if partly else None
        if derivation is not None and (first := loaded.setdefault(derivation.name, derivation)) is not derivation:
            broken[path] = DerivationError(
                f"{path} and {first.path} both hold the derivation `{derivation.name}`: rename one of them."
            )
    return tuple(loaded.values()), broken


def _run(path: Path) -> Derivation:
    module = _module(path)
    found = _derivations(module)
    if len(found) != 1:
        raise DerivationError(f"{path} holds {len(found) or 'no'} derivations; a script holds exactly one.")
    derivation = found[0]
    if derivation.path != path:
        derivation.written_in(path)
    return derivation


def load_chapter(path: Path) -> Derivation:
    """The derivation in a script that is known by its name; DerivationError where it calls itself another."""
    derivation = _run(path.resolve())
    if derivation.name != path.stem:
        raise DerivationError(
            f"{path} holds the derivation `{derivation.name}`; a chapter and its script have one name: call the"
            f" script {derivation.name}.py, or write Derivation({path.stem!r})."
        )
    return derivation


def _derivations(module: ModuleType) -> list[Derivation]:
    return list({id(each): each for each in vars(module).values() if isinstance(each, Derivation)}.values())


def _so_far(path: Path) -> Derivation | None:
    """The steps of a script that stopped while it ran; None where it holds none."""
    module = sys.modules.get(_name(path))
    found = _derivations(module) if module is not None and module.__file__ == str(path) else []
    return found[0] if len(found) == 1 and found[0].steps else None


def _name(path: Path) -> str:
    return f"lossproof_derivations.{path.stem}"


def _module(path: Path) -> ModuleType:
    """The script as a module of its own, registered so that its functions' source can be read."""
    loader = _Fresh(_name(path), str(path))
    spec = spec_from_loader(loader.name, loader)
    if spec is None:
        raise DerivationError(f"{path} cannot be read as a Python script.")
    module = module_from_spec(spec)
    sys.modules[loader.name] = module
    try:
        loader.exec_module(module)
    except LossproofError as error:
        kind = DerivationError if isinstance(error, CallerError) else type(error)
        raise kind(f"{path}{_line(error, path)}: {error}") from error
    except SystemExit as error:
        what = "it ends the program while it is loaded; call main() under `if __name__ == '__main__':`"
        raise DerivationError(f"{path}{_line(error, path)}: {what}.") from error
    except Exception as error:
        hint = next((f" ({advice})" for part, advice in HINTS.items() if part in str(error)), "")
        raise DerivationError(f"{path}{_line(error, path)}: {type(error).__name__}: {error}{hint}") from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a script's own, or GeneratorExit: it ends the script and nothing else
        raise DerivationError(f"{path}{_line(error, path)}: {type(error).__name__}: {error}") from error
    return module


class _Fresh(SourceFileLoader):
    """Compiles the script each time: Python's own cache misses a second edit within one second."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


def _line(error: BaseException | None, path: Path) -> str:
    """``, line 12``: the line of the script that was running where the error, or what caused it, was raised."""
    lines: list[int | None] = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        lines += [frame.lineno for frame in frames if frame.filename == str(path)]
        error = error.__cause__
    return f", line {lines[-1]}" if lines else ""
