"""The command line: `lossproof check`, `equal`, `train`, `fit`, `show`, `list`, `new`, `export`, `coq`, `build` ...

Exit codes: 0 good, 1 a check failed, 2 the call is wrong. With ``--json`` one JSON document stands on
standard output and nothing else. A command imports what it needs when it runs, so that ``--help`` is quick.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from lossproof import __version__
from lossproof.errors import InexactLoss, LossproofError, RefutedLoss

# Command to the module of this room that holds it: a command's libraries load when it is used.
_MODULE_OF = {
    "check": "check",
    "equal": "equal",
    "train": "train",
    "fit": "likelihood",
    "list": "chapters",
    "show": "show",
    "new": "new",
    "export": "chapters",
    "coq": "coq",
    "texts": "texts",
    "build": "site",
    "serve": "site",
    "pages": "site",
}


class _Commands(click.Group):
    """Finds a command by name, and turns the errors that lossproof raises on purpose into one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_MODULE_OF)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULE_OF:
            return None
        module = import_module(f"lossproof.cli.{_MODULE_OF[cmd_name]}")
        found = getattr(module, cmd_name if cmd_name != "list" else "list_chapters")
        return found if isinstance(found, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _warnings_as_sentences():
                return super().invoke(ctx)
        except LossproofError as error:
            click.echo(f"lossproof: {error}", err=True)
            sys.exit(1 if isinstance(error, RefutedLoss) else 2)


@contextmanager
def _warnings_as_sentences() -> Iterator[None]:
    """What code is not right everywhere is said as the errors are, without the line of source that warned."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def say(message: Warning | str, category: type[Warning], *place: Any, **options: Any) -> None:
            if issubclass(category, InexactLoss):
                click.echo(f"lossproof: {message}", err=True)
            else:
                show(message, category, *place, **options)

        warnings.showwarning = say
        yield


@click.command(cls=_Commands, context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="lossproof")
def main() -> None:
    """From a likelihood to a loss you can trust, read and run."""
