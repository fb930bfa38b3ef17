"""`lossproof train NAME`: the book's experiment, or the same loss on a CSV file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from lossproof.chapters.experiments import Training
from lossproof.chapters.experiments import train as run_training
from lossproof.cli.output import print_json
from lossproof.cli.shell_names import chapter_names
from lossproof.errors import CallerError, counted
from lossproof.training.mini_batches import STARTS

BARS = "▁▂▃▄▅▆▇█"
WIDTH = 60
SHOWN = 60  # coefficients; a network has thousands


@click.command()
@click.argument("name", shell_complete=chapter_names)
@click.option("--data", type=click.Path(path_type=Path), metavar="CSV", help="A file with a header line.")
@click.option("--target", metavar="COL", help="The column to predict.")
@click.option("--features", metavar="A,B", help="The columns to use (default: all others).")
@click.option("--method", type=click.Choice(["gd", "newton", "lbfgs"]), help="Who minimises (default: chosen by size).")
@click.option("--rate", type=float, metavar="R", help="Learning rate of gd, on the mean loss.")
@click.option("--iterations", type=click.IntRange(min=1), metavar="N", help="At most so many.")
@click.option("--start", metavar="a,b,..", help="Where to start, ones first; a network: normal or ones.")
@click.option("--hidden", metavar="H,..", help="Hidden nodes of a network, a number a layer.")
@click.option("--batch", type=click.IntRange(min=1), metavar="B", help="Rows of a network's batch.")
@click.option("--seed", type=click.IntRange(min=0), help="What a network's weights and batches are drawn with.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def train(
    name: str,
    data: Path | None,
    target: str | None,
    features: str | None,
    method: str | None,
    rate: float | None,
    iterations: int | None,
    start: str | None,
    hidden: str | None,
    batch: int | None,
    seed: int | None,
    as_json: bool,
) -> None:
    """Train the loss that the derivation NAME proves.

    Without --data it is the experiment of the book: its irises, its split, its start, its learning rate.
    Exit code 1 where it did not converge, unless the run is laid down as a textbook does it: gradient descent with
    its rate and its number of iterations.

    \b
    lossproof train logistic_regression
    lossproof train logistic_regression --data points.csv --target y --method newton
    """
    result = run_training(
        name,
        data=data,
        target=target,
        features=None if features is None else [each.strip() for each in features.split(",")],
        method=method,
        rate=rate,
        iterations=iterations,
        start=start if start is None or start in STARTS else _numbers(start),
        network=_network(hidden, batch, seed),
        progress=False if as_json else None,
    )
    print_json(result.as_dict()) if as_json else _print_for_people(name, result)
    sys.exit(0 if result.converged or _is_laid_down(data, method, rate, iterations) else 1)


def _network(hidden: str | None, batch: int | None, seed: int | None) -> dict[str, Any]:
    """What was asked of a network."""
    asked = {"hidden": None if hidden is None else _layers(hidden), "batch": batch, "seed": seed}
    return {name: value for name, value in asked.items() if value is not None}


def _layers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise CallerError(f"--hidden: {text!r} was given; whole numbers are needed, as in 32 or 32,16.") from None


def _is_laid_down(data: Path | None, method: str | None, rate: float | None, iterations: int | None) -> bool:
    """Whether so many steps of so much are asked for and nothing else: the book's run, or one given as it gives it."""
    if data is None:
        return method in (None, "gd")
    return method == "gd" and rate is not None and iterations is not None


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise CallerError(
            f"--start: {text!r} was given; numbers with commas between them are needed (1,1,1)."
        ) from None


def _print_for_people(name: str, result: Training) -> None:
    console = Console(highlight=False)
    if result.history:
        console.print(_table(name, result))
        console.print(f"loss  {curve([entry['loss'] for entry in result.history])}\n")
    if result.summary is not None and len(result.coefficients) <= SHOWN:
        click.echo(result.summary)
        return
    for coefficient, value in result.coefficients.items() if len(result.coefficients) <= SHOWN else ():
        console.print(f"  {coefficient:<16} {value:+.10g}", markup=False)
    if result.confusion:
        console.print(_taken_for(result.confusion))
    outcome = "converged" if result.converged else "not converged"
    console.print(
        f"\n{result.method}, {counted(result.iterations, 'iteration')}, loss {result.loss:.6f},"
        f" {outcome}: {result.reason}"
    )


def _table(name: str, result: Training) -> Table:
    fields = [field for field in ("iteration", "loss", "test_loss", "test_accuracy") if field in result.history[0]]
    table = Table(title=f"Training {name}", title_justify="left", box=SIMPLE_HEAD)
    for field in fields:
        table.add_column(field.replace("_", " "), justify="right")
    for entry in milestones(result.history):
        table.add_row(*(f"{entry[field]:.6f}" if field != "iteration" else str(entry[field]) for field in fields))
    return table


def _taken_for(counts: list[list[int]]) -> Table:
    """Of the test rows of each class, how many were taken for which."""
    table = Table(title="Test rows: class, and what it was taken for", title_justify="left", box=SIMPLE_HEAD)
    for heading in ("", *map(str, range(len(counts)))):
        table.add_column(heading, justify="right")
    for label, row in enumerate(counts):
        table.add_row(str(label), *map(str, row))
    return table


def milestones(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries 0, 1, 2, 5, 10, 20, 50, ... and the last."""
    last = len(history) - 1
    rounds = {0, last} | {digit * 10**power for power in range(len(str(last))) for digit in (1, 2, 5)}
    return [history[k] for k in sorted(rounds) if k <= last]


def curve(values: list[float]) -> str:
    """The values as a line of bars, from the smallest to the largest."""
    low, high = min(values), max(values)
    last, width = len(values) - 1, min(len(values), WIDTH)
    picked = [values[round(k * last / max(width - 1, 1))] for k in range(width)]
    scale = (len(BARS) - 1) / (high - low) if high > low else 0.0
    return "".join(BARS[round((value - low) * scale)] for value in picked)
