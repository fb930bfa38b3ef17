"""The progress bar of a run: on a terminal only, on the error stream, never in a file or a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from lossproof.training.minimise.solution import State, Watch, silent

_EVERY = 20


@contextmanager
def progress(title: str, iterations: int, wanted: bool | None = None) -> Iterator[Watch]:
    """A watch that draws a bar; ``wanted=None`` draws it where the error stream is a terminal."""
    if not (sys.stderr.isatty() if wanted is None else wanted):
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("loss {task.fields[loss]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True, force_terminal=wanted), transient=True) as bar:
        task = bar.add_task(title, total=iterations, loss="")

        def watch(iteration: int, state: State) -> bool:
            if iteration % _EVERY == 0 or iteration < _EVERY:
                bar.update(task, completed=iteration + 1, loss=f"{state.value:.6g}")
            return False

        yield watch
