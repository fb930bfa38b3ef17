"""What a loss can become for other programs: one table, and the door to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from lossproof.errors import CallerError, MissingExtra
from lossproof.export.text_alone import notes, warn_of_gaps
from lossproof.lowering import Loss
from lossproof.lowering.code.modules import numpy_module


@dataclass(frozen=True)
class Target:
    """How a loss becomes something else: who makes the object, who writes the text, which library must be there.

    ``needs`` is the extra that installs the library, ``library`` the module where that has another name.
    ``columns`` says that there is a place for what a row holds besides predictors and target, ``alone`` that what comes
    out runs without lossproof.
    """

    make: Callable[..., Any] | None = None
    write: Callable[[Loss], str] | None = None
    needs: str = ""
    library: str = ""
    columns: bool = False
    alone: bool = False
    options: tuple[str, ...] = ()


def _python(loss: Loss) -> str:
    return numpy_module(replace(loss.computed, notes=notes(loss)), alone=True)


def _c(loss: Loss) -> str:
    from lossproof.export.c_source import c_source

    return c_source(loss)


def _torch(loss: Loss) -> Any:
    from lossproof.export.torch_source import torch_loss

    return torch_loss(loss)


def _torch_text(loss: Loss) -> str:
    from lossproof.export.torch_source import torch_source

    return torch_source(loss)


def _jax(loss: Loss) -> Any:
    return loss.compile("jax").value


def _jax_text(loss: Loss) -> str:
    return loss.compile("jax").source


def _pymc(loss: Loss) -> Any:
    from lossproof.export.pymc_density import pymc_log_density

    return pymc_log_density(loss)


def _boosting(library: str) -> Callable[..., Any]:
    def make(loss: Loss, **options: Any) -> Any:
        from lossproof.export.boosting import BoostingObjective

        return BoostingObjective(loss, library, **options)

    return make


def _numbers(written: str) -> tuple[int, ...]:
    """The first two numbers of a version."""
    return tuple(int(part) for part in re.findall(r"\d+", written)[:2])


def _hist(loss: Loss, **options: Any) -> Any:
    from lossproof.export.boosting import CONVENTIONS

    since, here = CONVENTIONS["sklearn"].since, version("scikit-learn")
    if _numbers(here) < _numbers(since):
        raise MissingExtra(f"the export to 'sklearn' needs scikit-learn {since} or newer; {here} is installed.")
    from lossproof.export.hist_boosting import hist_loss

    return hist_loss(loss, **options)


TARGETS: dict[str, Target] = {
    "python": Target(write=_python, columns=True, alone=True),
    "c": Target(write=_c, columns=True, alone=True),
    "jax": Target(make=_jax, write=_jax_text, needs="jax", columns=True),
    "torch": Target(make=_torch, write=_torch_text, needs="torch", alone=True),
    "pymc": Target(make=_pymc, needs="pymc", library="pytensor"),
    "xgboost": Target(make=_boosting("xgboost"), needs="xgboost", options=("factor", "backend")),
    "lightgbm": Target(make=_boosting("lightgbm"), needs="lightgbm", options=("factor", "backend")),
    "sklearn": Target(make=_hist, needs="sklearn", options=("factor", "backend")),
}
"""Name of a target to what it can be: an object, text, or either."""


def export(loss: Loss, target: str, **options: Any) -> Any:
    """The loss as an object of another library where ``target`` has one, else as text.

    "python" and "c" are source text; "jax" and "torch" a function ``loss(u, y)``, "pymc" a log-density
    ``logp(y, u)``; "xgboost" and "lightgbm" a
    `BoostingObjective` and "sklearn" a loss object for HistGradientBoosting* (options: ``factor``, ``backend``).
    Warns with InexactLoss where what runs without lossproof has no number. CallerError for a target that is not known
    or an option that it does not take, MissingExtra where its library is not installed.
    """
    chosen = _known(target, loss)
    if chosen.make is None:
        return export_text(loss, target)
    if unknown := set(options) - set(chosen.options):
        raise CallerError(f"target: {target!r} does not take {', '.join(sorted(unknown))}")
    if chosen.alone:
        warn_of_gaps(loss)
    return chosen.make(loss, **options)


def export_text(loss: Loss, target: str) -> str:
    """The loss as source text; what has none of its own is a module that loads the chapter and makes the object."""
    chosen = _known(target, loss)
    if chosen.alone:
        warn_of_gaps(loss)
    if chosen.write is not None:
        return chosen.write(loss)
    about = f"An objective of {target}: the loss of the chapter loaded below. Needs lossproof and {target}."
    made = f"objective = lossproof.load({loss.name!r}).loss.export({target!r})"
    return f'"""{about}"""\n\nimport lossproof\n\n{made}\n'


def _known(target: str, loss: Loss) -> Target:
    if target not in TARGETS:
        raise CallerError(f"target: {target!r} was given; known are {', '.join(map(repr, TARGETS))}")
    chosen = TARGETS[target]
    if loss.columns and not chosen.columns:
        others = ", ".join(symbol.name for symbol in loss.columns)
        known = ", ".join(repr(name) for name, each in TARGETS.items() if each.columns)
        raise CallerError(f"target: {target!r} has no place for the columns {others} of {loss.name!r}; use {known}")
    if chosen.needs and find_spec(chosen.library or chosen.needs) is None:
        raise MissingExtra(f"the export to {target!r} needs {chosen.needs}: pip install 'lossproof[{chosen.needs}]'")
    return chosen
