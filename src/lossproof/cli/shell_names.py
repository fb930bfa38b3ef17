"""What a shell offers after `lossproof show <Tab>`: the chapters, and the steps of one.

click writes the shell's part: ``eval "$(_LOSSPROOF_COMPLETE=bash_source lossproof)"``.
"""

from __future__ import annotations

import click

from lossproof.chapters import chapters, load
from lossproof.errors import LossproofError


def chapter_names(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """The chapters whose names begin so."""
    return [name for name in chapters() if name.startswith(begun)]


def step_names(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """The steps of the chapter that stands before; none where it cannot be read."""
    try:
        steps = load(context.params["name"]).steps
    except (LossproofError, KeyError):
        return []
    return [step.name for step in steps if step.name.startswith(begun)]


def target_names(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """What a derivation can be exported to."""
    from lossproof.export import TARGETS

    return [name for name in (*sorted(TARGETS), "coq") if name.startswith(begun)]
