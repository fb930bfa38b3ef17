"""`lossproof fit DENSITY`: a likelihood of your own, derived, judged and fitted to a CSV file."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lossproof.cli.output import coloured, echo, print_json
from lossproof.errors import CallerError
from lossproof.models import Model
from lossproof.notation import parse_assumptions
from lossproof.training.rows.csv_tables import Table, read_table
from lossproof.training.rows.frames import Frame

if TYPE_CHECKING:
    from lossproof.training.result import Fit


@click.command()
@click.argument("density")
@click.option("--target", default="y", metavar="COL", help="The column that is predicted (default: y).")
@click.option("--predictor", multiple=True, metavar="TEXT", help='What a quantity hangs on: "mu = exp(u)".')
@click.option("--parameter", multiple=True, metavar="TEXT", help='A number without features: "theta > 0".')
@click.option("--where", default="", metavar="TEXT", help='Other clauses: "y integer >= 0; d in {0, 1}".')
@click.option("--column", multiple=True, metavar="COL", help="A column that DENSITY holds beside the target.")
@click.option("--features", metavar="A,B", help="The columns of the predictors (default: all that are left).")
@click.option(
    "--data", required=True, type=click.Path(path_type=Path), metavar="CSV", help="A file with a header line."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def fit(
    density: str,
    target: str,
    predictor: tuple[str, ...],
    parameter: tuple[str, ...],
    where: str,
    column: tuple[str, ...],
    features: str | None,
    data: Path,
    as_json: bool,
) -> None:
    """Derive the loss of a likelihood, judge every line that it rests on, and fit it.

    Every linear predictor gets all features and an intercept; a parameter is one number. Exit code 1 where a line is
    refuted or the fit did not converge.

    \b
    lossproof fit "P(y) = mu^y*exp(-mu)/factorial(y)" --predictor "mu = exp(u)" --data counts.csv --target y
    """
    table, hangs = read_table(data), dict(halves(predictor))
    model = Model(density, target, hangs, dict(clauses(parameter)), where=where, data=column)
    found = _fitted(model, table, features, False if as_json else None)
    print_json(_as_data(model, found)) if as_json else _print_for_people(model, found)
    sys.exit(0 if found.converged else 1)


def halves(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """``mu`` and ``exp(u)`` out of ``mu = exp(u)``."""
    for text in texts:
        name, sign, formula = text.partition("=")
        if not sign or not name.strip() or not formula.strip():
            raise CallerError(
                f'--predictor: {text!r} was given; a name and its formula are needed, as in "mu = exp(u)"'
            )
        yield name.strip(), formula.strip()


def clauses(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """``theta`` and the clause on it; a name alone may be any number."""
    for text in texts:
        names = [text.strip()] if text.strip().isidentifier() else list(parse_assumptions(text).scalars)
        if len(names) != 1:
            raise CallerError(f'--parameter: {text!r} was given; a clause on one name is needed, as in "theta > 0"')
        yield names[0], "" if text.strip() == names[0] else text


def _fitted(model: Model, table: Table, features: str | None, progress: bool | None) -> Fit:
    """The fit: every linear predictor has the features and an intercept, a parameter is one number."""
    from lossproof.training import fit as minimise

    reading = model.reading
    names = _features(table, reading.observed, features) if reading.linear else ()
    values, observed = table.matrix(names), {name: table.column(name) for name in reading.observed}
    if len(reading.predictors) == 1 and names and not reading.columns:
        return minimise(model.loss, values, observed[reading.target], names=names, progress=progress)
    frame = Frame(names, ("float64",) * len(names), lambda place: values[:, place])
    designs: dict[str, Any] = dict.fromkeys(reading.linear, frame if names else None)
    return minimise(model.loss, designs | dict.fromkeys(reading.parameters), observed, progress=progress)


def _features(table: Table, observed: tuple[str, ...], chosen: str | None) -> tuple[str, ...]:
    """The columns of the predictors: those that are named, or all that are not observed already."""
    if chosen is None:
        return tuple(name for name in table.names if name not in observed)
    names = tuple(each.strip() for each in chosen.split(",") if each.strip())
    if twice := [name for name in names if name in observed or names.count(name) > 1]:
        raise CallerError(f"--features: {twice[0]!r} is named twice, or is observed already")
    return names


def _as_data(model: Model, found: Fit) -> dict[str, Any]:
    """What was derived, what the referee said of it, and what was found: one JSON document."""
    claims = {step.name: step.claim_text for step in model.derive().steps}
    return {
        "steps": [
            {
                "name": name,
                "claim": claims.get(name),
                "status": str(each.verdict.status),
            }
            for name, each in found.model.verdicts.items()
        ],
        "coefficients": dict(zip(found.names, found.params.tolist(), strict=True)),
        "standard_errors": dict(zip(found.names, _finite(found.standard_errors), strict=True)),
        "loss": found.loss,
        "log_likelihood": found.loglik,
        "iterations": found.iterations,
        "converged": found.converged,
        "reason": found.reason,
    }


def _finite(values: Iterable[float]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in map(float, values)]


def _print_for_people(model: Model, found: Fit) -> None:
    claims = {step.name: step.claim_text for step in model.derive().steps}
    for name, each in found.model.verdicts.items():
        echo(f"{coloured(each.verdict.status)}  {claims.get(name, name)}")
    echo("")
    echo(found.summary())
